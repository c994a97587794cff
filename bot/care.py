"""Notices words that may come from the middle of a concern, so that they are handled with care.

In: anybody's words. Out: whether to keep them out of other people's hands, and an answer from other people's eyes;
whether to show the private way first.
Never: decides what happened; remembers words of concern, even while it runs. In doubt it takes care: the private way
is never wrong.
"""

import re
from collections import Counter
from collections.abc import Iterable
from math import log

from msgspec import Struct

from bot.matcher import Matcher
from bot.remembered import Remembered
from bot.stems import plain, stem, words

_MOOD = 0.3  # how much of a question may be about topics of concern before it counts as one
#: From here words tell of something rather than ask (log odds); plainly, with people in them or without any.
_TELLS, _TELLS_PLAINLY, _TELLS_ALL = 0.5, 2.0, 3.5
_ELSEWHERE = 0.6  # how likely it must be that something else is meant
_STRANGE = 0.5  # what share of words may be unknown: it may be another language, or slang of distress
_LATELY = 256  # messages known to be harmless: each is asked about several times, and the same are asked again
_FEW = 3  # words; fewer tell nothing about strangeness
#: Words for things that protocols have rules about: alone they are a question, with a person in it a concern.
_OF_RULES = frozenset(
    stem(word)
    for word in "bully bullying harass harassment grievance complain complaint discrimination victimise victimisation "
    "disciplinary discipline retaliation conflict mediation whistleblowing intimidation abuse threat".split()
)
_PEOPLE = frozenset(
    "i im ive me my mine myself he hes him his she shes her hers they theyre them their we us our".split()
)

#: Somebody who says that they want to raise something; a question about how it is done goes on to the clauses.
_WANTS_IN = re.compile(
    r"""
    ^\ (?: (?: please | hello | hi ) \ )*
    (?: i \ (?: would \ like | d \ like | want | wish | need | have ) \ to
      | (?: id | i\ am | im ) \ (?: like | going ) \ to
      | can \ i (?: \ please )? | let \ me )
    \ (?: (?: formally | please ) \ )?
    (?: complain | report | make \ a (?: \ formal )? \ complaint
      | (?: raise | file | lodge | bring | start ) \ (?: a | an | my | some | this ) ) \b
    """,
    re.VERBOSE,
)

_OPENS_A_QUESTION = frozenset(
    "what whats who whos whose when where wheres which why how hows can could should shall may might must will would "
    "is are am do does did has have if".split()
)


class CareWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`grave` words and `phrases` speak of harm or distress; in a `harmless` fragment a grave word does not count.

    `told` are made-up messages that tell of something gone wrong, to learn their words from.
    """

    grave: tuple[str, ...]
    phrases: tuple[str, ...]
    harmless: tuple[str, ...]
    told: tuple[str, ...]


class Care:
    """Told once which words are grave, then answers the same to the same."""

    def __init__(self, given: CareWords, matcher: Matcher) -> None:
        single = [entry for entry in given.grave if len(words(entry, every=True)) == 1]
        self._grave = frozenset(stem(word) for entry in single for word in words(entry, every=True))
        self._phrases = _any_of({*given.phrases, *given.grave} - set(single))
        self._harmless = _any_of(given.harmless)
        self._matcher = matcher
        self._of_concern = [topic.id for topic in matcher.topics if topic.concern]
        self._outside = [topic.id for topic in matcher.topics if topic.outside]
        self._odds = _odds(given.told, [ask for topic in matcher.topics for ask in topic.asks])
        self._harmless_lately: Remembered[bool] = Remembered(_LATELY)

    def keeps_back(self, text: str) -> bool:
        """Whether these words must not be passed to anybody."""
        if self._harmless_lately.get(text):
            return False
        back = self._holds_back(text)
        if not back:
            self._harmless_lately.put(text, True)
        return back

    def is_somebodys(self, text: str) -> bool:
        """Whether these words may tell what happened to somebody, so that nothing is said to them before everybody.

        A question about the rules is none of these, whatever the rules are about.
        """
        about_people = not _PEOPLE.isdisjoint(plain(text).split())
        tells = about_people and self._telling(text) >= _TELLS
        return tells or self.comes_first(text) or self._is_strange(text)

    def wants_in(self, text: str) -> bool:
        """Whether these words ask for the way to raise a concern: “I want to complain about …”."""
        return _WANTS_IN.search(plain(text)) is not None

    def comes_first(self, text: str) -> bool:
        """Whether these words tell of harm or distress, so that help comes before any clause."""
        return not self._harmless_lately.get(text) and self._tells_of_harm(text)

    def _holds_back(self, text: str) -> bool:
        """What is quickly found out comes first: it is asked several times of what is not remembered."""
        return (
            self._telling(text) >= _TELLS
            or self._is_strange(text)
            or self._mood(text) >= _MOOD
            or self._tells_of_harm(text)
        )

    def _tells_of_harm(self, text: str) -> bool:
        said = plain(text)
        spoken = self._harmless.sub(" ", said).split()
        about_people = not _PEOPLE.isdisjoint(spoken)
        if self._phrases.search(said):
            return True
        if self._telling(text) >= (_TELLS_PLAINLY if about_people else _TELLS_ALL) and not self._is_elsewhere(text):
            return True
        found = self._grave.intersection(s for word in spoken for s in (stem(word), *self._matcher.mended(word)))
        return bool(found - _OF_RULES) or (bool(found) and about_people)

    def _telling(self, text: str) -> float:
        """How much rather these are the words of somebody who tells than of somebody who asks (log odds)."""
        return sum(self._odds.get(s, 0.0) for s in sorted(_stems(text)))

    def _mood(self, text: str) -> float:
        return self._about(self._of_concern, text)

    def _is_elsewhere(self, text: str) -> bool:
        """Whether it is rather about something that no protocol deals with."""
        return self._about(self._outside, text) >= _ELSEWHERE

    def _about(self, topics: Iterable[str], text: str) -> float:
        """How likely it is about one of these, 0 to 1."""
        likely = self._matcher.likely(self._matcher.mended(text))
        return sum(likely[id] for id in topics) if likely else 0.0

    def _is_strange(self, text: str) -> bool:
        asked = words(text)
        return len(asked) >= _FEW and sum(not self._matcher.knows(word) for word in asked) >= _STRANGE * len(asked)


def _stems(text: str) -> set[str]:
    """The stems of a message, and whether it opens like a question."""
    said = words(text, every=True)
    return {*map(stem, said), *(["?"] if said and said[0] in _OPENS_A_QUESTION else [])}


def _odds(told: Iterable[str], asked: Iterable[str]) -> dict[str, float]:
    """For each word how much likelier somebody who tells uses it than somebody who asks (log odds).

    A word seen once tells little: each is taken to have been seen three times more, in the usual shares.
    """
    telling, asking = [_stems(text) for text in told], [_stems(text) for text in asked]
    tells = Counter(s for stems in telling for s in stems)
    asks = Counter(s for stems in asking for s in stems)
    usual = len(telling) / (len(telling) + len(asking))
    odds = log(usual) - log(1 - usual)
    return {s: log((tells[s] + 3 * usual) / (asks[s] + 3 * (1 - usual))) - odds for s in sorted(tells | asks)}


def _any_of(fragments: Iterable[str]) -> re.Pattern[str]:
    """Finds any of these fragments as whole words."""
    parts = sorted({plain(fragment).strip() for fragment in fragments} - {""}, key=lambda part: (-len(part), part))
    return re.compile(rf"(?<= )(?:{'|'.join(map(re.escape, parts))})(?= )" if parts else r"(?!)")
