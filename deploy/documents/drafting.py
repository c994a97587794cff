"""The command `draft`: a pack file becomes the draft that the clerk goes through in the chat, `/protocol setup`.

In: a pack file, the council's settings, the folder of the database. Out: the draft in the database, and who finds it.
Never: puts anything in force; throws a draft away that somebody is going through, unless they say so.
"""

import argparse
import asyncio
from pathlib import Path
from secrets import token_hex

from bot.drafting import may_set_up, trace
from bot.edition import Draft
from bot.errors import ProtocolBotError, Stale
from bot.handbook import Handbook
from bot.pack import Pack
from bot.records import COMMAND_LINE, Turn
from content import load
from deploy.documents.adopting import data_of, opened
from deploy.kept import databases
from deploy.kept.at_council import happening
from storage.store import SqlStore


def draft(options: argparse.Namespace) -> None:
    """Keep it as the draft. Raises `ProtocolBotError`."""
    asyncio.run(_drafted(load.pack(options.pack), options))


async def _drafted(pack: Pack, options: argparse.Namespace) -> None:
    async with opened(pack, options) as (store, book):
        await _kept(pack, store, replacing=options.replace)
        print(_done(pack, book, data_of(options)))


async def _kept(pack: Pack, store: SqlStore, *, replacing: bool) -> None:
    before = await store.draft(pack.council)
    if before and before.pack and not replacing:
        raise ProtocolBotError(
            f"There is a draft of {before.pack.name} already, and the clerk may be going through it. "
            "To put this one in its place, add --replace: what was decided about its rules is lost then."
        )
    event, version = happening(pack.council, "draft", "edition"), before.version if before else 0
    new = Draft(council=pack.council, id=token_hex(10), pack=pack, at=event.at, version=version)
    try:
        turn = Turn(keep=(new,), traces=(trace(new, COMMAND_LINE, "brought"),))
        await store.keep(pack.council, event, turn)
    except Stale:
        raise ProtocolBotError("Somebody changed the draft in this very moment. Run the command again.") from None


def _done(pack: Pack, book: Handbook, data: Path) -> str:
    """Where it went: to whom, and how they find it."""
    names = ", ".join(seat.name for seat in book.roster.seats.values() if may_set_up(seat, book))
    where = "the database that DATABASE_URL names" if databases.elsewhere() else f"the database in {data}"
    finds = (
        f"{names} finds it" if names else "Nobody in the settings is the clerk or the chair yet; whoever is finds it"
    )
    return (
        f"It is the draft of {pack.name} (council: {pack.council}), in {where}. {finds} under /protocol setup. "
        "Nothing is in force yet."
    )
