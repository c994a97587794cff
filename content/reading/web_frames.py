"""Works out what holds for the text within each element of a web page: its look, its place, the list that it is in.

In: an element, and what holds around it. Out: a `Frame`. Never: text.
"""

import re
from typing import Literal, TypeAlias

from bs4 import Tag
from msgspec import Struct
from msgspec.structs import replace

from content.reading.lines import Whence
from content.reading.markers import Item, Listing, Markers
from content.reading.stylesheet import Sheet, classes, declared
from content.reading.web_places import Places

#: What a clerk must hear of, as it could not be read as it stands.
Remark: TypeAlias = Literal["pictures", "hidden", "elsewhere", "changes"]

LISTS = frozenset(("ol", "ul", "menu", "dir"))
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main nav p pre section summary table tbody td tfoot th thead "
    "tr".split()
)
_SHOWN_AS_BLOCK = frozenset("block list-item flex grid table table-row".split())
_BOLD = frozenset("b strong h1 h2 h3 h4 h5 h6 th".split())
_ITALIC = frozenset("i em cite dfn var address".split())
_INDENTED = {"ol": 30.0, "ul": 30.0, "menu": 30.0, "dir": 30.0, "blockquote": 30.0, "dd": 30.0, "figure": 30.0}
_KEPT = frozenset(("pre", "pre-wrap", "pre-line", "break-spaces"))
_LENGTH = re.compile(r"(-?\d{0,5}(?:\.\d{1,6})?)(pt|px|cm|mm|in|em|rem|pc)")
_POINTS = {"pt": 1.0, "px": 0.75, "cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72.0, "em": 12.0, "rem": 12.0, "pc": 12.0}
_WORD_LEVEL = re.compile(r"mso-list:\s*\S+\s+level([1-9])", re.IGNORECASE)
_WORD_MARKER = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)


class Frame(Struct):
    """What holds for the text within one element.

    `kept`: its white space counts; `inside`: it is within what the page marks as a text; `lists`: how many lists are
    around it; `level`: how deep Word says that it is in lists; `marks`: it is not text but the number before one.
    """

    name: str = ""
    block: bool = True
    whence: Whence = "body"
    inside: bool = False
    bold: bool = False
    italic: bool = False
    size: float = 0.0
    font: str = ""
    kept: bool = False
    heading: int = 0
    title: bool = False
    indent: float = 0.0
    lists: int = 0
    listing: Listing | None = None
    item: Item | None = None
    level: int | None = None
    marks: bool = False


class Frames:
    """The frames of one page."""

    def __init__(self, sheet: Sheet, places: Places) -> None:
        self._sheet = sheet
        self.places = places
        self.markers = Markers(sheet)
        self.remarks: set[Remark] = set()

    def first(self) -> Frame:
        """What holds for the whole page."""
        return Frame(whence="body" if self.places.main is None else "header")

    def within(self, element: Tag, around: Frame, *, begun: bool) -> Frame:
        """What holds within an element; `begun`: the page's text has begun before it."""
        name, style = element.name, declared(str(element.get("style", "")))
        whence = self.places.whence(element, around.whence, begun=begun, inside=around.inside)
        block = name in _BLOCKS or name in LISTS or whence != around.whence
        frame = replace(
            around,
            name=name,
            block=block or self._sheet.of(element, "display") in _SHOWN_AS_BLOCK,
            whence=whence,
            inside=around.inside or name in ("main", "article") or element is self.places.main,
            bold=self._bold(element, name, around),
            italic=self._italic(element, name, around),
            size=_points(style.get("font-size", "")) or around.size,
            font=self._font(element, style, around),
            kept=name == "pre" or _kept(style, around),
            heading=_heading(element) or around.heading,
            title=around.title or _title(element),
            indent=around.indent + _INDENTED.get(name, 0.0) + _edge(style),
            marks=around.marks or bool(_WORD_MARKER.search(str(element.get("style", "")))),
        )
        self._listed(element, frame, around)
        return frame

    def _listed(self, element: Tag, frame: Frame, around: Frame) -> None:
        self.markers.counters.enter(element)
        if level := _WORD_LEVEL.search(str(element.get("style", ""))):
            frame.level = int(level[1]) - 1
        if element.name in LISTS:
            frame.lists, frame.listing = around.lists + 1, self.markers.listing(element, around.lists)
        elif element.name == "li":
            listing = frame.listing or Listing("disc", 0)
            frame.item = self.markers.item(element, listing)

    def _bold(self, element: Tag, name: str, around: Frame) -> bool:
        said = self._sheet.of(element, "font-weight")
        if said in ("normal", "lighter") or (said.isdigit() and int(said) < 600):
            return False
        return around.bold or name in _BOLD or said in ("bold", "bolder") or said.isdigit()

    def _italic(self, element: Tag, name: str, around: Frame) -> bool:
        said = self._sheet.of(element, "font-style")
        return said != "normal" and (around.italic or name in _ITALIC or said in ("italic", "oblique"))

    def _font(self, element: Tag, style: dict[str, str], around: Frame) -> str:
        said = self._sheet.of(element, "font-family") or str(element.get("face", "") if element.name == "font" else "")
        if said:
            return said.split(",")[0].strip("\"' ")
        return "" if "font" in style else around.font


def _heading(element: Tag) -> int:
    if len(element.name) == 2 and element.name[0] == "h" and element.name[1] in "123456":
        return int(element.name[1])
    if element.get("role") == "heading":
        level = str(element.get("aria-level", "2"))
        return int(level) if level in "123456789" else 2
    return 0


def _title(element: Tag) -> bool:
    """Whether a word processor marked it as the document's title."""
    return element.name in ("p", "h1") and not {"MsoTitle", "title"}.isdisjoint(classes(element))


def _kept(style: dict[str, str], around: Frame) -> bool:
    said = style.get("white-space", "").lower()
    return said in _KEPT or (around.kept and not said)


def _edge(style: dict[str, str]) -> float:
    """How far to the right the left edge is moved; Word lets the first line hang out to the left of it."""
    left = _points(style.get("margin-left", "")) + _points(style.get("padding-left", ""))
    shorthand = style.get("margin", "").split()
    if "margin-left" not in style and shorthand:
        left += _points(shorthand[{1: 0, 2: 1, 3: 1}.get(len(shorthand), 3)])
    return left + min(_points(style.get("text-indent", "")), 0.0)


def _points(length: str) -> float:
    found = _LENGTH.fullmatch(length.strip().lower())
    return float(found[1]) * _POINTS[found[2]] if found and found[1] not in ("", "-") else 0.0
