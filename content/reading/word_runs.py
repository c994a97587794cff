"""Reads what a Word paragraph says: its runs in order, with the fields, signs, breaks and boxes among them.

In: a paragraph's XML. Out: spans of text, and what is fixed to the paragraph: boxes, notes. Never: what does not show
on paper, as deleted text and the codes of fields; it remarks on what was left out.
"""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element
from msgspec import Struct, field

from content.reading.broken import BREAK, Span
from content.reading.glyphs import printed
from content.reading.word_parts import is_on, value
from content.reading.word_styles import Letters, Styles

#: What a clerk must hear of, as it could not be read as it stands.
Remark: TypeAlias = Literal["pictures", "diagrams", "boxes", "changes", "comments", "hidden", "counted", "elsewhere"]

ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ABOUT = frozenset(qn(f"w:{tag}") for tag in "pPr rPr sdtPr sdtEndPr smartTagPr customXmlPr rt tblPr trPr tcPr".split())
TAKEN_OUT = frozenset(map(qn, ("w:del", "w:moveFrom")))
_PUT_IN = frozenset(map(qn, ("w:ins", "w:moveTo")))
_TABS = frozenset(map(qn, ("w:tab", "w:ptab")))
_NOTES = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}
_DRAWN = frozenset(map(qn, ("w:drawing", "w:pict", "w:object")))
_BOX = qn("w:txbxContent")
#: Fields that Word counts anew each time that it shows them, and so does not store what they print.
_COUNTED = ("AUTONUM", "LISTNUM")


class Note(Struct, frozen=True):
    """A mark in the text that refers to a footnote or endnote; `marked`: its sign is typed, and stands in the text."""

    kind: str
    id: str
    marked: bool


class Written(Struct):
    """What a paragraph holds. `page` is where its first word is; `contents`: most of it stands in a contents list."""

    spans: list[Span] = field(default_factory=list)
    boxes: list[Element | str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    page: int = 0
    contents: bool = False


class Pages:
    """Counts pages as far as the document tells: by the breaks that Word noted when it last laid the pages out, and
    where it never did by those that somebody made."""

    def __init__(self, body: Element) -> None:
        self._noted = next(body.iter(qn("w:lastRenderedPageBreak")), None) is not None
        made = any(value(each, "type") == "page" for each in body.iter(qn("w:br")))
        made = made or next(body.iter(qn("w:pageBreakBefore")), None) is not None
        self.now = 1 if self._noted or made else 0

    def noted(self) -> None:
        """Word broke the page here."""
        self.now += 1

    def made(self) -> None:
        """Somebody broke the page here."""
        self.now += bool(self.now) and not self._noted


class _Field(Struct):
    """A field that is open: its code, and whether what is read now is what it shows."""

    code: str = ""
    shown: bool = False


class Runs:
    """Reads the paragraphs of one story (the body, a header, a note, a box). Its fields may go over several of them."""

    def __init__(self, story: Element, styles: Styles, remarks: set[Remark], pages: Pages | None = None) -> None:
        self._styles = styles
        self._remarks = remarks
        self._pages = pages
        self._whole = _closed(story)
        self._open: list[_Field] = []
        self._written = Written()
        self._listed = self._other = 0

    def read(self, paragraph: Element) -> Written:
        """What the next paragraph holds."""
        self._written, self._listed, self._other = Written(), 0, 0
        if self._pages is not None and self._styles.new_page(paragraph):
            self._pages.made()
        self._inside(paragraph, paragraph)
        if self._pages is not None:
            self._written.page = self._written.page or self._pages.now
        self._written.contents = self._listed > self._other
        return self._written

    def _inside(self, element: Element, paragraph: Element) -> None:
        for child in element.iterchildren():
            tag = child.tag
            if tag in TAKEN_OUT:
                self._remarks.add("changes")
            elif tag == qn("w:r"):
                self._run(child, paragraph)
            elif tag == _MATHS:
                self._say(str(child.text or ""), Letters())
            elif tag == ALTERNATIVES:
                self._inside(chosen(child), paragraph)
            elif tag == qn("w:subDoc"):
                self._remarks.add("elsewhere")
            elif isinstance(tag, str) and tag not in _ABOUT:
                if tag in _PUT_IN:
                    self._remarks.add("changes")
                self._inside(child, paragraph)

    def _run(self, run: Element, paragraph: Element) -> None:
        letters = self._styles.letters(run.find(qn("w:rPr")), paragraph)
        for child in run.iterchildren():
            self._in_run(child, letters, paragraph)

    def _in_run(self, child: Element, letters: Letters, paragraph: Element) -> None:
        tag = child.tag
        if tag == qn("w:t"):
            self._say(str(child.text or ""), letters)
        elif tag in _TABS:
            self._say("\t", letters)
        elif tag in (qn("w:br"), qn("w:cr")):
            self._break(child, letters)
        elif tag == qn("w:lastRenderedPageBreak"):
            if self._pages is not None:
                self._pages.noted()
        elif tag == qn("w:noBreakHyphen"):
            self._say("-", letters)
        elif tag == qn("w:sym"):
            self._sign(child, letters)
        elif tag in (qn("w:fldChar"), qn("w:instrText")):
            self._field(child, letters)
        elif tag in _NOTES:
            marked = value(child, "customMarkFollows") in ("1", "true", "on")
            self._written.notes.append(Note(_NOTES[tag], value(child, "id") or "", marked))
        elif tag == qn("w:commentReference"):
            self._remarks.add("comments")
        elif tag in _DRAWN:
            self._drawn(child)
        elif tag == ALTERNATIVES:
            for each in chosen(child).iterchildren():
                self._in_run(each, letters, paragraph)
        elif tag == qn("w:ruby"):
            self._inside(child, paragraph)

    def _say(self, text: str, letters: Letters) -> None:
        if not all(each.shown for each in self._open):
            return
        if letters.hidden:
            if text.strip():
                self._remarks.add("hidden")
            return
        if len(text.strip()) <= 2 or any("\uf000" <= letter <= "\uf0ff" for letter in text):
            text = printed(text, letters.font)
        text = text.replace("\n", " ").replace("\r", " ")
        if text.strip():
            if self._pages is not None:
                self._written.page = self._written.page or self._pages.now
            if any(each.code.split()[:1] == ["TOC"] for each in self._open):
                self._listed += len(text)
            else:
                self._other += len(text)
        self._written.spans.append(Span(text, letters.bold, letters.italic, letters.size))

    def _break(self, element: Element, letters: Letters) -> None:
        if value(element, "type") == "page" and self._pages is not None:
            self._pages.made()
        if not letters.hidden and all(each.shown for each in self._open):
            self._written.spans.append(Span(BREAK))

    def _sign(self, element: Element, letters: Letters) -> None:
        try:
            sign = chr(int(value(element, "char") or "", 16))
        except (ValueError, OverflowError):
            return
        self._say(printed(sign, value(element, "font") or ""), letters)

    def _field(self, element: Element, letters: Letters) -> None:
        kind = value(element, "fldCharType")
        if kind is None:
            if self._open and not self._open[-1].shown:
                self._open[-1].code += str(element.text or "")
        elif element not in self._whole:
            return
        elif kind == "begin":
            if (box := element.find(f".//{qn('w:checkBox')}")) is not None:
                self._say("☒" if _ticked(box) else "☐", letters)
            self._open.append(_Field())
        elif not self._open:
            return
        elif kind == "separate":
            self._open[-1].shown = True
        else:
            ended = self._open.pop()
            if ended.code.strip().startswith(_COUNTED):
                self._remarks.add("counted")

    def _drawn(self, element: Element) -> None:
        """Boxes are read as paragraphs of their own; writing that is bent into a shape, as a "DRAFT" across the page,
        is in an attribute."""
        boxes = list(_outermost_boxes(element))
        bent = [str(each.get("string")) for each in element.iter("{*}textpath") if each.get("string")]
        self._written.boxes += [*boxes, *bent]
        if boxes:
            self._remarks.add("boxes")
        if next(element.iter("{*}blip", "{*}imagedata", "{*}svgBlip"), None) is not None:
            self._remarks.add("pictures")
        if next(element.iter("{*}chart", "{*}relIds"), None) is not None:
            self._remarks.add("diagrams")


def chosen(alternatives: Element) -> Element:
    """The one of several forms of the same thing to read: the newest, or the oldest where only that has words."""
    forms = list(alternatives.iterchildren("{*}Choice", "{*}Fallback"))
    worded = [form for form in forms if next(form.iter(qn("w:t")), None) is not None]
    found: Element = (worded or forms or [alternatives])[0]
    return found


def linked(element: Element) -> str:
    """The id of what an element refers to in another part."""
    return str(element.get(_LINKED) or "")


def _outermost_boxes(element: Element) -> Iterator[Element]:
    """The text boxes in a drawing. A form of it to fall back on has the same boxes again."""
    for child in element.iterchildren():
        if child.tag == _BOX:
            yield child
        elif child.tag == ALTERNATIVES:
            yield from _outermost_boxes(chosen(child))
        elif isinstance(child.tag, str):
            yield from _outermost_boxes(child)


def _closed(story: Element) -> set[Element]:
    """The marks of fields that have both a beginning and an end: one left open would hide all that comes after it."""
    begun: list[list[Element]] = []
    found: set[Element] = set()
    for mark in story.iter(qn("w:fldChar")):
        if any(above.tag in TAKEN_OUT for above in mark.iterancestors()):
            continue
        kind = value(mark, "fldCharType")
        if kind == "begin":
            begun.append([mark])
        elif begun:
            begun[-1].append(mark)
            if kind == "end":
                found.update(begun.pop())
    return found


def _ticked(box: Element) -> bool:
    checked = box.find(qn("w:checked"))
    return is_on(checked if checked is not None else box.find(qn("w:default")))
