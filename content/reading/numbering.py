"""Works out the number or bullet that Word prints before each paragraph; it stands nowhere in the text.

In: numbering.xml, and the paragraphs one by one in their order. Out: what is printed before each. Never: a number typed
by hand: that is text.

The rules are those of ISO 29500-1, 17.9, and where it is silent what Word does: all lists made from one abstract
definition count on together, a list that says where it starts does so the first time that it is used, and a level that
was passed over counts as begun.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from content.reading import numerals
from content.reading.broken import tidy
from content.reading.glyphs import printed
from content.reading.word_parts import is_on, value, whole
from content.reading.word_styles import Styles

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_STYLE_DEPTH = re.compile(r"list (?:bullet|number|continue|paragraph)? ?([2-9])")
_WRITTEN: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda count: f"{count:02d}",
    "upperRoman": lambda count: numerals.roman(count).upper(),
    "lowerRoman": numerals.roman,
    "upperLetter": lambda count: numerals.repeated(count).upper(),
    "lowerLetter": numerals.repeated,
    "ordinal": numerals.ordinal,
    "cardinalText": lambda count: numerals.in_words(count).capitalize(),
    "ordinalText": lambda count: numerals.ordinal_in_words(count).capitalize(),
    "numberInDash": lambda count: f"- {count} -",
    "chicago": numerals.sign,
    "hex": lambda count: f"{count:X}",
    "decimalEnclosedCircle": numerals.circled,
    "decimalEnclosedCircleChinese": numerals.circled,
    "decimalEnclosedParen": lambda count: f"({count})",
    "decimalEnclosedFullstop": lambda count: f"{count}.",
    "none": lambda _: "",
}


class Label(NamedTuple):
    """What stands before a paragraph. `depth`: the list's level, 0 outermost; None where nothing is printed.

    `layout` are the level's paragraph properties, None where the paragraph is in no list; `by_style`: it is in the list
    because its style is.
    """

    number: str = ""
    bullet: str = ""
    depth: int | None = None
    layout: Element | None = None
    by_style: bool = False


class Numbering:
    """The lists of one document, counted on with each paragraph."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists = _by_id(root, "w:num", "numId")
        self._definitions = _by_id(root, "w:abstractNum", "abstractNumId")
        self._levels: dict[str, dict[int, Element]] = {}
        self._defined: dict[str, str] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def next(self, paragraph: Element) -> Label:
        """What is printed before the next paragraph. Every paragraph must be given, once, in order: hidden ones too,
        which Word itself puts in where somebody has it pass over numbers."""
        number, by_style = self._list(paragraph)
        if number not in self._lists:
            return Label()
        depth = self._depth(paragraph, number, by_style=by_style)
        level = self._level(number).get(depth)
        if level is None:
            return Label()
        self._count(number, depth)
        layout = level.find(qn("w:pPr"))
        label = self._label(number, depth, level)
        if not label:
            return Label(layout=layout, by_style=by_style)
        shown = max(depth, self._nesting(paragraph))
        if _format(level) == "bullet":
            return Label(bullet=label, depth=shown, layout=layout, by_style=by_style)
        return Label(number=label, depth=shown, layout=layout, by_style=by_style)

    def _list(self, paragraph: Element) -> tuple[str, bool]:
        """The id of the list that a paragraph is in, "" for none, and whether it is by its style."""
        own = value(paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}"))
        if own is not None:
            return ("" if own == "0" else own), False
        for style in self._styles.of(paragraph):
            styled = value(style.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}"))
            if styled is not None:
                return ("" if styled == "0" else styled), True
        return "", False

    def _depth(self, paragraph: Element, number: str, *, by_style: bool) -> int:
        """The level in the list: the paragraph's own, that which is tied to its style, or its style's."""
        path = f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:ilvl')}"
        own = value(paragraph.find(path))
        if own is not None:
            return min(max(whole(own), 0), _LEVELS - 1)
        chain = self._styles.of(paragraph)
        if by_style:
            tied = {value(level.find(qn("w:pStyle"))): depth for depth, level in self._level(number).items()}
            for style in chain:
                if (name := value(style, "styleId")) in tied:
                    return tied[name]
        styled = (value(style.find(path)) for style in chain)
        return min(max(whole(next((each for each in styled if each is not None), None)), 0), _LEVELS - 1)

    def _nesting(self, paragraph: Element) -> int:
        """How deep the built-in list styles say that it is: each of "List Bullet 2" and its like is a list apart."""
        found = (_STYLE_DEPTH.fullmatch(name) for name in self._styles.names(paragraph))
        return next((int(depth[1]) - 1 for depth in found if depth), 0)

    def _level(self, number: str) -> dict[int, Element]:
        """The levels of a list, those of its own before those of its definition."""
        if number not in self._levels:
            definition = self._definition(number, set())
            self._defined[number] = value(definition, "abstractNumId") or ""
            levels = {} if definition is None else _by_depth(definition)
            for override in self._lists[number].iterchildren(qn("w:lvlOverride")):
                levels |= {whole(value(override, "ilvl")): level for level in override.iterchildren(qn("w:lvl"))}
            self._levels[number] = levels
        return self._levels[number]

    def _definition(self, number: str, seen: set[str]) -> Element | None:
        """The definition of a list, by way of the list style that it may name."""
        if number in seen or number not in self._lists:
            return None
        seen.add(number)
        found = self._definitions.get(value(self._lists[number].find(qn("w:abstractNumId"))) or "")
        linked = None if found is None else value(found.find(qn("w:numStyleLink")))
        if found is None or linked is None or _by_depth(found):
            return found
        path = f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}"
        named = (value(style.find(path)) for style in self._styles.chain(linked))
        through = self._definition(next((each for each in named if each), ""), seen)
        if through is not None:
            return through
        owners = (each for each in self._definitions.values() if value(each.find(qn("w:styleLink"))) == linked)
        return next(owners, None)

    def _start(self, number: str, depth: int) -> int:
        """Where a level starts, and starts anew after a higher one."""
        level = self._level(number).get(depth)
        return 1 if level is None else whole(value(level.find(qn("w:start"))), 1)

    def _said_start(self, number: str, depth: int) -> int | None:
        """Where a list itself, rather than its definition, says that a level starts: once, and not each time that a
        higher level has it start anew."""
        for override in self._lists[number].iterchildren(qn("w:lvlOverride")):
            start = value(override.find(qn("w:startOverride")))
            if whole(value(override, "ilvl")) == depth and start is not None:
                return whole(start, 1)
        return None

    def _count(self, number: str, depth: int) -> None:
        """Counts one on at this level, begins those above it that were passed over, and those below anew."""
        counts = self._shared(number)
        for upper in range(depth):
            if counts[upper] is None:
                counts[upper] = self._start(number, upper)
        said = None if (number, depth) in self._begun else self._said_start(number, depth)
        self._begun.add((number, depth))
        count = counts[depth]
        following = self._start(number, depth) if count is None else count + 1
        counts[depth] = following if said is None else said
        for lower in range(depth + 1, _LEVELS):
            if self._restarts(number, lower, after=depth):
                counts[lower] = None

    def _shared(self, number: str) -> list[int | None]:
        """The counts of all lists that are made from the same definition as this."""
        self._level(number)
        return self._counts.setdefault(self._defined[number], [None] * _LEVELS)

    def _restarts(self, number: str, lower: int, *, after: int) -> bool:
        level = self._level(number).get(lower)
        said = None if level is None else value(level.find(qn("w:lvlRestart")))
        return said is None or whole(said) > lower or after < whole(said)

    def _label(self, number: str, depth: int, level: Element) -> str:
        """The text before the paragraph, with the numbers of this level and those above it in their places."""
        text = value(level.find(qn("w:lvlText"))) or ""
        if _format(level) == "bullet":
            return self._glyph(text, level)
        levels = self._level(number)
        counts = self._shared(number)
        legal = is_on(level.find(qn("w:isLgl")))

        def written(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            count = counts[at] if at <= depth else None
            if count is None:
                return ""
            plain = legal and _format(levels.get(at)) not in ("none", "decimalZero")
            return str(count) if plain else _written(count, levels.get(at))

        return tidy(_PLACE.sub(written, text))

    def _glyph(self, text: str, level: Element) -> str:
        if level.find(qn("w:lvlPicBulletId")) is not None:
            return "•"
        font = value(level.find(f"{qn('w:rPr')}/{qn('w:rFonts')}"), "ascii") or ""
        return tidy(printed(text, font))


def _by_id(root: Element | None, tag: str, attribute: str) -> dict[str, Element]:
    found = [] if root is None else root.iterchildren(qn(tag))
    return {value(each, attribute) or "": each for each in found}


def _by_depth(definition: Element) -> dict[int, Element]:
    return {whole(value(level, "ilvl")): level for level in definition.iterchildren(qn("w:lvl"))}


def _format(level: Element | None) -> str:
    """How a level is counted. Newer formats stand in a choice, with an older one to fall back on."""
    if level is None:
        return "decimal"
    chosen = next((value(each) for each in level.iter(qn("w:numFmt"))), None)
    return chosen or "decimal"


def _written(count: int, level: Element | None) -> str:
    said = _format(level)
    if said == "custom" and level is not None:  # "001, 002, 003, ...": as many digits as the first has
        pattern = next((value(each, "format") for each in level.iter(qn("w:numFmt"))), None) or ""
        return f"{count:0{len(pattern.split(',')[0].strip()) or 1}d}"
    return _WRITTEN.get(said, str)(count)
