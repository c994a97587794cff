"""Word's own multilevel numbering for printed numbers: what `numbering.xml` must say for Word to print them.

In: blocks with their numbers as printed. Out: the numbering in a Word document, and which paragraph uses what of it.
Never: a number that Word would print differently: such a one is left to be typed.
"""

import re
from collections import Counter
from typing import NamedTuple

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from tests.reading.protocols import Block

_OWN = 77  # above the numbers of python-docx's own template
_LEVELS = 9
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


class Place(NamedTuple):
    """Where a number is in the numbering: its level, the numbers in it from the outermost, and how it is printed."""

    level: int
    values: tuple[int, ...]
    format: str
    text: str


class Numbering:
    """Gaps, doubles and restarts become a `w:num` of their own with a new start, as Word does it."""

    def __init__(self, document: Document, blocks: list[Block]) -> None:
        self._root = document.part.numbering_part.element
        self._places = _places(blocks)
        self._styles = _usual([place for place in self._places if place])
        self._at: dict[int, int] = {}
        self._last = _OWN
        self._define()

    def number(self, paragraph: Paragraph, index: int) -> bool:
        """Numbers the paragraph of the block with this index; False if its number must be typed."""
        place = self._places[index]
        if not place or not self._fits(place):
            return False
        if place.values[-1] != self._at.get(place.level, 0) + 1:
            self._start_anew(place)
        self._at = {level: value for level, value in self._at.items() if level < place.level}
        self._at[place.level] = place.values[-1]
        for outer in range(place.level):
            self._at.setdefault(outer, 1)  # Word counts a level that was skipped as begun
        levels = f'<w:ilvl w:val="{place.level}"/><w:numId w:val="{self._last}"/>'
        paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}>{levels}</w:numPr>"))
        return True

    def _fits(self, place: Place) -> bool:
        outer = range(place.level - len(place.values) + 1, place.level)
        return self._styles[place.level] == (place.format, place.text) and all(
            self._at.get(level) == value for level, value in zip(outer, place.values[:-1], strict=True)
        )

    def _start_anew(self, place: Place) -> None:
        self._last += 1
        start = f'<w:startOverride w:val="{place.values[-1]}"/>'
        override = f'<w:lvlOverride w:ilvl="{place.level}">{start}</w:lvlOverride>'
        self._add_num(override)

    def _add_num(self, override: str = "") -> None:
        of = f'<w:abstractNumId w:val="{_OWN}"/>'
        self._root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{self._last}">{of}{override}</w:num>'))

    def _define(self) -> None:
        levels = "".join(
            _level(level, *self._styles.get(level, ("decimal", f"%{level + 1}."))) for level in range(_LEVELS)
        )
        kind = '<w:multiLevelType w:val="multilevel"/>'
        own = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{_OWN}">{kind}{levels}</w:abstractNum>')
        self._root.insert(list(self._root).index(self._root.find(qn("w:num"))), own)  # Word wants these first
        self._add_num()


def _level(level: int, format: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{format}"/><w:suff w:val="tab"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{567 * max(1, level)}" w:hanging="567"/></w:pPr></w:lvl>'
    )


def _usual(places: list[Place]) -> dict[int, tuple[str, str]]:
    """How most of a level's numbers are printed: Word has one way for each level."""
    levels = {place.level for place in places}
    ways = {level: Counter((p.format, p.text) for p in places if p.level == level) for level in levels}
    return {level: counted.most_common(1)[0][0] for level, counted in ways.items()}


def _places(blocks: list[Block]) -> list[Place | None]:
    """Headings and clauses by how many numbers they have; a clause with only one of its own stands under headings."""
    longest = max((len(re.findall(r"\d+", one.ref or "")) for one in blocks if one.kind != "point"), default=1)
    items = max(longest, 2)
    romans = _in_romans(blocks)
    return [_place(one, items, index in romans) if one.ref else None for index, one in enumerate(blocks)]


def _in_romans(blocks: list[Block]) -> set[int]:
    """The lines of lists that begin with i: only what stands before it tells whether "v" is a letter."""
    found: set[int] = set()
    begun: dict[int, bool] = {}
    for index, block in enumerate(blocks):
        depth = block.level if block.kind == "point" else -1
        begun = {level: roman for level, roman in begun.items() if level <= depth}
        if depth >= 0 and begun.setdefault(depth, (block.ref or "").strip("(). ") == "i"):
            found.add(index)
    return found


def _place(block: Block, items: int, roman: bool) -> Place | None:
    ref = block.ref or ""
    found = re.findall(r"[0-9]+|[A-Za-z]+", ref)
    read = [_value(one, roman) for one in found]
    if not read or None in read:
        return None
    values = [one for one in read if one]
    level = items + block.level if block.kind == "point" else len(values) - 1
    if block.kind == "paragraph" and len(values) == 1:
        level = 1
    numbers = iter(range(level - len(values) + 2, level + 2))
    text = re.sub(r"[0-9]+|[A-Za-z]+", lambda _: f"%{next(numbers)}", ref)
    return Place(level, tuple(value for _, value in values), values[-1][0], text)


def _value(token: str, roman: bool) -> tuple[str, int] | None:
    if token.isdigit():
        return "decimal", int(token)
    if roman and token in _ROMANS:
        return "lowerRoman", _ROMANS.index(token) + 1
    if len(token) == 1:
        return (
            ("lowerLetter", ord(token) - ord("a") + 1)
            if token.islower()
            else ("upperLetter", ord(token) - ord("A") + 1)
        )
    return None
