"""The commands that set a platform up: `manifest`, what it is told of the app, and `accounts`, who is who there.

In: the parser of the command line, the environment. Out: the same with these commands; JSON to paste into Slack, an app
package for Teams, lines to paste into `protocol-bot.yaml`. Never: a token on the terminal; a file written over that is
no app package; a person added without anybody's say.
"""

import argparse
import asyncio
import json
import os
import re
import unicodedata
import zipfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from adapters.slack import PLATFORM as SLACK
from adapters.slack import manifest
from adapters.teams import PLATFORM as TEAMS
from bot.errors import ProtocolBotError
from bot.settings import GROUP, Office
from deploy.commands import Commands, command, group
from deploy.listed import Listed, Somebody
from deploy.usual import RUN_DATA, SETTINGS

if TYPE_CHECKING:
    from adapters.slack.members import Members

#: What the app package of Teams is called where nobody says.
PACKAGE: Final = Path("protocol-bot-teams.zip")
_ID_LENGTH: Final = 40
#: A name that YAML takes for nothing but itself; any other stands in quotation marks.
_PLAIN: Final = re.compile(r"[^\W\d_][\w.’'-]*( [\w.’'(-][\w.’')-]*)*")
#: Words that YAML's readers take for something else.
_NOT_PLAIN: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def add_to(commands: Commands) -> None:
    """Both of them."""
    described = group(commands, "manifest", "make the app's description, for whoever sets a platform up", "PLATFORM")
    of_slack = command(
        described,
        SLACK,
        "print it, for api.slack.com/apps",
        "protocol-bot manifest slack",
        "protocol-bot manifest slack --url https://protocol.example.org",
    )
    of_slack.add_argument("--url", metavar="https://…", help="the bot's own address, where Slack is to call it")
    of_slack.set_defaults(run=_manifest)
    of_teams = command(
        described,
        TEAMS,
        "write the app package, for the Teams admin centre",
        "protocol-bot manifest teams --url https://protocol.example.org --app-id 01234567-89ab-cdef-0123-456789abcdef",
    )
    of_teams.add_argument("--url", metavar="https://…", required=True, help="the bot's own address")
    of_teams.add_argument("--app-id", metavar="ID", required=True, help="the Microsoft App ID of the Azure Bot")
    of_teams.add_argument("--out", type=Path, default=PACKAGE, metavar="FILE", help=f"default {PACKAGE}")
    of_teams.add_argument("--version", metavar="X.Y.Z", help="higher than the last one's (default 1.0.0)")
    of_teams.add_argument("--no-slash", action="store_true", help="without slash commands, for an older Teams")
    of_teams.set_defaults(run=_package)
    people = group(commands, "accounts", "list who is who on a platform, to paste into the settings", "PLATFORM")
    in_slack = command(
        people, SLACK, "list the people of a workspace: needs SLACK_BOT_TOKEN", "protocol-bot accounts slack"
    )
    in_slack.set_defaults(run=_in_slack)
    in_teams = command(
        people,
        TEAMS,
        "list the people of a tenant: needs TEAMS_APP_ID and what goes with it, and a bot that has run",
        "protocol-bot accounts teams --settings protocol-bot.yaml --data protocol-bot-data",
    )
    in_teams.add_argument("--settings", type=Path, default=SETTINGS, metavar="FILE", help=f"default {SETTINGS}")
    in_teams.add_argument("--data", type=Path, default=RUN_DATA, metavar="DIR", help="where the bot keeps everything")
    in_teams.set_defaults(run=_in_teams)


def _manifest(options: argparse.Namespace) -> None:
    """Raises `ProtocolBotError`."""
    print(json.dumps(manifest.manifest(options.url), ensure_ascii=False, indent=2))


def _package(options: argparse.Namespace) -> None:
    """Raises `ProtocolBotError`, also where another file would be written over."""
    from adapters.teams.manifest import VERSION, package  # looking a clause up must not wait for it

    version = VERSION if options.version is None else options.version
    made = package(options.url, options.app_id, slash=not options.no_slash, version=version)
    file: Path = options.out
    before = file.exists()
    if before and not _is_a_package(file):
        raise ProtocolBotError(f"{file} is there already, and is no app package. Name another file with --out.")
    try:
        file.write_bytes(made)
    except OSError as why:
        raise ProtocolBotError(f"{file} can't be written ({why.strerror}). Name another file with --out.") from None
    print(f"{file} is written{' anew, instead of the one that was there' if before else ''}.")
    print("Upload it in the Teams admin centre: admin.teams.microsoft.com, Teams apps, Manage apps, Upload new app.")
    print("Then have it installed for everybody, else they can't be told anything: deploy/guide/teams.md, step 3.")


def _is_a_package(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as there:
            return "manifest.json" in there.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _in_slack(_options: argparse.Namespace) -> None:
    """Raises `ProtocolBotError`."""
    from deploy import slack  # looking a clause up must not wait for it

    tokens, url = slack.bot_tokens(os.environ), slack.api_url(os.environ)
    if not tokens:
        raise ProtocolBotError(f"{slack.BOT} is not set. It is at {slack.WHERE_BOT}.")
    try:
        from adapters.slack import members
    except ModuleNotFoundError as missing:
        raise slack.not_installed(missing) from None
    found = asyncio.run(members.workspaces(tokens, url))
    print("\n\n".join("\n".join(told(of_slack(workspace))) for workspace in found))


def of_slack(workspace: "Members") -> Listed:
    """A workspace as `told` takes it."""
    few = f"Slack has more people than these {len(workspace.members)}: add whoever is missing by hand."
    return Listed(
        platform=SLACK,
        workspace=workspace.team,
        title=f"{workspace.name}, as Slack knows it",
        guest="a guest of the workspace",
        people=workspace.members,
        missing="" if workspace.whole else few,
    )


def _in_teams(options: argparse.Namespace) -> None:
    """Raises `ProtocolBotError`."""
    from deploy import teams_people  # looking a clause up must not wait for it

    listed = asyncio.run(teams_people.listed(os.environ, options.settings, options.data))
    print("\n\n".join("\n".join(told(one)) for one in listed))


# ---------------------------------------------------------------- lines for protocol-bot.yaml


def told(listed: Listed) -> Iterator[str]:
    """A council's settings. Everybody is a councillor there, until somebody puts it right.

    Where nobody knows the protocol it is left empty: the file is not sound until somebody fills it in.
    """
    lines = "" if listed.council else " Fill in the line below, and this is a protocol-bot.yaml."
    yield f"# {_one_line(listed.title)}.{lines}"
    empty = "  # put the id of your protocol here, one of those that protocol-bot check lists, such as barrow"
    yield f"council:{f' {listed.council}' if listed.council else empty}"
    yield f"workspaces: {{{listed.platform}: {listed.workspace}}}"
    yield "# Put each person's offices right, and take out whoever is not to be on the council's list: they can look"
    yield "# clauses up all the same."
    people = [member for member in listed.people if not member.guest]
    yield "people:" if people else "people: []"
    yield from _people(listed.platform, people)
    for guest in (member for member in listed.people if member.guest):
        yield f"# {_one_line(guest.name)} is {listed.guest}: guests can look clauses up without being listed."
    if listed.missing:
        yield f"# {listed.missing}"


def _people(platform: str, members: Iterable[Somebody]) -> Iterator[str]:
    taken: set[str] = set()
    for member in members:
        id = _id(member, taken)
        taken.add(id)
        account = json.dumps(f"{platform}:{member.id}")
        yield f"  - {{id: {_written(id)}, name: {_written(member.name)}, offices: [councillor], accounts: [{account}]}}"


def _id(member: Somebody, taken: Collection[str]) -> str:
    """A short name that is nobody else's and no office's: `jo-hartley`."""
    letters = unicodedata.normalize("NFKD", _one_line(member.name)).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", letters.replace("'", ""))
    id = "-".join(words)[:_ID_LENGTH].strip("-") or member.id.lower()
    if id in get_args(Office) or id == GROUP:
        id = f"{id}-{member.id.lower()}"
    return next(one for one in _numbered(id) if one not in taken)


def _numbered(id: str) -> Iterator[str]:
    yield id
    number = 2
    while True:
        yield f"{id}-{number}"
        number += 1


def _written(name: str) -> str:
    """A name, or an id, as YAML reads it back, to the letter."""
    name = _one_line(name)
    if _PLAIN.fullmatch(name) and name.casefold() not in _NOT_PLAIN:
        return name
    return json.dumps(name, ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
