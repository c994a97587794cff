"""A database of an earlier version: brought to today's tables with every row in it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

import storage
from storage.database import engine
from storage.migrate import migrate
from storage.store import SqlStore
from tests.storage.matters import concern, due, kept
from tests.worlds import NOON

FIRST_ROWS = (
    "INSERT INTO outbox VALUES (7, 'barrow', 'r', x'7b', '2026-11-22 12:00:00.000000', 0, '', '2026-11-22 12:00:00')",
    "INSERT INTO web_posts VALUES (9, 'barrow', 'ann', 'i', NULL, 'ann', '\"hello\"', '2026-11-22 12:00:00', 0)",
)


def _first_tables(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


async def test_a_database_of_the_first_version_keeps_its_rows_and_takes_concerns(tmp_path, keys):
    database = engine(f"sqlite+aiosqlite:///{tmp_path}/bot.sqlite3")
    async with database.begin() as connection:
        await connection.run_sync(_first_tables)
        for row in FIRST_ROWS:
            await connection.execute(text(row))
    await migrate(database)
    store = SqlStore(database, keys)
    await store.keep(due(), kept(concern()))
    assert [one.order for one in await store.waiting(NOON, 5)] == [7]
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT seq, body FROM web_posts"))).all() == [(9, '"hello"')]
    await database.dispose()


async def test_sqlite_never_gives_a_number_twice_where_rows_are_deleted(database):
    async with database.connect() as connection:
        made = await connection.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
        assert set(made.scalars()) == {"outbox", "web_posts"}
