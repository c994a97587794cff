"""Notices that were given up: counted, listed, sent again, dropped.

In: the database; whose, or which. Out: how many, and what can be told of each.
Never: whom one is for, what it says or what it is about: who looks may be whom a concern is about.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, String, cast, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Send
from storage.database import erased
from storage.outbox import WHOLE, read
from storage.ring import Ring, is_sealed
from storage.tables import outbox

_NAME = func.coalesce(func.nullif(outbox.c.name, ""), cast(outbox.c.order, String))  # a number, of an earlier version
_ASIDE = outbox.c.due.is_(None), outbox.c.notice.is_not(None)


class Aside(Struct, frozen=True):
    """A notice that was given up. `name` is what its platform knows it by, `why` a sentence or word of ours."""

    council: str
    name: str
    at: datetime
    tries: int
    once: bool
    why: str


async def count(connection: AsyncConnection, ring: Ring, council: str) -> int:
    """How many of a council's an administrator may be told of. What can't be read counts: somebody has to see to it.

    Not those with a matter, of which somebody else was told instead, nor what else is hushed.
    """
    index = await ring.fit(connection)
    rows = (await connection.execute(select(*WHOLE).where(outbox.c.council == council, *_ASIDE))).all()
    kept = [read(row, index) for row in rows if index is not None or not is_sealed(row.notice)]
    return sum(not (isinstance(notice, Send) and (notice.hushed or notice.matter)) for notice in kept)


async def every(connection: AsyncConnection) -> Sequence[Aside]:
    """All of them, council by council, the oldest first."""
    column = outbox.c
    told = select(column.council, _NAME, column.at, column.tries, column.once, column.why).where(*_ASIDE)
    return [Aside(*row) for row in await connection.execute(told.order_by(column.council, column.order))]


async def again(transaction: AsyncConnection, now: datetime, name: str | None) -> int:
    """Send one, or, with None, all of them once more, as if they were new; says how many."""
    anew = {"due": now, "tries": 0, "why": "", "lease": None, "sending": False}
    return (await transaction.execute(update(outbox).where(*_these(name)).values(anew))).rowcount


async def old(connection: AsyncConnection, before: datetime) -> int:
    """How many were kept before then."""
    return (await connection.execute(select(func.count()).where(*_ASIDE, outbox.c.at < before))).scalar_one()


async def drop_old(transaction: AsyncConnection, before: datetime) -> None:
    """Drop all that were kept before then, for good. Whoever had to see to them was told of them every day."""
    await transaction.execute(delete(outbox).where(*_ASIDE, outbox.c.at < before))


async def drop(transaction: AsyncConnection, name: str) -> bool:
    """Drop one for good; says whether there was one."""
    gone = (await transaction.execute(delete(outbox).where(*_these(name)))).rowcount
    if gone:
        await erased(transaction)
    return bool(gone)


def _these(name: str | None) -> tuple[ColumnElement[bool], ...]:
    return _ASIDE if name is None else (*_ASIDE, _NAME.in_((name,)))
