"""Makes ordinary lines of a table that only puts numbers beside their text, and one text of each cell of other tables.

In: the lines in the cells of a row. Out: lines. Never: drops what stands in a cell.
"""

from collections.abc import Iterable, Sequence

import msgspec

from content.reading.lines import Line
from content.reading.printed import mark


def flat(lines: Iterable[Line]) -> str:
    """All that stands in a cell, as one text: what the format adds is in it as printed."""
    return " ".join(f"{line.number or line.bullet} {line.text}".strip() for line in lines).strip()


def set_beside(row: Sequence[Sequence[Line]]) -> list[Line]:
    """A row's lines with its number in front: as the first line's own number where it is automatic, or else typed."""
    filled = [list(cell) for cell in row if flat(cell)]
    if not filled:
        return []
    *marks, text = filled
    for cell in reversed(marks):
        text = _led(cell, text)
    return text


def _led(marks: list[Line], text: list[Line]) -> list[Line]:
    first, *further = text
    led = marks[-1]
    if len(marks) > 1 or first.number or first.bullet or first.cells:
        return [*marks, *text]
    if led.text:
        first = msgspec.structs.replace(first, text=f"{led.text}\t{first.text}", indent=led.indent, apart=led.apart)
    else:
        first = msgspec.structs.replace(
            first, number=led.number, bullet=led.bullet, depth=led.depth, indent=led.indent, apart=led.apart
        )
    return [first, *(_carried_on(line) for line in further)]


def _carried_on(line: Line) -> Line:
    own = line.number or line.bullet or line.heading or line.cells or mark(line.text)
    return line if own else msgspec.structs.replace(line, goes_on=True)
