#!/bin/sh
# A command of Protocol Bot with all that the service has:  sudo sh /opt/protocol-bot/deploy/systemd/by-hand.sh doctor
#
# In: a command and what belongs to it. Out: what it says, and its exit status. Never: as root; a secret in an argument.
set -eu
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
