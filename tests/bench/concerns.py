"""How long each kind of step takes on SQLite, with no concern stored and with many: `python -m tests.bench.concerns`.

In: how many are stored (10000). Out: tables of milliseconds at p50 and p99. Never: a file that stays.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from msgspec.structs import replace

from bot.concern import Concern, Promise
from bot.records import Trace, Turn
from tests import report
from tests.bench.ground import of_a_hundred
from tests.concerns.world import LONG_AFTER, World, filled, opened, people_of
from tests.report import Goal

_ROUNDS = 300
_BATCH = 200
_GOAL = 50.0  # milliseconds at p99
Times: TypeAlias = dict[str, list[float]]


def main() -> None:
    sys.exit(report.tell(tables(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)))


def tables(stored: int = 10_000) -> Iterator[report.Table]:
    """Milliseconds at p50 and p99: with none stored, and with so many."""
    for many in (0, stored):
        yield _table(many, asyncio.run(_measured(many)))


def _table(many: int, times: Times) -> report.Table:
    rows, goals = [], []
    for step, taken in times.items():
        p50, p99 = (of_a_hundred(taken, number) * 1000 for number in (50, 99))
        rows.append((step, f"{p50:.1f}", f"{p99:.1f}"))
        goals.append(Goal(f"{step}: at most {_GOAL:.0f} ms at p99", p99 <= _GOAL))
    title = f"Each kind of step on SQLite, {many} concerns stored, {_ROUNDS} rounds"
    return report.Table(title, ("step", "p50, ms", "p99, ms"), rows, (), goals)


async def _measured(many: int) -> Times:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "world").mkdir()
        world = await World(Path(folder) / "world", people_of("southwell")).open()
        try:
            await _store(world, many)
            await _round(world, {})  # the first of everything reads libraries and calendars, once
            times: Times = {}
            for _ in range(_ROUNDS):
                await _round(world, times)
            return times
        finally:
            await world.close()


# ---------------------------------------------------------------- what is stored before


async def _store(world: World, many: int) -> None:
    """Closed ones that the same chair dealt with, raised by people who are long gone."""
    if not many:
        return
    one = await world.raises("councillor", "clerk", step="declined")
    for start in range(0, many, _BATCH):
        batch = tuple(_copy(one, number) for number in range(start, min(start + _BATCH, many)))
        traces = tuple(Trace(copy.matter, copy.parties.raiser, "filed") for copy in batch)
        await world.store.keep(world.council, world.command("councillor", "store"), Turn(keep=batch, traces=traces))
    await world.follows("councillor", one, "withdraw")
    await world.outbox.deliver()


def _copy(one: Concern, number: int) -> Concern:
    gone = replace(one.parties, raiser=f"past-{number % 97}", subjects=(f"past-{number % 89}",))
    id, reference = f"{number:024x}", f"CN-{number:08d}"
    promised = (Promise("erase", LONG_AFTER),)
    ended = replace(one, state="closed", outcome="informal", ended=one.at, promised=promised, parties=gone)
    return replace(ended, id=id, reference=reference, version=0)


# ---------------------------------------------------------------- one of each step


async def _round(world: World, times: Times) -> None:
    async def timed(step: str, work: Callable[[], Awaitable[object]]) -> object:
        start = time.perf_counter()
        answer = await work()
        times.setdefault(step, []).append(time.perf_counter() - start)
        return answer

    given = {"about": "clerk", "story": "He shouted at me in the office. " * 20, "step": "declined"}
    await timed("/protocol concern", lambda: world.says("councillor", "concern"))
    form = opened(await timed("first screen", lambda: world.presses("councillor", "concerns/start/")))
    for step in ("first form", "the way it goes"):
        event = world.submit("councillor", form.id, filled(form, **given))
        form = opened(await timed(step, lambda event=event: world.hear(event)))
    event = world.submit("councillor", form.id, filled(form))
    await timed("send: filed", lambda: world.hear(event))
    await timed("sent again: the receipt", lambda: world.hear(event))
    await timed("notices delivered", world.outbox.deliver)
    concern = (await world.store.concerns(world.council, "councillor", "raiser"))[-1]
    await _followed(world, concern, timed, times)


async def _followed(world: World, concern: Concern, timed, times: Times) -> None:
    await timed("/protocol concerns", lambda: world.says("councillor", "concerns"))
    await timed("/protocol waiting", lambda: world.says("chair", "waiting"))
    form = opened(await timed("handler opens it", lambda: world.presses("chair", f"concerns/open/{concern.id}")))
    await timed("acknowledge", lambda: world.sends("chair", form, act="acknowledge"))
    form = opened(await world.presses("chair", f"concerns/open/{concern.id}"))
    await timed("write", lambda: world.sends("chair", form, act="write", text="May we meet?"))
    mine = opened(await timed("raiser opens it", lambda: world.presses("councillor", f"concerns/follow/{concern.id}")))
    await timed("answer", lambda: world.sends("councillor", mine, act="answer", text="Yes."))
    await timed("step out, the next in line has it", lambda: world.presses("chair", f"concerns/recuse/{concern.id}"))
    await timed("nothing is there", lambda: world.presses("officer", f"concerns/open/{concern.id}"))
    world.now = max(promise.due for promise in (await world.concern(concern)).promised)
    start = time.perf_counter()
    heard = await world.ticker.tick()
    times.setdefault("each thing that falls due", []).append((time.perf_counter() - start) / max(1, heard))
    mine = opened(await world.presses("councillor", f"concerns/follow/{concern.id}"))
    await timed("withdraw", lambda: world.sends("councillor", mine, act="withdraw"))
    await world.outbox.deliver()


if __name__ == "__main__":
    main()
