"""A turn, written: all that has to be known of it is asked in one go, and all of it is told in another.

In: a transaction, a turn of a council's. Out: rows. Never: half a turn: whoever begins the transaction ends it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.concern import Concern, Request
from bot.conversation import Event
from bot.records import Turn
from bot.review import Review
from storage import audit, erasing, heard, outbox, promises, records, sealed
from storage.at_once import Ask, Rows, at_once
from storage.audit import Head
from storage.database import erased, is_alone, is_of
from storage.ring import ROW, Index, Ring
from storage.seal import Damaged, UnusableKeys
from storage.sealed import Before

_NOTHING: Final = Before()


class Known(Struct, frozen=True):
    """What stands before a turn is written. `index` is a reason where there is none."""

    index: Index | UnusableKeys | Damaged
    before: dict[str, Before]
    last: Head | None
    unsealed: Sequence[Rows]

    def sure(self) -> Index:
        """The index, for what can't be kept without it."""
        if isinstance(self.index, Exception):
            raise self.index
        return self.index

    def if_fit(self) -> Index | None:
        """The index, for what is kept in the clear without it."""
        return None if isinstance(self.index, Exception) else self.index


async def write(transaction: AsyncConnection, ring: Ring, council: str, event: Event, turn: Turn) -> bool:
    """Write all of it; says whether something was erased. The transaction is nobody's yet: it becomes the council's.

    Raises `Stale`; what needs keys, without them, as `Ring.index`.
    """
    known = await _known(transaction, ring, council, turn)
    # Kept before anything is erased: what moved on meanwhile, a legal hold perhaps, is `Stale`.
    asks = [heard.kept(known.if_fit(), council, event, turn.answer), *_records(ring, known, council, event, turn)]
    told = list(_notices(known, council, event.at, turn))
    if not turn.erase:
        await at_once(transaction, [*asks, *told])
        return False
    await at_once(transaction, asks)
    gone = [await erasing.erase(transaction, ring, council, matter) for matter in turn.erase]
    if any(gone):
        await erased(transaction)
    await at_once(transaction, told)  # after erasing: the word of it must arrive
    return any(gone)


async def _known(transaction: AsyncConnection, ring: Ring, council: str, turn: Turn) -> Known:
    """In one go. A turn asks for the trail before it takes hold of any row, so that two never wait for one another."""
    first = [*is_of(transaction, council), *(is_alone(transaction, "audit", council) if turn.traces else ())]
    matters = _matters(turn)
    asks = [ROW, audit.asked(council)]
    asks += [ask for matter in matters for ask in sealed.asked(council, matter)]
    asks += outbox.asked(council, turn.notices)
    told = (await at_once(transaction, [*first, *asks]))[len(first) :]
    row, last, of_matters = told[0], told[1], told[2 : 2 + 2 * len(matters)]
    both = zip(of_matters[::2], of_matters[1::2], strict=True)
    before = {matter: sealed.stood(*one) for matter, one in zip(matters, both, strict=True)}
    unsealed = told[2 + 2 * len(matters) :]
    return Known(await _index(transaction, ring, row), before, audit.last_of(last), unsealed)


def _matters(turn: Turn) -> list[str]:
    changed = {record.matter for record in turn.keep if isinstance(record, Concern | Request) and record.version}
    return sorted(changed | {trace.matter for trace in turn.traces})


async def _index(transaction: AsyncConnection, ring: Ring, row: Rows) -> Index | UnusableKeys | Damaged:
    try:
        return ring.by(row[0][0]) if row else await ring.made(transaction)
    except (UnusableKeys, Damaged) as why:
        return why


# ---------------------------------------------------------------- what is told


def _records(ring: Ring, known: Known, council: str, event: Event, turn: Turn) -> Iterator[Ask]:
    """Records with their promises, and the lines of the trail."""
    secrets = {matter: _opened(ring, before) for matter, before in known.before.items()} if turn.traces else {}
    for record in turn.keep:
        if record.council != council:  # a mistake of ours, and the worst there is
            raise ValueError("a turn of one council's can't keep a record of another's")
        if isinstance(record, Concern | Request):
            before = known.before.get(record.matter, _NOTHING)
            secrets[record.matter] = secret = sealed.secret(ring, record, before)
            yield from sealed.kept(ring, known.sure(), record, secret, before)
        else:
            yield records.kept(record)
        if isinstance(record, Concern | Request | Review):
            yield from promises.replaced(record, event)
    if turn.traces:
        yield audit.lines(known.sure(), council, turn.traces, secrets, known.last, event.at)


def _opened(ring: Ring, before: Before) -> bytes | None:
    return ring.keys.unwrap(before.wrapped) if before.wrapped else None


def _notices(known: Known, council: str, at: datetime, turn: Turn) -> Iterator[Ask]:
    if not turn.notices:
        return
    index = known.sure() if outbox.is_private(turn.notices) else known.if_fit()
    yield from outbox.added(index, council, at, turn.notices, known.unsealed)
