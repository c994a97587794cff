"""What one clause said from when to when, through every wording that was in force: its words followed backwards.

In: a clause of one wording, and the wordings up to it. Out: spells, the latest first.
Never: takes a number for a clause: another may have borne it before.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from bot.contents import Contents, Stand
from bot.differing import Difference, between
from bot.edition import Wording
from bot.pairing import number, pairs


class Spell(NamedTuple):
    """How a clause read from one day until another.

    `wording` is the first that had it so, from `since` (None: as long as is known) until `until` (None: until today).
    `changes` are what was changed in it then, in the order of the new wording. `new`: it was not there before.
    """

    stand: Stand
    wording: Wording
    until: date | None = None
    changes: tuple[Difference, ...] = ()
    new: bool = False

    @property
    def since(self) -> date | None:
        """The day from which it read so."""
        return self.wording.on


def spells(stand: Stand, known: Sequence[Wording], until: date | None = None) -> Iterator[Spell]:
    """The latest first. `stand` is of the last of `known`; `until` the day on which that one ended, if it did."""
    changes: tuple[Difference, ...] = ()
    for before, wording in zip(reversed(known[:-1]), reversed(known[1:]), strict=True):
        old, new = before.contents, wording.contents
        id = pairs(old, new).get(stand.id)
        if id is None:
            yield Spell(stand, wording, until, changes, new=True)
            return
        found = tuple(one for one in between(old, new) if _touches(one, stand, old[id], old, new))
        if found:
            yield Spell(stand, wording, until, changes)
            until, changes = wording.on, found
        stand = old[id]
    yield Spell(stand, known[0], until, changes)


def _touches(one: Difference, now: Stand, before: Stand, old: Contents, new: Contents) -> bool:
    """Whether a difference is one of the clause itself or of the list under it. That it moved alone is none of it."""
    if set(one.what) == {"moved"}:
        return False
    within = one.new is not None and now.id in (one.new.id, *_above(one.new, new))
    return within or (one.old is not None and before.id in (one.old.id, *_above(one.old, old)))


def _above(stand: Stand, contents: Contents) -> Iterator[str]:
    """The clause and the items that a line is under."""
    while stand.parent is not None:
        yield stand.parent
        stand = contents[stand.parent]


class Bearer(NamedTuple):
    """The clause that bore a number until a day, as it read then; `now` is what it is by now, None where it is gone."""

    stand: Stand
    wording: Wording
    until: date
    now: Stand | None


def bore(asked: str, now: Stand, known: Sequence[Wording]) -> Bearer | None:
    """The latest other clause that bore a number before; None where none did."""
    for before, wording in zip(reversed(known[:-1]), reversed(known[1:]), strict=True):
        other = next((one for one in before.contents.stands.values() if number(one) == asked and not one.parent), None)
        if other is None or wording.on is None:
            continue
        id = next((id for id, old in _through(before, known).items() if old == other.id), "")
        if id != now.id:
            return Bearer(other, before, wording.on, known[-1].contents.get(id))
    return None


def _through(before: Wording, known: Sequence[Wording]) -> dict[str, str]:
    """Ids of the last wording, and those they had in an earlier one."""
    at = [one.number for one in known].index(before.number)
    found = {id: id for id in known[-1].contents.stands}
    for old, new in zip(reversed(known[at:-1]), reversed(known[at + 1 :]), strict=True):
        step = pairs(old.contents, new.contents)
        found = {id: step[its] for id, its in found.items() if its in step}
    return found
