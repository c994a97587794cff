"""Which database: DATABASE_URL says so; where it is not set, a file in the folder of data.

In: the environment, a folder. Out: URLs; an engine at today's tables. Never: a password on the terminal.
"""

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import UnusableStore
from deploy.settings import environment as surroundings
from storage.database import engine, url
from storage.migrate import migrate, needed, unguarded

#: `postgresql://user:password@host/name`, or `sqlite:///file`.
URL_NAME: Final = "DATABASE_URL"
#: The same database for the role that owns the tables, where it is not the one that the bot uses.
OWNER_NAME: Final = "DATABASE_OWNER_URL"


def of(file: Path, environment: Mapping[str, str] | None = None) -> URL:
    """The database that the bot uses: this file, where nothing else is said. Raises `UnusableStore`."""
    if given := surroundings.secret(URL_NAME, environment):
        return url(given)
    return URL.create("sqlite+aiosqlite", database=str(file))


def owners(file: Path, environment: Mapping[str, str] | None = None) -> URL:
    """The same database, for whoever owns its tables. Raises `UnusableStore`."""
    its = of(file, environment)
    if not (given := surroundings.secret(OWNER_NAME, environment)):
        return its
    owned = url(given)
    if _where(owned) != _where(its):
        raise UnusableStore(
            f"{OWNER_NAME} and {URL_NAME} are two databases. They are to be the same one, for two roles."
        )
    return owned


def _where(named: URL) -> tuple[object, ...]:
    return named.get_backend_name(), named.host, named.port or 5432, named.database


def elsewhere(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the database is not a file of the folder of data."""
    return bool(surroundings.secret(URL_NAME, environment))


@asynccontextmanager
async def opened(which: URL) -> AsyncIterator[AsyncEngine]:
    """The database, at today's tables. SQLite's are brought to them; whoever looks after a PostgreSQL does so there.

    Raises `UnusableStore`.
    """
    _private(which)
    memory = engine(which)
    try:
        if memory.dialect.name == "sqlite":
            await migrate(memory)
        else:
            await _is_ready(memory)
        yield memory
    finally:
        await memory.dispose()


@asynccontextmanager
async def as_it_is(which: URL) -> AsyncIterator[AsyncEngine]:
    """The database at whatever tables it has; nothing is made or brought to another step. Raises `UnusableStore`."""
    memory = engine(which)
    try:
        yield memory
    finally:
        await memory.dispose()


def _private(which: URL) -> None:
    """A file of SQLite's that is not there is made for its owner's eyes only."""
    if which.get_backend_name() == "sqlite" and which.database:
        try:
            Path(which.database).touch(mode=0o600)
        except OSError as refused:
            raise UnusableStore(f"{which.database} can't be used ({refused.strerror}). Name another file.") from None


async def _is_ready(memory: AsyncEngine) -> None:
    """Not brought to today's tables by whoever comes first: older replicas may be at work in it."""
    if steps := await needed(memory):
        raise UnusableStore(
            f"The database {memory.url.database} lacks {len(steps)} of the steps to today's tables. Run "
            "`protocol-bot migrate` first, once for all replicas."
        )
    if (why := await unguarded(memory)) is not None:
        print(why, file=sys.stderr, flush=True)


async def brought(file: Path, environment: Mapping[str, str] | None = None) -> list[str]:
    """Bring the database to today's tables; says by which steps. Raises `UnusableStore`."""
    whole = owners(file, environment)
    _private(whole)
    memory = engine(whole)
    try:
        return await migrate(memory, of(file, environment).username)
    finally:
        await memory.dispose()


async def lacking(file: Path, environment: Mapping[str, str] | None = None) -> list[str]:
    """The steps it lacks. Raises `UnusableStore`."""
    memory = engine(owners(file, environment))
    try:
        return await needed(memory)
    finally:
        await memory.dispose()
