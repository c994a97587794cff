#!/bin/sh
# Lays the ground for Protocol Bot as a service of this computer: sudo sh deploy/systemd/lay.sh
#
# In: this project in /opt/protocol-bot, set up (deploy/setup.sh); secrets, in files of /etc/protocol-bot/secrets.
# Out: its user, its folders, an empty file for each secret there could be, its units; which secrets those hand over:
# those whose file is not empty. So run it again after a change of those, and for the units of a new version. Besides,
# `sudo protocol-bot` does by hand what the service could (by-hand.sh).
# Never: starts anything; writes over settings, a secret or data.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")"
units=/etc/systemd/system secrets=/etc/protocol-bot/secrets

stop() { printf '%s\n' "$@" >&2; exit 1; }

[ "$(id -u)" = 0 ] || stop "This makes a user and folders for all: run it with sudo."
[ -x /opt/protocol-bot/.venv/bin/protocol-bot ] || stop \
    "The program is not in /opt/protocol-bot yet. Put this project there; in that folder:  sudo sh deploy/setup.sh"

id protocol-bot >/dev/null 2>&1 || useradd --system --no-create-home --home-dir /srv/protocol-bot \
    --shell /usr/sbin/nologin --user-group protocol-bot
install -d -m 755 "$units"
# Names and addresses of people stand in the settings: nobody else on this computer reads them.
install -d -m 750 -o root -g protocol-bot /etc/protocol-bot
for file in /etc/protocol-bot/*.yaml /etc/protocol-bot/environment; do
    [ -f "$file" ] || continue
    chown root:protocol-bot "$file"
    chmod 640 "$file"
done
install -d -m 700 -o protocol-bot -g protocol-bot /srv/protocol-bot /var/backups/protocol-bot "$secrets"
for name in database_url database_owner_url protocol_bot_smtp_url slack_app_token slack_bot_token slack_client_secret \
    slack_signing_secret teams_app_certificate teams_app_password; do
    [ -e "$secrets/$name" ] || install -m 600 -o protocol-bot -g protocol-bot /dev/null "$secrets/$name"
done

# Read by systemd, as root, and handed over in files that the service alone can see; nothing of them in its environment.
handed_over() { # handed_over UNIT NAME...
    unit=$1
    shift
    install -d -m 755 "$units/$unit.d"
    {
        echo "# Written by deploy/systemd/lay.sh: a change here is lost the next time."
        echo "[Service]"
        for name; do
            [ -s "$secrets/$name" ] || continue
            echo "LoadCredential=$name:$secrets/$name"
            variable=$(echo "$name" | tr '[:lower:]' '[:upper:]')
            # That one is the path of a file anyway.
            [ "$variable" = TEAMS_APP_CERTIFICATE ] || variable=${variable}_FILE
            echo "Environment=$variable=%d/$name"
            echo "Handed over to $unit: $name" >&2
        done
    } >"$units/$unit.d/secrets.conf"
}
handed_over protocol-bot.service database_url protocol_bot_smtp_url slack_app_token slack_bot_token \
    slack_client_secret slack_signing_secret teams_app_certificate teams_app_password
handed_over protocol-bot-backup.service database_url
handed_over protocol-bot-erasures.service database_url

install -D -m 755 by-hand.sh /usr/local/sbin/protocol-bot
install -m 644 ./*.service ./*.timer "$units"
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
echo "Laid."
