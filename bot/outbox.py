"""Notices out: in order for each recipient, again later, never again.

In: what waits in the store. Out: notices, through the platform each belongs to.
Never: loses a notice that was kept; lets one that can't be delivered hold up other people's.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.conversation import Edit, Notice
from bot.errors import NotDelivered
from bot.ports import Clock, Platform, Store
from bot.records import Waiting

log = logging.getLogger(__name__)

#: How long to wait after each refusal; after the last one the notice is set aside.
PATIENCE = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600))

_BATCH = 50


class Outbox:
    """Delivers what waits. One `deliver` at a time; `nudge` asks for one soon.

    A platform that does not answer within `patience` seconds counts as having refused.
    """

    def __init__(
        self, store: Store, platforms: Mapping[str, Platform], clock: Clock, *, patience: float = 30.0
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._patience = patience
        self._lock = asyncio.Lock()
        self._more = asyncio.Event()

    def nudge(self) -> None:
        """There is something new."""
        self._more.set()

    async def run(self) -> None:
        """Deliver on every nudge, until cancelled. The clock nudges too, so that what was put off has its turn."""
        while True:
            await self._more.wait()
            self._more.clear()
            try:
                await self.deliver()
            except Exception as failed:  # the store is away, perhaps: what waits is safe, and the next nudge comes
                log.error("delivery stopped: %s", type(failed).__name__)

    async def deliver(self) -> int:
        """Deliver everything that is due; says how many arrived."""
        arrived = 0
        async with self._lock:
            while batch := await self._store.waiting(self._clock(), _BATCH):
                arrived += await self._batch(batch)
        return arrived

    async def _batch(self, batch: Sequence[Waiting]) -> int:
        arrived, held_up = 0, set[str]()
        for waiting in batch:
            if waiting.recipient in held_up:
                continue
            if await self._one(waiting):
                arrived += 1
            else:
                held_up.add(waiting.recipient)
        return arrived

    async def _one(self, waiting: Waiting) -> bool:
        try:
            await self._carry(waiting)
        except NotDelivered as refused:
            await self._put_off(waiting, refused)
            return False
        except Exception as failed:  # a fault of ours: the notice is kept, and the others go on
            await self._put_off(waiting, NotDelivered(type(failed).__name__, again=True))
            return False
        await self._store.delivered(waiting.order)
        return True

    async def _put_off(self, waiting: Waiting, refused: NotDelivered) -> None:
        again = refused.again and waiting.tries < len(PATIENCE)
        until = self._clock() + PATIENCE[waiting.tries] if again else None
        log.warning("notice %s was not delivered; %s", waiting.order, "will try again" if again else "set aside")
        await self._store.put_off(waiting.order, until, str(refused))

    async def _carry(self, waiting: Waiting) -> None:
        if waiting.notice is None:
            raise NotDelivered("What was kept can't be read.", again=False)
        platform = self._platform(waiting.notice)
        try:
            async with asyncio.timeout(self._patience):
                await platform.deliver(waiting.notice, f"notice-{waiting.name}")
        except TimeoutError:
            raise NotDelivered("The platform did not answer in time.", again=True) from None

    def _platform(self, notice: Notice) -> Platform:
        name = notice.of.place.platform if isinstance(notice, Edit) else notice.to.platform
        if name not in self._platforms:
            raise NotDelivered(f"There is no platform called {name!r} here.", again=False)
        return self._platforms[name]
