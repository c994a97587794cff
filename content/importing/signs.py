"""Words that tell a topic by themselves: where people write them, they nearly always ask about that.

In: the ways of asking. Out: for a wording, the topics its words are a sign of. Never: a topic no protocol deals with.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from bot.stems import stems
from bot.topics import Topics

_FEW: Final = 3  # askings that are taken off: what was written once or twice is no sign
_LEAST: Final = 0.4  # how much of its use must be for one topic

#: A stem, or two that follow one another.
_Words: TypeAlias = str | tuple[str, str]


class Signs:
    """Learns once from the ways of asking."""

    def __init__(self, topics: Topics) -> None:
        used: defaultdict[_Words, Counter[str]] = defaultdict(Counter)
        for topic in topics:
            for ask in topic.asks:
                for words in dict.fromkeys(_words(stems(ask))):
                    used[words][topic.id] += 1
        outside = {topic.id for topic in topics if topic.outside}
        self._told: dict[_Words, tuple[str, float]] = {}
        for words, counts in used.items():
            topic_id, n = max(counts.items(), key=lambda row: (row[1], row[0]))
            if (share := n / (counts.total() + _FEW)) >= _LEAST and topic_id not in outside:
                self._told[words] = (topic_id, share)

    def topics(self, text: str) -> dict[str, float]:
        """How surely the words tell each topic, 0 to 1."""
        found: dict[str, float] = {}
        for words in _words(stems(text)):
            if told := self._told.get(words):
                found[told[0]] = max(found.get(told[0], 0.0), told[1])
        return found


def _words(found: Sequence[str]) -> list[_Words]:
    return [*found, *pairwise(found)]
