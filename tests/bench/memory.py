"""How much memory a process takes, by the kernel's own count.

In: processes. Out: MiB. Never: a guess where the kernel does not tell: then there is none.
"""

import os
import re
from pathlib import Path
from typing import Final, NamedTuple

_PROC: Final = Path("/proc")


class Memory(NamedTuple):
    """MiB. `rss`: all that is in memory. `pss`: what it shares with other processes only in part."""

    rss: float
    pss: float


def of(process: int) -> Memory | None:
    """None where the kernel does not tell."""
    try:
        told = (_PROC / str(process) / "smaps_rollup").read_text("utf-8")
    except OSError:
        return None
    sizes = {name: int(size) / 1024 for name, size in re.findall(r"^(Rss|Pss):\s+(\d+) kB", told, re.MULTILINE)}
    return Memory(sizes["Rss"], sizes["Pss"]) if len(sizes) == 2 else None


def of_children() -> Memory | None:
    """Of all the processes together that this one began and that still run."""
    found = [memory for child in children() if (memory := of(child)) is not None]
    return Memory(sum(one.rss for one in found), sum(one.pss for one in found)) if found else None


def told(mib: float | None) -> str:
    """As it stands in a table."""
    return "not told here" if mib is None else f"{mib:,.0f} MiB"


def children() -> list[int]:
    """The processes that this one began and that still run."""
    mine = f"\nPPid:\t{os.getpid()}\n"
    found = []
    for status in _PROC.glob("[0-9]*/status"):
        try:
            text = status.read_text("utf-8")
        except OSError:  # it has ended meanwhile
            continue
        if mine in text:
            found.append(int(status.parent.name))
    return found


def of_me() -> float | None:
    """RSS of this process, in MiB."""
    mine = of(os.getpid())
    return mine.rss if mine else None
