"""Which piece of one wording is which piece of another: by its words first, then by number, place and likeness.

In: the contents of two wordings of one protocol. Out: pairs of ids, each id in one pair at most.
Never: trusts an id or a number alone: where a clause is put in, everything after it bears another's.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, LCSseq

from bot.contents import Contents, Stand
from bot.pack import Clause, Heading, Item

#: New id to old id.
Pairs: TypeAlias = Mapping[str, str]
#: What two pieces must have in common, beside the id of what they stand under.
_Key: TypeAlias = Callable[[Stand, str], tuple[str, ...]]

#: How many of their words, of 100, two clauses share to be one that was changed; fewer do under one number or id.
_ALIKE: Final = 55.0
_NUMBERED: Final = 40.0
#: How alike they are, letter by letter, where a word or two were only spelt otherwise.
_SPELT: Final = 85.0
_FEW: Final = 16  # words of both
#: What it counts, of 100, that the number, the id, or what stands above is the same.
_SAME_REF: Final = 12.0
_SAME_ID: Final = 6.0
_SAME_ABOVE: Final = 12.0
_LONGEST: Final = 800  # words that are compared: beyond, two wordings that begin alike are alike


def pairs(old: Contents, new: Contents) -> Pairs:
    """Every piece of the new wording that there was before, and which it was: clauses, then items, then headings."""
    both = _Both(old, new)
    both.pair(Clause)
    both.pair(Item)
    both.pair(Heading)
    return both.found


def words_of(stand: Stand) -> str:
    """The words in force, white space aside."""
    return " ".join(stand.wording.split())


def number(stand: Stand) -> str:
    """The printed number without its last dot or bracket; empty where none is printed."""
    return (stand.ref or "").strip().rstrip(".)")


class _Both:
    """Two wordings, what each piece says, and the pairs found so far, by the id of the new piece.

    Where only one of the two has adopted words, their plain words are compared, as far as both have them.
    """

    def __init__(self, old: Contents, new: Contents) -> None:
        self.found: dict[str, str] = {}
        self._old, self._new = old, new
        plain = not all(any(stand.adopted for stand in one.stands.values()) for one in (old, new))
        self._said = {id(stand): _said(stand, plain) for one in (old, new) for stand in one.stands.values()}

    def pair(self, kind: type) -> None:
        """Pairs those of a kind: the same words in order, the same words elsewhere, then what is likest."""
        self._in_order(*self._left(kind))
        for key in (self._numbered, self._under, self._bare):
            self._same(*self._left(kind), key)
        if kind is Heading:
            self._by_what_is_under(*self._left(kind))
        self._likest(*self._left(kind))

    def _left(self, kind: type) -> tuple[list[Stand], list[Stand]]:
        taken = set(self.found.values())
        old = [one for one in self._old.stands.values() if isinstance(one.node, kind) and one.id not in taken]
        new = [one for one in self._new.stands.values() if isinstance(one.node, kind) and one.id not in self.found]
        return old, new

    def _above(self, now: Stand) -> str:
        """The old id of the clause or item that a piece of the new wording stands under; a new one's own, marked."""
        return self.found.get(now.parent, f"new {now.parent}") if now.parent else ""

    # ------------------------------------------------------------ the same words

    def _in_order(self, old: Sequence[Stand], new: Sequence[Stand]) -> None:
        """As many as can be with the same words under the same clause that follow one another in both."""
        before = [self._under(stand, stand.parent or "") for stand in old]
        after = [self._under(stand, self._above(stand)) for stand in new]
        for i, j, length in LCSseq.opcodes(before, after).as_matching_blocks():
            self.found |= {new[j + k].id: old[i + k].id for k in range(length)}

    def _same(self, old: Iterable[Stand], new: Iterable[Stand], key: _Key) -> None:
        """Those with the same key, in their order: a line that stands twice is paired with the one in its place."""
        waiting: dict[tuple[str, ...], list[str]] = {}
        for stand in old:
            waiting.setdefault(key(stand, stand.parent or ""), []).append(stand.id)
        for stand in new:
            if ids := waiting.get(key(stand, self._above(stand))):
                self.found[stand.id] = ids.pop(0)

    def _numbered(self, stand: Stand, above: str) -> tuple[str, ...]:
        return self._said[id(stand)], number(stand), above

    def _under(self, stand: Stand, above: str) -> tuple[str, ...]:
        return self._said[id(stand)], above

    def _bare(self, stand: Stand, _above: str) -> tuple[str, ...]:
        return (self._said[id(stand)],)

    # ------------------------------------------------------------ words that are alike

    def _likest(self, old: Sequence[Stand], new: Sequence[Stand]) -> None:
        """The likest two first; of two that are as like, those that stand first."""
        taken: set[str] = set()
        for *_, before, now in sorted(self._scored(old, new), key=lambda row: row[:3]):
            if now not in self.found and before not in taken:
                self.found[now] = before
                taken.add(before)

    def _scored(self, old: Sequence[Stand], new: Sequence[Stand]) -> Iterator[tuple[float, int, int, str, str]]:
        """How unlike two pieces are, where each stands, and their ids."""
        befores = [(stand, self._told(stand)) for stand in old]
        for place, now in enumerate(new):
            told, above = self._told(now), self._above(now)
            for its, (before, said) in enumerate(befores):
                alike = _likeness(said, told)
                same_ref, same_id = number(now) == number(before) != "", now.id == before.id
                if alike >= (_NUMBERED if same_ref or same_id else _ALIKE):
                    more = _SAME_REF * same_ref + _SAME_ID * same_id + _SAME_ABOVE * ((before.parent or "") == above)
                    yield -alike - more, place, its, before.id, now.id

    def _told(self, stand: Stand) -> list[str]:
        return re.findall(r"\w+", self._said[id(stand)].casefold())[:_LONGEST]

    # ------------------------------------------------------------ headings

    def _by_what_is_under(self, old: Iterable[Stand], new: Iterable[Stand]) -> None:
        """The heading under which most of a heading's own clauses stood before."""
        free = {stand.id for stand in old}
        for now in new:
            under = [one.id for one in self._new.under(now.id) if isinstance(one.node, Clause)]
            stood = [self._old[self.found[id]].sections[-1:] for id in under if id in self.found]
            best = max(dict.fromkeys(stood), key=stood.count, default=())
            if best and best[0] in free and 2 * stood.count(best) > len(under):
                self.found[now.id] = best[0]
                free.discard(best[0])


def _said(stand: Stand, plain: bool) -> str:
    node = stand.node
    if plain and isinstance(node, Clause | Item) and node.plain:
        return " ".join(node.plain.split())
    return words_of(stand)


def _likeness(old: list[str], new: list[str]) -> float:
    """How much of their words two wordings share, of 100; of few words, how like they are spelt."""
    shared = 100 * Indel.normalized_similarity(old, new)
    spelt = fuzz.ratio(" ".join(old), " ".join(new)) if len(old) + len(new) <= _FEW else 0.0
    return max(shared, spelt if spelt >= _SPELT else 0.0)
