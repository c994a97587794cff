"""Reads what was filled in or written over a page of a PDF: form fields and text boxes.

In: a page's annotations. Out: their words as glyphs, at their place on the page. Never: runs what a form would do;
takes a reader's own comments for a part of the document.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import resolve1
from pdfminer.utils import decode_text

from content.reading.pdf_glyphs import Glyph

_MOST, _DEEPEST = 500, 8
_SIZE, _WIDTH = 10.0, 0.5
_COMMENTS = frozenset(("Text", "Highlight", "Popup", "Underline", "StrikeOut", "Squiggly", "Caret", "Ink"))


def filled_in(page: PDFPage) -> tuple[list[Glyph], int]:
    """The words of a page's fields and text boxes, and how many comments there are beside it."""
    glyphs: list[Glyph] = []
    comments = 0
    for annotation in _annotations(page):
        kind = _name(annotation.get("Subtype"))
        if kind in _COMMENTS:
            comments += kind == "Text"
        said = _value(annotation) if kind == "Widget" else _text(annotation.get("Contents"))
        if said and kind in ("Widget", "FreeText") and not _hidden(annotation):
            glyphs += _placed(said, annotation, page)
    return glyphs, comments


def _annotations(page: PDFPage) -> Iterator[Mapping[str, Any]]:
    found = resolve1(page.annots)
    for one in found[:_MOST] if isinstance(found, list) else ():
        annotation = resolve1(one)
        if isinstance(annotation, dict):
            yield annotation


def _value(field: Mapping[str, Any]) -> str:
    """A text field's value, which may stand in the field that this one is a part of; of a choice, what was chosen."""
    value, kind = field.get("V"), field.get("FT")
    for _ in range(_DEEPEST):
        parent = resolve1(field.get("Parent"))
        if not isinstance(parent, dict):
            break
        field = parent
        value, kind = value or field.get("V"), kind or field.get("FT")
    return _text(value) if _name(kind) in ("Tx", "Ch") else ""


def _text(value: object) -> str:
    value = resolve1(value)
    return decode_text(value).strip() if isinstance(value, bytes) else ""


def _name(value: object) -> str:
    value = resolve1(value)
    name = getattr(value, "name", "")
    return name.decode("latin-1") if isinstance(name, bytes) else str(name)


def _hidden(annotation: Mapping[str, Any]) -> bool:
    flags = resolve1(annotation.get("F"))
    return isinstance(flags, int) and bool(flags & 0b10_0010)  # PDF 32000-1, table 165: hidden, or not to be viewed


def _placed(said: str, annotation: Mapping[str, Any], page: PDFPage) -> list[Glyph]:
    rect = resolve1(annotation.get("Rect"))
    numbers = [resolve1(number) for number in rect] if isinstance(rect, list) else []
    if len(numbers) != 4 or not all(isinstance(number, int | float) for number in numbers):
        return []
    x0, x1 = sorted((float(numbers[0]), float(numbers[2])))
    y0, y1 = sorted((float(numbers[1]), float(numbers[3])))
    rows = said.splitlines()
    size = min(_SIZE, max(6.0, (y1 - y0) * 0.7))
    glyphs = []
    for at, row in enumerate(rows):
        y = (y0 + y1) / 2 - 0.35 * size if len(rows) == 1 else y1 - (at + 1) * size * 1.2
        width = min(size * _WIDTH, (x1 - x0) / max(1, len(row)))
        for place, letter in enumerate(row):
            x = x0 - page.mediabox[0] + place * width
            glyphs.append(Glyph(letter, x, x + width, y - page.mediabox[1], size, False, False))
    return glyphs
