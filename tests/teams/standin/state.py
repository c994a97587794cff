"""What a tenant holds: people, conversations, what was said, which dialog is open before whom.

In: `server` and `people` change it. Out: tests look at it. Never: talks to anybody.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

Card = dict[str, Any]
Kind = Literal["personal", "channel", "groupChat"]
#: Who said something, where it was the bot.
BOT = "bot"


@dataclass
class Person:
    """Somebody with an account: `aad` is the object id in the directory, `id` what the bot is told of them as.

    `installed`: they have the app; `blocked`: they have muted or blocked it. `guest`: of another tenant.
    """

    aad: str
    id: str
    name: str
    installed: bool = True
    blocked: bool = False
    guest: bool = False


@dataclass
class Conversation:
    """A place. `who` is whose own chat with the bot it is; `with_bot`: the app was added there."""

    id: str
    kind: Kind
    name: str = ""
    members: set[str] = field(default_factory=set)
    who: str = ""
    with_bot: bool = True


@dataclass
class Said:
    """One message; in a channel `thread` is the message that its thread begins with.

    `only_for` sees a targeted one. `drawn` grows with whatever was drawn last; `given` is an activity of the bot's,
    `past` what was drawn before: a client that was away shows it until it is told.
    """

    id: str
    conversation: str
    by: str
    text: str = ""
    card: Card | None = None
    thread: str | None = None
    only_for: str | None = None
    edits: int = 0
    drawn: int = 0
    gone: bool = False
    given: dict[str, Any] = field(default_factory=dict)
    past: list[Card] = field(default_factory=list)


@dataclass
class Dialog:
    """What is open before somebody. `banner`: Teams' own words above it, when something went wrong.

    `source` is the message that it was opened from, `values` what stands in its inputs, `missing` what the client says
    beside them, `words` what a dialog says that is only a sentence.
    """

    title: str
    card: Card
    source: Said
    values: dict[str, str]
    missing: dict[str, str] = field(default_factory=dict)
    banner: str = ""
    words: str = ""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Tenant:
    """One council's Microsoft 365 with the app in it. `url` is where everything is delivered to.

    `refuses`: every call is answered with this status. `targets`: whether this Teams knows targeted messages yet.
    """

    id: str
    bot: str
    service_url: str
    url: str = ""
    refuses: int = 0
    targets: bool = True
    clock: Callable[[], datetime] = _now
    people: dict[str, Person] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    dialogs: dict[str, Dialog] = field(default_factory=dict)
    count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def add_person(self, aad: str, name: str, **changes: Any) -> Person:
        """Somebody in the directory."""
        self.people[aad] = person = Person(aad, f"29:1{aad.replace('-', '')}-Tn_{self.id[:8]}", name, **changes)
        return person

    def add_channel(self, id: str, name: str, *, with_bot: bool = True) -> Conversation:
        """A channel with everybody in it."""
        return self._add(Conversation(id, "channel", name, set(self.people), with_bot=with_bot))

    def add_group(self, id: str, *who: str) -> Conversation:
        """A group chat of these people and the bot."""
        return self._add(Conversation(id, "groupChat", "", set(who)))

    def chat(self, aad: str) -> Conversation:
        """Somebody's own chat with the bot; made when first asked for."""
        return self.own(aad) or self._add(Conversation(f"a:1{aad[:8]}-{next(self.count)}", "personal", "", {aad}, aad))

    def own(self, aad: str) -> Conversation | None:
        """The same, where there is one."""
        return next((one for one in self.conversations.values() if one.who == aad), None)

    def another_chat(self, aad: str) -> Conversation:
        """Somebody's own chat is another from now on; the old one is gone."""
        if (old := self.own(aad)) is not None:
            del self.conversations[old.id]
        return self.chat(aad)

    def _add(self, conversation: Conversation) -> Conversation:
        self.conversations[conversation.id] = conversation
        return conversation

    def say(self, conversation: str, by: str, **more: Any) -> Said:
        """One thing more. Its id grows, as Teams' do: they are milliseconds since 1970."""
        number = next(self.count)
        said = Said(str(int(self.clock().timestamp()) * 1000 + number), conversation, by, drawn=number, **more)
        self.said.append(said)
        return said

    def redraw(self, said: Said, card: Card, given: dict[str, Any]) -> None:
        """Another card instead of what was said."""
        if said.card is not None:
            said.past.append(said.card)
        said.card, said.given = card, given
        said.edits += 1
        said.drawn = next(self.count)

    def find(self, conversation: str, id: str) -> Said | None:
        """What stands under this id in a place."""
        return next(
            (one for one in self.said if (one.conversation, one.id) == (conversation, id) and not one.gone), None
        )

    def seen_by(self, aad: str, conversation: str) -> list[Said]:
        """What somebody sees in a place, oldest first."""
        here = self.conversations.get(conversation)
        if here is None or aad not in here.members:
            return []
        every = (one for one in self.said if one.conversation == conversation and not one.gone)
        return [one for one in every if one.only_for in (None, aad)]

    def called(self, id: str) -> Person | None:
        """Somebody by either of their ids."""
        return next((one for one in self.people.values() if id in (one.aad, one.id)), None)
