"""One report of many measurements: each a process of its own.

In: names of modules whose `main` tells tables (`tests.report.tell`). Out: Markdown, on stdout part by part and whole in
a file; whether no goal was missed and nothing broke. Never: stops because one of them broke, or leaves one running;
takes longer than it was given.
"""

import argparse
import asyncio
import math
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from tests.report import MARKS, MISSED, Table, ended_in_order

_PATIENCE: Final = 1800.0  # seconds that one of them has
_TO_END: Final = 10.0  # seconds that it has to end, once it is told to
_LINE: Final = 1 << 20  # bytes: a row of a table is long


class Report(NamedTuple):
    """What `python -m tests.NAME` makes: `build/NAME.md`, of `modules` by their names in it, each a `part`.

    `about`: what it is, for its help. `patience`, `whole`, `abreast`: as in `every`.
    """

    name: str
    about: str
    title: str
    part: str
    modules: Mapping[str, str]
    patience: float
    whole: float
    abreast: int = 1


def command(report: Report, head: Table) -> int:
    """The parts that were asked for, all without any; the process's exit status."""
    options, begun = _options(report), time.monotonic()
    modules = {name: report.modules[name] for name in options.names or report.modules}
    status = every(report.title, modules, head, options.out, report.patience, report.whole, report.abreast)
    print(f"The report is in {options.out}. It took {_span(time.monotonic() - begun)}.", file=sys.stderr)
    return status


def _options(report: Report) -> argparse.Namespace:
    about = f"{report.about}. It never takes longer than {_span(report.whole)}."
    parser = argparse.ArgumentParser(prog=f"python -m tests.{report.name}", description=about)
    # No choices=: argparse holds even the empty list of names to them.
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(report.modules)}; all without any")
    out = Path("build", f"{report.name}.md")
    parser.add_argument("--out", type=Path, default=out, metavar="FILE", help=str(out))
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in report.modules]:
        parser.error(f"there is no {report.part} {', '.join(unknown)}; there are {', '.join(report.modules)}")
    return options


class Told(NamedTuple):
    """What one of them said. `broke` says how it ended, where it did not end as it should; else it is empty."""

    name: str
    seconds: float
    text: str
    broke: str

    def goals(self, *, met: bool | None) -> list[str]:
        """The goals that it met, that it missed, or that it could not try, as it worded them."""
        mark = MARKS[met]
        return [line.removeprefix(mark) for line in self.text.splitlines() if line.startswith(mark)]

    def markdown(self) -> str:
        """Its part of the report."""
        broke = f"\n**Broke:** {self.broke}\n\n" if self.broke else ""
        return f"## {self.name}\n\n{self.text}{broke}It took {_span(self.seconds)}.\n\n"


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds > 90 else f"{seconds:.0f} s"


def every(
    title: str,
    modules: Mapping[str, str],
    head: Table,
    file: Path,
    patience: float = _PATIENCE,
    whole: float = math.inf,
    abreast: int = 1,
) -> int:
    """Run each module by its name in the report, with the words after it, and write `file`.

    0 where no goal was missed and nothing broke. Each has `patience` seconds, and all of them together `whole`: what
    had not ended by then broke. `abreast`: how many run at a time; more than one only where no time is measured.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as kept, ended_in_order():

        def say(text: str) -> None:
            for out in (sys.stdout, kept):
                out.write(text)
                out.flush()

        async def all_of_it() -> list[Told]:
            until, lanes = time.monotonic() + whole, asyncio.Semaphore(abreast)

            async def one(number: int, name: str, module: str) -> Told:
                async with lanes:
                    print(f"{name} ({number} of {len(modules)}) …", file=sys.stderr, flush=True)
                    begun = time.monotonic()
                    said, broke = await _run(module, min(patience, until - begun))
                    return Told(name, time.monotonic() - begun, said, broke)

            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(number, *named)) for number, named in enumerate(modules.items(), 1)]
                for task in tasks:
                    say((await task).markdown())
            return [task.result() for task in tasks]

        say(f"# {title}\n\n{head.markdown()}")
        told = asyncio.run(all_of_it())
        say(summary(told))
    return int(any(one.broke or one.goals(met=False) for one in told))


def summary(told: list[Told]) -> str:
    """What stands at the end: how many goals were met, which were missed, which could not be tried, what broke."""
    met, missed, left = ([f"{one.name}: {goal}" for one in told for goal in one.goals(met=kind)] for kind in MARKS)
    untried = f", {len(left)} not tried" if left else ""
    lines = ["## Goals", "", f"{len(met)} of {len(met) + len(missed) + len(left)} met{untried}."]
    for what, goals in (("Missed", missed), ("Not tried", left)):
        if goals:
            lines += ["", f"{what}:", "", *(f"- {goal}" for goal in goals)]
    if broken := [one for one in told if one.broke]:
        lines += ["", "Broke:", "", *(f"- {one.name}: {one.broke}" for one in broken)]
    return "\n".join([*lines, ""])


async def _run(module: str, patience: float) -> tuple[str, str]:
    """A module as a process, with all that it starts: none of it outlives it. What it said, and how it broke."""
    if patience <= 0:
        return "", "no time was left for it"
    line = (sys.executable, "-m", *module.split())
    process = await asyncio.create_subprocess_exec(*line, stdout=PIPE, stderr=PIPE, start_new_session=True, limit=_LINE)
    assert process.stdout
    assert process.stderr
    text, progress = asyncio.create_task(process.stdout.read()), asyncio.create_task(_passed_on(process.stderr))
    late = False
    try:
        async with asyncio.timeout(patience):
            await process.wait()
    except TimeoutError:
        late = True
    finally:
        await _end(process)
    said, last = (await text).decode(), await progress
    if late:
        return said, f"it had not ended after {patience:.0f} s"
    status = process.returncode
    return said, "" if status in (0, MISSED) else f"status {status}: {last or 'it said nothing'}"


async def _end(process: Process) -> None:
    """With a server that it started and left, too. What it has in groups of their own, it is given time to end."""
    with suppress(TimeoutError, ProcessLookupError):
        process.terminate()
        async with asyncio.timeout(_TO_END):
            await process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


async def _passed_on(progress: AsyncIterable[bytes]) -> str:
    """Passes progress on to stderr; the last line of it tells what broke."""
    here, last = str(Path.cwd()), ""
    async for line in progress:
        sys.stderr.write(line.decode(errors="replace"))
        last = line.decode(errors="replace").strip().replace(here, ".") or last
    return last
