"""Mends labels that were broken in a narrow column: "Rule" on one line, "3.1" under it, the text beside both.

In: the lines of a column. Out: the same words, the label whole on its first line. Never: moves anything but a number.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from content.reading.pdf_lines import Printed

_NEAR = 3.0
_NAME = re.compile(r"[A-Z][a-z]{2,8}\.?|No\.?")
_NUMBER = re.compile(r"[A-Z]?\d{1,3}(?:\.\d{1,3})*[.):]?")


def mended(lines: Sequence[Printed]) -> list[Printed]:
    """The lines, numbers put to the names above them."""
    whole: list[Printed] = []
    for line in lines:
        if whole and _carries_on(whole[-1], line):
            whole[-1] = _with_number(whole[-1], line)
            if len(line.words) == 1:
                continue
            line = replace(line, words=line.words[1:])
        whole.append(line)
    return whole


def _carries_on(line: Printed, below: Printed) -> bool:
    if len(line.words) < 2 or not _NAME.fullmatch(line.words[0].text) or not _NUMBER.fullmatch(below.words[0].text):
        return False
    set_apart = line.words[1].x0 - line.words[0].x1 > 0.5 * line.size
    under = abs(line.x0 - below.x0) < _NEAR and 0 < line.y - below.y < 1.7 * line.size
    level = len(below.words) == 1 or abs(line.words[1].x0 - below.words[1].x0) < _NEAR
    return set_apart and under and level


def _with_number(line: Printed, below: Printed) -> Printed:
    name, number = line.words[0], below.words[0]
    x0 = name.x1 + 0.1 * name.size
    x1 = min(x0 + number.x1 - number.x0, line.words[1].x0 - 0.6 * name.size)
    moved = number._replace(x0=x0, x1=max(x0, x1), y=name.y)
    return replace(line, words=[name, moved, *line.words[1:]])
