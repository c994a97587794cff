"""Tells a table that says something as a table from one that only puts paragraphs in their places.

In: what stands in a table's cells. Out: yes or no. Never: changes a word.
"""

import re
from collections.abc import Sequence

from content.reading.printed import mark

#: How long the text beside numbers is on the average at least: names, dates and sums are shorter.
_TEXT = 20
#: The same where nothing stands beside anything: forms to fill in have empty cells beside short texts.
_TEXT_ALONE = 40
#: Numbers with letters before or after them: "A1", "B.2", "3A", "3.1(b)", "Art. 5", "§ 7".
_LABEL = re.compile(
    r"[(\[]?(?:[A-Z§]|Art\.?|Para\.?|Cl\.?|No\.?)?[\s.-]?\d{1,3}(?:[.\-/]\d{1,3}){0,4}[A-Za-z]?(?:\([a-z0-9]{1,4}\))*[.):\]]*"
)


def only_layout(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the rows are ordinary paragraphs: one cell each, or numbers and bullets beside their text.

    A cell that holds a number of its own, automatic or typed, is given with it.
    """
    beside = [[cell for cell in row if cell] for row in rows if len(row) > 1 and any(row)]
    if not beside:
        return True
    least = _TEXT if any(len(row) > 1 for row in beside) else _TEXT_ALONE
    return sum(len(row[-1]) for row in beside) >= least * len(beside) and all(map(_labelled, beside))


def _labelled(filled: Sequence[str]) -> bool:
    """Whether nothing stands before the last of the filled cells but numbers and bullets."""
    return all(_bare(cell) for cell in filled[:-1])


def _bare(cell: str) -> bool:
    found = mark(cell)
    return (found is not None and not found.rest) or bool(_LABEL.fullmatch(cell))
