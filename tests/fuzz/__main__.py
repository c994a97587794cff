"""Every door, for so many seconds in all: `python -m tests.fuzz [SECONDS]`.

In: seconds (300 if not said). Out: a table on stdout: door, examples, how they ended; exit status 1 if one ended as
none may. Never: the same examples twice.
"""

import itertools
import random
import sys
from collections.abc import Iterator, Sequence

from tests import report
from tests.fuzz import chats, core, days, envelopes, files, pages
from tests.fuzz.trying import LEAST, PATIENCE, Row, tried

DOORS = (*chats.DOORS, *envelopes.DOORS, *core.DOORS, *files.DOORS, *days.DOORS, *pages.DOORS)
#: In one go; then Hypothesis begins anew, with another seed.
_EXAMPLES = 300


def tables(seconds: float = 300.0) -> Iterator[report.Table]:
    """One row for each door."""
    rows = []
    for door in DOORS:
        print(door.name, file=sys.stderr, flush=True)
        rows.append(tried(door, _EXAMPLES, seconds / len(DOORS), itertools.count(random.randrange(10**9))))  # noqa: S311
    yield table(rows)


def table(rows: Sequence[Row]) -> report.Table:
    """How they ended. A door that was hardly tried is none that held."""
    broken = [row for row in rows if row.broken]
    fewest = min(row.ended.total() for row in rows)
    every = sum(row.ended.total() for row in rows)
    return report.Table(
        "Every door, tried with whatever Hypothesis can think of",
        ("door", "examples", "how they ended", "slowest, s"),
        [(row.door, str(row.ended.total()), _ways(row), f"{row.slowest:.2f}") for row in rows],
        notes=[f"{row.door}: {row.broken}" for row in broken],
        goals=[
            report.Goal(f"{every} examples; none was a fault of ours, none took {PATIENCE} s", not broken),
            report.Goal(
                f"each of {len(rows)} doors was tried with at least {LEAST} examples (the fewest: {fewest})",
                fewest >= LEAST,
            ),
        ],
    )


def _ways(row: Row) -> str:
    return ", ".join(f"{how} {often}" for how, often in row.ended.most_common())


def main() -> None:
    sys.exit(report.tell(tables(float(sys.argv[1]) if len(sys.argv) > 1 else 300.0)))


if __name__ == "__main__":
    main()
