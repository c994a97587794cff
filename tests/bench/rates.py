"""How much is answered a second, beside what others would build on: `python -m tests.bench.rates`.

In: seconds of each measurement (4). Out: a table for Slack and one for Teams; status 1 where a goal is missed.
Never: speaks to Slack or Microsoft; leaves a file or a process; a ratio of two runs.
"""

import sys
from collections.abc import Iterator

from tests import report
from tests.bench import slack_rates, teams_rates


def tables(seconds: int = 4) -> Iterator[report.Table]:
    yield from slack_rates.tables(seconds)
    yield from teams_rates.tables(seconds)


def main() -> int:
    return report.tell(tables(*map(int, sys.argv[1:2])))


if __name__ == "__main__":
    sys.exit(main())
