"""Tells whether what stands at one page's edge is what stands at another's, and what no page's header can be.

In: a line's text, and the number of its page. Out: yes or no, or what the same lines have in common.
Never: takes a clause's number, a stage's or a day's for the page's.
"""

import re

from content.reading.printed import mark
from content.reading.sentences import bare, whole_sentence

_SENTENCE = 6
_PAGE = r"(?:page|tudalen|pg\.?|p\.)"
#: Copied text loses the gap before the words at a line's right: "…RelationsPage 3".
_SAYS_PAGE = re.compile(rf"(?:\b|(?-i:(?<=[a-z0-9])(?=P))){_PAGE}\s*(\d{{1,4}})\b", re.IGNORECASE)
#: A sentence speaks of a page after these words.
_SPOKEN_OF = re.compile(rf"\b(?:on|see|at|to|from|of|in|and|or|the)\s+{_PAGE}\s*\d", re.IGNORECASE)
_FIRST = re.compile(r"[\s|\[(–—-]*(\d{1,3})(?![\d.,:/)\]]|\s*%)\b")
_LAST = re.compile(r"(?<![\d.,:/£(\[])\b(\d{1,3})[\s|\])–—-]*$")
_BETWEEN = re.compile(r"(?<=[|–—-] )(\d{1,3})(?= [|–—-])")
#: The number after these is theirs.
_NUMBERED = re.compile(
    r"\b(?:stage|step|phase|part|section|paragraph|clause|schedule|appendix|annex|annexe|chapter|level|table|figure|"
    r"article|rule|form|item|note|day|days|within|no|number|or|and)\.?\s+$",
    re.IGNORECASE,
)


def stands_for_itself(text: str) -> bool:
    """A numbered or bulleted line, a whole sentence, or one that leads a list: no header unless the very same text is
    on most pages."""
    found = mark(text)
    if found is not None and found.rest and not bare(found):
        return True
    return whole_sentence(text) or (len(text.split()) >= _SENTENCE and text.endswith(":"))


def counts_page(text: str) -> bool:
    """A line that says which page this is, as headers and footers do."""
    return bool(_SAYS_PAGE.search(text)) and not speaks_of_page(text) and not stands_for_itself(text)


def speaks_of_page(text: str) -> bool:
    """A sentence that sends its reader to a page, and does not count it."""
    return bool(_SPOKEN_OF.search(text)) or text[:1].islower()


def alike(text: str, page: int) -> frozenset[str]:
    """What the same line has on every page: its text, and its text with the page's number as the distance from it.

    Two lines are the same where they have one of these in common. `page` is counted from any number.
    """
    plain = "".join(text.split()).lower()
    place = _page_number(text)
    if place is None:
        return frozenset({plain})
    start, end = place
    counted = f"{text[:start]}#{int(text[start:end]) - page}#{text[end:]}"
    return frozenset({plain, "".join(counted.split()).lower()})


def _page_number(text: str) -> tuple[int, int] | None:
    """Where in a line the page's own number stands, if one may be it."""
    if speaks_of_page(text) and len(text.split()) >= _SENTENCE:
        return None
    if found := _SAYS_PAGE.search(text):
        return found.span(1)
    if stands_for_itself(text):
        return None
    for found in (_LAST.search(text[-60:]), _FIRST.match(text), _BETWEEN.search(text)):
        if found is None:
            continue
        shift = max(0, len(text) - 60) if found.re is _LAST else 0
        start, end = found.start(1) + shift, found.end(1) + shift
        if not _NUMBERED.search(text[max(0, start - 30) : start]) and not _named(text[:start], text[end:]):
            return start, end
    return None


def _named(before: str, after: str) -> bool:
    """One word with its number and nothing else: "Concern 2" is no page's header with a number."""
    return len(before.split()) == 1 and before.strip().isalpha() and not after.strip()
