"""A process that is looked at while it works.

In: words of its command line; how often. Out: what it took of memory, threads, files and processor, each time.
Never: looks at a process that this one did not begin; needs anything but Linux' own tables.
"""

import asyncio
import os
import re
import time
from pathlib import Path
from typing import Final, NamedTuple

_TICK: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Look(NamedTuple):
    """`at` seconds after the beginning; `rss` in MiB; `spent`: seconds of processor so far; `stored`, `log`: MiB."""

    at: float
    rss: float
    threads: int
    files: int
    spent: float
    stored: float
    log: float


def child(words: str) -> int:
    """The process of ours that was begun with these words."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            ours = f"\nPPid:\t{os.getpid()}\n" in (process / "status").read_text("utf-8")
            if ours and words in (process / "cmdline").read_bytes().replace(b"\0", b" ").decode():
                return int(process.name)
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
    size = re.search(r"VmRSS:\s+(\d+) kB", (here / "status").read_text("utf-8"))
    told = (here / "stat").read_text("utf-8").rpartition(")")[2].split()
    return Look(
        at=time.perf_counter() - begun,
        rss=int(size[1]) / 1024 if size else 0.0,
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
    middle = sum(one.at for one in half) / len(half)
    spread = sum((one.at - middle) ** 2 for one in half)
    return 600 * sum((one.at - middle) * one.rss for one in half) / spread if spread else 0.0
