"""What another council costs, to a thousand of them in one process: `python -m tests.bench.scale [MOST]`.

In: how many at most (1,000). Out: a table, the law it follows, and what that says of ten thousand; a goal is missed
where a turn takes longer, or a council more memory, the more there are. Never: speaks to Slack; leaves a file or a
process.

For each number of councils two processes: `protocol-bot run` with their Slack workspaces, for start and memory; and one
in which turns and ticks are heard without a network in between. No two councils have a text in common. Turns are timed
in ten of the councils, so that each has heard as much however many there are, while all of them are asked in between.
"""

import asyncio
import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from math import isnan, nan
from pathlib import Path
from statistics import linear_regression, median
from typing import Final, NamedTuple, TypeVar

import msgspec
from aiohttp import ClientSession

from bot.clock import Ticker
from bot.conversation import Command, Due, Person, Place
from bot.naming import by_the_clock
from deploy.running import lasting
from deploy.running.serving import Work
from tests import peers, report
from tests.bench import asking, councils, hosting, memory
from tests.bench.ground import of_a_hundred, on_two_cores, running
from tests.ports import free_port

_SIZES: Final = (1, 10, 50, 200, 500, 1000)
_FLAT: Final = 1.25
_FAR: Final = 10_000
_TURNS: Final = 3000
_TIMED: Final = 10  # councils
_TICKS: Final = 20
_REST: Final = 2.0  # seconds after which what a start leaves in hand is done
_STARTED, _MEMORY = 60.0, 1024.0  # what whoever runs it bears of one process: seconds to be ready, MiB

_T = TypeVar("_T")


class Served(msgspec.Struct, frozen=True):
    """Of `protocol-bot run`: seconds to be ready, MiB at rest (None: not told), bytes of what is told of it."""

    started: float
    taken: float | None
    metrics: int
    readyz: int

    @property
    def rss(self) -> float:
        """MiB at rest; no number where the kernel does not tell, so that no goal is met by it."""
        return nan if self.taken is None else self.taken


class Heard(msgspec.Struct, frozen=True):
    """Seconds: of turns; of a tick with nothing due, and with every council's review planned; of the daily look."""

    p50: float
    p99: float
    idle: float
    planned: float
    daily: float


class Size(NamedTuple):
    """What so many councils take."""

    councils: int
    served: Served
    heard: Heard


def tables(most: int = _SIZES[-1]) -> Iterator[report.Table]:
    on_two_cores()
    sizes = []
    for count in (size for size in _SIZES if size <= most):
        print(f"{count} councils", file=sys.stderr, flush=True)
        sizes.append(Size(count, _apart("served", count, Served), _apart("heard", count, Heard)))
    yield _told(sizes)


# ---------------------------------------------------------------- each in a process of its own


def _apart(what: str, count: int, kind: type[_T]) -> _T:
    line = [sys.executable, "-m", "tests.bench.scale", what, str(count)]
    return msgspec.json.decode(subprocess.run(line, stdout=subprocess.PIPE, check=True).stdout, type=kind)


async def _served(where: Path, count: int) -> Served:
    async with hosting.set_up(where, count) as many:
        port, watched, began = free_port(), free_port(), time.perf_counter()
        surroundings = {**many.surroundings, "PROTOCOL_BOT_METRICS": f"127.0.0.1:{watched}"}
        async with running(peers.bot(where, port, many.settings, surroundings)), ClientSession() as session:
            started = time.perf_counter() - began
            await asyncio.sleep(_REST)
            rest = memory.of_children()
            metrics = await _size(session, f"http://127.0.0.1:{watched}/metrics")
            readyz = await _size(session, f"http://127.0.0.1:{port}/readyz")
    return Served(started, rest.rss if rest else None, metrics, readyz)


async def _size(session: ClientSession, url: str) -> int:
    async with session.get(url) as response:
        return len(await response.read())


async def _heard(where: Path, count: int) -> Heard:
    workspaces = councils.workspaces(count)
    async with councils.at_work(where, workspaces) as work:
        lasting.begun()
        await _asked(work, workspaces, itertools.cycle(asking.questions()))  # the first of everything is made then
        turns = await _timed(work, workspaces)
        ticker = Ticker(work.store, work.bot.hear, lambda: datetime.now(UTC))
        idle = await _median(ticker.tick)
        began = time.perf_counter()
        for workspace in workspaces:
            await work.bot.hear(_plan(councils.council(workspace)))
        daily = time.perf_counter() - began
        return Heard(of_a_hundred(turns, 50), of_a_hundred(turns, 99), idle, await _median(ticker.tick), daily)


async def _timed(work: Work, workspaces: Sequence[str]) -> list[float]:
    """Seconds of so many questions that nobody asked before: every other one, from the few that are timed."""
    few = workspaces[:: -(-len(workspaces) // _TIMED)]
    asked = itertools.chain.from_iterable(zip(itertools.cycle(few), itertools.cycle(workspaces), strict=False))
    new = itertools.islice(asking.never_asked(asking.questions()), 2 * _TURNS)
    return (await _asked(work, asked, new))[::2]


async def _asked(work: Work, workspaces: Iterable[str], questions: Iterable[str]) -> list[float]:
    """These questions, each in the next council; seconds of each."""
    taken = []
    for number, (workspace, question) in enumerate(zip(workspaces, questions, strict=False)):
        who = Person("slack", workspace, councils.user(workspace, councils.COUNCILLOR))
        where = Place("slack", workspace, f"D{who.id}", private=True)
        event = Command(id=f"{question}.{number}", who=who, where=where, at=datetime.now(UTC), text=question)
        began = time.perf_counter()
        assert await work.bot.hear(event) is not None, event
        taken.append(time.perf_counter() - began)
    return taken


def _plan(council: str) -> Due:
    """What the clock asks of every council once a day, after which each has a review that is promised for a day."""
    now, where = datetime.now(UTC), by_the_clock(council)
    return Due(id="plan/bench", where=where, at=now, matter=f"review/{council}", rung="plan", due=now)


async def _median(work: Callable[[], Awaitable[object]]) -> float:
    taken = []
    for _ in range(_TICKS):
        began = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - began)
    return median(taken)


# ---------------------------------------------------------------- the law


class Law(NamedTuple):
    """`fixed`, and `each` for every council."""

    fixed: float
    each: float

    def of(self, count: int) -> float:
        return self.fixed + self.each * count

    def within(self, most: float) -> int:
        """How many councils take no more than that; `_FAR` where another one takes nothing that can be told."""
        return min(_FAR, int((most - self.fixed) / self.each)) if self.each > 0 else _FAR


def _law(sizes: Sequence[Size], what: Callable[[Size], float]) -> Law:
    each, fixed = linear_regression([one.councils for one in sizes], [what(one) for one in sizes])
    return Law(fixed, each)


def _told(sizes: Sequence[Size]) -> report.Table:
    columns = ("councils", "ready after", "RSS", "turn p50", "turn p99", "tick, nothing due", "tick, reviews planned",
               "daily look at all", "/metrics", "/readyz")  # fmt: skip
    title = f"One process, to {sizes[-1].councils:,} councils"
    return report.Table(title, columns, [_row(size) for size in sizes], list(_notes(sizes)), list(_goals(sizes)))


def _row(size: Size) -> list[str]:
    served, heard = size.served, size.heard
    spans = (heard.p50, heard.p99, heard.idle, heard.planned, heard.daily)
    return [
        f"{size.councils:,}",
        f"{served.started:.1f} s",
        memory.told(served.taken),
        *(f"{span * 1000:,.2f} ms" for span in spans),
        *(f"{told:,} B" for told in (served.metrics, served.readyz)),
    ]


def _notes(sizes: Sequence[Size]) -> Iterator[str]:
    start, rss = _law(sizes, lambda one: one.served.started), _law(sizes, lambda one: one.served.rss)
    tick, daily = _law(sizes, lambda one: one.heard.planned), _law(sizes, lambda one: one.heard.daily)
    yield (
        f"The law, for n councils: ready after {start.fixed:.1f} s + {start.each * 1000:.1f} ms · n; memory "
        f"{rss.fixed:.0f} MiB + {rss.each * 1024:.0f} KiB · n; a tick {tick.fixed * 1000:.2f} ms + "
        f"{tick.each * 1e6:.2f} µs · n; the daily look {daily.each * 1000:.2f} ms · n, at one council after the other "
        "while people are answered in between."
    )
    if isnan(rss.each):
        yield "How much memory it takes is not told here, so that nothing can be said of more."
        return
    most = max(1, min(start.within(_STARTED), rss.within(_MEMORY)))
    yield (
        f"For {_FAR:,} councils in one process it says: ready after {start.of(_FAR):.0f} s, "
        f"{rss.of(_FAR) / 1024:.1f} GiB, a tick of {tick.of(_FAR) * 1000:.0f} ms, a daily look of "
        f"{daily.of(_FAR) / 60:.1f} min. Who wants a start within {_STARTED:.0f} s and {_MEMORY:,.0f} MiB gives one "
        f"process at most {most:,} councils: {-(-_FAR // most)} for {_FAR:,}, each with settings, a chat app and an "
        "address of its own. Every replica of one holds all of its councils: another replica is for the time in which "
        "one is away, and makes no room."
    )


def _goals(sizes: Sequence[Size]) -> Iterator[report.Goal]:
    few, many = next((one for one in sizes if one.councils >= 10), sizes[0]), sizes[-1]
    for name, before, after in (("p50", few.heard.p50, many.heard.p50), ("p99", few.heard.p99, many.heard.p99)):
        told = f"a turn's {name} with {many.councils:,} councils within {_FLAT} times that with {few.councils}"
        yield report.Goal(f"{told} ({after / before:.2f})", after / before <= _FLAT)
    if len(sizes) > 3:
        earlier, later = _more(sizes[-3], sizes[-2]), _more(sizes[-2], sizes[-1])
        told = f"another council takes the same, however many there are ({earlier:.0f}, then {later:.0f} KiB)"
        yield report.Goal(told, later <= _FLAT * earlier)


def _more(few: Size, many: Size) -> float:
    """KiB for each council between two sizes."""
    return (many.served.rss - few.served.rss) * 1024 / (many.councils - few.councils)


# ---------------------------------------------------------------- begun


_ALONE: Final[dict[str, Callable[[Path, int], Coroutine[object, object, Served | Heard]]]] = {
    "served": _served,
    "heard": _heard,
}


def main() -> int:
    if len(sys.argv) > 2:
        with tempfile.TemporaryDirectory() as where:
            found = asyncio.run(_ALONE[sys.argv[1]](Path(where), int(sys.argv[2])))
        sys.stdout.write(msgspec.json.encode(found).decode())
        return 0
    return report.tell(tables(*map(int, sys.argv[1:2])))


if __name__ == "__main__":
    sys.exit(main())
