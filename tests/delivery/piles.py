"""A great many promises and notices, of which a few are due; and how a database goes about taking those.

In: a database, how many. Out: rows; the plan, as the database explains it. Never: a timing.
"""

from datetime import timedelta
from types import ModuleType
from typing import Any, Final

from sqlalchemy import Select, Update, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.conversation import Person, Post, Send
from storage import outbox, promises
from storage.database import EVERY, within
from tests.cluster import OWNER
from tests.worlds import NOON

_COUNCILS = 50
#: Numbers from one on.
_NUMBERS: Final = {
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many}) SELECT i FROM n) AS n",
    "postgresql": "generate_series(1, {many}) AS n(i)",
}
#: Of so many, these fall due at once, evenly among the others; all else is promised for the years after.
_DUE: Final = "CASE WHEN n.i % {apart} = 0 THEN {past} ELSE {future} END"
_TABLES: Final[dict[str, ModuleType]] = {"promises": promises, "outbox": outbox}


async def stored(database: AsyncEngine, many: int, *, due_now: int) -> None:
    """So many promises and as many notices, each to somebody else, after which the database looks at what it holds."""
    past, future = (_moment(database, years) for years in (-1, 4))
    due = _DUE.format(apart=many // due_now, past=past, future=future)
    numbers = _NUMBERS[database.dialect.name].format(many=many)
    council, body = f"'c' || (n.i % {_COUNCILS})", "x'7b'" if database.dialect.name == "sqlite" else "'\\x7b'"
    async with within(database, EVERY) as connection:
        await connection.execute(
            text(
                f"INSERT INTO promises (council, matter, rung, due) "  # noqa: S608  # of our own words
                f"SELECT {council}, 'm' || n.i, 'r', {due} FROM {numbers}"
            )
        )
        await connection.execute(
            text(
                f"INSERT INTO outbox (council, recipient, notice, due, tries, why, at, name) "  # noqa: S608
                f"SELECT {council}, 'r' || n.i, {body}, {due}, 0, '', {past}, 'n' || n.i FROM {numbers}"
            )
        )
    await settled(database)


async def settled(database: AsyncEngine) -> None:
    """As a PostgreSQL does by itself, within minutes after many rows have changed."""
    if database.dialect.name != "postgresql":
        return
    owner = create_async_engine(database.url.set(username=OWNER), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with owner.connect() as connection:
        for statement in ("VACUUM ANALYZE promises, outbox", "CHECKPOINT"):
            await connection.execute(text(statement))
    await owner.dispose()


async def explained(database: AsyncEngine, table: str) -> str:
    """How it takes what is due, line by line."""
    async with within(database, EVERY) as connection:
        taking = _TABLES[table].taking(connection, NOON, 8, timedelta(minutes=2))
        return await _plan(connection, taking, {})


async def explained_before_one_is_added(database: AsyncEngine) -> str:
    """How it looks for what stands there unsealed for the same place, line by line."""
    (ask,) = outbox.asked("c1", [Send(to=Person("web", "c1", "ann"), post=Post(()))])
    assert isinstance(ask.values, dict)
    async with within(database, EVERY) as connection:
        return await _plan(connection, ask.statement, ask.values)


async def _plan(connection: AsyncConnection, statement: Select[Any] | Update, given: dict[str, str]) -> str:
    compiled = statement.compile(dialect=connection.dialect)
    values = compiled.construct_params(given)
    if connection.dialect.name == "postgresql":
        told = await connection.exec_driver_sql(f"EXPLAIN (COSTS OFF) {compiled}", values)
    else:  # whatever the values are: it does not look at them
        told = await connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {compiled}", tuple(str(values[name]) for name in compiled.positiontup)
        )
    return "\n".join(str(row[-1]) for row in told)


def _moment(database: AsyncEngine, years: int) -> str:
    moment = NOON.replace(year=NOON.year + years)
    if database.dialect.name == "sqlite":
        return f"'{moment:%Y-%m-%d %H:%M:%S.%f}'"
    return f"TIMESTAMPTZ '{moment.isoformat()}'"
