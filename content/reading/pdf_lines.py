"""Puts the letters of a page together to words, and the words to printed lines.

In: the glyphs of a `Sheet`. Out: `Printed` lines from top to bottom, as wide as the page. Never: parts columns, which
`pdf_columns` does; loses a letter.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from content.reading.pdf_glyphs import Glyph

#: A gap of this share of the letters' size is a blank: typesetters' narrowest is about a fifth, but a number that is
#: wider than its tab leaves less; kerning stays under a tenth, and far under that between a number and a capital.
_BLANK, _AFTER_NUMBER = 0.11, 0.035
#: More lines than any page has: what is on one that has more is not looked at closely, or it would take for ever.
MOST_LINES = 1_000
#: A gap of so many letter sizes was made by a tab: no justified line is stretched that far.
_TAB = 4.0
#: Glyphs that are bullets wherever a line begins with one, even where no blank follows.
BULLETS = frozenset("•·‣▪▫●○◦■□◆◇➢➤►▶✓✔★\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf02d")
_TOUCHING = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})+\.?|\d{1,3}\.|\([a-z]{1,4}\))(?=[A-Z][a-z])")
_LEADERS = re.compile(r"(?:[.…·_]\s?){4,}")


class Word(NamedTuple):
    """Letters without a blank between them. `raised`: it stands higher than its line, as the mark of a note does.

    `glued`: there is no blank before it; it is a word of its own because one of the two is raised. `y`: its baseline.
    """

    text: str
    x0: float
    x1: float
    size: float
    bold: bool
    italic: bool
    raised: bool = False
    glued: bool = False
    y: float = 0.0


@dataclass(slots=True)
class Printed:
    """One printed line, or the part of one that stands in a column. `right` is how far its column goes, 0 unknown.

    `stream` numbers the columns of a page in the order in which they are read, so that lines of different ones are
    never taken for neighbours; `column` names those that stand in the same place on several pages. A `table` is one
    line among the others, as wide and high as it is.
    """

    words: list[Word]
    y: float
    page: int = 0
    stream: int = 0
    column: str = ""
    left: float = 0.0
    right: float = 0.0
    justified: bool = False
    table: "Table | None" = None
    # These are asked for again and again, and counted from the words once.
    _size: float = field(default=0.0, init=False, compare=False)
    _text: str | None = field(default=None, init=False, compare=False)
    _bold: bool | None = field(default=None, init=False, compare=False)

    @property
    def x0(self) -> float:
        """Where its first word begins."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Where its last word ends."""
        return self.words[-1].x1

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        if not self._size:
            sizes: Counter[float] = Counter()
            for word in self.words:
                if not word.raised:
                    sizes[round(word.size, 1)] += len(word.text)
            self._size = sizes.most_common(1)[0][0] if sizes else self.words[0].size
        return self._size

    @property
    def text(self) -> str:
        """Its words, with a tab where the gap is far wider than any blank."""
        if self._text is None:
            self._text = written(self.words)
        return self._text

    def bold(self) -> bool:
        """Whether all its words are; numbers and bullets aside, which are often set lighter or heavier."""
        if self._bold is None:
            self._bold = _all(self.words, "bold")
        return self._bold

    def italic(self) -> bool:
        """Whether all its words are."""
        return _all(self.words, "italic")

    def tabbed(self) -> bool:
        """Whether its end was set apart, as a page number in a contents list is: nothing wraps there."""
        if len(self.words) < 2:
            return False
        if _LEADERS.search(self.text) and re.search(r"\d\s*$", self.text):
            return True
        gaps = [after.x0 - word.x1 for word, after in pairwise(self.words)]
        usual = median(gaps[1:-1]) if len(gaps) > 3 else self.size * 0.3
        return len(gaps) > 1 and gaps[-1] > max(2.2 * self.size, 3.5 * usual)


@dataclass(slots=True)
class Table:
    """A table's rows, each as its cells' lines, and the place of its edges on the page."""

    rows: list[list[list[Printed]]]
    x0: float
    x1: float
    top: float
    bottom: float


def written(words: Sequence[Word]) -> str:
    """Words in a line as text."""
    said = words[0].text if words else ""
    for word, after in pairwise(words):
        blank = "\t" if after.x0 - word.x1 > _TAB * max(word.size, after.size) else " "
        said += after.text if after.glued else blank + after.text
    return said


def _all(words: Iterable[Word], manner: str) -> bool:
    spoken = [word for word in words if any(letter.isalpha() for letter in word.text) and len(word.text) > 1]
    spoken = spoken or [word for word in words if any(letter.isalnum() for letter in word.text)]
    return bool(spoken) and all(getattr(word, manner) for word in spoken)


class _Row:
    """Glyphs on one baseline."""

    def __init__(self, glyph: Glyph) -> None:
        self.glyphs = [glyph]
        self.y = glyph.y
        self.size = glyph.size
        self.raised: set[int] = set()


def printed(glyphs: Sequence[Glyph], page: int) -> list[Printed]:
    """The lines of a page from top to bottom; blanks that are printed as such part words and are nothing else."""
    rows = _rows([glyph for glyph in glyphs if glyph.text.strip()])
    blanks = [glyph for glyph in glyphs if not glyph.text.strip()]
    if len(rows) <= MOST_LINES:
        _raise(rows)
    spaces = _spaces(blanks)
    lines = [Printed(_words(row, spaces.get(round(row.y), ())), row.y, page) for row in rows if row.glyphs]
    return sorted(lines, key=lambda line: (-line.y, line.x0))


def _rows(glyphs: list[Glyph]) -> list[_Row]:
    rows: list[_Row] = []
    for glyph in sorted(glyphs, key=lambda glyph: (-glyph.y, glyph.x0)):
        row = rows[-1] if rows else None
        if row is not None and row.y - glyph.y <= 0.22 * min(row.size, glyph.size):
            row.glyphs.append(glyph)
            # The larger letters say where the line stands: a bullet's font may put its glyph a little higher.
            if glyph.size > row.size * 1.05:
                row.size = glyph.size
        else:
            rows.append(_Row(glyph))
    for row in rows:
        row.size = median(glyph.size for glyph in row.glyphs)
        row.y = median(glyph.y for glyph in row.glyphs)
    return rows


def _raise(rows: list[_Row]) -> None:
    """Puts small raised or lowered letters, such as a note's mark or the st of 21st, into the line they belong to."""
    for small in rows:
        near = [row for row in rows if row is not small and abs(row.y - small.y) < 0.65 * row.size]
        for row in near:
            moved = [glyph for glyph in small.glyphs if glyph.size < row.size * 0.85] if small.glyphs else []
            if not moved or len(moved) > 0.5 * len(row.glyphs) + 4:
                continue
            fits = [run for run in _runs(moved) if _touches(run, row)]
            for glyph in (glyph for run in fits for glyph in run):
                small.glyphs.remove(glyph)
                row.raised.add(id(glyph))
                row.glyphs.append(glyph)


def _runs(glyphs: list[Glyph]) -> list[list[Glyph]]:
    runs: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.x0):
        if runs and glyph.x0 - runs[-1][-1].x1 < 0.3 * glyph.size:
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return runs


def _touches(run: list[Glyph], row: _Row) -> bool:
    """Whether a run of small letters stands right beside a letter of the line, and upon none."""
    x0, x1 = run[0].x0, run[-1].x1
    if any(glyph.x0 < x1 - 0.5 and glyph.x1 > x0 + 0.5 for glyph in row.glyphs):
        return False
    near = 0.35 * row.size
    return any(abs(x0 - glyph.x1) < near or abs(glyph.x0 - x1) < near for glyph in row.glyphs)


def _spaces(blanks: list[Glyph]) -> dict[int, list[Glyph]]:
    spaces: dict[int, list[Glyph]] = {}
    for blank in blanks:
        for y in {round(blank.y) - 1, round(blank.y), round(blank.y) + 1}:
            spaces.setdefault(y, []).append(blank)
    return spaces


def _words(row: _Row, spaces: Sequence[Glyph]) -> list[Word]:
    glyphs = _once(sorted(row.glyphs, key=lambda glyph: glyph.x0), row.raised)
    pairs = pairwise(glyphs)
    gaps = [after.x0 - glyph.x1 for glyph, after in pairs if glyph.text.isalnum() and after.text.isalnum()]
    # Letters that are set wide (C O U N C I L) have gaps all along: only a wider one is a blank.
    loose = max(0.0, median(gaps)) if len(gaps) > 4 else 0.0
    middles = sorted((space.x0 + space.x1) / 2 for space in spaces)
    words: list[tuple[list[Glyph], bool]] = []
    for glyph in glyphs:
        before = words[-1][0][-1] if words else None
        parted = before is None or _parted(before, glyph, loose, middles)
        if before is not None and len(words) == 1 and len(words[0][0]) == 1 and before.text in BULLETS:
            parted = True
        if before is None or parted or (id(before) in row.raised) != (id(glyph) in row.raised):
            words.append(([glyph], not parted))
        else:
            words[-1][0].append(glyph)
    return [_word(word, row.raised, glued) for word, glued in [*_cut(words[0]), *words[1:]]]


def _cut(first: tuple[list[Glyph], bool]) -> list[tuple[list[Glyph], bool]]:
    """A line's first word, cut where a number left no room before its text: "3.4.1.1The"."""
    glyphs, glued = first
    found = _TOUCHING.match("".join(glyph.text for glyph in glyphs))
    if found is None:
        return [first]
    at = next(at for at in range(len(glyphs)) if sum(len(glyph.text) for glyph in glyphs[:at]) >= found.end())
    return [(glyphs[:at], glued), (glyphs[at:], False)]


def _parted(before: Glyph, glyph: Glyph, loose: float, blanks: list[float]) -> bool:
    gap = glyph.x0 - before.x1
    size = min(before.size, glyph.size)
    numbered = before.text in "0123456789.)]" and glyph.text.isupper()
    if gap > (_AFTER_NUMBER if numbered else _BLANK) * size + loose:
        return True
    # A blank that is printed counts where there is room for it at all: some writers print one under the letters.
    at = bisect_left(blanks, before.x1 - 0.5)
    return gap > 0.05 * size + loose * 0.9 and at < len(blanks) and blanks[at] <= glyph.x0 + 0.5


def _once(glyphs: list[Glyph], raised: set[int]) -> list[Glyph]:
    """Drops letters printed twice in nearly the same place, which is how some writers make them bold."""
    kept: list[Glyph] = []
    for glyph in glyphs:
        twin = next(
            (
                at
                for at in range(len(kept) - 1, max(-1, len(kept) - 4), -1)
                if kept[at].text == glyph.text and abs(kept[at].x0 - glyph.x0) < 0.12 * glyph.size
                and abs(kept[at].size - glyph.size) < 0.5 and (glyph.x1 - glyph.x0) > 0.13 * glyph.size
            ),
            None,
        )  # fmt: skip
        if twin is None:
            kept.append(glyph)
        elif id(kept[twin]) not in raised:
            kept[twin] = kept[twin]._replace(bold=True)
    return kept


def _word(glyphs: list[Glyph], raised: set[int], glued: bool) -> Word:
    letters = [glyph for glyph in glyphs if glyph.text.isalnum()] or glyphs
    return Word(
        "".join(glyph.text for glyph in glyphs),
        glyphs[0].x0,
        max(glyph.x1 for glyph in glyphs),
        max(glyph.size for glyph in glyphs),
        bold=sum(glyph.bold for glyph in letters) * 2 > len(letters),
        italic=sum(glyph.italic for glyph in letters) * 2 > len(letters),
        raised=all(id(glyph) in raised for glyph in glyphs),
        glued=glued,
        y=median(glyph.y for glyph in glyphs),
    )
