"""Reads a Word document (.docx and its like) paragraph by paragraph, with what Word adds to each when it prints it.

In: the file's bytes. Out: a `Paper`. Never: what does not show on paper: deleted and hidden text, comments, macros.
"""

from collections.abc import Callable

import msgspec
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from content.reading.lines import Line, Paper, Whence
from content.reading.numbering import Numbering
from content.reading.refusals import DAMAGED, Unreadable
from content.reading.word_notes import Notes
from content.reading.word_parts import Parts, is_on, value
from content.reading.word_runs import Pages, Remark, linked
from content.reading.word_story import Story
from content.reading.word_styles import Styles

_REMARKS: dict[Remark, str] = {
    "pictures": "There are pictures in the document. Words in them can't be read: type in what belongs there.",
    "diagrams": "There are charts or diagrams in the document. Words in them were left out.",
    "boxes": "Some text stands in boxes beside the page's text. It was read where they are fixed: check the order.",
    "changes": "The document has tracked changes. They were read as if accepted: what was put in is in, what was "
    "taken out is out. Check that this is the wording that was adopted.",
    "comments": "The document has comments in its margin. They were left out.",
    "hidden": "Some of the document's text is hidden, and is not printed. It was left out.",
    "counted": "Some numbers are made by fields of an old kind (AUTONUM, LISTNUM) and are missing: type them in.",
    "elsewhere": "A part of the document lies in another file, or has a form that can't be read. It is missing.",
}  # fmt: skip
#: A document within a document within a document is as deep as this goes.
_DEEPEST = 2


def read(data: bytes, progress: Callable[[int, int], None] | None = None) -> Paper:
    """The document's paragraphs: page headers first, then the body, then notes and page footers.

    `progress` hears how many of the body's paragraphs and tables are done, of how many. Raises `Unreadable` where the
    file is damaged, protected, or made to do harm.
    """
    try:
        return _read(data, 0, progress)
    except RecursionError as nested:
        raise Unreadable(DAMAGED) from nested


def _read(data: bytes, depth: int, progress: Callable[[int, int], None] | None = None) -> Paper:
    document = _Document(Parts(data), depth)
    lines = document.lines(progress)
    warnings = tuple(sentence for remark, sentence in _REMARKS.items() if remark in document.remarks)
    return Paper(kind="docx", lines=lines, title=document.parts.title(), warnings=warnings)


class _Document:
    """One document, and what all of its stories share."""

    def __init__(self, parts: Parts, depth: int) -> None:
        self.parts = parts
        self.remarks: set[Remark] = set()
        self._depth = depth
        self._relations = parts.relations(parts.main)
        self._styles = Styles(self._related("styles"))
        self._numbering = Numbering(self._related("numbering"), self._styles)
        self._settings = self._related("settings")
        self._notes = Notes({kind: self._related(f"{kind}s") for kind in ("footnote", "endnote")}, self._settings)

    def lines(self, progress: Callable[[int, int], None] | None) -> tuple[Line, ...]:
        """All that the document prints. The body is read first: its lists and notes are counted in that order."""
        root = self.parts.root(self.parts.main)
        found = root.find(qn("w:body"))
        if found is None:
            raise Unreadable(DAMAGED)
        body = self._story(found, "body", Pages(found)).lines(found, progress)
        notes = [line for number, note in self._notes.referred() for line in self._note(number, note)]
        headers, footers = self._repeated(found, "header"), self._repeated(found, "footer")
        return (*headers, *body, *notes, *footers)

    def _related(self, kind: str) -> Element | None:
        """The part of this kind that belongs to the document."""
        named = (each.name for each in self._relations.values() if each.kind == kind)
        return next((self.parts.root(name) for name in named if self.parts.has(name)), None)

    def _story(self, story: Element, whence: Whence, pages: Pages | None = None) -> Story:
        return Story(
            story, whence, self._styles, self._numbering, self._notes, self.remarks, pages=pages, chunk=self._chunk
        )

    def _note(self, number: str, note: Element) -> list[Line]:
        lines = self._story(note, "note").lines(note)
        if lines and not lines[0].number:
            lines[0] = msgspec.structs.replace(lines[0], number=number)
        return lines

    def _repeated(self, body: Element, kind: str) -> list[Line]:
        """The page headers or footers of all sections, each once."""
        whence: Whence = "header" if kind == "header" else "footer"
        both = self._settings is not None and is_on(self._settings.find(qn("w:evenAndOddHeaders")))
        found: dict[str, Line] = {}
        for section in body.iter(qn("w:sectPr")):
            for reference in section.iterchildren(qn(f"w:{kind}Reference")):
                sort = value(reference, "type")
                shown = both if sort == "even" else sort != "first" or is_on(section.find(qn("w:titlePg")))
                part = self._relations.get(linked(reference))
                if shown and part is not None and self.parts.has(part.name):
                    root = self.parts.root(part.name)
                    for line in self._story(root, whence).lines(root):
                        found.setdefault(line.text, line)
        return list(found.values())

    def _chunk(self, chunk: Element) -> list[Line]:
        """A document of another kind that Word takes in when it opens this one."""
        part = self._relations.get(linked(chunk))
        if part is None or not self.parts.has(part.name) or self._depth >= _DEEPEST:
            self.remarks.add("elsewhere")
            return []
        data = self.parts.read(part.name)
        if data.startswith(b"PK"):
            inner = _read(data, self._depth + 1)
        elif data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<":
            from content.reading import html  # only such documents need what reads web pages

            inner = html.read(data)
        else:
            self.remarks.add("elsewhere")
            return []
        return [line for line in inner.lines if line.whence not in ("header", "footer")]
