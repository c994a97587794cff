"""Editions: the wordings of its protocol that a council adopted, one after the other, and the draft of the next.

In: `bot.adopting` makes an edition, setting up makes a draft. Out: the store keeps them; a handbook goes by them.
Never: a wording that was once in force thrown away; anything private: a protocol is a public document.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bot.contents import Citing, Contents
from bot.pack import PAIRS, Document, Nation, Pack, Routes, silent

_UNSAID: Final = "not stated"
_KIND = re.compile(
    r"\s*\b(?:(?:parish|town|city|community|village|neighbourhood)\s+)?council\b.*$"
    r"|^(?:the\s+)?(?:(?:parish|town|city|community|village)\s+)?council\s+of\s+",
    re.IGNORECASE,
)

#: The number of the wording that comes with the project, or of the empty one of a council that does not.
SHIPPED: Final = 0


class Edition(Struct, frozen=True, kw_only=True):
    """One adopted wording. `number` counts from 1; `on` is the day it is in force from, in the council's own time.

    `minute` is the minute it was adopted under, `next_review` what was decided with it; None where nothing was. `by` is
    the id of the seat that put it in force, empty for the command line; `at` is when. `version` is 0 for one that was
    never kept.
    """

    council: str
    number: int
    pack: Pack
    on: date
    minute: str
    next_review: date | None = None
    by: str = ""
    at: datetime
    version: int = 0


class Draft(Struct, frozen=True, kw_only=True):
    """A wording that is being set up: one for each council. `pack` is None once it was adopted or thrown away.

    `id` tells it from any other of the council's. `read` is the pack as it was read, once a rule of it was decided, and
    None before that. `notes` are the lines of the import's report, `by` the id of the seat that began it, empty for the
    command line.
    """

    council: str
    id: str = ""
    pack: Pack | None
    read: Pack | None = None
    notes: tuple[str, ...] = ()
    by: str = ""
    at: datetime
    version: int = 0


def emptied(draft: Draft, by: str, now: datetime) -> Draft:
    """Nothing is set up any more."""
    return replace(draft, pack=None, read=None, notes=(), by=by, at=now)


class Brought(NamedTuple):
    """What was read in a council's own document: a pack, and the lines of a report on it for people."""

    pack: Pack
    notes: tuple[str, ...]


class Wording:
    """An edition as a handbook holds it, or number 0: the wording that was there before any was adopted.

    `on` is None for number 0: nobody knows since when it is in force. Its contents are made when they are asked for.
    """

    def __init__(self, pack: Pack, edition: Edition | None = None, *, citing: Citing | None = None) -> None:
        self.pack = pack
        self.citing = citing or Citing()
        self.number = edition.number if edition else SHIPPED
        self.on = edition.on if edition else None
        self.minute = edition.minute if edition else ""
        self.next_review = edition.next_review if edition else None

    @cached_property
    def contents(self) -> Contents:
        """Every piece of it, addressable."""
        return Contents(self.pack, self.on, self.minute, citing=self.citing)


def wordings(shipped: Wording, editions: Iterable[Edition]) -> tuple[Wording, ...]:
    """Every wording in the order in which they come into force: of two from the same day the later number counts.

    `shipped` is the one before any was adopted; the others are cited as it is.
    """
    ordered = sorted(editions, key=lambda edition: (edition.on, edition.number))
    return (shipped, *(Wording(edition.pack, edition, citing=shipped.citing) for edition in ordered))


def in_force(known: Iterable[Wording], today: date) -> Wording:
    """The wording in force on a day, of those in the order of `wordings`."""
    return [one for one in known if one.on is None or one.on <= today][-1]


def latest(known: Iterable[Wording]) -> int:
    """The number of the one that was adopted last, from whatever day."""
    return max(one.number for one in known)


def counted(known: Iterable[Wording], today: date) -> tuple[Wording, ...]:
    """Those that are or were in force by a day, oldest first: none that another of the same day took the place of."""
    begun = [one for one in known if one.on is None or one.on <= today]
    return tuple(
        one for one, after in zip(begun, [*begun[1:], None], strict=True) if after is None or after.on != one.on
    )


def bare(council: str, name: str, nation: Nation) -> Pack:
    """What a council has that does not come with the project, until it adopts a wording here: its name, and no word."""
    return Pack(
        council=council,
        name=name,
        place=short(name),
        nation=nation,
        principal_council=_UNSAID,
        document=Document(title=_UNSAID, reference=_UNSAID, adopted=_UNSAID, next_review=_UNSAID, source=_UNSAID),
        policies=(),
        bodies=(),
        notes=(),
        body=(),
        routes=Routes(rules=(), pairs=tuple(silent(raiser, about) for raiser, about in PAIRS)),
        gaps=(),
    )


def short(name: str) -> str:
    """A council's short name: without the words that say what kind of council it is."""
    return _KIND.sub("", name).strip() or name
