"""What the core needs of the world, as the core sees it.

In: nothing. Out: protocols that `storage`, `content` and `adapters` fulfil. Never: an implementation.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.conversation import Answer, Event, Notice, Place
from bot.handbook import Handbook
from bot.records import Passed, Pin, Turn, Waiting


class Clock(Protocol):
    """What time it is. The only clock in the core, so that a test can stop it."""

    def __call__(self) -> datetime:
        """An aware time."""
        ...


class Handbooks(Protocol):
    """The handbook of the council that a place belongs to."""

    async def __call__(self, where: Place) -> Handbook | None:
        """As it stands now. None for a workspace nobody set up."""
        ...


class Records(Protocol):
    """What desks may read. Reading takes no lock and keeps nobody waiting."""

    async def passed(self, council: str, id: str) -> Passed | None:
        """One question passed to the clerk."""
        ...

    async def pin(self, council: str, key: str) -> Pin | None:
        """The clause the clerk pinned a question to."""
        ...


class Store(Records, Protocol):
    """What is remembered."""

    async def heard(self, event: Event) -> Sequence[Answer | None]:
        """The answer once given to this very delivery, as a sequence of one; empty if it was never kept."""
        ...

    async def keep(self, event: Event, turn: Turn) -> None:
        """Keep all of a turn in one transaction.

        Raises `AlreadyHeard` for a delivery kept before, `Stale` where a record moved on; nothing is kept then.
        """
        ...

    async def waiting(self, now: datetime, at_most: int) -> Sequence[Waiting]:
        """Notices due by `now`, oldest first; none that an earlier one to the same recipient still holds up."""
        ...

    async def delivered(self, order: int) -> None:
        """This notice arrived: its body is dropped."""
        ...

    async def put_off(self, order: int, until: datetime | None, why: str) -> None:
        """This notice was refused: try again at `until`, or, with None, set it aside."""
        ...


class Platform(Protocol):
    """Carries notices to a platform."""

    async def deliver(self, notice: Notice, key: str) -> None:
        """Say it. `key` is the same whenever the same notice is tried again.

        Raises `NotDelivered`; refuses what it can't keep private, never shows it more widely.
        """
        ...
