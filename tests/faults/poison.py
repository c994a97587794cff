"""A poisoned outbox: notices that can't be read, that crash the adapter, that nobody takes, that never come to an end.

In: a real store, a platform that does its worst. Out: a table: what arrived behind it and in which order, what was set
aside. Never: a notice that waits for another person's.
"""

import asyncio
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import select, update

from bot.errors import NotDelivered
from bot.outbox import PATIENCE, Outbox
from storage.database import EVERY, engine, within
from storage.seal import new_keys, read_keys
from storage.store import SqlStore
from storage.tables import outbox as rows
from tests import databases, queue, report
from tests.delivery.carriers import Carrier, keep, notice
from tests.faults.outcomes import Outcome, table
from tests.faults.promises import unsound
from tests.report import Table
from tests.worlds import StandingClock

_POISON: Final = "poison"
_BEHIND: Final = ("first", "second", "third")
_PATIENCE: Final = 180.0  # seconds: another part runs beside it

Worst: TypeAlias = Callable[[str], Awaitable[None]]


class Crashed(Exception):
    """What an adapter has not thought of, with somebody's words in it."""


async def crashes(_said: str) -> None:
    raise Crashed(_POISON)


async def recurses(said: str) -> None:
    await recurses(said)


async def runs_out_of_memory(_said: str) -> None:
    raise MemoryError(_POISON)


async def is_cancelled(_said: str) -> None:
    """As when a library gives up on its own connection in that way."""
    raise asyncio.CancelledError


async def never_ends(_said: str) -> None:
    await asyncio.Event().wait()


async def never_gives_in(_said: str) -> None:
    """It does not even stop when it is told to, the first time."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await asyncio.sleep(0.5)
        raise NotDelivered("late", again=True) from None


async def is_refused(_said: str) -> None:
    raise NotDelivered("No such person.", again=False, unreachable=True)


async def asks_for_a_year(_said: str) -> None:
    raise NotDelivered("Later.", again=True, after=timedelta(days=365))


_WORST: Final[Sequence[Worst]] = (
    crashes, recurses, runs_out_of_memory, is_cancelled, never_ends, never_gives_in, is_refused,
    asks_for_a_year,
)  # fmt: skip


class Poisoned:
    """A store, an outbox that is not patient, a clock, and a platform that does its worst with what is poison."""

    def __init__(self, folder: Path, worst: Worst | None = None) -> None:
        new_keys(folder / "keys")
        self.clock = StandingClock()
        self.memory = engine(databases.url(folder))
        self._keys = read_keys(folder / "keys")
        self.store = SqlStore(self.memory, self._keys, timedelta())
        self.carrier = Carrier(self._first if worst else None)
        self._worst = worst
        self.outbox = Outbox(self.store, {"test": self.carrier}, self.clock, patience=0.2)

    async def _first(self, _to: str, said: str) -> None:
        if _POISON in said and self._worst:
            await self._worst(said)

    async def delivers(self) -> bool:
        """Everything that is due; says whether it came to its end, as the running bot's must to go on."""
        work = asyncio.create_task(self.outbox.deliver())
        await asyncio.wait({work}, timeout=_PATIENCE)
        if not work.done():
            work.cancel()
        return not isinstance((await asyncio.gather(work, return_exceptions=True))[0], BaseException)

    async def unsound(self) -> list[str]:
        """What is wrong with what is kept: a notice holds what is between two people."""
        return await unsound(self.memory.url, self._keys, _POISON)


async def worst_of_all(folder: Path, worst: Worst) -> Outcome:
    """Poison first, others to the same person behind it, and other people."""
    one = Outcome(
        f"the adapter {worst.__name__.replace('_', ' ')} over one notice", "others wait behind it, and beside it"
    )
    here = Poisoned(folder, worst)
    try:
        others = [notice(f"p{number}", said) for number in range(20) for said in _BEHIND]
        await keep(here.store, notice("ann", _POISON), *(notice("ann", said) for said in _BEHIND), *others)
        one.must(await here.delivers(), "delivery goes on")
        beside = sum(here.carrier.to(f"p{number}") == list(_BEHIND) for number in range(20))
        one.saw(f"at once {beside} of 20 others have theirs, in order")
        one.must(beside == 20, "nobody else waits for it")
        for _ in range(2 * len(PATIENCE)):
            if here.carrier.to("ann") == list(_BEHIND):
                break
            here.clock.now += timedelta(hours=30)  # longer than any wait between two tries
            await here.delivers()
        one.saw(f"{len([said for _, said in here.carrier.asked if said == _POISON])} tries")
        one.must(here.carrier.to("ann") == list(_BEHIND), "what is behind it goes out after it, in order")
        aside = await here.store.set_aside("barrow")
        one.saw(f"{aside} set aside, which is told")
        one.must(aside == 1, "it is set aside, and counted for the administrators")
        one.must(await queue.waiting(here.store) == [], "nothing else is left")
        one.holds(await here.unsound())
        return one
    finally:
        await here.memory.dispose()


async def unreadable(folder: Path) -> Outcome:
    """Bytes that nothing opens: another's key, perhaps, or a disk that forgets."""
    one = Outcome("a notice can't be read", "others wait behind it")
    here = Poisoned(folder)
    try:
        await keep(here.store, *(notice("ann", said) for said in (_POISON, *_BEHIND)))
        first = select(rows.c.order).order_by(rows.c.order).limit(1).scalar_subquery()
        async with within(here.memory, EVERY) as connection:
            await connection.execute(update(rows).where(rows.c.order == first).values(notice=b"\x01spoilt"))
        await here.delivers()
        one.saw(f"{len(here.carrier.to('ann'))} arrive; {await here.store.set_aside('barrow')} set aside")
        one.must(here.carrier.to("ann") == list(_BEHIND), "those behind it arrive, in order")
        one.must(await here.store.set_aside("barrow") == 1, "it is set aside, and counted for the administrators")
        one.holds(await here.unsound())
        return one
    finally:
        await here.memory.dispose()


async def blocked(folder: Path, many: int) -> Outcome:
    """Somebody who took the bot out of their chat, for whom a great many wait."""
    one = Outcome("somebody blocked the bot", f"{many} notices wait for them, 20 other people's behind")
    here = Poisoned(folder, is_refused)
    try:
        await keep(here.store, *(notice("ann", f"{_POISON} {number}") for number in range(many)))
        await keep(here.store, *(notice(f"p{number}", said) for number in range(20) for said in _BEHIND))
        await here.delivers()
        first = [to for to, _ in here.carrier.asked].index("p0")
        beside = sum(here.carrier.to(f"p{number}") == list(_BEHIND) for number in range(20))
        aside = await here.store.set_aside("barrow")
        one.saw(f"{beside} of 20 others have theirs, the first after {first} refusals; {aside} set aside")
        one.must(beside == 20, "nobody else goes without")
        one.must(first < 50, "nobody else waits for all of them")
        one.must(aside == many, "all are set aside, and counted")
        one.holds(await here.unsound())
        return one
    finally:
        await here.memory.dispose()


async def every(worst: Sequence[Worst], many: int) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as whole:
        folders = iter(Path(whole) / str(number) for number in range(99))

        def folder() -> Path:
            (made := next(folders)).mkdir()
            return made

        found = [await worst_of_all(folder(), one) for one in worst]
        return [*found, await unreadable(folder()), await blocked(folder(), many)]


def tables(worst: Sequence[Worst] = _WORST, many: int = 2000) -> Iterator[Table]:
    """One, of everything that a notice can do to an outbox."""
    logging.getLogger("bot").setLevel(logging.CRITICAL)
    try:
        yield table("A poisoned outbox", asyncio.run(every(worst, many)))
    finally:
        logging.getLogger("bot").setLevel(logging.NOTSET)


if __name__ == "__main__":
    sys.exit(report.tell(tables()))
