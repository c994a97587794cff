"""Which piece of one wording is which piece of another: by its words first, then by number, place and likeness.

In: the contents of two wordings of one protocol. Out: pairs of ids, each id in one pair at most.
Never: trusts an id or a number alone: where a clause is put in, everything after it bears another's; compares each of
very many with each: it runs where everybody who writes to the bot waits for it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import nsmallest
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, LCSseq

from bot.contents import Contents, Stand
from bot.pack import Clause, Heading, Item, Pack

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
#: Two pieces at a time that are all compared; where there are more, only those that share rare words or a number.
_ALL: Final = 10_000
_RAREST: Final = 8  # words of a piece by which others are looked for
_HOLDERS: Final = 12  # pieces that may have a word that is rare
_KNOWN: Final = 8  # pairs of wordings that are remembered


def pairs(old: Contents, new: Contents) -> Pairs:
    """Every piece of the new wording that there was before, and which it was: clauses, then items, then headings."""
    return _pairs(old.pack, new.pack)


@lru_cache(maxsize=_KNOWN)
def _pairs(old: Pack, new: Pack) -> Pairs:
    both = _Both(Contents(old), Contents(new))
    both.pair(Clause)
    both.pair(Item)
    both.pair(Heading)
    return MappingProxyType(both.found)


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
        befores = [_Piece(stand.id, number(stand), stand.parent or "", self._told(stand)) for stand in old]
        near = _Near(befores) if len(old) * len(new) > _ALL else None
        for place, stand in enumerate(new):
            now = _Piece(stand.id, number(stand), self._above(stand), self._told(stand))
            for its in near.to(now) if near else range(len(befores)):
                before = befores[its]
                same_ref, same_id = now.number == before.number != "", now.id == before.id
                least = _NUMBERED if same_ref or same_id else _ALIKE
                if (alike := _likeness(before.words, now.words, least)) >= least:
                    more = _SAME_REF * same_ref + _SAME_ID * same_id + _SAME_ABOVE * (before.above == now.above)
                    yield -alike - more, place, its, before.id, now.id

    def _told(self, stand: Stand) -> list[str]:
        return re.findall(r"\w+", self._said[id(stand)].casefold())[:_LONGEST]

    # ------------------------------------------------------------ headings

    def _by_what_is_under(self, old: Iterable[Stand], new: Iterable[Stand]) -> None:
        """The heading under which most of a heading's own clauses stood before."""
        free = {stand.id for stand in old}
        under: defaultdict[str, list[str]] = defaultdict(list)
        for one in self._new.stands.values():
            if isinstance(one.node, Clause) and one.sections:
                under[one.sections[-1]].append(one.id)
        for now in new:
            stood = [self._old[self.found[id]].sections[-1:] for id in under[now.id] if id in self.found]
            best, most = Counter(stood).most_common(1)[0] if stood else ((), 0)
            if best and best[0] in free and 2 * most > len(under[now.id]):
                self.found[now.id] = best[0]
                free.discard(best[0])


class _Piece(NamedTuple):
    """A piece that is left over; `above` is the old id of what it stands under."""

    id: str
    number: str
    above: str
    words: list[str]


class _Near:
    """Finds the pieces of the old wording that one of the new may be."""

    def __init__(self, old: Sequence[_Piece]) -> None:
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        self._numbered: defaultdict[str, list[int]] = defaultdict(list)
        self._at = {piece.id: i for i, piece in enumerate(old)}
        for i, piece in enumerate(old):
            if piece.number:
                self._numbered[piece.number].append(i)
            for word in dict.fromkeys(piece.words):
                self._holding[word].append(i)

    def to(self, piece: _Piece) -> list[int]:
        """Their places, in order: those with a rare word of its own, its number or its id."""
        held = (self._holding.get(word, ()) for word in dict.fromkeys(piece.words))
        rarest = nsmallest(_RAREST, (holders for holders in held if 0 < len(holders) <= _HOLDERS), key=len)
        found = {i for holders in rarest for i in holders}
        found.update(self._numbered.get(piece.number, ())[:_HOLDERS])
        return sorted(found | {self._at[piece.id]} if piece.id in self._at else found)


def _said(stand: Stand, plain: bool) -> str:
    node = stand.node
    if plain and isinstance(node, Clause | Item) and node.plain:
        return " ".join(node.plain.split())
    return words_of(stand)


def _likeness(old: list[str], new: list[str], least: float) -> float:
    """How much of their words two wordings share, of 100; of few words, how like they are spelt. 0 below `least`."""
    shared = 100 * Indel.normalized_similarity(old, new, score_cutoff=least / 100)
    spelt = fuzz.ratio(" ".join(old), " ".join(new)) if len(old) + len(new) <= _FEW else 0.0
    return max(shared, spelt if spelt >= _SPELT else 0.0)
