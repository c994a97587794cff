"""Finds the headings, clauses and lists in the paragraphs of a document.

In: a `Paper`. Out: an `Outline`: every paragraph is in it, as a clause, a heading, a list's item, or left out by name.
Never: changes a word; drops one in silence.
"""

from msgspec.structs import replace

from content.reading import left_tables
from content.reading.furniture import parted
from content.reading.headings import headings
from content.reading.levels import levels
from content.reading.lines import Paper
from content.reading.lists import Clause
from content.reading.parts import parted_name
from content.reading.pieces import Piece, pieces
from content.reading.shapes import Entry, Left, Outline, Passage, Title, Why

__all__ = ["Entry", "Left", "Outline", "Passage", "Title", "Why", "outline"]


def outline(paper: Paper) -> Outline:
    """The document's structure."""
    given, artefacts = pieces(paper)
    body, aside = parted(given, paper)
    deep = levels(body, headings(body))
    tree = _Tree(body, set(deep))
    for at, piece in enumerate(body):
        if at in deep:
            tree.head(piece, deep[at])
        elif piece.text:
            tree.place(at)
        else:
            aside.append((piece, "unplaced"))
    left = [(piece.at, _left(piece, why)) for piece, why in aside]
    left += [(at, Left(text=text, why="artefact", page=paper.lines[at].page)) for at, text in artefacts]
    left.sort(key=lambda one: one[0])
    warnings = (*paper.warnings, *left_tables.warnings(aside, paper))
    return Outline(body=tree.body(), left=tuple(one for _, one in left), warnings=warnings)


def _left(piece: Piece, why: Why) -> Left:
    return Left(text=piece.whole, why=why, page=piece.line.page, cells=piece.line.cells)


#: Paragraphs that a list's line may have beside its first.
_WITHIN_ITEM = 2


class _Tree:
    """The body in one pass. Knows the clause that is open and the last whole number that a clause had."""

    def __init__(self, body: list[Piece], headings: set[int]) -> None:
        self._body, self._headings = body, headings
        self._made: list[Title | Passage] = []
        self._open: Clause | None = None
        self._last = 0

    def body(self) -> tuple[Title | Passage, ...]:
        self._close()
        return tuple(self._made)

    def head(self, piece: Piece, level: int) -> None:
        self._close()
        named = None if piece.ref else parted_name(piece.text)
        ref, text = named or (piece.ref, piece.text)
        self._made.append(Title(ref=ref, text=text or ref or "", level=level))

    def place(self, at: int) -> None:
        piece = self._body[at]
        if piece.sort is None:
            self._unmarked(at)
        elif piece.sort == "number":
            self._number(at)
        else:
            self._listed(at)

    def _begin(self, piece: Piece, continues: str | None = None) -> None:
        self._close()
        self._open = Clause(piece, continues)
        if len(piece.parts) == 1:
            self._last = piece.parts[0]

    def _close(self) -> None:
        if self._open:
            self._made.append(self._open.passage())
        self._open = None

    def _unmarked(self, at: int) -> None:
        """A paragraph of its own, that carries on a numbered clause where one is open."""
        piece, clause = self._body[at], self._open
        told = piece.line.goes_on and clause and piece.line.depth != clause.piece.line.depth
        if clause and clause.listing and (told or self._within_list(clause, at)):
            clause.more(piece)
        else:
            self._begin(piece, clause.carries_on if clause else None)

    def _within_list(self, clause: Clause, at: int) -> bool:
        """Whether the list that is open goes on after a paragraph or two, so that they belong to its last line."""
        for place in range(at, min(at + _WITHIN_ITEM + 1, len(self._body))):
            piece = self._body[place]
            if place in self._headings or piece.leads:
                return False
            if piece.sort is not None:
                return place > at and clause.goes_on_with(piece)
        return False

    def _number(self, at: int) -> None:
        piece, clause = self._body[at], self._open
        if clause and (self._counts_on(clause, at) if len(piece.parts) == 1 else self._sub_number(clause, piece)):
            clause.add(piece)
        else:
            self._begin(piece)

    @staticmethod
    def _sub_number(clause: Clause, piece: Piece) -> bool:
        """2.1.1 is a line of a list under 2.1 where 2.1 ends in a colon, and a clause of its own elsewhere."""
        over = clause.piece.parts
        if not over or piece.parts[: len(over)] != over or len(piece.parts) <= len(over):
            return False
        return clause.piece.leads or (clause.numbered_list == len(piece.parts))

    def _counts_on(self, clause: Clause, at: int) -> bool:
        """Whether a whole number counts the lines of the open clause's list, and not clauses."""
        piece = self._body[at]
        number = piece.parts[0]
        if _deeper(piece, clause.piece) and piece.line.number and clause.piece.ref:
            return True
        if clause.last_number and clause.numbered_list == 1 and number == clause.last_number + 1:
            return True
        if len(clause.piece.parts) > 1:
            return number == 1 or clause.numbered_list == 1
        if len(clause.piece.parts) == 1:
            return number == 1 and clause.leading
        return number == 1 and clause.leading and not self._runs_on(at)

    def _runs_on(self, at: int) -> bool:
        """Whether the numbers that begin here go on beyond the next heading: then they number the clauses."""
        last, beyond = 0, False
        for place in range(at, len(self._body)):
            beyond = beyond or place in self._headings
            parts = self._body[place].parts
            if len(parts) == 1 and place not in self._headings:
                if beyond:
                    return parts[0] == last + 1
                last = parts[0]
        return False

    def _listed(self, at: int) -> None:
        """A bullet or letter: under the open clause, or clauses of their own where a heading leads straight to them."""
        piece, clause = self._body[at], self._open
        if clause is None or (not clause.leading and clause.of_one_list(piece)):
            self._begin(self._without_bullet(at))
        else:
            clause.add(piece)

    def _without_bullet(self, at: int) -> Piece:
        """A bullet that stands first and announces the bullets after it is what leads them, and none of them."""
        piece, after = self._body[at], self._body[at + 1] if at + 1 < len(self._body) else None
        if piece.leads and after and after.marker == piece.marker and not _deeper(after, piece):
            return replace(piece, marker=None, sort=None)
        return piece


def _deeper(piece: Piece, other: Piece) -> bool | None:
    """Whether a line is further in in lists than another, where the format tells."""
    if piece.line.depth is None or other.line.depth is None:
        return None
    return piece.line.depth > other.line.depth
