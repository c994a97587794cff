"""Reads a PDF: the paragraphs that its pages show.

In: the bytes of a PDF file. Out: a `Paper` of whole paragraphs, or `Unreadable` with a sentence for the clerk.
Never: runs anything in the file; drops words in silence: what can't be placed on a page comes after its text.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from content.reading import pdf_columns, pdf_labels, pdf_tables
from content.reading.decoded import UNREAD
from content.reading.lines import Line, Paper, Whence
from content.reading.pdf_glyphs import Glyph, Sheet
from content.reading.pdf_lines import Printed, Word, printed
from content.reading.pdf_margins import Parts, parted
from content.reading.pdf_measures import Setting, edged, label, setting
from content.reading.pdf_mending import Vocabulary, joined, text_of
from content.reading.pdf_pages import Sheets, sheets
from content.reading.pdf_paragraphs import is_apart, paragraphs
from content.reading.printed import mark


@dataclass(slots=True)
class _Page:
    """One page: its lines, and those that run another way than most of it."""

    sheet: Sheet
    lines: list[Printed]
    across: list[Printed] = field(default_factory=list)
    parts: Parts = field(default_factory=Parts)


def read(data: bytes, progress: Callable[[int, int], None] | None = None) -> Paper:
    """The paragraphs of a PDF. Raises `content.reading.refusals.Unreadable`.

    `progress` hears how many pages are read, of how many.
    """
    found = sheets(data, progress)
    pages = [_page(sheet) for sheet in found.sheets]
    for page, parts in zip(pages, parted([p.lines for p in pages], [p.sheet.height for p in pages]), strict=True):
        page.parts = parts
    vocabulary = Vocabulary(line for page in pages for line in page.lines)
    body = edged(pdf_labels.mended_across(_in_order(pages)))
    usual = setting(body)
    noted = {(page.sheet.number, name) for page in pages for name in _names(page.parts.notes)}
    groups = paragraphs(body, usual)
    lines = list(_in_turn(pages, groups, usual, vocabulary, noted))
    warnings = (*_warnings(found), *_unread(lines))
    return Paper(kind="pdf", lines=tuple(lines), title=found.title, warnings=warnings)


def _page(sheet: Sheet) -> _Page:
    """A page's lines. Where most of its letters run upwards or down, the page is read turned."""
    turns: dict[int, list[Glyph]] = {0: sheet.glyphs, **sheet.turned}
    main = max(turns, key=lambda turn: (len(turns[turn]), -turn))
    if main in (1, 2, 3):
        _turn(sheet, main, turns[main])
    lines = _bulleted(printed(sheet.glyphs if main == 0 else turns[main], sheet.number), sheet)
    across = [line for turn, glyphs in turns.items() if turn != main for line in printed(glyphs, sheet.number)]
    sheet.glyphs, sheet.turned = [], {}
    return _Page(sheet, lines, across)


def _turn(sheet: Sheet, turn: int, glyphs: list[Glyph]) -> None:
    """Moves the letters of a turned page so that they stand on it; its ruled lines are not turned with it."""
    wide, high = sheet.width, sheet.height
    right, up = {1: (0.0, wide), 2: (wide, high), 3: (high, 0.0)}[turn]
    glyphs[:] = [glyph._replace(x0=glyph.x0 + right, x1=glyph.x1 + right, y=glyph.y + up) for glyph in glyphs]
    if turn != 2:
        sheet.width, sheet.height = high, wide
    sheet.strokes, sheet.dots = [], []


def _bulleted(lines: list[Printed], sheet: Sheet) -> list[Printed]:
    """Gives lines the bullets that are drawn before them as shapes."""
    if not 0 < len(sheet.dots) <= 20 * len(lines):
        return lines
    return [_with_dot(line, sheet) for line in lines]


def _with_dot(line: Printed, sheet: Sheet) -> Printed:
    size = line.size
    for x, y, high in sheet.dots:
        beside = 0.3 * size < line.x0 - x < 3.5 * size and 0.05 * size < y - line.y < 0.65 * size
        if beside and 0.15 * size < high < 0.7 * size and not mark(line.text):
            return replace(line, words=[Word("•", x - high / 2, x + high / 2, size, False, False), *line.words])
    return line


def _in_order(pages: Sequence[_Page]) -> list[Printed]:
    """The lines of the text in reading order, a table as one of them."""
    ordered: list[Printed] = []
    # The cells of a ruled table stand in columns of its own, which say nothing of the page's.
    cut = [pdf_tables.ruled(page.parts.body, page.sheet.strokes) for page in pages]
    known = [x for _, rest in cut for x in pdf_columns.gutters(rest)]
    for page, (tables, rest) in zip(pages, cut, strict=True):
        rest += [pdf_tables.standing(table, page.parts.body[0]) for table in tables]
        columns: dict[int, list[Printed]] = {}
        for line in pdf_columns.in_order(rest, known):
            columns.setdefault(line.stream, []).append(line)
        for column in columns.values():
            more, plain = pdf_tables.aligned(pdf_labels.mended(column))
            plain += [pdf_tables.standing(table, column[0]) for table in more]
            ordered += sorted(plain, key=lambda line: -line.y)
    return ordered


def _in_turn(
    pages: Sequence[_Page],
    groups: Sequence[Sequence[Printed]],
    usual: Setting,
    vocabulary: Vocabulary,
    noted: set[tuple[int, str]],
) -> Iterator[Line]:
    """Page by page: its header, the paragraphs that begin on it, its notes, its footer, and what is printed across."""
    again = Counter(line.text for page in pages for line in page.across)
    begun: dict[int, list[Line]] = {}
    before: Printed | None = None
    for group in groups:
        apart = before is not None and is_apart(before, group[0], usual)
        begun.setdefault(group[0].page, []).extend(_paragraph(group, vocabulary, noted, apart=apart))
        before = group[-1]
    for page in pages:
        number = page.sheet.number
        yield from _edge(page.parts.header, "header")
        yield from begun.get(number, ())
        notes = edged(page.parts.notes)
        for group in paragraphs(notes, setting(notes)):
            yield from _paragraph(_unglued(group), vocabulary, set(), whence="note")
        yield from _edge(page.parts.footer, "footer")
        for line in page.across:
            yield from _edge([line], "header" if again[line.text] > 1 else "body")


def _edge(lines: Sequence[Printed], whence: Whence) -> Iterator[Line]:
    for line in lines:
        yield _line([line], line.text, whence=whence)


def _paragraph(
    group: Sequence[Printed],
    vocabulary: Vocabulary,
    noted: set[tuple[int, str]],
    *,
    apart: bool = False,
    whence: Whence = "body",
) -> Iterator[Line]:
    if (table := group[0].table) is not None:
        for row in table.rows:
            cells = tuple(joined([line.text for line in cell], vocabulary) for cell in row)
            first = next(line for cell in row for line in cell)
            yield _with_cells(_line([first], "\t".join(cells), whence="table"), cells)
        return
    group = [_without_marks(line, noted) for line in group]
    text = text_of(group, vocabulary)
    if label(group[0]):  # however far it hangs, its text is no other cell
        text = text.replace("\t", " ", 1)
    if text:
        yield _line(group, text, apart=apart, whence=whence)


def _with_cells(line: Line, cells: tuple[str, ...]) -> Line:
    """A table's row with its cells."""
    return Line(text=line.text, size=line.size, page=line.page, whence=line.whence, bold=line.bold, cells=cells)


def _line(group: Sequence[Printed], text: str, *, whence: Whence, apart: bool = False) -> Line:
    first = group[0]
    found = mark(first.text)
    spoken = [replace(first, words=first.words[1:]), *group[1:]] if found and len(first.words) > 1 else list(group)
    spoken = [line for line in spoken if any(letter.isalnum() for letter in line.text)] or list(group)
    return Line(
        text=text,
        bold=all(line.bold() for line in spoken),
        italic=all(line.italic() for line in spoken),
        size=first.size,
        indent=round(max(0.0, first.x0 - first.left), 1) if first.right else round(first.x0, 1),
        page=first.page,
        apart=apart,
        whence=whence,
    )


def _names(notes: Sequence[Printed]) -> list[str]:
    """What the notes of a page are called: the mark that each begins with."""
    return [line.words[0].text.strip(".)") for line in notes if len(line.words) > 1]


def _without_marks(line: Printed, noted: set[tuple[int, str]]) -> Printed:
    """A line without the raised marks that point to a note on its page; the note itself keeps its own."""
    kept = [word for word in line.words if not (word.raised and (line.page, word.text) in noted)]
    return replace(line, words=kept) if kept and len(kept) < len(line.words) else line


def _unglued(group: Sequence[Printed]) -> list[Printed]:
    """A note whose raised mark is parted from its text by a blank."""
    first = group[0]
    words = [word._replace(glued=False) if at == 1 else word for at, word in enumerate(first.words)]
    return [replace(first, words=words), *group[1:]]


def _warnings(found: Sheets) -> Iterator[str]:
    if found.partly:
        pages = ", ".join(map(str, found.partly))
        yield f"Some of what is on these pages could not be read: {pages}. Compare them with the document."
    if sum(sheet.hidden for sheet in found.sheets) > 100:
        yield "The pages are scans whose words a machine recognised: read the clauses over, it makes mistakes."
    if empty := [sheet.number for sheet in found.sheets if sheet.pictures and sheet.number not in found.worded]:
        yield f"There are pictures and no text on these pages: {', '.join(map(str, empty))}. They were left out."
    if found.comments:
        yield "Somebody's comments are attached to the pages; they are no part of the document and were left out."


def _unread(lines: Sequence[Line]) -> Iterator[str]:
    if pages := sorted({line.page for line in lines if UNREAD in line.text}):
        numbers = ", ".join(map(str, pages))
        yield (
            f"Some letters on these pages could not be told, and stand as “{UNREAD}”: {numbers}. "
            "Compare them with the document."
        )
