"""How many notices a second leave the outbox, by one replica, two and five: `python -m tests.bench.drain`.

In: how many wait (1000), how many are stored beside them (1000000). Out: a table. Never: a file, a process or a server
that stays.

Replicas are processes of their own, with everything that carries notices in a deployment but the platform: what stands
for that writes down what it was given, at once or after 20 ms. Every notice is to somebody else. All begin at one
moment; the rate is that until the last of them has arrived.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy import text

from bot.conversation import Paragraph, Person, Post, Send
from bot.outbox import Outbox
from bot.records import Turn
from storage.database import EVERY, engine, within
from storage.seal import new_keys, read_keys
from storage.store import SqlStore
from tests import databases, report
from tests.report import Goal
from tests.storage.matters import due

_PLATFORM: Final = "file"
_SLOW: Final = 0.02  # seconds
_PATIENCE: Final = 180.0  # seconds until it is said that something was lost
_ROUNDS: Final = 3
_GOAL: Final = 0.5  # of the rate with few stored
_TITLE: Final = "Drained from the outbox on {}, {} waiting"
_ONCE: Final = "{}: every notice arrived exactly once"
_ASLEEP: Final = {
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many}) SELECT i FROM n) AS n",
    "postgresql": "generate_series(1, {many}) AS n(i)",
}


def main() -> None:
    if sys.argv[1:2] == ["--replica"]:
        asyncio.run(_replica(*sys.argv[2:]))
        return
    given = [int(one) for one in sys.argv[1:]]
    sys.exit(report.tell(tables(*given)))


def tables(waiting: int = 1000, stored: int = 1_000_000) -> Iterator[report.Table]:
    """Notices a second, on SQLite, and on PostgreSQL where that is here."""
    yield _measured("SQLite", (1,), waiting, stored)
    try:
        databases.use_postgres()
    except FileNotFoundError as missing:
        yield report.not_tried(_TITLE.format("PostgreSQL", waiting), _ONCE.format("PostgreSQL"), missing)
        return
    try:
        yield _measured("PostgreSQL", (1, 2, 5), waiting, stored)
    finally:
        databases.end()


def _measured(name: str, replicas: Sequence[int], waiting: int, stored: int) -> report.Table:
    rows, goals = [], list[Goal]()
    with tempfile.TemporaryDirectory() as folder:
        grounds = [_Ground(Path(folder), beside) for beside in (0, stored)]
        for count in replicas:
            for moment in (0.0, _SLOW):
                few, many = _rates(grounds, count, moment, waiting)
                row = (str(count), f"{moment * 1000:.0f} ms", f"{few:.0f}", f"{many:.0f}", f"{many / few:.2f}")
                rows.append(row)
                what = f"{name}, {count} × {row[1]}: with {stored} stored at least {_GOAL} of the rate"
                goals.append(Goal(what, many / few >= _GOAL))
        once = all(ground.once for ground in grounds)
    columns = ("replicas", "the platform takes", "notices/s", f"with {stored} stored", "ratio")
    goals.append(Goal(_ONCE.format(name), once))
    return report.Table(_TITLE.format(name, waiting), columns, rows, (), goals)


def _rates(grounds: Sequence["_Ground"], count: int, moment: float, waiting: int) -> tuple[float, float]:
    """With few stored and with many, taken in turn."""
    taken = [[ground.drained(count, moment, waiting) for ground in grounds] for _ in range(_ROUNDS)]
    return median(few for few, _ in taken), median(many for _, many in taken)


class _Ground:
    """A database with so many notices stored, all of them for years to come."""

    def __init__(self, folder: Path, stored: int) -> None:
        self._url = databases.url(folder, f"of-{stored}")
        self._keys, self._file, self.once = folder / "keys", folder / f"arrived-{stored}", True
        if not self._keys.exists():
            new_keys(self._keys)
        asyncio.run(self._store(stored))

    async def _store(self, stored: int) -> None:
        memory = engine(self._url)
        numbers = _ASLEEP[memory.dialect.name].format(many=stored)
        body, moment = (
            ("x'7b'", "'2400-01-01 00:00:00.000000'")
            if memory.dialect.name == "sqlite"
            else ("'\\x7b'", "TIMESTAMPTZ '2400-01-01 00:00Z'")
        )
        rows = f"SELECT 'c' || (n.i % 50), 'r' || n.i, {body}, {moment}, 0, '', {moment}, 'n' || n.i FROM {numbers}"  # noqa: S608
        async with within(memory, EVERY) as connection:
            if stored:
                columns = "council, recipient, notice, due, tries, why, at, name"
                await connection.execute(text(f"INSERT INTO outbox ({columns}) {rows}"))
        await memory.dispose()

    async def _fill(self, waiting: int) -> None:
        memory = engine(self._url)
        store, at = SqlStore(memory, read_keys(self._keys)), datetime.now(UTC)
        for first in range(0, waiting, 100):
            numbers = range(first, min(first + 100, waiting))
            told = [(Person(_PLATFORM, "barrow", f"p{number}"), Post((Paragraph(f"d{number}"),))) for number in numbers]
            notices = tuple(Send(to=to, post=post) for to, post in told)
            await store.keep("barrow", due(id=f"{time.time_ns()}", at=at), Turn(notices=notices))
        await memory.dispose()

    def drained(self, count: int, moment: float, waiting: int) -> float:
        """Notices a second, by so many replicas. Raises `TimeoutError` where some never arrive."""
        asyncio.run(self._fill(waiting))
        self._file.unlink(missing_ok=True)
        self._file.touch()
        line = [sys.executable, "-m", __spec__.name, "--replica", self._url, self._keys, self._file, str(moment)]
        with ExitStack() as after:
            begun = [subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(count)]
            for one in begun:
                after.callback(_end, one)
            for one in begun:
                assert one.stdout
                assert one.stdout.readline(), "a replica did not begin"
            start = time.time()
            for one in begun:
                assert one.stdin
                one.stdin.write(b"\n")
                one.stdin.flush()
            arrived = self._arrived(waiting)
        self.once = self.once and set(Counter(document for _, document in arrived).values()) == {1}
        self.once = self.once and len(arrived) == waiting
        return waiting / (max(float(at) for at, _ in arrived) - start)

    def _arrived(self, waiting: int) -> list[tuple[str, str]]:
        """When each did; what comes a while after the last would be one too many."""
        until = time.monotonic() + _PATIENCE
        while (found := self._file.read_bytes().count(b"\n")) < waiting:
            if time.monotonic() > until:
                raise TimeoutError(f"{found} of {waiting} arrived")
            time.sleep(0.05)
        time.sleep(0.3)
        lines = self._file.read_text("ascii").splitlines()
        return [(at, document) for at, _, document in (line.partition(" ") for line in lines)]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


# ---------------------------------------------------------------- a replica


class _File:
    """The platform: what it took, it has."""

    def __init__(self, path: str, moment: float) -> None:
        self._file, self._moment = os.open(path, os.O_WRONLY | os.O_APPEND), moment

    async def deliver(self, notice, _key: str) -> None:
        if self._moment:
            await asyncio.sleep(self._moment)
        os.write(self._file, f"{time.time()} {notice.post.plain()}\n".encode())

    async def reaches(self, _who: Person) -> str:
        return ""


async def _replica(url: str, keys: str, file: str, moment: str) -> None:
    memory = engine(url)
    store = SqlStore(memory, read_keys(Path(keys)))
    await store.unfit()  # it is connected before it begins
    outbox = Outbox(store, {_PLATFORM: _File(file, float(moment))}, lambda: datetime.now(UTC))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    begun_by = os.getppid()
    while os.getppid() == begun_by:
        await outbox.deliver()
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    main()
