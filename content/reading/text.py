"""Reads plain text: whatever width it was cut to, whoever's line ends it has, with pages or without.

In: the bytes of a .txt file. Out: `Paper`, a line for each paragraph, in the file's order. Never: drops a word.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from content.reading.copied import put_back
from content.reading.decoded import decoded
from content.reading.lines import Line, Paper, Whence
from content.reading.mended import joined, vocabulary
from content.reading.pages import printed, repeated, without
from content.reading.printed import mark
from content.reading.refusals import EMPTY, NO_TEXT, Unreadable
from content.reading.sentences import alone, lower
from content.reading.wrapped import Paragraphs, Printed

#: How wide a column is taken to be, in points: that of a typewriter's letter at 10 points.
_COLUMN = 6.0
_RULE = re.compile(r"[\s=\-*~+|:—–]{3,}")
_UNDERLINE = {"=": 1, "-": 2, "~": 2, "*": 1, "—": 2}
_ATX = re.compile(r"^ {0,3}#{1,6} \S", re.MULTILINE)
_BOLD = re.compile(r"^\s*(?:[-*] )?(\*\*|__)\S[^\n]*?\1", re.MULTILINE)
_LAYOUT_DASH = re.compile(r"\s*[-*•·–—]\s+(?=(?:\(?\d{1,3}\.\d|\(?\d{1,3}[.)]\s|\([a-z]{1,5}\)\s|[a-z]{1,5}[.)]\s))")
_CELLS = re.compile(r"\t+| {3,}")


def read(data: bytes, progress: Callable[[int, int], None] | None = None) -> Paper:
    """The paragraphs of a text file. `progress` hears how many of how many steps are done.

    Raises `Unreadable` where there is no text in it or far too much.
    """
    if not data.strip():
        raise Unreadable(EMPTY)
    text, warnings = decoded(data)
    if is_marked_up(text):
        from content.reading.markdown import paper

        return paper(text, warnings, kind="text", progress=progress)
    lines = read_lines(text)
    if not any(letter.isalnum() for line in lines for letter in line.text):
        raise Unreadable(NO_TEXT)
    if progress:
        progress(1, 1)
    return Paper(kind="text", lines=lines, warnings=warnings)


def is_marked_up(text: str) -> bool:
    """The text is written with the marks of Markdown, by the look of it: headings with #, words between stars."""
    return len(_ATX.findall(text)) > 1 or len(_BOLD.findall(text)) > 2


def read_lines(text: str) -> tuple[Line, ...]:
    """The paragraphs of plain text, form feeds between its pages."""
    everything = printed(text)
    edges = repeated(everything)
    body, headings = _without_rules(without(everything, edges))
    body = put_back(_with_cells(body))
    paragraphs = Paragraphs(body)
    known = vocabulary([line.text for line in body])
    told = _Telling(paragraphs.habit.gap, headings, body)
    lines = [
        (group[0].at, told.line(group, joined([line.text for line in group], known))) for group in paragraphs.groups()
    ]
    lines += [(at, _edge(everything[at], whence)) for at, whence in edges.items()]
    return tuple(line for _, line in sorted(lines, key=lambda one: one[0]))


def _edge(line: Printed, whence: Whence) -> Line:
    return Line(text=joined([line.text]), whence=whence, page=line.page, indent=line.indent * _COLUMN)


class _Telling:
    """What the layout tells of each paragraph, one after the other."""

    def __init__(self, gap: int, headings: Mapping[int, int], body: Sequence[Printed]) -> None:
        self._gap = gap
        self._headings = headings
        marked = Counter(line.indent for line in body if mark(line.text))
        self._margin = min(marked, default=0)
        self._levels = _levels(marked)
        self._open: list[int] = []
        self._hang = 0

    def line(self, group: Sequence[Printed], text: str) -> Line:
        """The paragraph that these lines make."""
        first = group[0]
        if first.cells:
            return Line(text="\t".join(first.cells), cells=first.cells, whence="table", page=first.page)
        dash = _LAYOUT_DASH.match(text)
        text = text[dash.end() :] if dash else text
        heading = self._headings.get(group[-1].at, 0)
        goes_on = not heading and mark(text) is None and first.gap > self._gap and 0 < self._hang == first.indent
        depth = None if goes_on or heading else self._depth(first.indent, text)
        if not goes_on:
            self._hang = _hang(group) if mark(text) else 0
        return Line(
            text=text,
            depth=depth,
            goes_on=goes_on,
            heading=heading,
            indent=first.indent * _COLUMN,
            page=first.page,
            apart=first.gap > self._gap,
        )

    def _depth(self, indent: int, text: str) -> int | None:
        """How deep in lists: where items are set in further than others. A clause's own number is in none."""
        found = mark(text)
        if found is None or (found.sort == "number" and (len(found.parts) > 1 or indent <= self._margin)):
            self._open = []
            return None
        if len(self._levels) < 2:
            return None
        indent = max(level for level in self._levels if level <= indent)
        while self._open and self._open[-1] > indent:
            self._open.pop()
        if not self._open or self._open[-1] < indent:
            self._open.append(indent)
        return len(self._open) - 1


def _levels(marked: Mapping[int, int]) -> list[int]:
    """The indents that mean something: one column further in, only once, is a slip."""
    found: list[int] = []
    for indent in sorted(marked):
        if not found or indent > found[-1] + 1 or marked[indent] > 2:
            found.append(indent)
    return found


def _hang(group: Sequence[Printed]) -> int:
    """The column that the words of an item begin at."""
    if len(group) > 1:
        return group[1].indent
    found = mark(group[0].text)
    return group[0].indent + len(group[0].text) - len(found.rest) if found else 0


def _without_rules(lines: Sequence[Printed]) -> tuple[list[Printed], dict[int, int]]:
    """The lines but for those that are only drawn, and the levels of the headings that such a line stands under."""
    body: list[Printed] = []
    headings: dict[int, int] = {}
    drawn = 0
    for line in lines:
        if not _RULE.fullmatch(line.text):
            body.append(line._replace(gap=line.gap + drawn))
            drawn = 0
        elif body and not line.gap and not drawn and _underlines(line.text, body):
            headings[body[-1].at] = _UNDERLINE[line.text.strip()[0]]
            drawn = 1
        else:
            drawn += line.gap + 1
    return body, headings


def _underlines(rule: str, body: Sequence[Printed]) -> bool:
    """It stands under one line that is about as long as it is and no sentence, not under a paragraph."""
    over = body[-1]
    if rule.strip()[0] not in _UNDERLINE or len(over.text) > 100 or over.text.endswith((".", ";", ",")):
        return False
    if len(body) > 1 and not over.gap and lower(over.text):
        return False
    return len(over.text) * 0.5 <= len(rule.strip()) <= len(over.text) * 1.6 + 4


def _with_cells(lines: Sequence[Printed]) -> list[Printed]:
    """The same, rows of tables with their cells: lines in a run that fall into as many parts, three or more, or two
    with a tab between them."""
    found = list(lines)
    cells = [_cells(line.text) for line in lines]
    for start, stop in _runs(cells, lines):
        rows = cells[start:stop]
        piped = lines[start].text.startswith("|")
        if piped or (len(rows) > 1 and not all(row[-1].strip().isdigit() for row in rows[1:])):
            for place in range(start, stop):
                found[place] = lines[place]._replace(cells=cells[place])
    return found


def _runs(cells: Sequence[tuple[str, ...]], lines: Sequence[Printed]) -> list[tuple[int, int]]:
    """Where rows of as many cells follow on each other."""
    runs: list[tuple[int, int]] = []
    start = 0
    while start < len(cells):
        stop = start + 1
        wide = len(cells[start])
        rows = wide > 2 or _pair(lines[start], cells[start])
        while rows and stop < len(cells) and len(cells[stop]) == wide and lines[stop].gap <= 1:
            if wide == 2 and (lines[stop].gap or not _pair(lines[stop], cells[stop])):
                break
            stop += 1
        if wide > 2 or (rows and stop > start + 1) or lines[start].text.startswith("|"):
            runs.append((start, stop))
        start = stop
    return runs


def _pair(line: Printed, cells: Sequence[str]) -> bool:
    """Two cells with a tab between them, and no number or bullet with a tab before its words."""
    return len(cells) == 2 and "\t" in line.text and all(cells) and not alone(cells[0])


def _cells(text: str) -> tuple[str, ...]:
    if text.startswith("|") and text.endswith("|") and len(text) > 2:
        return tuple(cell.strip() for cell in text[1:-1].split("|"))
    return tuple(cell.strip() for cell in _CELLS.split(text))
