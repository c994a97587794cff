"""What a test can do on any platform, and what a person then sees there.

In: a platform's rig. Out: nothing. Never: a platform's own words.

A rig plays the platform at the wire and reads back with a reader of its own, never with the adapter's.
"""

from typing import Literal, Protocol

from msgspec import Struct

from bot.conversation import Notice, Person, Place

Where = Literal["channel", "private"]


class Seen(Struct, frozen=True):
    """One post as a person sees it."""

    id: str
    by: str
    text: str
    buttons: tuple[str, ...]


class Rig(Protocol):
    """One person at a time at the platform; `become` and `go` say who and where."""

    async def become(self, seat: str) -> None: ...

    async def go(self, where: Where) -> None: ...

    async def type(self, text: str) -> None:
        """Type words and send them."""
        ...

    async def greet(self) -> None:
        """Open the private chat for the first time."""
        ...

    async def press(self, label: str) -> None:
        """Press the newest button with this label that can be seen here."""
        ...

    async def press_old(self, token: str) -> None:
        """Press a button that stands nowhere any more."""
        ...

    async def fill(self, label: str, value: str) -> None:
        """Fill in a field of the open form, by its label; a choice by the words of the option."""
        ...

    async def send(self, label: str) -> None:
        """Send the open form with the button of this label."""
        ...

    async def again(self) -> None:
        """The last thing that was done arrives a second time."""
        ...

    async def deliver(self, notice: Notice, key: str) -> None:
        """The core's outbox hands the platform a notice. Raises `NotDelivered`."""
        ...

    def person(self, seat: str) -> Person:
        """Somebody as the core knows them."""
        ...

    def place(self, where: Where) -> Place:
        """The channel, or this person's private chat, as the core knows it."""
        ...

    async def restart(self) -> None:
        """The bot ends and starts again on the same data."""
        ...

    async def wait(self, **span: float) -> None:
        """Time passes, as in `timedelta(**span)`; whatever falls due is brought up then, what waits delivered."""
        ...

    async def posts(self) -> list[Seen]:
        """Everything that this person can see here, oldest first."""
        ...

    def form(self) -> str | None:
        """All words of the open form; None if none is open."""
        ...

    def problems(self) -> list[str]:
        """The complaints beside the fields of the open form."""
        ...


def flat(text: str) -> str:
    """In one line, with single spaces."""
    return " ".join(text.split())
