"""Works out how a paragraph and its letters look in Word: what is set on them, on their styles, and by default.

In: styles.xml. Out: headings, bold, sizes, indents, spaces. Never: a style's own numbering: `numbering` has that.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from content.reading.word_parts import is_on, value, whole

#: Word stores built-in names in English whatever its language; other programs store their own.
_HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|titulo|titolo|kop|rubrik|overskrift|otsikko|nagłówek|pennawd|ceannteideal)"
    r"\s*([1-9])(?:\s*char)?"
)
_TITLE = re.compile(r"(?:document )?title")
_CONTENTS = re.compile(r"(?:toc|contents|verzeichnis) ?(?:\d|heading)|toc|table of contents|contents")
_MEASURE = re.compile(r"(-?\d+(?:\.\d+)?)(mm|cm|in|pt|pc|pi)")
_POINTS = {"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0, "pc": 12.0, "pi": 12.0}
#: What Word takes where nothing at all is said (ISO 29500-1, 17.3.2.38).
_SIZE = 10.0
#: The space that "automatic" stands for, in points.
_AUTOMATIC = 14.0


class Letters(NamedTuple):
    """How a run of letters looks; `size` in points."""

    bold: bool = False
    italic: bool = False
    hidden: bool = False
    size: float = 0.0
    font: str = ""


class Styles:
    """The styles of one document."""

    def __init__(self, root: Element | None) -> None:
        styles = [] if root is None else list(root.iterchildren(qn("w:style")))
        self._styles = {value(style, "styleId") or "": style for style in styles}
        self._default = next(
            (
                value(style, "styleId") or ""
                for style in styles
                if value(style, "type") == "paragraph" and value(style, "default") in ("1", "true", "on")
            ),
            "",
        )
        self._letters, self._spacing = (
            None if root is None else root.find(path)
            for path in (
                f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}",
                f"{qn('w:docDefaults')}/{qn('w:pPrDefault')}/{qn('w:pPr')}",
            )
        )
        self._chains: dict[str, tuple[Element, ...]] = {}

    def chain(self, style: str) -> tuple[Element, ...]:
        """A style and those that it is based on, itself first."""
        if style not in self._chains:
            found: list[Element] = []
            name: str | None = style
            while name in self._styles and self._styles[name] not in found:
                found.append(self._styles[name])
                name = value(found[-1].find(qn("w:basedOn")))
            self._chains[style] = tuple(found)
        return self._chains[style]

    def of(self, paragraph: Element) -> tuple[Element, ...]:
        """The chain of a paragraph's style."""
        named = value(paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}"))
        return self.chain(named if named in self._styles else self._default)

    def names(self, paragraph: Element) -> list[str]:
        """The names of a paragraph's styles in lower case, its own first; one that is not defined by its id."""
        named = value(paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")) or ""
        own = [] if named in self._styles or not named else [_spaced(named)]
        return own + [(value(style.find(qn("w:name"))) or "").lower() for style in self.of(paragraph)]

    def heading(self, paragraph: Element) -> int:
        """The level of a heading, 1 outermost; 0 where it is none."""
        levels = (layer.find(qn("w:outlineLvl")) for layer in self._layers(paragraph))
        outline = next((value(level) for level in levels if level is not None), None)
        if outline is not None:
            return whole(outline, 9) + 1 if 0 <= whole(outline, 9) < 9 else 0
        found = (_HEADING.fullmatch(name) for name in self.names(paragraph))
        return next((int(level[1]) for level in found if level), 0)

    def title(self, paragraph: Element) -> bool:
        """Whether it has the style of a document's title."""
        return any(_TITLE.fullmatch(name) for name in self.names(paragraph))

    def contents(self, paragraph: Element) -> bool:
        """Whether it has a style for contents lists."""
        return bool(_CONTENTS.fullmatch((self.names(paragraph) or [""])[0]))

    def indent(self, paragraph: Element, level: Element | None, *, numbered_by_style: bool) -> float:
        """Where its left edge is, in points. `level` is the layout of its number, which stands over that of styles
        where the paragraph itself is numbered, and under it where its style is (ISO 29500-1, 17.9.22)."""
        own, styled = self._own(paragraph), self._styled(paragraph)
        numbered = [] if level is None else [level]
        layers = [*own, *styled, *numbered] if numbered_by_style else [*own, *numbered, *styled]
        left = _points(_first(layers, "w:ind", "start", "left"))
        hanging = _points(_first(layers, "w:ind", "hanging"))
        first = 0.0 if hanging else _points(_first(layers, "w:ind", "firstLine"))
        return round(left - hanging + min(first, 0.0), 2)

    def spaces(self, paragraph: Element) -> tuple[float, float]:
        """The blank space before and after it, in points."""
        layers = list(self._layers(paragraph))
        return self._space(layers, "before"), self._space(layers, "after")

    def close(self, paragraph: Element) -> bool:
        """Whether there is no space between it and its neighbours of the same style."""
        return is_on(_nearest(self._layers(paragraph), "contextualSpacing"))

    def new_page(self, paragraph: Element) -> bool:
        """Whether it begins a page."""
        return is_on(_nearest(self._layers(paragraph), "pageBreakBefore"))

    def letters(self, own: Element | None, paragraph: Element) -> Letters:
        """How letters with these properties look in the paragraph."""
        named = None if own is None else value(own.find(qn("w:rStyle")))
        direct = [] if own is None else [own]
        character = [layer for style in self.chain(named or "") for layer in style.iterchildren(qn("w:rPr"))]
        styled = [layer for style in self.of(paragraph) for layer in style.iterchildren(qn("w:rPr"))]
        default = [] if self._letters is None else [self._letters]
        bold, italic, hidden = (_toggled(tag, direct, character, styled, default) for tag in ("b", "i", "vanish"))
        layers = [*direct, *character, *styled, *default]
        size = _first(layers, "w:sz", "val")
        points = whole(size) / 2 if size and size.isdigit() else _points(size)
        return Letters(bold, italic, hidden, points or _SIZE, _first(layers, "w:rFonts", "ascii", "hAnsi") or "")

    def _own(self, paragraph: Element) -> list[Element]:
        return list(paragraph.iterchildren(qn("w:pPr")))

    def _styled(self, paragraph: Element) -> list[Element]:
        found = [layer for style in self.of(paragraph) for layer in style.iterchildren(qn("w:pPr"))]
        return found if self._spacing is None else [*found, self._spacing]

    def _layers(self, paragraph: Element) -> Iterator[Element]:
        yield from self._own(paragraph)
        yield from self._styled(paragraph)

    def _space(self, layers: list[Element], side: str) -> float:
        if _first(layers, "w:spacing", f"{side}Autospacing") in ("1", "true", "on"):
            return _AUTOMATIC
        return _points(_first(layers, "w:spacing", side))


def _spaced(style_id: str) -> str:
    """A built-in style's name from its id, which is the name without blanks: "Heading1", "ListBullet2"."""
    return re.sub(r"(?<=[a-zA-Z])(?=\d)|(?<=[a-z])(?=[A-Z])", " ", style_id).lower()


def _first(layers: list[Element], tag: str, *attributes: str) -> str | None:
    """An attribute from the nearest layer that has it: Word inherits indents and spaces one by one."""
    for layer in layers:
        for element in layer.iterchildren(qn(tag)):
            for attribute in attributes:
                if (found := value(element, attribute)) is not None:
                    return found
    return None


def _nearest(layers: Iterable[Element], tag: str) -> Element | None:
    """A property from the nearest layer that has it."""
    return next((found for layer in layers for found in layer.iterchildren(qn(f"w:{tag}"))), None)


def _toggled(tag: str, direct: list[Element], *styled: list[Element]) -> bool:
    """Bold and its like: styles of paragraphs and of letters toggle one another (ISO 29500-1, 17.7.3)."""
    own = _nearest(direct, tag)
    if own is not None:
        return is_on(own)
    character, paragraph, default = (is_on(_nearest(layers, tag)) for layers in styled)
    return default or character != paragraph


def _points(measure: str | None) -> float:
    """A measure in points: twentieths of a point, or a number with its unit."""
    if measure is None:
        return 0.0
    if found := _MEASURE.fullmatch(measure):
        return float(found[1]) * _POINTS[found[2]]
    return whole(measure) / 20
