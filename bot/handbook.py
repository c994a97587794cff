"""All that a council may change, as one immutable value: its protocol, its topics, its words, its people.

In: `content` and `deploy` build it. Out: desks read it.
Never: changes while the bot runs; knows which file it came from.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from bot.care import Care
from bot.contents import Contents, Stand
from bot.conversation import Person
from bot.edition import SHIPPED, Brought, Wording
from bot.flow import Flow
from bot.lookup import Finder
from bot.pack import Nation
from bot.pairing import pairs
from bot.references import Reference
from bot.settings import GROUP, OFFICES, Office, Settings
from bot.topics import Topics
from bot.words import Words

log = logging.getLogger(__name__)


class Reached(Struct, frozen=True, kw_only=True):
    """Whether somebody can be told anything at one of their accounts: `why` is a word for why not, or empty.

    `since` is when that became so, `checked` when the daily look last found out.
    """

    who: Person
    why: str
    since: datetime
    checked: datetime

    @property
    def known(self) -> bool:
        """Whether the daily look found that they can't. A delivery refused since then may tell of what it was about."""
        return bool(self.why) and self.checked >= self.since


class Seat(Struct, frozen=True, kw_only=True):
    """Somebody and the offices they hold. `accounts` is who they are on each platform, whether they can be told or not.

    `out` are those of them known to be out of reach; `refused` those at which a delivery was refused since.
    """

    id: str
    name: str
    offices: frozenset[Office]
    accounts: tuple[Person, ...] = ()
    out: frozenset[Person] = frozenset()
    refused: frozenset[Person] = frozenset()

    @property
    def told(self) -> tuple[Person, ...]:
        """Where they can be told something, in the settings' order; last, what was refused and not yet looked into.

        So whether there is anywhere depends on the daily look alone, never on what was sent to them.
        """
        able = [account for account in self.accounts if account not in self.out]
        return tuple(sorted(able, key=lambda account: account in self.refused))


class Roster:
    """Who holds which office. Somebody nobody listed may ask, and holds none."""

    def __init__(self, seats: Iterable[Seat] = (), stranger: str = "") -> None:
        """`stranger` is what somebody nobody listed is called."""
        self._stranger = stranger
        self.seats = {seat.id: seat for seat in seats}
        self._accounts = {account: seat for seat in self.seats.values() for account in seat.accounts}

    def of(self, seats: Iterable[Seat]) -> "Roster":
        """The same with other people in it."""
        return Roster(seats, self._stranger)

    def seat(self, who: Person) -> Seat | None:
        """Somebody's seat; None for a person nobody listed."""
        return self._accounts.get(who)

    def offices(self, who: Person) -> frozenset[Office]:
        """The offices of a person."""
        seat = self.seat(who)
        return seat.offices if seat else frozenset()

    def name(self, who: Person) -> str:
        """What they are called here."""
        seat = self.seat(who)
        return seat.name if seat else self._stranger

    def holding(self, office: str) -> tuple[Seat, ...]:
        """Everybody who holds an office, as seats."""
        return tuple(seat for seat in self.seats.values() if office in seat.offices)

    def holders(self, office: Office) -> tuple[Person, ...]:
        """Everybody who holds an office and can be told something, and where."""
        return tuple(seat.told[0] for seat in self.holding(office) if seat.told)

    def may_act(self, who: Person) -> bool:
        """Whether this person may do more than look up: once people are listed, only those on the list."""
        return not self.seats or who in self._accounts

    def is_guest(self, who: Person) -> bool:
        """Members of the public, contractors, guests of the workspace."""
        return "guest" in self.offices(who)


@dataclass(frozen=True, eq=False)
class Handbook:
    """What desks know about the council they serve. `sisters` are the other councils' protocols, for comparing.

    Each is equal to itself alone, so that what comes of it can be known by it.

    `edition` is the number of the wording that `contents` and `finder` are of, `editions` are all that there are, in
    the order in which they come into force: the day of the last may be one that this clock has not reached yet. `past`:
    another one is in force by now; `lost`: another one was asked for, which is not there.
    `reads` reads a document that is handed over, where what that takes is installed.
    """

    contents: Contents
    finder: Finder
    topics: Topics
    care: Care
    words: Words
    flow: Flow
    settings: Settings
    roster: Roster
    sisters: tuple[Contents, ...] = ()
    edition: int = SHIPPED
    editions: tuple[Wording, ...] = ()
    past: bool = False
    lost: bool = False
    reads: "Reads | None" = None

    def as_of(self, number: int) -> "Handbook":
        """The same by another wording: what was filed under it goes by its rules. People and settings stay today's.

        `lost` where there is none of that number: then no rule may be shown as one of it.
        """
        wording = next((one for one in self.editions if one.number == number), None)
        if wording is None:
            log.error("%s: edition %d is not there, and a concern goes by it", self.council, number)
            return replace(self, lost=True)
        return self if number == self.edition else replace(self.by(wording), past=True)

    def still(self, id: str, number: int) -> Stand | None:
        """What a piece of another wording is in this one, whatever its id is here; None where it is gone."""
        wording = next((one for one in self.editions if one.number == number), None)
        if wording is None:
            return None
        if number == self.edition:
            return self.contents.get(id)
        its = pairs(wording.contents, self.contents)
        return next((self.contents[now] for now, before in its.items() if before == id), None)

    def named(self, text: str) -> Reference | None:
        """What a text names, if that is all there is in it; never of one that may tell what happened to somebody."""
        found = self.finder.reference(text)
        if found is None or not found.alone or (found.by_words and self.care.is_somebodys(text)):
            return None
        return found

    def by(self, wording: Wording) -> "Handbook":
        """The same with the words and the rules of a wording."""
        contents = wording.contents
        return replace(self, contents=contents, finder=self.finder.over(contents), edition=wording.number)

    @property
    def council(self) -> str:
        """The council's id."""
        return self.contents.pack.council

    @property
    def place(self) -> str:
        """The council's short name."""
        return self.contents.pack.place

    @property
    def nation(self) -> Nation:
        """Where it is: whose law it goes by, and whose bank holidays."""
        return self.contents.pack.nation

    def acting_for(self, name: str) -> tuple[Seat, ...]:
        """Those that a name stands for; where there is nobody, the first of its alternates that there is."""
        names = (name, *self.settings.alternates_of(name))
        return next((seats for one in names if (seats := self.standing_for(one))), ())

    def standing_for(self, name: str) -> tuple[Seat, ...]:
        """Everybody that an office, the group or a person's id in the settings stands for."""
        roster, group = self.roster, self.settings.group
        if name == GROUP:
            return tuple(roster.seats[id] for id in (group.members if group else ()) if id in roster.seats)
        if name in OFFICES:  # vacant or not: somebody whose id is the same word does not hold it by that
            return roster.holding(name)
        return (roster.seats[name],) if name in roster.seats else ()


#: Reads a council's own document, by its name and what is in it. Raises `ProtocolBotError` with the mend.
Reads: TypeAlias = Callable[[str, bytes, Handbook], Awaitable[Brought]]
