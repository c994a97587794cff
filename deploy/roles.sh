#!/bin/sh
# Makes the database and its two roles, once, when the PostgreSQL of compose.yaml is begun.
#
# In: the two addresses in /run/secrets. Out: protocol_bot_owner, who owns the tables; protocol_bot, who only uses them.
# Never: a role that may do more; a password on a command line, where a list of processes would show it.
set -eu

password_of() { # the part of postgresql://role:PASSWORD@host/name
    sed -n 's#^[a-z]*://[^:/@]*:\([^:/@]*\)@.*$#\1#p' "/run/secrets/$1"
}

OWNERS_PASSWORD=$(password_of database_owner_url)
BOTS_PASSWORD=$(password_of database_url)
if [ -z "$OWNERS_PASSWORD" ] || [ -z "$BOTS_PASSWORD" ]; then
    echo "Both addresses must look like postgresql://ROLE:PASSWORD@db/protocol_bot, with letters and digits." >&2
    exit 1
fi
export OWNERS_PASSWORD BOTS_PASSWORD

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owners_password OWNERS_PASSWORD
\getenv bots_password BOTS_PASSWORD
CREATE ROLE protocol_bot_owner LOGIN PASSWORD :'owners_password';
CREATE ROLE protocol_bot LOGIN PASSWORD :'bots_password';
CREATE DATABASE protocol_bot OWNER protocol_bot_owner;
REVOKE ALL ON DATABASE protocol_bot FROM PUBLIC;
GRANT CONNECT ON DATABASE protocol_bot TO protocol_bot;
SQL
