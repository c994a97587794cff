"""A longer look at what broken and hostile files do to the readers: `python -m tests.reading.fuzz [--seeds N]`.

In: every form of our own documents, and what `tests.reading.nasty` makes. Out: a line for each form; 1 if one of them
did not end in paragraphs or a refusal, took longer than a minute or more than 500 MB. Never: anything else.
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from content.reading.opened import read
from content.reading.refusals import Unreadable
from tests.reading.hostile import faults
from tests.reading.nasty import NASTY, repacked, spoilt
from tests.reading.written import write_all

_SECONDS = 65


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=150, metavar="N", help="how often each document is broken")
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        seeds = parser.parse_args().seeds
        documents = Path(folder)
        write_all(documents)
        for file in sorted(one for one in documents.iterdir() if one.suffix != ".json"):
            wrong += _broken(file, seeds)

    wrong += faults(NASTY)
    print("\n".join(wrong) or "All of them were read or refused.")
    return int(bool(wrong))


def _broken(file: Path, seeds: int) -> list[str]:
    """One document, broken in so many ways."""
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
    print(f"{file.name:45} {ended['read']:5} read {ended['refused']:5} refused  slowest {slowest:.1f} s", flush=True)
    return wrong + ([f"{file.name}: {slowest:.0f} s"] if slowest > _SECONDS else [])


def _read(data: bytes, name: str) -> str:
    try:
        read(data, name)
    except Unreadable:
        return "refused"
    except Exception as broken:
        return f"{type(broken).__name__}: {broken}"
    return "read"


if __name__ == "__main__":
    raise SystemExit(main())
