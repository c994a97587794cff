"""The commands that decide on a concern: keep it from being erased, let it go again, erase it.

In: a reference, who decides, why. Out: the concern under a legal hold or under none, or nothing left of it.
Never: what is under a legal hold erased; a concern decided on by a party to it; anything of it on the terminal.
"""

import argparse
import asyncio
from collections.abc import Callable
from datetime import datetime
from shlex import quote
from typing import TypeAlias

from bot import course
from bot.concern import Concern
from bot.errors import ProtocolBotError, Stale
from bot.handbook import Handbook
from bot.records import Trace, Turn
from deploy.kept import at_council
from deploy.kept.at_council import happening

#: What comes of a decision on a concern.
_Decide: TypeAlias = Callable[[Concern, argparse.Namespace, datetime, Handbook], Turn]
_TRIES = 3


def hold(options: argparse.Namespace) -> None:
    """A concern is not erased until it is let go. Raises `ProtocolBotError`."""
    if not options.why.strip():
        raise ProtocolBotError("Say why it must be kept, with --why TEXT.")
    asyncio.run(_decided(options, _held))
    print(f"It is kept from now on. To let it go again: {_letting_go(options)}")


def let_go(options: argparse.Namespace) -> None:
    """A legal hold ends. Raises `ProtocolBotError`."""
    asyncio.run(_decided(options, _let_go))
    print("It is let go, and erased when its time comes.")


def erase(options: argparse.Namespace) -> None:
    """A concern, whole and for good. Raises `ProtocolBotError`."""
    asyncio.run(_decided(options, _erased))
    print("It is erased. What stays is who did what when, without names. Older copies of the database still hold it.")


def _held(concern: Concern, options: argparse.Namespace, now: datetime, book: Handbook) -> Turn:
    if concern.hold is not None:
        raise ProtocolBotError(f"{options.reference} is under a legal hold already.")
    kept = course.held(concern, options.by, options.why.strip(), now, book.nation)
    return Turn(keep=(kept,), traces=(Trace(concern.matter, options.by, "held"),))


def _let_go(concern: Concern, options: argparse.Namespace, now: datetime, book: Handbook) -> Turn:
    if concern.hold is None:
        raise ProtocolBotError(f"{options.reference} is under no legal hold.")
    kept = course.held(concern, options.by, "", now, book.nation)
    return Turn(keep=(kept,), traces=(Trace(concern.matter, options.by, "let-go"),))


def _erased(concern: Concern, options: argparse.Namespace, _now: datetime, _book: Handbook) -> Turn:
    if concern.hold is not None:
        raise ProtocolBotError(f"{options.reference} is under a legal hold. To let it go: {_letting_go(options)}")
    trace = Trace(concern.matter, options.by, f"erased-{options.why}")
    return Turn(keep=(concern,), erase=(concern.matter,), traces=(trace,))  # kept too: a hold put meanwhile is `Stale`


async def _decided(options: argparse.Namespace, decide: _Decide) -> None:
    """What somebody decided of a concern; decided again where it was changed meanwhile."""
    async with at_council.opened(options) as (store, book):
        if options.by not in book.roster.seats:
            raise at_council.nobody(options.by, book)
        for _ in range(_TRIES):
            concern = await store.called(options.council, options.reference)
            if concern is None or options.by in concern.parties.barred:  # the same words: nothing is told by them
                raise ProtocolBotError(
                    f"There is no concern {options.reference} at {options.council} on which {options.by} can decide."
                )
            heard = happening(options.council, "decide", concern.matter)
            turn = decide(concern, options, heard.at, book)
            try:
                await store.keep(options.council, heard, turn)
            except Stale:
                continue
            if turn.erase:
                await store.tidy(heard.at)  # out of the file too
            return
    raise ProtocolBotError(f"{options.reference} is being changed by somebody just now. Nothing was done; try again.")


def _letting_go(options: argparse.Namespace) -> str:
    settings = f" --settings {quote(str(options.settings))}" if options.settings else ""
    keys = f" --file {quote(str(options.file))}" if options.file else ""
    where = f"--data {quote(str(options.data))}{keys} --council {options.council}{settings}"
    return f"protocol-bot concern let-go {quote(options.reference)} {where} --by ID"
