"""Every figure of the project in one report: `python -m tests.bench [NAME …] [--out FILE]`.

In: which benchmarks, by name (all). Out: Markdown on stdout and in a file; progress on stderr; status 1 where a goal
was missed or a benchmark broke. Never: two of them at a time; a failure where a tool is absent, which the report tells.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from tests.bench.machine import head
from tests.reported import every

_NAMES: Final = (
    "lookup", "documents", "rates", "slack", "teams", "durable", "concerns", "delivery", "drain", "peers", "start",
    "scale", "turns", "hosting",
)  # fmt: skip
#: Each benchmark's module, in the order of the report.
MODULES: Final = {name: f"tests.bench.{name}" for name in _NAMES} | {"documents": "tests.reading.measure"}


def main() -> int:
    options = _options()
    modules = {name: MODULES[name] for name in options.names or MODULES}
    status = every("How well, how fast, in how much memory", modules, head(), options.out)
    print(f"The report is in {options.out}.", file=sys.stderr)
    return status


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    # No choices=: argparse holds even the empty list of names to them.
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MODULES)}; all without any")
    parser.add_argument("--out", type=Path, default=Path("build/bench.md"), metavar="FILE", help="build/bench.md")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in MODULES]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(MODULES)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
