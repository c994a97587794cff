"""Rows of (number, weight) under words, in little room: an index of every council stands in memory.

In: rows by their words. Out: the row of a word. Never: changes.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Literal, TypeAlias

Row: TypeAlias = Sequence[tuple[int, float]]


class Rows:
    """All of it laid flat: thousands of small lists would take ten times the room.

    `kind`: `f` keeps weights in four bytes, `d` exactly as they are.
    """

    __slots__ = ("_at", "_ends", "_numbers", "_weights")

    def __init__(self, rows: Mapping[str, Row], kind: Literal["f", "d"] = "f") -> None:
        self._at = {word: i for i, word in enumerate(rows)}
        self._ends = array("I", accumulate(map(len, rows.values()), initial=0))
        self._numbers = array("I", (number for row in rows.values() for number, _ in row))
        self._weights = array(kind, (weight for row in rows.values() for _, weight in row))

    def __contains__(self, word: str) -> bool:
        return word in self._at

    def __getitem__(self, word: str) -> Iterable[tuple[int, float]]:
        """Empty for a word that has none."""
        i = self._at.get(word)
        if i is None:
            return ()
        row = slice(self._ends[i], self._ends[i + 1])
        return zip(self._numbers[row], self._weights[row], strict=True)

    def count(self, word: str) -> int:
        """How many stand in the row of a word."""
        i = self._at.get(word)
        return 0 if i is None else self._ends[i + 1] - self._ends[i]
