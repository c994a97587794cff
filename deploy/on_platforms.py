"""The commands that set a platform up: `manifest`, what it is told of the app, and `accounts`, who is who there.

In: the parser of the command line, the environment. Out: the same with these commands; JSON to paste into Slack, an app
package for Teams, lines to paste into `protocol-bot.yaml`. Never: a token on the terminal; a file written over that is
no app package; a person added without anybody's say.
"""

import argparse
import asyncio
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from adapters.slack import PLATFORM as SLACK
from adapters.slack import manifest
from adapters.teams import PLATFORM as TEAMS
from bot.errors import ProtocolBotError
from content.quoting import quoted
from deploy.commands import Commands, command, group
from deploy.platforms.listed import Listed, Somebody
from deploy.settings.environment import given
from deploy.settings.yaml_words import one_line, short_id, written
from deploy.usual import RUN_DATA, SETTINGS

if TYPE_CHECKING:
    from adapters.slack.members import Members

#: What the app package of Teams is called where nobody says.
PACKAGE: Final = Path("protocol-bot-teams.zip")


def add_to(commands: Commands) -> None:
    """Both of them."""
    _add_manifest(group(commands, "manifest", "make the app's description, for whoever sets a platform up", "PLATFORM"))
    _add_accounts(group(commands, "accounts", "list who is who on a platform, to paste into the settings", "PLATFORM"))


def _add_manifest(platforms: Commands) -> None:
    of_slack = command(
        platforms,
        SLACK,
        "print it, for api.slack.com/apps",
        "protocol-bot manifest slack",
        "protocol-bot manifest slack --url https://protocol.example.org",
        "protocol-bot manifest slack --url https://protocol.example.org --hosted",
    )
    of_slack.add_argument("--url", metavar="https://…", help="the bot's own address, where Slack is to call it")
    of_slack.add_argument("--hosted", action="store_true", help="one app that many workspaces install; needs --url")
    of_slack.set_defaults(run=_manifest)
    of_teams = command(
        platforms,
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


def _add_accounts(platforms: Commands) -> None:
    in_slack = command(
        platforms,
        SLACK,
        "list the people of a workspace: needs SLACK_BOT_TOKEN, or the hosted app that the workspace has installed",
        "protocol-bot accounts slack",
        "protocol-bot accounts slack --workspace T0123456789 --data protocol-bot-data",
    )
    in_slack.add_argument("--workspace", metavar="T…", help="of the hosted app: this one alone (default: all of them)")
    in_slack.add_argument("--data", type=Path, default=RUN_DATA, metavar="DIR", help="of the hosted app: its folder")
    in_slack.set_defaults(run=_in_slack)
    in_teams = command(
        platforms,
        TEAMS,
        "list the people of a tenant: needs TEAMS_APP_ID and what goes with it, and a bot that has run",
        "protocol-bot accounts teams --settings protocol-bot.yaml --data protocol-bot-data",
    )
    in_teams.add_argument("--settings", type=Path, default=SETTINGS, metavar="FILE", help=f"default {SETTINGS}")
    in_teams.add_argument("--data", type=Path, default=RUN_DATA, metavar="DIR", help="where the bot keeps everything")
    in_teams.set_defaults(run=_in_teams)


def _manifest(options: argparse.Namespace) -> None:
    """Raises `ProtocolBotError`."""
    print(json.dumps(manifest.manifest(options.url, hosted=options.hosted), ensure_ascii=False, indent=2))


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


def _in_slack(options: argparse.Namespace) -> None:
    """Raises `ProtocolBotError`."""
    from deploy.platforms import slack, slack_hosted  # looking a clause up must not wait for it

    environ = given()
    hosted, url = slack_hosted.given(environ), slack.api_url(environ)
    tokens = [] if hosted else slack.bot_tokens(environ)
    if not (tokens or hosted):
        raise ProtocolBotError(f"{slack.BOT} is not set. It is at {slack.WHERE_BOT}.")
    try:
        from adapters.slack import members

        if hosted:
            tokens = asyncio.run(slack_hosted.tokens(hosted, options.data, options.workspace))
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
    from deploy.platforms import teams_people  # looking a clause up must not wait for it

    listed = asyncio.run(teams_people.listed(given(), options.settings, options.data))
    print("\n\n".join("\n".join(told(one)) for one in listed))


# ---------------------------------------------------------------- lines for protocol-bot.yaml


def told(listed: Listed) -> Iterator[str]:
    """A council's settings. Everybody is a councillor there, until somebody puts it right.

    Where nobody knows the protocol it is left empty: the file is not sound until somebody fills it in.
    """
    lines = "" if listed.council else " Fill in the line below, and this is a protocol-bot.yaml."
    yield f"# {one_line(listed.title)}.{lines}"
    empty = "  # put the id of your protocol here, one of those that protocol-bot check lists, such as barrow"
    yield f"council:{f' {listed.council}' if listed.council else empty}"
    yield f"workspaces: {{{listed.platform}: {listed.workspace}}}"
    yield "# Put each person's offices right, and take out whoever is not to be on the council's list: they can look"
    yield "# clauses up all the same."
    people = [member for member in listed.people if not member.guest]
    yield "people:" if people else "people: []"
    yield from _people(listed.platform, people)
    for guest in (member for member in listed.people if member.guest):
        yield f"# {one_line(guest.name)} is {listed.guest}: guests can look clauses up without being listed."
    if listed.missing:
        yield f"# {listed.missing}"


def _people(platform: str, members: Iterable[Somebody]) -> Iterator[str]:
    taken: set[str] = set()
    for member in members:
        id = short_id(member.name, taken, member.id)
        taken.add(id)
        account = quoted(f"{platform}:{member.id}")
        yield f"  - {{id: {written(id)}, name: {written(member.name)}, offices: [councillor], accounts: [{account}]}}"
