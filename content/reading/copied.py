"""Puts numbers and letters back before their paragraphs, where a copy out of a PDF left them in a column of their own.

In: printed lines, and how the file is written. Out: the same words, every mark with its text.
Never: goes by half: where marks and paragraphs do not come out even, the lines stay as they are.
"""

from collections import deque
from collections.abc import Callable, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from content.reading.broken import LISTED
from content.reading.printed import Mark, mark
from content.reading.sentences import alone, bare, dotted, final, following, follows, letter_of
from content.reading.wrapped import Paragraphs, Printed

#: A list that is copied so is no longer than this, in lines.
_REACH = 200
_Carries = Callable[[Sequence[Printed], Printed], bool]


def put_back(lines: Sequence[Printed]) -> list[Printed]:
    """The lines, with every mark that was parted from its text by other marks before it again."""
    paragraphs = Paragraphs(lines)
    found: list[Printed] = []
    at = 0
    while at < len(lines):
        column = _column(lines, at)
        mended = _mended(lines, at, column, paragraphs) if _parted(lines, at, column) else None
        if mended:
            found += mended.lines
            at += len(column) + mended.used
        else:
            found += column or lines[at : at + 1]
            at += len(column) or 1
    return found


def _column(lines: Sequence[Printed], at: int) -> list[Printed]:
    """The numbers, letters and bullets alone on their lines that follow on each other from here."""
    return list(takewhile(lambda line: alone(line.text) and not line.cells, lines[at : at + _REACH]))


def _parted(lines: Sequence[Printed], at: int, column: Sequence[Printed]) -> bool:
    """These marks stand apart from their texts: there are several, or one stands between a list and what leads it."""
    marks = [found for line in column if (found := mark(line.text))]
    numbers = [found for found in marks if found.sort == "number"]
    listed = [found for found in marks if found.sort != "number"]
    if not marks or any(bare(number) for number in numbers) or not _one_list(listed):
        return False
    if not all(follows(after.parts, before.parts) for before, after in pairwise(numbers)):
        return False
    after = lines[at + len(column)] if at + len(column) < len(lines) else None
    if after is None:
        return False
    led = at > 0 and lines[at - 1].text.endswith(":")
    next_listed = (next_mark := mark(after.text)) is not None and next_mark.sort != "number"
    return len(listed) > 1 or len(numbers) > 1 or (led and bool(numbers) and (bool(listed) or next_listed))


def _one_list(marks: Sequence[Mark]) -> bool:
    """The same bullet again and again, or letters that count on."""
    if any(found.sort == "bullet" for found in marks):
        return len({found.ref for found in marks}) == 1
    known = frozenset({"a", "i"})
    for place, found in enumerate(marks):
        letter = letter_of(found)
        if place and letter not in known:
            return False
        known |= following(letter)
    return True


class _Mended(NamedTuple):
    """Paragraphs with their marks, and how many lines after the column were used up for them."""

    lines: list[Printed]
    used: int


def _mended(lines: Sequence[Printed], at: int, column: Sequence[Printed], paragraphs: Paragraphs) -> _Mended | None:
    """The column and the paragraphs after it as one, by the first way of parting these that leaves nothing over."""
    start = at + len(column)
    after = lines[start : start + _REACH]
    listed = sum(not _is_number(line) for line in column)
    block = 1 + sum(1 for _ in takewhile(lambda line: not line.gap and mark(line.text) is None, after[1:]))
    first = _each_its_own if listed == block > 1 else _by_print(paragraphs)
    ways = (_Texts(column, carries, paragraphs).read(after) for carries in (first, _by_stops))
    found = [made for made in ways if made]
    return next((made for made in found if _even(made.lines)), found[0] if found else None)


def _is_number(line: Printed) -> bool:
    found = mark(line.text)
    return found is not None and found.sort == "number"


def _each_its_own(_so_far: Sequence[Printed], _line: Printed) -> bool:
    return False


def _by_print(paragraphs: Paragraphs) -> _Carries:
    return lambda so_far, line: not _over(so_far) and paragraphs.carries_on(so_far, line)


def _over(so_far: Sequence[Printed]) -> bool:
    return bool(LISTED.search(so_far[-1].text))


def _by_stops(so_far: Sequence[Printed], line: Printed) -> bool:
    return not line.gap and not _over(so_far) and not final(so_far[-1].text)


def _even(made: Sequence[Printed]) -> bool:
    """Every paragraph before another ends with a stop, and all of the list's stand apart or none, as in most lists."""
    ends = [before for before, line in pairwise(made) if line.begins]
    listed = [line for line in made if line.begins and not _is_number(line)]
    apart = {bool(line.gap) for line in listed[1:]}
    return len(apart) < 2 and all(final(line.text) or _over([line]) for line in ends)


def _in_order(listed: Sequence[Printed]) -> list[Printed]:
    """The marks of a list as their texts follow: a list within it, begun under its last line, is before what waits."""
    runs: list[list[Printed]] = []
    known: frozenset[str] = frozenset()
    for line in listed:
        found = mark(line.text)
        letter = letter_of(found) if found else ""
        if not runs or (letter in ("a", "i") and letter not in known):
            runs.append([])
        runs[-1].append(line)
        known = following(letter)
    waits = bool(listed) and (first := mark(listed[0].text)) is not None and letter_of(first) not in ("a", "i")
    return [line for run in (runs[::-1] if waits else runs) for line in run]


class _Texts:
    """Hands the marks of a column to the paragraphs after it: letters to a list's, then numbers to those after it."""

    def __init__(self, column: Sequence[Printed], carries: _Carries, paragraphs: Paragraphs) -> None:
        self._listed = deque(_in_order([line for line in column if not _is_number(line)]))
        self._numbers = deque(line for line in column if _is_number(line))
        self._carries, self._paragraphs = carries, paragraphs
        self._column = frozenset(line.text for line in column)
        self._gap = column[0].gap
        self._made: list[Printed] = []
        self._so_far: list[Printed] = []

    def read(self, lines: Sequence[Printed]) -> _Mended | None:
        """All up to the line that takes the last mark; None where one is left over."""
        run: list[Printed] = []
        for used, line in enumerate(lines, start=1):
            if line.cells or dotted(line.text) or line.text in self._column:  # the same mark again: another list
                return None
            if alone(line.text) and not _is_number(line):
                run.append(line)
                continue
            self._listed.extendleft(reversed(run))
            run = []
            if not self._hear(line):
                return None
            if not self._listed and not self._numbers:
                return _Mended(self._made, used)
        return None

    def _hear(self, line: Printed) -> bool:
        """Takes a line; False for one that has a clause's number of its own."""
        if self._so_far and self._carries(self._so_far, line):
            self._so_far.append(line)
            self._made.append(line._replace(begins=False))
            return True
        found = mark(line.text)
        if found and found.sort == "number":
            return False
        self._begin(line if found else self._marked(line))
        return True

    def _marked(self, line: Printed) -> Printed:
        taken = (self._listed or self._numbers).popleft()
        return line._replace(text=f"{taken.text} {line.text}")

    def _begin(self, line: Printed) -> None:
        line = line._replace(begins=True, gap=line.gap if self._made else self._gap)
        self._paragraphs.note(line.text)
        self._so_far = [line]
        self._made.append(line)
