"""A real process is killed at every point of every flow, and another goes on: nothing that was promised is lost.

In: `tests.faults.flows`; two processors, minutes. Out: a table of points by kind, and what came of being killed there.
Never: a point that was enumerated and not visited without saying so; the same bot before and after.

Each act of a flow is run once, from the files and the platform as they stood before it, and its points are written
down. Then for each point a process is forked that does the same and kills itself there (SIGKILL); another begins on
what is left. It hears once more what the platform had no answer to, its clock runs until nothing is due, and all that
is then kept and told is laid beside what the act leaves where nothing happens (`tests.faults.stands`).

What is told as the same is not visited, by three rules. Acts on one platform with the very same points are one act,
where what lasts of them comes in the same order.
Between two lasting things (what was committed, called, answered: a stretch, `Points.stretches`) a process has done
nothing but in its own memory, so that whoever is killed there leaves the same behind: its first point is visited, its
last (with most undone), and each statement that was never visited on this platform. Of those, one is gone on from for
each difference in what was lasting. What the second process does has points of its own. It does nothing that a
process does not do that was never killed (hear, tick, deliver), and each of these is visited in its own right.

Run: python -m tests.faults.kills [PLATFORM …]
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2s
from itertools import takewhile
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import make_url

from adapters import PLATFORMS
from tests import databases
from tests.contract.web_rig import MONDAY
from tests.faults import stands, steps
from tests.faults.child import Failed, Killed, in_child
from tests.faults.cuts import Cut, Outcome, table
from tests.faults.flows import Act, Flow, done, flows, seen
from tests.faults.points import LASTING, Point, Points
from tests.faults.stages import Kept, Stage, book_of, dues, settled
from tests.faults.stands import Private, Whole, whole
from tests.report import Table, tell

T = TypeVar("T")

#: How often a point that the process did not come by again is tried: what is done side by side has no fixed order, and
#: what several notices came to is written down in one transaction or in several, as they happen to arrive.
_TRIES: Final = 40
#: Where files need no disk: what is killed is a process, not the computer.
MEMORY: Final = Path("/dev/shm") if Path("/dev/shm").is_dir() else None  # noqa: S108
_ENDS: Final = 5.0  # seconds that a thread of a closed database has to end
#: The labels of fields in which stands what nobody may read but whom it is for: all in which a concern, an answer to
#: one, or a request about personal data is written.
PRIVATE: Final = frozenset({"story-label", "letter-label", "act-text", "further-text", "do-text", "complaint-what"})
#: What the bot says to whoever typed into a chat what belongs into a form.
_NOT_KEPT: Final = "I keep none of it"


class Scene(NamedTuple):
    """Before an act: the bot's files, and all else; `at`: the moment, where something is due."""

    folder: Path
    kept: Kept
    act: Act
    at: datetime | None


class Played(NamedTuple):
    """What an act left that went well, its points, and when the next thing is due after it; the steps it took."""

    kept: Kept
    stretches: list[list[Point]]
    whole: Whole
    now: datetime
    due: datetime | None
    took: frozenset[str] = frozenset()


class Campaign:
    """One flow, from its first act to its last. An act whose points stand in `known` is visited elsewhere."""

    def __init__(self, flow: Flow, home: Path, known: Path) -> None:
        self.flow = flow
        self._home = home
        self._known = known
        self._stage = Stage(flow.platform, flow.council, home / "standin")
        self._folders = 0
        self._private = Private([], [])
        self._came_of: dict[tuple[tuple[Point, ...], bool, bool], tuple[list[str], int, int]] = {}
        self.outcome = Outcome(flow.platform, flow.name)

    def run(self, until: float) -> Outcome:
        """Every point of every act; `until` then is `time.monotonic` over, and what is left counts as missed."""
        before = self._first_folder()
        played = Played(Kept(), [], Whole.nothing(), MONDAY, None)
        for act in self.flow.acts():
            self._keeps_to_itself(act)
            end = played.now + act.until if act.until is not None else None
            while True:
                at = end if end is None or played.due is None else min(played.due, end)
                scene, after = Scene(before, played.kept, act, at), self._folder(before)
                played = _alive(in_child(partial(_run, self._well, scene, after)))
                self._visit(scene, played, until)
                self._gone(before)
                before = after
                if at == end:
                    break
        return self.outcome

    def _keeps_to_itself(self, act: Act) -> None:
        """What is written in this act is looked for from now on. The page's chat is in the bot's own file, as typed."""
        words = book_of(self.flow.platform, self.flow.council).words
        labels, filled = {words(key) for key in PRIVATE}, act.step.get("fill", {})
        self._private.kept.extend(said for label, said in filled.items() if label in labels and said)
        if "type" in act.step and _NOT_KEPT in str(act.sees):
            (self._private.said if self.flow.platform == "web" else self._private.kept).append(act.step["type"])

    # ------------------------------------------------------------ one act

    async def _well(self, scene: Scene, folder: Path) -> Played:
        """The act, where nothing happens."""
        points, heard = Points(), stands.listening()
        points.watch_databases()
        async with self._stage.on(folder, scene.kept, points) as rig:
            if not databases.on_postgres():
                points.look_into(Path(make_url(databases.url(folder)).database or ""))
            points.on = True
            await done(rig, scene.act, scene.at)
            await settled(rig, folder)
            points.on = False
            await seen(rig, scene.act, self.flow.name)
            kept = self._stage.keep(rig, scene.kept, points, heard.lines)
            found = await whole(folder, rig, self._stage.stands(rig), kept, self._private)
            due = min((one for one in dues(folder) if one > rig._now), default=None)
            return Played(kept, points.stretches(), found, rig._now, due, frozenset(self._stage.took))

    def _visit(self, scene: Scene, played: Played, until: float) -> None:
        """Killed in each stretch of its points in turn, unless an act with the very same ones was."""
        out, points = self.outcome, [point for stretch in played.stretches for point in stretch]
        out.acts += 1
        out.took |= played.took
        out.points.update(point.kind for point in points)
        if not points or not self._first("act", likeness(points)):
            out.same += len(points)
            return
        for stretch in played.stretches:
            self._came_of.clear()
            chosen = self._chosen(stretch)
            out.alike += len(stretch) - len(chosen)
            for point in chosen:
                if time.monotonic() > until:
                    out.missed.append(f"{point}: no time was left")
                elif not self._cut(scene, played, point):
                    out.missed.append(f"{scene.act.name}: {point}")

    def _chosen(self, stretch: Sequence[Point]) -> list[Point]:
        """The first, the last, and those of which no like (kind and place) was visited on this platform."""
        ends = (stretch[0], stretch[-1])
        return [point for point in stretch if self._first("point", point[:2]) or point in ends]

    def _first(self, what: str, told: object) -> bool:
        """Whether no flow on this platform came by it before."""
        name = blake2s(repr((self.flow.platform, what, told)).encode()).hexdigest()
        try:
            os.close(os.open(self._known / name, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True

    def _cut(self, scene: Scene, played: Played, point: Point) -> bool:
        """Killed there; another process goes on. False where it did not come by."""
        folder, left = self._folder(scene.folder), self._home / "left"
        for _ in range(_TRIES):
            if isinstance(in_child(partial(_run, self._killed, scene, folder, point, left)), Killed):
                break
            self._gone(folder)
            folder = self._folder(scene.folder)
        else:
            return False
        kept = Kept.unpacked(left.read_bytes())
        left_is = kept.lasting, kept.sent, kept.replied
        if left_is not in self._came_of:
            self._came_of[left_is] = self._went_on(scene, folder, kept, played.whole)
            self.outcome.went_on += 1
        self.outcome.cuts.append(Cut(self.flow.name, scene.act.name, point, *self._came_of[left_is]))
        self._gone(folder)
        return True

    async def _killed(self, scene: Scene, folder: Path, point: Point, left: Path) -> None:
        """The act, as far as the point. What the platform then remembers is left behind."""
        heard = stands.listening()
        points = Points(point)
        points.watch_databases()
        async with self._stage.on(folder, scene.kept, points) as rig:
            points.dying = lambda: left.write_bytes(self._stage.keep(rig, scene.kept, points, heard.lines).packed())
            points.on = True
            await done(rig, scene.act, scene.at)
            await settled(rig, folder)
            points.on = False

    def _went_on(self, scene: Scene, folder: Path, kept: Kept, well: Whole) -> tuple[list[str], int, int]:
        """What was broken then, how many notices stand there twice, and were set aside."""
        try:
            cut = _alive(in_child(partial(_run, self._on_it_goes, scene, folder, kept, well)))
        except (Failed, TimeoutError) as why:
            return [f"the bot did not go on: {why}"], 0, 0
        return list(stands.broken(well, cut)), stands.twice(well, cut), cut.aside - well.aside

    async def _on_it_goes(self, scene: Scene, folder: Path, kept: Kept, well: Whole) -> Whole:
        """Another process, on what is left. Whoever had not sent anything yet does so now."""
        heard, points = stands.listening(), Points()
        async with self._stage.on(folder, kept, points, lease=timedelta()) as rig:
            if not kept.sent:
                await done(rig, scene.act, scene.at)
            elif not kept.replied:
                await rig.again()
            await settled(rig, folder)
            kept = self._stage.keep(rig, kept, points, heard.lines)
            found = await whole(folder, rig, self._stage.stands(rig), kept, self._private)
            found.wrong += await stands.learnt_anew(folder, rig, well.places - found.places)
            return found

    def _first_folder(self) -> Path:
        made = self._folder()
        in_child(partial(_made, made))
        return made

    def _folder(self, of: Path | None = None) -> Path:
        self._folders += 1
        made = self._home / f"{self._folders}"
        if of is None:
            made.mkdir(parents=True)
        else:
            shutil.copytree(of, made)
        return made

    def _gone(self, folder: Path) -> None:
        shutil.rmtree(folder)


def likeness(points: Sequence[Point]) -> tuple[list[Point], list[Point]]:
    """What two acts have in common that are one: the very same points, and what lasts of them in the same order."""
    return sorted(points), [point for point in points if point.kind in LASTING]


def _made(folder: Path) -> None:
    """A new database in this folder, with today's tables."""
    databases.url(folder)
    databases.end()


def _run(work: Callable[..., Coroutine[Any, Any, T]], *given: Any) -> T:
    return asyncio.run(work(*given))


def _alive(end: T | Killed) -> T:
    if isinstance(end, Killed):
        raise Failed("it was killed, and not by itself")
    return end


# ---------------------------------------------------------------- all of them


def outcomes(chosen: Sequence[Flow], seconds: float, hands: int = 2) -> Iterator[Outcome]:
    """Each flow as it is done with; so many at a time."""
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="kills-", dir=MEMORY) as home:
        known = Path(home) / "known"
        known.mkdir()
        for flow in chosen:
            book_of(flow.platform, flow.council)
        for platform in sorted({flow.platform for flow in chosen}):
            warmed(max((one for one in chosen if one.platform == platform), key=lambda one: len(one.steps)), Path(home))
        databases.end()
        with ProcessPoolExecutor(hands, mp_context=get_context("fork")) as pool:
            each = [
                pool.submit(visited, flow, Path(home) / f"{number}", known, until) for number, flow in enumerate(chosen)
            ]
            for outcome in as_completed(each):
                yield outcome.result()


def warmed(flow: Flow, home: Path) -> None:
    """Everything that such a flow needs is imported, compiled and at hand. The database it does that on is its own.

    Nothing stays open of it: no thread, no loop, no connection.
    """
    stage = Stage(flow.platform, flow.council, home / flow.platform)
    folder = home / f"{flow.platform}-warm"
    folder.mkdir()

    async def through() -> None:
        async with stage.on(folder, Kept(), Points()) as rig:
            for act in takewhile(lambda act: act.until is None, flow.acts()):
                await done(rig, act)
            await whole(folder, rig, stage.stands(rig), stage.keep(rig, Kept(), Points(), []), Private([], []))

    asyncio.run(through())
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(_ENDS)
            if thread.is_alive():
                raise RuntimeError(f"{thread.name} is left, and what it holds would be forked")


def visited(flow: Flow, home: Path, known: Path, until: float, kind: type[Campaign] = Campaign) -> Outcome:
    """One flow, to its end or to where it broke."""
    campaign = kind(flow, home, known)
    try:
        campaign.run(until)
    except (Failed, TimeoutError, RuntimeError) as why:
        campaign.outcome.failed = str(why)
    shutil.rmtree(home, ignore_errors=True)
    return campaign.outcome


def tables(platforms: Sequence[str] = sorted(PLATFORMS), seconds: float = 420.0, only: str = "") -> Iterator[Table]:
    """By platform and kind of point: how many, how many visited, and what came of it."""
    began, found = time.monotonic(), []
    for outcome in outcomes(flows(tuple(platforms), only), seconds):
        found.append(outcome)
        visited, points, like = len(outcome.cuts), sum(outcome.points.values()), outcome.same + outcome.alike
        broken = [cut for cut in outcome.cuts if cut.broken]
        told = f"{visited} of {points} points, {like} the same as others', {len(outcome.missed)} missed, "
        told += f"{len(broken)} broken{''.join(f': {cut.act}, {cut.point}' for cut in broken[:1])}"
        print(f"{outcome.platform}, {outcome.name}: {told} {outcome.failed}", file=sys.stderr, flush=True)
    whole = table(found, time.monotonic() - began)
    every = set(platforms) == set(PLATFORMS) and not only
    yield steps.held(whole, set().union(*(one.took for one in found))) if every else whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("platforms", nargs="*", default=sorted(PLATFORMS))
    parser.add_argument("--seconds", type=float, default=420.0)
    parser.add_argument("--only", default="", help="flows with this in their name")
    given = parser.parse_args()
    sys.exit(tell(tables(given.platforms, given.seconds, given.only)))


if __name__ == "__main__":
    main()
