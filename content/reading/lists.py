"""Builds one clause with the list under it, line by line.

In: pieces that belong to the clause. Out: a `Passage`. Never: decides where a clause begins (`structure`).
"""

import re

from content.reading.pieces import Piece
from content.reading.printed import Sort, value
from content.reading.shapes import Entry, Passage

#: Points by which a line must stand further in to be in a list within the list.
_FURTHER_IN = 8.0
#: Lists are printed no deeper; an outline goes through them by calling itself, and so does all that reads it.
_DEEPEST = 20


class _Item:
    """A line of a list that is still being read."""

    def __init__(self, piece: Piece, sort: Sort) -> None:
        self.piece, self.sort, self.text = piece, sort, piece.text
        self.kind = _kind(piece, sort)
        self.under: list[_Item] = []

    def entry(self) -> Entry:
        below = tuple(item.entry() for item in self.under)
        return Entry(ref=self.piece.ref, marker=self.piece.marker, text=self.text, entries=below)


def _kind(piece: Piece, sort: Sort) -> str:
    """What the lines of one list have in common: the bullet, or the sort and the brackets of the number."""
    if sort == "bullet":
        return piece.marker or "bullet"
    shape = re.sub(r"[A-Z]+", "A", re.sub(r"[a-z]+", "a", re.sub(r"\d+(?:\.\d+)*", "1", piece.ref or "")))
    return f"{sort} {len(piece.parts)} {shape}"


class Clause:
    """A clause that is being read: its first piece, and the lists under it that are open, outermost first."""

    def __init__(self, piece: Piece, continues: str | None = None) -> None:
        self.piece = piece
        self._continues = continues
        self._items: list[_Item] = []
        self._open: list[_Item] = []

    @property
    def carries_on(self) -> str | None:
        """The number that a further paragraph would carry on."""
        return self.piece.ref or self._continues

    @property
    def listing(self) -> bool:
        """A list has begun."""
        return bool(self._items)

    @property
    def last_number(self) -> int:
        """The last whole number in the open lists, 0 where there is none."""
        return next((item.piece.parts[-1] for item in reversed(self._open) if item.piece.parts), 0)

    @property
    def leading(self) -> bool:
        """Its last line announces a list."""
        return self._open[-1].piece.leads if self._open else self.piece.leads

    @property
    def numbered_list(self) -> int:
        """How many parts the numbers in its open lists have, 0 where there are none."""
        return next((len(item.piece.parts) for item in reversed(self._open) if item.piece.parts), 0)

    def of_one_list(self, piece: Piece) -> bool:
        """Whether a piece is of the kind of the clause's own first line: then it is a clause beside it."""
        mine = self.piece
        sort = self._sort(piece)
        if mine.sort is None or _kind(piece, sort) != _kind(mine, mine.sort):
            return False
        if None not in (piece.line.depth, mine.line.depth) and piece.line.depth != mine.line.depth:
            return False
        return sort == "bullet" or value(piece.ref or "", sort) != 1

    def goes_on_with(self, piece: Piece) -> bool:
        """Whether a number or letter is the next after that of an open line."""
        sort = self._sort(piece)
        mine = {item.kind: item for item in self._open if item.sort != "bullet"}.get(_kind(piece, sort))
        return mine is not None and _follows(mine.piece.ref, piece.ref, sort)

    def add(self, piece: Piece) -> None:
        """Puts a line into its list, opening or closing lists within lists."""
        item = _Item(piece, self._sort(piece))
        del self._open[min(self._place(item), _DEEPEST - 1) :]
        (self._open[-1].under if self._open else self._items).append(item)
        self._open.append(item)

    def more(self, piece: Piece) -> None:
        """A further paragraph of the last line of the list."""
        self._open[-1].text += f" {piece.text}"

    def passage(self) -> Passage:
        """The clause as it was read."""
        return Passage(
            ref=self.piece.ref,
            text=self.piece.text,
            entries=tuple(item.entry() for item in self._items),
            continues=None if self.piece.ref else self._continues,
        )

    def _place(self, item: _Item) -> int:
        """How many of the open lists stay open around it."""
        depth = item.piece.line.depth
        for place in range(len(self._open) - 1, -1, -1):
            known = self._open[place].piece.line.depth
            if depth is not None and known is not None and depth != known:
                if depth > known:
                    return place + 1
                continue
            if self._open[place].kind == item.kind and not self._apart(item, self._open[place]):
                return place
            if depth is not None and known is not None and item.sort == self._open[place].sort == "bullet":
                return place
        if depth is not None and self._open and self._open[0].piece.line.depth is not None:
            return self._by_depth(depth)
        return self._by_indent(item)

    def _by_depth(self, depth: int) -> int:
        deeper = [place for place, item in enumerate(self._open) if (item.piece.line.depth or 0) >= depth]
        return deeper[0] if deeper else len(self._open)

    def _by_indent(self, item: _Item) -> int:
        """A list of a new kind is within the last line, unless it stands no further in than a line before."""
        indent = item.piece.line.indent
        for place, open_item in enumerate(self._open):
            known = open_item.piece.line.indent
            if indent and known and indent < known - _FURTHER_IN / 2 and not open_item.piece.leads:
                return place
        return len(self._open)

    def _apart(self, item: _Item, before: _Item) -> bool:
        """Whether a bullet like one before it is in another list: further in, or further out where one is outside."""
        mine, theirs = item.piece.line.indent, before.piece.line.indent
        if not (mine and theirs) or item.sort != "bullet":
            return False
        outside = self._open[: self._open.index(before)]
        return mine > theirs + _FURTHER_IN or (
            mine < theirs - _FURTHER_IN / 2 and any(one.kind == item.kind for one in outside)
        )

    def _sort(self, piece: Piece) -> Sort:
        """(i) after (h) is a letter, and after anything else a Roman number; (v) and (x) alike."""
        sort: Sort = piece.sort or "bullet"
        if sort not in ("roman", "letter"):
            return sort
        others: tuple[Sort, ...] = ("letter", "roman")
        for item in reversed(self._open):
            for other in others:
                if item.sort == other and _follows(item.piece.ref, piece.ref, other):
                    return other
        if self.piece.sort in others and not self._open and _follows(self.piece.ref, piece.ref, self.piece.sort):
            return self.piece.sort
        return sort


def _follows(before: str | None, after: str | None, sort: Sort) -> bool:
    if sort == "roman" and not re.fullmatch(r"[^a-z]*[ivxl]+[^a-z]*", (after or "").lower()):
        return False
    if sort == "letter" and len(re.sub(r"[^a-z]", "", (after or "").lower())) > 1:
        return False
    return value(after or "", sort) == value(before or "", sort) + 1
