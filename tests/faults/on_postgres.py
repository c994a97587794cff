"""The same on PostgreSQL (`tests.faults.kills`): one story, a process killed at its points, another that goes on.

In: a PostgreSQL server on this machine. Out: a table of points by kind. Never: a server of somebody else's; two
processes at a time, as each scene has a database of its own, which is copied with nobody in it.

Run: python -m tests.faults.on_postgres [STORY]
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests import databases
from tests.faults.cuts import table
from tests.faults.flows import flows
from tests.faults.kills import Campaign, visited, warmed
from tests.faults.stages import book_of
from tests.report import Table, tell

#: A question is asked and passed on; so many of its steps, as every scene has a database of its own.
STORY: Final = "the-clerk-answers"
_STEPS: Final = 4
_SECONDS: Final = 180.0


class OnPostgres(Campaign):
    """A folder stands for its database, which is copied and goes with it."""

    def _first_folder(self) -> Path:
        made = self._folder()
        databases.url(made)
        return made

    def _folder(self, of: Path | None = None) -> Path:
        made = super()._folder(of)
        if of is not None:
            databases.copied(of, made)
        return made

    def _gone(self, folder: Path) -> None:
        super()._gone(folder)
        databases.dropped(folder)


def tables(story: str = STORY) -> Iterator[Table]:
    """By kind of point. Raises `FileNotFoundError` where there is no server."""
    databases.use_postgres()
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="kills-") as folder:
            home = Path(folder)
            (known := home / "known").mkdir()
            (flow,) = flows(("web",), story)
            flow = flow._replace(steps=flow.steps[:_STEPS])
            book_of(flow.platform, flow.council)
            warmed(flow, home)
            found = visited(flow, home / "flow", known, began + _SECONDS, OnPostgres)
    finally:
        databases.end()
    yield table([found], time.monotonic() - began, "Killed at every point, on PostgreSQL")


if __name__ == "__main__":
    sys.exit(tell(tables(*sys.argv[1:2])))
