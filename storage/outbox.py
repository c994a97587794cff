"""Notices on their way, in rows.

In: notices of a turn. Out: those that are due, in order for each recipient.
Never: with keys, anything in the clear of whom a notice is for, what it says or what it is about, nor a row of one that
arrived; without keys, a notice about a matter; one that was refused for good and that nobody is told of.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, delete, exists, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Edit, Event, Notice, Person, Place, Send
from bot.records import Waiting
from storage import promises
from storage.ring import Index, Ring, is_sealed, sealed_in
from storage.seal import Damaged
from storage.tables import fingerprint, outbox

_notice = msgspec.json.Decoder(Notice)

#: How long a sealed notice waits while there is no key to tell what it is about.
_NO_KEY: Final = timedelta(hours=1)
_SEALED: Final = sealed_in(outbox.c.notice)
_WHOLE: Final = outbox.c["order", "tenant", "notice", "name"]


# ---------------------------------------------------------------- in


async def add(transaction: AsyncConnection, ring: Ring, event: Event, notices: Sequence[Notice]) -> None:
    """Put notices in the queue, sealed, all of them alike. Without keys one about a matter raises as `Ring.index`."""
    if not notices:
        return
    private = any(isinstance(notice, Send) and notice.matter for notice in notices)
    index = await (ring.made(transaction) if private else ring.made_if_fit(transaction))
    if index is not None:
        await _seal_the_others(transaction, index)
    tenant = event.where.tenant
    for notice in notices:
        name = secrets.token_hex(12)
        row = _row(notice, tenant, name, index)
        await transaction.execute(
            insert(outbox).values(row | {"tenant": tenant, "name": name, "due": event.at, "at": event.at})
        )


async def _seal_the_others(transaction: AsyncConnection, index: Index) -> None:
    """Those kept before there were keys, so that whatever is for one place stays in order."""
    plain = select(*_WHOLE).where(~_SEALED)
    for row in (await transaction.execute(plain)).all():
        if (notice := _read(row, index)) is not None:
            await _mark(transaction, row.order, **_row(notice, row.tenant, row.name, index))


def _row(notice: Notice, tenant: str, name: str, index: Index | None) -> dict[str, Any]:
    """What tells whom it is for and what it says."""
    to, body = _to(notice), msgspec.json.encode(notice)
    if index is None:
        return {"recipient": fingerprint(to.platform, to.tenant, to.id), "notice": body}
    return {
        "recipient": index.recipient(to.platform, to.tenant, to.id),
        "notice": index.sealed(body, *_bound(tenant, name)),
    }


def _to(notice: Notice) -> Person | Place:
    return notice.of.place if isinstance(notice, Edit) else notice.to


def _bound(tenant: str, name: str) -> tuple[str, ...]:
    return ("notice", tenant, name)


# ---------------------------------------------------------------- out


async def waiting(connection: AsyncConnection, ring: Ring, now: datetime, at_most: int) -> Sequence[Waiting]:
    """Notices due by `now`, oldest first; none that an earlier one to the same recipient still holds up.

    Those that are sealed wait for the keys where there are none.
    """
    column, earlier = outbox.c, outbox.alias("earlier").c
    held_up = exists().where(earlier.recipient == column.recipient, earlier.order < column.order, earlier.due > now)
    index = await ring.fit(connection)
    due = select(*_WHOLE, column.recipient, column.tries).where(column.due <= now, ~held_up, _readable(index))
    rows = (await connection.execute(due.order_by(column.order).limit(at_most))).all()
    return [Waiting(row.order, row.recipient, _read(row, index), row.tries, row.name or str(row.order)) for row in rows]


def _readable(index: Index | None) -> ColumnElement[bool]:
    return ~_SEALED if index is None else true()


async def delivered(transaction: AsyncConnection, order: int) -> None:
    """This notice arrived: nothing of it stays, and its number is never given to another."""
    await transaction.execute(delete(outbox).where(outbox.c.order == order))


async def put_off(transaction: AsyncConnection, ring: Ring, order: int, until: datetime | None, why: str) -> None:
    """Try again at `until`, or, with None, set it aside with its body and promise that somebody else is told."""
    row = (await transaction.execute(select(*_WHOLE, outbox.c.at).where(outbox.c.order == order))).first()
    if row is None:
        return  # erased while the platform was asked
    if until is None:
        until = await _told_of(transaction, ring, row)
    await _mark(transaction, order, due=until, why=why, tries=outbox.c.tries + 1)


async def _told_of(transaction: AsyncConnection, ring: Ring, row: Any) -> datetime | None:
    """Promise it at once. Without a key the notice waits for one: set aside, its matter would be forgotten."""
    due: datetime = row.at - timedelta(microseconds=row.order)  # two of one turn are two promises, each heard once
    index = await ring.fit(transaction)
    if index is None and is_sealed(row.notice):
        return max(due, datetime.now(UTC)) + _NO_KEY
    notice = _read(row, index)
    if isinstance(notice, Send) and notice.matter:
        await promises.undelivered(transaction, notice.matter, due)
    return None


async def about(transaction: AsyncConnection, ring: Ring, matter: str, reference: str) -> None:
    """Remove every sealed notice about a matter or with its reference in it, set aside or not."""
    index = await ring.fit(transaction)
    if index is None:
        return
    rows = (await transaction.execute(select(*_WHOLE).where(_SEALED))).all()
    for row in rows:
        notice = _read(row, index)
        named = bool(reference) and reference.casefold() in msgspec.json.encode(notice).decode().casefold()
        if named or (isinstance(notice, Send) and notice.matter == matter):
            await transaction.execute(delete(outbox).where(outbox.c.order == row.order))


# ---------------------------------------------------------------- rows


async def _mark(transaction: AsyncConnection, order: int, **values: Any) -> None:
    await transaction.execute(update(outbox).where(outbox.c.order == order).values(**values))


def _read(row: Any, index: Index | None) -> Notice | None:
    """None for what can't be read, now or ever."""
    body: bytes = row.notice or b""
    try:
        if index is not None and is_sealed(body):
            body = index.opened(body, *_bound(row.tenant, row.name))
        notice: Notice = _notice.decode(body)
    except (Damaged, msgspec.DecodeError):
        return None
    return notice
