"""A document that was read, in the shape that `protocol-bot clauses --json` prints.

In: an `Outline`, or a file. Out: its clauses as plain data. Never: a pack: only the reading is looked at.
"""

from pathlib import Path

from content.reading.opened import read
from content.reading.structure import Entry, Outline, Passage, Title, outline
from tests.reading.scoring import Clause, Item, Printed


def read_back(file: Path) -> Printed:
    return as_printed(outline(read(file.read_bytes(), file.name)))


def as_printed(found: Outline) -> Printed:
    """Each clause with the headings it stands under, outermost first."""
    over: list[Title] = []
    clauses: list[Clause] = []
    for piece in found.body:
        if isinstance(piece, Title):
            over = [title for title in over if title.level < piece.level] + [piece]
        else:
            clauses.append(_clause(piece, over))
    return {"clauses": clauses}


def _clause(passage: Passage, over: list[Title]) -> Clause:
    return {
        "ref": passage.ref,
        "headings": [{"ref": title.ref, "text": title.text} for title in over],
        "text": passage.text,
        "items": [_item(entry) for entry in passage.entries],
        "continues": passage.continues,
    }


def _item(entry: Entry) -> Item:
    return {
        "ref": entry.ref,
        "marker": entry.marker,
        "text": entry.text,
        "items": [_item(one) for one in entry.entries],
    }
