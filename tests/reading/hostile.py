"""What a file made to do harm does to the reading process: `python -m tests.reading.hostile [NAME…]`.

In: names from `tests.reading.nasty`, or none for all. Out: a line for each; 1 if one of them took longer than a minute
or more than 500 MB. Never: a look at what other processes took: it is a process of its own, with no other children.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from content.reading.apart import read_apart
from content.reading.refusals import Unreadable
from tests.reading.nasty import NASTY

_MEMORY = 500
_SECONDS = 65
#: macOS counts in bytes what others count in kilobytes.
_UNITS = 1024 * 1024 if sys.platform == "darwin" else 1024


def faults(names: Iterable[str]) -> list[str]:
    """What went wrong, after a line for each on standard output."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for what in names:
            name, make = NASTY[what]
            file = Path(folder) / name
            file.write_bytes(make())
            begun = time.perf_counter()
            try:
                how = f"{len(read_apart(file).lines)} lines"
            except Unreadable as refused:
                how = str(refused)
            seconds = time.perf_counter() - begun
            most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // _UNITS
            print(f"{what:40} {seconds:5.1f} s  at most {most} MB  {how[:60]}", flush=True)
            if seconds > _SECONDS or most > _MEMORY:
                wrong.append(f"{what}: {seconds:.0f} s, {most} MB")
    return wrong


if __name__ == "__main__":
    complaints = faults(sys.argv[1:] or NASTY)
    print("\n".join(complaints), file=sys.stderr)
    raise SystemExit(bool(complaints))
