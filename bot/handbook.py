"""All that a council may change, as one immutable value: its protocol, its topics, its words, its people.

In: `content` and `deploy` build it. Out: desks read it.
Never: changes while the bot runs; knows which file it came from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from msgspec import Struct

from bot.care import Care
from bot.contents import Contents
from bot.conversation import Person
from bot.lookup import Finder
from bot.topics import Topics

Office: TypeAlias = Literal["councillor", "clerk", "officer", "chair", "vice-chair", "panel", "guest"]


class Seat(Struct, frozen=True):
    """Somebody and the offices they hold."""

    person: Person
    name: str
    offices: frozenset[Office]


class Roster:
    """Who holds which office. Somebody nobody listed may ask, and holds none."""

    def __init__(self, seats: tuple[Seat, ...] = ()) -> None:
        self._seats = {seat.person: seat for seat in seats}

    def offices(self, who: Person) -> frozenset[Office]:
        """The offices of a person."""
        seat = self._seats.get(who)
        return seat.offices if seat else frozenset()

    def name(self, who: Person) -> str:
        """What they are called here."""
        seat = self._seats.get(who)
        return seat.name if seat else "Somebody who is not on the council's list"

    def holders(self, office: Office) -> tuple[Person, ...]:
        """Everybody who holds an office."""
        return tuple(p for p, seat in self._seats.items() if office in seat.offices)

    def may_act(self, who: Person) -> bool:
        """Whether this person may do more than look up: once people are listed, only those on the list."""
        return not self._seats or who in self._seats

    def is_guest(self, who: Person) -> bool:
        """Members of the public, contractors, guests of the workspace."""
        return "guest" in self.offices(who)


class Words:
    """The bot's own sentences, by name. They are data, so that a council can change or translate them."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = sentences

    def __call__(self, name: str, /, **facts: object) -> str:
        """The sentence of this name with its gaps filled. Raises `KeyError` for a name or a gap nobody wrote."""
        return self._sentences[name].format_map(facts)


@dataclass(frozen=True)
class Handbook:
    """What desks know about the council they serve. `sisters` are the other councils' protocols, for comparing."""

    contents: Contents
    finder: Finder
    topics: Topics
    care: Care
    words: Words
    roster: Roster
    sisters: tuple[Contents, ...] = ()

    @property
    def council(self) -> str:
        """The council's id."""
        return self.contents.pack.council

    @property
    def place(self) -> str:
        """The council's short name."""
        return self.contents.pack.place
