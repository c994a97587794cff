"""Knows short lines between two clauses that follow on each other: a table's cells may look like headings.

In: the body's pieces and the headings among them. Out: those that are none. Never: doubts what is printed as a heading.
"""

from collections.abc import Callable, Iterator

from content.reading.parts import named_part
from content.reading.pieces import Piece


def cut_in(body: list[Piece], found: set[int], stands_out: Callable[[Piece], bool]) -> set[int]:
    """The headings that only their shortness told, with unnumbered lines under them, between a clause and the next of
    the same section (2.1 and 2.2). Where a document has such headings in several places, they are its own."""

    def doubtful(at: int) -> bool:
        return at in found and not body[at].sort and not stands_out(body[at]) and not named_part(body[at].text)

    gaps = [
        gap for first, last in _followed_on(body, found) if (gap := [at for at in range(first, last) if doubtful(at)])
    ]
    if len(gaps) != 1 or body[gaps[0][0] + 1].sort:
        return set()
    return set(gaps[0])


def _followed_on(body: list[Piece], found: set[int]) -> Iterator[tuple[int, int]]:
    """The places between a clause and the one that carries on its number."""
    last: int | None = None
    for at, piece in enumerate(body):
        if not piece.parts:
            continue
        clause = at not in found and len(piece.parts) > 1
        if clause and last is not None and piece.parts == (*body[last].parts[:-1], body[last].parts[-1] + 1):
            yield last + 1, at
        last = at if clause else None
