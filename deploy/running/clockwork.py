"""What a running bot does by itself: brings up what falls due, delivers what waits, looks ahead each day, lets go.

In: the bot, its store and its outbox; ticks. Out: nothing; the store holds what comes of it.
Never: keeps anything from one tick to the next: any replica may do any of it, and one that dies leaves it to the
others; ends in the middle of something while there is time to finish it.
"""

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeAlias

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot import watching, workdays
from bot.clock import Ticker
from bot.conversation import Due, Event
from bot.hands import FINISH
from bot.naming import by_the_clock
from bot.outbox import Outbox
from bot.ports import Clock, Ears
from bot.reach import Reach
from bot.workdays import LONDON
from storage.store import SqlStore

log = logging.getLogger(__name__)

#: How long the whole process has to come to its end, in seconds; what is in hand has `FINISH`.
END: Final = 10.0

_TICK = 5  # seconds between looks at what waits to be delivered, and at what falls due
_HOUR = 3600  # seconds between looks at who can be told, and lettings go of what is not needed any more
_SLIP = 1.0  # seconds that a clock may be put right by; any more is made up for
_LAST = 1.5  # seconds that what was cut short has to put things back

#: What each council is asked once a day, by its id: the day stands in the delivery's id, so that it is heard once,
#: however many replicas ask.
_DAILY: Final[Mapping[str, tuple[str, str]]] = {"watch": (watching.MATTER, "day"), "plan": ("review", "plan")}
#: On the hour, while people are at work: what could not be asked at one hour is asked at the next.
_BY_DAY: Final = CronTrigger(hour="9-16", minute=0, timezone=LONDON)

Work: TypeAlias = Callable[[], Awaitable[object]]


class Clockwork:
    """One for each process. `close` at the first sign of the end: nothing more is begun then."""

    def __init__(
        self, bot: Ears, store: SqlStore, outbox: Outbox, reach: Reach, councils: Iterable[str], now: Clock
    ) -> None:
        self._bot = bot
        self._store = store
        self._outbox = outbox
        self._reach = reach
        self._councils = tuple(councils)
        self._now = now
        self._ticker = Ticker(store, self._heard, now)
        self._ended_at: float | None = None
        self._ticked_at: float | None = None
        self._promises, self._looks = _Round(), _Round()  # a look may take long, and promises do not wait for it

    @property
    def last_tick(self) -> float | None:
        """Seconds since what falls due was last looked at, or, in a long look, heard; None before the first time.

        Where the store is away nothing is looked at, and this grows.
        """
        return None if self._ticked_at is None else time.monotonic() - self._ticked_at

    @property
    def closed(self) -> bool:
        """Whether this is the end: nothing more is begun."""
        return self._ended_at is not None

    def close(self) -> None:
        """Begin nothing more; what is in hand goes on."""
        if self._ended_at is None:
            self._ended_at = asyncio.get_running_loop().time()
        self._promises.close()
        self._looks.close()
        self._ticker.close()
        self._outbox.close()

    @asynccontextmanager
    async def running(self, finish: float = FINISH) -> AsyncIterator[None]:
        """Meanwhile all of it is done. From `close` on what is in hand has `finish` seconds, and is cut short then.

        What is cut short stays in the store, and is taken up again by whoever comes first after the lease.
        """
        runs = (self._outbox.run, self._promises.run, self._looks.run)
        tasks = {asyncio.create_task(run()) for run in runs}
        try:
            async with _ticking(self._ticks()):
                yield
        finally:
            self.close()
            await _ended(tasks, until=(self._ended_at or 0.0) + finish)

    async def let_in(self) -> None:
        """A chat is open now: who can be told there is looked at, which no look before could find out."""
        await self._looks.put(self._reached)

    def _ticks(self) -> list[tuple[Work, Any]]:
        """What is done when; each of it at the start, too."""
        often, hourly = (IntervalTrigger(seconds=seconds, timezone=UTC) for seconds in (_TICK, _HOUR))
        return [
            (self._nudge, often),
            (partial(self._promises.put, self._tick), often),
            (partial(self._looks.put, self._reached), hourly),
            (partial(self._looks.put, self._ask), _BY_DAY),
            (partial(self._looks.put, self._tidy), hourly),
        ]

    async def _nudge(self) -> None:
        self._outbox.nudge()

    async def _tick(self) -> None:
        await self._ticker.tick()
        self._ticked_at = time.monotonic()

    async def _heard(self, event: Event) -> None:
        """A long look, as after a week's downtime, is alive as long as it gets on."""
        await self._bot.hear(event)
        self._ticked_at = time.monotonic()

    async def _tidy(self) -> None:
        await self._store.tidy(self._now())

    async def _reached(self) -> None:
        await self._each(self._reach.look)

    async def _ask(self) -> None:
        await self._each(self._asked)

    async def _asked(self, council: str) -> None:
        now = self._now()
        for name, (kind, rung) in _DAILY.items():
            where, id = by_the_clock(council), f"{name}/{workdays.today(now)}"
            await self._bot.hear(Due(id=id, where=where, at=now, matter=f"{kind}/{council}", rung=rung, due=now))

    async def _each(self, work: Callable[[str], Awaitable[object]]) -> None:
        """One council after the other; what fails at one keeps it from no other."""
        for council in self._councils:
            if self._looks.closed:
                return
            await _tried(partial(work, council))


async def _tried(work: Work) -> None:
    try:
        await work()
    except Exception as failed:  # only its kind is told: an error may hold somebody's words
        log.error("what was due could not be looked at, and will be tried again: %s", type(failed).__name__)


# ---------------------------------------------------------------- ticks and rounds


@asynccontextmanager
async def _ticking(ticks: Iterable[tuple[Work, Any]]) -> AsyncIterator[None]:
    """A tick only says that it is time: what is then done has a task of its own, which can be waited for at the end.

    The truth is in the tables: the scheduler's own store is its memory, and nobody else's.
    """
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}  # the usual grace of 1 s drops ticks
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
    for work, when in ticks:
        scheduler.add_job(work, when, next_run_time=datetime.now(UTC))
    scheduler.start()
    following = asyncio.create_task(_following_the_clock(scheduler))
    try:
        yield
    finally:
        following.cancel()
        scheduler.shutdown(wait=False)


async def _following_the_clock(scheduler: AsyncIOScheduler) -> None:
    """The scheduler waits for a time of day. Where the clock is put back an hour, it must not wait for an hour more."""
    ahead = _ahead()
    while True:
        await asyncio.sleep(_TICK)
        before, ahead = ahead, _ahead()
        if ahead < before - _SLIP:
            anew(scheduler, datetime.now(UTC))


def _ahead() -> float:
    """Seconds by which the clock is ahead of the one that nobody can put back."""
    return time.time() - time.monotonic()


def anew(scheduler: AsyncIOScheduler, now: datetime) -> None:
    """As if it began now: what is done every so often at once, what has its hours at the next of them."""
    for job in scheduler.get_jobs():
        often = isinstance(job.trigger, IntervalTrigger)  # it remembers the time at which it began
        job.modify(next_run_time=now if often else job.trigger.get_next_fire_time(None, now))


class _Round:
    """One piece of work after the other. What waits for its turn does not wait for it twice."""

    def __init__(self) -> None:
        self.closed = False
        self._waiting: dict[Work, None] = {}
        self._more = asyncio.Event()

    async def put(self, work: Work) -> None:
        """It is time for this."""
        self._waiting.setdefault(work)
        self._more.set()

    def close(self) -> None:
        """What is in hand is the last: what only waits has its turn after the next start, or elsewhere."""
        self.closed = True
        self._more.set()

    async def run(self) -> None:
        """Do what it is time for, until closed. What fails has its turn again at its next tick."""
        while not self.closed:
            if not self._waiting:
                self._more.clear()
                await self._more.wait()
                continue
            work = next(iter(self._waiting))
            del self._waiting[work]
            await _tried(work)


# ---------------------------------------------------------------- the end


async def _ended(tasks: set[asyncio.Task[None]], until: float) -> None:
    """Waits for what is in hand; what takes too long is cut short, and has a moment to give its connection back."""
    left = until - asyncio.get_running_loop().time()
    _, late = await asyncio.wait(tasks, timeout=max(0.1, left))
    for task in late:
        task.cancel()
    if late:
        log.warning("something in hand was cut short; it is taken up again after the next start, or elsewhere")
        await asyncio.wait(late, timeout=_LAST)


def end_for_certain(within: float = END) -> None:
    """Whatever hangs then, a driver's thread perhaps: after so many seconds the process is gone. Nothing is lost by it.

    To be called at the sign of the end only.
    """
    timer = threading.Timer(within, _gone)
    timer.daemon = True
    timer.start()


def _gone() -> None:
    print("Something did not come to its end in time, and was left where it was.", file=sys.stderr, flush=True)
    os._exit(1)
