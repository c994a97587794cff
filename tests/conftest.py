"""What many tests need: a bot on a real database, with the real content.

In: pytest; `--postgres` for a real PostgreSQL instead of SQLite's files. Out: fixtures. Never: a fake store.
"""

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from bot.bot import Bot
from deploy.handbooks import Handbooks
from storage.database import engine
from storage.seal import Keys, new_keys, read_keys
from storage.store import SqlStore
from tests import databases, loops
from tests.worlds import StandingClock, handbooks, seats

#: Fixtures that are made on a database, whichever it is.
USES_A_DATABASE = frozenset({"database", "world", "rig"})

# How long an example takes, or is made, tells of the computer. What is to be quick is measured elsewhere.
hypothesis.settings.register_profile(
    "patient", hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
)
hypothesis.settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run on a PostgreSQL of the tests' own, not on SQLite")


def pytest_configure(config: pytest.Config) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):  # somebody's own database is not for tests
        os.environ.pop(name, None)
    if config.getoption("--postgres"):
        try:
            databases.use_postgres()
        except FileNotFoundError as missing:
            why = f"{missing}; on Debian: sudo apt install postgresql"
            if os.environ.get("REQUIRE_ALL") == "1":
                raise pytest.UsageError(f"REQUIRE_ALL=1, but there is {why}") from None
            pytest.exit(f"Nothing was tested on PostgreSQL: there is {why}", returncode=0)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """For `-n auto`: one more than there are cores, because many tests wait for a process or for time to pass."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 1


@pytest.hookimpl(optionalhook=True)
def pytest_asyncio_loop_factories() -> Mapping[str, Any] | None:
    """Windows starts processes in a loop of another kind."""
    return None if os.name == "nt" else loops.factories()


def pytest_unconfigure() -> None:
    databases.end()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, what has to do with a database, but nothing that is about SQLite or as long as it is broad."""
    fit = _fit_for_postgres if config.getoption("--postgres") else _fit_for_sqlite
    kept = [item for item in items if fit(item)]
    config.hook.pytest_deselected(items=[item for item in items if not fit(item)])
    items[:] = kept


def _fit_for_sqlite(item: pytest.Item) -> bool:
    return item.get_closest_marker("postgres_only") is None


def _fit_for_postgres(item: pytest.Item) -> bool:
    asked = isinstance(item, pytest.Function) and not USES_A_DATABASE.isdisjoint(item.fixturenames)
    told = any(item.get_closest_marker(name) for name in ("database", "postgres_only"))
    return (asked or told) and not item.get_closest_marker("sqlite_only")


@pytest.fixture(autouse=True)
def _no_database_is_left() -> Iterator[None]:
    yield
    databases.forget()


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
    made = engine(databases.url(tmp_path))
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
