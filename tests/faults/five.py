"""Five replicas and a restarting database (`test_five_replicas`), as a table of the campaign.

In: PROMISES, 2,000 where nothing is said. Out: what the test told of how often; whether it held. Never: a second way of
breaking it.

Run: python -m tests.faults.five
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from tests.report import Goal, Table, tell

_TEST: Final = "tests/faults/test_five_replicas.py"


def tables() -> Iterator[Table]:
    """One row."""
    promises = os.environ.get("PROMISES", "2000")
    line = [sys.executable, "-m", "pytest", _TEST, "-q", "-n", "0", "-o", "faulthandler_timeout=3600"]
    ended = subprocess.run(
        [*line, "-p", "no:cacheprovider"],
        env=os.environ | {"PROMISES": promises, "REQUIRE_ALL": "1"},
        capture_output=True,
        text=True,
    )
    lines = (one for one in ended.stdout.splitlines() if "replicas" in one and "killed" in one)
    told = next(lines, ended.stdout[-300:])
    row = [f"{promises} promises, replicas killed at random, clocks that differ, the database restarted", told.strip()]
    goals = (
        Goal("everything promised is delivered; twice only what may be", ended.returncode == 0),
        Goal("some were killed meanwhile, the database restarted and killed", met(told)),
    )
    yield Table("Five replicas", ("fault", "what came of it"), [row], (), goals)


def met(told: str) -> bool:
    """Whether the faults were there, by what the test told of them: where all is delivered too soon some never are."""
    return re.search(r"\b[1-9]\d* killed, database restarted: fast, kill\.", told) is not None


if __name__ == "__main__":
    sys.exit(tell(tables()))
