"""What is told by e-mail, killed at every point: each statement and commit, each word with the mail server.

In: a mail server of the tests' own that speaks SMTP. Out: a table of points, as `tests.faults.kills` has it.
Never: a message that arrives twice where the bot could know that it had arrived.

A process is killed (SIGKILL) while it delivers two notices to one person. Another begins on what is left, and the mail
server goes on with what it had taken: both notices arrive then, in their order, and each is one message however often.
"""

import asyncio
import pickle
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Final, NamedTuple

from tests import databases, queue
from tests.faults.child import Failed, Killed, copied, run_in_child
from tests.faults.cuts import Cut, Outcome, table
from tests.faults.kills import MEMORY
from tests.faults.letters import Here
from tests.faults.points import Point, Points
from tests.faults.stands import Heard, listening
from tests.faults.story import CANARY
from tests.mail import server as wire
from tests.report import Table

_WHO: Final = "councillor"
_ACT: Final = "two notices to one person"


class Left(NamedTuple):
    """What outlives the process beside the database: what the mail server took, what was logged, what was lasting."""

    taken: list[tuple[str, str, bytes]]
    log: list[str]
    lasting: tuple[Point, ...] = ()


class _Taken(list[tuple[str, str, bytes]]):
    """The messages that a mail server has: it is a point when it takes one more."""

    def __init__(self, before: list[tuple[str, str, bytes]], points: Points) -> None:
        super().__init__(before)
        self._points = points

    def append(self, message: tuple[str, str, bytes]) -> None:
        super().append(message)
        self._points.come_by("called", ".")


class _Server(wire.Post):
    """It is a point when it is told a word, before it does anything."""

    def __init__(self, before: list[tuple[str, str, bytes]], points: Points) -> None:
        super().__init__()
        self._points = points
        self.messages = _Taken(before, points)

    async def _answer(self, writer: asyncio.StreamWriter, command: str, usual: str) -> bool:
        self._points.come_by("call", command)
        return await super()._answer(writer, command, usual)


# ---------------------------------------------------------------- in a process of its own


async def _kept(folder: Path) -> list[str]:
    """Two notices that wait; the words that they are known by."""
    here = Here(folder, wire.Post())
    try:
        return [await here.keeps(_WHO), await here.keeps(_WHO)]
    finally:
        await here.memory.dispose()


async def _delivered(folder: Path, kill: Point | None, left: Path) -> list[Point]:
    """Both are delivered, as far as the point."""
    heard, points = listening(), Points(kill)
    points.watch_databases()
    async with _Server([], points).open() as post:
        points.dying = lambda: left.write_bytes(pickle.dumps((list(post.messages), heard.lines, points.lasting())))
        here = Here(folder, post)
        points.on = True
        await here.outbox.deliver()
        points.on = False
        await here.memory.dispose()
    return points.seen


async def _went_on(folder: Path, left: Left, words: list[str]) -> tuple[list[str], int]:
    """What was broken then, and how many stand there twice."""
    heard = listening()
    async with _Server(left.taken, Points()).open() as post:
        here = Here(folder, post)
        await here.outbox.deliver()
        await here.passes()
        broken = [*_broken(here, left, words, heard)]
        broken += ["something still waits"] if await queue.waiting(here.store) else []
        broken += ["something was set aside"] if await here.given_up() else []
        await here.memory.dispose()
    return broken, sum(len(here.arrived(word)) > 1 for word in words)


def _broken(here: Here, left: Left, words: list[str], heard: Heard) -> Iterator[str]:
    first = [_first(here.post.messages, word) for word in words]
    if first != sorted(first):
        yield "the later one arrived first"
    for number, word in enumerate(words, 1):
        came, before = here.arrived(word), _first(left.taken, word) < len(left.taken)
        if not came:
            yield f"number {number} never arrived"
        if len(set(came)) > 1:
            yield f"number {number} arrived as two messages"
        if len(came) > (2 if before else 1):
            yield f"number {number} arrived {len(came)} times"
    if any(CANARY in line or "@example" in line for line in (*left.log, *heard.lines)):
        yield "an address or a word of a notice stands in the log"


def _first(messages: list[tuple[str, str, bytes]], word: str) -> int:
    """Where it stands among them; behind all of them, where it does not."""
    told = [word in str(message_from_bytes(body).get_payload()) for *_, body in messages]
    return told.index(True) if True in told else len(told)


# ---------------------------------------------------------------- every point


def outcome() -> Outcome:
    """Killed at each in turn."""
    found = Outcome("email", _ACT, acts=1)
    with tempfile.TemporaryDirectory(prefix="letters-", dir=MEMORY) as home:
        first, left = Path(home) / "first", Path(home) / "left"
        first.mkdir()
        databases.url(first)
        words = asyncio.run(_kept(first))
        points = run_in_child(_delivered, copied(first), None, left)
        found.points.update(Counter(point.kind for point in points))
        known: dict[tuple[Point, ...], tuple[list[str], int]] = {}
        for point in points:
            here = copied(first)
            if not isinstance(run_in_child(_delivered, here, point, left), Killed):
                found.missed.append(str(point))
                continue
            kept = Left(*pickle.loads(left.read_bytes()))  # noqa: S301  # our own child's
            if kept.lasting not in known:
                known[kept.lasting] = _came_of(here, kept, words)
                found.went_on += 1
            broken, twice = known[kept.lasting]
            found.cuts.append(Cut(found.name, "delivered", point, broken, twice))
            shutil.rmtree(here)
    return found


def _came_of(folder: Path, left: Left, words: list[str]) -> tuple[list[str], int]:
    try:
        broken, twice = run_in_child(_went_on, folder, left, words)
    except (Failed, TimeoutError) as why:
        return [f"the bot did not go on: {why}"], 0
    return broken, twice


def tables() -> Iterator[Table]:
    """One."""
    began = time.monotonic()
    yield table([outcome()], time.monotonic() - began, "Killed at every point while it tells by e-mail")
