"""Notices out: in order for each recipient, again later, never again.

In: what waits in the store. Out: notices, through the platform each belongs to.
Never: loses a notice that was kept; lets one that can't be delivered hold up other people's; sends twice what must not
arrive twice; asks a platform on and on that refuses everybody.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import TypeAlias, TypeVar

from bot import workdays
from bot.conversation import Edit, Notice, Person, Send
from bot.errors import NotDelivered
from bot.ports import Clock, Platform, Store
from bot.reach import REFUSED
from bot.records import Waiting
from bot.resting import Rests, Workspace

log = logging.getLogger(__name__)

#: How long to wait after each refusal; after the last one the notice is set aside.
PATIENCE = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600))
#: By how much longer than that, at most: those refused together do not come back together.
SPREAD = 0.2
#: How many are sent at the same time, to as many recipients.
HANDS = 8
#: How long to wait, in seconds, when the store can't be told what became of a notice: it may only be restarting.
WRITES = (0.1, 0.4, 1.0, 2.0, 4.0)

_UNSURE = "It may have arrived, and must not arrive twice."
_CHANCE = SystemRandom().random

T = TypeVar("T")
_Hands: TypeAlias = set[asyncio.Task[bool]]


class Outbox:
    """Delivers what waits. One `deliver` at a time; `nudge` asks for one soon, `close` for none any more.

    A platform that does not answer within `patience` seconds may have taken it or not. That is shorter than the store's
    lease, after which others take the notice in hand. `chance` gives numbers from 0 to 1.
    """

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Platform],
        clock: Clock,
        *,
        patience: float = 30.0,
        chance: Callable[[], float] = _CHANCE,
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._patience = patience
        self._chance = chance
        self._rests = Rests()
        self._lock = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._more = asyncio.Event()
        self._closed = False

    def nudge(self) -> None:
        """There is something new."""
        self._more.set()

    def close(self) -> None:
        """Take nothing more in hand: `run` ends when what is in hand is done with."""
        self._closed = True
        self._more.set()

    async def run(self) -> None:
        """Deliver on every nudge, until closed. The clock nudges too, so that what was put off has its turn."""
        while not self._closed:
            await self._more.wait()
            try:
                await self.deliver()
            except Exception as failed:  # the store is away, perhaps: what waits is safe, and the next nudge comes
                log.error("delivery stopped: %s", type(failed).__name__)

    # ------------------------------------------------------------ several at a time

    async def deliver(self) -> int:
        """Deliver everything that is due; says how many arrived. Where the store fails, what is in hand is still sent.

        Cancelled, it leaves what is in hand: whoever comes after the lease takes it up.
        """
        async with self._lock:
            hands: _Hands = set()
            try:
                return await self._all(hands)
            except asyncio.CancelledError:
                for hand in hands:
                    hand.cancel()
                raise
            finally:
                await asyncio.gather(*hands, return_exceptions=True)

    async def _all(self, hands: _Hands) -> int:
        arrived = 0
        while await self._take(hands) or hands:
            arrived += await self._next(hands)
        return arrived

    async def _take(self, hands: _Hands) -> int:
        """As many as there are hands free; says how many there were."""
        self._more.clear()
        if self._closed or len(hands) >= HANDS:
            return 0
        async with self._writing:
            batch = await self._store.waiting(self._clock(), HANDS - len(hands))
        mine = {hand.get_name() for hand in hands}  # else a lease that ran out would put it into two hands of ours
        fresh = [waiting for waiting in batch if waiting.name not in mine]
        hands |= {asyncio.create_task(self._one(waiting), name=waiting.name) for waiting in fresh}
        return len(batch)

    async def _next(self, hands: _Hands) -> int:
        """Wait until one more is done with, or something new may wait for a free hand; says how many arrived."""
        more = asyncio.create_task(self._more.wait())
        free = {more} if len(hands) < HANDS else set()
        try:
            await asyncio.wait({*hands, *free}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            more.cancel()
        done = {hand for hand in hands if hand.done()}
        hands -= done
        return sum(hand.result() for hand in done)

    # ------------------------------------------------------------ one notice

    async def _one(self, waiting: Waiting) -> bool:
        """Send one, and write down what became of it; says whether it arrived."""
        try:
            if await self._sent(waiting):
                await self._write(lambda: self._store.delivered(waiting))
                return True
        except NotDelivered as refused:
            why = f"{refused} {_UNSURE}" if waiting.once and refused.unsure else str(refused)
            await self._put_off(waiting, self._later(waiting, refused), why, asked=refused.asked)
        return False

    async def _sent(self, waiting: Waiting) -> bool:
        """Raises `NotDelivered`. False where it is left for later, or to somebody else, without asking the platform."""
        notice = waiting.notice
        if notice is None:
            raise NotDelivered("What was kept can't be read.", again=False)
        if waiting.begun:
            raise NotDelivered(f"The bot stopped while it was sent. {_UNSURE}", again=False)
        where = _workspace(notice)
        platform = self._platform(where)
        if (later := self._not_yet(notice, where)) is not None:
            await self._put_off(waiting, *later, asked=False)
            return False
        if waiting.once and not await self._write(lambda: self._store.sending(waiting)):
            return False
        try:
            await self._carry(platform, notice, f"notice-{waiting.name}")
        except NotDelivered as refused:
            if refused.asked and (refused.again or refused.unsure):
                self._rests.refused(where, waiting.recipient, self._clock(), refused.after)
            if refused.unreachable and isinstance(notice, Send):
                await self._out_of_reach(waiting.council, notice.to)
            raise
        self._rests.served(where)
        return True

    def _not_yet(self, notice: Notice, where: Workspace) -> tuple[datetime, str] | None:
        """Until when it is left, and why: what was not to disturb at night does not because it is late, either."""
        now = self._clock()
        if (until := self._rests.until(where, now)) is not None:
            return until, "The platform refuses everybody just now."
        if isinstance(notice, Send) and notice.rests is not None:
            nation, begins, ends = notice.rests
            if (day := workdays.next_open(now, nation, (begins, ends))) > now:
                return day, "It waits for the day."
        return None

    async def _out_of_reach(self, council: str, who: Person) -> None:
        """Before somebody else is told instead: whoever that is, this person can't be."""
        at = self._clock()
        await self._write(lambda: self._store.out_of_reach(council, who, REFUSED, at))

    def _platform(self, where: Workspace) -> Platform:
        """Another replica may have one that this one does not, or somebody forgot a variable: both are for now."""
        if where[0] not in self._platforms:
            raise NotDelivered(f"There is no platform called {where[0]!r} here.", again=True)
        return self._platforms[where[0]]

    async def _carry(self, platform: Platform, notice: Notice, key: str) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await platform.deliver(notice, key)
        except NotDelivered:
            raise
        except TimeoutError:
            raise NotDelivered("The platform did not answer in time.", again=True, unsure=True) from None
        except asyncio.CancelledError as cancelled:
            if (hand := asyncio.current_task()) is None or hand.cancelling():
                raise  # it is us who are to end
            # A library gave up on something of its own in this way: taken for our end it would end all delivery.
            raise NotDelivered(type(cancelled).__name__, again=True, unsure=True) from None
        except Exception as failed:  # a fault of ours: only its kind is told, for it may hold somebody's words
            raise NotDelivered(type(failed).__name__, again=True, unsure=True) from None

    # ------------------------------------------------------------ what became of it

    def _later(self, waiting: Waiting, refused: NotDelivered) -> datetime | None:
        """When to try again; None for never: then it is set aside."""
        tried_enough = refused.asked and waiting.tries >= len(PATIENCE)
        given_up = not refused.again or tried_enough or (waiting.once and refused.unsure)
        log.warning("notice %s was not delivered; %s", waiting.name, "set aside" if given_up else "will try again")
        if given_up:
            return None
        asked_for = min(refused.after or timedelta(), PATIENCE[-1])  # a number gone wrong must not put it off for good
        least = PATIENCE[waiting.tries] if refused.asked else PATIENCE[0]
        return self._clock() + max(least, asked_for) * (1 + SPREAD * self._chance())

    async def _put_off(self, waiting: Waiting, until: datetime | None, why: str, *, asked: bool = True) -> None:
        await self._write(lambda: self._store.put_off(waiting, until, why, asked=asked))

    async def _write(self, work: Callable[[], Awaitable[T]]) -> T:
        """Tell the store, and again if it fails: what was sent and is not written down is sent once more.

        One at a time, because SQLite has one writer, who is waited for the less the fewer there are.
        """
        for wait in WRITES:
            try:
                async with self._writing:
                    return await work()
            except Exception as failed:
                log.warning("what became of a notice could not be written down yet: %s", type(failed).__name__)
            await asyncio.sleep(wait)
        async with self._writing:
            return await work()


def _workspace(notice: Notice) -> Workspace:
    to = notice.of.place if isinstance(notice, Edit) else notice.to
    return to.platform, to.tenant
