"""Printed numbers that stand twice, and numbers that are left out.

In: a pack's body. Out: both, as they would be printed. Never: judges: a council's document may number as it likes.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from bot.pack import Clause, Heading
from content.importing.ids import bare


def doubles(body: Sequence[Heading | Clause]) -> tuple[str, ...]:
    """Numbers that stand more than once in the same section."""
    counted = Counter(_printed(body))
    return tuple(dict.fromkeys(number for (_, number), n in counted.items() if n > 1))


def missing(body: Sequence[Heading | Clause]) -> tuple[str, ...]:
    """Numbers between two that are printed, or before the first: 3.4 where 3.3 is followed by 3.5."""
    series: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for section, number in _printed(body):
        if re.fullmatch(r"\d+(\.\d+)*", number):
            above, _, last = number.rpartition(".")
            series[section if not above else "", above].append(int(last))
    return tuple(number for (_, above), printed in series.items() for number in _left_out(above, printed))


def _left_out(above: str, printed: list[int]) -> Iterator[str]:
    known = set(printed)
    if above == "" and min(known) > 1:
        return  # a section that goes on with the numbers of the one before
    for n in range(1, max(known)):
        if n not in known:
            yield f"{above}.{n}" if above else str(n)


def _printed(body: Sequence[Heading | Clause]) -> Iterator[tuple[str, str]]:
    """Every number with the section it restarts in: whole numbers may begin anew under each heading."""
    section = ""
    for node in body:
        number = bare(node.ref) if node.ref else ""
        if isinstance(node, Heading):
            if number:
                yield "headings" if "." not in number else "", number
            section = node.id
        elif number:
            yield section if "." not in number else "", number
