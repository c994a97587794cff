"""What many tests need: a bot on a real SQLite file, with the real content.

In: pytest. Out: fixtures. Never: a fake store.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.bot import Bot
from deploy.handbooks import Handbooks
from storage.migrate import migrate
from storage.seal import Keys, new_keys, read_keys
from storage.store import SqlStore, engine
from tests.worlds import StandingClock, handbooks, seats


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


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    file = tmp_path_factory.mktemp("keys") / "keys"
    new_keys(file)
    return read_keys(file)


@pytest.fixture
def store(database, keys) -> SqlStore:
    return SqlStore(database, keys)


@pytest.fixture
def bot(store, books) -> Bot:
    return Bot(store, books)
