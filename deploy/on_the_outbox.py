"""The command `outbox`: what could not be delivered, sent again or dropped.

In: the parser of the command line. Out: the same with this command; lines about each message that was given up.
Never: whom a message is for, what it says or what it is about: who looks may be whom a concern is about. Nor the
database's machinery before it is run.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.errors import ProtocolBotError
from bot.workdays import LONDON
from deploy import usual
from deploy.commands import Commands, command

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.aside import Aside

T = TypeVar("T")


def add_to(commands: Commands) -> None:
    """The command."""
    outbox = command(
        commands,
        "outbox",
        "show what could not be delivered, send it again or drop it",
        "protocol-bot outbox",
        "protocol-bot outbox again --all",
    )
    actions = outbox.add_subparsers(metavar="ACTION")
    again = command(
        actions, "again", "send a message again, or all of them", "protocol-bot outbox again 5f0c3a9be1d24c7788aa0b12"
    )
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("name", nargs="?", metavar="NAME", help="as `protocol-bot outbox` shows it")
    which.add_argument("--all", action="store_true", help="every message that could not be delivered")
    drop = command(
        actions,
        "drop",
        "let a message go for good: nobody is ever told it",
        "protocol-bot outbox drop 5f0c3a9be1d24c7788aa0b12 --yes",
    )
    drop.add_argument("name", metavar="NAME", help="as `protocol-bot outbox` shows it")
    drop.add_argument("--yes", action="store_true", help="yes, nobody is ever to be told it")
    for one, run in ((outbox, _show), (again, _again), (drop, _drop)):
        # An action's own default would write over what was given before it.
        default = usual.data() if one is outbox else argparse.SUPPRESS
        one.add_argument("--data", type=Path, default=default, metavar="DIR", help="where everything is kept")
        one.set_defaults(run=run)


def _show(options: argparse.Namespace) -> None:
    """Raises `ProtocolBotError`."""
    from storage import aside

    found = asyncio.run(_within(options.data, aside.every))
    if not found:
        print("Every message was delivered, or will be tried again.")
        return
    for council, messages in groupby(found, key=lambda one: one.council):
        print(f"{council}:")
        for one in messages:
            print(f"  {_told(one)}")
    print("`protocol-bot outbox again NAME` sends one again, `protocol-bot outbox again --all` all of them.")


def _told(one: "Aside") -> str:
    """The day and not the minute: that might tell who had just done something."""
    kept = f"{one.at.astimezone(LONDON):%Y-%m-%d}"
    tries = "1 try" if one.tries == 1 else f"{one.tries} tries"
    return f"{one.name}  kept {kept}, {tries}, {'at most once' if one.once else 'at least once'}. {one.why}"


def _again(options: argparse.Namespace) -> None:
    """Raises `ProtocolBotError`."""
    from storage import aside

    sent = asyncio.run(_within(options.data, lambda all: aside.again(all, datetime.now(UTC), options.name)))
    if options.name and not sent:
        raise _unknown(options.name)
    print(f"{_messages(sent)} will be sent again by the running bot, within seconds.")


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _drop(options: argparse.Namespace) -> None:
    """Raises `ProtocolBotError`."""
    from storage import aside

    if not options.yes:
        raise ProtocolBotError(
            "Nobody will ever be told this message, and nothing brings it back. Add --yes to drop it."
        )
    if not asyncio.run(_within(options.data, lambda all: aside.drop(all, options.name), forget=True)):
        raise _unknown(options.name)
    print(f"{options.name} is gone.")


def _unknown(name: str) -> ProtocolBotError:
    return ProtocolBotError(
        f"No message that could not be delivered is called {name}. `protocol-bot outbox` lists them."
    )


async def _within(data: Path, work: Callable[["AsyncConnection"], Awaitable[T]], *, forget: bool = False) -> T:
    """One transaction over all councils: whoever has this computer looks after all of them."""
    from deploy.kept import folder
    from storage.database import EVERY, empty_log, within

    async with folder.opened(folder.found(data)) as memory:
        async with within(memory, EVERY) as transaction:
            done = await work(transaction)
        if forget:
            await empty_log(memory)
    return done
