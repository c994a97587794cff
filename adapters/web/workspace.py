"""The workspace that the browser chat shows: its councils, the people one can be, and what was said.

In: `deploy` hands the people in; `storage` fulfils `Posts`. Out: the adapter's own nouns.
Never: how posts are kept; how they look.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from bot.conversation import Person, Place, Post

#: This platform's name, in `Person.platform` and `Place.platform`.
PLATFORM = "web"
#: The one shared place of a council.
CHANNEL = "channel"
#: Who wrote what the bot says. No seat may have this id.
BOT = "bot"


class Seat(Struct, frozen=True):
    """Somebody one can be: `role` is what they are on the council, in words."""

    id: str
    name: str
    role: str


class Said(Protocol):
    """One thing said, as it is kept. `only_for` is the one seat that may see it; None means everybody in the place."""

    @property
    def seq(self) -> int:
        """Its number, growing as things are said."""
        ...

    @property
    def place(self) -> str:
        """The channel, or the seat whose chat it is."""
        ...

    @property
    def id(self) -> str:
        """Its id in that place."""
        ...

    @property
    def only_for(self) -> str | None:
        """The one seat that may see it."""
        ...

    @property
    def author(self) -> str:
        """The seat that said it, or the bot."""
        ...

    @property
    def body(self) -> Post | str:
        """What was said: typed words, or the bot’s post."""
        ...

    @property
    def at(self) -> datetime:
        """When."""
        ...

    @property
    def edits(self) -> int:
        """How often it was given new words."""
        ...


class Removed(Struct, frozen=True):
    """Something said in a private chat that its author took back."""

    place: str
    id: str


class Posts(Protocol):
    """The platform's memory, as a chat service would keep it."""

    async def add(
        self, council: str, place: str, id: str, *, author: str, body: Post | str, at: datetime, only_for: str | None
    ) -> Said:
        """Keep one thing said; what stands under this id already stays as it is, and is what comes back."""
        ...

    async def edit(self, council: str, place: str, id: str, body: Post) -> Said | None:
        """New words for something said. None where nothing stands under this id."""
        ...

    async def remove(self, council: str, seat: str, id: str) -> bool:
        """Take away for good what somebody wrote in their own chat.

        True where nothing stands under this id any more; False where somebody else wrote it.
        """
        ...

    async def of(self, council: str, place: str, seat: str) -> Sequence[Said]:
        """The last things said in a place that this seat may see, oldest first."""
        ...


class Workspace(Struct, frozen=True):
    """Which councils there are (id → name), and who one can be in each."""

    councils: Mapping[str, str]
    seats: Mapping[str, Seat]

    def has(self, council: str, seat: str) -> bool:
        """Whether there is such a seat."""
        return council in self.councils and seat in self.seats

    def place(self, where: Place) -> str | None:
        """The name a place is kept under; None for one that this workspace does not have."""
        if where.platform != PLATFORM or where.tenant not in self.councils:
            return None
        there = where.id in self.seats if where.private else where.id == CHANNEL
        return where.id if there else None


def person(council: str, seat: str) -> Person:
    """A seat as the core knows it."""
    return Person(PLATFORM, council, seat)


def channel(council: str) -> Place:
    """The council's channel."""
    return Place(PLATFORM, council, CHANNEL)


def private_chat(council: str, seat: str) -> Place:
    """A seat's own chat with the bot."""
    return Place(PLATFORM, council, seat, private=True)
