"""Takes from a page of a PDF what is printed on it: its letters with their places, its ruled lines and its dots.

In: pages, as pdfminer.six interprets them. Out: a `Sheet` for each, in points, y upwards. Never: words or lines: a PDF
has none, and what pdfminer makes of them parts a hanging number from its text.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextDevice, PDFTextSeq
from pdfminer.pdffont import PDFFont, PDFSimpleFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFResourceManager, PDFTextState
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import Matrix, PathSegment, Point, Rect, apply_matrix_pt

from content.reading.decoded import UNREAD
from content.reading.refusals import TOO_MUCH, Unreadable

#: Far more than a protocol holds; a file that goes beyond was made to do harm, or is something else altogether.
MOST_GLYPHS, MOST_STROKES, MOST_FORMS, DEEPEST = 1_500_000, 300_000, 20_000, 24
#: The smallest print fills a page with some ten thousand letters.
MOST_ON_A_PAGE = 40_000
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_BLANKS = dict.fromkeys([*range(0x2000, 0x200B), 0xA0, 0x202F, 0x205F, 0x3000, 0x09, 0x0A, 0x0D], " ")
_DROPPED: dict[int, str | None] = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00])
_LETTERS: dict[int, str | None] = {**_LIGATURES, **_BLANKS, **_DROPPED}
#: PDF 32000-1, table 123: bits of a font's flags.
_ITALIC, _FORCE_BOLD = 1 << 6, 1 << 18
_FILL_AND_STROKE, _INVISIBLE = 2, 3
_WIN_ANSI_HYPHEN = 0xAD


class Glyph(NamedTuple):
    """One letter: from `x0` to `x1`, standing on the baseline `y`, `size` points high."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    italic: bool


class Stroke(NamedTuple):
    """A ruled line, level or upright, or an edge of a box: `x0 == x1` where it is upright."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Sheet:
    """What is printed on one page. `turned` are letters that do not run from left to right, by quarter turns.

    Those are given as they stand when the page is turned so that they do. `dots` are small filled shapes that may be
    drawn bullets: their middle and height. `hidden` counts letters that are not painted, as text recognition lays
    under a scan.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    turned: dict[int, list[Glyph]] = field(default_factory=dict)
    strokes: list[Stroke] = field(default_factory=list)
    dots: list[tuple[float, float, float]] = field(default_factory=list)
    pictures: int = 0
    hidden: int = 0


class Printing(PDFTextDevice):
    """pdfminer's device that fills sheets. Raises `Unreadable` where there is more than any protocol holds."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.sheet = Sheet(0, 0, 0)
        self.painted: Counter[str] = Counter()
        self._weights: dict[int, tuple[bool, bool, PDFFont]] = {}
        self._letters: dict[tuple[int, int], str] = {}
        self._within: list[Matrix | None] = []
        self._mode = 0

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:  # noqa: D102 — pdfminer's
        (x0, y0), (x1, y1) = apply_matrix_pt(ctm, page.mediabox[:2]), apply_matrix_pt(ctm, page.mediabox[2:])
        self.sheet = Sheet(self.sheet.number + 1, abs(x1 - x0), abs(y1 - y0))
        self._within.clear()

    def begin_figure(self, name: str, bbox: Rect, matrix: Matrix) -> None:  # noqa: ARG002, D102 — pdfminer's
        self._count("forms", MOST_FORMS)
        if len(self._within) >= DEEPEST:
            raise Unreadable(TOO_MUCH)
        self._within.append(self.ctm)

    def end_figure(self, name: str) -> None:  # noqa: ARG002, D102 — pdfminer's
        if self._within and (before := self._within.pop()) is not None:
            self.set_ctm(before)

    def render_image(self, name: str, stream: PDFStream) -> None:  # noqa: ARG002, D102 — pdfminer's
        self.sheet.pictures += 1

    def render_string(  # noqa: D102 — pdfminer's
        self, textstate: PDFTextState, seq: PDFTextSeq, ncs: PDFColorSpace, graphicstate: PDFGraphicState
    ) -> None:
        self._mode = int(textstate.render)
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(  # noqa: D102 — pdfminer's
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,  # noqa: ARG002
        graphicstate: PDFGraphicState,  # noqa: ARG002
    ) -> float:
        self._count("glyphs", MOST_GLYPHS)
        self._count(f"on {self.sheet.number}", MOST_ON_A_PAGE)
        advance = font.char_width(cid) * fontsize * scaling
        weight = self._weight(font)
        text = self._letters.get((id(font), cid))
        if text is None:
            text = self._letters[id(font), cid] = _letter(font, cid)
        if text:
            self._place(text, matrix, advance, fontsize, rise, weight)
        return advance

    def _place(
        self, text: str, matrix: Matrix, advance: float, fontsize: float, rise: float, weight: tuple[bool, bool]
    ) -> None:
        a, b, c, d, _, _ = matrix
        across, up = math.hypot(a, b), math.hypot(c, d)
        size = abs(fontsize) * up
        x, y = apply_matrix_pt(matrix, (0, rise))
        if not (0 < size < 2000 and math.isfinite(x) and math.isfinite(y) and across):
            return
        length = abs(advance) * across
        if self._mode == _INVISIBLE:
            self.sheet.hidden += 1
        bold = weight[0] or self._mode == _FILL_AND_STROKE
        turn, x, y = _turned(a * fontsize, b * fontsize, x, y)
        glyph = Glyph(text, x, x + length, y, size, bold, weight[1])
        if turn:
            self.sheet.turned.setdefault(turn, []).append(glyph)
        elif -size < x < self.sheet.width + size and -size < y < self.sheet.height + size:
            self.sheet.glyphs.append(glyph)

    def _weight(self, font: PDFFont) -> tuple[bool, bool]:
        # The font itself is kept beside its weight: an id is given anew once its object is gone.
        if id(font) not in self._weights:
            self._weights[id(font)] = (*_weight(font), font)
        return self._weights[id(font)][:2]

    def paint_path(  # noqa: D102 — pdfminer's
        self,
        graphicstate: PDFGraphicState,
        stroke: bool,
        fill: bool,
        evenodd: bool,  # noqa: ARG002
        path: Sequence[PathSegment],
    ) -> None:
        self._count("strokes", MOST_STROKES)
        if not (stroke or fill) or _white(graphicstate, stroke) or len(path) > 400:
            return
        for part in _parts(path):
            points = [apply_matrix_pt(self.ctm or (1, 0, 0, 1, 0, 0), point) for point in part]
            self._shape(points, fill)

    def _shape(self, points: list[Point], fill: bool) -> None:
        x0, x1 = min(x for x, _ in points), max(x for x, _ in points)
        y0, y1 = min(y for _, y in points), max(y for _, y in points)
        wide, high = x1 - x0, y1 - y0
        if fill and 1.2 < wide < 9 and 1.2 < high < 9 and 0.5 < wide / high < 2:
            self.sheet.dots.append(((x0 + x1) / 2, (y0 + y1) / 2, high))
        elif high <= 2.5 and wide > 6:
            self.sheet.strokes.append(Stroke(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2))
        elif wide <= 2.5 and high > 6:
            self.sheet.strokes.append(Stroke((x0 + x1) / 2, y0, (x0 + x1) / 2, y1))
        elif max(wide, high) <= 6:  # one of the dots of a leader: a contents page draws thousands
            return
        elif len(points) in (4, 5) and all(x in (x0, x1) and y in (y0, y1) for x, y in points):
            self.sheet.strokes += [Stroke(x0, y0, x1, y0), Stroke(x0, y1, x1, y1)]
            self.sheet.strokes += [Stroke(x0, y0, x0, y1), Stroke(x1, y0, x1, y1)]

    def _count(self, what: str, most: int) -> None:
        self.painted[what] += 1
        if self.painted[what] > most:
            raise Unreadable(TOO_MUCH)


def _letter(font: PDFFont, cid: int) -> str:
    if cid == _WIN_ANSI_HYPHEN and isinstance(font, PDFSimpleFont) and font.unicode_map is None:
        # PDF 32000-1, table D.2, note 5: a second hyphen, which writers put where a word is broken. pdfminer: a blank.
        return "-" if font.cid2unicode.get(cid, "").isspace() else _named(font, cid)
    return _named(font, cid)


def _named(font: PDFFont, cid: int) -> str:
    """The letter; `UNREAD` where the font has neither an encoding nor a table of letters to name it by."""
    try:
        text = str(font.to_unichr(cid)).translate(_LETTERS)
    except PDFUnicodeNotDefined:
        return UNREAD
    if text.startswith("(cid:") or any(unicodedata.category(letter) == "Cc" for letter in text):
        return UNREAD
    return unicodedata.normalize("NFC", text)


def _weight(font: PDFFont) -> tuple[bool, bool]:
    name = resolve1(font.fontname)
    said = (name.decode("latin-1") if isinstance(name, bytes) else str(getattr(name, "name", name))).lower()
    heavy = resolve1(font.descriptor.get("FontWeight"))
    bold = any(word in said for word in ("bold", "black", "heavy", "semibd", "demi")) or bool(font.flags & _FORCE_BOLD)
    bold = bold or (isinstance(heavy, int | float) and heavy >= 600) or said.endswith((",b", "-bd", ",bi"))
    # What pdfminer says of the standard fonts has the flag for upright ones too; their angle is right.
    slanted = bool(font.flags & _ITALIC) and bool(font.italic_angle)
    italic = "italic" in said or "oblique" in said or said.endswith(("-it", ",i", ",bi")) or slanted
    return bold, italic


def _turned(a: float, b: float, x: float, y: float) -> tuple[int, float, float]:
    """Quarter turns anticlockwise that the letters have, and their place when the page is turned back."""
    if abs(b) <= abs(a) * 0.6:
        return (0, x, y) if a > 0 else (2, -x, -y)
    return (1, y, -x) if b > 0 else (3, -y, x)


def _white(state: PDFGraphicState, stroke: bool) -> bool:
    colour = state.scolor if stroke else state.ncolor
    if isinstance(colour, int | float):
        return colour >= 0.999
    return (
        isinstance(colour, tuple | list)
        and len(colour) == 3
        and all(isinstance(part, int | float) and part >= 0.999 for part in colour)
    )


def _parts(path: Sequence[PathSegment]) -> list[list[Point]]:
    """The points of each shape in a path: of a curve, its ends and what bends it."""
    parts: list[list[Point]] = []
    for segment in path:
        numbers = [float(number) for number in segment[1:]]
        points = list(zip(numbers[::2], numbers[1::2], strict=False))
        if segment[0] == "m" or not parts:
            parts.append([])
        parts[-1] += points
    return [part for part in parts if part]
