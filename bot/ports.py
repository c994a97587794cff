"""What the core needs of the world, as the core sees it.

In: nothing. Out: protocols that `storage`, `content` and `adapters` fulfil. Never: an implementation.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.concern import Concern, Listed, Part, Request
from bot.conversation import Answer, Event, Notice, Person, Place
from bot.edition import Draft, Edition
from bot.handbook import Handbook, Reached
from bot.records import AsItStands, Passed, Pin, Promised, Turn, Waiting
from bot.review import Review
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
        """One concern, whole. Raises `UnusableStore` where it does not open; the log then says which."""
        ...

    async def concerns(self, council: str, seat: str, part: Part) -> Listed[Concern]:
        """The concerns in which somebody has this part, oldest first, and how many don't open."""
        ...

    async def request(self, council: str, id: str) -> Request | None:
        """One request about personal data."""
        ...

    async def requests(self, council: str, lead: str) -> Listed[Request]:
        """The requests that somebody deals with, oldest first."""
        ...

    async def asked(self, council: str, asker: str) -> Listed[Request]:
        """The requests that somebody made, whoever deals with them, oldest first."""
        ...

    async def reach(self, council: str) -> Sequence[Reached]:
        """What is known of each account of a council's: whether anything can be told there."""
        ...

    async def set_aside(self, council: str) -> int:
        """How many notices of a council's were given up that an administrator may be told of."""
        ...

    async def review(self, council: str, document: str) -> Review | None:
        """When a document of a council's is looked at again, and what came of it before."""
        ...

    async def reviews(self, council: str) -> Sequence[Review]:
        """The review of every document of a council's that has one."""
        ...

    async def change(self, council: str, id: str) -> Change | None:
        """One change to the settings proposed in the chat."""
        ...

    async def changes(self, council: str) -> Sequence[Change]:
        """Every change of a council's, in the order they were proposed."""
        ...

    async def edition(self, council: str, number: int) -> Edition | None:
        """One wording that a council adopted."""
        ...

    async def editions(self, council: str) -> Sequence[Edition]:
        """Every wording that a council adopted, by number."""
        ...

    async def draft(self, council: str) -> Draft | None:
        """The wording that a council is setting up; `pack` is None where it is not."""
        ...


class Store(Records, Protocol):
    """What is remembered."""

    async def heard(self, council: str, event: Event) -> Sequence[Answer | None]:
        """The answer this council once gave to this very delivery, as a sequence of one; empty if it was never kept.

        Forms and their problems are not kept, for they may hold private words: None stands for them.
        """
        ...

    async def as_it_stands(self, council: str) -> AsItStands:
        """What a council's handbook is made of beside its settings, read at once: it is asked for with every event."""
        ...

    async def keep(self, council: str, event: Event, turn: Turn) -> None:
        """Keep all of a turn of a council's in one transaction.

        Raises `AlreadyHeard` for a delivery kept before, `Stale` where a record moved on; nothing is kept then.
        """
        ...

    async def due(self, now: datetime, at_most: int) -> Sequence[Promised]:
        """Take promises due by `now` in hand, the earliest first: nobody else is given them for a while (the lease).

        After it they are there again for anybody, whatever became of whoever had them.
        """
        ...

    async def release(self, promises: Sequence[Promised]) -> None:
        """Let promises go that were taken in hand: those that still stand are there again at once."""
        ...

    async def waiting(self, now: datetime, at_most: int) -> Sequence[Waiting]:
        """Take notices due by `now` in hand, those that were due first before others; leased as by `due`.

        One for each recipient, the first of those that wait: the next can be taken once it is delivered or set aside.
        """
        ...

    async def sending(self, waiting: Waiting) -> bool:
        """Write down that the platform is now asked to take this notice, which must not arrive twice.

        False where it is in another's hand by now, or gone: then it must not be sent.
        """
        ...

    async def delivered(self, waiting: Waiting) -> None:
        """This notice arrived: nothing of it stays."""
        ...

    async def put_off(self, waiting: Waiting, until: datetime | None, why: str, *, asked: bool = True) -> None:
        """This notice did not arrive: try again at `until`, or, with None, set it aside; `why` is never content.

        `asked` is False where the platform was not asked: that is no try. What is set aside and has a matter is
        promised at once as `undelivered`, so that somebody else is told. Nothing happens where another has it in hand.
        """
        ...

    async def keep_reach(self, council: str, found: Sequence[Reached], forget: Sequence[Person] = ()) -> None:
        """What was found out now, instead of what was known; nothing stays of the accounts to forget."""
        ...

    async def out_of_reach(self, council: str, who: Person, why: str, at: datetime) -> None:
        """A delivery was refused because this person can't be told anything there; the next look finds out more.

        `why` is a word of `bot.reach.WHYS`. What a look found out before stands.
        """
        ...

    async def dealt_with(self, council: str) -> Sequence[str]:
        """The matters of a council's that somebody here deals with: `concern/…` and `request/…`."""
        ...


class Platform(Protocol):
    """Carries notices to a platform."""

    async def deliver(self, notice: Notice, key: str) -> None:
        """Say it. `key` is the same whenever the same notice is tried again, so that it is said once where it can be.

        Raises `NotDelivered`, with all it can tell; refuses what it can't keep private, never shows it more widely.
        That the bot itself is not let in (a token that ran out) can be mended: `again=True`, else all that waits is
        set aside. Whatever else is raised counts as a fault after which nobody knows whether it arrived.
        """
        ...

    async def reaches(self, who: Person) -> str:
        """Whether this person could be told something now: empty, or a word of `bot.reach.WHYS` for why not.

        Asked every day, and never with anything to tell. Raises `NotDelivered` where nobody can say.
        """
        ...


class Ears(Protocol):
    """The bot's door, as adapters and the clock know it."""

    async def hear(self, event: Event) -> Answer | None:
        """One event, one turn; the answer is for whoever is asking. None for a workspace that nobody set up."""
        ...
