"""What was erased, so that no copy of the database brings it back; and what is past its time.

In: audit trails, of the database that is there and of copies. Out: lines that tell a matter again only to whoever has
its key; the same erased once more in a database that was restored.
Never: a name, a reference or a word; anything erased that is not known to have been; a legal hold forgotten.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import course
from bot.concern import Concern, Request
from bot.conversation import Due, Place
from bot.past import ERASE, is_past
from bot.records import COMMAND_LINE, Trace
from storage import audit, erasing, people, promises, sealed, tables
from storage.database import erased as remember
from storage.ring import Index, Ring, keyed
from storage.seal import derive

#: What a trail calls it: `erased`, or with a word for why.
ERASED: Final = "erased"
PERSON: Final = "erased-person"
AGAIN: Final = "erased-restored"
HELD: Final = "held"
LET_GO: Final = "let-go"
_CLOCK: Final = "clock"
_WHY: Final = "It was put under a legal hold after the copy of the database was made; why is not in the copy."


class Erasure(Struct, frozen=True, order=True):
    """A line of a trail, and less than that: whose, what was done, the fingerprint of what, on which day.

    `row` is the line's own, so that it is known again.
    """

    council: str
    did: str
    matter: str
    day: str
    row: str


class Replayed(Struct, frozen=True, kw_only=True):
    """How much was erased once more, or held."""

    matters: int = 0
    people: int = 0
    holds: int = 0


def matters_to(did: str) -> bool:
    """Whether a line with this word in it is one that a restore has to know of."""
    return did in (ERASED, HELD, LET_GO) or did.startswith(f"{ERASED}-")


def line(council: str, did: str, matter: str, at: str, mac: str) -> Erasure:
    """What a row of a trail becomes."""
    return Erasure(council, did, matter, at[:10], mac)


async def told(connection: AsyncConnection) -> AsyncIterator[Erasure]:
    """Every such line of every council's, in the order in which they were written."""
    column = tables.audit.c
    those = or_(column.did.in_((ERASED, HELD, LET_GO)), column.did.startswith(f"{ERASED}-", autoescape=True))
    asked = select(tables.audit).where(those).order_by(column.council, column.seq)
    async with connection.stream(asked) as rows:
        async for row in rows:
            yield line(row.council, row.did, row.matter, row.at, row.mac)


# ---------------------------------------------------------------- once more


async def replay(
    transaction: AsyncConnection, ring: Ring, known: Iterable[Erasure], now: datetime
) -> tuple[Replayed, set[str]]:
    """Erase what is known to have been erased since, and hold what was held; with the councils that it was of."""
    index = await ring.index(transaction)
    here = {one.row async for one in told(transaction)}
    since = [one for one in known if one.row not in here]
    if index is None or not since:
        return Replayed(), set()
    last = {(one.council, one.matter): one.did for one in since}
    gone = {(one.council, one.matter) for one in since if one.did.startswith(ERASED)}
    matters = holds = 0
    for council, matter, fingerprint in await _matters(transaction, ring):
        if (council, fingerprint) in gone:
            await _erase(transaction, ring, council, matter, Trace(matter, COMMAND_LINE, AGAIN), now)
            matters += 1
        elif last.get((council, fingerprint)) == HELD:
            holds += await _hold(transaction, ring, council, matter, now)
    out = await _people(transaction, ring, index, {(one.council, one.matter) for one in since if one.did == PERSON})
    if out:
        await remember(transaction)
    done = Replayed(matters=matters, holds=holds, people=len(out))
    return done, {one.council for one in since}


async def _matters(transaction: AsyncConnection, ring: Ring) -> Sequence[tuple[str, str, str]]:
    """Every matter, with the fingerprint that its lines in the trail have: its own key makes it."""
    rows = (await transaction.execute(select(tables.keys))).all()
    return [(row.council, row.matter, _fingerprint(ring, row)) for row in rows]


def _fingerprint(ring: Ring, row: Any) -> str:
    names = derive(ring.keys.unwrap(row.wrapped), "names")
    return keyed(names, "matter", row.council, row.matter)


async def _erase(
    transaction: AsyncConnection, ring: Ring, council: str, matter: str, trace: Trace, now: datetime
) -> None:
    await audit.mine(transaction, council)
    await audit.append(transaction, ring, council, (trace,), now)  # before the key it needs is gone
    await erasing.erase(transaction, ring, council, matter)
    await remember(transaction)


async def _hold(transaction: AsyncConnection, ring: Ring, council: str, matter: str, now: datetime) -> int:
    concern = await sealed.one(transaction, ring, Concern, council, matter)
    if concern is None or concern.hold is not None:
        return 0
    held = course.held(concern, COMMAND_LINE, _WHY, now, "england")  # whose bank holidays changes nothing of a hold
    await sealed.keep(transaction, ring, held)
    where = Place(_CLOCK, council, _CLOCK, private=True)
    await promises.replace(transaction, held, Due(id="", where=where, at=now, matter=matter, rung="", due=now))
    await audit.mine(transaction, council)
    await audit.append(transaction, ring, council, (Trace(matter, COMMAND_LINE, HELD),), now)
    return 1


async def _people(
    transaction: AsyncConnection, ring: Ring, index: Index, gone: set[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Everybody who is found anywhere, and was erased since."""
    found, kept_up = [], (people.CHATS, people.REACHED)  # the daily look takes them from whoever is listed no more
    for council in sorted({council for council, _ in gone}):
        for who in sorted(await people.found(transaction, ring, council)):
            if (council, person(index, council, who)) in gone:
                taken = await people.erase(transaction, ring, council, [who], kept_up)
                found += [(council, who)] if any(taken.values()) else []
    return found


def person(index: Index, council: str, who: str) -> str:
    """The fingerprint of somebody, by their id in the settings or by an account, that a line in the trail has."""
    return keyed(index.names, "matter", council, people.matter(who))


# ---------------------------------------------------------------- past its time


async def overdue(connection: AsyncConnection, ring: Ring, now: datetime) -> list[tuple[str, str]]:
    """Every council's matters that are past their time: council and matter."""
    column = tables.promises.c
    asked = select(column.council, column.matter).where(column.rung == ERASE, column.due <= now).distinct()
    rows = (await connection.execute(asked.order_by(column.council, column.matter))).all()
    return [(row.council, row.matter) for row in rows if await _is_past(connection, ring, *row, now)]


async def _is_past(connection: AsyncConnection, ring: Ring, council: str, matter: str, now: datetime) -> bool:
    record: Concern | Request | None
    if matter.startswith("concern/"):
        record = await sealed.one(connection, ring, Concern, council, matter)
    else:
        record = await sealed.one(connection, ring, Request, council, matter)
    return record is not None and is_past(record, now)


async def let_go(transaction: AsyncConnection, ring: Ring, now: datetime) -> list[tuple[str, str]]:
    """Erase them, as the clock does by itself; says which they were."""
    past = []
    for council, matter in await overdue(transaction, ring, now):
        await audit.mine(transaction, council)
        await sealed.hold(transaction, council, matter)
        if await _is_past(transaction, ring, council, matter, now):  # nobody held it meanwhile
            await _erase(transaction, ring, council, matter, Trace(matter, _CLOCK, ERASED), now)
            past.append((council, matter))
    return past
