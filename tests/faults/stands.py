"""What is kept and what was told, laid side by side: after a flow that went well, and after one that was cut off.

In: a database with its keys, what stands on the platform. Out: each promise that was broken; what was told twice.
Never: a difference explained away that the core's own rules do not allow (at least once, at most once).
"""

import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import select

from deploy.kept import folder as folders
from deploy.settings import made_up
from storage import audit
from storage.database import EVERY, engine, reading
from storage.seal import read_keys
from storage.store import SqlStore
from storage.tables import matters, promises
from tests import databases
from tests.faults.stages import Kept, Rig, Stands, masked, outbox_dues

#: Tables of which every row is to be the same, but for what is made up anew.
_RECORDS: Final = ("passed", "pins", "reviews", "changes", "editions", "drafts")
#: Tables of which so many rows are to be there.
_COUNTED: Final = ("matters", "parts", "keys", "tags")
#: Readings of what somebody wrote are written down each time; more of them is no harm.
_READS: Final = "read"


class Heard(logging.Handler):
    """Every line of every log, with whatever was given to it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {record.getMessage()} {record.args} {record.exc_info}")


def listening() -> Heard:
    """Every log of this process, at its most talkative but for what writes every statement."""
    heard, root = Heard(), logging.getLogger()
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    logging.getLogger("sqlalchemy").setLevel(logging.INFO + 1)
    return heard


class Whole(Struct):
    """All that a flow left behind it. `stands` is what is on the platform, `came` what of it notices brought."""

    records: Counter[str]
    promised: Counter[str]
    trail: Counter[str]
    reads: Counter[str]
    aside: int
    waits: int
    wrong: list[str]
    stands: Stands
    came: Stands
    asked: list[tuple[str, bool]]
    actor: tuple[str, ...]
    places: frozenset[str] = frozenset()

    @staticmethod
    def nothing() -> "Whole":
        """Before anything was done."""
        return Whole(Counter(), Counter(), Counter(), Counter(), 0, 0, [], Counter(), Counter(), [], ())


class Private(NamedTuple):
    """Words that nobody but their reader may see: `kept` in no log and no file, `said` in no log."""

    kept: list[str]
    said: list[str]


async def whole(folder: Path, rig: Rig, stands: Stands, kept: Kept, private: Private) -> Whole:
    """As it is now."""
    url, keys = databases.url(folder), read_keys(folders.keys_beside(folder / folders.FILE))
    memory = engine(url)
    try:
        wrong = [f"the trail: {one}" for one in await audit.verify(memory, keys)]
        records, promised = await _kept(SqlStore(memory, keys), memory)
    finally:
        await memory.dispose()
    trail = Counter(did for (did,) in databases.rows(url, "SELECT did FROM audit"))
    reads = Counter({did: times for did, times in trail.items() if _READS in did})
    outbox = outbox_dues(folder)
    raw = databases.raw(folder)
    wrong += ["a private word stands in the database's file" for one in private.kept if one.encode() in raw]
    logged = [one for one in (*private.kept, *private.said) if any(one in line for line in kept.log)]
    wrong += ["a private word stands in a log" for _ in logged]
    now = rig._clock()
    waits = sum(due is not None and due <= now for due in outbox)
    aside = sum(due is None for due in outbox)
    counted = records, promised, trail - reads, reads, aside, waits
    actor = rig.person(rig._seat).id, rig.place("private").id
    return Whole(*counted, wrong, stands, rig.outbox.came, kept.asked, actor, places(folder))


def places(folder: Path) -> frozenset[str]:
    """Whose own chats on Teams the bot knows of, and which shared conversations."""
    known = databases.rows(databases.url(folder), "SELECT who, id FROM teams_places")
    return frozenset(who or id for who, id in known)


async def learnt_anew(folder: Path, rig: Rig, lacks: frozenset[str]) -> list[str]:
    """Conversations that were not known any more, and are not after the next word from there either.

    What is known of one is written down beside the answer, which waits for it no more than it depends on it: killed in
    between, the bot learns of it again from whatever comes from there next.
    """
    for one in made_up.everywhere().people if lacks else ():
        if rig.person(one.id).id in lacks:
            await rig.become(one.id)
            await rig.go("private")
            await rig.type("/protocol help")
    if rig.place("channel").id in lacks:
        await rig.go("channel")
        await rig.type("@protocol help")
    return [f"a conversation on Teams is not known any more: {one}" for one in sorted(lacks - places(folder))]


async def _kept(store: SqlStore, memory: Any) -> tuple[Counter[str], Counter[str]]:
    async with reading(memory, EVERY) as connection:
        filed = (await connection.execute(select(matters.c.council, matters.c.matter))).all()
        column = promises.c
        due = (await connection.execute(select(column.council, column.matter, column.rung, column.due))).all()
    found = Counter[str]()
    for council, matter in filed:
        kind, _, id = matter.partition("/")
        one = await (store.concern(council, id) if kind == "concern" else store.request(council, id))
        found[masked(f"{kind}: {msgspec.json.encode(one).decode()}")] += 1
    for table in _RECORDS:
        for (record,) in databases.rows(memory.url, f"SELECT record FROM {table}"):  # noqa: S608
            found[masked(f"{table}: {bytes(record).decode(errors='replace')}")] += 1
    for table in _COUNTED:
        ((times,),) = databases.rows(memory.url, f"SELECT count(*) FROM {table}")  # noqa: S608
        found[f"rows of {table}"] = times
    return found, Counter(masked(f"{council}: {matter} {rung} {due}") for council, matter, rung, due in due)


# ---------------------------------------------------------------- side by side


def broken(well: Whole, cut: Whole) -> Iterator[str]:
    """Each promise that did not hold after the process was killed. Who acts may be told something for their trouble."""
    yield from cut.wrong
    if cut.waits > well.waits:
        yield f"{cut.waits} notices still wait, though nothing is in their way"
    for key, times in Counter(key for key, once in cut.asked if once).items():
        if times > 1:
            yield f"the platform was asked {times} times to take {masked(key)}, which must not arrive twice"
    yield from _told(well, cut)
    yield from (f"lost, of what is kept: {_short(each)}" for each in well.records - cut.records)
    yield from (f"the trail lacks “{each}”" for each in well.trail - cut.trail)
    yield from (f"the trail lacks “{each}”" for each in well.reads - cut.reads)
    if cut.aside > well.aside:  # it may not have arrived, and somebody is told of that: other things fall due then
        forgotten = _awaited(well) - _awaited(cut)
        yield from (f"nobody is to be reminded any more of {one}" for one in sorted(forgotten))
        return
    yield from (f"too much, of what is kept: {_short(each)}" for each in cut.records - well.records)
    yield from (f"lost, of what is promised: {_short(each)}" for each in well.promised - cut.promised)
    yield from (f"too much, of what is promised: {_short(each)}" for each in cut.promised - well.promised)
    yield from (f"the trail has “{each}” once too often" for each in cut.trail - well.trail)


def _awaited(one: Whole) -> set[str]:
    """Of what something is yet to fall due, whatever and whenever: by council and matter."""
    return {" ".join(promise.split()[:2]) for promise in one.promised}


def _told(well: Whole, cut: Whole) -> Iterator[str]:
    """What notices brought is there; nobody else is told anything that they were not to be told."""
    lost = [one for one in well.came if well.stands[one] and not cut.stands[one]]
    if len(lost) > cut.aside - well.aside:
        yield from (f"a notice never arrived: {_short(one[3])}" for one in lost)
    for place, only, by, said in cut.stands:
        if (place, only, by, said) not in well.stands and not {place, only} & set(well.actor):
            yield f"somebody was told what nobody was to be told: {_short(said)}"


def twice(well: Whole, cut: Whole) -> int:
    """How many notices stand there once too often: those that may, rather than be lost."""
    return sum(max(0, cut.stands[one] - well.stands[one]) for one in well.came)


def _short(said: str) -> str:
    return said if len(said) < 300 else f"{said[:300]}…"
