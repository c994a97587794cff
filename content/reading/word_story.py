"""Reads one story of a Word document (its body, a page header, a note, a text box) into lines.

In: the story's XML. Out: lines in the order in which they are printed. Never: the numbers themselves: `numbering`.
"""

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element
from msgspec import Struct

from content.reading.broken import Span, lines, parts, tidy
from content.reading.lines import Line, Whence
from content.reading.numbered_rows import flat, set_beside
from content.reading.numbering import Label, Numbering
from content.reading.tabled import only_layout
from content.reading.word_notes import Notes
from content.reading.word_parts import value
from content.reading.word_runs import ALTERNATIVES, TAKEN_OUT, Pages, Remark, Runs, Written, chosen
from content.reading.word_styles import Styles

_THROUGH = frozenset(qn(f"w:{tag}") for tag in ("customXml", "ins", "moveTo", "sdtContent"))
_CARRIES_ON = re.compile(r"list continue(?: \d)?")
#: Less space than this, in points, is not seen as a gap between paragraphs.
_GAP = 2.5
#: How many paragraphs are read between two words on how far it is.
_STEP = 50


class _Held(Struct):
    """A paragraph whose end does not show: what comes next stands on the same line. The first that counts gives the
    line its number and its look."""

    spans: list[Span]
    paragraph: Element | None
    before: Label


class Story:
    """One story. `chunk` reads a document of another kind that is kept inside this one."""

    def __init__(
        self,
        story: Element,
        whence: Whence,
        styles: Styles,
        numbering: Numbering,
        notes: Notes,
        remarks: set[Remark],
        *,
        pages: Pages | None,
        chunk: Callable[[Element], list[Line]],
    ) -> None:
        self._whence: Whence = whence
        self._styles, self._numbering, self._notes, self._remarks = styles, numbering, notes, remarks
        self._pages, self._chunk = pages, chunk
        self._runs = Runs(story, styles, remarks, pages)
        self._held: _Held | None = None
        self._above: Element | None = None
        self._blank = False

    def lines(self, container: Element, progress: Callable[[int, int], None] | None = None) -> list[Line]:
        """What the story says. `progress` hears how many of its paragraphs and tables are done, of how many."""
        found: list[Line] = []
        total = len(container)
        for place, child in enumerate(container.iterchildren()):
            found += self._block(child, contents=False)
            if progress is not None and (place % _STEP == 0 or place == total - 1):
                progress(place + 1, total)
        return found

    def _blocks(self, container: Element, *, contents: bool) -> Iterator[Line]:
        for child in container.iterchildren():
            yield from self._block(child, contents=contents)

    def _block(self, child: Element, *, contents: bool) -> Iterator[Line]:
        tag = child.tag
        if tag == qn("w:p"):
            yield from self._paragraph(child, contents=contents)
        elif tag == qn("w:tbl"):
            yield from self._table(child, contents=contents)
        elif tag == qn("w:sdt"):
            yield from self._blocks(child, contents=contents or _contents(child))
        elif tag in _THROUGH:
            yield from self._blocks(child, contents=contents)
        elif tag == ALTERNATIVES:
            yield from self._blocks(chosen(child), contents=contents)
        elif tag == qn("w:altChunk"):
            yield from self._chunk(child)
        elif tag in TAKEN_OUT:
            self._remarks.add("changes")

    def _paragraph(self, paragraph: Element, *, contents: bool) -> Iterator[Line]:
        written = self._runs.read(paragraph)
        for note in written.notes:
            self._notes.mark(note)
        says = any(tidy(span.text) for span in written.spans)
        unended = self._unended(paragraph)
        deleted = unended == "deleted"
        before = Label() if deleted or self._counted() else self._numbering.next(paragraph)
        if unended and not says:  # nothing of it shows, but a hidden one is counted
            yield from self._boxes(written)
            return
        held = self._held or _Held([], None, Label())
        spans = [*held.spans, *written.spans]
        if held.paragraph is not None:
            before = held.before
        looked = held.paragraph if held.paragraph is not None else paragraph
        if unended:
            self._held = _Held([*spans, Span(" ")] if not deleted else spans, None if deleted else looked, before)
        else:
            self._held = None
            contents = contents or written.contents or self._styles.contents(looked)
            yield from self._printed(looked, spans, before, "contents" if contents else self._whence, written.page)
        yield from self._boxes(written)

    def _counted(self) -> bool:
        """Whether the paragraph that this one carries on has been given its number."""
        return self._held is not None and self._held.paragraph is not None

    def _unended(self, paragraph: Element) -> str:
        """Why a paragraph's end does not show: it is "deleted", or "hidden"; "" where it shows."""
        ending = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
        if ending is None:
            return ""
        if any(each.tag in TAKEN_OUT for each in ending.iterchildren()):
            self._remarks.add("changes")
            return "deleted"
        return "hidden" if self._styles.letters(ending, paragraph).hidden else ""

    def _printed(
        self, paragraph: Element, spans: list[Span], before: Label, whence: Whence, page: int
    ) -> Iterator[Line]:
        """A paragraph's lines: more than one where somebody put several into it with line breaks."""
        styles = self._styles
        heading, title = styles.heading(paragraph), styles.title(paragraph)
        found = parts(spans, whole=bool(heading or title))
        apart = self._apart(paragraph)
        if not found and not before.number:
            self._blank = True
            return
        indent = styles.indent(paragraph, before.layout, numbered_by_style=before.by_style)
        line = Line(
            text="", number=before.number, bullet=before.bullet, depth=before.depth, heading=heading, title=title,
            indent=indent, page=page, apart=apart, whence=whence, goes_on=self._carries_on(paragraph, before),
        )  # fmt: skip
        yield from lines(line, found) if found else (line,)

    def _carries_on(self, paragraph: Element, before: Label) -> bool:
        if before.number or before.bullet:
            return False
        return any(_CARRIES_ON.fullmatch(name) for name in self._styles.names(paragraph))

    def _apart(self, paragraph: Element) -> bool:
        """Whether there is blank space above the paragraph."""
        above, self._above = self._above, paragraph
        blank, self._blank = self._blank, False
        if above is None or blank:
            return blank
        alike = self._styles.names(above)[:1] == self._styles.names(paragraph)[:1]
        after = 0.0 if alike and self._styles.close(above) else self._styles.spaces(above)[1]
        before = 0.0 if alike and self._styles.close(paragraph) else self._styles.spaces(paragraph)[0]
        return max(after, before) >= _GAP

    def _boxes(self, written: Written) -> Iterator[Line]:
        for box in written.boxes:
            if isinstance(box, str):
                yield Line(text=tidy(box), page=written.page, whence=self._whence)
                continue
            inner = self._within(box).lines(box)
            yield from (msgspec.structs.replace(line, page=written.page) for line in inner)

    def _within(self, box: Element) -> "Story":
        shared = (self._styles, self._numbering, self._notes, self._remarks)
        return Story(box, self._whence, *shared, pages=None, chunk=self._chunk)

    def _table(self, table: Element, *, contents: bool) -> Iterator[Line]:
        rows = [[list(self._blocks(cell, contents=contents)) for cell in _cells(row)] for row in _rows(table)]
        self._above, self._blank = None, False
        if only_layout([[flat(cell) for cell in row] for row in rows]):
            for row in rows:
                yield from set_beside(row)
            return
        for row in rows:
            cells = tuple(flat(cell) for cell in row)
            if any(cells):
                page = next((line.page for cell in row for line in cell), 0)
                whence: Whence = "table" if self._whence == "body" and not contents else self._whence
                bold = all(line.bold for cell in row for line in cell)
                yield Line(text="\t".join(cells), cells=cells, bold=bold, page=page, whence=whence)


def _contents(control: Element) -> bool:
    """Whether a content control holds the contents list that Word makes."""
    gallery = control.find(f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}")
    return (value(gallery) or "").lower().startswith("table of contents")


def _rows(table: Element) -> Iterator[Element]:
    for row in _through(table.iterchildren(), qn("w:tr")):
        about = row.find(qn("w:trPr"))
        if about is None or not any(each.tag in TAKEN_OUT for each in about.iterchildren()):
            yield row


def _cells(row: Element) -> Iterator[Element]:
    return _through(row.iterchildren(), qn("w:tc"))


def _through(children: Iterable[Element], tag: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, those too that stand within content controls."""
    for child in children:
        if child.tag == tag:
            yield child
        elif child.tag in _THROUGH or child.tag == qn("w:sdt"):
            yield from _through(child.iterchildren(), tag)
