"""Parts a page that is set in columns, and says in which order its lines are read.

In: the lines of a page, as wide as it is. Out: the same lines, cut at the gutters, in reading order, with the number of
their column in `stream`. Never: takes hanging numbers, or the cells of a table, for a column of text.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from statistics import median
from typing import NamedTuple

from content.reading.pdf_lines import MOST_LINES, Printed, Word

#: A gutter is looked for every so many points, in the middle part of the page: columns are of similar width.
_STEP, _MIDDLE = 2.0, 0.22
#: So many lines must stand on either side before white space is a gutter and not chance.
_ENOUGH = 5
_WORDS = 3
#: A column of nothing but these belongs to a contents list.
_PAGE = re.compile(r"\d{1,3}|[ivxl]{1,6}")


class Gutter(NamedTuple):
    """White space between two columns, and the lines (by their place on the page) that it parts."""

    x0: float
    x1: float
    first: int
    last: int

    @property
    def middle(self) -> float:
        """Where the page is cut."""
        return (self.x0 + self.x1) / 2


def in_order(lines: Sequence[Printed], known: Sequence[float] = ()) -> list[Printed]:
    """The lines of a page in reading order: down the left column first.

    `known` are the middles of gutters on other pages of the document: there, few lines are enough to tell.
    """
    ordered = _parted(sorted(lines, key=lambda line: -line.y), known, 3)
    placed: list[Printed] = []
    for number, column in enumerate(ordered):
        placed += [replace(line, stream=number) for line in column]
    return placed


def gutters(lines: Sequence[Printed]) -> list[float]:
    """The middles of the gutters of a page."""
    found = _gutter(sorted(lines, key=lambda line: -line.y), ())
    return [found.middle] if found else []


def _parted(lines: list[Printed], known: Sequence[float], deep: int) -> list[list[Printed]]:
    gutter = _gutter(lines, known) if deep and len(lines) > 1 else None
    if gutter is None:
        return [lines] if lines else []
    above, among, below = lines[: gutter.first], lines[gutter.first : gutter.last + 1], lines[gutter.last + 1 :]
    left = [side for line in among if (side := _side(line, gutter.middle, left=True))]
    right = [side for line in among if (side := _side(line, gutter.middle, left=False))]
    return [
        part
        for area, depth in ((above, deep - 1), (left, deep - 1), (right, deep - 1), (below, deep - 1))
        for part in _parted(area, known, depth)
    ]


def _side(line: Printed, x: float, *, left: bool) -> Printed | None:
    words = [word for word in line.words if ((word.x0 + word.x1) / 2 < x) == left]
    # Lines of two columns that nearly stand level were one until now: each has its own height again.
    column = f"{line.column}{'l' if left else 'r'}{round(x / 24)}"
    return replace(line, words=words, column=column, y=median(word.y for word in words)) if words else None


def _gutter(lines: list[Printed], known: Sequence[float]) -> Gutter | None:
    """The gutter that parts most lines, if the page has one."""
    if not lines or len(lines) > MOST_LINES:
        return None
    start, end = min(line.x0 for line in lines), max(line.x1 for line in lines)
    wide = end - start
    best: tuple[int, float, Gutter] | None = None
    spans = [_spans(line) for line in lines]
    x = start + wide * _MIDDLE
    while x < end - wide * _MIDDLE:
        familiar = any(abs(x - other) < 8 for other in known)
        for first, last in _clear(spans, x):
            found = _between(lines, first, last, x, familiar=familiar)
            if found and (best is None or (found.last - found.first, found.x1 - found.x0) > best[:2]):
                best = (found.last - found.first, found.x1 - found.x0, found)
        x += _STEP
    return best[2] if best else None


def _spans(line: Printed) -> tuple[list[float], list[float]]:
    """Where a line's words begin, and how far any word up to each of them goes: what `x` meets is then soon found."""
    words = sorted((word.x0, word.x1) for word in line.words)
    return [x0 for x0, _ in words], list(accumulate((x1 for _, x1 in words), max))


def _clear(spans: Sequence[tuple[list[float], list[float]]], x: float) -> list[tuple[int, int]]:
    """Runs of lines that print nothing at `x`."""
    runs: list[tuple[int, int]] = []
    first: int | None = None
    for at, (starts, ends) in enumerate(spans):
        before = bisect_left(starts, x + 3)
        crossed = before > 0 and ends[before - 1] > x - 3
        if crossed and first is not None:
            runs.append((first, at - 1))
            first = None
        elif not crossed and first is None:
            first = at
    if first is not None:
        runs.append((first, len(spans) - 1))
    return runs


def _between(lines: list[Printed], first: int, last: int, x: float, *, familiar: bool) -> Gutter | None:
    """The gutter at `x` in these lines, cut down to those that do stand in columns."""
    enough = 1 if familiar else _ENOUGH
    rights = [at for at in range(first, last + 1) if lines[at].x1 > x]
    if len(rights) < enough:
        return None
    last = _end(lines, rights[-1], last)
    first = _beginning(lines, rights[0], first)
    among = lines[first : last + 1]
    left = [words for line in among if (words := [word for word in line.words if word.x1 < x])]
    right = [words for line in among if (words := [word for word in line.words if word.x0 > x])]
    if len(left) < enough or len(right) < enough:
        return None
    x0, x1 = max(words[-1].x1 for words in left), min(words[0].x0 for words in right)
    if x1 - x0 < 0.8 * median(line.size for line in among):
        return None
    if not familiar and not (_prose(left) and _prose(right)):
        return None
    if all(len(words) == 1 and _PAGE.fullmatch(words[0].text) for words in right):
        return None
    return Gutter(x0, x1, first, last)


def _end(lines: list[Printed], at: int, last: int) -> int:
    """The last line of the left column, which may be longer than the right: as far as its lines follow closely."""
    while at < last and lines[at].y - lines[at + 1].y < 4.2 * lines[at + 1].size:
        at += 1
    return at


def _beginning(lines: list[Printed], at: int, first: int) -> int:
    """The first line of the left column: a title over both, set apart or larger, is not in it."""
    while at > first:
        gap, size = lines[at - 1].y - lines[at].y, lines[at].size
        if gap > 2.2 * size or lines[at - 1].size > 1.15 * size:
            break
        at -= 1
    return at


def _prose(column: list[list[Word]]) -> bool:
    """Whether these lines are running text: several words each, and many as wide as the column."""
    if median(len(words) for words in column) < (_WORDS if len(column) < 2 * _ENOUGH else _WORDS - 1):
        return False
    start, end = min(words[0].x0 for words in column), max(words[-1].x1 for words in column)
    full = sum(words[-1].x1 > end - 0.2 * (end - start) for words in column)
    return full >= 0.4 * len(column)
