"""Records that hold nothing private: questions passed on, pins, changes to the settings, reviews, editions, drafts.

In: a record. Out: the same, later, in its next version. Never: a version that overwrites another's.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

import msgspec
from msgspec.structs import replace
from sqlalchemy import Select, Table, Update, bindparam, func, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edition import Draft, Edition
from bot.records import Passed, Pin
from bot.review import Review
from bot.settings import Change
from storage import tables
from storage.at_once import Ask, Rows, at_once

log = logging.getLogger(__name__)

Plain: TypeAlias = Passed | Pin | Change | Review | Edition | Draft
R = TypeVar("R", Passed, Pin, Change, Review, Edition, Draft)
#: What reading a record raises that is none: SQLite keeps anything anywhere.
_UNREAD: Final = (msgspec.MsgspecError, TypeError, UnicodeDecodeError)

#: Where each kind of record is kept, by which column, and which of its fields that is.
_PLACES: dict[type[Plain], tuple[Table, str, str]] = {
    Passed: (tables.passed, "id", "id"),
    Pin: (tables.pins, "key", "key"),
    Change: (tables.changes, "id", "id"),
    Review: (tables.reviews, "id", "document"),
    Edition: (tables.editions, "number", "number"),
    Draft: (tables.drafts, "council", "council"),
}


def kept(record: Plain) -> Ask:
    """A new record, or one instead of exactly the version that was read."""
    table, column, field = _PLACES[type(record)]
    version = record.version + 1
    key = {"council": record.council, column: getattr(record, field)}
    values = {"version": version, "record": msgspec.json.encode(replace(record, version=version))}
    if record.version == 0:
        return Ask(_ADD[table], key | values)
    here = {f"here_{name}": value for name, value in key.items()} | {"before": record.version}
    return Ask(_CHANGE[table], here | values, must=1)


def _change(table: Table, column: str) -> Update:
    here = [table.c[name] == bindparam(f"here_{name}") for name in {"council": 0, column: 0}]
    anew: dict[str, Any] = {name: bindparam(name) for name in ("version", "record")}
    return update(table).where(*here, table.c.version == bindparam("before")).values(anew)


_ADD: Final = {table: insert(table).inline() for table, _, _ in _PLACES.values()}
_CHANGE: Final = {table: _change(table, column) for table, column, _ in _PLACES.values()}


_CHANGES: Final = (
    select(tables.changes.c.record)
    .where(tables.changes.c.council == bindparam("council"))
    .order_by(tables.changes.c.order)
)
_PINS: Final = select(tables.pins.c.key, tables.pins.c.record).where(tables.pins.c.council == bindparam("council"))
_STAMP: Final = select(func.coalesce(func.sum(tables.editions.c.version), literal_column("0"))).where(
    tables.editions.c.council == bindparam("council")
)


async def one(connection: AsyncConnection, kind: type[R], council: str, key: str | int) -> R | None:
    """The record under this key."""
    table, column, _ = _PLACES[kind]
    found = await _read(connection, kind, _of(table, council).where(table.c[column] == key))
    return found[0] if found else None


async def changes(connection: AsyncConnection, council: str) -> Sequence[Change]:
    """Every change of a council's, in the order they were proposed."""
    return changes_of(*await at_once(connection, [asked_changes(council)]))


def asked_changes(council: str) -> Ask:
    """The same, to be asked with something else; `changes_of` makes it of the answer."""
    return Ask(_CHANGES, {"council": council})


def changes_of(rows: Rows) -> Sequence[Change]:
    """Every change."""
    return [msgspec.json.decode(record, type=Change) for (record,) in rows]


async def pins(connection: AsyncConnection, council: str, first: Sequence[Ask]) -> Mapping[str, Pin]:
    """Every question of a council's that the clerk pinned to a clause, by its key. `first` is asked in the same go.

    One that can't be read is left out: with every plain question all of them are read.
    """
    *_, rows = await at_once(connection, [*first, Ask(_PINS, {"council": council})])
    return {key: pin for key, record in rows if (pin := _pin(key, record)) is not None}


def _pin(key: object, record: bytes) -> Pin | None:
    try:
        return msgspec.json.decode(record, type=Pin)
    except _UNREAD:
        log.error("a pinned question can't be read: pins/%s", key)
        return None


async def reviews(connection: AsyncConnection, council: str) -> Sequence[Review]:
    """The review of every document of a council's that has one."""
    table = tables.reviews
    return await _read(connection, Review, _of(table, council).order_by(table.c.id))


async def editions(connection: AsyncConnection, council: str) -> Sequence[Edition]:
    """Every wording that a council adopted, by number."""
    table = tables.editions
    return await _read(connection, Edition, _of(table, council).order_by(table.c.number))


async def unread(connection: AsyncConnection, council: str) -> Sequence[str]:
    """The records of a council's that can't be read, or stand where another belongs: their table and key."""
    return [name for kind in _PLACES for name in await _unread(connection, kind, council)]


async def _unread(connection: AsyncConnection, kind: type[Plain], council: str) -> list[str]:
    table, column, field = _PLACES[kind]
    rows = await connection.execute(select(table.c[column], table.c.record).where(table.c.council == council))
    return [f"{table.name}/{key}" for key, record in rows if not _is(kind, record, (council, key), field)]


def _is(kind: type[Plain], record: bytes, expected: tuple[object, object], field: str) -> bool:
    try:
        read = msgspec.json.decode(record, type=kind)
    except _UNREAD:
        return False
    return (read.council, getattr(read, field)) == expected


def stamp(council: str) -> Ask:
    """A number that grows with everything that is done to a council's editions: 0 where there is none."""
    return Ask(_STAMP, {"council": council})


def _of(table: Table, council: str) -> Select[Any]:
    return select(table.c.record).where(table.c.council == council)


async def _read(connection: AsyncConnection, kind: type[R], query: Select[Any]) -> list[R]:
    rows = (await connection.execute(query)).scalars()
    return [msgspec.json.decode(row, type=kind) for row in rows]
