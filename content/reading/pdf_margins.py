"""Tells what is printed on each page again and again, and the notes at its foot, from the text between.

In: the lines of all pages, each from top to bottom and as wide as its page. Out: for each page, which lines are header,
footer, notes and body. Never: takes for a header what stands on one page alone, but for a plain page number.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from content.reading.pdf_lines import Printed
from content.reading.repeating import alike, counts_page, stands_for_itself

#: Headers and footers stand in this share of the page's height, and have no more lines than this.
_ZONE, _MOST, _FEW = 0.2, 6, 3
_LEVEL = 6.0
#: A header is looked for on so many pages before and after: parts of a document may have headers of their own.
_AROUND = 6
#: No header is longer, in letters.
_WIDEST = 200
_PAGE_NUMBER = re.compile(
    r"[\s|–—-]*(?:page|p\.?|pg\.?|tudalen)?[\s:]*(?P<number>\d{1,3}|[ivxl]{1,6})"
    r"(?:\s*(?:of|/|o)\s*(?P<all>\d{1,3}))?[\s|–—-]*",
    re.IGNORECASE,
)
_PAGE_WORDS = re.compile(r"\b(?:page|tudalen)\s+\d{1,3}(?:\s+(?:of|o)\s+\d{1,3})?\s*$", re.IGNORECASE)
_NOTE = re.compile(r"\s*(?:\d{1,3}|[*†‡§]+|[a-z])(?=[\s).A-Z“‘])")


@dataclass(slots=True)
class Parts:
    """The lines of one page by what they are."""

    header: list[Printed] = field(default_factory=list)
    footer: list[Printed] = field(default_factory=list)
    notes: list[Printed] = field(default_factory=list)
    body: list[Printed] = field(default_factory=list)


def parted(pages: Sequence[Sequence[Printed]], heights: Sequence[float]) -> list[Parts]:
    """Each page's lines by what they are."""
    usual = _usual_size([line for page in pages for line in page])
    parts = []
    for at, page in enumerate(pages):
        lines = sorted(page, key=lambda line: -line.y)
        top = _repeated(pages, heights, at, lines)
        rest = lines[top:]
        bottom = _repeated(pages, heights, at, rest[::-1], foot=True)
        bottom = bottom or _alone(rest, heights[at], at + 1, len(pages), usual)
        body, footer = rest[: len(rest) - bottom], rest[len(rest) - bottom :]
        if not top and body and _is_number(body[0], at + 1, len(pages)) and _high(body[0], heights[at]):
            top, body = 1, body[1:]
        notes = _notes(body, heights[at], usual)
        parts.append(Parts(lines[:top], footer, body[len(body) - notes :], body[: len(body) - notes]))
    return parts


def _usual_size(lines: Sequence[Printed]) -> float:
    """The size of most letters in the document."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += sum(len(word.text) for word in line.words)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _repeated(
    pages: Sequence[Sequence[Printed]],
    heights: Sequence[float],
    at: int,
    lines: Sequence[Printed],
    *,
    foot: bool = False,
) -> int:
    """How many lines, counted from the page's edge, stand on other pages too in the same place."""
    count, start = 0, max(0, at - _AROUND)
    near_by = list(enumerate(pages[start : at + _AROUND + 1], start))
    for line in lines[: _MOST * 2]:
        near = line.y < heights[at] * _ZONE if foot else line.y > heights[at] * (1 - _ZONE)
        if not near or len({round(other.y) for other in lines[: count + 1]}) > _MOST:
            break
        again = sum(
            any(_same(line, at, heights[at], other, there, heights[there], foot=foot) for other in page)
            for there, page in near_by
            if there != at
        )
        if not again or (len(pages) > 4 and again < 2):
            break
        if stands_for_itself(line.text) and again * 2 <= len(near_by) - 1:
            break
        count += 1
    return _block(lines, count)


def _block(lines: Sequence[Printed], count: int) -> int:
    """Of many lines that repeat, those up to the widest gap: what the text itself says twice is no header."""
    if count <= _FEW:
        return count
    gaps = [abs(a.y - b.y) for a, b in pairwise(lines[: count + 1])]
    return gaps.index(max(gaps)) + 1


def _same(
    line: Printed, at: int, height: float, other: Printed, there: int, other_height: float, *, foot: bool
) -> bool:
    """Whether two lines are the same one on two pages: words alike, and a number of the pages counting with them."""
    level = line.y - other.y if foot else (height - line.y) - (other_height - other.y)
    if abs(level) > _LEVEL:
        return False
    if len(line.text) > _WIDEST or abs(line.size - other.size) > 1:
        return False
    return not alike(line.text, at).isdisjoint(alike(other.text, there))


def _is_number(line: Printed, page: int, pages: int) -> bool:
    found = _PAGE_NUMBER.fullmatch(line.text)
    if not found:
        return bool(_PAGE_WORDS.search(line.text)) and counts_page(line.text) and len(line.words) < 16
    number, last = found["number"], found["all"]
    return not number.isdigit() or last is not None or int(number) - page in range(-3, 30) or pages == 1


def _alone(lines: Sequence[Printed], height: float, page: int, pages: int, usual: float) -> int:
    """Footer lines of a page that has no like: a page number, or small print set apart at the very bottom."""
    if not lines:
        return 0
    last = lines[-1]
    low = last.y < height * 0.12
    gap = lines[-2].y - last.y if len(lines) > 1 else height
    if low and _is_number(last, page, pages) and gap > 1.3 * last.size:
        return 1
    if last.y < height * 0.075 and gap > 2.2 * usual and last.size < 0.95 * usual and not _NOTE.match(last.text):
        return 1
    return 0


def _high(line: Printed, height: float) -> bool:
    return line.y > height * 0.88


def _notes(lines: Sequence[Printed], height: float, usual: float) -> int:
    """How many of the last lines are footnotes: smaller letters down to the end, the first with its mark."""
    count = 0
    for line in reversed(lines):
        if line.size > 0.93 * usual or line.y > height * 0.55:
            break
        count += 1
    if not count:
        return 0
    start = len(lines) - count
    gaps = [a.y - b.y for a, b in pairwise(lines)]
    lead = median(gaps) if gaps else usual
    while start < len(lines):
        first = lines[start]
        marked = first.words[0].raised or _NOTE.match(first.text)
        apart = start == 0 or lines[start - 1].y - first.y > 1.1 * lead or lines[start - 1].size > 1.07 * first.size
        if marked and apart:
            return len(lines) - start
        start += 1
    return 0
