"""Lays an adopted wording beside a pack that was there before: what is the same clause keeps what people wrote to it.

In: a new body, the earlier pack. Out: the body with ids, topics, strengths and plain words taken over, and what
matched, is new, is gone. Never: plain words beside a clause that says something else: in doubt they are left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from rapidfuzz import fuzz

from bot import pairing
from bot.contents import Contents, Stand
from bot.pack import Clause, Heading, Item, Pack
from bot.stems import folded
from content.importing import alike, ids

_ALIKE: Final = 0.3  # below, plain words may tell of something else
_UNCHANGED: Final = 0.97  # of two adopted wordings: below, something was changed
_SAME_TOPICS: Final = 0.7
#: Who acts: where one of these stands on one side only, the rule is another.
_WHO = re.compile(r"\b(chair|clerk|monitoring officer|committee|group|panel|third party|ombudsman|personnel)")
_COUNTED = re.compile(r"\b\d+\b|\b(?:three|four|five|six|seven|eight|nine|ten|fourteen|twenty)\b")
_FORBIDS = re.compile(r"\b(?:must|should|may|shall|will|can) (?:never|not)\b")
_NEGATED = re.compile(r"\b(?:no|not|never|nor|neither|without|cannot|avoid\w*|refrain\w*|out of)\b")

T = TypeVar("T", Clause, Item)


class Match(Struct, frozen=True, kw_only=True):
    """A clause or item that was there before. `sound`: nothing tells against it being the same rule still."""

    id: str
    before: str
    after: str
    likeness: float
    sound: bool


class Laid(Struct, frozen=True, kw_only=True):
    """What came of it. `gone` are the labels, `gone_ids` the ids of what has no counterpart; `new` are ids."""

    body: tuple[Heading | Clause, ...]
    matched: tuple[Match, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    gone_ids: tuple[str, ...]

    @property
    def renumbered(self) -> tuple[Match, ...]:
        """Those that are cited by another number now."""
        return tuple(m for m in self.matched if _number(m.before) != _number(m.after))

    @property
    def doubtful(self) -> tuple[Match, ...]:
        """Those whose plain words were left out."""
        return tuple(match for match in self.matched if not match.sound)


def laid(body: Sequence[Heading | Clause], earlier: Pack) -> Laid:
    """The body beside the earlier pack."""
    old = Contents(replace(earlier, notes=()))
    new = Contents(replace(earlier, notes=(), body=tuple(body)))
    pairs = _pairs(old, new)
    taken = {id: pair.old for id, pair in pairs.items()}
    named = _named(new, taken, {note.id for note in earlier.notes})
    taking = _Taking(old, new, pairs, named)
    matched = tuple(taking.matches())
    gone = [stand for stand in old.clauses() if stand.id not in taken.values()]
    return Laid(
        body=taking.body(body),
        matched=matched,
        new=tuple(named[stand.id] for stand in new.clauses() if stand.id not in pairs),
        gone=tuple(stand.label for stand in gone),
        gone_ids=tuple(stand.id for stand in old.stands.values() if stand.id not in taken.values()),
    )


def _pairs(old: Contents, new: Contents) -> Mapping[str, alike.Pair]:
    """By wording where the earlier pack has the adopted one, else by likeness to its plain words."""
    if not any(stand.adopted for stand in old.clauses()):
        return alike.pairs(old, new)
    return {
        id: alike.Pair(before, fuzz.ratio(pairing.words_of(old[before]), pairing.words_of(new[id])) / 100)
        for id, before in pairing.pairs(old, new).items()
    }


def _named(new: Contents, taken: Mapping[str, str], notes: set[str]) -> dict[str, str]:
    """The id of every piece: the old one where it is the same piece, else its own, apart from every other."""
    used = {*taken.values(), *notes}
    return {id: taken[id] if id in taken else ids.apart(id, used) for id in new.stands}


class _Taking:
    def __init__(self, old: Contents, new: Contents, pairs: Mapping[str, alike.Pair], named: Mapping[str, str]) -> None:
        self._old, self._new, self._pairs, self._named = old, new, pairs, named

    def matches(self) -> Iterator[Match]:
        for stand in self._new.clauses():
            if pair := self._pairs.get(stand.id):
                yield Match(
                    id=pair.old,
                    before=self._old[pair.old].label,
                    after=stand.label,
                    likeness=round(pair.likeness, 2),
                    sound=self._sound(stand, pair),
                )

    def body(self, nodes: Sequence[Heading | Clause]) -> tuple[Heading | Clause, ...]:
        return tuple(self._heading(node) if isinstance(node, Heading) else self._clause(node) for node in nodes)

    def _heading(self, heading: Heading) -> Heading:
        return replace(heading, id=self._named[heading.id])

    def _clause(self, clause: Clause) -> Clause:
        return replace(self._taken(clause), items=self._items(clause.items))

    def _items(self, items: Sequence[Item]) -> tuple[Item, ...]:
        return tuple(replace(self._taken(item), items=self._items(item.items)) for item in items)

    def _taken(self, node: T) -> T:
        """A clause or item with what was written to it before, as far as it still holds."""
        pair = self._pairs.get(node.id)
        if pair is None:
            return replace(node, id=self._named[node.id])
        before = self._old[pair.old].node
        if not isinstance(before, Clause | Item):
            return replace(node, id=pair.old)
        if self._sound(self._new[node.id], pair):
            kept = replace(node, plain=before.plain, strength=before.strength, in_part=before.in_part)
            return replace(kept, id=pair.old, topics=before.topics)
        topics = before.topics if pair.likeness >= _SAME_TOPICS else ()
        return replace(node, id=pair.old, topics=topics)

    def _sound(self, now: Stand, pair: alike.Pair) -> bool:
        before = self._old[pair.old]
        if before.adopted:
            return fuzz.ratio(_words(before.wording), _words(now.wording)) >= 100 * _UNCHANGED and _same(before, now)
        return pair.likeness >= _ALIKE and before.strength == now.strength and _same(before, now)


def _same(before: Stand, now: Stand) -> bool:
    """Whether nobody else acts, no number is another, and what was forbidden still is."""
    old, new = folded(before.wording), folded(now.wording)
    old_whole, new_whole = f"{_above(before)} {old}", f"{_above(now)} {new}"
    who = set(_WHO.findall(old)) <= set(_WHO.findall(new_whole)) and set(_WHO.findall(new)) <= set(
        _WHO.findall(old_whole)
    )
    counted = set(_COUNTED.findall(old)) == set(_COUNTED.findall(new))
    forbids = not (_FORBIDS.search(old) and not _NEGATED.search(new_whole)) and not (
        _FORBIDS.search(new) and not _NEGATED.search(old_whole)
    )
    return who and counted and forbids


def _above(stand: Stand) -> str:
    return folded(" ".join((*stand.path, stand.lead_in)))


def _words(text: str) -> str:
    return re.sub(r"[^\w ]+", "", " ".join(text.split()).casefold())


def _number(label: str) -> str:
    """The printed number in a label; empty where it is cited by words."""
    found = re.match(r"[\d.]+(?:\s?\([a-z\d]+\)|[a-z]\b)*", label)
    return found[0] if found else ""
