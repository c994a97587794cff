"""What two hundred councils in one process take: `python -m tests.bench.hosting [COUNCILS]`.

In: how many councils (200). Out: how long it takes to start, how much memory, how long people wait; a goal is missed
where something is lost, or reaches another council's workspace. Never: speaks to Slack; leaves a file or a process.

The bot is `protocol-bot run` as a county association would run it: one file of settings, a pack and ten people for each
council, one Slack app that every workspace installed. Each council asks, and passes a question to its clerk.
"""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from math import inf
from pathlib import Path
from typing import Final, NamedTuple

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from adapters.slack.manifest import PATH
from tests import peers, report
from tests.bench import as_slack, councils, memory
from tests.bench.ground import of_a_hundred, on_two_cores, running
from tests.bench.memory import Memory
from tests.ports import free_port

QUESTIONS: Final = ("expectations", "who mediates?", "contents", "can I ring the groundsman directly?", "roles")
#: Goals: seconds to be ready, to answer; MiB. The first and the last are twice what the engineer's guide promises.
_STARTED, _ANSWERED, _MEMORY = 20.0, 3.0, 450.0


class SetUp(NamedTuple):
    """As many councils as have a workspace, ready to be run.

    `answered`: the numbers of commands that were answered later; `told`: notices by workspace and person; as they come.
    """

    workspaces: Sequence[str]
    settings: str
    surroundings: dict[str, str]
    slack: str
    answered: set[str]
    told: Counter[str]


class Took(NamedTuple):
    """Seconds each, and memory: at rest, and after everybody asked."""

    started: float
    asked: list[float]
    passed: list[float]
    rest: Memory | None
    after: Memory | None


def tables(count: int = 200) -> Iterator[report.Table]:
    on_two_cores()
    with tempfile.TemporaryDirectory() as where:
        took, told, missing = asyncio.run(_measured(Path(where), count))
    yield table(took, told, missing, count)


# ---------------------------------------------------------------- set up


@asynccontextmanager
async def set_up(where: Path, count: int) -> AsyncIterator[SetUp]:
    """Councils in a folder, which are made where they are not there yet, and the Slack that their workspaces are in."""
    workspaces = councils.workspaces(count)
    settings = councils.written(where, workspaces)
    if not (where / peers.DATA).exists():
        await councils.installed(where / peers.DATA, workspaces)
    async with as_slack.slack() as slack:
        environ = {
            "SLACK_CLIENT_ID": councils.CLIENT,
            "SLACK_CLIENT_SECRET": "0123456789abcdef0123456789abcdef",
            "SLACK_SIGNING_SECRET": as_slack.SECRET,
            "PROTOCOL_BOT_URL": "https://protocol.example.org",
            "SLACK_API_URL": f"{slack.url}api/",
        }
        yield SetUp(workspaces, settings, environ, *slack)


# ---------------------------------------------------------------- asking


async def _measured(where: Path, count: int) -> tuple[Took, Counter[str], int]:
    async with set_up(where, count) as many:
        port, begun = free_port(), time.perf_counter()
        async with running(peers.bot(where, port, many.settings, many.surroundings)):
            started = time.perf_counter() - begun
            rest = memory.of_children()
            asked, passed = await _each(f"http://127.0.0.1:{port}{PATH}", many)
            missing = await _all_told(many)
            after = memory.of_children()
    return Took(started, asked, passed, rest, after), many.told, missing


async def _each(door: str, many: SetUp) -> tuple[list[float], list[float]]:
    """At every council some questions, then one for its clerk; four councils at a time."""
    hands = asyncio.Semaphore(4)
    asked: list[float] = []
    passed: list[float] = []

    async def one(session: ClientSession, team: str) -> None:
        who = councils.user(team, councils.COUNCILLOR)
        async with hands:
            for number, question in enumerate(QUESTIONS):
                id = f"{time.time_ns()}.{number}"
                body = as_slack.command(who, question, id, many.slack, team)
                asked.append(await _sent(session, door, "command", body, lambda id=id: id in many.answered))
            form = as_slack.form(who, f"V{team}", f"Where is the key to {team}?", team)
            passed.append(await _sent(session, door, "form", form, lambda: False))

    async with ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=20)) as session:
        await asyncio.gather(*(one(session, team) for team in many.workspaces))
    return asked, passed


async def _sent(session: ClientSession, door: str, kind: str, body: str, later: Callable[[], bool]) -> float:
    """Seconds until it was answered, be it `later` by its response_url; without end where no answer came."""
    begun = time.perf_counter()
    async with session.post(door, data=body, headers=as_slack.signed(body)) as response:
        told, status = await response.read(), response.status
    while not told and not later() and time.perf_counter() - begun < _ANSWERED:  # noqa: ASYNC110  # by the same loop
        await asyncio.sleep(0.005)
    good = not as_slack.wrong(kind, status, told) or (not told and later())
    return time.perf_counter() - begun if good else inf


def _clerk(team: str) -> str:
    return f"{team} {councils.user(team, councils.CLERK)}"


async def _all_told(many: SetUp) -> int:
    """How many clerks do not have their question, after as long as anybody should wait."""
    for _ in range(600):
        if all(many.told[_clerk(team)] for team in many.workspaces):
            return 0
        await asyncio.sleep(0.1)
    return sum(not many.told[_clerk(team)] for team in many.workspaces)


# ---------------------------------------------------------------- what came of it


def table(took: Took, told: Counter[str], missing: int, count: int) -> report.Table:
    astray = sum(not one.endswith(one.partition(" ")[0][1:]) for one in told)
    rest, after = (memory.told(one.rss if one else None) for one in (took.rest, took.after))
    rows = [
        (name, str(len(taken)), *(f"{of_a_hundred(taken, n) * 1000:.1f} ms" for n in (50, 99, 100)))
        for name, taken in (("question", took.asked), ("question passed to the clerk", took.passed))
    ]
    slowest = max((*took.asked, *took.passed))
    return report.Table(
        f"{count} councils of {councils.PEOPLE} people, each with a pack and a workspace of its own, in one process",
        ("", "how many", "p50", "p99", "slowest"),
        rows,
        [f"Ready after {took.started:.1f} s; {rest} at rest, {after} after everybody asked."],
        [
            report.Goal(f"ready in {_STARTED:.0f} s", took.started <= _STARTED),
            report.Goal(f"at most {_MEMORY:.0f} MiB", took.after is not None and took.after.rss <= _MEMORY),
            report.Goal(f"everybody answered in {_ANSWERED:.0f} s", slowest <= _ANSWERED),
            report.Goal(f"every clerk told ({missing} not), nothing astray ({astray})", not (missing or astray)),
        ],
    )


def main() -> int:
    return report.tell(tables(*map(int, sys.argv[1:2])))


if __name__ == "__main__":
    sys.exit(main())
