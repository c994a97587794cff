"""Goes through a web page and puts its text into lines.

In: the page's elements. Out: lines in the order in which they stand in the page. Never: goes deeper by calling itself,
but for the cells of a table that holds no other: pages are nested without limit.
"""

import re

import msgspec
from bs4 import Tag
from bs4.element import NavigableString, PageElement

from content.reading.broken import BREAK, Span, lines, parts, tidy
from content.reading.glyphs import printed
from content.reading.lines import Line, Whence
from content.reading.numbered_rows import flat, set_beside
from content.reading.printed import mark
from content.reading.tabled import only_layout
from content.reading.web_frames import LISTS, Frame, Frames
from content.reading.web_places import UNSEEN

_SPACED = frozenset("p h1 h2 h3 h4 h5 h6 blockquote pre dl hr table figure".split())
_ELSEWHERE = frozenset(("iframe", "object", "embed"))
#: A browser leaves room around these.
_CONTROLS = frozenset(("label", "button"))
_SPACE = re.compile(r"[ \t\r\n\f]+")
_NOTE_MARK = re.compile(r"\[?(?:\d{1,3}|[*†‡§]{1,3}|[a-z]|[ivx]{1,5})\]?")
_NOTE = re.compile(r"ftn|fn|note|cite|sdendnote|sdfootnote", re.IGNORECASE)
_ANCHOR = re.compile(r"[¶#§🔗↩↑⏎^\ufe0e\ufe0f]+")
#: Pictures of these many pixels across and less are signs, and not text.
_TINY = 40
#: Hidden text of more words than this is said to be left out: shorter ones explain buttons.
_FEW_WORDS = 6


class PageText:
    """The lines of a page, or of one cell of a table in it."""

    def __init__(self, frames: Frames, around: Frame | None = None) -> None:
        self._shared = frames
        self._frames = [around or frames.first()]
        self._lines: list[Line] = []
        self._spans: list[Span] = []
        self._marker = ""
        self._led = ""
        self._gap = False
        self._begun = around is not None

    def lines(self, top: Tag) -> list[Line]:
        """All that stands within an element."""
        waiting: list[tuple[PageElement, bool]] = [(top, False)]
        while waiting:
            node, leaving = waiting.pop()
            if not isinstance(node, Tag):
                if type(node) is NavigableString:  # comments and their like are kinds of strings too
                    self._say(str(node))
            elif leaving:
                self._leave(node)
            elif self._enter(node):
                waiting.append((node, True))
                waiting += [(child, False) for child in reversed(node.contents)]
        self._flush()
        return self._lines

    def _enter(self, element: Tag) -> bool:
        """Whether there is anything to read within an element, which is then begun."""
        if not self._shown(element):
            return False
        if element.name == "br":
            self._spans.append(Span(BREAK))
            return False
        frame = self._shared.within(element, self._frames[-1], begun=self._begun)
        if frame.block:
            self._flush()
            self._gap = self._gap or self._spaced(frame)
        if element.name in LISTS or element.name == "table":
            self._number_alone(self._frames[-1])
        if element.name == "table" and not self._shared.places.lays_out(element):
            self._table(element, frame)
            self._shared.markers.counters.leave(element)
            return False
        if self._note_mark(element):
            if frame.whence != "note":
                return False
            frame.marks = True
        self._frames.append(frame)
        if element.name == "q":
            self._say("“")
        elif element.name in _CONTROLS:
            self._say(" ")
        return True

    def _leave(self, element: Tag) -> None:
        if element.name == "q":
            self._say("”")
        elif element.name in _CONTROLS:
            self._say(" ")
        frame = self._frames[-1]
        if frame.block:
            if not self._flush() and element.name == "p":
                self._gap = True
            self._gap = self._gap or self._spaced(frame)
        if element.name == "li":
            self._number_alone(frame)
        self._frames.pop()
        self._shared.markers.counters.leave(element)
        if element is self._shared.places.main:
            for around in self._frames:
                around.whence = "footer"

    def _shown(self, element: Tag) -> bool:
        name, whence, remarks = element.name, self._frames[-1].whence, self._shared.remarks
        if name in UNSEEN or (name == "dialog" and not element.has_attr("open")) or name in ("img", "input", "del"):
            if name == "img" and whence == "body" and not _tiny(element):
                remarks.add("pictures")
            elif name in _ELSEWHERE and whence == "body":
                remarks.add("elsewhere")
            elif name == "del":
                remarks.add("changes")
            return False
        if self._shared.places.hidden(element):
            if whence == "body" and len(element.get_text(" ").split()) > _FEW_WORDS:
                remarks.add("hidden")
            return False
        return not (name == "a" and _ANCHOR.fullmatch(element.get_text().strip()) and _within(element))

    def _say(self, text: str) -> None:
        frame = self._frames[-1]
        if len(text.strip()) <= 2 or any("\uf000" <= letter <= "\uf0ff" for letter in text):
            text = printed(text, frame.font)
        if frame.marks:
            self._marker += text
            return
        for place, line in enumerate(text.split("\n") if frame.kept else [_SPACE.sub(" ", text)]):
            if place:
                self._spans.append(Span(BREAK))
            if line:
                self._spans.append(Span(line, frame.bold, frame.italic, frame.size))

    def _flush(self) -> bool:
        """Ends the paragraph, if there is one."""
        spans, self._spans = self._spans, []
        frame = self._frames[-1]
        found = parts(spans, whole=bool(frame.heading or frame.title))
        if not found:
            return False
        if frame.name == "dt" and (led := mark(found[0].text)) is not None and not led.rest and len(found) == 1:
            self._led = found[0].text
            return True
        if self._led:
            found[0] = found[0]._replace(text=f"{self._led}\t{found[0].text}")
            self._led = ""
        self._lines += lines(self._line(frame, found[0].text), found)
        self._begun = self._begun or frame.whence == "body"
        self._gap = False
        return True

    def _line(self, frame: Frame, text: str) -> Line:
        """The paragraph's first line but for its text: what is printed before it, and where it stands."""
        item, further = frame.item, frame.item is not None and frame.item.used
        number, bullet = ("", "") if item is None or further else (item.number, item.bullet)
        depth = None if item is None else item.depth
        if item is not None:
            item.used = True
        if marker := tidy(self._marker):
            number, bullet = ("", marker) if _is_bullet(marker) else (marker, "")
            depth = frame.level if frame.level is not None else depth
        self._marker = ""
        goes_on = further and not frame.heading and not (number or bullet) and mark(text) is None
        return Line(
            text="", number=number, bullet=bullet, depth=depth, goes_on=goes_on, heading=frame.heading,
            title=frame.title, indent=round(frame.indent, 2), apart=self._gap and bool(self._lines),
            whence=frame.whence,
        )  # fmt: skip

    def _number_alone(self, frame: Frame) -> None:
        """An item's number that is printed with nothing beside it: something else than text comes first in it."""
        item = frame.item
        if item is not None and item.number and not item.used:
            item.used = True
            self._lines.append(Line(text="", number=item.number, depth=item.depth, whence=frame.whence))

    def _spaced(self, frame: Frame) -> bool:
        return frame.name in _SPACED or (frame.name in LISTS and frame.lists == 1)

    def _note_mark(self, element: Tag) -> bool:
        """Whether it is the number that stands for a footnote, and links to it or back from it."""
        if element.name != "a" or not _within(element) or not _NOTE_MARK.fullmatch(element.get_text().strip()):
            return False
        raised = element.find("sup") is not None or (element.parent is not None and element.parent.name == "sup")
        return raised or element.get("role") == "doc-noteref" or bool(_NOTE.search(str(element["href"])))

    def _table(self, table: Tag, frame: Frame) -> None:
        """A table that holds no other: rows, or ordinary lines where it only puts numbers beside their text."""
        frame = msgspec.structs.replace(frame, item=None, listing=None, lists=0, bold=False)
        if (caption := table.find("caption")) is not None:
            self._lines += self._cell(caption, frame)
        rows = [
            [self._cell(cell, frame) for cell in row.find_all(["td", "th"], recursive=False) if self._shown(cell)]
            for row in table.find_all("tr")
            if self._shown(row)
        ]
        if only_layout([[flat(cell) for cell in row] for row in rows]):
            for row in rows:
                self._lines += set_beside(row)
            self._begun = self._begun or frame.whence == "body"
            return
        whence: Whence = "table" if frame.whence == "body" else frame.whence
        for row in rows:
            cells = tuple(flat(cell) for cell in row)
            if any(cells):
                bold = all(line.bold for cell in row for line in cell)
                self._lines.append(Line(text="\t".join(cells), cells=cells, bold=bold, whence=whence))

    def _cell(self, cell: Tag, frame: Frame) -> list[Line]:
        return PageText(self._shared, msgspec.structs.replace(frame)).lines(cell)


def _within(link: Tag) -> bool:
    return str(link.get("href", "")).startswith("#")


def _tiny(picture: Tag) -> bool:
    """Whether it is a sign such as a bullet or an arrow."""
    sizes = [str(picture.get(side, "")).removesuffix("px") for side in ("width", "height")]
    return any(size.isdigit() and int(size) <= _TINY for size in sizes)


def _is_bullet(marker: str) -> bool:
    found = mark(f"{marker} x")
    return found.sort == "bullet" if found else not any(letter.isalnum() for letter in marker)
