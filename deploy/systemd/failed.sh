#!/bin/sh
# Tells whoever looks after this computer that a unit of Protocol Bot failed; protocol-bot-failed@.service runs it.
#
# In: the unit's name. Out: an error in the journal; a mail to root, where there is a sendmail. Never: lines of the log.
set -eu
told="Protocol Bot: $1 failed on $(uname -n). What it said: journalctl --unit $1 --since yesterday"
printf '<3>%s\n' "$told" # an error, to journald
if [ -x /usr/sbin/sendmail ]; then
    printf 'To: root\nSubject: %s failed\n\n%s\n' "$1" "$told" | /usr/sbin/sendmail -t
fi
