"""Promises that fall due are heard.

In: what the store says is due. Out: a `Due` for each, at the same door as everybody else's events.
Never: loses a promise: it stays in the store until a turn takes it away; lets one that fails hold up another.
"""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.conversation import Due, Event
from bot.naming import by_the_clock
from bot.ports import Clock, Store
from bot.records import Promised

log = logging.getLogger(__name__)

#: How many are taken in hand at a time: few, so that replicas share them, and whoever dies leaves few to the lease.
BATCH = 10


class Ticker:
    """Hears what is due, each time somebody says `tick`; after `close` no more. `hear` is the bot's."""

    def __init__(self, store: Store, hear: Callable[[Event], Awaitable[object]], clock: Clock) -> None:
        self._store = store
        self._hear = hear
        self._clock = clock
        self._closed = False

    def close(self) -> None:
        """Begin with nothing more: `tick` ends with what is being heard."""
        self._closed = True

    async def tick(self) -> int:
        """Hear everything that is due now, each once; says how many were heard.

        What fails has its turn again at the next tick, here or elsewhere; what was heard and stands there as before,
        because it is a newer Protocol Bot's perhaps, when its lease is over.
        """
        now, heard = self._clock(), set[Promised]()
        taken = Counter[Promised]()
        try:
            while fresh := await self._fresh(taken, now):
                for promised in fresh:
                    if not self._closed and await self._one(promised, now):
                        heard.add(promised)
        finally:
            if rest := tuple(promised for promised in taken if promised not in heard):
                await self._store.release(rest)
        return len(heard)

    async def _fresh(self, taken: Counter[Promised], now: datetime) -> list[Promised]:
        """What is due and was not heard in this tick; empty where nothing is, or nothing more is to be begun.

        What was promised anew for a moment already past is taken in hand again, and waits for the next tick.
        """
        while not self._closed and (batch := await self._store.due(now, BATCH)):
            known = {_name(promised) for promised in taken}
            fresh = [promised for promised in batch if _name(promised) not in known]
            taken.update(batch)
            if fresh or all(taken[promised] > 1 for promised in batch):  # the leases have run out: enough for now
                return fresh
        return []

    async def _one(self, promised: Promised, now: datetime) -> bool:
        try:
            await self._hear(_event(promised, now))
        except Exception as failed:  # only its kind is told: an error may hold somebody's words
            log.error("something promised could not be brought up, and will be tried again: %s", type(failed).__name__)
            return False
        return True


def _event(promised: Promised, now: datetime) -> Due:
    """The same promise is the same event, however often it is brought up; made anew for the same moment, another."""
    return Due(
        id=f"due/{promised.matter}/{promised.rung}/{promised.due.isoformat()}/{promised.number}",
        where=by_the_clock(promised.council),
        at=now,
        matter=promised.matter,
        rung=promised.rung,
        due=promised.due,
    )


def _name(promised: Promised) -> tuple[str, str, str]:
    """Without its time: what is promised anew is the same promise."""
    return promised.council, promised.matter, promised.rung
