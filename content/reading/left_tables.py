"""Tells the clerk of tables that say something in whole sentences: no table's row is a clause, but a rule may be in it.

In: the rows that were left out of the body. Out: a warning for each such table. Never: makes a clause of a cell.
"""

from collections.abc import Iterator, Sequence

from content.reading import wording
from content.reading.lines import Paper
from content.reading.pieces import Piece
from content.reading.sentences import whole_sentence
from content.reading.shapes import Why

_QUOTED = 60  # letters by which the clerk finds the table again


def warnings(aside: Sequence[tuple[Piece, Why]], paper: Paper) -> Iterator[str]:
    """One sentence or two on each table that has a whole sentence in it, a record of reviews aside."""
    warned = -1  # the last row of the table that was warned of
    for piece in sorted((piece for piece, why in aside if why == "table"), key=lambda piece: piece.at):
        if _one_table(paper, warned, piece.at):
            warned = piece.at
        elif said := next(filter(_says, _cells(piece)), None):
            warned = piece.at
            yield (
                f"A table has whole sentences in it{_where(piece)}: “{_shortened(said)}” They are not clauses; "
                "put what is a rule into the file by hand."
            )


def _one_table(paper: Paper, first: int, last: int) -> bool:
    """Nothing but rows stands between two rows."""
    return first >= 0 and all(line.cells or "\t" in line.text for line in paper.lines[first : last + 1])


def _cells(piece: Piece) -> list[str]:
    cells = piece.line.cells or piece.line.text.split("\t")
    return [text for cell in cells if (text := " ".join(cell.split()))]


def _says(cell: str) -> bool:
    return whole_sentence(cell) and not wording.blank(cell)


def _where(piece: Piece) -> str:
    return f" on page {piece.line.page}" if piece.line.page else ""


def _shortened(text: str) -> str:
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rsplit(' ', 1)[0]} …"
