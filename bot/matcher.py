"""Which topics a question is about, learnt from the many ways of asking in `content/topics.yaml`.

In: stems of a question. Out: how likely each topic is.
Never: knows a council, a clause, or anything that is not in the topics.

Two views are multiplied: how often each topic uses these words (naive Bayes), and which single ways of asking lie
nearest (cosine). The first carries rare words well, the second sees which words belong together.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import exp, log, sqrt

from rapidfuzz import fuzz, process

from bot.rows import Rows
from bot.stems import stem, words
from bot.topics import Topics

_SMOOTH = 0.05  # how much of a word an unseen pair of word and topic counts as
_CALM = 0.7  # words of one question are not independent: naive Bayes would be too sure
_FLOOR = 0.002  # what either view leaves to a topic it knows nothing of
_SHARP = 2.5  # how much a near way of asking counts above several far ones
_COMMON = 0.04  # a word in more of the ways of asking than this tells nothing about nearness
_TYPO = 82  # how alike, of 100, a word that nobody wrote must be to be taken for a misspelt one
_SLIP = 92  # the same for a word that was written just once: it may be a slip in the examples themselves
_LATELY = 2  # questions: one turn asks about the same several times; what people ask is not kept for longer
_REMEMBERED = 5000  # misspelt words whose mend is remembered; mending is slow


class Matcher:
    """Learns once, then answers the same to the same."""

    def __init__(self, topics: Topics) -> None:
        self.topics = topics
        self._ids = [topic.id for topic in topics]
        written = [(k, words(ask)) for k, topic in enumerate(topics) for ask in topic.asks]
        asks = [(k, list(map(stem, ask))) for k, ask in written]
        self._written = Counter(w for _, ask in written for w in ask)
        self._nearest = lru_cache(_REMEMBERED)(self._usual_like)
        self._usual = sorted(w for w, n in self._written.items() if n > 2)
        self._learn_counts(asks)
        self._learn_nearness(asks)
        self._lately = lru_cache(_LATELY)(self._likely)

    def mended(self, text: str) -> list[str]:
        """The stems of a question, misspelt words taken for the word they are nearest to."""
        return [stem(self._mend(word)) for word in words(text)]

    def wrote(self, word: str) -> bool:
        """Whether anybody wrote this very word in a way of asking."""
        return self._written[word] > 0

    def knows(self, word: str) -> bool:
        """Whether anybody wrote this word, or one very like it."""
        return self.wrote(word) or self._mend(word) != word

    def likely(self, stems: Sequence[str]) -> Mapping[str, float]:
        """How likely each topic is for a question of these stems; together 1. Empty if no word is known."""
        return self._lately(tuple(stems))

    def _likely(self, stems: tuple[str, ...]) -> Mapping[str, float]:
        known = [s for s in stems if s in self._counts]
        if not known:
            return {}
        both = [(b + _FLOOR) * (v + _FLOOR) for b, v in zip(self._bayes(known), self._votes(known), strict=True)]
        whole = sum(both)
        return {id: value / whole for id, value in zip(self._ids, both, strict=True)}

    # ------------------------------------------------------------ how often topics use a word

    def _learn_counts(self, asks: list[tuple[int, list[str]]]) -> None:
        counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
        size = Counter[int]()
        for k, stems in asks:
            size[k] += len(stems)
            for s in stems:
                counts[s][k] += 1
        self._counts = Rows({s: [(k, log(n / _SMOOTH + 1)) for k, n in by.items()] for s, by in counts.items()})
        self._base = [-log(size[k] + _SMOOTH * len(counts)) for k in range(len(self._ids))]

    def _bayes(self, known: Sequence[str]) -> list[float]:
        scores = [base * len(known) for base in self._base]
        for s in known:
            for k, weight in self._counts[s]:
                scores[k] += weight
        top = max(scores)
        likely = [exp(_CALM * (score - top)) for score in scores]
        whole = sum(likely)
        return [value / whole for value in likely]

    # ------------------------------------------------------------ which ways of asking lie near

    def _learn_nearness(self, asks: list[tuple[int, list[str]]]) -> None:
        seen = Counter(s for _, stems in asks for s in dict.fromkeys(stems))
        self._rare = {s: log(1 + len(asks) / n) for s, n in seen.items()}
        self._topic_of = array("H", (k for k, _ in asks))
        near: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for i, (_, stems) in enumerate(asks):
            for s, weight in self._weights(stems).items():
                if seen[s] <= _COMMON * len(asks):
                    near[s].append((i, weight))
        self._near = Rows(near)

    def _weights(self, stems: Sequence[str]) -> dict[str, float]:
        weights = {s: self._rare[s] * (1 + log(n)) for s, n in Counter(stems).items()}
        length = sqrt(sum(w * w for w in weights.values())) or 1.0
        return {s: w / length for s, w in weights.items()}

    def _votes(self, known: Sequence[str]) -> list[float]:
        likeness: defaultdict[int, float] = defaultdict(float)
        for s, mine in self._weights(known).items():
            for i, theirs in self._near[s]:
                likeness[i] += mine * theirs
        votes = [0.0] * len(self._ids)
        for i, value in likeness.items():
            votes[self._topic_of[i]] += value**_SHARP
        whole = sum(votes) or 1.0
        return [vote / whole for vote in votes]

    # ------------------------------------------------------------ misspelt words

    def _mend(self, word: str) -> str:
        times = self._written[word]
        if times > 1 or len(word) < 4 or word[0].isdigit():
            return word
        return self._nearest(word, _SLIP if times else _TYPO)

    def _usual_like(self, word: str, at_least: float) -> str:
        found = process.extractOne(word, self._usual, scorer=fuzz.ratio, score_cutoff=at_least)
        return found[0] if found else word
