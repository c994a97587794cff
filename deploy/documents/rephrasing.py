"""What reading a document says, in a council's own words.

In: a sentence that reading said in English, as it says it at the command line. Out: the same in a council's words.
Never: a sentence lost: what is not known is shown as it is.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from string import Formatter
from typing import Final

from bot.words import EXACTLY, Words
from content import load

#: How the names of these sentences begin.
OF_READING: Final = "read-"
#: The gap that one of `_PARTS` stands in; in the others there are words of the document.
_NESTED: Final = "what"
_PARTS: Final = "read-what-"


def rephrased(words: Words) -> Callable[[str], str]:
    """Says in these words whatever reading said."""

    def said(english: str) -> str:
        found = recognised(english)
        if found is None:
            return english
        name, facts = found
        return words(name, **{gap: said(value) if gap == _NESTED else value for gap, value in facts.items()})

    return said


def recognised(english: str) -> tuple[str, Mapping[str, str]] | None:
    """Which sentence this is, and what stands in its gaps; None for one that is not known."""
    for name, pattern in _patterns().items():
        if found := pattern.fullmatch(english):
            exact = EXACTLY.fullmatch(name)
            whole, count = (exact[1], {"count": exact[2]}) if exact else (name, {})
            return whole, found.groupdict() | count
    return None


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """The longest sentence first: what it says beyond another is not taken for what stands in that one's gap."""
    sentences = load.words().beginning(OF_READING)
    by_length = sorted(sentences, key=lambda name: len(sentences[name]), reverse=True)
    parts = "|".join(re.escape(sentences[name]) for name in by_length if name.startswith(_PARTS))
    return {name: re.compile(_pattern(sentences[name], parts), re.DOTALL) for name in by_length}


def _pattern(sentence: str, parts: str) -> str:
    inside = {_NESTED: parts}
    return "".join(
        re.escape(text) + (f"(?P<{gap}>{inside.get(gap, '.*')})" if gap else "")
        for text, gap, _, _ in Formatter().parse(sentence)
    )
