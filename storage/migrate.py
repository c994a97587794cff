"""Brings a database to today's tables.

In: an engine. Out: the same database, up to date. Never: touches a row that no step names.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import UnusableStore


async def migrate(engine: AsyncEngine) -> None:
    """Run every step that this database has not had yet. Raises `UnusableStore`."""
    where = engine.url.database or "the database"
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    except CommandError:
        raise UnusableStore(
            f"{where} was made by a newer Protocol Bot. Use that one, or start with another database."
        ) from None
    except DBAPIError as refused:
        raise UnusableStore(
            f"{where} can't be used ({type(refused.orig).__name__}: {refused.orig}). Is it a database of Protocol Bot, "
            "is the disk full, or does another program hold it? Nothing was changed in it."
        ) from None


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
