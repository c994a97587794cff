"""Two replicas with the same in hand at the same moment, on SQLite and on PostgreSQL: whatever it is, it is done once.

In: two bots with connections of their own on one database; commands as processes. Out: a table.
Never: one of them told what the other does.
"""

import asyncio
import itertools
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Final, TypeAlias

from sqlalchemy import make_url

from bot.concern import Concern
from bot.errors import Stale
from storage.database import engine
from storage.seal import read_keys
from tests import databases, report
from tests.backups.deployment import Deployment, deployment, elsewhere, filed, matters, the_backup
from tests.concerns.world import CANARY, World, filled, opened, people_of, told
from tests.editions.world import FIRST, ID, Mallow, pack
from tests.faults.disk import command
from tests.faults.outcomes import Outcome, made, table, untried
from tests.faults.promises import Filed, broken, unsound
from tests.report import Table
from tests.worlds import StandingClock

_TIMES: Final = 5
_QUARTER: Final = timedelta(hours=6)
Both: TypeAlias = tuple[World, World]


@asynccontextmanager
async def two(folder: Path, council: str = "southwell") -> AsyncIterator[Both]:
    """Two bots of one council, each with a platform of its own to deliver to."""
    one = await World(made(folder), people_of(council)).open()
    other = await World(folder, people_of(council)).open()
    other._ids = itertools.count(1_000_000)
    try:
        yield one, other
    finally:
        await one.close()
        await other.close()


# ---------------------------------------------------------------- what people do


async def same_delivery(folder: Path, one: Outcome) -> None:
    """As when Slack tries again because the first replica took too long."""
    async with two(folder) as (here, there):
        form = await here.looks("councillor", "clerk")
        event = here.submit("councillor", form.id, filled(form))
        answers = await asyncio.gather(here.hear(event), there.hear(event), here.hear(event))
        one.must(len({told(answer) for answer in answers}) == 1, "each brings the same receipt")
        (concern, *more) = await here.concerns()
        one.must(not more, "one concern is filed")
        await asyncio.gather(here.tick(), there.tick())
        one.must(len(here.chat.arrived) + len(there.chat.arrived) == 1, "whoever deals with it is told once")
        filed = Filed(concern.reference, "councillor", "clerk", f"{CANARY} he shouted")
        one.holds(await _broken((here, there), filed))


async def same_button(folder: Path, one: Outcome) -> None:
    """Two who deal with one concern, at two replicas."""
    async with two(folder, "barrow") as both:
        here, there = both
        concern: Concern = await here.raises("clerk", "councillor-2", kind="formal", step="declined")
        first, second = concern.parties.handlers[:2]
        forms = [
            opened(await at.presses(who, f"concerns/open/{concern.id}"))
            for at, who in zip(both, (first, second), strict=True)
        ]
        await asyncio.gather(
            here.sends(first, forms[0], act="acknowledge"), there.sends(second, forms[1], act="acknowledge")
        )
        now = await here.concern(concern)
        done = [step.did for step in now.history].count("acknowledged")
        one.must(done == 1, f"it is acknowledged once (not {done} times)")
        await asyncio.gather(here.tick(), there.tick())
        raiser = [*here.chat.to("clerk"), *there.chat.to("clerk")]
        one.must(len(raiser) == len(set(raiser)), "whoever raised it is told once")
        one.holds(await _broken(both))


async def _broken(both: Both, *filed: Filed) -> list[str]:
    """What must hold whoever did what: of what both said, and of what is kept."""
    here, there = both
    heard = {who: [*here.chat.to(who), *there.chat.to(who)] for who, _ in (*here.chat.arrived, *there.chat.arrived)}
    assert here.keys is not None
    return await broken(here.engine.url, here.keys, filed, heard, private=CANARY)


# ---------------------------------------------------------------- what falls due


async def both_tick(folder: Path, one: Outcome) -> None:
    """Ten days in which nobody does anything: the same is said as by one alone."""
    async with two(folder) as (here, there):
        await _raised(here)
        for _ in range(10 * 4):
            here.now += (step := _QUARTER)
            there.now += step
            await asyncio.gather(here.tick(), there.tick())
        said = Counter((who, post.plain()) for who, post in (*here.chat.arrived, *there.chat.arrived))
        alone = await _alone(folder.with_name(f"{folder.name}-alone"))
        people, usual = Counter(who for who, _ in said.elements()), alone
        one.must(usual, "somebody is reminded in ten days")
        one.must(people == usual, f"as much is said to each as by one alone ({dict(usual)}, not {dict(people)})")
        one.holds(await _broken((here, there)))


async def _raised(here: World) -> None:
    """Three concerns with which nobody deals."""
    for who, about in (("councillor", "clerk"), ("councillor-2", "clerk"), ("officer", "councillor")):
        await here.raises(who, about, step="declined", story=f"{CANARY} of {who}")


async def _alone(folder: Path) -> Counter[str]:
    here = await World(made(folder), people_of("southwell")).open()
    try:
        await _raised(here)
        for _ in range(10 * 4):
            here.now += _QUARTER
            await here.tick()
        return Counter(who for who, _ in here.chat.arrived)
    finally:
        await here.close()


async def both_adopt(folder: Path, one: Outcome) -> None:
    """One wording, put in force at two terminals."""
    made(folder)
    clock, memories = StandingClock(), [engine(databases.url(folder)) for _ in range(2)]
    try:
        both = [Mallow(memory, clock, folder) for memory in memories]
        adopts = (each.adopt(pack(*FIRST), date(2026, 11, 22)) for each in both)
        came = await asyncio.gather(*adopts, return_exceptions=True)
        one.must(all(each is None or isinstance(each, Stale) for each in came), f"nothing else happens: {came}")
        editions = await both[0].store.editions(ID)
        one.must(len(editions) == 1, f"one edition is in force (not {len(editions)})")
        one.holds(await unsound(memories[0].url, read_keys(folder / "keys"), CANARY))
    finally:
        for memory in memories:
            await memory.dispose()


# ---------------------------------------------------------------- at a start, and when all is lost


async def both_migrate(folder: Path, one: Outcome) -> None:
    """Two that start in an empty database."""
    made(folder)
    if databases.on_postgres():
        owner = databases.empty(folder)
        environ = {"DATABASE_URL": databases.as_role(owner, databases.BOT), "DATABASE_OWNER_URL": owner}
    else:
        environ = {"DATABASE_URL": databases.empty(folder)}
    done = await _at_once("migrate", "--data", folder, environ=environ)
    one.must(all(each.returncode == 0 for each in done), f"both come to their end: {_said(done)}")
    again = await asyncio.to_thread(command, "migrate", "--data", folder, environ=environ)
    one.must(again.returncode == 0, "and leave today's tables")


async def both_restore(folder: Path, one: Outcome) -> None:
    """Two administrators, one backup, one empty place."""
    made(folder)
    source = await asyncio.to_thread(deployment, folder)
    await asyncio.to_thread(source.keep, *(filed(f"d{number}") for number in range(20)))
    to = folder / "backups"
    backed_up = await asyncio.to_thread(command, "backup", "--to", to, "--data", source.data, environ=_environ(source))
    one.must(backed_up.returncode == 0, f"there is a backup: {backed_up.stderr}")
    new = elsewhere(folder, source)
    done = await _at_once("restore", the_backup(to), "--data", new.data, environ=_environ(new))
    one.must(any(each.returncode == 0 for each in done), f"one comes to its end: {_said(done)}")
    one.must("Traceback" not in _said(done), "the other says in a sentence why it does not")
    there = await asyncio.to_thread(matters, new)
    one.must(there == await asyncio.to_thread(matters, source), "all is there, once")
    url = make_url(new.url or f"sqlite+aiosqlite:///{new.file}")
    one.holds(await unsound(url, read_keys(new.keys), CANARY))


def _environ(its: Deployment) -> dict[str, str]:
    named = {"DATABASE_URL": its.url, "DATABASE_OWNER_URL": its.owner}
    return {name: value for name, value in named.items() if value}


async def _at_once(*words: object, environ: dict[str, str]) -> Sequence[CompletedProcess[str]]:
    return await asyncio.gather(*(asyncio.to_thread(command, *words, environ=environ) for _ in range(2)))


def _said(done: Sequence[CompletedProcess[str]]) -> str:
    return " / ".join(f"{each.returncode} {each.stderr.strip()[-300:]}" for each in done)


# ---------------------------------------------------------------- all of it

Tried: TypeAlias = Callable[[Path, Outcome], Awaitable[None]]
#: What is done at both at once, in words, and how often.
ALL: Final[Sequence[tuple[Tried, str, int]]] = (
    (same_delivery, "the same form, delivered to both", _TIMES),
    (same_button, "the same button, pressed by two people", _TIMES),
    (both_tick, "what falls due in ten days, looked at by both", 1),
    (both_adopt, "the same wording, put in force at both", _TIMES),
    (both_migrate, "the first tables, made by both", 2),
    (both_restore, "one backup, brought back by both", 2),
)


async def every(which: Sequence[tuple[Tried, str, int]]) -> list[Outcome]:
    found = []
    kind = "PostgreSQL" if databases.on_postgres() else "SQLite"
    with tempfile.TemporaryDirectory() as whole:
        for number, (tried, words, times) in enumerate(which):
            one = Outcome(f"two replicas on {kind}", words, times=times)
            for time in range(times):
                await tried(Path(whole) / f"{number}-{time}", one)
            one.saw("once" if not one.wrong else "not once")
            found.append(one)
    databases.forget()
    return found


def tables(which: Sequence[tuple[Tried, str, int]] = ALL, *, postgres: bool = True) -> Iterator[Table]:
    """One, of everything that two can have in hand."""
    found = asyncio.run(every(which))
    if postgres:
        try:
            databases.use_postgres()
        except FileNotFoundError as missing:
            found.append(untried("two replicas on PostgreSQL", f"{missing}; on Debian: sudo apt install postgresql"))
        else:
            found += asyncio.run(every(which))
    databases.end()
    yield table("Two replicas, one moment", found)


if __name__ == "__main__":
    sys.exit(report.tell(tables()))
