"""Notices on their way, in rows.

In: notices of a turn. Out: those that are due, in order for each recipient.
Never: what a notice is about, in the clear; one that was refused for good and that nobody is told of.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Edit, Event, Notice, Send
from bot.records import Waiting
from storage import promises
from storage.ring import Index, Ring
from storage.seal import Damaged, UnusableKeys
from storage.tables import fingerprint, outbox

_notice = msgspec.json.Decoder(Notice)

#: How long a notice about a matter waits while there is no key to tell which matter.
_NO_KEY = timedelta(hours=1)


async def add(transaction: AsyncConnection, ring: Ring, event: Event, notice: Notice) -> None:
    """Put a notice in the queue; what it is about is sealed."""
    hidden = None
    if isinstance(notice, Send) and notice.matter:
        hidden = (await ring.made(transaction)).hide(notice.matter)
        notice = replace(notice, matter="")
    to = notice.of.place if isinstance(notice, Edit) else notice.to
    row = {"tenant": event.where.tenant, "recipient": fingerprint(to.platform, to.tenant, to.id), "matter": hidden}
    row |= {"notice": msgspec.json.encode(notice), "name": token_hex(12)}
    await transaction.execute(insert(outbox).values(row | {"due": event.at, "at": event.at}))


async def waiting(connection: AsyncConnection, ring: Ring, now: datetime, at_most: int) -> Sequence[Waiting]:
    """Notices due by `now`, oldest first; none that an earlier one to the same recipient still holds up."""
    column, earlier = outbox.c, outbox.alias("earlier").c
    held_up = exists().where(earlier.recipient == column.recipient, earlier.order < column.order, earlier.due > now)
    due = select(column.order, column.recipient, column.notice, column.tries, column.matter, column.name)
    rows = (
        await connection.execute(due.where(column.due <= now, ~held_up).order_by(column.order).limit(at_most))
    ).all()
    index = await _index(connection, ring) if any(row.matter for row in rows) else None
    return [
        Waiting(row.order, row.recipient, _read(row.notice, row.matter, index), row.tries, row.name or str(row.order))
        for row in rows
    ]


async def delivered(transaction: AsyncConnection, order: int) -> None:
    """This notice arrived: nothing of it stays but that there was one."""
    await _mark(transaction, order, notice=None, matter=None, due=None)


async def put_off(transaction: AsyncConnection, ring: Ring, order: int, until: datetime | None, why: str) -> None:
    """Try again at `until`, or, with None, set it aside with its body and promise that somebody else is told."""
    query = select(outbox.c.matter, outbox.c.at).where(outbox.c.order == order)
    row = (await transaction.execute(query)).first()
    if row is None:
        return  # erased while the platform was asked
    if until is None and row.matter is not None:
        apart = timedelta(microseconds=order)  # two notices of one turn are two promises, each heard once
        until = await _told_of(transaction, ring, row.matter, row.at - apart)
    await _mark(transaction, order, due=until, why=why, tries=outbox.c.tries + 1)


async def _told_of(transaction: AsyncConnection, ring: Ring, hidden: bytes, due: datetime) -> datetime | None:
    """Promise it at once. Without a key the notice waits for one: set aside, its matter would be forgotten."""
    if (index := await _index(transaction, ring)) is None:
        return max(due, datetime.now(UTC)) + _NO_KEY
    if matter := _matter(hidden, index):
        await promises.undelivered(transaction, matter, due)
    return None


async def about(transaction: AsyncConnection, ring: Ring, matter: str) -> None:
    """Remove every notice about a matter, set aside or not."""
    rows = (
        await transaction.execute(select(outbox.c.order, outbox.c.matter).where(outbox.c.matter.is_not(None)))
    ).all()
    index = await _index(transaction, ring) if rows else None
    if index is not None:
        gone = [row.order for row in rows if _matter(row.matter, index) == matter]
        for order in gone:
            await transaction.execute(delete(outbox).where(outbox.c.order == order))


async def _mark(transaction: AsyncConnection, order: int, **values: Any) -> None:
    await transaction.execute(update(outbox).where(outbox.c.order == order).values(**values))


async def _index(connection: AsyncConnection, ring: Ring) -> Index | None:
    try:
        return await ring.index(connection)
    except (UnusableKeys, Damaged):
        return None


def _matter(hidden: bytes, index: Index) -> str:
    try:
        return index.shown(hidden)
    except Damaged:
        return ""


def _read(body: bytes | None, hidden: bytes | None, index: Index | None) -> Notice | None:
    try:
        notice: Notice = _notice.decode(body or b"")
    except msgspec.DecodeError:
        return None
    if index is not None and hidden is not None and isinstance(notice, Send):
        return replace(notice, matter=_matter(hidden, index))
    return notice
