"""This computer: Python, packages, and what is set in the environment.

In: the environment, what is installed. Out: findings, and the environment as far as it can be read.
Never: a value of the environment in a finding: only names.
"""

import sys
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from bot.errors import ProtocolBotError
from deploy.doctor.findings import ENVIRONMENT as AREA
from deploy.doctor.findings import Finding, parted
from deploy.kept import databases, folder
from deploy.platforms import mail, slack, slack_hosted, teams_given
from deploy.settings import environment

_OLDEST: Final = (3, 11)
_LOCK: Final = Path(__file__).parents[1] / "requirements.lock"
_PREFIXES: Final = ("PROTOCOL_BOT_", "SLACK_", "TEAMS_")
#: Every variable with one of these prefixes that is read somewhere, beside `environment.SECRETS` and their files.
_OTHERS: Final = (
    slack.API,
    mail.FROM,
    teams_given.CERTIFICATE,
    teams_given.MANAGED,
    teams_given.AUTH,
    teams_given.OPENID,
    teams_given.LOGIN,
    teams_given.HOSTS,
    folder.KEYS_NAME,
    slack_hosted.URL,
    "PROTOCOL_BOT_LOG",
    "PROTOCOL_BOT_LOG_LEVEL",
    "PROTOCOL_BOT_METRICS",
)
#: How much of two names is the same, from 0 to 1: where one begins as ours do, and where it does not.
_NEAR: Final = 0.75
_VERY_NEAR: Final = 0.85
#: What is needed beside the rest, for what is set up: the extra, and packages that it brings.
_EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "slack": ("slack_bolt", "slack_sdk"),
    "teams": ("botbuilder", "msal", "jwt", "requests"),
    "postgres": ("psycopg",),
}


def given(environ: Mapping[str, str]) -> tuple[dict[str, str], list[Finding]]:
    """The environment with every secret that can be read from its file, and what can't be."""
    read, found = dict(environ), list[Finding]()
    for name in environment.SECRETS:
        mine = {one: environ[one] for one in (name, f"{name}_FILE") if one in environ}
        try:
            read |= environment.given(mine)
            read.pop(f"{name}_FILE", None)  # once read, it would be given twice to whoever asks again
        except ProtocolBotError as why:
            found.append(AREA.wrong("secrets", *parted(str(why))))
    if not found:
        found.append(AREA.fine("secrets", "No secret is given twice, and every file with one can be read."))
    return read, found


def findings(environ: Mapping[str, str]) -> Iterator[Finding]:
    """All of them."""
    yield _python()
    yield _packages()
    yield from _extras(environ)
    yield from _variables(environ)


def _python() -> Finding:
    told = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}."
    if sys.version_info[:2] < _OLDEST:
        return AREA.wrong("python", told, "Install Python 3.11 or later.")
    return AREA.fine("python", told)


def _packages() -> Finding:
    """Against the list that is tested; it is there in a checkout and in a container."""
    if not _LOCK.is_file():
        return AREA.untried("packages", "The list of packages that were tested together is not here.")
    wanted = dict(_locked(_LOCK.read_text(encoding="utf-8")))
    other = sorted(name for name, tested in wanted.items() if (here := _installed(name)) and here != tested)
    if other:
        which = ", ".join(f"{name} {_installed(name)} instead of {wanted[name]}" for name in other[:5])
        more = f", and {len(other) - 5} more" if len(other) > 5 else ""
        told = f"Packages are here in other versions than were tested: {which}{more}."
        return AREA.look("packages", told, "Install those of deploy/requirements.lock: sh deploy/setup.sh.")
    return AREA.fine("packages", "The packages that are here have the versions that were tested together.")


def _locked(lines: str) -> Iterator[tuple[str, str]]:
    for line in lines.splitlines():
        name, is_one, rest = line.partition("==")
        if is_one and not line.startswith((" ", "#")):
            yield name.partition("[")[0].strip(), rest.split()[0]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _extras(environ: Mapping[str, str]) -> Iterator[Finding]:
    """What is set up must be installed."""
    for extra in _needed(environ):
        if missing := [name for name in _EXTRAS[extra] if find_spec(name) is None]:
            told = f"What is set up needs {', '.join(missing)}, and that is not installed."
            mend = f"In a checkout: sh deploy/setup.sh. Elsewhere: pip install 'council-protocol-bot[{extra}]'."
            yield AREA.wrong("extras", told, mend)
        else:
            yield AREA.fine("extras", f"What {extra} needs is installed.")


def _needed(environ: Mapping[str, str]) -> Iterator[str]:
    if any(environ.get(name, "").strip() for name in (slack.BOT, slack_hosted.CLIENT)):
        yield "slack"
    if environ.get(teams_given.APP, "").strip() or environ.get(teams_given.AUTH, "").strip().lower() == "off":
        yield "teams"
    if environ.get(databases.URL_NAME, "").strip().startswith("postgres"):
        yield "postgres"


def known() -> set[str]:
    """Every name with one of our prefixes, or of a secret, that something reads."""
    return {*environment.SECRETS, *(f"{name}_FILE" for name in environment.SECRETS), *_OTHERS}


def _variables(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Names that nobody reads: mostly slips of the keyboard."""
    names = known()
    unread = [(name, near) for name in sorted(environ) if name not in names and (near := _meant(name, names))]
    for name, near in unread:
        mend = "If it is for another program, that is fine."
        mend = f"Did you mean {near}? {mend}" if near != name else mend
        yield AREA.look("variables", f"{name} is set, and nothing reads a variable of that name.", mend)
    if not unread:
        set_here = len(names & environ.keys())
        are = "variable is" if set_here == 1 else "variables are"
        yield AREA.fine("variables", f"{set_here} of the bot's {are} set, and no name looks like a slip.")


def _meant(name: str, names: Collection[str]) -> str:
    """The nearest of ours; the name itself where it begins as ours do and is near to none; empty where it is no slip.

    Of the names of other programs only those are taken for a slip that are nearly one of ours: `SLAK_BOT_TOKEN`.
    """
    begins = name.upper().startswith(_PREFIXES)
    near = get_close_matches(name.upper(), sorted(names), n=1, cutoff=_NEAR if begins else _VERY_NEAR)
    return near[0] if near else name * begins
