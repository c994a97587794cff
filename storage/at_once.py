"""Several statements in one go: SQLAlchemy is asked once, and PostgreSQL waited for once, where each by itself is.

In: a connection, statements with their values. Out: the rows of each. Never: another transaction than the connection's;
a statement after one that was refused.

Each is compiled by SQLAlchemy and done by the driver: psycopg sends all of them in one piece (its pipeline), aiosqlite
does them in one trip to its thread. To SQLAlchemy they are one statement: its events, errors and transactions are those
of any.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import Dialect, event
from sqlalchemy.engine import ExecutionContext
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql import Delete, Insert, Select, Update

from bot.errors import Stale

Values: TypeAlias = Mapping[str, Any]
Rows: TypeAlias = list[tuple[Any, ...]]
Statement: TypeAlias = Select[Any] | Insert | Update | Delete

_SEVERAL: Final = "several"
_KNOWN: Final = 500  # statements that stay compiled
_SPOKEN: Final[dict[str, Dialect]] = {}
#: What SQLite is asked for several with. A connection that knows nothing of it answers with a row, and is asked for one
#: after the other.
_ONE_TRIP: Final = "SELECT 'several'"


class Ask(NamedTuple):
    """A statement and its values; with a sequence of values it is done once for each, and gives no rows.

    An insert is given every value: a column's default that SQLAlchemy would fill in is not.
    `must`: how many rows it changes, or `Stale` is raised. `unless_there`: rows whose unique key stands there already
    are not inserted.
    """

    statement: Statement
    values: Values | Sequence[Values]
    must: int | None = None
    unless_there: bool = False


class _Said(NamedTuple):
    """An ask, as its driver takes it."""

    sql: str
    values: Any
    many: bool
    reads: bool


async def at_once(connection: AsyncConnection, asks: Iterable[Ask]) -> list[Rows]:
    """Do all of it, in this order; the rows of each that has values.

    Raises `Stale`; where one is refused, as SQLAlchemy does.
    """
    asked = [ask for ask in asks if ask.values or isinstance(ask.values, Mapping)]  # of no rows there is nothing to do
    several = [_said(ask, connection.dialect) for ask in asked]
    if not several:
        return []
    found: list[tuple[Rows, int]] = []
    whole = ";\n".join(said.sql for said in several)
    await connection.exec_driver_sql(whole, execution_options={_SEVERAL: (several, found)})
    if any(ask.must not in (None, changed) for ask, (_, changed) in zip(asked, found, strict=True)):
        raise Stale("somebody changed this first")
    return [_read(ask, connection.dialect, rows) for ask, (rows, _) in zip(asked, found, strict=True)]


def taught(engine: AsyncEngine) -> None:
    """Let an engine do several at once."""
    event.listen(engine.sync_engine, "do_execute", _done)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "do_connect", _in_one_trip)


def _in_one_trip(_dialect: Dialect, _record: object, _given: object, named: dict[str, Any]) -> None:
    named["factory"] = InOneTrip


def _done(_cursor: object, _statement: str, _values: object, context: ExecutionContext) -> bool:
    """Whether it was several, and is done."""
    asked = context.execution_options.get(_SEVERAL)
    if asked is None:
        return False
    several, found = asked
    on = _on_postgres if context.dialect.name == "postgresql" else _on_sqlite
    connection: Any = context.root_connection.connection.dbapi_connection
    found += connection.run_async(lambda driver: on(driver, several))
    return True


async def _on_postgres(driver: Any, several: Sequence[_Said]) -> list[tuple[Rows, int]]:
    async with driver.pipeline():
        cursors = [driver.cursor() for _ in several]
        for cursor, said in zip(cursors, several, strict=True):
            await (cursor.executemany if said.many else cursor.execute)(said.sql, said.values)
    return [(await cursor.fetchall() if cursor.description else [], cursor.rowcount) for cursor in cursors]


async def _on_sqlite(driver: Any, several: Sequence[_Said]) -> list[tuple[Rows, int]]:
    found: Any = await driver.execute_fetchall(_ONE_TRIP, {_SEVERAL: several})
    if isinstance(found, _Found):
        return found
    return [await _by_itself(driver, said) for said in several]


async def _by_itself(driver: Any, said: _Said) -> tuple[Rows, int]:
    if said.reads:
        rows = await driver.execute_fetchall(said.sql, said.values)
        return rows, len(rows)
    cursor = await (driver.executemany if said.many else driver.execute)(said.sql, said.values)
    return [], cursor.rowcount


class InOneTrip(sqlite3.Connection):
    """What aiosqlite has in its thread. Each question is a trip there and back, which costs more than most answers."""

    def execute(self, sql: str, values: Any = (), /) -> Any:
        """As any does; or all of several, one after the other."""
        if sql != _ONE_TRIP:
            return super().execute(sql, values)
        return _Found(self._done(said) for said in values[_SEVERAL])

    def _done(self, said: _Said) -> tuple[Rows, int]:
        cursor = (self.executemany if said.many else super().execute)(said.sql, said.values)
        rows = cursor.fetchall() if said.reads else []
        return rows, len(rows) if said.reads else cursor.rowcount


class _Found(list[tuple[Rows, int]]):
    """What was found of several, where a cursor would stand."""

    def fetchall(self) -> "_Found":
        return self


# ---------------------------------------------------------------- as the driver takes it, and gives it


def _said(ask: Ask, dialect: Dialect) -> _Said:
    many = not isinstance(ask.values, Mapping)
    rows: Sequence[Values] = ask.values if many else [ask.values]  # type: ignore[list-item, assignment]
    compiled = _compiled(ask.statement, _spoken(dialect), tuple(rows[0]), ask.unless_there)
    taken = [compiled.taken(row) for row in rows]
    return _Said(compiled.sql, taken if many else taken[0], many, isinstance(ask.statement, Select))


def _spoken(dialect: Dialect) -> Dialect:
    """One for all engines of its kind, which are made alike (`storage.database.engine`): compiled once is for all."""
    return _SPOKEN.setdefault(dialect.name, dialect)


class _Compiled(NamedTuple):
    """A statement in a database's own words; each of its values by name, and what makes it fit."""

    sql: str
    names: Sequence[str]
    fits: Mapping[str, Any]
    fixed: Values
    by_name: bool

    def taken(self, values: Values) -> Any:
        """Values as the driver takes them."""
        all_of_it = {**self.fixed, **values}
        fit = [self.fits[name](all_of_it[name]) if name in self.fits else all_of_it[name] for name in self.names]
        return without_nul(dict(zip(self.names, fit, strict=True))) if self.by_name else tuple(fit)


@lru_cache(_KNOWN)
def _compiled(statement: Statement, dialect: Dialect, columns: tuple[str, ...], unless_there: bool) -> _Compiled:
    keys = columns if isinstance(statement, Insert) else None
    made = statement.compile(dialect=dialect, column_keys=keys)
    names = made.positiontup if made.positional else list(made.binds)
    fits = {name: made.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in made.binds}
    sql = f"{made} ON CONFLICT DO NOTHING" if unless_there else str(made)
    given = {name: fit for name, fit in fits.items() if fit is not None}
    fixed = {name: bind.value for name, bind in made.binds.items() if not bind.required}
    return _Compiled(sql, names or (), given, fixed, not made.positional)


def _read(ask: Ask, dialect: Dialect, rows: Rows) -> Rows:
    """Rows as SQLAlchemy would give them."""
    fits = _fits(ask.statement, _spoken(dialect)) if isinstance(ask.statement, Select) and rows else ()
    if not any(fits):
        return rows
    return [tuple(fit(one) if fit else one for fit, one in zip(fits, row, strict=True)) for row in rows]


@lru_cache(_KNOWN)
def _fits(statement: Select[Any], dialect: Dialect) -> Sequence[Callable[[Any], Any] | None]:
    return [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.selected_columns]


def without_nul(values: Values) -> Values:
    """PostgreSQL takes no NUL into a text: whoever sends one, in an id perhaps, is not to get an error for it."""
    return {
        name: one.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(one, str) else one
        for name, one in values.items()
    }
