"""The audit trail: who did or read what, in a chain that nobody can mend who has only the database.

In: traces of a turn. Out: rows under fingerprints; what is wrong with them; the head, to keep outside the database.
Never: content; a name; a row that is changed or taken away.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Row, bindparam, insert, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.concern import Concern, Request
from bot.records import Trace
from storage.at_once import Ask, Rows, at_once
from storage.database import EVERY, alone, reading
from storage.ring import Index, Ring, keyed
from storage.seal import Keys, derive, new_secret
from storage.tables import audit, keys

#: Kinds of matter that have a key of their own.
SEALED: Final = tuple(f"{kind.__name__.lower()}/" for kind in (Concern, Request))


class Head(Struct, frozen=True):
    """The last row of a council's trail. Kept outside the database it tells whether rows were cut off the end."""

    seq: int
    mac: str


_ADD: Final = insert(audit)
_LAST: Final = (
    select(audit.c.seq, audit.c.mac)
    .where(audit.c.council == bindparam("council"))
    .order_by(audit.c.seq.desc())
    .limit(literal_column("1"))
)

# ---------------------------------------------------------------- writing


async def mine(transaction: AsyncConnection, council: str) -> None:
    """Wait until nobody else writes into a council's trail, until the transaction ends.

    A turn asks before it takes hold of any row, so that two turns never wait for one another.
    """
    await alone(transaction, "audit", council)


async def append(transaction: AsyncConnection, ring: Ring, council: str, traces: Sequence[Trace], at: datetime) -> None:
    """Add traces. The trail is `mine` by then."""
    index, secrets = await ring.made(transaction), dict[str, bytes | None]()
    for matter in {trace.matter for trace in traces}:
        its_key = select(keys.c.wrapped).where(keys.c.council == council, keys.c.matter == matter)
        wrapped = (await transaction.execute(its_key)).scalar()
        secrets[matter] = ring.keys.unwrap(wrapped) if wrapped else None
    last = await head(transaction, council)
    await at_once(transaction, [lines(index, council, traces, secrets, last, at)])


def lines(
    index: Index,
    council: str,
    traces: Iterable[Trace],
    secrets: Mapping[str, bytes | None],
    last: Head | None,
    at: datetime,
) -> Ask:
    """Traces, after the last line. `secrets` are the keys of matters, None for one that has none."""
    names = {matter: _names(index, matter, secret) for matter, secret in secrets.items()}
    return _after(last, index, council, [_line(council, names[trace.matter], trace) for trace in traces], at)


def _names(index: Index, matter: str, secret: bytes | None) -> bytes:
    """The key for fingerprints. A matter's own key goes with it; then they point at nobody."""
    if secret is not None:
        return derive(secret, "names")
    return new_secret() if matter.startswith(SEALED) else index.names


async def repeat(
    transaction: AsyncConnection, ring: Ring, who: str, did: str, name: tuple[str, str], at: datetime
) -> None:
    """Add a line about something that is known by its fingerprint alone: council, fingerprint. The trail is `mine`."""
    index, (council, matter) = await ring.made(transaction), name
    row = {"who": keyed(index.names, "who", council, who), "did": did, "matter": matter}
    await at_once(transaction, [_after(await head(transaction, council), index, council, [row], at)])


def _line(council: str, names: bytes, trace: Trace) -> dict[str, str]:
    who, matter = keyed(names, "who", council, trace.who), keyed(names, "matter", council, trace.matter)
    return {"who": who, "did": trace.did, "matter": matter}


def _after(last: Head | None, index: Index, council: str, new: Iterable[Mapping[str, str]], at: datetime) -> Ask:
    rows, seq, mac = list[Mapping[str, Any]](), last.seq if last else 0, last.mac if last else ""
    for line in new:
        row = {"council": council, "seq": seq + 1, "at": at.astimezone(UTC).isoformat(), **line, "previous": mac}
        seq, mac = seq + 1, _mac(index, row)
        rows.append(row | {"mac": mac})
    return Ask(_ADD, rows)


def is_ours(index: Index, row: Mapping[str, Any]) -> bool:
    """Whether a line was written with the key of this database, and stands as it was written."""
    return bool(_mac(index, row) == row["mac"])


def _mac(index: Index, row: Mapping[str, Any]) -> str:
    return keyed(index.chain, *(row[name] for name in ("council", "seq", "at", "who", "did", "matter", "previous")))


# ---------------------------------------------------------------- checking


async def head(where: AsyncConnection | AsyncEngine, council: str) -> Head | None:
    """The last row of a council's trail; None where nothing was ever done."""
    if isinstance(where, AsyncEngine):
        async with reading(where, council) as connection:
            return await head(connection, council)
    return last_of(*await at_once(where, [asked(council)]))


def asked(council: str) -> Ask:
    """What is to be known to add to a council's trail; `last_of` makes a head of the answer."""
    return Ask(_LAST, {"council": council})


def last_of(rows: Rows) -> Head | None:
    """The last row; None where nothing was ever done."""
    return Head(*rows[0]) if rows else None


async def heads(engine: AsyncEngine) -> dict[str, Head]:
    """The last row of every council's trail."""
    async with reading(engine, EVERY) as connection:
        councils = (await connection.execute(select(audit.c.council).distinct())).scalars().all()
        found = {council: await head(connection, council) for council in sorted(councils)}
    return {council: one for council, one in found.items() if one is not None}


async def verify(engine: AsyncEngine, keys: Keys, heads: Mapping[str, Head] | None = None) -> list[str]:
    """What is wrong with the trails, as sentences. `heads` are those kept outside; without them a cut end stays unseen.

    Raises `UnusableKeys` where these are not the keys of this database.
    """
    kept = dict(heads or {})
    problems: list[str] = []
    async with reading(engine, EVERY) as connection:
        index = await Ring(keys).index(connection)
        councils = (await connection.execute(select(audit.c.council).distinct())).scalars().all()
        for council in sorted({*councils, *kept}, key=str):
            chain = _Chain(council, index, kept.get(council))
            async for row in _rows(connection, council):
                problems += chain.follow(row)
            problems += chain.ended()
    return problems


async def _rows(connection: AsyncConnection, council: str) -> AsyncIterator[Row[Any]]:
    """A trail may be long: one row at a time."""
    async with connection.stream(select(audit).where(audit.c.council == council).order_by(audit.c.seq)) as rows:
        async for row in rows:
            yield row


class _Chain:
    """One council's trail, followed from its first row."""

    def __init__(self, council: str, index: Index | None, kept: Head | None) -> None:
        self._council = council
        self._index = index
        self._kept = kept
        self._last = Head(0, "")

    def follow(self, row: Row[Any]) -> Iterator[str]:
        """What is wrong with the next row."""
        if not isinstance(row.seq, int):  # SQLite keeps anything anywhere
            yield f"{self._council}: a row without a number was put there, or its number was altered."
            return
        last, self._last = self._last, Head(row.seq, row.mac)
        if row.seq > last.seq + 1:
            yield self._missing(last.seq + 1, row.seq - 1)
        if self._index is None or not is_ours(self._index, row._asdict()):
            yield f"{self._council}: row {row.seq} was altered, or added by somebody without the key."
        elif row.seq == last.seq + 1 and row.previous != last.mac:
            yield f"{self._council}: row {row.seq} does not follow from the row before it; one of them was put there."
        if self._kept and self._kept.seq == row.seq and self._kept.mac != row.mac:
            yield f"{self._council}: row {row.seq} is not that of the head kept outside; the end was cut or replaced."

    def ended(self) -> Iterator[str]:
        """What is wrong with the end."""
        if self._kept and self._kept.seq > self._last.seq:
            yield f"{self._missing(self._last.seq + 1, self._kept.seq)[:-1]}, by the head kept outside."

    def _missing(self, first: int, last: int) -> str:
        return f"{self._council}: " + (
            f"row {first} is missing." if first >= last else f"rows {first} to {last} are missing."
        )
