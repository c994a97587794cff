"""What is the same at every platform that misbehaves: time that passes, what waits, what the administrator is told.

In: a rig with its outbox, its ticker and its chat. Out: what a story needs of it (`tests.faults.story.Here`).
Never: a platform's own words.
"""

import asyncio
from abc import ABC, abstractmethod
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.clock import Ticker
from bot.conversation import Due
from bot.naming import by_the_clock
from bot.outbox import Outbox
from storage.store import SqlStore
from tests import queue
from tests.faults.story import COUNCIL

#: It is so long under way that whoever sent it tries again, and that is there before it.
OVERTAKEN: Final = "overtaken by the next one"
#: Seconds that what is in hand may take.
_IN_HAND: Final = 40.0


class Amiss(ABC):
    """Stands before a platform's rig. `way`: how what people do comes to the bot."""

    _data: Path
    _seat: str
    _now: datetime
    _after: AsyncExitStack
    _started: AsyncExitStack
    chat: Any
    outbox: Outbox
    ticker: Ticker
    way = ""
    deliveries = 0
    pause = 0.0

    async def __aexit__(self, *_: object) -> None:
        await self._after.aclose()
        await self._started.aclose()

    def ears(self, bot: Any) -> Any:
        """Who hears what the platform delivers."""
        self._bot = bot
        return bot

    @property
    def seat(self) -> str:
        """Who acts."""
        return self._seat

    @property
    def _store(self) -> SqlStore:
        store = self.outbox._store
        assert isinstance(store, SqlStore)
        return store

    async def _quiet(self) -> None:
        """What is in hand is waited for."""
        async with asyncio.timeout(_IN_HAND):
            while self.chat.busy:  # noqa: ASYNC110  # what is in hand is told by nothing else
                await asyncio.sleep(0.005)

    async def _arrived(self) -> None:
        await self._quiet()
        await self.outbox.deliver()

    async def hop(self, hours: float) -> None:
        await self._quiet()
        self._now += timedelta(hours=hours)
        with suppress(ConnectionError):
            await self.ticker.tick()
        await self.outbox.deliver()

    @abstractmethod
    async def seen_by(self, seat: str) -> str:
        """Every word that this person can see anywhere, forms and dialogs too."""

    async def unsent(self) -> tuple[int, int]:
        return len(await queue.waiting(self._store)), await queue.given_up(self._store)

    async def looked_after(self) -> tuple[int, str]:
        counted = await self._store.set_aside(COUNCIL)
        self._now = (self._now + timedelta(days=1)).replace(hour=10)
        day, where = f"{self._now:%Y-%m-%d}", by_the_clock(COUNCIL)
        watch = Due(id=f"watch/{day}", where=where, at=self._now, matter=f"watch/{COUNCIL}", rung="day", due=self._now)
        await self._bot.hear(watch)
        await self.hop(0)
        told = await self.seen_by("clerk")
        await queue.again(self._store, self._now)
        await self.hop(0)
        return counted, told
