"""Promises that fall due are heard.

In: what the store says is due. Out: a `Due` for each, at the same door as everybody else's events.
Never: loses a promise: it stays in the store until a turn takes it away; lets one that fails hold up another.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.conversation import Due, Event, Place
from bot.ports import Clock, Store
from bot.records import Promised

log = logging.getLogger(__name__)

_BATCH = 50


class Ticker:
    """Hears what is due, each time somebody says `tick`. `hear` is the bot's."""

    def __init__(self, store: Store, hear: Callable[[Event], Awaitable[object]], clock: Clock) -> None:
        self._store = store
        self._hear = hear
        self._clock = clock

    async def tick(self) -> int:
        """Hear everything that is due now, each once; says how many were heard.

        What fails, or stands there as before, has its turn again at the next tick.
        """
        now, heard = self._clock(), 0
        tried = set[tuple[str, str, str]]()
        while fresh := await self._fresh(tried, now):
            for promised in fresh:
                tried.add(_name(promised))
                heard += await self._one(promised, now)
        return heard

    async def _fresh(self, tried: set[tuple[str, str, str]], now: datetime) -> list[Promised]:
        """What is due and was not tried in this tick: those that stay may fill a whole batch, so it grows by them."""
        due = await self._store.due(now, len(tried) + _BATCH)
        return [promised for promised in due if _name(promised) not in tried]

    async def _one(self, promised: Promised, now: datetime) -> bool:
        try:
            await self._hear(_event(promised, now))
        except Exception as failed:  # only its kind is told: an error may hold somebody's words
            log.error("something promised could not be brought up, and will be tried again: %s", type(failed).__name__)
            return False
        return True


def _event(promised: Promised, now: datetime) -> Due:
    """The same promise is the same event, however often it is brought up."""
    return Due(
        id=f"due/{promised.matter}/{promised.rung}/{promised.due.isoformat()}",
        where=Place("clock", promised.council, "clock", private=True),
        at=now,
        matter=promised.matter,
        rung=promised.rung,
        due=promised.due,
    )


def _name(promised: Promised) -> tuple[str, str, str]:
    """Without its time: what is promised anew for a moment already past waits for the next tick."""
    return promised.council, promised.matter, promised.rung
