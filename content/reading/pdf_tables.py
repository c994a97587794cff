"""Finds the tables of a page: by their ruled lines, and where there are none by cells that stand under each other.

In: a page's lines and strokes. Out: `Table`s with their rows, and the lines that are in none. Never: takes a hanging
number, a box around text or two columns of prose for a table.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from content.reading.pdf_glyphs import Stroke
from content.reading.pdf_lines import Printed, Table, Word, written
from content.reading.printed import mark
from content.reading.tabled import only_layout

_NEAR = 3.0
#: A page with more lines than this has a drawing on it and no table.
_MOST = 4_000
#: A gap of so many letter sizes may part two cells where nothing is ruled.
_CELL = 1.6
#: A label is short and has one number or letter in it, and no year; what stands beside it is a sentence.
_LABEL, _RUNNING = 14, 5
_LABELLED = re.compile(r"^(?!.*(?:\d{4}|\d/)).*(?:\d|\b[A-Za-z]\b)")


def ruled(lines: Sequence[Printed], strokes: Sequence[Stroke]) -> tuple[list[Table], list[Printed]]:
    """Tables with ruled columns, and the lines that stand in none."""
    tables: list[Table] = []
    rest = list(lines)
    for group in _groups(strokes) if len(strokes) <= _MOST else ():
        xs, ys = _edges(group, upright=True), _edges(group, upright=False)
        if len(xs) < 3 or len(ys) < 2:
            continue
        inside = [line for line in rest if any(_within(word, line.y, xs, ys) for word in line.words)]
        table = _filled(inside, xs, ys)
        if table is None:
            continue
        taken = {id(line) for line in inside}
        rest = [line for line in rest if id(line) not in taken] + _outside(inside, xs, ys)
        tables.append(table)
    return tables, rest


def _groups(strokes: Sequence[Stroke]) -> list[list[Stroke]]:
    """Strokes that touch each other, directly or through others."""
    groups: list[tuple[list[Stroke], Stroke]] = []
    done: list[list[Stroke]] = []
    for stroke in sorted(set(strokes), key=lambda stroke: (-stroke.y1, stroke.x0)):
        joined, box = [stroke], stroke
        apart: list[tuple[list[Stroke], Stroke]] = []
        for members, around in groups:
            if _touch(box, around):
                joined += members
                box = _around(box, around)
            elif around.y0 > stroke.y1 + _NEAR:  # what comes is further down: nothing more touches it
                done.append(members)
            else:
                apart.append((members, around))
        groups = [*apart, (joined, box)]
    return done + [members for members, _ in groups]


def _touch(one: Stroke, other: Stroke) -> bool:
    return (
        one.x0 <= other.x1 + _NEAR
        and other.x0 <= one.x1 + _NEAR
        and one.y0 <= other.y1 + _NEAR
        and other.y0 <= one.y1 + _NEAR
    )


def _around(one: Stroke, other: Stroke) -> Stroke:
    return Stroke(min(one.x0, other.x0), min(one.y0, other.y0), max(one.x1, other.x1), max(one.y1, other.y1))


def _edges(strokes: Sequence[Stroke], *, upright: bool) -> list[float]:
    """The places of the upright or level lines, those that nearly agree taken as one."""
    places = sorted(
        stroke.x0 if upright else stroke.y0
        for stroke in strokes
        if (stroke.x1 - stroke.x0 < _NEAR if upright else stroke.y1 - stroke.y0 < _NEAR)
    )
    edges: list[float] = []
    for place in places:
        if not edges or place - edges[-1] > 2 * _NEAR:
            edges.append(place)
    return edges


def _within(word: Word, y: float, xs: list[float], ys: list[float]) -> bool:
    middle = (word.x0 + word.x1) / 2
    return xs[0] - _NEAR < middle < xs[-1] + _NEAR and ys[0] - _NEAR < y + word.size * 0.2 < ys[-1] + _NEAR


def _outside(lines: Sequence[Printed], xs: list[float], ys: list[float]) -> list[Printed]:
    return [
        replace(line, words=words)
        for line in lines
        if (words := [word for word in line.words if not _within(word, line.y, xs, ys)])
    ]


def _filled(lines: Sequence[Printed], xs: list[float], ys: list[float]) -> Table | None:
    rows: list[list[list[Printed]]] = []
    for high, low in pairwise(reversed(ys)):
        cells: list[list[Printed]] = []
        for x0, x1 in pairwise(xs):
            cell = [
                replace(line, words=words)
                for line in lines
                if low <= line.y + line.size * 0.2 < high
                and (words := [word for word in line.words if _held(word, line.y, xs, ys, x0, x1)])
            ]
            cells.append(cell)
        if any(cells):
            rows.append(cells)
    columns = [at for at in range(len(xs) - 1) if any(row[at] for row in rows)]
    rows = [[row[at] for at in columns] for row in rows]
    if len(columns) < 2 or _puts_in_place(rows):
        return None
    return Table(rows, xs[0], xs[-1], ys[-1], ys[0])


def _puts_in_place(rows: Sequence[Sequence[Sequence[Printed]]]) -> bool:
    """Whether the cells only hold numbers or labels beside running text, as hanging numbers do."""
    said = [[" ".join(line.text for line in cell) for cell in row] for row in rows]
    if only_layout(said):
        return True
    if any(len(row) != 2 for row in said):
        return False
    labels = [first for first, _ in said if first]
    running = median(len(text.split()) for _, text in said)
    return running >= _RUNNING and all(len(label) <= _LABEL and _LABELLED.search(label) for label in labels)


def _held(word: Word, y: float, xs: list[float], ys: list[float], x0: float, x1: float) -> bool:
    middle = min(max((word.x0 + word.x1) / 2, xs[0] + 0.1), xs[-1] - 0.1)
    return x0 <= middle < x1 and _within(word, y, xs, ys)


def aligned(lines: Sequence[Printed]) -> tuple[list[Table], list[Printed]]:
    """Tables without ruled columns: three lines or more whose words stand under each other in cells set far apart.

    The lines are of one column, from top to bottom.
    """
    tables: list[Table] = []
    rest: list[Printed] = []
    at = 0
    while at < len(lines):
        end = _run(lines, at)
        if end - at >= 2 and (table := _stood(lines[at:end])):
            tables.append(table)
            at = end
        else:
            rest.append(lines[at])
            at += 1
    return tables, rest


def _pieces(line: Printed) -> list[list[Word]]:
    pieces = [[line.words[0]]]
    for word, after in pairwise(line.words):
        if after.x0 - word.x1 > _CELL * line.size:
            pieces.append([after])
        else:
            pieces[-1].append(after)
    return pieces


def _cellular(line: Printed) -> bool:
    """Whether a line may be a table's row: set in pieces, and the first is no number of a clause or bullet."""
    pieces = _pieces(line)
    first = written(pieces[0])
    found = mark(first + " Xyz")
    hanging = found is not None and not found.rest.removesuffix("Xyz").strip()
    return len(pieces) > (2 if hanging else 1) and not line.tabbed()


def _run(lines: Sequence[Printed], first: int) -> int:
    """Where the lines end that may be rows of one table, and lines that carry on its cells."""
    if not _cellular(lines[first]):
        return first
    starts = [piece[0].x0 for piece in _pieces(lines[first])]
    at = first + 1
    while at < len(lines):
        line = lines[at]
        far = lines[at - 1].y - line.y > 3.2 * line.size
        pieces = [piece[0].x0 for piece in _pieces(line)]
        under = all(any(abs(x - start) < _NEAR for start in starts) for x in pieces)
        if far or not under or not (_cellular(line) or line.x0 > starts[0] + _NEAR):
            break
        at += 1
    return at


def _stood(lines: Sequence[Printed]) -> Table | None:
    starts = sorted({round(piece[0].x0) for line in lines for piece in _pieces(line)})
    columns = [x for at, x in enumerate(starts) if at == 0 or x - starts[at - 1] > 2 * _NEAR]
    rows: list[list[list[Printed]]] = []
    for line in lines:
        cells: list[list[Printed]] = [[] for _ in columns]
        for piece in _pieces(line):
            place = max(at for at, x in enumerate(columns) if at == 0 or x <= piece[0].x0 + _NEAR)
            cells[place].append(replace(line, words=piece))
        if rows and not cells[0]:
            for cell, more in zip(rows[-1], cells, strict=True):
                cell += more
        else:
            rows.append(cells)
    full = sum(1 for row in rows if sum(map(bool, row)) > 1)
    if _puts_in_place(rows):
        return None
    if full < (3 if len(columns) == 2 else 2) or median(len(cell) for row in rows for cell in row) > 2:
        return None
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    return Table(rows, x0, x1, lines[0].y + lines[0].size, lines[-1].y)


def standing(table: Table, like: Printed) -> Printed:
    """A table as one line among the others of its page."""
    return replace(
        like, words=[Word("", table.x0, table.x1, like.size, False, False, y=table.top)], y=table.top, table=table
    )
