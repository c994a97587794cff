"""The same command through Protocol Bot and what people would use instead: `python -m tests.bench.peers`.

In: errbot and opsdroid, installed for this alone (`tests.bench.others`). Out: tables of rates, waits, starts, memory.
Never: another door, text, core or round for one of them than for the others; theirs slower than they can be had.

`/protocol expectations` has one answer, a long one. Theirs take it from a string. Ours looks whether anything was
written since, and makes a post of the handbook as it stands at that moment; the text of an equal post it has drawn
before is taken from a cache, as Slack's adapter does (`others/ours.py`). Each stands behind the same HTTP door.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from tests.bench import memory, wrk
from tests.bench.ground import cores, held_to
from tests.bench.others import PINNED
from tests.bench.others.laid import python_of
from tests.ports import free_port
from tests.report import Goal, Table, not_tried, tell

OURS: Final = "Protocol Bot"
OUR_LINE: Final = (sys.executable, "-m", "tests.bench.others.ours")
_ABOUT_THREADS: Final = (
    "{} answers in one of its ten threads and asks its access rules, as it comes. Without both it is no more than a"
    " dispatcher, and a command that waits holds up all others: that is told beside it, and is no goal."
)
_STRIPPED: Final = " without threads and plugins"
_ROUNDS: Final = 5
_SECONDS: Final = 3
_STARTS: Final = 5
_CONNECTIONS: Final = (16, 1)
_ASKED: Final = json.dumps({"text": "/protocol expectations"})
_OTHERS: Final = Path(__file__).parent / "others"
_COLUMNS: Final = (
    "", "a second", "p50, ms", "p99, ms", "of a core each, ms", "ours: times as many", "p50", "p99", "of a core",
)  # fmt: skip
_PATIENCE: Final = 30.0  # seconds to start, or to end


class Figure(NamedTuple):
    """Answers a second; milliseconds until the middle one and the 99th of 100 is there; milliseconds of a core each."""

    per_second: float
    p50: float
    p99: float
    spent: float


def tables(rounds: int = _ROUNDS, seconds: float = _SECONDS) -> Iterator[Table]:
    """Over HTTP, in process, at rest. Who can't be installed here is left out, and that is told."""
    lines, notes, absent = _lines()
    for name, why in absent.items():
        yield not_tried(f"{name}, beside ours", f"ahead of {name}", f"it could not be installed here: {why}")
    with tempfile.TemporaryDirectory() as where, ExitStack() as running:
        (text := Path(where) / "text").write_text("", encoding="utf-8")
        bots = {OURS: running.enter_context(begun(Path(where) / OURS, lines.pop(OURS), text))}
        text.write_text(bots[OURS].answer(), encoding="utf-8")
        for name, line in lines.items():
            bots[name] = running.enter_context(begun(Path(where) / name, line, text))
        yield from _over_http(bots, rounds, seconds, notes)
        yield _in_process(bots, rounds, seconds)
        loaded = {name: bot.memory() for name, bot in bots.items()}
    yield _at_rest(loaded)


def _lines() -> tuple[dict[str, list[str]], list[str], dict[str, str]]:
    """What starts each of them, ours first; what has to be said of them; and why one of them is not here."""
    lines, notes, absent = {OURS: list(OUR_LINE)}, [], {}
    for name, pinned in PINNED.items():
        try:
            lines[f"{name} {pinned}"] = [str(python_of(name)), str(_OTHERS / f"with_{name}.py")]
        except (ChildProcessError, OSError, subprocess.TimeoutExpired) as why:
            absent[f"{name} {pinned}"] = str(why)
    for name in [name for name in lines if name.startswith("errbot")]:
        lines[f"{name}{_STRIPPED}"] = [*lines[name], "--alone"]
        notes.append(_ABOUT_THREADS.format(name))
    return lines, notes, absent


# ---------------------------------------------------------------- one that runs


class Running:
    """One of them behind its door. `started`: seconds until it could be asked."""

    def __init__(self, process: subprocess.Popen[str], port: int, started: float) -> None:
        self._process = process
        self.port = port
        self.started = started

    def answer(self) -> str:
        """What it answers over HTTP."""
        return str(self._asked("POST", "/", _ASKED)["text"])

    def in_process(self, seconds: float) -> Figure:
        """How fast it answers one message after the other, without HTTP."""
        before = self._spent()
        told = self._asked("GET", f"/?seconds={seconds}", None)
        return Figure(told["per_second"], told["p50"], told["p99"], (self._spent() - before) / told["answers"] * 1000)

    def hit(self, seconds: float, connections: int) -> Figure:
        """How fast it answers over HTTP. All of its answers are right."""
        asked = [wrk.Request("POST", "/", {"Content-Type": "application/json"}, _ASKED)]
        said, before = self.answer(), self._spent()
        rate = wrk.hit(f"http://127.0.0.1:{self.port}/", asked, seconds, connections, cores().ours)
        spent = (self._spent() - before) / rate.right * 1000
        assert not rate.wrong, rate
        assert self.answer() == said
        return Figure(rate.per_second, rate.p50, rate.p99, spent)

    def memory(self) -> float:
        """Its resident memory in MiB; nothing where the kernel does not tell."""
        taken = memory.of(self._process.pid)
        return taken.rss if taken else float("nan")

    def _spent(self) -> float:
        """Seconds that it had a core, so far; proc(5), fields 14 and 15."""
        stat = Path(f"/proc/{self._process.pid}/stat")
        if not stat.exists():
            return float("nan")
        fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _asked(self, method: str, path: str, body: str | None) -> dict[str, Any]:
        to = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            to.request(method, path, body)
            answer = to.getresponse()
            said = answer.read()
            assert answer.status == 200, (answer.status, said)
            return dict(json.loads(said))
        finally:
            to.close()


@contextmanager
def begun(home: Path, line: Sequence[str], text: Path) -> Iterator[Running]:
    """A process with a folder of its own, held to its core."""
    home.mkdir(parents=True, exist_ok=True)
    (home / text.name).write_text(text.read_text(encoding="utf-8"), encoding="utf-8")
    port, begun = free_port(), time.perf_counter()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "PYTHONPATH")}
    with (home / "log").open("w", encoding="utf-8") as log:
        with held_to(cores().theirs):
            process = subprocess.Popen(
                [*line, str(port), str(home / text.name)],
                env=kept | {"HOME": str(home)}, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        try:
            if "Ready" not in (process.stdout.readline() if process.stdout else ""):
                raise ChildProcessError(
                    f"{home.name} did not start: {(home / 'log').read_text(encoding='utf-8')[-2000:]}"
                )
            yield Running(process, port, time.perf_counter() - begun)
        finally:
            process.send_signal(signal.SIGKILL)  # nothing of it is to last
            process.communicate(timeout=_PATIENCE)


# ---------------------------------------------------------------- the tables


def _over_http(bots: dict[str, Running], rounds: int, seconds: float, notes: list[str]) -> Iterator[Table]:
    said = {name: bot.answer() for name, bot in bots.items()}
    assert len(set(said.values())) == 1, "they do not give the same text"
    for connections in _CONNECTIONS:
        what = f"{connections} connections" if connections > 1 else "one connection"
        title = f"`/protocol expectations` over HTTP, {what}"
        try:
            taken = _rounds(bots, rounds, partial(Running.hit, seconds=seconds, connections=connections))
        except FileNotFoundError as missing:
            yield not_tried(title, "ahead of the others", missing)
            continue
        how = f"Medians of {rounds} rounds of {seconds} s, in turn; each on one core, `wrk` on another."
        yield _beside(title, taken, [how, f"The answer has {len(said[OURS].encode())} bytes.", *notes])


def _in_process(bots: dict[str, Running], rounds: int, seconds: float) -> Table:
    taken = _rounds(bots, rounds, partial(Running.in_process, seconds=seconds))
    return _beside("The same in process, one after the other, without HTTP", taken, [f"Medians of {rounds} rounds."])


def _rounds(bots: dict[str, Running], rounds: int, measured: Callable[[Running], Figure]) -> dict[str, Figure]:
    """Medians of each, taken in turn: whatever else this machine does is in all of them."""
    taken: dict[str, list[Figure]] = {name: [] for name in bots}
    for number in range(rounds):
        for name, bot in bots.items():
            taken[name].append(measured(bot))
        print(f"  round {number + 1} of {rounds}", file=sys.stderr, flush=True)
    return {name: Figure(*map(median, zip(*figures, strict=True))) for name, figures in taken.items()}


def _beside(title: str, taken: dict[str, Figure], notes: Sequence[str]) -> Table:
    ours = taken[OURS]
    rows, goals = [], []
    for name, one in taken.items():
        ratio = Figure(*(mine / theirs for mine, theirs in zip(ours, one, strict=True)))
        told = [""] * 4 if name == OURS else [f"{share:.2f}" for share in ratio]
        rows.append([name, f"{one.per_second:,.0f}", *(f"{value:.3f}" for value in one[1:]), *told])
        if name != OURS and not name.endswith(_STRIPPED):
            ahead = f"ahead of {name}: {ratio.per_second:.2f} times as many a second"
            goals.append(Goal(ahead, ratio.per_second > 1))
            waits = f"ahead of {name}: {ratio.p50:.2f} of its wait at p50, {ratio.p99:.2f} at p99"
            goals.append(Goal(waits, ratio.p50 < 1 and ratio.p99 < 1))
    return Table(title, _COLUMNS, rows, notes, goals)


def _at_rest(loaded: dict[str, float]) -> Table:
    """Each is started some times, in turn, with nothing else of it running."""
    lines, _, _ = _lines()
    started: dict[str, list[tuple[float, float]]] = {}
    for name in [name for _ in range(_STARTS) for name in lines]:
        with tempfile.TemporaryDirectory() as where:
            (text := Path(where) / "text").write_text("As it stands.", encoding="utf-8")
            with begun(Path(where) / "home", lines[name], text) as bot:
                started.setdefault(name, []).append((bot.started, bot.memory()))
    rows = [
        [name, *(f"{median(values):.2f}" for values in zip(*taken, strict=True)), f"{loaded[name]:.0f}"]
        for name, taken in started.items()
    ]
    columns = ("", "start to ready, s", "memory at rest, MiB", "memory after all of the above, MiB")
    told = "Ours makes a new database and keys at each of these starts, and learns the ways of asking of every topic."
    return Table("Starting, and memory", columns, rows, [f"Medians of {_STARTS} starts, in turn. {told}"])


def main() -> None:
    sys.exit(tell(tables()))


if __name__ == "__main__":
    main()
