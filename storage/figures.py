"""How the database is, for whoever watches it: whether it answers, what waits too long, what was given up.

In: an engine. Out: numbers over all councils.
Never: whose a notice is, what it says or what it is about; a row; a lock.
"""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database import EVERY, reading
from storage.outbox import is_first
from storage.tables import outbox

#: A standby, or a server whose owner stopped all writing, as many do when its disk is full.
_TAKES_NOTHING: Final = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool"


class ReadOnly(Exception):
    """The database answers, and takes nothing."""


async def answers(engine: AsyncEngine) -> None:
    """Asks the least there is to ask. Raises as SQLAlchemy does, and `ReadOnly` where nothing could be kept."""
    async with reading(engine, EVERY) as connection:
        if connection.dialect.name == "postgresql":
            if (await connection.execute(text(_TAKES_NOTHING))).scalar():
                raise ReadOnly
        else:
            await connection.execute(select(1))
            if not opens_to_write(Path(str(engine.url.database))):
                raise ReadOnly


def opens_to_write(file: Path) -> bool:
    """Whether this account may write to a file, on a disk that takes it.

    Asked, not opened: whoever closes a file lets go of every lock that SQLite has on it in this process, and another
    process would then take the log away under the bot (sqlite.org, "How To Corrupt", 2.2).
    """
    return os.access(file, os.W_OK)


async def step(engine: AsyncEngine) -> str:
    """The step of the tables that the database is at (`protocol-bot migrate`); empty before the first."""
    async with reading(engine, EVERY) as connection:
        return str((await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() or "")


async def late(engine: AsyncEngine, now: datetime, patience: Sequence[timedelta]) -> timedelta:
    """For how long the notice that waits longest has been trying to arrive; nought where none is late.

    `patience`: how long the outbox waits after each try. What was tried waits since its first try, as nearly as can be
    told; what was not, since it was due. What waits for its turn behind another for the same person, or for the day,
    is not late.
    """
    queue = outbox.alias("one")
    one = queue.c
    oldest = select(one.tries, func.min(one.due)).where(one.due.is_not(None), is_first(queue, now)).group_by(one.tries)
    async with reading(engine, EVERY) as connection:
        rows = (await connection.execute(oldest)).all()
    begun = (due - sum(patience[:tries], timedelta()) for tries, due in rows if tries or due <= now)
    return max((now - moment for moment in begun), default=timedelta())


async def aside(engine: AsyncEngine) -> int:
    """How many notices were given up and wait for somebody to look at them (`protocol-bot outbox`)."""
    given_up = select(func.count()).where(outbox.c.due.is_(None), outbox.c.notice.is_not(None))
    async with reading(engine, EVERY) as connection:
        return int((await connection.execute(given_up)).scalar() or 0)
