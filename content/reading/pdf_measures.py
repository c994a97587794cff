"""Measures how a document is set: margins, the distance of lines, how numbers hang.

In: its lines in reading order. Out: a `Setting`, and each line with the edges of its column. Never: decides what is a
paragraph.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from content.reading.pdf_lines import Printed
from content.reading.printed import mark

_LONG = 5
_LABEL = 14
_BROKEN = re.compile(r"\w[-\u00ad\u2010\u2011–]$")
_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3})*")
_NEAR = 3.0


@dataclass(slots=True)
class Setting:
    """What is usual in the document.

    `leading` is the distance of baselines within a paragraph as a share of the letters' size, by that size and, under
    0, for all. `hanging` and `flush` count, for numbers and bullets, whether the second line stands under the text or
    under the mark. `indented`: paragraphs begin with a blank at their first line. `numbered`: most of them have marks.
    `labels` are what paragraphs begin with again and again that is no plain number, its digits as #: "Rule #", "A#".
    """

    leading: dict[float, float] = field(default_factory=dict)
    hanging: int = 0
    flush: int = 0
    indented: bool = False
    numbered: bool = False
    labels: frozenset[str] = frozenset()

    def lead(self, size: float) -> float:
        """The usual distance of two baselines, in points, for letters of this size."""
        return self.leading.get(round(size), self.leading.get(0, 1.2)) * size


def edged(lines: Sequence[Printed]) -> list[Printed]:
    """Each line with the edges of its column, and whether that is justified."""
    streams = [list(group) for _, group in groupby(lines, key=lambda line: (line.page, line.stream))]
    columns: dict[tuple[str, int], list[Printed]] = {}
    for stream in streams:
        # Pages that face each other may have mirrored margins.
        columns.setdefault((stream[0].column, stream[0].page % 2), []).extend(stream)
    edges = {key: _edges(column) for key, column in columns.items()}
    both = {column: _edges(columns.get((column, 0), []) + columns.get((column, 1), [])) for column, _ in columns}
    placed: list[Printed] = []
    for stream in streams:
        column = stream[0].column
        left, right, justified = edges[column, stream[0].page % 2]
        if abs(left - both[column][0]) < _NEAR * 2 and abs(right - both[column][1]) < _NEAR * 4:
            left, right, justified = both[column]
        placed += [replace(line, left=left, right=right, justified=justified) for line in stream]
    return placed


def _edges(lines: Sequence[Printed]) -> tuple[float, float, bool]:
    if not lines:
        return 0.0, 0.0, False
    starts = sorted(line.x0 for line in lines)
    left = next((x for x, after in pairwise(starts) if after - x < 2), starts[0])
    long = sorted(line.x1 for line in lines if len(line.words) >= _LONG and not line.tabbed() and line.table is None)
    long = long or sorted(line.x1 for line in lines)
    # The longest line but a few: one that juts out of the column says nothing of it.
    right = long[-1 - len(long) // 40]
    at_edge = sum(abs(x - right) < 1.0 for x in long)
    return left, right, len(long) > 3 and at_edge >= 0.45 * len(long)


def short(line: Printed, after: Printed) -> float:
    """By how many points the first word after it would have fitted at a line's end; 0 where it would not.

    A line that was only wrapped is never short.
    """
    if _BROKEN.search(line.words[-1].text):
        return 0.0
    word = after.words[0].x1 - after.words[0].x0
    for glued in after.words[1:]:
        if not glued.glued:
            break
        word = glued.x1 - after.words[0].x0
    blank = 0.22 * line.size
    if centred(line) and centred(after) and abs(line.x0 - after.x0) > _NEAR:
        return max(0.0, (line.right - line.left) - (line.x1 - line.x0) - blank - word - 1)
    return max(0.0, line.right - line.x1 - blank - word - 0.5)


def centred(line: Printed) -> bool:
    """Whether a line stands in the middle of its column, well away from its edges."""
    before, behind = line.x0 - line.left, line.right - line.x1
    return before > 12 and behind > 12 and abs(before - behind) < 0.6 * line.size


def text_start(line: Printed) -> float:
    """Where a line's text begins after its number, bullet or label."""
    words = label(line) or int(mark(line.text) is not None)
    return line.words[words].x0 if len(line.words) > words else line.x0


def label(line: Printed) -> int:
    """How many words of a line are a number, a bullet or a label (A1, Rule 3) that a tab sets off; 0 for none."""
    for count in range(1, min(4, len(line.words))):
        said = " ".join(word.text for word in line.words[:count])
        if len(said) > _LABEL:
            break
        if _set_apart(line, count):
            short_mark = count == 1 and mark(f"{said} Xyz") is not None
            return count if short_mark or any(letter.isdigit() for letter in said) else 0
    return 0


def shapes(line: Printed) -> Iterator[str]:
    """What a label at the beginning of a line would look like with its digits as #, one word of it or two."""
    for count in (1, 2):
        words = " ".join(word.text for word in line.words[:count])
        shape = _NUMBERS.sub("#", words.rstrip(".:"))
        if len(line.words) > count and len(words) <= _LABEL and shape.count("#") == 1 and shape.strip("()[].") != "#":
            yield shape


def _set_apart(line: Printed, count: int) -> bool:
    """Whether the gap after so many words is wider than the others: a tab follows a number."""
    gaps = sorted(b.x0 - a.x1 for a, b in pairwise(line.words[count:]) if not b.glued)
    usual = gaps[len(gaps) // 2] if len(gaps) > 1 else 0.28 * line.size
    return line.words[count].x0 - line.words[count - 1].x1 > max(0.5 * line.size, 1.5 * usual)


def setting(lines: Iterable[Printed]) -> Setting:
    """What is usual in these lines."""
    found = Setting()
    leads: dict[float, Counter[float]] = {}
    labels: Counter[str] = Counter()
    apart = indents = pairs = 0
    marked = begun = 0
    for a, b in pairwise(lines):
        begun += 1
        marked += bool(label(a)) or mark(a.text) is not None
        if short(a, b) or label(b) or a.y - b.y > 1.9 * b.size:
            labels.update(set(shapes(b)))
        if (a.page, a.stream) != (b.page, b.stream) or a.table or b.table or abs(a.size - b.size) > 0.6:
            continue
        if short(a, b) or not 0.8 < (a.y - b.y) / a.size < 4 or label(b):
            continue
        for size in (float(round(a.size)), 0.0):
            leads.setdefault(size, Counter())[round((a.y - b.y) / a.size * 25) / 25] += 1
        pairs += 1
        if label(a):
            found.hanging += abs(b.x0 - text_start(a)) < _NEAR
            found.flush += abs(b.x0 - a.x0) < _NEAR
        indents += 8 < a.x0 - b.x0 < 60 and b.x0 - b.left < _NEAR
        apart += a.y - b.y > 1.7 * a.size
    found.leading = {size: _usual(counter) for size, counter in leads.items() if sum(counter.values()) > 2}
    found.indented = indents > 2 and indents > 0.05 * pairs
    found.labels = frozenset(shape for shape, count in labels.items() if count > 3)
    found.numbered = marked > 0.3 * begun
    return found


def _usual(counter: Counter[float]) -> float:
    """The most frequent distance; of neighbours that are nearly as frequent, their mean."""
    top, _ = counter.most_common(1)[0]
    near = {lead: count for lead, count in counter.items() if abs(lead - top) < 0.05}
    return sum(lead * count for lead, count in near.items()) / sum(near.values())
