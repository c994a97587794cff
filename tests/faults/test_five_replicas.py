"""Five real processes on one PostgreSQL, killed at random, with clocks that differ, while the database is restarted.

Everything promised is delivered. Twice only what may arrive twice, and only where whoever sent it was killed between
the platform's taking it and writing that down. `PROMISES=10000` (make faults) takes minutes, and tells how often.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from bot.concern import Promise
from bot.outbox import HANDS, Outbox
from bot.records import Turn
from bot.review import Review
from storage import aside
from storage.database import EVERY, engine, within
from storage.migrate import migrate
from storage.seal import new_keys, read_keys
from storage.store import SqlStore
from tests import tools
from tests.cluster import Cluster
from tests.faults.replica import PLATFORM, File
from tests.storage.matters import due

PROMISES = int(os.environ.get("PROMISES", "200"))
COUNCILS = ("barrow", "leigh-on-sea", "southwell", "twywell", "crickhowell")
#: By how many seconds the clock of each replica is wrong.
WRONG = (0.0, 600.0, -600.0, 200.0, -60.0)
LEASE = 10.0 if PROMISES > 1000 else 6.0  # seconds
MOMENT = 0.05 if PROMISES < 1000 else 0.01  # seconds that the platform takes: few promises are to last for some kills
PATIENCE = 120.0 + PROMISES / 10  # seconds until it is said that something was lost


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    made = tools.postgres()
    made.start()
    yield made
    made.remove()


class Replicas:
    """As many as there are clocks; one that is killed is begun again."""

    def __init__(self, database: str, keys: Path, file: Path) -> None:
        self._line = [sys.executable, "-m", "tests.faults.replica", f"--database={database}", f"--keys={keys}"]
        self._line += [f"--file={file}", f"--lease={LEASE}", f"--moment={MOMENT}"]
        self.killed: dict[int, float] = {}
        self._running = [self._begun(wrong) for wrong in WRONG]

    def _begun(self, wrong: float) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*self._line, f"--wrong={wrong}"])

    def kill_one(self) -> None:
        which = random.randrange(len(WRONG))  # noqa: S311
        self._end(self._running[which])
        self._running[which] = self._begun(WRONG[which])

    def end(self) -> None:
        for process in self._running:
            self._end(process)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        assert process.poll() is None, "a replica has ended by itself"
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.killed[process.pid] = time.time()


async def prepared(cluster: Cluster, keys: Path) -> str:
    """A database with everything promised in it, for a role that may do no more than the bot's."""
    with psycopg.connect(cluster.url().replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE bot LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{cluster.password}'")
    owner = engine(cluster.url())
    await migrate(owner, role="bot")
    await owner.dispose()
    new_keys(keys)
    url = cluster.url(role="bot")
    memory = engine(url)
    store, now = SqlStore(memory, read_keys(keys)), datetime.now(UTC) - timedelta(hours=1)
    for council, documents in all_promised().items():
        promised = tuple(Review(council=council, document=one, promised=(Promise("lead", now),)) for one in documents)
        await store.keep(council, due(council), Turn(keep=promised))
    await memory.dispose()
    return url


def all_promised() -> dict[str, list[str]]:
    found = defaultdict[str, list[str]](list)
    for number in range(PROMISES):
        found[COUNCILS[number % len(COUNCILS)]].append(f"d{number}")
    return found


def left(cluster: Cluster) -> int:
    """How much is promised still, or waits to be delivered."""
    question = "SELECT (SELECT count(*) FROM promises) + (SELECT count(*) FROM outbox WHERE due IS NOT NULL)"
    with psycopg.connect(cluster.url().replace("+psycopg", "")) as connection:
        (number,) = connection.execute(question).fetchone() or (0,)
    return int(number)


def arrived(file: Path) -> dict[str, list[tuple[float, int]]]:
    """When each document was delivered, and by which process."""
    found = defaultdict[str, list[tuple[float, int]]](list)
    for line in file.read_text(encoding="ascii").splitlines() if file.exists() else ():
        at, process, document = line.split()
        found[document].append((float(at), int(process)))
    return found


def once(document: str) -> bool:
    return int(document.removeprefix("d")) % 2 == 1


async def test_everything_promised_is_delivered_whatever_is_killed_or_restarted(cluster, tmp_path, capsys):
    keys, file = tmp_path / "keys", tmp_path / "platform"
    url = await prepared(cluster, keys)
    replicas = Replicas(url, keys, file)
    try:
        restarts = until_nothing_is_left(cluster, replicas, file)
    finally:
        replicas.end()
    found, memory = arrived(file), engine(url)
    try:
        twice = {document: told for document, told in found.items() if len(told) > 1}
        async with within(memory, EVERY) as connection:
            unsure = await aside.every(connection)
        with capsys.disabled():
            tell(len(replicas.killed) - len(WRONG), restarts, twice, len(unsure))
        assert all(one.once for one in unsure)
        assert len(unsure) <= len(replicas.killed) * HANDS
        assert not [document for document in twice if once(document)], "what must not arrive twice did"
        assert all(process in replicas.killed for told in twice.values() for _, process in told[:-1])
        lost = {one for some in all_promised().values() for one in some} - set(found)
        assert all(once(document) for document in lost)
        assert len(lost) <= len(unsure), "something was lost, and nobody is told of it"
        await sent_again(memory, keys, file)
        assert len(arrived(file)) == PROMISES
    finally:
        await memory.dispose()


def until_nothing_is_left(cluster: Cluster, replicas: Replicas, file: Path) -> list[str]:
    """Kills one after the other, and restarts the database when a third and when two thirds were delivered."""
    end, restarts = time.monotonic() + PATIENCE, list[str]()
    while left(cluster):
        assert time.monotonic() < end, f"{left(cluster)} are still to be delivered"
        time.sleep(random.uniform(0.5, 2.0 if PROMISES < 1000 else 6.0))  # noqa: S311
        replicas.kill_one()
        for mode, share in (("fast", 1 / 3), ("kill", 2 / 3)):
            if mode not in restarts and len(arrived(file)) > PROMISES * share:
                cluster.restart(mode)
                restarts.append(mode)
        if len(arrived(file)) > PROMISES * 0.9:  # the last ones are those that were in hand: they wait for the lease
            time.sleep(3)
    return restarts


def tell(kills: int, restarts: list[str], twice: dict[str, list[tuple[float, int]]], unsure: int) -> None:
    times = Counter(len(told) for told in twice.values())
    often = ", ".join(f"{count} {number} times" for number, count in sorted(times.items())) or "none more than once"
    print(
        f"\n{PROMISES} promises, 5 replicas, {kills} killed, database restarted: {', '.join(restarts)}. "
        f"At least once: {often}. At most once: {unsure} set aside because nobody knows whether they arrived."
    )


async def sent_again(memory, keys: Path, file: Path) -> None:
    """As `protocol-bot outbox again --all` does."""
    async with within(memory, EVERY) as connection:
        await aside.again(connection, datetime.now(UTC), None)
    store = SqlStore(memory, read_keys(keys))
    await Outbox(store, {PLATFORM: File(file, 0.0)}, lambda: datetime.now(UTC)).deliver()
