"""Keeps turns and gives back what was kept.

In: a turn, whole. Out: records, answers, waiting notices. Never: keeps half a turn; opens a transaction to read.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, Table, event, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.conversation import Answer, Event, Notice
from bot.errors import AlreadyHeard, Stale
from bot.records import Kept, Passed, Pin, Turn, Waiting
from storage import tables

_answer = msgspec.json.Decoder(Answer | None)
_notice = msgspec.json.Decoder(Notice)
_encode = msgspec.json.encode
R = TypeVar("R", Passed, Pin)


def engine(url: str) -> AsyncEngine:
    """An engine for a database URL. SQLite is set to survive a crash and to wait its turn."""
    made = create_async_engine(url)
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
        told = select(tables.heard.c.answer).where(
            tables.heard.c.platform == event.where.platform,
            tables.heard.c.tenant == event.where.tenant,
            tables.heard.c.id == event.id,
        )
        return [_answer.decode(row) for row in await self._read(told)]

    async def passed(self, council: str, id: str) -> Passed | None:
        """One question passed to the clerk."""
        return await self._one(Passed, tables.passed, council, tables.passed.c.id == id)

    async def pin(self, council: str, key: str) -> Pin | None:
        """The clause the clerk pinned a question to."""
        return await self._one(Pin, tables.pins, council, tables.pins.c.key == key)

    async def keep(self, event: Event, turn: Turn) -> None:
        """Keep all of a turn in one transaction. Raises `AlreadyHeard` and `Stale`; nothing is kept then."""
        async with self._engine.begin() as transaction:
            await _keep_delivery(transaction, event, turn)
            for record in turn.keep:
                await _keep_record(transaction, record)
            for notice in turn.notices:
                row = {"notice": _encode(notice), "due": event.at, "at": event.at}
                await transaction.execute(insert(tables.outbox).values(row))

    async def waiting(self, now: datetime, at_most: int) -> Sequence[Waiting]:
        """Notices due by `now`, oldest first."""
        outbox = tables.outbox.c
        due = select(outbox.order, outbox.notice, outbox.tries).where(outbox.due <= now)
        async with self._reading.connect() as connection:
            rows = (await connection.execute(due.order_by(outbox.due, outbox.order).limit(at_most))).all()
        return [Waiting(order, _notice.decode(notice), tries) for order, notice, tries in rows]

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

    async def _one(self, kind: type[R], table: Table, council: str, which: ColumnElement[bool]) -> R | None:
        rows = await self._read(select(table.c.record).where(table.c.council == council, which))
        return msgspec.json.decode(rows[0], type=kind) if rows else None


async def _keep_delivery(transaction: AsyncConnection, event: Event, turn: Turn) -> None:
    row = {
        "platform": event.where.platform,
        "tenant": event.where.tenant,
        "id": event.id,
        "answer": _encode(turn.answer),
        "at": event.at,
    }
    try:
        await transaction.execute(insert(tables.heard).values(row))
    except IntegrityError:
        raise AlreadyHeard("this delivery was kept before") from None


async def _keep_record(transaction: AsyncConnection, record: Kept) -> None:
    """Insert a new record, or replace exactly the version that was read."""
    table, key = (
        (tables.passed, {"id": record.id}) if isinstance(record, Passed) else (tables.pins, {"key": record.key})
    )
    key = {"council": record.council, **key}
    values = {
        "version": record.version + 1,
        "record": _encode(msgspec.structs.replace(record, version=record.version + 1)),
    }
    if record.version == 0:
        try:
            await transaction.execute(insert(table).values(key | values))
        except IntegrityError:
            raise Stale("somebody kept this first") from None
        return
    here = [table.c[name] == value for name, value in key.items()]
    changed = await transaction.execute(update(table).where(*here, table.c.version == record.version).values(values))
    if changed.rowcount != 1:
        raise Stale("somebody changed this first")
