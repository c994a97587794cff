"""What came of a process that was killed, by platform and kind of point, as a table of the report.

In: points, and what was broken at each. Out: a table with its goals. Never: a point left out that was not visited.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import NamedTuple

from msgspec import Struct, field

from tests.faults.points import KINDS, Point
from tests.report import Goal, Table


class Cut(NamedTuple):
    """A process was killed at a point: what was broken; how many notices stand there twice, and were set aside."""

    flow: str
    act: str
    point: Point
    broken: list[str]
    twice: int = 0
    aside: int = 0


class Outcome(Struct):
    """What came of one flow: points by kind, and what each cut did.

    `same` are the points of acts that were visited elsewhere, `alike` those in whose stretch others were visited.
    `took` are the steps of desks.
    """

    platform: str
    name: str
    points: Counter[str] = field(default_factory=Counter)
    same: int = 0
    alike: int = 0
    went_on: int = 0
    acts: int = 0
    cuts: list[Cut] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    took: set[str] = field(default_factory=set)
    failed: str = ""


def table(found: Sequence[Outcome], seconds: float, title: str = "Killed at every point") -> Table:
    """All flows' outcomes as one table, with whatever was broken beneath."""
    rows = [_row(platform, kind, found) for platform in sorted({one.platform for one in found}) for kind in KINDS]
    cuts = [cut for one in found for cut in one.cuts]
    broken = [cut for cut in cuts if cut.broken]
    missed = [f"{one.platform}, {one.name}: {point}" for one in found for point in one.missed]
    failed = [f"{one.platform}, {one.name}: {one.failed}" for one in found if one.failed]
    points, same = sum(sum(one.points.values()) for one in found), sum(one.same for one in found)
    alike = sum(one.alike for one in found)
    visited = f"every point was visited, or is the same as one visited ({len(missed)} were not)"
    whole = not missed and not failed and len(cuts) + same + alike == points
    told = (
        f"{len(found)} flows, {sum(one.acts for one in found)} acts, {points} points. {same} are in acts whose points "
        f"are, one by one, those of another act on the platform: visited there. {alike} are in stretches of which "
        "others were visited: between the ends of a stretch nothing is committed (SQLite is asked, each time), no "
        "call reaches the platform and no answer goes out, so that a process killed anywhere in it leaves the same; "
        "its first and its last point are visited, and whatever was not met before on the platform. "
        f"{len(cuts)} processes were killed, and {sum(one.went_on for one in found)} went on from what they left: once "
        f"for each difference in it. {seconds:.0f} s, {_cpu():.0f} s of a processor."
    )
    goals = (
        Goal(visited, whole),
        Goal(f"no promise was broken by a process killed anywhere ({len(broken)} were)", not broken and bool(cuts)),
    )
    columns = (
        "platform",
        "killed",
        "points",
        "visited",
        "as if nothing had happened",
        "a notice twice",
        "set aside",
        "broken",
    )
    notes = [told, *(f"{cut.flow}, {cut.act}, {cut.point}: {'; '.join(cut.broken)}" for cut in broken[:40])]
    return Table(title, columns, [row for row in rows if row], [*notes, *missed[:20], *failed], goals)


def _cpu() -> float:
    """Seconds of processors that this process and all its children took."""
    return sum(sum(getrusage(whose)[:2]) for whose in (RUSAGE_SELF, RUSAGE_CHILDREN))


def _row(platform: str, kind: str, found: Iterable[Outcome]) -> list[str]:
    mine = [one for one in found if one.platform == platform]
    points = sum(one.points[kind] for one in mine)
    cuts = [cut for one in mine for cut in one.cuts if cut.point.kind == kind]
    if not points:
        return []
    well = sum(not (cut.broken or cut.twice or cut.aside) for cut in cuts)
    counts = (points, len(cuts), well, sum(map(bool, (cut.twice for cut in cuts))))
    counts += (sum(cut.aside > 0 for cut in cuts), sum(bool(cut.broken) for cut in cuts))
    return [platform, KINDS[kind], *map(str, counts)]
