"""Every row of a database, as things to put into a file one after the other; and such a file's rows into a database.

In: a connection, within which nothing changes; things out of a file. Out: the same rows in another database, of either
kind.
Never: all rows in memory at once; a table left out; a row changed.
"""

from collections.abc import AsyncGenerator, Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables
from storage.migrate import at, upgrade
from storage.tables import metadata

_SOME: Final = 500  # rows that are read or written at a time
_VERSION: Final = "alembic_version"
#: What begins each thing in a file.
HEAD, FILE, TABLE, ROW, END = "head", "file", "table", "row", "end"


# ---------------------------------------------------------------- out of a database


async def read(connection: AsyncConnection) -> AsyncGenerator[tuple[Any, ...], None]:
    """Its step, then each table with its rows, then how many of each there were."""
    tables = await connection.run_sync(_tables)
    step = await connection.run_sync(at)
    yield HEAD, {"step": step, "numbers": await _numbers(connection, tables)}
    counted: dict[str, int] = {}
    for table in tables:
        yield TABLE, str(table.name), [str(column.name) for column in table.c]
        counted[str(table.name)] = 0
        rows = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_SOME)
        async with connection.stream(rows) as found:
            async for row in found:
                counted[str(table.name)] += 1
                yield ROW, [_told(value) for value in row]
    yield END, counted


def _tables(connection: Connection) -> list[Table]:
    """Ours, as they are there: a database may be of an earlier step."""
    found = MetaData()
    there = MigrationContext.configure(connection).get_current_revision()
    found.reflect(connection, only=lambda name, _: name in metadata.tables)
    return list(found.sorted_tables) if there else []


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return bytes(value) if isinstance(value, memoryview) else value


async def _numbers(connection: AsyncConnection, tables: Iterable[Table]) -> dict[str, int]:
    """The last number that each table gave to a row: none of them is given to another, though the row has gone."""
    ours = {table.name for table in tables}
    if connection.dialect.name == "sqlite":
        if not (await connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")).first():
            return {}
        rows = await connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        return {row.name: row.seq for row in rows if row.name in ours}
    found = {}
    for name, column in counted(ours):
        asked = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, :column)::regclass)")
        if (last := (await connection.execute(asked, {"name": name, "column": column})).scalar()) is not None:
            found[name] = int(last)
    return found


def counted(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Those of these tables that number their rows, each with the column."""
    for name in sorted(names):
        column = metadata.tables[name].autoincrement_column
        if column is not None:
            yield name, column.name


# ---------------------------------------------------------------- into a database


async def is_empty(connection: AsyncConnection) -> bool:
    """Whether no table of ours has a row in it, or there is none."""
    for table in await connection.run_sync(_tables):
        if (await connection.execute(select(text("1")).select_from(table).limit(1))).first():
            return False
    return True


async def made(transaction: AsyncConnection, step: str) -> None:
    """The tables of this step, in place of the empty ones that may be there. Raises `CommandError`."""
    there = await transaction.run_sync(at)
    if there is not None and there != step:
        await transaction.run_sync(_dropped)
    await transaction.run_sync(upgrade, step)


def _dropped(connection: Connection) -> None:
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in metadata.tables or name == _VERSION)
    found.drop_all(connection)


async def put(transaction: AsyncConnection, things: Iterator[Any], numbers: dict[str, int]) -> dict[str, int]:
    """The rows of every table, into tables of their own step; says how many. `things` come after the head."""
    tables = {table.name: table for table in await transaction.run_sync(_tables)}
    written: dict[str, int] = {}
    table, names = "", list[str]()
    waiting: list[dict[str, Any]] = []
    for thing in chain(things, [(END, {})]):
        if thing[0] != ROW or len(waiting) >= _SOME:
            if waiting:
                await transaction.execute(insert(tables[table]), waiting)
            waiting = []
        match thing[0]:
            case "table":
                table, names = thing[1], thing[2]
                written[table] = 0
            case "row":
                waiting.append(dict(zip(names, thing[1], strict=True)))
                written[table] += 1
    await _number_on(transaction, numbers, tables)
    return written


async def _number_on(transaction: AsyncConnection, numbers: dict[str, int], tables: dict[str, Table]) -> None:
    """Go on counting where the other database would have."""
    for name, column in counted(tables):
        largest = (await transaction.execute(select(func.max(tables[name].c[column])))).scalar() or 0
        last = max(largest, numbers.get(name, 0))
        if last and transaction.dialect.name == "postgresql":
            on = text("SELECT setval(pg_get_serial_sequence(:name, :column), :last)")
            await transaction.execute(on, {"name": name, "column": column, "last": last})
        elif last and name in await _counts_once(transaction):
            await transaction.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            await transaction.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, last))


async def _counts_once(transaction: AsyncConnection) -> set[str]:
    """SQLite's tables whose numbers are never given twice."""
    asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
    return set((await transaction.exec_driver_sql(asked)).scalars())


# ---------------------------------------------------------------- made fit to serve


async def let_out_of_hand(transaction: AsyncConnection, now: datetime) -> int:
    """Nothing is in anybody's hand, and what may arrive at most once and may have arrived is set aside; says how many.

    All else that waits is sent: better twice than never.
    """
    sent = tables.outbox.c
    may_be = sent.once, sent.due.is_not(None), sent.due <= now
    why = "It comes from a backup, and may have been delivered before."
    aside = await transaction.execute(update(tables.outbox).where(*may_be).values(due=None, why=why))
    await transaction.execute(update(tables.outbox).values(lease=None, sending=False))
    await transaction.execute(update(tables.promises).values(lease=None))
    return aside.rowcount


async def without_typed(transaction: AsyncConnection) -> None:
    """Without what people typed into their own browser chat: they may have taken it away since, and nothing tells."""
    post = tables.web_posts.c
    await transaction.execute(delete(tables.web_posts).where(post.author == post.only_for))


async def councils(connection: AsyncConnection) -> set[str]:
    """Every council that has a row anywhere."""
    found: set[str] = set()
    for table in metadata.sorted_tables:
        if "council" in table.c:
            found |= set((await connection.execute(select(table.c.council).distinct())).scalars())
    return found
