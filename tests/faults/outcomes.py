"""What came of a fault: as a row of the report, with whatever was not as it has to be.

In: what went wrong, what was done meanwhile, what was seen. Out: a table whose goal tells whether all promises held.
Never: an outcome that was not seen in this run.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from tests.report import Goal, Table

COLUMNS: Final = ("fault", "meanwhile", "what came of it", "times")
_LONG: Final = 110  # characters of what somebody read


class Outcome(Struct):
    """`seen` are the facts, in words; `wrong` is what must not be. `times` is how often it was tried."""

    fault: str
    meanwhile: str
    seen: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    times: int = 1

    def saw(self, what: str) -> None:
        """A fact, told in the report."""
        self.seen.append(what)

    def must(self, true: object, what: str) -> None:
        """`what` is the promise in words, for whoever reads that it was broken."""
        if not true:
            self.wrong.append(f"not so: {what}")

    def holds(self, broken: Iterable[str]) -> None:
        """Promises that were looked for (`tests.faults.promises`)."""
        self.wrong += broken

    def row(self) -> list[str]:
        """As it stands in the report."""
        told = [*self.seen, *(f"**{one}**" for one in self.wrong)]
        return [self.fault, self.meanwhile, "; ".join(told) or "as if nothing had happened", str(self.times)]


def read(said: str) -> str:
    """What somebody read, short enough for a cell."""
    whole = " ".join(said.split())
    return f"“{whole[:_LONG]}{'…' if len(whole) > _LONG else ''}”"


def untried(fault: str, why: str) -> Outcome:
    """What could not be brought about here, for want of a tool: nothing is known of it, which is no promise kept."""
    return Outcome(fault, "nothing", wrong=[f"not tried: {why}"], times=0)


def made(folder: Path) -> Path:
    """A folder of one outcome's own."""
    folder.mkdir()
    return folder


def table(title: str, outcomes: Sequence[Outcome], *notes: str) -> Table:
    """All of a module's, with the goal that holds for each; where nothing was tried it is missed."""
    tried = [one for one in outcomes if one.times]
    wrong, left = sum(bool(one.wrong) for one in tried), len(outcomes) - len(tried)
    told = f"of {len(tried)} rows none broke a promise ({wrong} did){f'; {left} were not tried' if left else ''}"
    goal = Goal(told, bool(tried) and not wrong and not left)
    return Table(title, COLUMNS, [one.row() for one in outcomes], notes, (goal,))
