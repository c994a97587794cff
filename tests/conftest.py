"""What many tests need: a bot on a real SQLite file, with the real content.

In: pytest. Out: fixtures. Never: a fake store.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.bot import Bot
from deploy.handbooks import Handbooks, handbooks
from storage.migrate import migrate
from storage.store import SqlStore, engine
from tests.worlds import StandingClock, seats


@pytest.fixture(scope="session")
def books() -> Handbooks:
    return handbooks(
        {council: seats(council) for council in ("barrow", "leigh-on-sea", "southwell", "twywell", "crickhowell")}
    )


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator:
    made = engine(f"sqlite+aiosqlite:///{tmp_path}/bot.sqlite3")
    await migrate(made)
    yield made
    await made.dispose()


@pytest.fixture
def store(database) -> SqlStore:
    return SqlStore(database)


@pytest.fixture
def bot(store, books) -> Bot:
    return Bot(store, books)
