"""What the clock must bring up.

In: a record as it is kept, or a notice that nobody could deliver. Out: what falls due, the earliest first, each in one
hand at a time.
Never: why; a promise of what was erased; the same rung of a matter twice.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Update, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Due, Event
from bot.records import Followed, Promised
from storage import leases
from storage.at_once import Ask
from storage.database import add_unless_there
from storage.tables import matters, promises

UNDELIVERED: Final = "undelivered"


def replaced(record: Followed, event: Event) -> Iterator[Ask]:
    """What is promised of this record now, instead of all that was. Of two promises of one rung, the earlier counts.

    That a notice reached nobody stays promised until it is brought up itself: nobody else's turn knows of it.
    """
    about = {"council": record.council, "matter": record.matter}
    yield Ask(_CLEAR, {f"its_{name}": value for name, value in about.items()})
    if isinstance(event, Due) and (event.matter, event.rung) == (record.matter, UNDELIVERED):
        yield Ask(_TOLD, {f"its_{name}": value for name, value in about.items()} | {"by": event.due})
    early = sorted(record.promised, key=lambda promise: promise.due)
    yield Ask(_ADD, [about | {"rung": one.rung, "due": one.due} for one in early], unless_there=True)


_THIS: Final = (
    promises.c.council == bindparam("its_council"),
    promises.c.matter == bindparam("its_matter"),
)
_CLEAR: Final = delete(promises).where(*_THIS, promises.c.rung != UNDELIVERED)
_TOLD: Final = delete(promises).where(*_THIS, promises.c.rung == UNDELIVERED, promises.c.due <= bindparam("by"))
_ADD: Final = insert(promises).inline()


async def drop(transaction: AsyncConnection, council: str, matter: str) -> None:
    """Nothing is promised of it any more."""
    await transaction.execute(delete(promises).where(promises.c.council == council, promises.c.matter == matter))


async def undelivered(transaction: AsyncConnection, council: str, matter: str, due: datetime) -> None:
    """A notice about it reached nobody. Nothing is promised of a matter that was erased, nor this twice.

    Where it is promised already of an earlier notice, it is now of the later, which tells who has it in hand.
    """
    here = matters.c.council == council, matters.c.matter == matter
    there = select(matters.c.matter).where(*here)
    there = there.with_for_update(read=True, key_share=True)  # it may be erased just now
    if (await transaction.execute(there)).first() is None:
        return
    row = {"council": council, "matter": matter, "rung": UNDELIVERED, "due": due}
    await add_unless_there(transaction, promises, [row])
    mine = *(promises.c[name] == row[name] for name in ("council", "matter", "rung")), promises.c.due < due
    await transaction.execute(update(promises).where(*mine).values(due=due, lease=None))


# ---------------------------------------------------------------- what is due


async def take(transaction: AsyncConnection, now: datetime, at_most: int, lease: timedelta) -> Sequence[Promised]:
    """Take in hand what falls due by `now`, the earliest first."""
    rows = (await transaction.execute(taking(transaction, now, at_most, lease))).all()
    return [Promised(*row) for row in sorted(rows, key=lambda row: (row.due, row.order))]


def taking(connection: AsyncConnection, now: datetime, at_most: int, lease: timedelta) -> Update:
    """The statement for it: its cost grows with what is due, not with what is promised."""
    one = promises.alias("one")
    free = select(one.c.order).where(one.c.due <= now, leases.free(connection, one.c.lease, lease))
    first = free.order_by(one.c.due, one.c.order).limit(at_most).with_for_update(skip_locked=True).cte("first")
    column: Any = promises.c
    taken = update(promises).where(column.order.in_(select(first.c.order)))
    taken = taken.values(lease=leases.until(connection, lease))
    return taken.returning(column.council, column.matter, column.rung, column.due, column.order)


async def release(transaction: AsyncConnection, these: Sequence[Promised]) -> None:
    """Anybody may take them in hand again. What was promised anew meanwhile is another's."""
    column = promises.c
    for one in these:
        here = column.council == one.council, column.order == one.number
        await transaction.execute(update(promises).where(*here).values(lease=None))
