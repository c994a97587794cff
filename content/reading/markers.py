"""Works out the number or bullet that a browser prints before each item of a list.

In: lists and items of a web page in their order. Out: numbers and bullets as printed. Never: a number that is typed.
"""

import re
from collections.abc import Callable

from bs4 import Tag
from msgspec import Struct

from content.reading import numerals
from content.reading.broken import tidy
from content.reading.stylesheet import Sheet

_WRITTEN: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimal-leading-zero": lambda count: f"{count:02d}",
    "lower-roman": numerals.roman,
    "upper-roman": lambda count: numerals.roman(count).upper(),
    "lower-alpha": numerals.counted,
    "lower-latin": numerals.counted,
    "upper-alpha": lambda count: numerals.counted(count).upper(),
    "upper-latin": lambda count: numerals.counted(count).upper(),
    "lower-greek": numerals.greek,
}
_TYPES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_GLYPHS = {"disc": "•", "circle": "◦", "square": "▪"}
_STYLES = (*_WRITTEN, *_GLYPHS, "none")
#: What browsers print before the items of a list within lists.
_BY_DEPTH = ("disc", "circle", "square")
_CONTENT = re.compile(
    r"\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'|counter\(\s*([\w-]+)\s*(?:,\s*([\w-]+)\s*)?\)"
    r"|counters\(\s*([\w-]+)\s*,\s*[\"']([^\"']*)[\"']\s*(?:,\s*([\w-]+)\s*)?\)"
)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.DOTALL)
_COUNTER = re.compile(r"([a-zA-Z_][\w-]*)(?:\s+(-?\d+))?")
_KIX = re.compile(r"lst-kix_[\w.]+-([0-8])\b")


class Listing(Struct):
    """A list that is being read. `next` is the count of its next item."""

    style: str
    depth: int
    next: int = 1
    step: int = 1


class Item(Struct):
    """What is printed before an item; `used` once a line has it."""

    number: str = ""
    bullet: str = ""
    depth: int = 0
    used: bool = False


class Counters:
    """The counters that a page's own style sheet keeps (CSS Lists 3), each within the element that it was begun in."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._counts: dict[str, list[tuple[int, int]]] = {}

    def enter(self, element: Tag) -> None:
        """Begins and counts on what this element does."""
        parent = id(element.parent)
        for name, start in _COUNTER.findall(self._sheet.counted(element, "counter-reset")):
            counts = self._counts.setdefault(name, [])
            if counts and counts[-1][0] == parent:
                counts.pop()
            counts.append((parent, int(start or 0)))
        for name, by in _COUNTER.findall(self._sheet.counted(element, "counter-increment")):
            counts = self._counts.setdefault(name, [])
            where, count = counts.pop() if counts else (parent, 0)
            counts.append((where, count + int(by or 1)))

    def leave(self, element: Tag) -> None:
        """Ends what was begun among this element's children."""
        for counts in self._counts.values():
            while counts and counts[-1][0] == id(element):
                counts.pop()

    def printed(self, element: Tag, item: int) -> tuple[str, bool]:
        """What the sheet prints before an element, and whether a count is in it. `item` is its place in a list."""
        text, counted = "", False
        for double, single, name, style, names, between, styles in _CONTENT.findall(self._sheet.generated(element)):
            if name or names:
                known = [count for _, count in self._counts.get(name or names, [])]
                found = known or [item if (name or names) == "list-item" else 0]
                write = _WRITTEN.get(style or styles or "decimal", str)
                text += between.join(map(write, found if names else found[-1:]))
                counted = True
            else:
                text += _ESCAPE.sub(_letter, double or single)
        return tidy(text), counted


class Markers:
    """What a browser prints before the items of a page's lists."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.counters = Counters(sheet)

    def listing(self, element: Tag, depth: int) -> Listing:
        """A list begins; `depth` is how many there are around it."""
        ordered = element.name == "ol"
        usual = "decimal" if ordered else _BY_DEPTH[min(depth, 2)]
        kix = _KIX.search(" ".join(element.get_attribute_list("class")) if element.has_attr("class") else "")
        back = ordered and element.has_attr("reversed")
        first = _whole(element.get("start"))
        if first is None:
            first = len(element.find_all("li", recursive=False)) if back else 1
        return Listing(self._style(element) or usual, int(kix[1]) if kix else depth, first, -1 if back else 1)

    def item(self, element: Tag, listing: Listing) -> Item:
        """An item begins."""
        count = _whole(element.get("value"))
        count = listing.next if count is None else count
        listing.next = count + listing.step
        text, counted = self.counters.printed(element, count)
        if counted:
            return Item(number=text, depth=listing.depth)
        style = self._style(element) or listing.style
        if style in _WRITTEN:
            return Item(number=f"{_WRITTEN[style](count)}.", depth=listing.depth)
        glyph = _GLYPHS.get(style, "" if style == "none" else tidy(style.strip("\"'")))
        return Item(bullet=glyph or (text if len(text) < 3 else ""), depth=listing.depth)

    def _style(self, element: Tag) -> str:
        said = self._sheet.of(element, "list-style-type")
        if said in _STYLES or said[:1] in ("'", '"'):
            return said
        short = self._sheet.of(element, "list-style").split()
        if found := next((each for each in short if each in _STYLES), ""):
            return found
        typed = str(element.get("type", ""))
        return _TYPES.get(typed, typed.lower() if typed.lower() in _STYLES else "")


def _whole(value: object) -> int | None:
    found = re.match(r"\s*[+-]?\d{1,9}", str(value)) if value is not None else None
    return int(found[0]) if found else None


def _letter(escaped: re.Match[str]) -> str:
    if not escaped[1]:
        return escaped[2]
    code = int(escaped[1], 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
