"""The same on PostgreSQL (`tests.faults.kills`): a question is passed on, a concern filed, a process killed at the
points of both, another that goes on. No more than these: each scene has a database of its own, which takes its time.

In: a PostgreSQL server on this machine. Out: a table of points by kind. Never: a server of somebody else's; two
processes at a time, as a database is copied with nobody in it.

Run: python -m tests.faults.on_postgres
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tests import databases
from tests.faults.cuts import table
from tests.faults.flows import Flow, flows
from tests.faults.kills import Campaign, visited, warmed
from tests.faults.stages import book_of
from tests.report import Table, tell

#: The talks, how many steps of each, and what is done in these.
STORIES: Final = {"the-clerk-answers": 4, "withdrawing": 5}
_DONE: Final = "a question passed on and a concern filed"
_SECONDS: Final = 300.0


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


def tables(stories: Mapping[str, int] = STORIES) -> Iterator[Table]:
    """By kind of point. Raises `FileNotFoundError` where there is no server."""
    databases.use_postgres()
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="kills-") as folder:
            home = Path(folder)
            (known := home / "known").mkdir()
            chosen = [_begun(story, steps) for story, steps in stories.items()]
            for flow in chosen:
                book_of(flow.platform, flow.council)
            warmed(chosen[-1], home)
            until = began + _SECONDS
            found = [visited(flow, home / flow.name, known, until, OnPostgres) for flow in chosen]
    finally:
        databases.end()
    yield table(found, time.monotonic() - began, f"Killed at every point of {_DONE}, on PostgreSQL")


def _begun(story: str, steps: int) -> Flow:
    (flow,) = flows(("web",), story)
    return flow._replace(steps=flow.steps[:steps])


if __name__ == "__main__":
    sys.exit(tell(tables()))
