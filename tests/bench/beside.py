"""Ours beside what others would use: asked the same in turn, in the same run, on the same core.

In: rates of the rounds. Out: rows of a table, medians and their ratio; a bare server as a process.
Never: a ratio of two runs.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from tests import peers
from tests.bench import wrk
from tests.bench.wrk import Rate
from tests.report import Table, not_tried

COLUMNS: Final = ("", "ours, a second", "p50 ms", "p99 ms", "by itself, a second", "p50 ms", "p99 ms", "ratio")
ROUNDS: Final = 3


class Beside(NamedTuple):
    """One kind of request: what ours did in each round, and what the bare one did in it."""

    kind: str
    ours: Sequence[Rate]
    theirs: Sequence[Rate]

    @property
    def ratio(self) -> float:
        """How many times as many a second."""
        return median(one.per_second for one in self.ours) / median(one.per_second for one in self.theirs)

    @property
    def tail(self) -> float:
        """How many times as long the 99th of a hundred is waited for."""
        return median(one.p99 for one in self.ours) / median(one.p99 for one in self.theirs)

    @property
    def wrong(self) -> int:
        """How many were refused, lost, or answered with something else; by either."""
        return sum(one.wrong for one in (*self.ours, *self.theirs))

    def row(self) -> list[str]:
        return [self.kind, *middles(self.ours), *middles(self.theirs), f"{self.ratio:.2f}"]


def absent(title: str, goal: str) -> Table | None:
    """The table of where nothing can be measured, for want of `wrk`, which says so; None where it is here."""
    try:
        wrk.found()
    except FileNotFoundError as missing:
        return not_tried(title, goal, missing)
    return None


def middles(rates: Sequence[Rate]) -> list[str]:
    """Of the rounds: how many a second, p50, p99."""
    many, *spans = (median(getattr(one, name) for one in rates) for name in ("per_second", "p50", "p99"))
    return [f"{many:,.0f}", *(f"{span:.1f}" for span in spans)]


@contextmanager
def bare(folder: Path, name: str, port: int, surroundings: Mapping[str, str]) -> Iterator[None]:
    """`tests.bench.bare_NAME`, which begins once it is ready."""
    line = [sys.executable, "-m", f"tests.bench.bare_{name}", str(port)]
    with peers.process(folder, name, line, surroundings, "Ready: "):
        yield
