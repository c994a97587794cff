"""A database looked at by somebody who is only looking: nothing in it is changed, and nothing beside it is made.

In: a database's URL; a council. Out: an engine that can't write; what waits to be delivered, what is nobody's, what
time it is there.
Never: a row, a file or a step to today's tables; whom a notice is for, what it says or what it is about.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from msgspec import Struct
from sqlalchemy import URL, ColumnElement, Engine, Table, event, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import UnusableStore
from storage.at_once import taught
from storage.database import EVERY, autocommit, engine, reading
from storage.figures import opens_to_write
from storage.tables import matters, metadata, outbox

#: A notice that is due is in somebody's hand within seconds; for longer than this nobody takes it.
GRACE: Final = timedelta(minutes=15)
#: The tables that say more of concerns and requests, beside other things.
_OF_MATTERS: Final = ("keys", "parts", "tags", "promises")
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
    taught(made)
    _reads_only(made.sync_engine)
    return made


def _reads_only(made: Engine) -> None:
    def careful(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # a connection of whichever driver
        cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    event.listen(made, "connect", careful)


async def is_taking(memory: AsyncEngine, where: URL) -> bool:
    """Whether something could be kept there, by whoever asks: of a file, by this account. Nothing is."""
    if memory.dialect.name != "sqlite":
        async with autocommit(memory).connect() as connection:
            return not (await connection.execute(text("SELECT pg_is_in_recovery()"))).scalar()
    return opens_to_write(Path(where.database or ""))


async def waits(memory: AsyncEngine, council: str, now: datetime) -> Waits:
    """What waits of a council's, but for what was set aside."""
    column = outbox.c
    mine: tuple[ColumnElement[bool], ...] = column.council == council, column.notice.is_not(None)
    late = select(func.count(), func.min(column.due)).where(*mine, column.due < now - GRACE)
    tried = select(func.min(column.at)).where(*mine, column.due.is_not(None), column.tries > 0)
    async with reading(memory, council) as connection:
        many, since = (await connection.execute(late)).one()
        return Waits(many, since, (await connection.execute(tried)).scalar())


async def astray(memory: AsyncEngine, councils: Collection[str]) -> dict[str, int]:
    """How many rows of which table belong to none of these councils, or to a matter that is not there."""
    found = dict[str, int]()
    async with reading(memory, EVERY) as connection:
        for table in metadata.sorted_tables:
            for lost in _lost(table, councils):
                if many := (await connection.execute(select(func.count()).select_from(table).where(lost))).scalar():
                    found[table.name] = found.get(table.name, 0) + many
    return found


def _lost(table: Table, councils: Collection[str]) -> Iterator[ColumnElement[bool]]:
    if "council" not in table.c:
        return
    column = table.c
    yield column.council.not_in(councils)
    if table.name in _OF_MATTERS:
        its = matters.c.council == column.council, matters.c.matter == column.matter
        sealed = or_(*(column.matter.startswith(kind) for kind in ("concern/", "request/")))
        yield column.council.in_(councils) & sealed & ~exists().where(*its)


async def its_time(memory: AsyncEngine) -> datetime | None:
    """What time it is at the database; None where that is a file of this computer's."""
    if memory.dialect.name != "postgresql":
        return None
    async with autocommit(memory).connect() as connection:
        found: datetime | None = (await connection.execute(text("SELECT clock_timestamp()"))).scalar()
        return found
