"""What is done by hand on the command line, killed at every point: a backup, a restore, keys rotated, tables changed.

In: a folder with a deployment in it. Out: a table of points, as `tests.faults.kills` has it.
Never: a half-written file taken for a whole one; a database from which something is gone that a command did not take.

Each command is run once, and its points are written down: every statement and commit, every file that is opened for
writing, written, synced, renamed or removed. Then it is killed at each of them (SIGKILL, a process of its own),
the command is typed once more at what is left, and what is then there is laid beside what it leaves by itself:
once for all that had committed the same and done the same to files before they were killed.

Run: python -m tests.faults.commands [NAME …]
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple

from tests import databases
from tests.faults.child import Failed, Killed, in_child
from tests.faults.jobs import JOBS, LEFT_OUT, Job, stands, typed
from tests.faults.kills import MEMORY
from tests.faults.points import KINDS, LASTING, Point, Points
from tests.report import Goal, Table, tell

_HANDS: Final = 2
#: The kinds of points that a command has.
_MET: Final = ("statement", "commit", "committed", "file")


class Cut(NamedTuple):
    """Killed there; what was broken."""

    job: str
    point: Point
    broken: list[str]


# ---------------------------------------------------------------- killed


class Tried(NamedTuple):
    """A command, with how many points of each kind it has; whether anything is otherwise after it."""

    name: str
    kinds: Counter[str]
    cuts: list[Cut]
    missed: list[str]
    same: int
    changed: bool = True


class Trial:
    """One command, at every point."""

    def __init__(self, job: Job, home: Path) -> None:
        self.job = job
        self._home = home
        self._first = home / "first"
        self._first.mkdir(parents=True)
        self._left = home / "left"
        self._came_of: dict[str, list[str]] = {}
        self.cuts: list[Cut] = []
        self.missed: list[str] = []
        self.same = 0
        self.changed = False

    def run(self) -> list[Point]:
        """Every point, in the order in which it comes by."""
        _alive(in_child(partial(self.job.before, self._first)))
        here = self._copied()
        points, well, self.changed = _alive(in_child(partial(self._well, here)))
        shutil.rmtree(here)
        for point in self._different(points):
            self._cut(point, well)
        return points

    def _different(self, points: Sequence[Point]) -> Iterator[Point]:
        """All but statements of a kind that came by already since something was done for good.

        Whoever is killed before one of these leaves the same behind, and there are hundreds: Alembic looks at every
        index, and rows are put in one by one.
        """
        asked = set[str]()
        for point in points:
            if point.kind in LASTING:
                asked.clear()
            what = point.where.partition("(")[0]
            if point.kind == "statement" and what in asked:
                self.same += 1
                continue
            asked.add(what)
            yield point

    def _well(self, home: Path) -> tuple[list[Point], Counter[str], bool]:
        points, before = self._watched(home, None), stands(home)
        points.on = True
        typed(home, *self.job.words(home))
        points.on = False
        changed = stands(home) != before
        return points.seen, self.job.left(home), changed

    def _cut(self, point: Point, well: Counter[str]) -> None:
        home = self._copied()
        try:
            if not isinstance(in_child(partial(self._killed, home, point)), Killed):
                self.missed.append(f"{self.job.name}: {point}")
                return
            lasting = self._left.read_text(encoding="utf-8")
            if lasting not in self._came_of:
                self._came_of[lasting] = _alive(in_child(partial(self._again, home, well)))
            broken = self._came_of[lasting]
        except (Failed, TimeoutError) as why:
            broken = [str(why)]
        finally:
            shutil.rmtree(home)
        self.cuts.append(Cut(self.job.name, point, broken))

    def _killed(self, home: Path, point: Point) -> None:
        points = self._watched(home, point)
        points.dying = lambda: self._left.write_text(repr(points.lasting()), encoding="utf-8")
        points.on = True
        typed(home, *self.job.words(home))

    def _again(self, home: Path, well: Counter[str]) -> list[str]:
        """The command once more. That it says that it was done already is as good as doing it."""
        refused = ""
        try:
            typed(home, *self.job.words(home))
        except Failed as why:
            refused = str(why)
        found = self.job.left(home)
        lacks = [f"lost: {one[:300]}" for one in well - found]
        more = [f"too much: {one[:300]}" for one in found - well]
        return [*lacks, *more, *([refused] if refused and (lacks or more) else [])]

    def _watched(self, home: Path, point: Point | None) -> Points:
        points = Points(point)
        points.watch_databases()
        points.watch_files(home)
        return points

    def _copied(self) -> Path:
        made = self._home / f"copy-{time.monotonic_ns()}"
        shutil.copytree(self._first, made)
        return made


def _alive(end: object) -> object:
    if isinstance(end, Killed):
        raise Failed("it was killed, and not by itself")
    return end


def tables(names: Sequence[str] = ()) -> Iterator[Table]:
    """Each command in a row."""
    chosen_jobs = [job for job in JOBS if not names or job.name in names]
    with tempfile.TemporaryDirectory(prefix="commands-", dir=MEMORY) as home:
        _warmed(chosen_jobs, Path(home) / "warm")
        with ProcessPoolExecutor(_HANDS, mp_context=get_context("fork")) as pool:
            tried = [pool.submit(_tried, job.name, Path(home) / job.name) for job in _longest_first(chosen_jobs)]
            yield table([one.result() for one in tried])
    databases.end()


def _warmed(jobs: Sequence[Job], home: Path) -> None:
    """Everything is imported that they need. Nothing stays open of it."""
    for job in jobs:
        home.mkdir()
        job.before(home)
        typed(home, *job.words(home))
        job.left(home)
        shutil.rmtree(home)


def _longest_first(jobs: Sequence[Job]) -> list[Job]:
    return sorted(jobs, key=lambda job: not job.name.startswith(("restore", "backup", "migrate")))


def _tried(name: str, home: Path) -> Tried:
    trial = Trial(next(job for job in JOBS if job.name == name), home)
    points = trial.run()
    print(f"{name}: {len(trial.cuts)} of {len(points)} points", file=sys.stderr, flush=True)
    kinds = Counter(point.kind for point in points)
    return Tried(name, kinds, trial.cuts, trial.missed, trial.same, trial.changed)


def table(found: Sequence[Tried]) -> Table:
    """A row for each command, and what was broken."""
    broken = [cut for one in found for cut in one.cuts if cut.broken]
    missed = [point for one in found for point in one.missed]
    notes = [f"Not killed, because {why}: {', '.join(names)}." for why, names in _left_out().items()]
    notes += [f"{cut.job}, {cut.point}: {'; '.join(cut.broken)}" for cut in broken[:40]]
    visited, idle = sum(len(one.cuts) for one in found), [one.name for one in found if not one.changed]
    whole = not missed and visited + sum(one.same for one in found) == sum(one.kinds.total() for one in found)
    told = f"nothing was lost or doubled by a command killed anywhere ({len(broken)} times it was)"
    goals = (
        Goal(f"every point of every command was visited ({len(missed)} were not)", whole),
        Goal(told, not broken and bool(visited)),
        Goal(f"every command had something to do {', '.join(idle)}".rstrip(), not idle),
    )
    columns = ("command", *(KINDS[kind] for kind in _MET), "visited", "the same as one visited", "broken")
    rows = [_row(one) for one in found]
    return Table("Commands killed at every point", columns, rows, [*notes, *missed[:20]], goals)


def _left_out() -> dict[str, list[str]]:
    """Commands, by why they are."""
    found: dict[str, list[str]] = {}
    for name, why in LEFT_OUT.items():
        found.setdefault(why, []).append(name)
    return found


def _row(one: Tried) -> list[str]:
    broken = sum(bool(cut.broken) for cut in one.cuts)
    return [one.name, *(str(one.kinds[kind]) for kind in _MET), str(len(one.cuts)), str(one.same), str(broken)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    sys.exit(tell(tables(parser.parse_args().names)))


if __name__ == "__main__":
    main()
