"""Requests that come at their moment however slow the bot is, and how long each was waited for.

In: requests with a rate, how each is sent. Out: what became of each; rows of a table.
Never: waits for one answer before it asks the next; counts from any moment but that at which a request was due.
"""

import asyncio
import itertools
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from deploy.kept import folder
from tests import peers
from tests.bench.ground import of_a_hundred
from tests.report import Goal

COLUMNS: Final = ("", "requests", "p50 ms", "p95 ms", "p99 ms", "longest ms")
_LATE: Final = 0.01


class Asked(NamedTuple):
    """One request and what became of it: seconds from when it was due to the end of the answer, and what is wrong.

    `later`: its answer is still to come, and is known by this number.
    """

    kind: str
    seconds: float
    wrong: str = ""
    later: str = ""


class Way(NamedTuple):
    """What is asked of one kind, without end, and how often in a second."""

    made: Iterator[Any]
    rate: int


async def ask(ways: Iterable[Way], seconds: int, one: Callable[[Any, float], Awaitable[Asked]]) -> list[Asked]:
    """Everything at its moment. `one` sends it; it is told when that was due (`time.perf_counter`)."""
    moments = (_moments(way, seconds) for way in ways)
    due = sorted(itertools.chain.from_iterable(moments), key=lambda one: one[0])
    begin = time.perf_counter() + 0.5
    waiting = []
    for after, request in due:
        await asyncio.sleep(max(0.0, begin + after - time.perf_counter()))
        waiting.append(asyncio.create_task(one(request, begin + after)))
    return await asyncio.gather(*waiting)


def _moments(way: Way, seconds: int) -> Iterator[tuple[float, Any]]:
    for number, request in enumerate(itertools.islice(way.made, way.rate * seconds)):
        yield number / way.rate, request


def rows(asked: Sequence[Asked]) -> list[list[str]]:
    """One for each kind, in the order in which they first came."""
    return [_row(kind, [one.seconds * 1000 for one in asked if one.kind == kind]) for kind in _kinds(asked)]


def _kinds(asked: Sequence[Asked]) -> list[str]:
    return list(dict.fromkeys(one.kind for one in asked))


def _row(kind: str, taken: list[float]) -> list[str]:
    spans = (*(of_a_hundred(taken, number) for number in (50, 95, 99)), max(taken))
    return [kind, f"{len(taken):,}", *(f"{span:.1f}" for span in spans)]


def kept(data: Path) -> int:
    """How many questions for the clerk are in the database of a bot that ran in this folder, and has ended."""
    with closing(sqlite3.connect(folder.file_of(data / peers.DATA, folder.RUN))) as database:
        return int(database.execute("SELECT count(*) FROM passed").fetchone()[0])


def goals(asked: Sequence[Asked], missing: int, within: float = 1.0, more: int = 0) -> list[Goal]:
    """`missing`: what was acknowledged, and is not there; `more`: what is there, and was not acknowledged, or twice.

    `within`: seconds in which 99 of 100 are to be answered.
    """
    lost = Counter(f"{one.kind}: {one.wrong}" for one in asked if one.wrong)
    late = sum(bool(one.wrong) or one.seconds >= within for one in asked) / len(asked)
    named = f" ({', '.join(f'{number} × {what}' for what, number in lost.items())})" if lost else ""
    return [
        Goal(f"nothing lost: {lost.total()} of {len(asked):,}{named}; acknowledged and not there: {missing}; "
             f"once too often: {more}", not lost and not missing and not more),
        Goal(f"at most {_LATE:.0%} later than {within:g} s: {late:.2%}", late <= _LATE),
    ]  # fmt: skip
