"""Notices words that may come from the middle of a concern, so that they are handled with care.

In: anybody's words. Out: whether to keep them out of other people's hands, and whether to show the private way first.
Never: decides what happened, keeps anything. In doubt it takes care: the private way is never wrong.
"""

import re
from collections.abc import Iterable

from msgspec import Struct

from bot.matcher import Matcher
from bot.stems import stem, words

_MOOD = 0.3  # how much of a question may be about topics of concern before it counts as one
_STRANGE = 0.5  # what share of words may be unknown: it may be another language, or slang of distress
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


class CareWords(Struct, frozen=True, forbid_unknown_fields=True):
    """`grave` words and `phrases` speak of harm or distress; in a `harmless` fragment a grave word does not count."""

    grave: tuple[str, ...]
    phrases: tuple[str, ...]
    harmless: tuple[str, ...]


class Care:
    """Told once which words are grave, then answers the same to the same."""

    def __init__(self, told: CareWords, matcher: Matcher) -> None:
        self._grave = frozenset(stem(word) for entry in told.grave for word in words(entry))
        self._phrases = _any_of(told.phrases)
        self._harmless = _any_of(told.harmless)
        self._matcher = matcher

    def keeps_back(self, text: str) -> bool:
        """Whether these words must not be passed to anybody."""
        return self.comes_first(text) or self._mood(text) >= _MOOD or self._is_strange(text)

    def comes_first(self, text: str) -> bool:
        """Whether these words tell of harm or distress, so that help comes before any clause."""
        plain = _plain(text)
        if self._phrases.search(plain):
            return True
        spoken = self._harmless.sub(" ", plain).split()
        found = self._grave.intersection(s for word in spoken for s in (stem(word), *self._matcher.mended(word)))
        return bool(found - _OF_RULES) or (bool(found) and not _PEOPLE.isdisjoint(spoken))

    def _mood(self, text: str) -> float:
        likely = self._matcher.likely(self._matcher.mended(text)).topics
        return sum(chance for id, chance in likely.items() if self._matcher.topics[id].concern)

    def _is_strange(self, text: str) -> bool:
        asked = words(text)
        return len(asked) >= _FEW and sum(not self._matcher.knows(word) for word in asked) >= _STRANGE * len(asked)


def _plain(text: str) -> str:
    """Every word, also the short ones, with single spaces around."""
    return f" {' '.join(words(text, every=True))} "


def _any_of(fragments: Iterable[str]) -> re.Pattern[str]:
    """Finds any of these fragments as whole words."""
    parts = sorted({_plain(fragment).strip() for fragment in fragments} - {""}, key=lambda part: (-len(part), part))
    return re.compile(rf"(?<= )(?:{'|'.join(map(re.escape, parts))})(?= )" if parts else r"(?!)")
