"""The locks on SQLite's file stand for as long as the bot does: without them another process takes its log away."""

import subprocess
import sys

import pytest

from bot.conversation import Person
from storage import figures
from storage.store import SqlStore
from storage.unchanged import unchanged
from tests.worlds import NOON

pytestmark = [pytest.mark.database, pytest.mark.sqlite_only]

#: As `protocol-bot outbox` does it: open, look, close.
_LOOK = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(c.execute('SELECT count(*) FROM reach').fetchone()[0]); c.close()"  # noqa: E501


def seen_by_another(database) -> int:
    line = [sys.executable, "-c", _LOOK, database.url.database]
    return int(subprocess.run(line, capture_output=True, text=True, check=True).stdout)


async def keep(store: SqlStore, who: str) -> None:
    await store.out_of_reach("barrow", Person("test", "barrow", who), "blocked", NOON)


async def test_what_is_kept_after_a_look_at_its_health_is_there_for_another_process(store, database):
    await keep(store, "first")
    await figures.answers(database)
    marks = unchanged(database)
    await marks.mark()
    assert seen_by_another(database) == 1
    await keep(store, "second")
    assert seen_by_another(database) == 2
    await marks.mark()
    await keep(store, "third")
    assert seen_by_another(database) == 3
