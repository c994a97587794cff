"""What the clock must bring up.

In: a concern or request as it is kept, or a notice that nobody could deliver. Out: what falls due, the earliest first.
Never: why; a promise of what was erased.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import Followed, Promised
from storage.tables import matters, promises

UNDELIVERED: Final = "undelivered"


async def replace(transaction: AsyncConnection, record: Followed) -> None:
    """What is promised of this record now, instead of all that was."""
    await drop(transaction, record.matter)
    about = {"council": record.council, "matter": record.matter}
    rows = [about | {"rung": promise.rung, "due": promise.due} for promise in record.promised]
    if rows:
        await transaction.execute(insert(promises), rows)


async def drop(transaction: AsyncConnection, matter: str) -> None:
    """Nothing is promised of it any more."""
    await transaction.execute(delete(promises).where(promises.c.matter == matter))


async def undelivered(transaction: AsyncConnection, matter: str, due: datetime) -> None:
    """A notice about it reached nobody. Nothing is promised of a matter that was erased, nor this twice."""
    council = (await transaction.execute(select(matters.c.council).where(matters.c.matter == matter))).scalar()
    known = select(promises.c.order).where(promises.c.matter == matter, promises.c.rung == UNDELIVERED)
    if council is None or (await transaction.execute(known)).first():
        return
    row = {"council": council, "matter": matter, "rung": UNDELIVERED, "due": due}
    await transaction.execute(insert(promises).values(row))


async def due(connection: AsyncConnection, now: datetime, at_most: int) -> Sequence[Promised]:
    """What falls due by `now`, the earliest first."""
    column = promises.c
    query = select(column.council, column.matter, column.rung, column.due).where(column.due <= now)
    rows = await connection.execute(query.order_by(column.due, column.order).limit(at_most))
    return [Promised(*row) for row in rows]
