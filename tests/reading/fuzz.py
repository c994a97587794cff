"""A longer look at what broken and hostile files do to the readers, as a table.

In: every form of our own documents, a small PDF, and what `tests.reading.nasty` makes. Out: a row for each form, and
one for all that is made to do harm. Never: a good word for one that did not end in paragraphs or a refusal, took longer
than a minute or more than 500 MB.

Run: python -m tests.reading.fuzz [--seeds N]
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

from content.reading.opened import read
from content.reading.refusals import Unreadable
from tests.reading.hostile import faults
from tests.reading.nasty import NASTY, repacked, sound_pdf, spoilt
from tests.reading.written import write_all
from tests.report import Goal, Table, tell

_SECONDS = 65


def tables(seeds: int = 150) -> Iterator[Table]:
    """Each document is broken so often in each way there is for it."""
    rows, wrong = list[list[str]](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder)
        write_all(documents)
        (documents / "small.pdf").write_bytes(sound_pdf())
        for file in sorted(one for one in documents.iterdir() if one.is_file() and one.suffix != ".json"):
            print(file.name, file=sys.stderr, flush=True)
            row, amiss = _broken(file, seeds)
            rows.append(row)
            wrong += amiss
    began = time.perf_counter()
    with redirect_stdout(sys.stderr):
        harm = faults(NASTY)
    rows.append(["made to do harm", str(len(NASTY)), "", "", f"{time.perf_counter() - began:.1f} s in all"])
    goal = Goal("each was read or refused, within a minute and 500 MB", not wrong and not harm)
    columns = ("document", "broken so often", "read", "refused", "slowest")
    yield Table("Documents, broken on purpose", columns, rows, [*wrong, *harm], (goal,))


def _broken(file: Path, seeds: int) -> tuple[list[str], list[str]]:
    """A row of the table for one document, and what went wrong."""
    sound = file.read_bytes()
    ended: Counter[str] = Counter()
    wrong = []
    slowest = 0.0
    ways = (spoilt, repacked) if file.suffix == ".docx" else (spoilt,)
    for spoil in ways:
        for seed in range(seeds):
            data = spoil(sound, seed)
            begun = time.perf_counter()
            how = _read(data, file.name)
            slowest = max(slowest, time.perf_counter() - begun)
            ended[how] += 1
            if how not in ("read", "refused"):
                wrong.append(f"{file.name}, {spoil.__name__}, seed {seed}: {how}")
    row = [file.name, str(ended.total()), str(ended["read"]), str(ended["refused"]), f"{slowest:.1f} s"]
    return row, wrong + ([f"{file.name}: {slowest:.0f} s"] if slowest > _SECONDS else [])


def _read(data: bytes, name: str) -> str:
    try:
        read(data, name)
    except Unreadable:
        return "refused"
    except Exception as broken:
        return f"{type(broken).__name__}: {broken}"
    return "read"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=150, metavar="N", help="how often each document is broken")
    sys.exit(tell(tables(parser.parse_args().seeds)))


if __name__ == "__main__":
    main()
