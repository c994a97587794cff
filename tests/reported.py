"""One report of many measurements: each a process of its own, one after the other.

In: names of modules whose `main` tells tables (`tests.report.tell`). Out: Markdown, on stdout as it comes and whole in
a file; whether all goals were met and nothing broke. Never: stops because one of them broke, or leaves one running.
"""

import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, NamedTuple

from tests.report import MISSED, Table, ended_in_order

_PATIENCE: Final = 1800.0  # seconds that one of them has
_TO_END: Final = 10.0  # seconds that it has to end, once it is told to


class Told(NamedTuple):
    """What one of them said. `broke` says how it ended, where it did not end as it should; else it is empty."""

    name: str
    text: str
    broke: str

    def goals(self, *, met: bool) -> list[str]:
        """The goals that it met, or those that it missed, as it worded them."""
        mark = "- [x] " if met else "- [ ] "
        return [line.removeprefix(mark) for line in self.text.splitlines() if line.startswith(mark)]


def every(
    title: str,
    modules: Mapping[str, str],
    head: Table,
    file: Path,
    patience: float = _PATIENCE,
    whole: float = math.inf,
) -> int:
    """Run each module by its name in the report, with the words after it, and write `file`.

    0 where every goal was met and nothing broke. Each has `patience` seconds, and all of them together `whole`: what
    had not ended by then broke.
    """
    until = time.monotonic() + whole
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as kept, ended_in_order():

        def say(text: str) -> None:
            for out in (sys.stdout, kept):
                out.write(text)
                out.flush()

        say(f"# {title}\n\n{head.markdown()}")
        told = []
        for number, (name, module) in enumerate(modules.items(), 1):
            print(f"{name} ({number} of {len(modules)}) …", file=sys.stderr, flush=True)
            say(f"## {name}\n\n")
            told.append(Told(name, *_run(module, say, min(patience, until - time.monotonic()))))
            if told[-1].broke:
                say(f"\n**Broke:** {told[-1].broke}\n\n")
        say(summary(told))
    return int(any(one.broke or one.goals(met=False) for one in told))


def summary(told: list[Told]) -> str:
    """What stands at the end: how many goals were met, which were missed, what broke."""
    met, missed = ([(one.name, goal) for one in told for goal in one.goals(met=kind)] for kind in (True, False))
    lines = ["## Goals", "", f"{len(met)} of {len(met) + len(missed)} met."]
    if missed:
        lines += ["", "Missed:", "", *(f"- {name}: {goal}" for name, goal in missed)]
    if broken := [one for one in told if one.broke]:
        lines += ["", "Broke:", "", *(f"- {one.name}: {one.broke}" for one in broken)]
    return "\n".join([*lines, ""])


def _run(module: str, say: Callable[[str], None], patience: float) -> tuple[str, str]:
    """A module as a process, with all that it starts: none of it outlives it. What it said, and how it broke."""
    if patience <= 0:
        return "", "no time was left for it"
    line, pipe = [sys.executable, "-m", *module.split()], subprocess.PIPE
    with subprocess.Popen(line, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        last, late, text = _Last(process.stderr), threading.Event(), ""

        def too_late() -> None:
            late.set()
            _end(process)

        limit = threading.Timer(patience, too_late)
        limit.start()
        try:
            for one in process.stdout or ():
                text += one
                say(one)
            status = process.wait()
        finally:
            limit.cancel()
            _end(process)
            last.join()
    if late.is_set():
        return text, f"it had not ended after {patience:.0f} s"
    return text, "" if status in (0, MISSED) else f"status {status}: {last.line or 'it said nothing'}"


def _end(process: subprocess.Popen[str]) -> None:
    """With a server that it started and left, too. What it has in groups of their own, it is given time to end."""
    with suppress(subprocess.TimeoutExpired):
        process.terminate()
        process.wait(_TO_END)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


class _Last(threading.Thread):
    """Passes progress on to stderr; keeps the last `line` of it, which tells what broke."""

    def __init__(self, progress: IO[str] | None) -> None:
        super().__init__(daemon=True)
        self._progress = progress
        self._here = str(Path.cwd())
        self.line = ""
        self.start()

    def run(self) -> None:
        for line in self._progress or ():
            sys.stderr.write(line)
            self.line = line.strip().replace(self._here, ".") or self.line
