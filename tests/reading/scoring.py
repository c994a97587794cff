"""How much of a document was read right, against the truth that a careful reader wrote.

In: both as plain data, in document order. Out: a `Score` and what was missed. Never: a verdict.

The figures are those of the shared scorer, which comes with the shared documents; a test holds that both agree.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from typing import NamedTuple, TypedDict


class Item(TypedDict, total=False):
    """One line of a list: `ref` is its number or letter, `marker` its bullet."""

    ref: str | None
    marker: str | None
    text: str
    items: "list[Item]"


class Heading(TypedDict):
    ref: str | None
    text: str


class Clause(TypedDict, total=False):
    """One printed paragraph. The last two stand in truths: a lead-in that looks like a heading, a further paragraph."""

    ref: str | None
    headings: list[Heading]
    text: str
    items: list[Item]
    printed_as_heading: bool
    continues: str | None


class Printed(TypedDict):
    clauses: list[Clause]


class Score(NamedTuple):
    """Shares from 0 to 1 of the truth's words and clauses; `extra` counts the clauses that it does not have."""

    words: float
    text: float
    ref: float
    path: float
    items: float
    clause: float
    order: float
    extra: int
    clauses: int


class Miss(NamedTuple):
    """What is wrong with a clause of the truth: text (not found at all), ref, path or items."""

    why: str
    clause: Clause


def plain(text: str | None) -> str:
    """Its words in small letters: no quotes, no hyphens within words (a PDF can't tell them from soft ones)."""
    text = unicodedata.normalize("NFKC", text or "").lower().replace("\u00ad", "")
    text = re.sub(r"[\u2018\u2019'`´]", "", text)
    text = re.sub(r"(?<=\w)[-\u2010-\u2015](?=\w)", "", text)
    return " ".join(re.findall(r"[^\W_]+", text))


def bare(ref: str | None) -> str:
    """A number without its dots and brackets."""
    return re.sub(r"[\s.()\[\]:]+", "", ref or "").lower()


def flat(items: list[Item] | None) -> list[str]:
    """The words of a list's lines, nested ones included."""
    return [text for item in items or () for text in (plain(item.get("text")), *flat(item.get("items")))]


def path(clause: Clause) -> list[str]:
    return [text for heading in clause.get("headings") or () if (text := plain(heading["text"]))]


def words(printed: Printed) -> Counter[str]:
    """Every word of clauses, lists and headings; a heading counts once wherever clauses stand under it."""
    counted: Counter[str] = Counter()
    seen: set[tuple[str, ...]] = set()
    for clause in printed["clauses"]:
        over = tuple(plain(heading["text"]) for heading in clause.get("headings") or ())
        for depth in range(1, len(over) + 1):
            if over[:depth] not in seen:
                seen.add(over[:depth])
                counted.update(over[depth - 1].split())
        counted.update(plain(clause["text"]).split())
        for text in flat(clause.get("items")):
            counted.update(text.split())
    return counted


class _Found(NamedTuple):
    at: int
    #: Joined to the clause that it carries on: only its words can be compared.
    joined: bool = False
    #: Given as the last heading over its list.
    as_heading: bool = False


class _Comparison:
    """Pairs each clause of the truth with one of those that were read."""

    def __init__(self, got: list[Clause], truth: list[Clause]) -> None:
        self._got, self._truth = got, truth
        self.used: set[int] = set()
        self._by_text: dict[str, list[int]] = defaultdict(list)
        self._by_heading: dict[str, list[int]] = defaultdict(list)
        for at, clause in enumerate(got):
            self._by_text[plain(clause["text"])].append(at)
            if over := path(clause):
                self._by_heading[over[-1]].append(at)

    def find(self, want: Clause) -> _Found | None:
        text = plain(want["text"])
        if (at := self._best(self._by_text[text], want)) is not None:
            self.used.add(at)
            return _Found(at)
        if want.get("printed_as_heading") and (at := self._best(self._by_heading[text], want)) is not None:
            return _Found(at, as_heading=True)
        if want.get("continues") and (at := self._holding(text, bare(want["continues"]))) is not None:
            return _Found(at, joined=True)
        if (at := self._with_more(text, bare(want.get("ref")))) is not None:
            self.used.add(at)
            return _Found(at)
        return None

    def _best(self, candidates: list[int], want: Clause) -> int | None:
        def fit(at: int) -> tuple[bool, bool, int]:
            clause = self._got[at]
            return bare(clause.get("ref")) == bare(want.get("ref")), path(clause) == path(want), -at

        return max((at for at in candidates if at not in self.used), key=fit, default=None)

    def _holding(self, text: str, ref: str) -> int | None:
        pairs = enumerate(self._got)
        return next((at for at, one in pairs if bare(one.get("ref")) == ref and text in plain(one["text"])), None)

    def _with_more(self, text: str, ref: str) -> int | None:
        """The clause with a paragraph joined to it that carries it on."""
        further = [plain(one["text"]) for one in self._truth if one.get("continues") and bare(one["continues"]) == ref]
        for at, one in enumerate(self._got):
            whole = plain(one["text"])
            if at in self.used or bare(one.get("ref")) != ref or not whole.startswith(text + " "):
                continue
            if any(more and more in whole for more in further):
                return at
        return None


def score(got: Printed, truth: Printed) -> tuple[Score, list[Miss]]:
    """The figures, and each clause of the truth that is not right in all."""
    comparison = _Comparison(got["clauses"], truth["clauses"])
    right: Counter[str] = Counter()
    places: list[int] = []
    misses: list[Miss] = []
    wanted = [clause for clause in truth["clauses"] if plain(clause["text"])]
    for want in wanted:
        found = comparison.find(want)
        if found is None:
            misses.append(Miss("text", want))
            continue
        places.append(found.at)
        fits = _fits(found, got["clauses"][found.at], want)
        right.update(name for name, fit in fits.items() if fit)
        right.update(("text", *(("clause",) if all(fits.values()) else ())))
        misses += [Miss(name, want) for name, fit in fits.items() if not fit][:1]
    total = len(wanted) or 1
    have, need = words(got), words(truth)
    figures = {name: right[name] / total for name in ("text", "ref", "path", "items", "clause")}
    return Score(
        words=(have & need).total() / (need.total() or 1),
        order=_longest_rise(places) / (len(places) or 1),
        extra=_extra(got["clauses"], truth["clauses"], comparison.used | set(places)),
        clauses=len(wanted),
        **figures,
    ), misses


def _fits(found: _Found, clause: Clause, want: Clause) -> dict[str, bool]:
    over, needed = path(clause), path(want)
    elsewhere = found.joined or found.as_heading
    return {
        "ref": elsewhere or bare(clause.get("ref")) == bare(want.get("ref")),
        "path": found.joined or over == needed or (found.as_heading and over[:-1] == needed),
        "items": elsewhere or flat(clause.get("items")) == flat(want.get("items")),
    }


def _longest_rise(places: list[int]) -> int:
    """How many of them come in the right order at most."""
    ends: list[int] = []
    for place in places:
        at = bisect_right(ends, place)
        ends[at : at + 1] = [place]
    return len(ends)


def _extra(got: list[Clause], truth: list[Clause], used: set[int]) -> int:
    everything = "\n".join(text for one in truth for text in (plain(one["text"]), *flat(one.get("items"))))
    rest = (plain(one["text"]) for at, one in enumerate(got) if at not in used)
    return sum(1 for text in rest if text and text not in everything)
