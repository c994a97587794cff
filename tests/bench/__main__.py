"""Every figure of the project in one report: `python -m tests.bench [NAME …] [--out FILE]`.

In: which benchmarks, by name (all). Out: Markdown on stdout and in a file; progress on stderr; status 1 where a goal
was missed or a benchmark broke. Never: two of them at a time; a failure where a tool is absent, which the report tells;
longer than an hour.
"""

import sys
from typing import Final

from tests.bench.machine import head
from tests.reported import Report, command

_NAMES: Final = (
    "lookup", "documents", "rates", "costs", "slack", "teams", "durable", "concerns", "delivery", "drain", "peers",
    "start", "scale", "turns", "hosting",
)  # fmt: skip
#: Each benchmark's module, in the order of the report.
MODULES: Final = {name: f"tests.bench.{name}" for name in _NAMES} | {"documents": "tests.reading.measure"}
_PATIENCE: Final = 1200.0  # seconds that a benchmark has
_WHOLE: Final = 3600.0  # seconds that all of them have: whatever had not ended by then is told as broken


def main() -> int:
    title = "How well, how fast, in how much memory"
    return command(
        Report("bench", "Every figure of the project in one report", title, "benchmark", MODULES, _PATIENCE, _WHOLE),
        head(),
    )


if __name__ == "__main__":
    sys.exit(main())
