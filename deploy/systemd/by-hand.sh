#!/bin/sh
# A command of Protocol Bot with all that the service has; lay.sh puts it in its place:  sudo protocol-bot doctor
#
# In: a command and what belongs to it. Out: what it says, and its exit status. Never: as root; a secret in an argument.
set -eu
if [ "$(id -u)" != 0 ]; then
    echo "Only root may become the bot's own user: put sudo before it." >&2
    exit 1
fi
cd /etc/protocol-bot

if [ -f environment ]; then
    while IFS= read -r line || [ -n "$line" ]; do # as systemd reads it, not as a script
        case "$line" in [A-Z]*=*) export "$line" ;; esac
    done <environment
fi
for file in secrets/*; do
    [ -s "$file" ] || continue
    name=$(basename "$file" | tr '[:lower:]' '[:upper:]')
    export "${name}_FILE=/etc/protocol-bot/$file"
done
exec setpriv --reuid=protocol-bot --regid=protocol-bot --init-groups --no-new-privs \
    /opt/protocol-bot/.venv/bin/protocol-bot "$@"
