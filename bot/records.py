"""What the bot remembers between turns.

In: desks make these. Out: the store keeps them, each with a version so that two turns can't overwrite each other.
Never: how they are stored.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from bot.concern import Concern, Request
from bot.conversation import Answer, Notice, Person
from bot.edition import Draft, Edition
from bot.handbook import Reached
from bot.review import Review
from bot.settings import Change


class Passed(Struct, frozen=True, kw_only=True):
    """A question passed to the clerk because the bot's answers did not serve.

    `version` is 0 for one that was never kept; the store raises `Stale` when it keeps anything but the next version.
    """

    id: str
    council: str
    asker: Person
    words: str
    at: datetime
    state: Literal["waiting", "answered"] = "waiting"
    reply: str = ""
    clause: str | None = None
    version: int = 0


class Pin(Struct, frozen=True, kw_only=True):
    """The clerk's word that a question is answered by a clause, and what else they said.

    One per council and question (its `key`). `edition` is the wording whose id for the clause `clause` is.
    """

    council: str
    key: str
    words: str
    clause: str
    by: Person
    reply: str = ""
    at: datetime
    edition: int = 0
    version: int = 0


#: Who did what somebody did on the command line: nobody there has to say who they are.
COMMAND_LINE: Final = "terminal"


class Trace(Struct, frozen=True):
    """Who did or read what, for the audit trail: `who` is the id of a seat, `did` a word, never content."""

    matter: str
    who: str
    did: str


#: Records with promises of their own: keeping one replaces all that was promised of it.
Followed: TypeAlias = Concern | Request | Review
Kept: TypeAlias = Passed | Pin | Change | Edition | Draft | Followed


class Turn(Struct, frozen=True, kw_only=True):
    """What comes of one event: an answer to the request in hand, and what is kept and sent for certain.

    `erase` are matters of which nothing stays but their lines in the audit trail. `settles`: whether it does what was
    asked of whoever did it. False: that is still to be done, and what asked for it stays where it stands.
    `shows`: it only shows what the handbook says, the same however often it is asked for; nobody looks whether it was.
    """

    answer: Answer | None = None
    notices: tuple[Notice, ...] = ()
    keep: tuple[Kept, ...] = ()
    traces: tuple[Trace, ...] = ()
    erase: tuple[str, ...] = ()
    settles: bool = True
    shows: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything has to be written down."""
        return bool(self.notices or self.keep or self.traces or self.erase)


class AsItStands(NamedTuple):
    """What a council's handbook is made of beside its settings, read at once.

    `editions` is a number that grows with everything that is done to the council's editions: they are large, and read
    only where it did.
    """

    changes: Sequence[Change]
    reached: Sequence[Reached]
    editions: int


class Promised(Struct, frozen=True):
    """A promise that fell due, as the clock finds it. `number` is never another's, not even one for the same moment."""

    council: str
    matter: str
    rung: str
    due: datetime
    number: int


class Waiting(Struct, frozen=True, kw_only=True):
    """A notice from the outbox that is in one hand, until `lease`: the moment it can be taken by another.

    `order` is its place in the queue, `tries` how often it was refused before. `recipient` is the same for all notices
    to the same place; `notice` is None where what was kept can't be read. `name` is what its platform knows it by, the
    same whenever it is tried again. `once`: better never than twice (`Send.once`); `begun`: somebody asked the platform
    to take it, and did not live to say what came of it.
    """

    order: int
    council: str
    recipient: str
    notice: Notice | None
    tries: int
    name: str
    once: bool = False
    begun: bool = False
    lease: datetime
