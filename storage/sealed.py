"""Concerns and requests: each under a key of its own, in three parts that don't open one another.

In: a record. Out: the same, later, in its next version. Never: who or what in a column that anybody can read. How often
it was changed can be read; what comes up next is in `storage.promises`, what was done in `storage.audit`.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

import msgspec
from msgspec.structs import asdict, replace
from sqlalchemy import ColumnElement, FromClause, Select, Table, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.concern import Concern, Listed, Request
from bot.errors import Stale
from storage import tables
from storage.at_once import Ask, Rows, at_once
from storage.ring import ROW, Index, Ring
from storage.seal import Damaged, Keys, UnusableKeys, derive, new_secret, seal, unseal
from storage.tables import matters, parts, promises, tags

log = logging.getLogger(__name__)

Private: TypeAlias = Concern | Request
F = TypeVar("F", Concern, Request)
_encode = msgspec.json.encode
_decode = msgspec.json.decode

#: Why something does not open, and how the log says which.
_SHUT: Final = (Damaged, UnusableKeys, msgspec.MsgspecError)
_SAID: Final = "%s does not open: %s"
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
    before = stood(*await at_once(transaction, asked(record.council, record.matter)))
    await at_once(transaction, kept(ring, index, record, secret(ring, record, before), before))


class Before(NamedTuple):
    """What stands of a matter before it is changed: nothing of a new one."""

    version: int = 0
    wrapped: bytes | None = None
    tags: frozenset[str] = frozenset()


def asked(council: str, matter: str) -> tuple[Ask, Ask]:
    """What is to be known of a matter; `stood` makes it of the two answers."""
    its = {"council": council, "matter": matter}
    return Ask(_STOOD, its), Ask(_TAGGED, its)


def stood(version_and_key: Rows, tagged: Rows) -> Before:
    """What stands of it."""
    if not version_and_key:
        return Before()
    ((version, wrapped),) = version_and_key
    return Before(version, wrapped, frozenset(tag for (tag,) in tagged))


def secret(ring: Ring, record: Private, before: Before) -> bytes:
    """The key of a matter, made now for a new one. Raises `Stale` where another changed it since it was read."""
    if record.version == 0:
        return new_secret()
    if before.version != record.version:
        raise Stale("somebody changed this first")
    return _unwrapped(ring.keys, before.wrapped)


def kept(ring: Ring, index: Index, record: Private, secret: bytes, before: Before) -> Iterator[Ask]:
    """A new record, or one instead of exactly the version that was read."""
    kept = replace(record, version=record.version + 1)
    here = {"council": kept.council, "matter": kept.matter}
    rows = [here | {"part": part, "sealed": body} for part, body in _seal(secret, kept)]
    tagged = _tags(index, kept)
    if record.version == 0:
        yield Ask(_ADD[matters], here | {"version": 1})
        yield Ask(_ADD[tables.keys], here | {"wrapped": ring.keys.wrap(secret)})
        yield Ask(_ADD[parts], rows)
    else:
        moved = {"its_council": kept.council, "its_matter": kept.matter, "before": record.version}
        yield Ask(_MOVE, moved | {"version": kept.version}, must=1)
        yield Ask(_CHANGE, [{f"its_{name}": value for name, value in row.items()} for row in rows], must=len(rows))
    yield Ask(
        _UNTAG, [{f"its_{n}": v for n, v in (here | {"tag": tag}).items()} for tag in sorted(before.tags - tagged)]
    )
    yield Ask(_ADD[tags], [here | {"tag": tag} for tag in sorted(tagged - before.tags)])


def _its(table: Table, *columns: str) -> Iterator[ColumnElement[bool]]:
    """A row by these columns; for a statement that is made once."""
    return (table.c[name] == bindparam(f"its_{name}") for name in columns)


_ADD: Final = {table: insert(table) for table in (matters, tables.keys, parts, tags)}
_MOVE: Final = (
    update(matters)
    .where(*_its(matters, "council", "matter"), matters.c.version == bindparam("before"))
    .values(version=bindparam("version"))
)
_CHANGE: Final = update(parts).where(*_its(parts, "council", "matter", "part")).values(sealed=bindparam("its_sealed"))
_UNTAG: Final = delete(tags).where(*_its(tags, "council", "matter", "tag"))
_STOOD: Final = (
    select(matters.c.version, tables.keys.c.wrapped)
    .select_from(
        matters.outerjoin(
            tables.keys, (tables.keys.c.council == matters.c.council) & (tables.keys.c.matter == matters.c.matter)
        )
    )
    .where(matters.c.council == bindparam("council"), matters.c.matter == bindparam("matter"))
)
_TAGGED: Final = select(tags.c.tag).where(tags.c.council == bindparam("council"), tags.c.matter == bindparam("matter"))


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


class _Part(NamedTuple):
    """A row of `_whole`."""

    matter: str
    council: str
    version: int
    wrapped: bytes | None
    part: str
    sealed: bytes


def _parts(rows: Rows) -> Iterator[_Part]:
    return (_Part(*row) for row in rows)


async def one(
    connection: AsyncConnection, ring: Ring, kind: type[F], council: str, matter: str, first: Sequence[Ask] = ()
) -> F | None:
    """The record of a matter. `first` is asked before all else, in the same go.

    Raises `Damaged`, `UnusableKeys` where it does not open, and the log says which.
    """
    *_, row, rows = await at_once(connection, [*first, ROW, _one(council, matter)])
    await ring.told(connection, row)
    try:
        return next(_opened(ring.keys, kind, _parts(rows)), None)
    except _SHUT as why:
        log.error(_SAID, matter, type(why).__name__)
        if isinstance(why, msgspec.MsgspecError):  # it opens, and what stands in it is no such record
            raise Damaged(
                "Something sealed opens, and is nothing that this version of Protocol Bot keeps. Start the version "
                "that kept it, or bring back a copy of the database from before."
            ) from None
        raise


async def having(
    connection: AsyncConnection,
    ring: Ring,
    kind: type[F],
    council: str,
    seat: str,
    part: str,
    first: Sequence[Ask] = (),
) -> Listed[F]:
    """The records in which somebody has this part, oldest first, and how many of them don't open."""
    index = await ring.index(connection, first)
    if index is None:
        return Listed()
    (rows,) = await at_once(connection, [Ask(_HAVING, {"council": council, "tag": index.tag(council, seat, part)})])
    found = list(_each(ring.keys, kind, _parts(rows)))
    opened = sorted((one for _, one in found if one is not None), key=lambda record: (record.at, record.id))
    return Listed(opened, shut=len(found) - len(opened))


class Amiss(NamedTuple):
    """Matters by name: those that don't open, those that somebody who has a part in them would not find, and those
    that nobody would bring up again when they said they would.
    """

    shut: list[str]
    unlisted: list[str]
    unpromised: list[str]


async def amiss(connection: AsyncConnection, ring: Ring, council: str) -> Amiss:
    """What is damaged of a council's matters. Opens one after the other."""
    index, found = await ring.index(connection), Amiss([], [], [])
    names = select(matters.c.matter).where(matters.c.council == council).order_by(matters.c.matter)
    for matter in (await connection.execute(names)).scalars().all():
        rows, tagged = await at_once(
            connection, [_one(council, matter), Ask(_TAGGED, {"council": council, "matter": matter})]
        )
        one = _one_of_any(ring.keys, matter, _parts(rows))
        if one is None:
            found.shut.append(matter)
            continue
        if index is not None and not _tags(index, one) <= {tag for (tag,) in tagged}:
            found.unlisted.append(matter)
        there = await connection.execute(select(promises.c.rung, promises.c.due).where(*_of(promises, council, matter)))
        if not _is_promised(one, {row.rung: row.due for row in there}):
            found.unpromised.append(matter)
    return found


def _is_promised(record: Private, there: Mapping[str, datetime]) -> bool:
    """Of two promises of one rung the earlier counts (`storage.promises`)."""
    return all(one.rung in there and there[one.rung] <= one.due for one in record.promised)


def _one_of_any(keys: Keys, matter: str, rows: Iterable[_Part]) -> Private | None:
    of_one = _each(keys, Request, rows) if str(matter).startswith("request/") else _each(keys, Concern, rows)
    return next(one for _, one in of_one)


async def reference(connection: AsyncConnection, ring: Ring, council: str, matter: str) -> str | None:
    """What people call a matter; None for one that is not there, and "" for one too damaged to tell."""
    row, rows = await at_once(connection, [ROW, _one(council, matter)])
    if not rows:
        return None
    await ring.told(connection, row)
    try:
        course = next(part for part in _parts(rows) if part.part == COURSE)
        return str(_fields(_unwrapped(ring.keys, course.wrapped), course)["reference"])
    except (*_SHUT, StopIteration):  # the keys are the right ones by now: what they don't unwrap is damaged
        return ""


async def lock(transaction: AsyncConnection, council: str, matter: str) -> None:
    """Wait for whoever changes it just now; nobody else does until the transaction ends."""
    await transaction.execute(select(matters.c.version).where(*_of(matters, council, matter)).with_for_update())


async def erase(transaction: AsyncConnection, council: str, matter: str) -> None:
    """Its key first, and then whatever the key would have opened."""
    for table in (tables.keys, parts, tags, matters):
        await transaction.execute(delete(table).where(*_of(table, council, matter)))


def _of(table: Table, council: str, matter: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.council == council, table.c.matter == matter


def _one(council: str, matter: str) -> Ask:
    return Ask(_ONE, {"council": council, "matter": matter})


def _whole(named: Table, *by: str) -> Select[Any]:
    """Everything of the matters that stand in a table, found by some columns; the rows of one matter stand together."""
    whole = select(
        named.c.matter, named.c.council, matters.c.version, tables.keys.c.wrapped, parts.c.part, parts.c.sealed
    )
    joined: FromClause = named
    for table in (matters, tables.keys, parts):
        if table is not named:
            its = (table.c.council == named.c.council) & (table.c.matter == named.c.matter)
            joined = joined.outerjoin(table, its)
    here = (named.c[name] == bindparam(name) for name in by)
    return whole.select_from(joined).where(*here).order_by(named.c.matter)


_ONE: Final = _whole(matters, "council", "matter")
_HAVING: Final = _whole(tags, "council", "tag")


def _each(keys: Keys, kind: type[F], rows: Iterable[_Part]) -> Iterator[tuple[str, F | None]]:
    """Each by its name; one that is damaged is None, keeps nobody from the others, and the log says which."""
    for matter, of_one in groupby(rows, key=lambda row: row.matter):
        try:
            yield matter, next(_opened(keys, kind, list(of_one)))
        except _SHUT as why:
            log.error(_SAID, matter, type(why).__name__)
            yield matter, None


def _opened(keys: Keys, kind: type[F], rows: Iterable[_Part]) -> Iterator[F]:
    for _, of_one in groupby(rows, key=lambda row: row.matter):
        found = {row.part: row for row in of_one}
        secret = _unwrapped(keys, next(iter(found.values())).wrapped)
        if set(found) != {COURSE, *APART[kind]}:  # else a story that is gone would look like one never told
            raise _gone("A part")
        fields: dict[str, Any] = {}
        for row in found.values():
            fields |= _fields(secret, row)
        yield msgspec.convert(fields, kind)


def _unwrapped(keys: Keys, wrapped: bytes | None) -> bytes:
    if wrapped is None:
        raise _gone("The key")
    return keys.unwrap(wrapped)


def _gone(what: str) -> Damaged:
    return Damaged(f"{what} of something sealed is gone. Bring back a copy of the database from before.")


def _fields(secret: bytes, row: _Part) -> dict[str, Any]:
    key = derive(secret, row.part)
    fields: dict[str, Any] = _decode(unseal(key, row.sealed, _bound(row.council, row.matter, row.version, row.part)))
    return fields
