"""The whole fault campaign: every part a process of its own, one report.

In: names of parts. Out: Markdown on stdout, and whole in a file; 1 where a promise was broken or a part broke.
Never: longer than a quarter of an hour; a part that was cut short, and is not told as broken.

Being killed at every point takes all the processors there are; most others wait for something most of the time. So
three parts run at a time: nothing here is measured by the clock.

Run: python -m tests.faults [NAME …] [--out FILE]
"""

import sys
from typing import Final

from tests.bench.machine import head
from tests.reported import Report, command

_NAMES: Final = (
    "kills", "on_postgres", "commands", "disk", "database", "clock", "keys", "rows", "poison", "replicas", "slack",
    "teams", "mail", "installs", "doors", "documents", "five",
)  # fmt: skip
#: Each part's module, with what is said to it, in the order of the report.
PARTS: Final = {name: f"tests.faults.{name}" for name in _NAMES} | {
    "kills": "tests.faults.kills --seconds 780",
    "database": "tests.faults.database 60",
    "doors": "tests.fuzz 45",
    "documents": "tests.reading.fuzz --seeds 10",
}
_PATIENCE: Final = 830.0  # seconds that a part has
_WHOLE: Final = 890.0  # seconds that all of them have: whatever had not ended by then is told as broken


def main() -> int:
    whole = Report(
        "faults", "The whole fault campaign", "Broken on purpose", "part", PARTS, _PATIENCE, _WHOLE, abreast=3
    )
    return command(whole, head())


if __name__ == "__main__":
    sys.exit(main())
