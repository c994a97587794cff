"""Finds the clauses that answer a question. The same question always gets the same answer.

In: one council's contents, and a question in anybody's words. Out: the best clauses, and how sure the bot is.
Never: makes up an answer: what no clause says is `in_scope=False`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log
from typing import Literal, NamedTuple, TypeAlias

from bot.contents import Contents, Stand
from bot.matcher import Likely, Matcher
from bot.references import Reference, References
from bot.stems import stems

Sure: TypeAlias = Literal["certain", "likely", "perhaps"]

AT_MOST = 5
_RANKS = (1.0, 0.6, 0.5, 0.45, 0.4)  # what a clause's first, second … topic counts
_OWN_WORDS = 0.12  # what the clause's own words count beside its topics
_NAMED = 0.6  # what it counts that a clause holds every word of a short question
_SHORT = 3  # words: a question of no more is a name for something
_TRUST_NAMES = 0.6  # how much such a name tells that the protocol says something
_SCOPE = 0.45  # below this the protocol is taken not to say
_LIKELY = 0.75
_SATURATE, _LENGTH = 1.2, 0.5  # BM25's usual k1, and a gentle b: clauses are all short


#: "which bit covers …", "what does it say about …": the question is what comes after.
_ABOUT = re.compile(
    r"""
    ^\W* (?:
      (?:what|where) \s+ (?:does|do|is) \s+ (?:it|the|our|this|protocol|document|\s)* (?:say|state|mention)
        (?:\s+anything)? \s+ (?:about|on|regarding)
    | which \s+ (?:bit|part|section|clause|rule|paragraph)s? \s+ (?:covers?|deals?\s+with|is\s+about|mentions?)
    | (?:(?:is|are) \s+ there \s+)? (?:anything|something|a\s+section|a\s+clause|a\s+rule|any\s+rules|rules)
        (?:\s+ in \s+ (?:it|here|there|the\s+protocol))? \s+ (?:on|about|covering|for|regarding)
    | (?:tell|show) \s+ me \s+ about
    | what'?s? \s+ (?:it\s+says?|the\s+(?:rules?|position|guidance)) \s+ (?:about|on|for)
    ) \s+ (?=\S)
    """,
    re.IGNORECASE | re.VERBOSE,
)


class Finding(NamedTuple):
    """One clause, and how well it answers, 0 to 1."""

    stand: Stand
    score: float


class Found(NamedTuple):
    """What a question found.

    `score` is how sure the bot is that the protocol says something about it, 0 to 1; `in_scope` whether that is
    enough. `topics` are the likeliest topics with their likelihood. `reference` is set where the question named a
    clause by its number or a heading by its words.
    """

    findings: tuple[Finding, ...]
    in_scope: bool
    score: float
    topics: tuple[tuple[str, float], ...] = ()
    reference: Reference | None = None

    @property
    def sure(self) -> Sure:
        """How sure, as a word."""
        if self.reference:
            return "certain"
        return "likely" if self.score >= _LIKELY else "perhaps"


class Finder:
    """Looks things up in one council's protocol."""

    def __init__(self, contents: Contents, matcher: Matcher) -> None:
        self._matcher = matcher
        self._topics = matcher.topics
        self._references = References(contents)
        self._stands = contents.clauses()
        self._covered = frozenset(topic for stand in self._stands for topic in stand.topics)
        self._by_topic = _topic_index(self._stands)
        self._by_word = _word_index(self._stands)
        self._rare = {s: log(1 + len(self._stands) / len(rows)) for s, rows in self._by_word.items()}
        self._rarest = log(1 + len(self._stands))

    def find(self, question: str) -> Found:
        """The clauses that answer a question, best first, at most five."""
        if (reference := self._references.read(question)) is not None:
            findings = tuple(Finding(stand, 1.0) for stand in reference.stands[:AT_MOST])
            return Found(findings, bool(findings), 1.0 if findings else 0.0, reference=reference)
        asked = self._asked(question)
        likely = self._matcher.likely(asked)
        return self._weigh(likely, self._own_words(asked), self._named(asked))

    def key(self, question: str) -> str:
        """The same for two askings of the same question: its stems, mended, each once, in order of the alphabet."""
        return " ".join(sorted(set(self._asked(question))))[:400]

    def _asked(self, question: str) -> list[str]:
        return self._matcher.mended(_ABOUT.sub("", question))

    def reference(self, text: str) -> Reference | None:
        """The clause or heading that a few words name, if they name one."""
        return self._references.read(text)

    def topic(self, text: str) -> str | None:
        """The likeliest topic of a protocol that a few words are about; None if they are about something else."""
        likely = self._matcher.likely(self._matcher.mended(text)).topics
        best = max(likely, key=lambda id: (likely[id], id), default=None)
        return None if best is None or self._topics[best].outside else best

    def _weigh(self, likely: Likely, own: dict[int, float], named: dict[int, float]) -> Found:
        scores: defaultdict[int, float] = defaultdict(float)
        for topic, chance in likely.topics.items():
            for i, weight in self._by_topic.get(topic, ()):
                scores[i] += chance * weight
        for i, value in own.items():
            scores[i] += _OWN_WORDS * value
        for i, value in named.items():
            scores[i] += _NAMED * value
        best = sorted(scores, key=lambda i: (-scores[i], i))[:AT_MOST]
        findings = tuple(Finding(self._stands[i], min(scores[i], 1.0)) for i in best)
        score = self._scope(likely, max(named.values(), default=0.0))
        topics = sorted(likely.topics.items(), key=lambda row: (-row[1], row[0]))[:AT_MOST]
        return Found(findings, bool(findings) and score >= _SCOPE, score, tuple(topics))

    def _scope(self, likely: Likely, named: float) -> float:
        """How sure the bot is that this protocol says something about it: by topics, or because a clause names it."""
        covered = sum(chance for topic, chance in likely.topics.items() if topic in self._covered)
        return min(1.0, 1 - (1 - covered) * (1 - _TRUST_NAMES * named))

    def _named(self, asked: Sequence[str]) -> dict[int, float]:
        """How nearly each clause holds every word of a short question: somebody who types two words wants those."""
        stems = set(asked)
        weights = {s: self._rare.get(s, self._rarest) for s in stems}
        whole = sum(weights.values()) * max(1.0, len(stems) / _SHORT) or 1.0
        held: defaultdict[int, float] = defaultdict(float)
        for s in stems:
            for i, _ in self._by_word.get(s, ()):
                held[i] += weights[s]
        return {i: (value / whole) ** 3 for i, value in held.items()}

    def _own_words(self, asked: Sequence[str]) -> dict[int, float]:
        scores: defaultdict[int, float] = defaultdict(float)
        for s in set(asked):
            for i, weight in self._by_word.get(s, ()):
                scores[i] += weight
        top = max(scores.values(), default=0.0) + 3.0  # a lone weak match stays weak
        return {i: value / top for i, value in scores.items()}


def _topic_index(stands: Sequence[Stand]) -> dict[str, list[tuple[int, float]]]:
    index: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for i, stand in enumerate(stands):
        for rank, topic in enumerate(stand.topics):
            index[topic].append((i, _RANKS[min(rank, len(_RANKS) - 1)]))
    return dict(index)


def _word_index(stands: Sequence[Stand]) -> dict[str, list[tuple[int, float]]]:
    """BM25 weights of every stem in every clause: its own words twice, its headings and lead-in once."""
    texts = [Counter(stems(stand.wording) * 2 + stems(" ".join((*stand.path, stand.lead_in)))) for stand in stands]
    usual = sum(text.total() for text in texts) / max(1, len(texts))
    holders = Counter(s for text in texts for s in text)
    index: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for i, text in enumerate(texts):
        damp = _SATURATE * (1 - _LENGTH + _LENGTH * text.total() / usual)
        for s, n in text.items():
            rare = log(1 + (len(texts) - holders[s] + 0.5) / (holders[s] + 0.5))
            index[s].append((i, rare * n * (_SATURATE + 1) / (n + damp)))
    return dict(index)
