"""A process that is looked at while it works.

In: words of its command line; how often. Out: what it took of memory, threads, files and processor, each time.
Never: looks at a process that this one did not begin; needs anything but Linux' own tables.
"""

import asyncio
import os
import time
from math import nan
from pathlib import Path
from statistics import linear_regression
from typing import Final, NamedTuple

from tests.bench import memory

_TICK: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Look(NamedTuple):
    """`at` seconds after the beginning; `rss` in MiB; `spent`: seconds of processor so far; `stored`, `log`: MiB.

    `rss` is no number where the kernel does not tell.
    """

    at: float
    rss: float
    threads: int
    files: int
    spent: float
    stored: float
    log: float


def child(words: str) -> int:
    """The process of ours that was begun with these words."""
    for process in memory.children():
        try:
            if words in Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode():
                return process
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
    raise ProcessLookupError(f"no process of ours was begun with {words!r}")


async def watched(process: int, database: Path, begun: float, looks: list[Look], every: float = 10.0) -> None:
    """Looks so often, until cancelled. `begun` by the clock of `time.perf_counter`."""
    while True:
        looks.append(look(process, database, begun))
        await asyncio.sleep(every)


def look(process: int, database: Path, begun: float) -> Look:
    """How it is now."""
    here = Path(f"/proc/{process}")
    taken = memory.of(process)
    told = (here / "stat").read_text("utf-8").rpartition(")")[2].split()
    return Look(
        at=time.perf_counter() - begun,
        rss=taken.rss if taken else nan,
        threads=int(told[17]),
        files=len(list((here / "fd").iterdir())),
        spent=(int(told[11]) + int(told[12])) / _TICK,
        stored=_size(database),
        log=_size(database.with_name(f"{database.name}-wal")),
    )


def _size(file: Path) -> float:
    return file.stat().st_size / 1024**2 if file.exists() else 0.0


def slope(looks: list[Look]) -> float:
    """MiB in ten minutes, by least squares through the second half."""
    half = [one for one in looks if one.at >= looks[-1].at / 2]
    return linear_regression([one.at / 600 for one in half], [one.rss for one in half]).slope
