"""A database looked at by somebody who is only looking: nothing in it is changed, and nothing beside it is made.

In: a database's URL; a council. Out: an engine that can't write; what waits to be delivered, what time it is there.
Never: a row, a file or a step to today's tables; whom a notice is for, what it says or what it is about.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from msgspec import Struct
from sqlalchemy import URL, ColumnElement, Engine, event, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import UnusableStore
from storage.database import autocommit, engine, reading
from storage.tables import outbox

#: A notice that is due is in somebody's hand within seconds; for longer than this nobody takes it.
GRACE: Final = timedelta(minutes=15)
_READ_ONLY: Final = "-c default_transaction_read_only=on"


class Waits(Struct, frozen=True):
    """Of one council's notices. `late`: how many nobody took in hand in time, `since` when the first of them was due.

    `tried`: since when the oldest of those waits that a platform would not take yet.
    """

    late: int
    since: datetime | None
    tried: datetime | None


def looker(where: URL) -> AsyncEngine:
    """An engine that only reads. Raises `UnusableStore` where there is no such file, or no driver."""
    if where.get_backend_name() == "sqlite":
        return _file(where)
    options = where.query.get("options", ())
    given = (options,) if isinstance(options, str) else options
    return engine(where.update_query_dict({"options": " ".join((*given, _READ_ONLY))}))


def _file(where: URL) -> AsyncEngine:
    """SQLite's file as it stands.

    Whoever opens one that nobody else has open leaves a log and its index beside it, which may then belong to an
    account that is not the bot's: such a file is read as one that can't change (sqlite.org, "URI Filenames").
    """
    file = Path(where.database or "")
    if not file.is_file():
        raise UnusableStore(f"There is no database at {file}.")
    log = file.with_name(f"{file.name}-wal")
    how = {"mode": "ro", "uri": "true"} | ({} if log.exists() and log.stat().st_size else {"immutable": "1"})
    made = create_async_engine(
        URL.create("sqlite+aiosqlite", database=file.resolve().as_uri(), query=how), hide_parameters=True
    )
    _reads_only(made.sync_engine)
    return made


def _reads_only(made: Engine) -> None:
    def careful(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # a connection of whichever driver
        cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    event.listen(made, "connect", careful)


async def waits(memory: AsyncEngine, council: str, now: datetime) -> Waits:
    """What waits of a council's, but for what was set aside."""
    column = outbox.c
    mine: tuple[ColumnElement[bool], ...] = column.council == council, column.notice.is_not(None)
    late = select(func.count(), func.min(column.due)).where(*mine, column.due < now - GRACE)
    tried = select(func.min(column.at)).where(*mine, column.due.is_not(None), column.tries > 0)
    async with reading(memory, council) as connection:
        many, since = (await connection.execute(late)).one()
        return Waits(many, since, (await connection.execute(tried)).scalar())


async def its_time(memory: AsyncEngine) -> datetime | None:
    """What time it is at the database; None where that is a file of this computer's."""
    if memory.dialect.name != "postgresql":
        return None
    async with autocommit(memory).connect() as connection:
        found: datetime | None = (await connection.execute(text("SELECT clock_timestamp()"))).scalar()
        return found
