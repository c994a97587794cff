"""Which topics each clause and item is about, as a proposal.

In: a pack's body, clauses with topics that people have set, what is learnt from the ways of asking.
Out: the body with topics, the likeliest first. Never: a topic that no protocol deals with; touches topics that are set.

Two views are joined: what the likest clauses of known packs are about, and which topics the words would be a question
about or are a sign of. The first reads councils' language; where no known clause is like it, the second counts alone.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from msgspec.structs import replace

from bot.contents import titled
from bot.matcher import Matcher
from bot.pack import Clause, Heading, Item
from bot.stems import stems
from content import load
from content.importing.examples import Examples, Text, best, side
from content.importing.signs import Signs

# Tuned on what people set for the shipped councils, four at a time, looking at the fifth; never on questions.
_BY_EXAMPLE = 0.8  # how much the examples count where one is alike
_ALIKE = 0.5  # from this likeness on they count fully
_PART = 0.6  # what a part of a sentence counts beside the whole
_SIGN = 0.6  # what a sign counts beside a whole sentence
_WORTH, _BESIDE_BEST = 0.15, 0.2  # a topic is proposed from this score on, and this share of the best one's
_MOST = 6
_SHORT, _SHORT_ITEM = 6, 12  # stems: shorter words are read together with the heading, with the lead-in
_SENTENCE = re.compile(r"(?<=[.;:!?])\s+")
_PARTS = re.compile(r"[,;()]|\b(?:and|or|but)\b")
_LISTS: Final = ("what-councillors-can-expect", "what-officers-can-expect")


@cache
def shipped() -> Examples:
    """Every clause of the councils that come with the project."""
    return Examples(load.council(id) for id in load.councils())


@cache
def learnt() -> Matcher:
    """What is learnt from the ways of asking."""
    return Matcher(load.topics())


@lru_cache(maxsize=2)
def _signs(matcher: Matcher) -> Signs:
    """What words are a sign of: learnt once for all documents."""
    return Signs(matcher.topics)


class Tagger:
    """Proposes topics; the same wording always gets the same ones."""

    def __init__(self, examples: Examples, matcher: Matcher) -> None:
        self._examples = examples
        self._matcher = matcher
        self._signs = _signs(matcher)
        self._inside = [topic.id for topic in matcher.topics if not topic.outside]

    def tagged(self, body: Sequence[Heading | Clause]) -> tuple[Heading | Clause, ...]:
        """The body with topics wherever none are set."""
        return tuple(self._tagged(body))

    def _tagged(self, body: Sequence[Heading | Clause]) -> Iterator[Heading | Clause]:
        above: list[Heading] = []
        for node in body:
            if isinstance(node, Heading):
                above = [*(heading for heading in above if heading.level < node.level), node]
                yield node
            else:
                headings = tuple(titled(heading) for heading in above)
                items = self._items(node.items, node.text or node.plain, headings)
                yield replace(node, topics=node.topics or self._of(node, "", headings), items=items)

    def _items(self, items: Sequence[Item], lead_in: str, headings: tuple[str, ...]) -> tuple[Item, ...]:
        return tuple(
            replace(
                item,
                topics=item.topics or self._of(item, lead_in, headings),
                items=self._items(item.items, item.text or item.plain, headings),
            )
            for item in items
        )

    def _of(self, node: Clause | Item, lead_in: str, headings: tuple[str, ...]) -> tuple[str, ...]:
        wording = Text(node.text or node.plain, lead_in, headings, bool(node.items))
        found = self.topics(wording)
        if not wording.leads:
            return tuple(topic for topic in found if topic not in _LISTS)
        whole = side(wording.text)
        return (whole, *(topic for topic in found if topic not in _LISTS)) if whole else found

    def topics(self, wording: Text) -> tuple[str, ...]:
        """The topics of a wording, the likeliest first, at most six; none where nothing is likely."""
        likely = self._as_asked(wording)
        spoken, alike = self._examples.topics(wording)
        share = _BY_EXAMPLE * min(1.0, alike / _ALIKE)
        topics = {*likely, *spoken}
        ranked = best({id: share * spoken.get(id, 0.0) + (1 - share) * likely.get(id, 0.0) for id in topics})
        top = ranked[0][1] if ranked else 0.0
        return tuple(id for id, score in ranked[:_MOST] if score >= max(_WORTH, _BESIDE_BEST * top))

    def _as_asked(self, wording: Text) -> dict[str, float]:
        """How likely each topic is where the wording, sentence by sentence, is taken for a question."""
        scores: defaultdict[str, float] = defaultdict(float)
        for words, weight in _pieces(wording.text):
            found = stems(words)
            more = stems(wording.headings[-1]) if wording.headings and len(found) < _SHORT else []
            more += stems(wording.lead_in) if len(found) < _SHORT_ITEM else []
            likely = self._matcher.likely(found + more)
            inside = sum(likely.get(id, 0.0) for id in self._inside)
            for id in self._inside:
                if likely:
                    scores[id] = max(scores[id], weight * likely[id] / max(inside, 0.2))
        for id, sure in self._signs.topics(wording.text).items():
            scores[id] = max(scores[id], _SIGN * sure)
        return dict(scores)


def _pieces(text: str) -> Iterator[tuple[str, float]]:
    """Each sentence, and the parts of one that has several: a long sentence is about more than one thing."""
    sentences = [sentence for sentence in _SENTENCE.split(text) if len(sentence.split()) > 2] or [text]
    for sentence in sentences:
        yield sentence, 1.0
        parts = [part for part in _PARTS.split(sentence) if len(stems(part)) >= 3]
        yield from ((part, _PART) for part in parts if len(parts) > 1)
