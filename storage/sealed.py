"""Concerns and requests: each under a key of its own, in three parts that don't open one another.

In: a record. Out: the same, later, in its next version. Never: who or what in a column that anybody can read. How often
it was changed can be read; what comes up next is in `storage.promises`, what was done in `storage.audit`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final, TypeAlias, TypeVar

import msgspec
from msgspec.structs import asdict, replace
from sqlalchemy import ColumnElement, FromClause, Row, Select, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.concern import Concern, Request
from bot.errors import Stale
from storage.ring import Index, Ring
from storage.seal import Damaged, Keys, derive, new_secret, seal, unseal
from storage.tables import keys, matters, parts, tags

Private: TypeAlias = Concern | Request
F = TypeVar("F", Concern, Request)
_encode = msgspec.json.encode
_decode = msgspec.json.decode

COURSE: Final = "course"
#: Which fields stand apart: those that tell who, and those that hold private words. All others are the course.
APART: Final[dict[type, dict[str, tuple[str, ...]]]] = {
    Concern: {"people": ("parties",), "words": ("words",)},
    Request: {"people": ("asker", "lead"), "words": ("words",)},
}


# ---------------------------------------------------------------- keeping


async def keep(transaction: AsyncConnection, ring: Ring, record: Private) -> None:
    """Insert a new record, or replace exactly the version that was read."""
    index = await ring.made(transaction)
    kept = replace(record, version=record.version + 1)
    secret = await _secret(transaction, ring.keys, record)
    here = {"council": kept.council, "matter": kept.matter}
    for table in (parts, tags):
        await transaction.execute(delete(table).where(*_of(table, kept.council, kept.matter)))
    rows = [here | {"part": part, "sealed": body} for part, body in _seal(secret, kept)]
    await transaction.execute(insert(parts), rows)
    marks = [here | {"tag": tag} for tag in sorted(_tags(index, kept))]
    await transaction.execute(insert(tags), marks)


async def _secret(transaction: AsyncConnection, ring: Keys, record: Private) -> bytes:
    """The key of a matter, made now for a new one. Moves its version on; raises `Stale` where somebody else did."""
    matter, council = record.matter, record.council
    if record.version == 0:
        secret = new_secret()
        await transaction.execute(insert(matters).values(matter=matter, council=council, version=1))
        await transaction.execute(insert(keys).values(matter=matter, council=council, wrapped=ring.wrap(secret)))
        return secret
    here = *_of(matters, council, matter), matters.c.version == record.version
    changed = await transaction.execute(update(matters).where(*here).values(version=record.version + 1))
    if changed.rowcount != 1:
        raise Stale("somebody changed this first")
    held = await transaction.execute(select(keys.c.wrapped).where(*_of(keys, council, matter)))
    return _unwrapped(ring, held.scalar())


def _seal(secret: bytes, record: Private) -> Iterator[tuple[str, bytes]]:
    fields = asdict(record)
    for part, names in APART[type(record)].items():
        yield part, _sealed(secret, record, part, {name: fields.pop(name) for name in names})
    yield COURSE, _sealed(secret, record, COURSE, fields)


def _sealed(secret: bytes, record: Private, part: str, fields: dict[str, Any]) -> bytes:
    bound = _bound(record.council, record.matter, record.version, part)
    return seal(derive(secret, part), _encode(fields), bound)


def _bound(council: str, matter: str, version: int, part: str) -> bytes:
    """Where a part belongs: in another row, or beside the parts of another version, it does not open."""
    return _encode((council, matter, version, part))


def _tags(index: Index, record: Private) -> set[str]:
    if isinstance(record, Request):
        whose = (("lead", record.lead), ("asker", record.asker))
        return {index.tag(record.council, seat, part) for part, seat in whose}
    parties = record.parties
    now = () if record.state == "closed" else parties.handlers
    having = {"raiser": (parties.raiser,), "handler": parties.handlers, "waiting": now, "subject": parties.subjects}
    return {index.tag(record.council, seat, part) for part, seats in having.items() for seat in seats}


# ---------------------------------------------------------------- reading


async def one(connection: AsyncConnection, ring: Ring, kind: type[F], council: str, matter: str) -> F | None:
    """The record of a matter."""
    await ring.index(connection)
    rows = await connection.execute(_whole().where(*_of(matters, council, matter)))
    return next(_opened(ring.keys, kind, rows), None)


async def having(
    connection: AsyncConnection, ring: Ring, kind: type[F], council: str, seat: str, part: str
) -> Sequence[F]:
    """The records in which somebody has this part, oldest first."""
    index = await ring.index(connection)
    if index is None:
        return []
    tagged = _whole().join(tags, (tags.c.council == matters.c.council) & (tags.c.matter == matters.c.matter))
    its = tags.c.council == council, tags.c.tag == index.tag(council, seat, part)
    rows = await connection.execute(tagged.where(*its))
    return sorted(_opened(ring.keys, kind, rows), key=lambda record: (record.at, record.id))


async def reference(connection: AsyncConnection, ring: Ring, council: str, matter: str) -> str | None:
    """What people call a matter; None for one that is not there, and "" for one too damaged to tell."""
    rows = (await connection.execute(_whole().where(*_of(matters, council, matter)))).all()
    if not rows:
        return None
    await ring.index(connection)
    try:
        course = next(row for row in rows if row.part == COURSE)
        return str(_fields(_unwrapped(ring.keys, course.wrapped), course)["reference"])
    except (Damaged, StopIteration):
        return ""


async def hold(transaction: AsyncConnection, council: str, matter: str) -> None:
    """Wait for whoever changes it just now; nobody else does until the transaction ends."""
    await transaction.execute(select(matters.c.version).where(*_of(matters, council, matter)).with_for_update())


async def erase(transaction: AsyncConnection, council: str, matter: str) -> None:
    """Its key first, and then whatever the key would have opened."""
    for table in (keys, parts, tags, matters):
        await transaction.execute(delete(table).where(*_of(table, council, matter)))


def _of(table: Table, council: str, matter: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.council == council, table.c.matter == matter


def _whole() -> Select[Any]:
    """Everything of matters; the rows of one matter stand together."""
    held = select(matters.c.matter, matters.c.council, matters.c.version, keys.c.wrapped, parts.c.part, parts.c.sealed)
    joined: FromClause = matters
    for table in (keys, parts):
        its = (table.c.council == matters.c.council) & (table.c.matter == matters.c.matter)
        joined = joined.outerjoin(table, its)
    return held.select_from(joined).order_by(matters.c.matter)


def _opened(ring: Keys, kind: type[F], rows: Iterable[Row[Any]]) -> Iterator[F]:
    for _, of_one in groupby(rows, key=lambda row: row.matter):
        held = {row.part: row for row in of_one}
        secret = _unwrapped(ring, next(iter(held.values())).wrapped)
        if set(held) != {COURSE, *APART[kind]}:  # else a story that is gone would look like one never told
            raise _gone("A part")
        fields: dict[str, Any] = {}
        for row in held.values():
            fields |= _fields(secret, row)
        yield msgspec.convert(fields, kind)


def _unwrapped(ring: Keys, wrapped: bytes | None) -> bytes:
    if wrapped is None:
        raise _gone("The key")
    return ring.unwrap(wrapped)


def _gone(what: str) -> Damaged:
    return Damaged(f"{what} of something sealed is gone. Bring back a copy of the database from before.")


def _fields(secret: bytes, row: Row[Any]) -> dict[str, Any]:
    key = derive(secret, row.part)
    fields: dict[str, Any] = _decode(unseal(key, row.sealed, _bound(row.council, row.matter, row.version, row.part)))
    return fields
