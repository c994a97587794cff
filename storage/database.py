"""The database itself: how it is opened, read without a lock, and made to forget.

In: a URL. Out: an engine, careful with what people wrote. Never: a table; a query of the store's.
"""

import logging
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

log = logging.getLogger(__name__)

_PATIENCE = 10_000  # milliseconds that a writer waits for another
_SHORT = 500  # milliseconds that forgetting waits: it may be done later, and holds up writers meanwhile
_ERASED = 1  # SQLite's user_version while the file may hold something of what was erased

_CAREFUL = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"busy_timeout={_PATIENCE}",
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",  # no copy of a row in a temporary file
)


def engine(url: str) -> AsyncEngine:
    """An engine for a database URL. SQLite is set to survive a crash and to wait its turn."""
    made = create_async_engine(url, hide_parameters=True)  # what people wrote must not stand in an error
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)  # nor in a log: it would write every value at DEBUG
    if made.dialect.name == "sqlite":
        event.listen(made.sync_engine, "connect", _careful_sqlite)
        event.listen(made.sync_engine, "begin", _one_writer)
    return made


def _careful_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below: the driver would put it off
    cursor = connection.cursor()
    for pragma in _CAREFUL:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _one_writer(connection: Any) -> None:
    """Take the write lock at once: a transaction that upgrades later can fail with everything decided."""
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def reading(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for reading: it opens no transaction."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


async def erased(transaction: AsyncConnection) -> None:
    """Remember, with the transaction, that something was erased: `rewrite` has work to do, after a restart too."""
    if transaction.dialect.name == "sqlite":
        await transaction.exec_driver_sql(f"PRAGMA user_version={_ERASED}")


async def empty_log(engine: AsyncEngine) -> None:
    """Leave nothing of what was erased in SQLite's write-ahead log, unless somebody reads in it just now."""
    await _alone(engine, "PRAGMA wal_checkpoint(TRUNCATE)")


async def rewrite(engine: AsyncEngine) -> None:
    """Make SQLite's file anew if something was erased since it last was.

    secure_delete writes over what is deleted; yet SQLite may have moved a row before, and what it moved from stays.
    It takes a while and keeps writers waiting, so it is done for all that was erased at once.
    """
    if engine.dialect.name == "sqlite":
        async with reading(engine).connect() as connection:
            told = (await connection.exec_driver_sql("PRAGMA user_version")).scalar()
        if told == _ERASED:
            await _alone(engine, "VACUUM", "PRAGMA user_version=0")
    await empty_log(engine)


async def _alone(engine: AsyncEngine, *statements: str) -> None:
    """What SQLite does only while nobody else is in the way; else it is for the next time."""
    if engine.dialect.name != "sqlite":
        return
    try:
        async with reading(engine).connect() as connection:
            await connection.exec_driver_sql(f"PRAGMA busy_timeout={_SHORT}")
            try:
                for statement in statements:
                    await connection.exec_driver_sql(statement)
            finally:
                await connection.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE}")
    except DBAPIError as refused:
        log.warning("the database is in use; what was erased leaves its file later (%s)", type(refused.orig).__name__)
