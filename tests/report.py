"""What was measured, as a table of Markdown: the benchmarks' and the fault campaign's.

In: tables. Out: their text, and whether a goal was missed. Never: a figure that was not measured in this run; a goal
that is met where nothing was measured.
"""

import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

#: The status of a process that missed a goal. Not 1: Python's own, where a program breaks.
MISSED: Final = 3
#: What begins a goal's line, by whether it was met.
MARKS: Final[dict[bool | None, str]] = {True: "- [x] ", False: "- [ ] ", None: "- not tried: "}


class Goal(NamedTuple):
    """What was to be reached, in words with its figures, and whether it was; None where it could not be tried here."""

    what: str
    met: bool | None


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
            lines += ["", *(f"{MARKS[goal.met]}{goal.what}" for goal in self.goals)]
        return "\n".join([*lines, "", ""])


def not_tried(title: str, goal: str, missing: object) -> Table:
    """What stands where nothing of a table can be measured, for want of a tool: that it is `missing`, and the mend."""
    return Table(title, ("not tried, because",), [[str(missing)]], goals=[Goal(goal, None)])


def tell(tables: Iterable[Table], file: Path | None = None) -> int:
    """Print each table as soon as it is there, and write it into the file, if there is one.

    `MISSED` where a goal was missed, else 0: a process's exit status.
    """
    missed = False
    with ExitStack() as after:
        after.enter_context(ended_in_order())
        outs = [sys.stdout]
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            outs.append(after.enter_context(file.open("w", encoding="utf-8")))
        for table in tables:
            for out in outs:
                out.write(table.markdown())
                out.flush()
            missed = missed or any(goal.met is False for goal in table.goals)
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
