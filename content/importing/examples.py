"""Clauses whose topics people have set: what clauses like a new one are about.

In: packs with topics. Out: for a wording with its lead-in and headings, the topics of its likest.
Never: a topic by the council, the number or the place: only by words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from math import log, sqrt
from typing import NamedTuple

from bot.contents import Contents
from bot.pack import Clause, Item, Pack
from bot.stems import folded, stems
from bot.topics import worth

_LEAD_IN, _HEADINGS = 0.6, 0.3  # what a word of the lead-in, of the headings counts beside one of the clause's own
_ANOTHER_SHAPE = 0.8  # a line that leads a list is little like one that leads none
_ANOTHER_SIDE = 0.6  # what officers can expect is little like what councillors can expect, however alike the words
_NEAREST, _SHARP = 5, 4.0
#: "All councillors can expect from officers:", "Employees are entitled to expect:"
_EXPECTS = re.compile(
    r"^[^.;]{0,20}?\b(?:(?P<councillors>councillors?|members?)|clerks?|officers?|staff|employees?)\b[^.;]{0,60}\bexpect\b"
)


class Text(NamedTuple):
    """A clause's or item's own words and what stands above it; `leads`: whether it leads a list."""

    text: str
    lead_in: str = ""
    headings: tuple[str, ...] = ()
    leads: bool = False


class _Example(NamedTuple):
    topics: tuple[str, ...]
    leads: bool
    side: str | None


class Examples:
    """Every clause of some packs, by words."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        rows = [(wording, topics, _counts(wording)) for pack in packs for wording, topics in _rows(pack)]
        holders = Counter(stem for _, _, counts in rows for stem in counts)
        self._rare = {stem: log(1 + len(rows) / n) for stem, n in holders.items()}
        self._rarest = log(1 + len(rows))
        self._examples = [_Example(topics, w.leads, _side(w)) for w, topics, _ in rows]
        self._holding: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for i, (_, _, counts) in enumerate(rows):
            for stem, weight in self._weighed(counts).items():
                self._holding[stem].append((i, weight))

    def topics(self, wording: Text) -> tuple[dict[str, float], float]:
        """How much the likest examples speak for each topic, at most 1; and how like the very likest is, 0 to 1."""
        mine, side = self._weighed(_counts(wording)), _side(wording)
        shared = self._shared(mine)
        likely = ((value * self._weight(wording.leads, side, i), i) for i, value in enumerate(shared) if value)
        alike = nsmallest(_NEAREST, likely, key=lambda row: (-round(row[0], 9), row[1]))
        whole = sum(likeness**_SHARP for likeness, _ in alike) or 1.0
        spoken: defaultdict[str, float] = defaultdict(float)
        for likeness, i in alike:
            for rank, topic in enumerate(self._examples[i].topics):
                spoken[topic] += likeness**_SHARP / whole * worth(rank)
        return dict(spoken), alike[0][0] if alike else 0.0

    def _shared(self, mine: Mapping[str, float]) -> list[float]:
        """How like each example a wording is, by their words alone."""
        shared = [0.0] * len(self._examples)
        for stem, weight in mine.items():
            for i, theirs in self._holding.get(stem, ()):
                shared[i] += weight * theirs
        return shared

    def _weight(self, leads: bool, side: str | None, i: int) -> float:
        other = self._examples[i]
        shape = 1.0 if leads == other.leads else _ANOTHER_SHAPE
        return shape * (1.0 if side is None or other.side in (None, side) else _ANOTHER_SIDE)

    def _weighed(self, counts: Mapping[str, float]) -> dict[str, float]:
        weights = {stem: n * self._rare.get(stem, self._rarest) for stem, n in sorted(counts.items())}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {stem: weight / length for stem, weight in weights.items()}


def _rows(pack: Pack) -> Iterator[tuple[Text, tuple[str, ...]]]:
    for stand in Contents(pack).clauses():
        if isinstance(stand.node, Clause | Item):
            yield Text(stand.wording, stand.lead_in, stand.path, bool(stand.items)), stand.topics


def _counts(wording: Text) -> dict[str, float]:
    """How much each stem counts: its own words by how often they stand there, those above it once."""
    counts: defaultdict[str, float] = defaultdict(float)
    for stem, n in Counter(stems(wording.text)).items():
        counts[stem] += 1 + log(n)
    for words, weight in ((wording.lead_in, _LEAD_IN), (" ".join(wording.headings), _HEADINGS)):
        for stem in dict.fromkeys(stems(words)):
            counts[stem] += weight
    return counts


def _side(wording: Text) -> str | None:
    return side(wording.lead_in)


def side(lead_in: str) -> str | None:
    """The topic of a list on what one side can expect, by the line that leads it: whoever is named first expects."""
    who = _EXPECTS.search(folded(lead_in))
    if who is None:
        return None
    return "what-councillors-can-expect" if who["councillors"] else "what-officers-can-expect"


def best(scores: Mapping[str, float]) -> Sequence[tuple[str, float]]:
    """Topics with their scores, highest first, always in the same order."""
    return sorted(scores.items(), key=lambda row: (-round(row[1], 9), row[0]))
