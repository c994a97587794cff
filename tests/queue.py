"""What a store holds for later: looked at, and taken out of its turn, without keeping it from anybody.

In: a store. Out: what is promised, what waits to be sent. Never: a notice or a promise left in somebody's hand.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from bot.conversation import Notice
from bot.records import Promised, Waiting
from storage import aside, outbox
from storage.database import EVERY, within
from storage.store import SqlStore
from storage.tables import outbox as rows
from storage.tables import promises

_FAR = datetime(2100, 1, 1, tzinfo=UTC)


async def promised(store: SqlStore, by: datetime = _FAR) -> list[Promised]:
    """What falls due until then, the earliest first."""
    column = promises.c
    told = select(column.council, column.matter, column.rung, column.due, column.order).where(column.due <= by)
    async with within(store._engine, EVERY) as connection:
        return [Promised(*row) for row in await connection.execute(told.order_by(column.due, column.order))]


async def waiting(store: SqlStore, by: datetime = _FAR) -> list[Waiting]:
    """Every notice that is to be sent until then, in order, the first of a recipient's or not."""
    return await _read(store, rows.c.due <= by)


async def notices(store: SqlStore, by: datetime = _FAR) -> list[Notice | None]:
    """The same, but only what they say."""
    return [one.notice for one in await waiting(store, by)]


async def given_up(store: SqlStore) -> int:
    """How many notices were set aside, whoever may be told of them."""
    async with within(store._engine, EVERY) as connection:
        return len(await aside.every(connection))


async def again(store: SqlStore, now: datetime) -> None:
    """What was set aside is sent once more, as whoever looks after the computer does (`protocol-bot outbox`)."""
    async with within(store._engine, EVERY) as connection:
        await aside.again(connection, now, None)


async def in_hand(store: SqlStore, order: int) -> Waiting:
    """This notice, whoever's turn it is, as somebody has it who is about to send it."""
    lease = datetime.now(UTC) + timedelta(minutes=2)
    async with within(store._engine, EVERY) as connection:
        await connection.execute(update(rows).where(rows.c.order == order).values(lease=lease))
    (one,) = await _read(store, rows.c.order == order)
    return one


async def refused(store: SqlStore, order: int, until: datetime | None = None, why: str = "no such person") -> None:
    """This notice is refused by its platform; for good, if nothing is said of when to try again."""
    await store.put_off(await in_hand(store, order), until, why)


async def arrives(store: SqlStore, order: int) -> None:
    """This notice is delivered."""
    await store.delivered(await in_hand(store, order))


async def _read(store: SqlStore, which: object) -> list[Waiting]:
    columns = (*outbox.WHOLE, *outbox._CLAIMED)
    async with within(store._engine, EVERY) as connection:
        index = await store._ring.fit(connection)
        told: Sequence = (await connection.execute(select(*columns).where(which).order_by(rows.c.order))).all()
        return [outbox._waiting(row, index) for row in told]
