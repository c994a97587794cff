#!/bin/sh
# Lays the ground: a virtual environment in .venv with every package pinned by hash, and this project in it.
#
# In: a Python of 3.11 or later, found on PATH or named (PYTHON=/path/to/python3.12 sh deploy/setup.sh).
# Out: .venv, fit to run the project; with --dev, fit to test and check it too.
# Never: touches another Python's packages, needs more than a POSIX shell, does anything twice when nothing has changed.
#
# Ends with 0, or: 2 no Python · 3 Python too old · 4 Python without venv · 5 the packages could not be installed.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
here=$(pwd -P)

case "${1:-}" in
    "") kit=run lock=deploy/requirements.lock ;;
    --dev) kit=dev lock=deploy/requirements-dev.lock ;;
    *) echo "Usage: sh deploy/setup.sh [--dev]" >&2; exit 64 ;;
esac

stop() { # stop CODE LINE...: say why in plain words, and end
    code=$1
    shift
    printf '\n' >&2
    printf '  %s\n' "$@" >&2
    printf '\n' >&2
    exit "$code"
}

# ---------------------------------------------------------------- the Python to build on

# Any Python understands this, even 2.7. Debian and Ubuntu ship Python without ensurepip until python3-venv is installed.
question='
import sys
try:
    import venv, ensurepip
    kit = "with-venv"
except ImportError:
    kit = "without-venv"
print("%d.%d %s" % (sys.version_info[0], sys.version_info[1], kit))'

ask() { "$1" -c "$question" 2>/dev/null; } # a name on PATH may still be a stub that runs nothing: only an answer counts

recent() { # is this answer a Python of 3.11 or later?
    case "$1" in
        3.[0-9]\ * | 3.10\ * | [0-2].*) return 1 ;;
        [3-9].*) return 0 ;;
        *) return 1 ;;
    esac
}

find_python() { # sets $python and $answer
    old='' bare=''
    # Unquoted on purpose where it is a list of names; a path given by hand may hold spaces, so it is never split.
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3.13 python3.12 python3.11 python3 python; fi
    for python; do
        answer=$(ask "$python") || continue
        if ! recent "$answer"; then
            old="${old:-$python is Python ${answer% *}}"
        elif [ "${answer#* }" = without-venv ]; then
            bare="${bare:-$python}"
        else
            return 0
        fi
    done
    [ -z "$bare" ] || stop 4 \
        "$bare is here, but the part of it that makes virtual environments (venv) is missing." \
        "On Debian or Ubuntu:  sudo apt install python3-venv" \
        "Then run the same command again."
    [ -z "$old" ] || stop 3 \
        "This needs Python 3.11 or later; $old." \
        "Install a newer one (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python@3.13;" \
        "or from python.org), or name the one to use:  PYTHON=/path/to/python3.12 sh deploy/setup.sh"
    stop 2 \
        "No Python was found${PYTHON:+ at $PYTHON}. This needs Python 3.11 or later." \
        "Install it (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python@3.13;" \
        "or from python.org), or name the one to use:  PYTHON=/path/to/python3.12 sh deploy/setup.sh"
}

# ---------------------------------------------------------------- is there anything to do?

# What was laid, and where: a changed lock, a changed project or a moved folder is laid anew.
# Sums, not times: git sets a file's time to the moment of the checkout.
sum() { { echo "$here"; cat pyproject.toml "$1"; } | cksum; }
laid() { [ -f ".venv/laid-$1" ] && [ "$(cat ".venv/laid-$1")" = "$(sum "$2")" ]; }

venv_serves() { # is there a .venv that runs, is recent, stands where it was made and is of the Python asked for?
    [ -x .venv/bin/python ] || return 1
    built_on=$(ask .venv/bin/python) && recent "$built_on" || return 1
    grep -qF "$here/.venv/bin/" .venv/bin/pip 2>/dev/null || return 1
    [ -z "${PYTHON:-}" ] || [ "$(ask "$PYTHON")" = "$built_on" ]
}

if venv_serves; then
    if laid $kit $lock; then exit 0; fi
else
    find_python
    echo "Making .venv with $python (Python ${answer% *})."
    "$python" -m venv --clear .venv || stop 4 \
        "$python could not make a virtual environment in $here/.venv (its reason is above)." \
        "On Debian or Ubuntu this mostly helps:  sudo apt install python3-venv"
fi

# ---------------------------------------------------------------- the packages, then the project itself

echo "Installing the packages of $lock. The first time takes about a minute."
pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check install "$@"; }
again="Nothing is half done: run the same command again."
pip --require-hashes -r $lock || stop 5 \
    "The packages could not be installed (pip's reason is above). Is this machine online?" "$again"
pip --no-deps --no-build-isolation --editable . || stop 5 \
    "The packages are there, but the project itself could not be installed (pip's reason is above)." "$again"

sum $lock >.venv/laid-$kit
# The dev lock holds all of the run lock, so whoever can test can run.
[ $kit = run ] || sum deploy/requirements.lock >.venv/laid-run
echo "Ready. To look at it:  make try   (or: .venv/bin/protocol-bot try)"
