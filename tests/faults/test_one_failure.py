"""One failure at each point at which the bot asks the database or the platform, and on it goes: nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Ticker
from bot.concern import Promise
from bot.outbox import Outbox
from bot.records import Turn
from bot.review import Review
from storage.database import engine
from storage.store import SqlStore
from tests import databases, queue
from tests.delivery.carriers import Carrier
from tests.faults.replica import PLATFORM, Desk
from tests.storage.matters import due
from tests.worlds import NOON


class Gone(ConnectionError):
    """The database, or the network."""


class Trouble:
    """Fails at one point, and never again. `left` is how many points are still before it."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.where = ""

    def point(self, where: str) -> None:
        if self.left is None:
            return
        if self.left == 0:
            self.left, self.where = None, where
            raise Gone(where)
        self.left -= 1


@contextmanager
def troubled(database: AsyncEngine, trouble: Trouble) -> Iterator[None]:
    """Every statement and every commit is a point."""

    def statement(_connection, _cursor, said: str, *_rest: object) -> None:
        trouble.point(said.split("\n")[0][:60])

    def commit(_connection) -> None:
        trouble.point("commit")

    event.listen(database.sync_engine, "before_cursor_execute", statement)
    event.listen(database.sync_engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(database.sync_engine, "before_cursor_execute", statement)
        event.remove(database.sync_engine, "commit", commit)


class Unheard(SqlStore):
    """It keeps everything, but the word of it may not come back."""

    trouble = Trouble()


def _unheard(name: str) -> None:
    async def then_lost(self: Unheard, *given, **named):
        done = await getattr(SqlStore, name)(self, *given, **named)
        self.trouble.point(f"after {name}")
        return done

    setattr(Unheard, name, then_lost)


for _name in ("keep", "due", "release", "waiting", "sending", "delivered", "put_off"):
    _unheard(_name)


@pytest.fixture
async def shaky(tmp_path, keys, database):
    """A store on the same database, whose leases run out at once, and what makes it fail."""
    memory = engine(databases.url(tmp_path))
    store, trouble = Unheard(memory, keys, timedelta()), Trouble()
    store.trouble = trouble
    with troubled(memory, trouble):
        yield store, trouble
    await memory.dispose()


async def test_a_failure_at_any_one_point_loses_nothing_and_doubles_only_what_may_be(shaky, store, clock):
    failing, trouble = shaky
    failed, number = list[str](), 0
    while True:
        trouble.where = ""
        carrier = await one_story(failing, trouble, store, clock, number)
        again, only_once = f"d{2 * number}", f"d{2 * number + 1}"
        said = [word for _, word in carrier.arrived]
        assert said.count(again) >= 1, f"lost by a failure at {trouble.where!r}"
        assert said.count(only_once) <= 1, f"doubled by a failure at {trouble.where!r}"
        aside = await store.set_aside("barrow")
        assert said.count(only_once) == 1 or aside, f"lost, and nobody told, by a failure at {trouble.where!r}"
        assert await queue.promised(store) == []
        assert await queue.waiting(store) == []
        if not trouble.where:
            break  # the story has no more points
        failed.append(trouble.where)
        number += 1
    assert len(failed) > 20
    assert {"commit", "the platform, before", "the platform, after", "after delivered"} <= set(failed)


async def one_story(failing, trouble: Trouble, store: SqlStore, clock, number: int) -> Carrier:
    """Two promises are kept; they fall due, are heard and delivered, though something fails once on the way."""
    for document in (2 * number, 2 * number + 1):
        promised = (Promise("lead", NOON + timedelta(microseconds=number)),)
        review = Review(council="barrow", document=f"d{document}", promised=promised)
        await store.keep("barrow", due(), Turn(keep=(review,)))
    carrier = Carrier()

    async def deliver(notice, key: str) -> None:
        trouble.point("the platform, before")
        await Carrier.deliver(carrier, notice, key)
        trouble.point("the platform, after")

    carrier.deliver = deliver
    outbox = Outbox(failing, {PLATFORM: carrier}, clock)
    ticker = Ticker(failing, Desk(failing).hear, clock)
    trouble.left = number
    for _ in range(6):  # as often as the clockwork ticks, until all is well
        clock.pass_by(minutes=1)
        for work in (ticker.tick, outbox.deliver):
            with suppress(Gone):
                await work()
    trouble.left = None
    return carrier
