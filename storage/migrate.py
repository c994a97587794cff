"""Brings a database to today's tables.

In: an engine. Out: the same database, up to date; whether that is needed. Never: touches a row that no step names.
"""

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import UnusableStore
from storage.database import EVERY, alone, autocommit, within
from storage.guard import grant, too_mighty

_STEPS: Final = Path(__file__).parent / "migrations"
#: What PostgreSQL calls a privilege that a role lacks: `insufficient_privilege` (its manual, appendix A).
_NOT_ALLOWED: Final = "42501"


async def migrate(engine: AsyncEngine, role: str | None = None) -> list[str]:
    """Run every step that this database has not had yet, all or none; says which.

    On PostgreSQL this engine's role comes to own the tables, and `role` is then granted what the bot needs, and no
    more. Raises `UnusableStore`.
    """
    try:
        async with within(engine, EVERY) as connection:
            await alone(connection, "migrate")  # five replicas may be told to at once
            if steps := _after(await connection.run_sync(at)):
                await connection.run_sync(upgrade)
            if role and role != engine.url.username and engine.dialect.name == "postgresql":
                await connection.run_sync(grant, role)
    except (CommandError, ResolutionError):
        raise _newer(engine) from None
    except DBAPIError as refused:
        raise _unusable(engine, refused) from None
    return steps


async def needed(engine: AsyncEngine) -> list[str]:
    """The steps that this database has not had yet, oldest first. Raises `UnusableStore`."""
    try:
        async with autocommit(engine).connect() as connection:
            return _after(await connection.run_sync(at))
    except (CommandError, ResolutionError):
        raise _newer(engine) from None
    except DBAPIError as refused:
        raise _unusable(engine, refused) from None


async def unguarded(engine: AsyncEngine) -> str | None:
    """Why councils are kept apart by the code alone, for the administrator. Of SQLite nothing else is expected."""
    if engine.dialect.name != "postgresql":
        return None
    async with autocommit(engine).connect() as connection:
        return await connection.run_sync(too_mighty)


def upgrade(connection: Connection, step: str = "head") -> None:
    """Run the steps up to this one, within the connection's transaction. Raises `CommandError` for one not known."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, step)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    return config


def at(connection: Connection) -> str | None:
    """The last step that a database has had; None where it has no table of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def _after(revision: str | None) -> list[str]:
    """Every step after this one. Raises `CommandError` where it is not one of ours."""
    steps = _scripts().iterate_revisions("head", revision or "base")
    return [step.revision for step in steps if step.revision != revision][::-1]


@cache
def _scripts() -> ScriptDirectory:
    """Read once: they do not change while this runs, and to read them takes longer than all else of a start."""
    return ScriptDirectory.from_config(_config())


def _newer(engine: AsyncEngine) -> UnusableStore:
    return UnusableStore(
        f"{_called(engine)} was made by a newer Protocol Bot. Use that one, or start with another database."
    )


def _unusable(engine: AsyncEngine, refused: DBAPIError) -> UnusableStore:
    if getattr(refused.orig, "sqlstate", None) == _NOT_ALLOWED:
        return UnusableStore(
            f"{_called(engine)} can't be brought to today's tables: the role {engine.url.username!r} may not make or "
            "alter them. Put the role that owns them into DATABASE_OWNER_URL and run `protocol-bot migrate` again. "
            "Nothing was changed in it."
        )
    told = str(refused.orig).partition("\n")[0].rstrip(".")
    return UnusableStore(
        f"{_called(engine)} can't be used ({type(refused.orig).__name__}: {told}). Is it a database of Protocol Bot, "
        "is the disk full, or does another program hold it? Nothing was changed in it."
    )


def _called(engine: AsyncEngine) -> str:
    return engine.url.database or "the database"
