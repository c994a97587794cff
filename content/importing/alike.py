"""Which clause of an adopted wording is which one of a pack that tells it in plain words.

In: the contents of both. Out: pairs with how alike they are. Never: trusts a number alone: it may stand before another
clause by now.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from math import log, sqrt
from typing import Final, NamedTuple, TypeAlias

from rapidfuzz import fuzz

from bot.contents import Contents, Stand
from bot.pack import Clause, Heading, Item
from bot.stems import folded, stems
from content.importing.ids import bare

# How alike plain words and the adopted ones of the same clause are was measured on the shipped councils: nineteen of
# twenty such pairs share more than `_ALIKE`, and of pairs that are not the same clause one in fifty does.
_ALIKE: Final = 0.3  # from here on words alone make a pair
_NUMBERED: Final = 0.1  # the same under one number, or at one place in one list
_BETWEEN: Final = 0.15  # the same between two pairs
_SAME_NUMBER, _SAME_HEADING, _SAME_LIST, _SAME_PLACE = 0.3, 0.1, 0.25, 0.1
_HEADINGS: Final = 80.0  # of 100: how alike two headings must be
_BINDS: Final = re.compile(r"\b(?:not|never|no|nor|expect\w*|entitled|responsib\w+|right to)\b", re.IGNORECASE)

_Words: TypeAlias = Mapping[str, float]


class Pair(NamedTuple):
    """`likeness` of the words, 0 to 1."""

    old: str
    likeness: float


class _Row(NamedTuple):
    stand: Stand
    words: _Words
    place: int
    above: str


def pairs(old: Contents, new: Contents) -> dict[str, Pair]:
    """New id to its old one: headings, then clauses, then items; each in one pair at most."""
    found = _headings(old, new)
    weigh = _weigher(old, new)
    for kind in (Clause, Item):
        olds, news = list(_rows(old, kind, weigh)), list(_rows(new, kind, weigh))
        _pair(olds, news, found)
        _between(olds, news, found)
        (_by_number if kind is Clause else _by_place)(olds, news, found)
    return found


def told(contents: Contents, paired: Collection[str]) -> list[Stand]:
    """The clauses and lines that are in no pair, but for those that only lead to one that is: "This covers:"."""
    stands = list(contents.clauses())
    leading = {stand.id for stand, after in pairwise(stands) if after.id in paired and _only_leads(stand)}
    return [stand for stand in stands if stand.id not in paired and stand.id not in leading]


def _only_leads(stand: Stand) -> bool:
    """Whether a line says nothing of its own: nobody expects, must or must not do what follows it."""
    return stand.wording.rstrip().endswith(":") and stand.strength == "none" and not _BINDS.search(stand.wording)


def _between(olds: list[_Row], news: list[_Row], found: dict[str, Pair]) -> None:
    """What is left over between two pairs that follow one another: its place tells too, so less likeness will do."""
    for gone, come in list(_gaps(olds, news, found)):
        _in_gap(gone, come, found)


def _gaps(olds: list[_Row], news: list[_Row], found: Mapping[str, Pair]) -> Iterator[tuple[list[_Row], list[_Row]]]:
    """What is in no pair, old and new, before, between and after the pairs of these rows."""
    place = {row.stand.id: i for i, row in enumerate(olds)}
    paired = {pair.old for pair in found.values()}
    ends = [j for j, row in enumerate(news) if row.stand.id in found and found[row.stand.id].old in place]
    start, before = 0, -1
    for end in (*ends, len(news)):
        after = place[found[news[end].stand.id].old] if end < len(news) else len(olds)
        gone = [row for row in olds[before + 1 : after] if row.stand.id not in paired]
        yield gone, [row for row in news[start:end] if row.stand.id not in found]
        start, before = end + 1, after


def _in_gap(olds: list[_Row], news: list[_Row], found: dict[str, Pair]) -> None:
    taken: set[str] = set()
    least = _NUMBERED if len(olds) == len(news) else _BETWEEN
    for new in news:
        free = [old for old in olds if old.stand.id not in taken and _same_list(old, new, found)]
        best = max(free, key=lambda old: likeness(old.words, new.words), default=None)
        if best is not None and (alike := likeness(best.words, new.words)) >= least:
            found[new.stand.id] = Pair(best.stand.id, alike)
            taken.add(best.stand.id)


def _by_number(olds: list[_Row], news: list[_Row], found: dict[str, Pair]) -> None:
    """What is left over under a number that only one clause left over has in either: it was changed."""
    paired = {pair.old for pair in found.values()}
    gone = _once(row for row in olds if row.stand.id not in paired)
    come = _once(row for row in news if row.stand.id not in found)
    for number in come.keys() & gone.keys():
        found[come[number].stand.id] = Pair(gone[number].stand.id, likeness(gone[number].words, come[number].words))


def _once(rows: Iterable[_Row]) -> dict[str, _Row]:
    numbered = [(bare(row.stand.ref), row) for row in rows if row.stand.ref]
    counted = Counter(number for number, _ in numbered)
    return {number: row for number, row in numbered if number and counted[number] == 1}


def _by_place(olds: list[_Row], news: list[_Row], found: dict[str, Pair]) -> None:
    """What is left over in a list, as many lines as were there in that place: they were changed."""
    before, now = _lists(olds), _lists(news)
    for above, mine in now.items():
        theirs = before.get(_old_list(above, mine, olds, found), [])
        for gone, come in list(_gaps(theirs, mine, found)):
            if len(gone) == len(come):
                pairs = zip(gone, come, strict=True)
                found |= {new.stand.id: Pair(old.stand.id, likeness(old.words, new.words)) for old, new in pairs}


def _lists(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.above, []).append(row)
    return found


def _old_list(above: str, mine: Iterable[_Row], olds: Iterable[_Row], found: Mapping[str, Pair]) -> str:
    """The list that most lines of this one stood in before; where none did, the one under the same clause."""
    stood = {row.stand.id: row.above for row in olds}
    those = Counter(stood[found[row.stand.id].old] for row in mine if row.stand.id in found)
    return those.most_common(1)[0][0] if those else found[above].old if above in found else ""


def _same_list(old: _Row, new: _Row, found: Mapping[str, Pair]) -> bool:
    return found[new.above].old == old.above if new.above in found else not new.above and not old.above


def _pair(olds: list[_Row], news: list[_Row], found: dict[str, Pair]) -> None:
    """The likest first; of two that are as like, those that stand first."""
    scored = sorted(
        (-round(score, 9), j, i)
        for j, new in enumerate(news)
        for i, old in enumerate(olds)
        if (score := _score(old, new, found)) > 0
    )
    taken: set[int] = set()
    for _, j, i in scored:
        if i not in taken and news[j].stand.id not in found:
            taken.add(i)
            found[news[j].stand.id] = Pair(olds[i].stand.id, likeness(olds[i].words, news[j].words))


def _score(old: _Row, new: _Row, found: Mapping[str, Pair]) -> float:
    """How surely two are the same clause, 0 where they are not."""
    alike = likeness(old.words, new.words)
    number = bool(new.stand.ref) and bare(new.stand.ref or "") == bare(old.stand.ref or "")
    listed = bool(new.above) and new.above in found and found[new.above].old == old.above
    placed = listed and new.place == old.place
    if alike < (_NUMBERED if number or placed else _ALIKE):
        return 0.0
    headed = bool(new.stand.sections) and found.get(new.stand.sections[-1], Pair("", 0)).old in old.stand.sections
    return alike + _SAME_NUMBER * number + _SAME_HEADING * headed + _SAME_LIST * listed + _SAME_PLACE * placed


def likeness(one: _Words, other: _Words) -> float:
    """How alike two wordings are, 0 to 1."""
    return sum(weight * other.get(stem, 0.0) for stem, weight in one.items())


def _rows(contents: Contents, kind: type, weigh: Callable[[str], _Words]) -> Iterator[_Row]:
    places = Counter[str]()
    for stand in contents.stands.values():
        if isinstance(stand.node, kind):
            above = stand.parent or ""
            places[above] += 1
            yield _Row(stand, weigh(stand.wording), places[above], above)


def _weigher(old: Contents, new: Contents) -> Callable[[str], _Words]:
    """Words weighed by how rare they are in either."""
    texts = [set(stems(stand.wording)) for contents in (old, new) for stand in contents.clauses()]
    holders = Counter(stem for text in texts for stem in text)

    def weigh(text: str) -> _Words:
        counts = sorted(Counter(stems(text)).items())
        weights = {stem: (1 + log(n)) * log(1 + len(texts) / holders[stem]) for stem, n in counts}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {stem: weight / length for stem, weight in weights.items()}

    return weigh


def _headings(old: Contents, new: Contents) -> dict[str, Pair]:
    """Headings by their words, those at the same place of the path first."""
    found: dict[str, Pair] = {}
    free = {stand.id: stand for stand in old.headings()}
    for now in new.headings():
        words = _title(now)
        best = max(free.values(), key=lambda one: _heading_score(one, now, words), default=None)
        if best is not None and fuzz.ratio(_title(best), words) >= _HEADINGS:
            found[now.id] = Pair(best.id, fuzz.ratio(_title(best), words) / 100)
            del free[best.id]
    return found


def _heading_score(old: Stand, new: Stand, words: str) -> float:
    above = fuzz.ratio(folded(" ".join(old.path)), folded(" ".join(new.path)))
    return fuzz.ratio(_title(old), words) + above / 10


def _title(stand: Stand) -> str:
    return folded(stand.node.heading).strip(" :") if isinstance(stand.node, Heading) else ""
