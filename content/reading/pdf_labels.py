"""Mends labels that were broken in a narrow column: "Rule" or "3.4." on one line, "1" under it, the text beside both.

In: the lines of a column. Out: the same words, the label whole on its first line. Never: moves anything but a number.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from content.reading.pdf_lines import Printed

_NEAR = 3.0
_NAME = re.compile(r"[A-Z][a-z]{2,8}\.?|No\.?")
_NUMBER = re.compile(r"[A-Z]?\d{1,3}(?:\.\d{1,3})*[.):]?")
#: The beginning of a number and its end: no list goes on from "1." with a "2" that has no stop.
_HEAD, _TAIL = re.compile(r"[A-Z]?\d{1,3}(?:\.\d{1,3})*\."), re.compile(r"\d{1,3}(?:\.\d{1,3})*")
#: A number is broken where the rest of it would have come nearer to the text than so many letter sizes.
_ROOM = 0.6


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


def mended_across(lines: Sequence[Printed]) -> list[Printed]:
    """The lines of all pages, numbers whole that a page's end broke: the rest stands alone at the top of the next."""
    whole: list[Printed] = []
    for line in lines:
        last = whole[-1] if whole else None
        if last is not None and last.page != line.page and _ends_alone(last, line):
            whole[-1] = _with_number(last, line)
        else:
            whole.append(line)
    return whole


def _ends_alone(line: Printed, below: Printed) -> bool:
    return len(below.words) == 1 and len(line.words) > 1 and _set_apart(line) and _broken(line, below)


def _carries_on(line: Printed, below: Printed) -> bool:
    if len(line.words) < 2 or not _set_apart(line):
        return False
    first, second = line.words[0].text, below.words[0].text
    if not (_NAME.fullmatch(first) and _NUMBER.fullmatch(second)) and not _broken(line, below):
        return False
    under = abs(line.x0 - below.x0) < _NEAR and 0 < line.y - below.y < 1.7 * line.size
    level = len(below.words) == 1 or abs(line.words[1].x0 - below.words[1].x0) < _NEAR
    return under and level


def _set_apart(line: Printed) -> bool:
    return line.words[1].x0 - line.words[0].x1 > 0.5 * line.size


def _broken(line: Printed, below: Printed) -> bool:
    """Whether a number ends in the line below for want of room beside the text."""
    first, second = line.words[0], below.words[0]
    room = line.words[1].x0 - first.x1 - (second.x1 - second.x0)
    parts = _HEAD.fullmatch(first.text) and _TAIL.fullmatch(second.text)
    # Under the heading 3. stands 3.1, a number of its own.
    own = second.text.startswith(first.text) or first.bold != second.bold
    return bool(parts) and not own and room < _ROOM * line.size


def _with_number(line: Printed, below: Printed) -> Printed:
    name, number = line.words[0], below.words[0]
    if name.text.endswith(".") and name.text[-2:-1].isdigit():
        return replace(line, words=[name._replace(text=name.text + number.text), *line.words[1:]])
    x0 = name.x1 + 0.1 * name.size
    x1 = min(x0 + number.x1 - number.x0, line.words[1].x0 - 0.6 * name.size)
    moved = number._replace(x0=x0, x1=max(x0, x1), y=name.y)
    return replace(line, words=[name, moved, *line.words[1:]])
