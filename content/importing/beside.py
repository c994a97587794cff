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
from content.importing.compared import offices, same_words
from content.importing.standing import Standing

_ALIKE: Final = 0.3  # below, plain words may tell of something else
_SAME_TOPICS: Final = 0.7
_COUNTED = re.compile(r"\b\d+\b|\b(?:three|four|five|six|seven|eight|nine|ten|fourteen|twenty)\b")
_FORBIDS = re.compile(r"\b(?:must|should|may|shall|will|can|do) (?:never|not)\b|\bnot to\b|^not\b")
_NEGATED = re.compile(r"\b(?:no|not|never|nor|neither|without|cannot|avoid\w*|refrain\w*|unsuccessful|fail\w*|out of"
                      r"|keep\w*\b[^.;]{0,40}\bfrom)\b")  # fmt: skip

T = TypeVar("T", Clause, Item)


class Match(Struct, frozen=True, kw_only=True):
    """A clause or item that was there before. `sound`: nothing tells against it being the same rule still."""

    id: str
    before: str
    after: str
    likeness: float
    sound: bool


class Laid(Struct, frozen=True, kw_only=True):
    """What came of it. `gone` are the labels of what has no counterpart; `new` are ids.

    `standing` are the ids of the earlier rules that stay in force. A line that only leads to what was there before, or
    only led to what is there still, is neither new nor gone.
    """

    body: tuple[Heading | Clause, ...]
    matched: tuple[Match, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    standing: frozenset[str]

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
    taking.by_rules(earlier, body)
    return Laid(
        body=taking.body(body),
        matched=tuple(taking.matches()),
        new=tuple(named[stand.id] for stand in alike.told(new, set(pairs))),
        gone=tuple(stand.label for stand in alike.told(old, set(taken.values()))),
        standing=taking.standing,
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
        self._sound = {id for id, pair in pairs.items() if _sound(old[pair.old], new[id], pair)}
        self.standing = frozenset[str]()

    def by_rules(self, earlier: Pack, body: Sequence[Heading | Clause]) -> None:
        """Settles which rules stay in force; plain words that tell of a rule which does not are left out too."""
        now = Standing(earlier, replace(earlier, body=tuple(_renamed(node, self._named) for node in body)))
        its = {pair.old: id for id, pair in self._pairs.items()}
        standing = set[str]()
        for rule in earlier.routes.rules:
            id = its.get(rule.clause)
            if id in self._sound and now.stands(rule, self._pairs[id].likeness):
                standing.add(rule.id)
        self.standing = frozenset(standing)
        lost = (rule.clause for rule in earlier.routes.rules if rule.id not in standing)
        self._sound -= {its[id] for id in lost if id in its and not self._old[id].adopted}

    def matches(self) -> Iterator[Match]:
        for stand in self._new.clauses():
            if pair := self._pairs.get(stand.id):
                yield Match(
                    id=pair.old,
                    before=self._old[pair.old].label,
                    after=stand.label,
                    likeness=round(pair.likeness, 2),
                    sound=stand.id in self._sound,
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
        if node.id in self._sound:
            kept = replace(node, plain=before.plain, strength=before.strength, in_part=before.in_part)
            return replace(kept, id=pair.old, topics=before.topics)
        topics = before.topics if pair.likeness >= _SAME_TOPICS else ()
        return replace(node, id=pair.old, topics=topics)


def _renamed(node: Heading | Clause, named: Mapping[str, str]) -> Heading | Clause:
    """A clause or heading with everything under it, under the earlier ids."""
    return replace(node, id=named[node.id]) if isinstance(node, Heading) else _with_its_list(node, named)


def _with_its_list(node: T, named: Mapping[str, str]) -> T:
    return replace(node, id=named[node.id], items=tuple(_with_its_list(item, named) for item in node.items))


def _sound(before: Stand, now: Stand, pair: alike.Pair) -> bool:
    """Whether it surely says the same: to the letter where both are adopted words, else as far as can be told."""
    if before.adopted:
        return same_words(f"{before.lead_in}\n{before.wording}", f"{now.lead_in}\n{now.wording}")
    return pair.likeness >= _ALIKE and before.strength == now.strength and _same(before, now)


def _same(before: Stand, now: Stand) -> bool:
    """Whether nobody else acts, no number is another, and what was forbidden still is."""
    old, new = folded(before.wording), folded(now.wording)
    old_whole, new_whole = f"{folded(_above(before))} {old}", f"{folded(_above(now))} {new}"
    who = _same_offices(before, now)
    counted = set(_COUNTED.findall(old)) == set(_COUNTED.findall(new))
    forbids = not (_FORBIDS.search(old) and not _NEGATED.search(new_whole)) and not (
        _FORBIDS.search(new) and not _NEGATED.search(old_whole)
    )
    return who and counted and forbids


def _same_offices(before: Stand, now: Stand) -> bool:
    """Whether both name the same; one of them may do so in what stands above it."""
    old, new = offices(before.wording), offices(now.wording)
    return old == new or (old <= new | offices(_above(now)) and new <= old | offices(_above(before)))


def _above(stand: Stand) -> str:
    return " ".join((*stand.path, stand.lead_in))


def _number(label: str) -> str:
    """The printed number in a label; empty where it is cited by words."""
    found = re.match(r"[\d.]+(?:\s?\([a-z\d]+\)|[a-z]\b)*", label)
    return found[0] if found else ""
