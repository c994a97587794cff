"""The commands that set a platform up: `manifest`, what to paste into it, and `accounts`, who is who there.

In: the parser of the command line, the environment. Out: the same with these commands; JSON to paste into Slack, lines
to paste into `protocol-bot.yaml`. Never: a token on the terminal; a file written; a person added without anybody's say.
"""

import argparse
import asyncio
import json
import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Final, TypeAlias, get_args

from adapters.slack import PLATFORM as SLACK
from adapters.slack import manifest
from bot.errors import ProtocolBotError
from bot.settings import GROUP, Office

if TYPE_CHECKING:
    from adapters.slack.members import Member, Members

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

_ID_LENGTH: Final = 40
#: A name that YAML takes for nothing but itself; any other stands in quotation marks.
_PLAIN: Final = re.compile(r"[^\W\d_][\w.’'-]*( [\w.’'(-][\w.’')-]*)*")
#: Words that YAML's readers take for something else.
_NOT_PLAIN: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def add_to(commands: Commands) -> None:
    """Both of them."""
    printed = commands.add_parser("manifest", help="print the app's description, to paste into a platform")
    of_slack = printed.add_subparsers(required=True, metavar="PLATFORM").add_parser(
        SLACK, help="for api.slack.com/apps"
    )
    of_slack.add_argument("--url", metavar="https://…", help="the bot's own address, where Slack is to call it")
    of_slack.set_defaults(run=_manifest)
    listed = commands.add_parser("accounts", help="list who is who on a platform, to paste into the settings")
    in_slack = listed.add_subparsers(required=True, metavar="PLATFORM").add_parser(SLACK, help="needs SLACK_BOT_TOKEN")
    in_slack.set_defaults(run=_accounts)


def _manifest(options: argparse.Namespace) -> None:
    """Raises `ProtocolBotError`."""
    print(json.dumps(manifest.manifest(options.url), ensure_ascii=False, indent=2))


def _accounts(_options: argparse.Namespace) -> None:
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
    print("\n\n".join("\n".join(told(workspace)) for workspace in found))


# ---------------------------------------------------------------- lines for protocol-bot.yaml


def told(workspace: "Members") -> Iterator[str]:
    """A council's settings, but for its protocol. Everybody is a councillor there, until somebody puts it right.

    The protocol is left empty: the file is not sound until somebody fills it in.
    """
    yield f"# {_one_line(workspace.name)}, as Slack knows it. Fill in the line below, and this is a protocol-bot.yaml."
    yield "council:  # put the id of your protocol here, one of those that protocol-bot check lists, such as barrow"
    yield f"workspaces: {{{SLACK}: {workspace.team}}}"
    yield "# Put each person's offices right, and take out whoever is not to be on the council's list: they can look"
    yield "# clauses up all the same."
    people = [member for member in workspace.members if not member.guest]
    yield "people:" if people else "people: []"
    yield from _people(people)
    for guest in (member for member in workspace.members if member.guest):
        name = _one_line(guest.name)
        yield f"# {name} is a guest of the workspace: guests can look clauses up without being listed."
    if not workspace.whole:
        yield f"# Slack has more people than these {len(workspace.members)}: add whoever is missing by hand."


def _people(members: Iterable["Member"]) -> Iterator[str]:
    taken: set[str] = set()
    for member in members:
        id = _id(member, taken)
        taken.add(id)
        account = json.dumps(f"{SLACK}:{member.id}")
        yield f"  - {{id: {_written(id)}, name: {_written(member.name)}, offices: [councillor], accounts: [{account}]}}"


def _id(member: "Member", taken: Collection[str]) -> str:
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
