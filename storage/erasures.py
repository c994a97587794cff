"""What was erased, so that no copy of the database brings it back; and what is past its time.

In: audit trails, of the database that is there and of copies. Out: lines that tell a matter again only to whoever has
its key; the same erased once more in a database that was restored.
Never: a name, a reference or a word; anything erased that is not known to have been; a line taken that was not written
with the key; a legal hold forgotten.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from msgspec import Struct
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import course
from bot.concern import Concern, Request
from bot.conversation import Due
from bot.naming import CLOCK, by_the_clock
from bot.past import ERASE, is_past
from bot.records import COMMAND_LINE, Trace
from storage import audit, erasing, people, promises, sealed, tables
from storage.at_once import at_once
from storage.database import erased as remember
from storage.ring import Index, Ring, keyed
from storage.seal import Damaged, UnusableKeys, derive

#: What a trail calls it: `erased`, or with a word for why.
ERASED: Final = "erased"
PERSON: Final = "erased-person"
#: The same of somebody who was not in the settings any more: with what is known of their accounts.
WHOLE: Final = "erased-person-whole"
AGAIN: Final = "erased-restored"
HELD: Final = "held"
LET_GO: Final = "let-go"
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


class Told(NamedTuple):
    """What trails tell, and how many lines of them were passed over: nobody with the key wrote them so."""

    lines: tuple[Erasure, ...]
    rejected: int


class Replayed(Struct, frozen=True, kw_only=True):
    """How much was erased once more, held, or let go."""

    matters: int = 0
    people: int = 0
    holds: int = 0
    let_go: int = 0


def matters_to(did: str) -> bool:
    """Whether a line with this word in it is one that a restore has to know of."""
    return did in (ERASED, HELD, LET_GO) or did.startswith(f"{ERASED}-")


def taken(rows: Iterable[Mapping[str, Any]], index: Index | None) -> Told:
    """Those of these rows that were written with the key: whoever has only the database writes none that counts."""
    here, lines = list(rows), list[Erasure]()
    for row in here:
        if index is not None and audit.is_ours(index, row):
            lines.append(Erasure(row["council"], row["did"], row["matter"], row["at"][:10], row["mac"]))
    return Told(tuple(lines), len(here) - len(lines))


async def told(connection: AsyncConnection, index: Index | None) -> Told:
    """Every such line of every council's, in the order in which they were written."""
    column = tables.audit.c
    those = or_(column.did.in_((ERASED, HELD, LET_GO)), column.did.startswith(f"{ERASED}-", autoescape=True))
    asked = select(tables.audit).where(those).order_by(column.council, column.seq)
    return taken([dict(row._mapping) for row in await connection.execute(asked)], index)


# ---------------------------------------------------------------- once more


async def replay(
    transaction: AsyncConnection, ring: Ring, known: Iterable[Erasure], now: datetime
) -> tuple[Replayed, set[str]]:
    """Erase what is known to have been erased since, and hold what was held; with the councils that it was of."""
    index = await ring.index(transaction)
    told_here, lines = (await told(transaction, index)).lines, list(known)
    here = {one.row for one in told_here}
    since = [one for one in lines if one.row not in here]
    if index is None or not since:
        return Replayed(), set()
    holding = _holding(lines, told_here)
    gone = {(one.council, one.matter) for one in since if one.did.startswith(ERASED)}
    matters = holds = free = 0
    for council, matter, fingerprint in await _matters(transaction, ring):
        if (council, fingerprint) in gone:
            await _erase(transaction, ring, council, matter, Trace(matter, COMMAND_LINE, AGAIN), now)
            matters += 1
        elif holding.get((council, fingerprint)) == HELD:
            holds += await _hold(transaction, ring, council, matter, _WHY, now)
        elif holding.get((council, fingerprint)) == LET_GO:
            free += await _hold(transaction, ring, council, matter, "", now)
    out = await _people(transaction, ring, index, _of_people(lines, told_here), now)
    if out:
        await remember(transaction)
    done = Replayed(matters=matters, holds=holds, let_go=free, people=len(out))
    return done, {one.council for one in since}


def _order(known: Sequence[Erasure], here: Sequence[Erasure]) -> dict[str, int]:
    """When each line was written, beside the others. What only the copy tells is newer than all that is known.

    A line of before an earlier restore stays in the ledger and stands in no later trail: that it is not in the copy
    does not say that it was written since.
    """
    return {one.row: number for number, one in enumerate(dict.fromkeys((*known, *here)))}


def _holding(known: Sequence[Erasure], here: Sequence[Erasure]) -> dict[tuple[str, str], str]:
    """What became of the holds on each matter since the copy was made. In doubt a hold is kept."""
    order, held, done = _order(known, here), dict[tuple[str, str], int](), dict[tuple[str, str], str]()
    inside = {one.row for one in here}
    for one in here:
        if one.did == HELD:
            held[one.council, one.matter] = order[one.row]
    last = {(one.council, one.matter): one for one in known if one.did in (HELD, LET_GO)}
    for name, one in last.items():
        if one.row not in inside and (one.did == HELD or held.get(name, -1) < order[one.row]):
            done[name] = one.did
    return done


def _of_people(known: Sequence[Erasure], here: Sequence[Erasure]) -> list[Erasure]:
    """Erasures of people since the copy was made: not those that a restore repeated before it was."""
    order, inside = _order(known, here), {one.row for one in here}
    newest = {(one.council, one.matter): order[one.row] for one in here if one.did in (PERSON, WHOLE)}
    return [
        one
        for one in known
        if one.did in (PERSON, WHOLE)
        and one.row not in inside
        and newest.get((one.council, one.matter), -1) < order[one.row]
    ]


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


async def _hold(transaction: AsyncConnection, ring: Ring, council: str, matter: str, why: str, now: datetime) -> int:
    """Hold it, or let it go where no reason is given; 1 where it was not so already."""
    concern = await sealed.one(transaction, ring, Concern, council, matter)
    if concern is None or bool(concern.hold) == bool(why):
        return 0
    held = course.held(concern, COMMAND_LINE, why, now, "england")  # whose bank holidays changes nothing of a hold
    await sealed.keep(transaction, ring, held)
    due = Due(id="", where=by_the_clock(council), at=now, matter=matter, rung="", due=now)
    await at_once(transaction, promises.replaced(held, due))
    await audit.mine(transaction, council)
    await audit.append(transaction, ring, council, (Trace(matter, COMMAND_LINE, HELD if why else LET_GO),), now)
    return 1


async def _people(
    transaction: AsyncConnection, ring: Ring, index: Index, since: Sequence[Erasure], now: datetime
) -> list[tuple[str, str]]:
    """Everybody who is found anywhere, and was erased since. The trail says so of everybody, found or not.

    By that line a later restore knows that what they wrote after this one is theirs.
    """
    gone = {(one.council, one.matter) for one in since}
    whole = {(one.council, one.matter) for one in since if one.did == WHOLE}
    found = []
    for council in sorted({council for council, _ in gone}):
        for who in sorted(await people.found(transaction, ring, council)):
            if (name := (council, person(index, council, who))) in gone:
                kept = () if name in whole else people.KEPT_UP
                rows = await people.erase(transaction, ring, council, [who], kept)
                found += [(council, who)] if any(rows.values()) else []
        await audit.mine(transaction, council)
        for name in sorted(name for name in gone if name[0] == council):
            await audit.repeat(transaction, ring, COMMAND_LINE, WHOLE if name in whole else PERSON, name, now)
    return found


def person(index: Index, council: str, who: str) -> str:
    """The fingerprint of somebody, by their id in the settings or by an account, that a line in the trail has."""
    return keyed(index.names, "matter", council, people.matter(who))


# ---------------------------------------------------------------- past its time


async def overdue(connection: AsyncConnection, ring: Ring, now: datetime) -> list[tuple[str, str]]:
    """Every council's matters that are past their time: council and matter. Raises as `Ring.index`."""
    await ring.index(connection)  # of keys that are not the right ones nothing else is said
    column = tables.promises.c
    asked = select(column.council, column.matter).where(column.rung == ERASE, column.due <= now).distinct()
    rows = (await connection.execute(asked.order_by(column.council, column.matter))).all()
    return [(row.council, row.matter) for row in rows if await _is_past(connection, ring, *row, now)]


async def _is_past(connection: AsyncConnection, ring: Ring, council: str, matter: str, now: datetime) -> bool:
    """Of one that does not open nobody can say so: it stays, and keeps none of the others."""
    record: Concern | Request | None
    try:
        if matter.startswith("concern/"):
            record = await sealed.one(connection, ring, Concern, council, matter)
        else:
            record = await sealed.one(connection, ring, Request, council, matter)
    except (Damaged, UnusableKeys):
        return False
    return record is not None and is_past(record, now)


async def purge(transaction: AsyncConnection, ring: Ring, now: datetime) -> list[tuple[str, str]]:
    """Erase them, as the clock does by itself; says which they were."""
    past = []
    for council, matter in await overdue(transaction, ring, now):
        await audit.mine(transaction, council)
        await sealed.lock(transaction, council, matter)
        if await _is_past(transaction, ring, council, matter, now):  # nobody held it meanwhile
            await _erase(transaction, ring, council, matter, Trace(matter, CLOCK, ERASED), now)
            past.append((council, matter))
    return past
