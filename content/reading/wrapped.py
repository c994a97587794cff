"""Finds the paragraphs in lines that a program cut to a width, or left whole, from how the file is written.

In: printed lines with the blank lines before each. Out: which of them carry on the one before.
Never: decides what a paragraph is; looks at more than lengths, marks, stops and capitals.
"""

from collections.abc import Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple

from content.reading.printed import Mark, mark
from content.reading.sentences import (
    alone,
    bare,
    broken_off,
    capitals,
    dotted,
    final,
    following,
    follows,
    last_word,
    letter_of,
    lower,
    one_of_two,
    open_end,
    shortened,
    titled,
    unclosed,
)

#: A number that comes next is spoken of, and begins nothing.
_SPEAKS_OF = frozenset(
    "paragraph paragraphs para paras section sections clause clauses order orders regulation regulations appendix "
    "schedule part article rule rules page no number within least under than over about of by in to at from and or "
    "between every the standing item items note annex chapter policy up".split()
)
_HEADING_WIDTH = 35
_SHORT = 25
#: No program cuts lines further out than this; those that stand further out are whole paragraphs.
_USUAL_WIDTH, _WIDEST = 130, 200


class Printed(NamedTuple):
    """One line as it stands in the file. `indent` is in columns, `gap` the blank lines before it.

    `page` is counted from 1, 0 where the file has no pages; `cut`: a page or a column begins with it; `at` is its place
    among the lines of the file. `cells` are those of a table's row. `begins`: whether a paragraph does with it, where
    that is known beforehand.
    """

    text: str
    indent: int = 0
    gap: int = 0
    page: int = 0
    cut: bool = False
    at: int = 0
    cells: tuple[str, ...] = ()
    begins: bool | None = None

    @property
    def end(self) -> int:
        """The column it ends at."""
        return self.indent + len(self.text)


class Habit(NamedTuple):
    """How a file is written: up to `gap` blank lines stand between lines of one paragraph.

    `width`: a line that would have had room for the next word within so many columns was ended on purpose; 0 where
    lines are not cut to a width.
    """

    gap: int
    width: int


class Paragraphs:
    """Puts the lines of one file together. Knows its habit, the bullets it uses and the numbers it has seen."""

    def __init__(self, lines: Sequence[Printed]) -> None:
        self._lines = lines
        self.habit = habit(lines)
        self._bullets = _bullets(lines)
        self._loose = _loose(lines)
        self._number: tuple[int, ...] = ()
        self._letters = frozenset("ai")

    def groups(self) -> list[list[Printed]]:
        """The lines of each paragraph."""
        found: list[list[Printed]] = []
        for line, after in zip_longest(self._lines, self._lines[1:]):
            if found and self._joins(found[-1], line, after):
                found[-1].append(line)
            else:
                found.append([line])
                self.note(line.text)
        return found

    def _joins(self, so_far: Sequence[Printed], line: Printed, after: Printed | None) -> bool:
        if line.begins is not None:
            return not line.begins
        carries = self.carries_on(so_far, line) and not self._is_apart(so_far[-1], line, after)
        return carries or self._ends_heading(so_far, line, after)

    def note(self, text: str) -> None:
        """A paragraph begins with this: its number is the one the next are measured by."""
        found = mark(text)
        if found is None or found.sort == "bullet":
            return
        if found.sort == "number":
            self._number = found.parts
        else:
            self._letters |= following(letter_of(found))

    def carries_on(self, so_far: Sequence[Printed], line: Printed) -> bool:
        """Whether a line belongs to the paragraph that the lines before it make."""
        before = so_far[-1]
        if before.cells or line.cells or dotted(before.text) or dotted(line.text):
            return False
        if len(so_far) == 1 and alone(before.text):
            return self._belongs_to_number(before, line)
        if self.begins(before, line):
            return False
        if line.gap > self.habit.gap or line.cut:
            return self._over_a_gap(so_far, line)
        return self._next_line(so_far, line)

    def full(self, before: Printed, line: Printed) -> bool:
        """There was no room for the next word: the line ended because of the width."""
        return bool(self.habit.width) and _reach(before, line) >= self.habit.width

    def nearly_full(self, before: Printed, line: Printed) -> bool:
        """There was hardly room for the next word: the letters of most print are not all as wide."""
        return bool(self.habit.width) and _reach(before, line) >= self.habit.width * 0.82

    def begins(self, before: Printed, line: Printed) -> bool:
        """A number, letter or bullet stands before it, and is none that a sentence merely mentions."""
        found = mark(line.text)
        if found is None:
            return False
        if line.gap <= self.habit.gap and (self._is_mentioned(before, found) or self._is_aside(before, line, found)):
            return False
        return final(before.text) or not (self.full(before, line) or line.cut) or self._is_mark(before, found)

    def _is_mentioned(self, before: Printed, found: Mark) -> bool:
        """A sentence speaks of this number or letter: "within 28 days", "paragraph 3.2 of", "(a) or (b)"."""
        if found.sort == "bullet" or final(before.text):
            return False
        if one_of_two(before.text, found):
            return True
        if not lower(found.rest):
            return False
        if last_word(before.text) in _SPEAKS_OF - {"and", "or"}:
            return True
        if found.sort == "number":
            return not follows(found.parts, self._number)
        return letter_of(found) not in self._letters

    def _is_aside(self, before: Printed, line: Printed, found: Mark) -> bool:
        """Two dashes stand around words within a sentence, and the first of them is the line's beginning by chance."""
        paired = found.ref in ("-", "–", "—") and f" {found.ref} " in found.rest
        return paired and lower(found.rest) and not final(before.text) and self.full(before, line)

    def _is_mark(self, before: Printed, found: Mark) -> bool:
        last = last_word(before.text)
        if found.sort == "bullet":
            return found.ref not in "-–—*o" or found.ref in self._bullets
        if found.sort != "number":
            return last not in _SPEAKS_OF - {"and", "or"}
        if last in ("and", "or"):
            return not lower(found.rest) and follows(found.parts, self._number)
        if lower(found.rest) or last in _SPEAKS_OF:
            return False
        return not bare(found) or follows(found.parts, self._number)

    def _belongs_to_number(self, before: Printed, line: Printed) -> bool:
        found = mark(before.text)
        if found is None or line.gap > max(2, self.habit.gap) or alone(line.text):
            return False
        if bare(found) and (line.gap or line.cut or not before.gap):  # a page's number more likely
            return False
        after = mark(line.text)
        return after is None or (found.sort == "number" and after.sort in ("letter", "roman") and not line.gap)

    def _over_a_gap(self, so_far: Sequence[Printed], line: Printed) -> bool:
        before = so_far[-1]
        if final(before.text):
            return False
        if line.cut:
            return open_end(before.text) or (before.end >= _SHORT and (lower(line.text) or self.full(before, line)))
        item = mark(so_far[0].text)
        full = self.full(before, line) and (item is None or item.sort == "number")  # a list's end may stand after it
        return before.end >= _HEADING_WIDTH and lower(line.text) and (full or open_end(before.text))

    def _next_line(self, so_far: Sequence[Printed], line: Printed) -> bool:
        before = so_far[-1]
        if shortened(before.text, line.text) or (broken_off(before.text) and lower(line.text)):
            return True
        if self._shouts(before, line):
            return False
        if len(so_far) > 1 and line.indent < so_far[1].indent - 1 and so_far[1].indent > so_far[0].indent:
            return not final(before.text) and lower(line.text)
        if final(before.text):
            return self._next_sentence(so_far, line)
        if not self.habit.width:
            return lower(line.text) and len(before.text) > 60 and open_end(before.text)
        if lower(line.text):
            return open_end(before.text) or _reach(before, line) >= self.habit.width * 0.5
        return self._same_sentence(so_far, line)

    def _shouts(self, before: Printed, line: Printed) -> bool:
        """One of the two is a heading in capitals, and the other is not."""
        if lower(line.text) or capitals(before.text) == capitals(line.text):
            return False
        ends_sentence = final(line.text) and len(line.text.split()) < 3 and not final(before.text)
        return not ends_sentence and not open_end(before.text)

    def _next_sentence(self, so_far: Sequence[Printed], line: Printed) -> bool:
        """The line before ended with a stop: the paragraph may go on, where there was no room left."""
        set_in = line.indent > so_far[-1].indent + 1 and (len(so_far) > 1 or mark(so_far[0].text) is None)
        if set_in:
            return False
        return self.full(so_far[-1], line) or (mark(so_far[0].text) is not None and self.nearly_full(so_far[-1], line))

    def _same_sentence(self, so_far: Sequence[Printed], line: Printed) -> bool:
        """The line before ended without a stop, and this one begins with a capital: a name, or something new."""
        before = so_far[-1]
        if len(before.text) >= _SHORT and (open_end(before.text) or unclosed(before.text)):
            return True
        if broken_off(before.text):
            return True
        if capitals(before.text) and len(before.text) >= _HEADING_WIDTH:
            return True
        item = mark(so_far[0].text)
        if self._loose and item and item.sort != "number":
            return self.full(before, line) and not line.text.endswith(":")
        if all(titled(one.text) for one in so_far):
            return self.full(before, line)
        return _reach(before, line) >= self.habit.width * 0.7

    def _ends_heading(self, so_far: Sequence[Printed], line: Printed, after: Printed | None) -> bool:
        """The last words of a numbered heading: such letters are larger, and fill a line sooner."""
        before = so_far[0]
        if len(so_far) == 1 and _centred(before, line):
            return True
        if len(so_far) > 1 or after is None or not self.habit.width or line.gap or line.cells or mark(line.text):
            return False
        numbered = (found := mark(before.text)) is not None and found.sort == "number"
        long = len(before.text) >= _HEADING_WIDTH and titled(before.text) and not final(before.text)
        short = len(line.text.split()) < 4 and titled(line.text) and not final(line.text)
        return numbered and long and short and (after.gap > self.habit.gap or mark(after.text) is not None)

    def _is_apart(self, before: Printed, line: Printed, after: Printed | None) -> bool:
        """A line between two stops that has none itself, and room to spare: a heading, whatever stands before it."""
        if after is None or alone(before.text) or lower(line.text) or dotted(line.text):
            return False
        if not final(before.text) or final(line.text):
            return False
        return not lower(after.text) and not self.nearly_full(line, after) and not open_end(line.text)


def habit(lines: Sequence[Printed]) -> Habit:
    """How the file is written, from the lines that carry on a sentence beyond doubt."""
    pairs = [(before, line) for before, line in pairwise(lines) if not line.cut]
    sure = [(before, line) for before, line in pairs if _surely(before, line)]
    gap = 0
    for wide in (1, 2, 3):
        here = sum(line.gap == wide for _, line in sure)
        spaced = here and all(line.gap >= wide for _, line in pairs)
        often = here >= 3 and here >= len(sure) * 0.2
        if spaced or (often and here >= sum(line.gap == wide for _, line in pairs) * 0.1):
            gap = wide
    within = [(before, line) for before, line in sure if line.gap <= gap]
    width = _width(within, lines)
    return Habit(gap if width else 0, width)


def _width(sure: Sequence[tuple[Printed, Printed]], lines: Sequence[Printed]) -> int:
    """What a line and the next word come to at the least where a line was cut; 0 where lines are not cut."""
    if not sure:
        return 0
    ends = sorted(before.end for before, _ in sure)
    middle = ends[len(ends) // 2]
    alike = sum(middle * 0.75 <= end <= middle * 1.25 for end in ends)
    longer = sum(line.end > middle * 1.3 for line in lines)
    widest = _WIDEST if len(ends) > 4 else _USUAL_WIDTH
    if not _SHORT <= middle <= widest or alike < len(ends) * 0.65 or longer > len(lines) * 0.15:
        return 0
    reaches = sorted(_reach(before, line) for before, line in sure)
    return max(reaches[len(reaches) // 10], int(middle * 0.8))


def _surely(before: Printed, line: Printed) -> bool:
    return (
        lower(line.text)
        and not final(before.text)
        and len(before.text) >= _SHORT
        and mark(line.text) is None
        and not dotted(before.text)
    )


def _bullets(lines: Sequence[Printed]) -> frozenset[str]:
    """The dashes and stars that stand before items: where a list is led in, or the line before ended with a stop."""
    found = set()
    for before, line in pairwise(lines):
        here = mark(line.text)
        if here and here.sort == "bullet" and (final(before.text) or line.gap):
            found.add(here.ref)
    return frozenset(found)


def _centred(before: Printed, line: Printed) -> bool:
    """The last word or two of a title, in the middle under the rest of it."""
    if line.gap or line.cut or min(before.indent, line.indent) < 8 or len(line.text.split()) > 2 or final(before.text):
        return False
    both_titled = titled(before.text) and titled(line.text) and not before.text.lower().endswith("council")
    middles = abs(before.indent + before.end - line.indent - line.end)
    return both_titled and middles <= 8 and len(before.text.split()) > 2 and mark(line.text) is None


def _loose(lines: Sequence[Printed]) -> bool:
    """Most items of lists end without a stop."""
    ends = [
        final(before.text) for before, line in pairwise(lines) if (here := mark(line.text)) and here.sort == "bullet"
    ]
    return bool(ends) and sum(ends) * 2 < len(ends)


def _reach(before: Printed, line: Printed) -> int:
    return before.end + 1 + len(line.text.split(None, 1)[0])
