"""What the core needs of the world, as the core sees it.

In: nothing. Out: protocols that `storage`, `content` and `adapters` fulfil. Never: an implementation.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.concern import Concern, Part, Request
from bot.conversation import Answer, Event, Notice, Place
from bot.handbook import Handbook
from bot.records import Passed, Pin, Promised, Turn, Waiting
from bot.settings import Change


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

    async def unfit(self) -> str | None:
        """Why nothing private can be kept now, in a sentence for the administrator; None where all is well."""
        ...

    async def concern(self, council: str, id: str) -> Concern | None:
        """One concern, whole."""
        ...

    async def concerns(self, council: str, seat: str, part: Part) -> Sequence[Concern]:
        """The concerns in which somebody has this part, oldest first."""
        ...

    async def request(self, council: str, id: str) -> Request | None:
        """One request about personal data."""
        ...

    async def requests(self, council: str, lead: str) -> Sequence[Request]:
        """The requests that somebody deals with, oldest first."""
        ...

    async def asked(self, council: str, asker: str) -> Sequence[Request]:
        """The requests that somebody made, whoever deals with them, oldest first."""
        ...

    async def change(self, council: str, id: str) -> Change | None:
        """One change to the settings proposed in the chat."""
        ...

    async def changes(self, council: str) -> Sequence[Change]:
        """Every change of a council's, in the order they were proposed."""
        ...


class Store(Records, Protocol):
    """What is remembered."""

    async def heard(self, event: Event) -> Sequence[Answer | None]:
        """The answer once given to this very delivery, as a sequence of one; empty if it was never kept.

        Forms and their problems are not kept, for they may hold private words: None stands for them.
        """
        ...

    async def keep(self, event: Event, turn: Turn) -> None:
        """Keep all of a turn in one transaction.

        Raises `AlreadyHeard` for a delivery kept before, `Stale` where a record moved on; nothing is kept then.
        """
        ...

    async def due(self, now: datetime, at_most: int) -> Sequence[Promised]:
        """Promises due by `now`, the earliest first."""
        ...

    async def waiting(self, now: datetime, at_most: int) -> Sequence[Waiting]:
        """Notices due by `now`, oldest first; none that an earlier one to the same recipient still holds up."""
        ...

    async def delivered(self, order: int) -> None:
        """This notice arrived: nothing of it stays."""
        ...

    async def put_off(self, order: int, until: datetime | None, why: str) -> None:
        """This notice was refused: try again at `until`, or, with None, set it aside.

        What is set aside and has a matter is promised at once as `undelivered`, so that somebody else is told.
        """
        ...


class Platform(Protocol):
    """Carries notices to a platform."""

    async def deliver(self, notice: Notice, key: str) -> None:
        """Say it. `key` is the same whenever the same notice is tried again.

        Raises `NotDelivered`; refuses what it can't keep private, never shows it more widely.
        """
        ...
