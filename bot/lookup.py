"""Finds the clauses that answer a question. The same question always gets the same answer.

In: one council's contents, and a question in anybody's words. Out: the best clauses, and how sure the bot is.
Never: makes up an answer: what no clause says is `in_scope=False`.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from hashlib import blake2s
from math import log
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from bot import sides
from bot.contents import Contents, Stand
from bot.matcher import Matcher
from bot.references import Reference, References
from bot.rows import Rows
from bot.stems import stems
from bot.topics import Topics, worth

_Key = TypeVar("_Key", int, str)
Sure: TypeAlias = Literal["certain", "likely", "perhaps"]

AT_MOST = 5
_OWN_WORDS = 0.12  # what the clause's own words count beside its topics
_NAMED = 0.6  # what it counts that a clause holds every word of a short question
_SHORT = 3  # words: a question of no more is a name for something
_TRUST_NAMES = 0.6  # how much such a name tells that the protocol says something
_SCOPE = 0.45  # below this the protocol is taken not to say
_LIKELY, _CLEAR = 0.75, 0.5  # from here the protocol likely says something, and the first clause likely is it
_ONE_TOPIC = 0.3  # how likely a topic must be where just one is wanted
LONGEST = 600  # characters of a question; more is a story
_PLACES, _SAME = 9, 2e-9  # to how many places scores are compared, and what can't be told apart then
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
        return "likely" if self.score >= _LIKELY and self.findings[0].score >= _CLEAR else "perhaps"


class Finder:
    """Looks things up in one council's protocol."""

    def __init__(self, contents: Contents, matcher: Matcher) -> None:
        self._contents = contents
        self._matcher = matcher
        self._topics = matcher.topics
        self._references = References(contents)
        self._stands = contents.clauses()
        self._by_topic = _topic_index(self._stands, matcher.topics)
        self._covered = frozenset(topic for stand in self._stands for topic in stand.topics)
        self._by_word = _word_index(self._stands)

    def over(self, contents: Contents) -> "Finder":
        """The same for another wording, with what was learnt of the topics."""
        return Finder(contents, self._matcher)

    def find(self, question: str) -> Found:
        """The clauses that answer a question, best first, at most five."""
        question = question[:LONGEST]
        if (reference := self._references.read(question) or self._side(question)) is not None:
            findings = tuple(Finding(stand, 1.0) for stand in reference.stands[:AT_MOST])
            return Found(findings, bool(findings), 1.0 if findings else 0.0, reference=reference)
        asked = self._asked(question)
        likely = self._matcher.likely(asked)
        return self._weigh(likely, self._own_words(asked), self._named(asked))

    def key(self, question: str) -> str:
        """A fingerprint, the same for two askings of the same question: of its stems, mended, in their order.

        Empty for words that say nothing, which are all alike.
        """
        asked = " ".join(self._asked(question[:LONGEST]))
        return blake2s(asked.encode(), digest_size=16).hexdigest() if asked else ""

    def _side(self, question: str) -> Reference | None:
        """The lists that answer a question about one side's whole part."""
        topic = sides.topic(question)
        stands = self._contents.first_on(topic) if topic else []
        return Reference(self._topics[topic].name, tuple(stands)) if topic and stands else None

    def _asked(self, question: str) -> list[str]:
        return self._matcher.mended(_ABOUT.sub("", question))

    def reference(self, text: str) -> Reference | None:
        """The clause or heading that a few words name, if they name one."""
        return self._references.read(text)

    def knows(self, word: str) -> bool:
        """Whether questions are asked with this very word."""
        return self._matcher.wrote(word)

    def topic(self, text: str) -> str | None:
        """The topic that a few words are about, or that the clause they name is first of all about; None in doubt."""
        if (reference := self._references.read(text)) is not None:
            return next((topic for stand in reference.stands for topic in stand.topics[:1]), None)
        likely = self._matcher.likely(self._asked(text))
        best = max(likely, key=lambda id: (likely[id], id), default=None)
        return best if best is not None and likely[best] >= _ONE_TOPIC else None

    def _weigh(self, likely: Mapping[str, float], own: dict[int, float], named: dict[int, float]) -> Found:
        scores: defaultdict[int, float] = defaultdict(float)
        if likely:
            chances = [*likely.values()]
            for topic, i, counts in zip(*self._by_topic, strict=True):
                scores[i] += chances[topic] * counts
        for i, value in own.items():
            scores[i] += _OWN_WORDS * value
        for i, value in named.items():
            scores[i] += _NAMED * value
        best = _best(scores)
        findings = tuple(Finding(self._stands[i], min(scores[i], 1.0)) for i in best)
        score = self._scope(likely, max(named.values(), default=0.0))
        topics = tuple((topic, likely[topic]) for topic in _best(likely))
        return Found(findings, bool(findings) and score >= _SCOPE, score, topics)

    def _scope(self, likely: Mapping[str, float], named: float) -> float:
        """How sure the bot is that this protocol says something about it: by topics, or because a clause names it."""
        covered = sum(chance for topic, chance in likely.items() if topic in self._covered)
        return min(1.0, 1 - (1 - covered) * (1 - _TRUST_NAMES * named))

    def _named(self, asked: Sequence[str]) -> dict[int, float]:
        """How nearly each clause holds every word of a short question: somebody who types two words wants those."""
        stems = sorted(set(asked))  # in a fixed order, so that sums come out the same everywhere
        weights = {s: log(1 + len(self._stands) / (self._by_word.count(s) or 1)) for s in stems}
        whole = sum(weights.values()) * max(1.0, len(stems) / _SHORT) or 1.0
        held: defaultdict[int, float] = defaultdict(float)
        for s in stems:
            for i, _ in self._by_word[s]:
                held[i] += weights[s]
        return {i: (value / whole) ** 3 for i, value in held.items()}

    def _own_words(self, asked: Sequence[str]) -> dict[int, float]:
        scores: defaultdict[int, float] = defaultdict(float)
        for s in sorted(set(asked)):
            for i, weight in self._by_word[s]:
                scores[i] += weight
        top = max(scores.values(), default=0.0) + 3.0  # a lone weak match stays weak
        return {i: value / top for i, value in scores.items()}


def _best(scores: Mapping[_Key, float]) -> list[_Key]:
    """Those with the highest scores, the highest first; of two that are as good as the same, the lesser."""
    least = min(sorted(scores.values())[-AT_MOST:], default=0.0)
    near = [one for one, score in scores.items() if score >= least - _SAME]  # few: rounding all of them is slow
    return sorted(near, key=lambda one: (-round(scores[one], _PLACES), one))[:AT_MOST]


def _topic_index(stands: Sequence[Stand], topics: Topics) -> "tuple[array[int], array[int], array[float]]":
    """Which clauses are on which topics, in three columns: a topic's number, a clause's, what the topic counts there.

    In the topics' order. A wording that was adopted may be tagged with one that nobody asks for any more.
    """
    numbers = {topic.id: k for k, topic in enumerate(topics)}
    rows = sorted(
        (numbers[topic], i, worth(rank))
        for i, stand in enumerate(stands)
        for rank, topic in enumerate(stand.topics)
        if topic in numbers
    )
    return (
        array("H", (topic for topic, _, _ in rows)),
        array("H", (clause for _, clause, _ in rows)),
        array("d", (counts for _, _, counts in rows)),
    )


def _word_index(stands: Sequence[Stand]) -> Rows:
    """BM25 weights of every stem in every clause: its own words twice, its headings and lead-in once."""
    above: dict[tuple[tuple[str, ...], str], list[str]] = {(stand.path, stand.lead_in): [] for stand in stands}
    for path, lead_in in above:
        above[path, lead_in] = stems(" ".join((*path, lead_in)))
    texts = [Counter(stems(stand.wording) * 2 + above[stand.path, stand.lead_in]) for stand in stands]
    usual = sum(text.total() for text in texts) / max(1, len(texts))
    holders = Counter(s for text in texts for s in text)
    index: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for i, text in enumerate(texts):
        damp = _SATURATE * (1 - _LENGTH + _LENGTH * text.total() / usual)
        for s, n in text.items():
            rare = log(1 + (len(texts) - holders[s] + 0.5) / (holders[s] + 0.5))
            index[s].append((i, rare * n * (_SATURATE + 1) / (n + damp)))
    return Rows(index, "d")
