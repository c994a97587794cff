"""What was measured, as a table of Markdown: the benchmarks' and the fault campaign's.

In: tables. Out: their text, and whether every goal was met. Never: a figure that was not measured in this run.
"""

import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

#: The status of a process that missed a goal. Not 1: Python's own, where a program breaks.
MISSED: Final = 3


class Goal(NamedTuple):
    """What was to be reached, in words with its figures, and whether it was."""

    what: str
    met: bool


class Table(NamedTuple):
    """One table of a report. `rows` are as wide as `columns`; `notes` stand beneath, each a paragraph."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    goals: Sequence[Goal] = ()

    def markdown(self) -> str:
        """As it stands in the report; an empty line is its last."""
        lines = [f"### {self.title}", "", _row(self.columns), _row(["---"] * len(self.columns)), *map(_row, self.rows)]
        for note in self.notes:
            lines += ["", note]
        if self.goals:
            lines += ["", *(f"- [{'x' if goal.met else ' '}] {goal.what}" for goal in self.goals)]
        return "\n".join([*lines, "", ""])


def tell(tables: Iterable[Table]) -> int:
    """Print each table as soon as it is there. `MISSED` where a goal was missed, else 0: a process's exit status."""
    missed = False
    with ended_in_order():
        for table in tables:
            sys.stdout.write(table.markdown())
            sys.stdout.flush()
            missed = missed or not all(goal.met for goal in table.goals)
    return MISSED if missed else 0


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Told to end, this process ends what it began as well, and leaves no file."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
