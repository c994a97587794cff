"""What goes over the wire to the connector service, call by call: fewer words than `tests.teams.standin`, every byte.

In: the notices and calls of the tests in here. Out: what they begin with, and look at. Never: anything about one test.
"""

from collections.abc import Awaitable

import pytest

from adapters.teams.carrying import Tenant, carry
from adapters.teams.refusals import Refused
from bot.conversation import Announce, Notice, Paragraph, Person, Place, Post, Quote, Send
from bot.errors import NotDelivered
from tests.teams.on_the_wire.wire import Wire

CARD = {"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": {}}]}
TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
ANN = "aaaaaaaa-0000-4000-8000-000000000001"
BEA = "bbbbbbbb-0000-4000-8000-000000000002"
CHANNEL = "19:council@thread.tacv2"
THERE = Place("teams", TENANT, CHANNEL, thread="1700")
LONG = Send(to=Person("teams", TENANT, ANN), post=Post(tuple(Quote(f"{n} " + "word " * 1200) for n in range(14))))
#: What Microsoft says of a conversation that takes nothing from the bot.
SHUT = (
    "BotNotInConversationRoster",
    "ForbiddenOperationException",
    "ConversationBlockedByUser",
    "MessageWritesBlocked",
)


class Time:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Teams:
    """As much of the platform as the outbox needs."""

    def __init__(self, here: Tenant) -> None:
        self.here = here

    async def deliver(self, notice: Notice, key: str) -> None:
        await carry(self.here, notice, key, 5.0)

    async def reaches(self, who: Person) -> str:
        return await self.here.why_not(who.id, 5.0)


def to(id: str = ANN, text: str = "for you", *, once: bool = False) -> Send:
    return Send(to=Person("teams", TENANT, id), post=Post((Paragraph(text),)), once=once)


def for_all(text: str = "for all") -> Announce:
    return Announce(to=THERE, post=Post((Paragraph(text),)))


async def refusal(work: Awaitable[object]) -> Refused:
    with pytest.raises(Refused) as refused:
        await work
    return refused.value


async def not_delivered(here: Tenant, notice: Notice, key: str = "n1") -> NotDelivered:
    with pytest.raises(NotDelivered) as refused:
        await carry(here, notice, key, 5.0)
    return refused.value


def posts(wire: Wire) -> list[str]:
    """To which conversations something was posted, in order."""
    return [one.path.split("/")[-2] for one in wire.asked if one.method == "POST" and one.path.endswith("/activities")]


def opened(wire: Wire) -> int:
    """How many chats were opened."""
    return len(wire.told("/v3/conversations"))
