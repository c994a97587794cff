"""Puts the spans of one paragraph together, and parts it where a line break within it stands for a new paragraph.

In: spans of text with their letters' look; a line break is a span of its own. Out: parts, in order, none
of them empty. Never: drops a word.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from content.reading.lines import Line
from content.reading.printed import Mark, mark

#: A break of the line that somebody made by hand: a span whose text is this alone.
BREAK = "\n"
#: Between two paragraphs that became one piece of text, as in a table's cell with a list in it.
PARAGRAPH = "\n\n"

_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff\u200e\u200f]")
_BLANKS = re.compile(r"[^\S\t]+")
_AROUND_TAB = re.compile(r"[^\S\t]*\t[^\S\t]*")
_ENDED = re.compile(r"[.!?:;][\"'”’)\]]*$")
_ITEM_ENDED = re.compile(r"(?:[.!?:;,][\"'”’)\]]*|\b(?:and|or))$")
#: How a line of a list ends that another is to follow.
LISTED = re.compile(r"(?:;|[;,] ?(?:and|or|and/or))$")


class Span(NamedTuple):
    """Letters that look alike; `size` in points, 0 where unknown."""

    text: str
    bold: bool = False
    italic: bool = False
    size: float = 0.0


class Part(NamedTuple):
    """Text that is a paragraph of its own to whoever reads it. `bold`, `italic`: all of its words are."""

    text: str
    bold: bool
    italic: bool
    size: float


def tidy(text: str) -> str:
    """The text as it is printed: what is not seen is gone, runs of blanks are one, tabs stay, the ends are bare.

    Hyphens that hold a line together print as hyphens (U+2011).
    """
    seen = _UNSEEN.sub("", text).replace("\u2011", "-")
    return _AROUND_TAB.sub("\t", _BLANKS.sub(" ", seen)).strip()


def parts(spans: Iterable[Span], *, whole: bool = False) -> list[Part]:
    """What one paragraph says. `whole`: it is a heading, which is one however many lines it takes."""
    found: list[list[Span]] = []
    above: list[Span] = []
    led = None
    blank = listing = False
    for line in _lines(spans):
        text = tidy(_text(line))
        if not text:
            blank = bool(found)
            continue
        listing = listing or tidy(_text(above)).endswith(":")
        if not found or (not whole and (blank or _new(above, line, led=led, listing=listing))):
            found.append([])
            led = mark(text)
        else:
            found[-1].append(Span(" "))
        found[-1].extend(line)
        above, blank = line, False
    return [_part(line) for line in found]


def lines(first: Line, found: Iterable[Part]) -> Iterator[Line]:
    """A paragraph's lines. `first` has its number and its place; what comes after a break goes on with it where it has
    a number, automatic or typed, or goes on itself."""
    line = first
    for place, part in enumerate(found):
        if place:
            numbered = line.goes_on or bool(line.number or line.bullet or mark(line.text))
            goes_on = numbered and mark(part.text) is None
            line = msgspec.structs.replace(line, number="", bullet="", goes_on=goes_on, apart=False)
        line = msgspec.structs.replace(line, text=part.text, bold=part.bold, italic=part.italic, size=part.size)
        yield line


def _lines(spans: Iterable[Span]) -> list[list[Span]]:
    found: list[list[Span]] = [[]]
    for span in spans:
        if span.text == BREAK:
            found.append([])
        elif span.text == PARAGRAPH:
            found += [[], []]
        else:
            found[-1].append(span)
    return found


def _new(before: Sequence[Span], after: Sequence[Span], *, led: Mark | None, listing: bool) -> bool:
    """Whether the line after a break is a paragraph of its own, rather than a line that somebody wrapped by hand.

    `led` is what the paragraph before it begins with; `listing`: something in it ended with a colon.
    """
    first, second = tidy(_text(before)), tidy(_text(after))
    if _all(before, "bold") != _all(after, "bold") and _any(before, "bold") != _any(after, "bold"):
        return True
    if begun := mark(second):
        alike = led is not None and led.sort == begun.sort
        return begun.sort == "bullet" or alike or bool(_ITEM_ENDED.search(first))
    capital = second.lstrip("\"'“‘([")[:1].isupper()
    return bool(LISTED.search(first)) or (capital and (listing or bool(_ENDED.search(first))))


def _text(spans: Iterable[Span]) -> str:
    return "".join(span.text for span in spans)


def _all(spans: Iterable[Span], look: str) -> bool:
    return all(getattr(span, look) for span in spans if span.text.strip())


def _any(spans: Iterable[Span], look: str) -> bool:
    return any(getattr(span, look) for span in spans if span.text.strip())


def _part(spans: Sequence[Span]) -> Part:
    lengths: dict[float, int] = {}
    for span in spans:
        lengths[span.size] = lengths.get(span.size, 0) + len(span.text.strip())
    size = max(lengths, key=lambda each: lengths[each])
    return Part(tidy(_text(spans)), _all(spans, "bold"), _all(spans, "italic"), size)
