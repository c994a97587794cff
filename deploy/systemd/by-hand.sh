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

# `environment` as systemd reads it (systemd.exec, EnvironmentFile=), which is not as a script: quotes, a backslash, a line
# that goes on, comments, blanks before a name. Out: assignments for this shell, each in quotes.
assigned() {
    awk '
        function said() {
            if (name ~ /^[A-Za-z_][A-Za-z0-9_]*$/) {
                gsub(/\047/, "\047\\\047\047", value)
                printf "export %s=\047%s\047\n", name, value
            }
            state = "line"
        }
        { text = text $0 "\n" }
        END {
            state = "line"
            for (i = 1; i <= length(text); i++) {
                c = substr(text, i, 1)
                next_one = substr(text, i + 1, 1)
                if (state == "line") {
                    if (c == "#" || c == ";") state = "comment"
                    else if (c !~ /[ \t\r\n]/) { state = "name"; name = c }
                } else if (state == "comment") {
                    if (c == "\\") i++
                    else if (c == "\n") state = "line"
                } else if (state == "name") {
                    if (c == "\n") state = "line"
                    else if (c == "=") { sub(/[ \t]+$/, "", name); value = ""; state = "value" }
                    else name = name c
                } else if (state == "single") {
                    if (c == "\047") state = "value"; else value = value c
                } else if (state == "double") {
                    if (c == "\"") state = "value"
                    else if (c != "\\") value = value c
                    else { i++; if (next_one != "\n") value = value (next_one ~ /["\\`$]/ ? "" : c) next_one }
                } else if (state == "value" && c == "\047") state = "single"
                else if (state == "value" && c == "\"") state = "double"
                else if (state == "value" && c ~ /[ \t\r]/) continue
                else if (c == "\n") { if (state == "plain") value = substr(value, 1, ends); said() }
                else {
                    state = "plain"
                    if (c == "\\") { i++; c = next_one == "\n" ? "" : next_one; value = value c; ends = length(value) }
                    else { value = value c; if (c !~ /[ \t\r]/) ends = length(value) }
                }
            }
        }' "$1"
}
if [ -f environment ]; then
    eval "$(assigned environment)"
fi
for file in secrets/*; do
    [ -s "$file" ] || continue
    name=$(basename "$file" | tr '[:lower:]' '[:upper:]')
    # That one is the path of a file anyway.
    [ "$name" = TEAMS_APP_CERTIFICATE ] || name=${name}_FILE
    export "$name=/etc/protocol-bot/$file"
done
exec setpriv --reuid=protocol-bot --regid=protocol-bot --init-groups --no-new-privs \
    /opt/protocol-bot/.venv/bin/protocol-bot "$@"
