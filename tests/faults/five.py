"""Five replicas and a restarting database (`test_five_replicas`), as a table of the campaign.

In: PROMISES, 2,000 where nothing is said. Out: what the test told of how often; whether it held. Never: a second way of
breaking it.

Run: python -m tests.faults.five
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from tests.report import Goal, Table, tell

_TEST: Final = "tests/faults/test_five_replicas.py"


def tables() -> Iterator[Table]:
    """One row."""
    promises = os.environ.get("PROMISES", "2000")
    line = [
        sys.executable,
        "-m",
        "pytest",
        _TEST,
        "-q",
        "-n",
        "0",
        "-o",
        "faulthandler_timeout=3600",
        "-p",
        "no:cacheprovider",
    ]
    ended = subprocess.run(
        line, env=os.environ | {"PROMISES": promises, "REQUIRE_ALL": "1"}, capture_output=True, text=True
    )
    told = next(
        (one for one in ended.stdout.splitlines() if "replicas" in one and "killed" in one), ended.stdout[-300:]
    )
    row = [f"{promises} promises, replicas killed at random, clocks that differ, the database restarted", told.strip()]
    goal = Goal("everything promised is delivered; twice only what may be", ended.returncode == 0)
    yield Table("Five replicas", ("fault", "what came of it"), [row], (), (goal,))


if __name__ == "__main__":
    sys.exit(tell(tables()))
