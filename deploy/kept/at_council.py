"""What a command does at one council: its store, its handbook, and what is done there as an event.

In: the council's settings, a database, a key file. Out: the store, and the handbook as things stand.
Never: keys that do not fit the database; made-up people for a council's own.
"""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from bot.conversation import Due
from bot.errors import ProtocolBotError
from bot.handbook import Handbook
from bot.naming import by_the_clock
from bot.settings import Settings
from deploy.handbooks import of_today
from deploy.kept import folder
from deploy.kept.keeping import keys_of
from deploy.settings.councils import of
from storage.seal import read_keys
from storage.store import SqlStore


@asynccontextmanager
async def opened(options: argparse.Namespace) -> AsyncIterator[tuple[SqlStore, Handbook]]:
    """The store and the handbook of the council that was named, in the folder that was. Raises `ProtocolBotError`."""
    own = of(options.council, options.settings)
    file = folder.found(options.data)
    folder.made_up_will_not_do(file, options.settings)
    async with opened_in(own, file, keys_of(options)) as both:
        yield both


@asynccontextmanager
async def opened_in(own: Settings, file: Path, keys: Path) -> AsyncIterator[tuple[SqlStore, Handbook]]:
    """Those of a council whose settings are read already. Raises `ProtocolBotError`."""
    whose = read_keys(keys)
    async with folder.opened(file) as memory:
        store = SqlStore(memory, whose)
        if (why := await store.unfit()) is not None:
            raise ProtocolBotError(why)
        yield store, await of_today(own, store)


def happening(council: str, what: str, matter: str = "") -> Due:
    """Something done on the command line: one of its own each time, for the same may be done twice."""
    now = datetime.now(UTC)
    where = by_the_clock(council)
    return Due(id=f"{what}/{token_hex(12)}", where=where, at=now, matter=matter, rung=what, due=now)


def nobody(id: str, book: Handbook) -> ProtocolBotError:
    """What is said where somebody is named who is not in the settings."""
    return ProtocolBotError(f"Nobody in the settings has the id {id!r}. The ids: {', '.join(book.roster.seats)}.")
