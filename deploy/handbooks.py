"""Builds a handbook for each council.

In: content, and who holds which office. Out: `Handbooks` as the core asks for them.
Never: reads a file twice.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from bot.care import Care
from bot.contents import Contents
from bot.conversation import Place
from bot.handbook import Handbook, Roster, Seat
from bot.lookup import Finder
from bot.matcher import Matcher
from bot.pack import Pack
from bot.settings import Settings
from content import load


@cache
def matcher() -> Matcher:
    """What is learnt from the topics, once for all councils."""
    return Matcher(load.topics())


@cache
def care() -> Care:
    """What tells words of concern from others, once for all councils."""
    return Care(load.care_words(), matcher())


def handbook(
    pack: Pack, seats: Sequence[Seat] = (), sisters: Sequence[Pack] = (), settings: Settings | None = None
) -> Handbook:
    """One council's handbook; `sisters` are the packs it can be compared with."""
    contents = Contents(pack)
    return Handbook(
        contents=contents,
        finder=Finder(contents, matcher()),
        topics=load.topics(),
        care=care(),
        words=load.words(),
        flow=load.flow(),
        settings=settings or Settings(council=pack.council),
        roster=Roster(seats),
        sisters=tuple(Contents(sister) for sister in sisters if sister.council != pack.council),
    )


class Handbooks:
    """The handbook for a place, by the council that its workspace belongs to."""

    def __init__(self, by_tenant: Mapping[str, Handbook]) -> None:
        self._by_tenant = by_tenant

    async def __call__(self, where: Place) -> Handbook | None:
        """None for a workspace that nobody set up."""
        return self._by_tenant.get(where.tenant)


def handbooks(seats: Mapping[str, Sequence[Seat]]) -> Handbooks:
    """A handbook for each council that comes with the project, with these people in it; a council is its own tenant."""
    packs = [load.council(id) for id in load.councils()]
    return Handbooks({pack.council: handbook(pack, seats.get(pack.council, ()), packs) for pack in packs})
