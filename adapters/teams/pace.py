"""How fast the bot may speak in Teams.

In: a conversation and its tenant. Out: its turn, when it comes. Never: an error for what a moment's patience mends;
one conversation that waits holding up another; more remembered than a tenant can have.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

#: So many, within so many seconds.
Windows: TypeAlias = tuple[tuple[int, float], ...]

#: learn.microsoft.com, Teams: "Optimize your bot with rate limiting". Sending to a conversation and creating one have
#: the same limits, for each bot in each thread.
BY_CONVERSATION: Final[Windows] = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
#: The same page: for each app in each tenant.
BY_TENANT: Final[Windows] = ((50, 1.0),)

_REMEMBERED: Final = 5_000  # conversations of late; each has as many times as were used within the hour


class Crowded(Exception):
    """The turn would not come in time; `wait` is in how many seconds it would."""

    def __init__(self, wait: float) -> None:
        super().__init__("More is said there than Teams allows.")
        self.wait = wait


class Pace:
    """Everybody's turns, first come first served in each conversation. `seconds` is a clock that only ever goes on."""

    def __init__(
        self,
        seconds: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._seconds = seconds
        self._sleep = sleep
        self._conversations: OrderedDict[tuple[str, str], _Lane] = OrderedDict()
        self._tenants: dict[str, _Lane] = {}

    def __len__(self) -> int:
        """How many conversations it remembers."""
        return len(self._conversations)

    async def turn(self, tenant: str, conversation: str, within: float) -> None:
        """Comes back when it may be said. Raises `Crowded` at once where that is not within so many seconds."""
        until = self._seconds() + within
        here, all_of_it = self._lane(tenant, conversation), self._tenants.setdefault(tenant, _Lane(BY_TENANT))
        async with here.lock:
            await self._until_free(here, until)
            async with all_of_it.lock:
                await self._until_free(all_of_it, until)
                now = self._seconds()
                here.used(now)
                all_of_it.used(now)

    async def _until_free(self, lane: "_Lane", until: float) -> None:
        while (wait := lane.wait(self._seconds())) > 0:
            if self._seconds() + wait > until:
                raise Crowded(wait)
            await self._sleep(wait)

    def _lane(self, tenant: str, conversation: str) -> "_Lane":
        lane = self._conversations.setdefault((tenant, conversation), _Lane(BY_CONVERSATION))
        self._conversations.move_to_end((tenant, conversation))
        if len(self._conversations) > _REMEMBERED:
            self._conversations.popitem(last=False)
        return lane


class _Lane:
    """When something was said in one conversation, or in one tenant: as far back as it matters."""

    def __init__(self, windows: Windows) -> None:
        self.lock = asyncio.Lock()
        self._windows = windows
        self._times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more fits into every window."""
        times = self._times
        while times and now - times[0] >= self._windows[-1][1]:
            times.popleft()
        return max((times[-most] + span - now for most, span in self._windows if len(times) >= most), default=0.0)

    def used(self, now: float) -> None:
        """One was said now."""
        self._times.append(now)
