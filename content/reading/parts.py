"""Reads the name that the largest parts of a document are printed with: "Part A –", "Section 3:", "Schedule 1:".

In: a line's text. Out: the word and number as printed, and the words after it. Never: decides that it is a heading.
"""

import re
from typing import NamedTuple

_WORD = r"(?:part|section|appendix|annexe?|schedule|chapter|article)"
_NUMBER = r"(?:\d{1,2}(?:\.\d{1,2})?[A-Z]?|[A-Z]|[IVX]{1,5})"
_NAMED = re.compile(rf"^{_WORD}\s+{_NUMBER}\b(?!\s+(?:of|to)\b)", re.IGNORECASE)
_ALONE = re.compile(rf"\s*(?P<ref>{_WORD}\s+{_NUMBER})\s*(?:[:.]\s*[-–—]?|[-–—]+)?\s*", re.IGNORECASE)
#: A hyphen parts the name from the words only where there is space before it: "Part A-level" is none.
_PARTED = re.compile(
    rf"\s*(?P<ref>{_WORD}\s+{_NUMBER})(?:\s*:\s*[-–—]?|\.\s|\s*[–—]|\s+-+\s)\s*(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
#: What may hold which: an appendix stands beside a part.
_RANKS = {"part": 1, "appendix": 1, "annex": 1, "annexe": 1, "schedule": 1, "chapter": 2, "section": 3, "article": 4}


class Named(NamedTuple):
    """`ref` as printed without the colon or dash after it, and the heading's own words."""

    ref: str
    rest: str


def named_part(text: str) -> bool:
    """It begins as the largest parts of a document do: "Part 2", "Appendix A", "Section 4"."""
    return bool(_NAMED.match(text))


def parted_name(text: str) -> Named | None:
    """The name and the words of "Section 3: Roles"; None where no colon, dash or stop parts them."""
    found = _PARTED.fullmatch(text)
    return Named(found["ref"], found["rest"].strip()) if found else None


def name_alone(text: str) -> str:
    """The name that is all of a text, as a format prints it before a heading's words; empty where it is not."""
    found = _ALONE.fullmatch(text)
    return found["ref"] if found else ""


def rank(text: str) -> int:
    """How large a part the name is of, 1 the largest; 0 where the text does not begin with one."""
    return _RANKS[text.split()[0].lower()] if named_part(text) else 0
