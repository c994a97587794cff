"""How long the bot takes to be ready, and how much memory at rest: `python -m tests.bench.start [ROUNDS]`.

In: how many rounds (5). Out: tables, for the web chat, Slack, Teams, and for two hundred councils in Slack.
Never: speaks to Slack or Microsoft; leaves a file or a process.

From the moment the process is begun to its line that it is ready. The folder is there from a first start, which made a
database and keys in it. The ways take turns, so that all meet the same moments of the machine.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from tests import peers, report
from tests.bench import as_slack, as_teams, hosting, memory
from tests.bench.ground import on_two_cores
from tests.bench.memory import Memory
from tests.ports import free_port
from tests.slack.peer import workspace

_ROUNDS: Final = 5
_MANY: Final = 200
_READY, _REST = 5.0, 200.0  # goals with one council: seconds, MiB
_REST_SECONDS: Final = 2.0  # after which what a start leaves in hand is done

#: What begins a bot in a folder, until the end of it.
_Begins = Callable[[Path], AbstractContextManager[None]]


class Start(NamedTuple):
    """Seconds until it was ready; memory a moment later."""

    seconds: float
    rest: Memory | None


def tables(rounds: int = _ROUNDS) -> Iterator[report.Table]:
    on_two_cores()
    with tempfile.TemporaryDirectory() as root:
        folders = {name: Path(root, str(number)) for number, name in enumerate(_WAYS)}
        for folder in folders.values():
            folder.mkdir()
        yield table(asyncio.run(_each(rounds, folders)))
    yield _shares(rounds)


# ---------------------------------------------------------------- each way


@asynccontextmanager
async def _web(_folder: Path) -> AsyncIterator[_Begins]:
    def begins(folder: Path) -> AbstractContextManager[None]:
        where = ["--port", str(free_port()), "--data", str(folder / peers.DATA)]
        line = [sys.executable, "-m", "deploy.cli", "try", "--no-browser", *where]
        return peers.process(folder, "bot", line, {}, "Open http")

    yield begins


@asynccontextmanager
async def _slack(_folder: Path) -> AsyncIterator[_Begins]:
    async with as_slack.slack() as slack:
        yield lambda folder: workspace.bot(folder, free_port(), as_slack.tokens(slack.url))


@asynccontextmanager
async def _teams(folder: Path) -> AsyncIterator[_Begins]:
    async with as_teams.teams(folder) as teams:
        yield lambda where: peers.bot(where, free_port(), as_teams.settings(), teams.surroundings)


@asynccontextmanager
async def _many(folder: Path) -> AsyncIterator[_Begins]:
    async with hosting.set_up(folder, _MANY) as set_up:
        yield lambda where: peers.bot(where, free_port(), set_up.settings, set_up.surroundings)


_WAYS: Final[dict[str, Callable[[Path], AbstractAsyncContextManager[_Begins]]]] = {
    "web (`try`), five councils": _web,
    "Slack, one council": _slack,
    "Teams, one council": _teams,
    f"Slack, {_MANY} councils": _many,
}


async def _each(rounds: int, folders: Mapping[str, Path]) -> dict[str, list[Start]]:
    """The first of each way's is in an empty folder."""
    found: dict[str, list[Start]] = {name: [] for name in _WAYS}
    for number in range(rounds + 1):
        for name, way in _WAYS.items():
            print(f"start, round {number} of {rounds}: {name}", file=sys.stderr, flush=True)
            async with way(folders[name]) as begins:
                found[name].append(await asyncio.to_thread(_one, begins, folders[name]))
    return found


def _one(begins: _Begins, folder: Path) -> Start:
    began = time.perf_counter()
    with begins(folder):
        seconds = time.perf_counter() - began
        time.sleep(_REST_SECONDS)
        return Start(seconds, memory.of_children())


def table(found: dict[str, list[Start]]) -> report.Table:
    rows, goals = [], []
    for name, starts in found.items():
        first, *usual = starts
        seconds = median(one.seconds for one in usual)
        rests = [one.rest for one in usual if one.rest is not None]
        rss = median(one.rss for one in rests) if rests else None
        pss = median(one.pss for one in rests) if rests else None
        rows.append((name, f"{first.seconds:.2f} s", f"{seconds:.2f} s", memory.told(rss), memory.told(pss)))
        if "one council" in name:
            what = f"{name}: ready in {_READY:.0f} s, at most {_REST:.0f} MiB at rest"
            goals.append(report.Goal(what, seconds <= _READY and rss is not None and rss <= _REST))
    return report.Table(
        "Start, and memory at rest",
        ("", "first start", "start", "RSS", "PSS"),
        rows,
        [
            f"Medians of {len(usual)} rounds. From the begin of the process to its line that it is ready; the first "
            "start also makes the folder, the keys and the tables."
        ],
        goals,
    )


# ---------------------------------------------------------------- where it goes

#: Told by a process of its own, for what was read once is there. What `protocol-bot run` does, in its order.
_PARTS: Final = """
import json, sys, time
laps = []
def lap(name, do):
    began = time.perf_counter()
    do()
    laps.append((name, time.perf_counter() - began))
from deploy.running import lasting
def imports():
    import deploy.running.run
with lasting.starting():
    lap("modules read", imports)
    from content import load
    from deploy import handbooks
    from deploy.settings import made_up
    lap("topics read", load.topics)
    lap("matcher learnt from the topics", handbooks.matcher)
    lap("words of concern learnt", handbooks.care)
    lap("sentences and flow read", lambda: (load.words(), load.flow()))
    lap("packs of the five councils read", lambda: [load.council(id) for id in load.councils()])
    lap("one council's handbook made", lambda: handbooks.kept_up([made_up.settings_of("barrow")], None, None))
json.dump(laps, sys.stdout)
"""


def _shares(rounds: int) -> report.Table:
    """What of a start goes where, without the chat itself."""
    told = [json.loads(subprocess.run([sys.executable, "-c", _PARTS], capture_output=True, check=True).stdout)
            for _ in range(rounds)]  # fmt: skip
    names = [name for name, _ in told[0]]
    spans = {name: median(dict(laps)[name] for laps in told) for name in names}
    whole = sum(spans.values())
    rows = [(name, f"{span * 1000:.0f} ms", f"{span / whole:.0%}") for name, span in spans.items()]
    return report.Table(
        "Where a start goes, before a chat is spoken to",
        ("", "time", "share"),
        [*rows, ("together", f"{whole * 1000:.0f} ms", "")],
        [f"Medians of {rounds} processes."],
    )


def main() -> int:
    return report.tell(tables(*map(int, sys.argv[1:2])))


if __name__ == "__main__":
    sys.exit(main())
