#!/bin/sh
# Makes the database and its two roles, once, when the PostgreSQL of compose.yaml is begun; with `before COMMAND…` it only
# looks whether it could, and then runs that command. A database that was begun is not begun again: nothing is looked at.
#
# In: the two addresses in /run/secrets. Out: protocol_bot_owner, who owns the tables; protocol_bot, who only uses them.
# Never: a role that may do more; a password on a command line, where a list of processes would show it.
set -eu

password_of() { # password_of ROLE FILE: the part of postgresql://ROLE:PASSWORD@db/protocol_bot
    tr -d '[:space:]' <"/run/secrets/$2" | sed -n "s#^postgres[a-z]*://$1:\([^:/@]*\)@.*\$#\1#p"
}

stop() { printf '%s\n' "$@" >&2; exit 1; }

if [ "${1:-}" = before ] && [ -s "${PGDATA:-/var/lib/postgresql/data}/PG_VERSION" ]; then
    shift
    exec "$@"
fi

begun="Nothing was begun: put it right, and start again."
[ "${1:-}" = before ] || begun="The database was begun without its roles, and holds nothing yet. Put it right, then:
  docker compose down
  docker volume rm protocol-bot_db
and start again. Never do that to a database that was in use."

OWNERS_PASSWORD=$(password_of protocol_bot_owner database_owner_url)
BOTS_PASSWORD=$(password_of protocol_bot database_url)
for password in "$OWNERS_PASSWORD" "$BOTS_PASSWORD"; do
    case "$password" in "" | *[!0-9A-Za-z._~-]*) stop \
        "own/secrets/database_url must look like postgresql://protocol_bot:PASSWORD@db/protocol_bot, and" \
        "own/secrets/database_owner_url like postgresql://protocol_bot_owner:PASSWORD@db/protocol_bot," \
        "with a password of letters and digits." "$begun" ;;
    esac
done
if [ "${1:-}" = before ]; then
    shift
    unset OWNERS_PASSWORD BOTS_PASSWORD
    exec "$@"
fi
export OWNERS_PASSWORD BOTS_PASSWORD

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL' \
    || stop "The two roles could not be made." "$begun"
\getenv owners_password OWNERS_PASSWORD
\getenv bots_password BOTS_PASSWORD
CREATE ROLE protocol_bot_owner LOGIN PASSWORD :'owners_password';
CREATE ROLE protocol_bot LOGIN PASSWORD :'bots_password';
CREATE DATABASE protocol_bot OWNER protocol_bot_owner;
REVOKE ALL ON DATABASE protocol_bot FROM PUBLIC;
GRANT CONNECT ON DATABASE protocol_bot TO protocol_bot;
SQL
