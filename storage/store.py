"""Keeps turns and gives back what was kept.

In: a turn, whole. Out: records, answers, waiting notices. Never: keeps half a turn; opens a transaction to read.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2s
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace
from sqlalchemy import Select, Table, event, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.conversation import Answer, Edit, Event, Notice
from bot.errors import AlreadyHeard, Stale
from bot.records import Kept, Passed, Pin, Turn, Waiting
from storage import tables

_answer = msgspec.json.Decoder(Answer | None)
_notice = msgspec.json.Decoder(Notice)
_encode = msgspec.json.encode
R = TypeVar("R", Passed, Pin)


def engine(url: str) -> AsyncEngine:
    """An engine for a database URL. SQLite is set to survive a crash and to wait its turn."""
    made = create_async_engine(url, hide_parameters=True)  # what people wrote must not stand in an error
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)  # nor in a log: it would write every value at DEBUG
    if made.dialect.name == "sqlite":
        event.listen(made.sync_engine, "connect", _careful_sqlite)
        event.listen(made.sync_engine, "begin", _one_writer)
    return made


def _careful_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below: the driver would put it off
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _one_writer(connection: Any) -> None:
    """Take the write lock at once: a transaction that upgrades later can fail with everything decided."""
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def reading(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for reading: it opens no transaction."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


class SqlStore:
    """The store of `bot.ports`, on any database that SQLAlchemy speaks to."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    async def heard(self, event: Event) -> Sequence[Answer | None]:
        """The answer once given to this very delivery, as a sequence of one; empty if it was never kept."""
        heard = tables.heard.c
        told = select(heard.answer).where(heard.tenant == event.where.tenant, heard.delivery == _delivery(event))
        return [_answer.decode(row) for row in await self._read(told)]

    async def passed(self, council: str, id: str) -> Passed | None:
        """One question passed to the clerk."""
        return await self._one(Passed, council, id)

    async def pin(self, council: str, key: str) -> Pin | None:
        """The clause the clerk pinned a question to."""
        return await self._one(Pin, council, key)

    async def keep(self, event: Event, turn: Turn) -> None:
        """Keep all of a turn in one transaction. Raises `AlreadyHeard` and `Stale`; nothing is kept then."""
        try:
            async with self._engine.begin() as transaction:
                await transaction.execute(insert(tables.heard).values(_heard_row(event, turn)))
                for record in turn.keep:
                    await _keep_record(transaction, record)
                for notice in turn.notices:
                    await transaction.execute(insert(tables.outbox).values(_notice_row(event, notice)))
        except IntegrityError as twice:
            if await self.heard(event):
                raise AlreadyHeard("this delivery was kept before") from None
            raise Stale("somebody kept this first") from twice

    async def waiting(self, now: datetime, at_most: int) -> Sequence[Waiting]:
        """Notices due by `now`, oldest first; none that an earlier one to the same recipient still holds up."""
        outbox, earlier = tables.outbox.c, tables.outbox.alias("earlier").c
        held_up = exists().where(earlier.recipient == outbox.recipient, earlier.order < outbox.order, earlier.due > now)
        due = select(outbox.order, outbox.recipient, outbox.notice, outbox.tries).where(outbox.due <= now, ~held_up)
        async with self._reading.connect() as connection:
            rows = (await connection.execute(due.order_by(outbox.order).limit(at_most))).all()
        return [Waiting(order, to, _read_notice(notice), tries) for order, to, notice, tries in rows]

    async def delivered(self, order: int) -> None:
        """This notice arrived: its body is dropped."""
        await self._mark(order, notice=None, due=None)

    async def put_off(self, order: int, until: datetime | None, why: str) -> None:
        """This notice was refused: try again at `until`, or, with None, set it aside with its body."""
        await self._mark(order, due=until, why=why, tries=tables.outbox.c.tries + 1)

    async def _mark(self, order: int, **values: Any) -> None:
        async with self._engine.begin() as transaction:
            await transaction.execute(update(tables.outbox).where(tables.outbox.c.order == order).values(**values))

    async def _read(self, query: Select[Any]) -> Sequence[Any]:
        async with self._reading.connect() as connection:
            found: Sequence[Any] = (await connection.execute(query)).scalars().all()
        return found

    async def _one(self, kind: type[R], council: str, key: str) -> R | None:
        table, column = _PLACES[kind]
        rows = await self._read(select(table.c.record).where(table.c.council == council, table.c[column] == key))
        return msgspec.json.decode(rows[0], type=kind) if rows else None


#: Where each kind of record is kept, and by which of its fields.
_PLACES: dict[type[Kept], tuple[Table, str]] = {Passed: (tables.passed, "id"), Pin: (tables.pins, "key")}


def _delivery(event: Event) -> str:
    """A delivery id of any length, as one of fixed length; two platforms may use the same."""
    return _fingerprint(event.where.platform, event.id)


def _fingerprint(*parts: str) -> str:
    return blake2s(_encode(parts), digest_size=32).hexdigest()


def _heard_row(event: Event, turn: Turn) -> dict[str, Any]:
    answer = _encode(turn.answer)
    return {"tenant": event.where.tenant, "delivery": _delivery(event), "answer": answer, "at": event.at}


def _notice_row(event: Event, notice: Notice) -> dict[str, Any]:
    to = notice.of.place if isinstance(notice, Edit) else notice.to
    recipient = _fingerprint(to.platform, to.tenant, to.id)
    row = {"tenant": event.where.tenant, "recipient": recipient, "notice": _encode(notice)}
    return row | {"due": event.at, "at": event.at}


def _read_notice(body: bytes | None) -> Notice | None:
    try:
        notice: Notice = _notice.decode(body or b"")
    except msgspec.DecodeError:
        return None
    return notice


async def _keep_record(transaction: AsyncConnection, record: Kept) -> None:
    """Insert a new record, or replace exactly the version that was read."""
    table, column = _PLACES[type(record)]
    key = {"council": record.council, column: getattr(record, column)}
    kept = replace(record, version=record.version + 1)
    values = {"version": kept.version, "record": _encode(kept)}
    if record.version == 0:
        await transaction.execute(insert(table).values(key | values))
        return
    here = [table.c[name] == value for name, value in key.items()]
    changed = await transaction.execute(update(table).where(*here, table.c.version == record.version).values(values))
    if changed.rowcount != 1:
        raise Stale("somebody changed this first")
