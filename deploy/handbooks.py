"""Builds a handbook for each council, as things stand today.

In: content, a council's settings, what was adopted and confirmed since, the day. Out: `Handbooks` as the core asks for
them. Never: reads a file twice; makes anything of a change that nobody confirmed; an edition before its day.
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Protocol

from msgspec.structs import astuple

from bot.care import Care
from bot.contents import Citing, Contents
from bot.conversation import Person, Place
from bot.edition import SHIPPED, Edition, Wording, bare, in_force, wordings
from bot.errors import UnsoundContent
from bot.handbook import Handbook, Reached, Reads, Roster, Seat
from bot.lookup import Finder
from bot.matcher import Matcher
from bot.naming import CLOCK, by_the_clock
from bot.pack import Pack
from bot.ports import Clock
from bot.records import AsItStands
from bot.settings import Settings, Someone
from bot.workdays import LONDON
from content import load
from content.own_packs import own_pack
from content.settings_people import person_of
from content.settings_together import problems, workspaces_of
from deploy.confirmed import applied


class Standing(Protocol):
    """What a store keeps of councils that their handbooks are made of."""

    async def as_it_stands(self, council: str) -> AsItStands:
        """Changes and accounts, and a number that grows with everything that is done to the editions."""
        ...

    async def editions(self, council: str) -> Sequence[Edition]:
        """Every wording that a council adopted."""
        ...


@cache
def matcher() -> Matcher:
    """What is learnt from the topics, once for all councils."""
    return Matcher(load.topics())


@cache
def care() -> Care:
    """What tells words of concern from others, once for all councils."""
    return Care(load.care_words(), matcher())


def shipped(own: Settings) -> Pack:
    """A council's protocol from its own file, or as it comes with the project, or an empty one for any other.

    Raises `UnsoundContent`, with the mend, where the settings do not say enough to begin with an empty one.
    """
    if own.pack:
        return own_pack(Path(own.pack))
    if own.council in load.councils():
        return load.council(own.council)
    if own.name.strip() and own.nation:
        return bare(own.council, " ".join(own.name.split()), own.nation)
    try:
        return load.council(own.council)
    except UnsoundContent as why:
        raise UnsoundContent(
            f"{why} For a council of your own, add its `name` and its `nation` (england or wales) to the settings."
        ) from None


def in_english(book: Handbook) -> Handbook:
    """The same for the command line, which speaks English wherever it is."""
    return replace(book, words=load.words())


def handbook(
    pack: Pack, seats: Sequence[Seat] = (), sisters: Sequence[Pack] = (), settings: Settings | None = None
) -> Handbook:
    """One council's handbook; `sisters` are the packs it can be compared with."""
    own = settings or Settings(council=pack.council)
    words = load.words(own.language)
    shipped = Wording(pack, citing=words.citing)
    contents = shipped.contents
    return Handbook(
        contents=contents,
        finder=Finder(contents, matcher()),
        topics=load.topics_in(own.language),
        care=care(),
        words=words,
        flow=load.flow(own.language),
        settings=own,
        roster=Roster(seats, words("stranger")),
        sisters=tuple(Contents(sister, citing=words.citing) for sister in sisters if sister.council != pack.council),
        editions=(shipped,),
    )


# ---------------------------------------------------------------- who holds what today


def seats(settings: Settings, today: date, reached: Iterable[Reached] = ()) -> tuple[Seat, ...]:
    """The people of a council with the offices they hold today; not one that ended yesterday or starts tomorrow."""
    doubted = [one for one in reached if one.why]
    out = frozenset(one.who for one in doubted if one.known)
    refused = frozenset(one.who for one in doubted if not one.known)
    return tuple(_seat(person, settings, today, out, refused) for person in settings.people)


def _seat(
    person: Someone, settings: Settings, today: date, out: Collection[Person], refused: Collection[Person]
) -> Seat:
    accounts = tuple(person_of(account, settings) for account in person.accounts)
    return Seat(
        id=person.id,
        name=person.name,
        offices=frozenset(
            o for o in person.offices if person.starts.get(o, today) <= today <= person.ends.get(o, today)
        ),
        accounts=accounts,
        out=frozenset(account for account in accounts if account in out),
        refused=frozenset(account for account in accounts if account in refused),
    )


# ---------------------------------------------------------------- handbooks


@dataclass
class _Book:
    """A council's handbook as it was last made, and what it was made of; `stamp` is that of its editions.

    `making`: another wording is being taken over, and what was made last is served meanwhile. `seen`: what there was to
    make it of when it was last looked at, the day and the count of wordings taken over anywhere among it.
    """

    settings: Settings
    made_of: tuple[object, ...]
    latest: Handbook
    stamp: int = 0
    making: bool = False
    seen: tuple[AsItStands, date, int] | None = None


class Handbooks:
    """The handbook for a place, by the council that its workspace belongs to.

    Made anew when a change was confirmed in the chat, when somebody came into reach or went out of it, when a wording
    was adopted, by whatever process, and every day: offices end by themselves, and a wording comes into force.
    Another council that is served here is compared by its wording in force, as far as it is known here: nothing is read
    for that. Raises `UnsoundContent` where two councils name one workspace, or have people in it.
    """

    def __init__(self, books: Mapping[str, Handbook], now: Clock, kept: Standing) -> None:
        self._books = {council: _Book(book.settings, (), book) for council, book in books.items()}
        self._tenants = _tenants([book.settings for book in books.values()])
        self._now = now
        self._kept = kept
        self._taken_over = 0

    async def __call__(self, where: Place) -> Handbook | None:
        """As it stands now. None for a workspace that nobody set up."""
        book = self._books.get(self.council(where))
        if book is None:
            return None
        today = self._now().astimezone(LONDON).date()
        stands = await self._kept.as_it_stands(book.settings.council)
        now = stands, today, self._taken_over
        if book.seen is None or book.seen[0] is not stands or book.seen[1:] != now[1:]:
            await self._bring_up(book, stands, today)
            book.seen = now
        return book.latest

    async def _bring_up(self, book: _Book, stands: AsItStands, today: date) -> None:
        """To what stands today: the wording, the people, the settings, the councils beside."""
        await self._take_over(book, stands.editions, today)
        confirmed = [c for c in stands.changes if c.state == "confirmed"]
        doubted = _doubted(stands.reached)
        made_of = (
            today,
            *((c.id, c.version) for c in confirmed),
            *((one.who, one.known) for one in doubted),
        )
        if made_of != book.made_of:
            settings = applied(book.settings, confirmed)
            book.latest = replace(
                book.latest, settings=settings, roster=book.latest.roster.of(seats(settings, today, doubted))
            )
            book.made_of = made_of
        sisters = tuple([await self._beside(one, book.latest.words.citing, today) for one in book.latest.sisters])
        if sisters != book.latest.sisters:
            book.latest = replace(book.latest, sisters=sisters)

    def council(self, where: Place) -> str:
        """Which council a place belongs to, by its id; what is no council's where nobody set it up."""
        named = None if where.platform == CLOCK else self._tenants.get((where.platform, where.tenant))
        return named or where.tenant

    async def _take_over(self, book: _Book, stamp: int, today: date) -> None:
        """By the wording in force today, of the editions as they are kept now; those known are not made anew."""
        if stamp != book.stamp and not book.making:
            known = {one.number: one for one in book.latest.editions}
            found = wordings(known[SHIPPED], await self._kept.editions(book.settings.council))
            book.latest = replace(book.latest, editions=tuple(known.get(one.number, one) for one in found))
            book.stamp = stamp
        wording = in_force(book.latest.editions, today)
        if wording.number == book.latest.edition or book.making:
            return
        book.making = True
        try:  # what a long wording takes to be made addressable would hold everybody up, at every council
            made = await asyncio.to_thread(book.latest.by, wording)
        finally:
            book.making = False
            self._taken_over += 1  # where it failed, too: whoever was served the one before looks again
        book.latest = replace(book.latest, contents=made.contents, finder=made.finder, edition=made.edition)

    async def _beside(self, sister: Contents, citing: Citing, today: date) -> Contents:
        """Another council's wording in force, where it is served here; else as it comes with the project.

        It is cited as whoever asks cites, whatever is spoken at that other council.
        """
        book = self._books.get(sister.pack.council)
        if book is None:
            return sister
        await self._take_over(book, book.stamp, today)
        theirs = book.latest.contents
        if theirs.citing == citing:
            return theirs
        if (sister.pack, sister.since) == (theirs.pack, theirs.since):
            return sister
        return await asyncio.to_thread(Contents, theirs.pack, theirs.since, theirs.minute, citing=citing)


def _doubted(reached: Iterable[Reached]) -> list[Reached]:
    """The accounts at which something is wrong, in an order that does not depend on how they are kept."""
    return sorted((one for one in reached if one.why), key=lambda one: astuple(one.who))


def _tenants(all_settings: Sequence[Settings]) -> dict[tuple[str, str], str]:
    """Which council a workspace belongs to: the one whose settings name it, or have people in it."""
    for _, (_, problem, mend) in problems(all_settings):
        raise UnsoundContent(f"{problem[:1].upper()}{problem[1:]}. {mend}")
    return {workspace: own.council for own in all_settings for workspace in workspaces(own)}


def workspaces(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every platform and workspace that a council's settings speak of. An e-mail address is in none."""
    yield from ((platform, workspace) for _, platform, workspace in workspaces_of(settings))


def kept_up(all_settings: Iterable[Settings], now: Clock, kept: Standing, reads: Reads | None = None) -> Handbooks:
    """A handbook for each council these settings are of. Raises `UnsoundContent` for one that is not there."""
    books = {own.council: handbook(shipped(own), settings=own) for own in all_settings}
    # Once for each language, however many councils are compared with them.
    beside = {
        citing: [Contents(load.council(id), citing=citing) for id in load.councils()]
        for citing in {book.words.citing for book in books.values()}
    }
    ready = {
        council: replace(
            book,
            reads=reads,
            sisters=tuple(one for one in beside[book.words.citing] if one.pack.council != council),
        )
        for council, book in books.items()
    }
    return Handbooks(ready, now, kept)


async def of_today(own: Settings, kept: Standing) -> Handbook:
    """One council's, with all that was adopted and confirmed until now. Raises `UnsoundContent`."""
    book = await kept_up([own], lambda: datetime.now(UTC), kept)(by_the_clock(own.council))
    assert book is not None  # noqa: S101  # it was just made for this council
    return book
