"""What it costs to plan and to take in hand, with few and with many stored: `python -m tests.bench.delivery`.

In: how many are stored (1000000). Out: tables of medians in milliseconds with 100 due, on SQLite, and on PostgreSQL
where that is here; their ratios. Never: a file or a server that stays.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import update

from bot.clock import BATCH
from bot.concern import Promise
from bot.errors import AlreadyHeard
from bot.outbox import HANDS
from bot.records import Turn
from bot.review import Review
from storage import tables as stored_in
from storage.database import EVERY, engine, within
from storage.seal import new_keys, read_keys
from storage.store import SqlStore
from tests import databases, report
from tests.delivery.piles import stored
from tests.report import Goal
from tests.storage.matters import due
from tests.worlds import NOON

_FEW = 1000
_DUE = 100
_ROUNDS = 60
_WARM = 10
_GOAL = 1.5  # times as long, with many stored
_TITLE = f"Planned and taken in hand on {{}}: {_DUE} due, medians of {_ROUNDS}"
_PROMISED = f"{{}}, {{}}: not more than {_GOAL} times as long"


def main() -> None:
    sys.exit(report.tell(tables(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)))


def tables(many: int = 1_000_000) -> Iterator[report.Table]:
    """What it costs on SQLite, and on PostgreSQL where that is here."""
    yield _compared("SQLite", many)
    try:
        databases.use_postgres()
    except FileNotFoundError as missing:
        yield report.not_tried(_TITLE.format("PostgreSQL"), _PROMISED.format("PostgreSQL", "every step"), missing)
        return
    try:
        yield _compared("PostgreSQL", many)
    finally:
        databases.end()


def _compared(name: str, many: int) -> report.Table:
    rows, goals = [], []
    for step, (few, lots) in asyncio.run(_measured(many)).items():
        rows.append((step, f"{few:.2f}", f"{lots:.2f}", f"{lots / few:.2f}"))
        goals.append(Goal(_PROMISED.format(name, step), lots / few <= _GOAL))
    columns = ("step", f"ms with {_FEW} stored", f"ms with {many} stored", "times as long")
    return report.Table(_TITLE.format(name), columns, rows, (), goals)


async def _measured(many: int) -> dict[str, tuple[float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as after:
            few, lots = [await after.enter_async_context(_filled(Path(folder), count)) for count in (_FEW, many)]
            return {step: await _timed(step, few, lots) for step in _STEPS}


@asynccontextmanager
async def _filled(folder: Path, many: int) -> AsyncIterator[SqlStore]:
    keys = folder / "keys"
    if not keys.exists():
        new_keys(keys)
    memory = engine(databases.url(folder, f"of-{many}"))
    try:
        await stored(memory, many, due_now=_DUE)
        yield SqlStore(memory, read_keys(keys))
    finally:
        await memory.dispose()
        if databases.on_postgres():
            databases.forget()


# ---------------------------------------------------------------- what is measured


async def _plan(store: SqlStore, number: int) -> None:
    review = Review(council="c7", document=f"d{number}", promised=(Promise("lead", NOON + timedelta(days=400)),))
    await store.keep("c7", due("c7", id=f"plan/{number}"), Turn(keep=(review,)))


async def _plan_again(store: SqlStore, number: int) -> None:
    """Another replica was first: nothing is kept a second time."""
    with suppress(AlreadyHeard):
        await _plan(store, 0)


async def _take_nothing(store: SqlStore, _number: int) -> None:
    assert not await store.due(NOON - timedelta(days=4000), _DUE)


async def _take_promises(store: SqlStore, _number: int) -> None:
    taken = 0
    while batch := await store.due(NOON, BATCH):
        taken += len(batch)
    assert taken == _DUE


async def _take_notices(store: SqlStore, _number: int) -> None:
    taken = 0
    while batch := await store.waiting(NOON, HANDS):
        taken += len(batch)
    assert taken == _DUE


_STEPS: dict[str, Callable[[SqlStore, int], Awaitable[None]]] = {
    "plan: a review and its promise": _plan,
    "plan: what is planned already": _plan_again,
    "take promises: nothing is due": _take_nothing,
    "take promises: all that are due": _take_promises,
    "take notices: all that are due": _take_notices,
}


async def _timed(step: str, *stores: SqlStore) -> tuple[float, ...]:
    """Medians in milliseconds, turn by turn: whatever else this machine does is in all of them.

    What was taken in hand is let go between, and the rounds that come first count for nothing.
    """
    taken = [list[float]() for _ in stores]
    for number in range(_ROUNDS + _WARM):
        for store, times in zip(stores, taken, strict=True):
            start = time.perf_counter()
            await _STEPS[step](store, number)
            times.append((time.perf_counter() - start) * 1000)
            await _let_go(store)
    return tuple(median(times[_WARM:]) for times in taken)


async def _let_go(store: SqlStore) -> None:
    async with within(store._engine, EVERY) as connection:
        for table in (stored_in.promises, stored_in.outbox):
            await connection.execute(update(table).where(table.c.due <= NOON).values(lease=None))


if __name__ == "__main__":
    main()
