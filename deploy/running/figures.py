"""What is counted of a running bot, and how much of that is told.

In: turns, tries to deliver, errors of the database. Out: figures for whoever watches, by platform, coarse on purpose.
Never: a council, a person, a desk, a command, a kind of event; a figure from which somebody could tell that a concern
was raised.

A bot may serve one council, and whoever watches its figures may know who sat at a computer at the time. A form sent in,
two messages kept soon after: that is a concern filed, whatever the labels say. So what comes of people's doing is told

- in **steps of five minutes** and in **tens**: nobody sees one thing happen, however often they look;
- without the **clock's own turns**: each open concern has some every day, so that their average counts the concerns;
- with no **latency below a quarter of a second**: what is only looked up and what is kept take the same;
- of **deliveries** only where at least twenty councils share the bot: at one council even the yearly number of messages
  that were kept would tell whether anything went on. What delivery needs watched is told everywhere: how late it is;
- **late** from one minute on, and then in steps, so that when a message was kept can't be counted back from it.

Faults are told one by one: a turn that failed is nobody's concern, it is ours. What stays: that somebody used the bot
in some stretch of time, and that some message could not be delivered, whatever it was about.
"""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Notice, Person
from bot.errors import NotDelivered
from bot.naming import CLOCK
from bot.ports import Platform
from storage.database import moved_on

#: Seconds from one telling of what people did to the next, and what it is rounded down to.
STEP: Final = 300.0
TENS: Final = 10
#: How many councils make a crowd in which one council's messages can't be told.
CROWD: Final = 20
#: Upper bounds in seconds. The least is above what any turn takes by itself.
BUCKETS: Final = (0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: How late is told in these, in seconds.
LATE: Final = (0, 60, 300, 900, 3600, 4 * 3600, 24 * 3600)


class Figures:
    """Counted as it happens, told by steps. `crowd`: whether enough councils share this bot. `clock`: seconds."""

    def __init__(self, *, crowd: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.crowd = crowd
        self.store_errors = 0
        self.failed: Counter[str] = Counter()
        self._clock = clock
        self._took: Counter[tuple[str, int]] = Counter()  # by the number of the least bound that it keeps to
        self._tries: Counter[tuple[str, str]] = Counter()
        self.answered, self.took, self.tries = self._coarse()
        self._next = 0.0

    # ------------------------------------------------------------ counting

    def turn(self, platform: str, seconds: float, *, failed: bool) -> None:
        """One turn of somebody's. The clock's is none of theirs."""
        if platform == CLOCK:
            return
        if failed:
            self.failed[platform] += 1
            return
        self._took[platform, bisect_left(BUCKETS, seconds)] += 1

    def tried(self, platform: str, outcome: str) -> None:
        """One try to deliver something; `outcome` is arrived, refused or failed."""
        self._tries[platform, outcome] += 1

    def listen(self, engine: AsyncEngine) -> None:
        """Count what goes wrong with the database from now on; what two writers bring about between them is none."""
        event.listen(engine.sync_engine, "handle_error", self._went_wrong)

    def _went_wrong(self, context: ExceptionContext) -> None:
        known = context.sqlalchemy_exception
        if isinstance(known, DBAPIError) and (isinstance(known, IntegrityError) or moved_on(known)):
            return
        self.store_errors += 1

    # ------------------------------------------------------------ telling

    def step(self) -> bool:
        """Whether a new step has begun: then what was counted until now is told from now on."""
        if self._clock() < self._next:
            return False
        self._next = self._clock() + STEP
        self.answered, self.took, self.tries = self._coarse()
        return True

    def _coarse(self) -> tuple[Counter[str], Counter[tuple[str, float]], Counter[tuple[str, str]]]:
        answered, took = Counter[str](), Counter[tuple[str, float]]()
        for (platform, least), number in self._took.items():
            answered[platform] += number
            for bound in BUCKETS[least:]:
                took[platform, bound] += number
        return _in_tens(answered), _in_tens(took), _in_tens(self._tries if self.crowd else Counter())


def _in_tens(counted: Counter[Any]) -> Counter[Any]:
    return Counter({what: number - number % TENS for what, number in counted.items()})


def how_late(waited: timedelta) -> int:
    """In the steps of `LATE`, in seconds."""
    return max(step for step in LATE if step <= max(0.0, waited.total_seconds()))


class Counted:
    """A platform whose deliveries are counted; else it is what it was."""

    def __init__(self, name: str, platform: Platform, figures: Figures) -> None:
        self._name = name
        self._platform = platform
        self._figures = figures

    async def deliver(self, notice: Notice, key: str) -> None:
        """As the platform does."""
        try:
            await self._platform.deliver(notice, key)
        except NotDelivered:
            self._figures.tried(self._name, "refused")
            raise
        except Exception:
            self._figures.tried(self._name, "failed")
            raise
        self._figures.tried(self._name, "arrived")

    async def reaches(self, who: Person) -> str:
        """As the platform does."""
        return await self._platform.reaches(who)
