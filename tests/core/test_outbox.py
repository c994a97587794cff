"""Notices out: in order, again later, never again."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.conversation import Announce, Paragraph, Place, Post, Send
from bot.errors import NotDelivered
from bot.outbox import PATIENCE, Outbox
from bot.records import Turn
from tests import databases, queue
from tests.storage.matters import concern, due, kept
from tests.waiting import until
from tests.worlds import NOON, channel, command, person


class Carrier:
    """A platform that does as it is told: refuses while `trouble` lasts."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.trouble: NotDelivered | None = None

    async def deliver(self, notice, key) -> None:
        if self.trouble and "poison" in notice.post.plain():
            raise self.trouble
        self.said.append((key, notice.post.plain()))


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def outbox(store, carrier, clock) -> Outbox:
    return Outbox(store, {"test": carrier}, clock)


def notice(text: str, to=None) -> Send | Announce:
    post = Post((Paragraph(text),))
    return Announce(to=to, post=post) if isinstance(to, Place) else Send(to=to or person("ann", "barrow"), post=post)


async def keep(store, *texts: str, id: str = "one", to=None) -> None:
    await store.keep("barrow", command("x", id=id), Turn(notices=tuple(notice(text, to) for text in texts)))


async def test_notices_are_delivered_in_order_and_once(store, outbox, carrier):
    await keep(store, "first", "second")
    await keep(store, "third", id="two", to=channel("barrow"))
    assert await outbox.deliver() == 3
    said = [text for _, text in carrier.said]
    assert sorted(said) == ["first", "second", "third"]
    assert said.index("first") < said.index("second")
    assert await outbox.deliver() == 0


async def test_of_what_was_delivered_nothing_stays(store, outbox, database):
    from sqlalchemy import select

    from storage import tables

    await keep(store, "somebody's words")
    await outbox.deliver()
    async with databases.whole(database) as connection:
        assert (await connection.execute(select(tables.outbox))).all() == []


async def test_a_refused_notice_is_tried_again_later_under_the_same_key(store, outbox, carrier, clock):
    await keep(store, "poison")
    carrier.trouble = NotDelivered("busy", again=True)
    assert await outbox.deliver() == 0
    carrier.trouble = None
    assert await outbox.deliver() == 0, "it is not due yet"
    clock.pass_by(seconds=6)
    assert await outbox.deliver() == 1


async def test_a_refused_notice_holds_up_nobody_else(store, outbox, carrier):
    await keep(store, "poison")
    await keep(store, "well", id="two", to=channel("barrow"))
    carrier.trouble = NotDelivered("busy", again=True)
    assert await outbox.deliver() == 1
    assert carrier.said[0][1] == "well"


async def test_a_notice_that_nobody_can_deliver_is_set_aside_with_its_body(store, outbox, carrier, clock, database):
    from sqlalchemy import select

    from storage import tables

    await keep(store, "poison")
    carrier.trouble = NotDelivered("busy", again=True)
    for _ in range(len(PATIENCE) + 3):
        await outbox.deliver()
        clock.pass_by(days=2)
    carrier.trouble = None
    assert await outbox.deliver() == 0
    async with databases.whole(database) as connection:
        row = (await connection.execute(select(tables.outbox))).one()
    assert row.notice is not None
    assert row.due is None
    assert row.tries == len(PATIENCE) + 1


async def test_a_refusal_for_good_is_not_tried_again(store, outbox, carrier, clock):
    await keep(store, "poison")
    carrier.trouble = NotDelivered("no such person", again=False)
    await outbox.deliver()
    carrier.trouble = None
    clock.pass_by(days=30)
    assert await outbox.deliver() == 0


async def test_a_notice_for_a_platform_that_is_not_there_is_set_aside_in_the_end(store, outbox, clock, caplog):
    await store.keep("barrow", command("x"), Turn(notices=(notice("secret words", Place("pigeon", "barrow", "loft")),)))
    assert await outbox.deliver() == 0
    assert await store.set_aside("barrow") == 0
    for _ in PATIENCE:
        clock.pass_by(days=2)
        assert await outbox.deliver() == 0
    assert await store.set_aside("barrow") == 1
    assert "secret" not in caplog.text


def test_patience_grows_and_lasts_more_than_a_day():
    assert list(PATIENCE) == sorted(PATIENCE)
    assert sum(PATIENCE, timedelta()) > timedelta(days=1)


async def test_later_notices_to_the_same_person_wait_their_turn(store, outbox, carrier, clock):
    await keep(store, "poison first", "second")
    await keep(store, "to somebody else", id="two", to=channel("barrow"))
    carrier.trouble = NotDelivered("busy", again=True)
    await outbox.deliver()
    assert [text for _, text in carrier.said] == ["to somebody else"]
    carrier.trouble = None
    clock.pass_by(seconds=10)
    await outbox.deliver()
    assert [text for _, text in carrier.said] == ["to somebody else", "poison first", "second"]


async def test_a_fault_in_a_platform_stops_nobody_elses_notices(store, outbox, carrier, caplog):
    await keep(store, "poison", id="a")
    await keep(store, "well", id="b", to=channel("barrow"))
    carrier.trouble = ZeroDivisionError("secret words")
    assert await outbox.deliver() == 1
    assert "secret" not in caplog.text


async def test_a_notice_that_can_not_be_read_back_is_set_aside(store, outbox, database, carrier):
    from sqlalchemy import update

    from storage import tables

    await keep(store, "broken", id="a")
    async with databases.whole(database) as connection:
        await connection.execute(update(tables.outbox).values(notice=b"{"))
    await keep(store, "well", id="b", to=channel("barrow"))
    assert await outbox.deliver() == 1


async def test_one_nudge_delivers_what_waits(store, outbox, carrier):
    await keep(store, "well")
    running = asyncio.create_task(outbox.run())
    outbox.nudge()
    await until(lambda: carrier.said)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running  # else its connection would outlive the database
    assert len(carrier.said) == 1


async def test_a_platform_that_hangs_holds_up_nobody_for_long(store, clock):
    class Hanging(Carrier):
        async def deliver(self, notice, key) -> None:
            if "poison" in notice.post.plain():
                await asyncio.sleep(60)
            await super().deliver(notice, key)

    carrier = Hanging()
    outbox = Outbox(store, {"test": carrier}, clock, patience=0.05)
    await keep(store, "poison", id="a")
    await keep(store, "well", id="b", to=channel("barrow"))
    assert await outbox.deliver() == 1
    assert carrier.said[0][1] == "well"


async def test_a_notice_for_a_platform_that_one_replica_does_not_have_is_left_to_one_that_has(store, outbox, clock):
    about = Send(to=person("bea", "barrow"), post=Post((Paragraph("hello"),)), matter="concern/d1")
    await store.keep("barrow", due(), kept(concern(), notices=(about,)))
    assert await Outbox(store, {}, clock).deliver() == 0
    assert await queue.promised(store, NOON) == [], "nobody else is told instead"
    assert await store.reach("barrow") == []
    clock.pass_by(minutes=1)
    assert await outbox.deliver() == 1


async def test_a_log_calls_a_notice_what_its_platform_calls_it(store, outbox, carrier, caplog):
    carrier.trouble = NotDelivered("busy", again=True)
    await keep(store, "poison")
    (one,) = await queue.waiting(store)
    await outbox.deliver()
    assert f"notice {one.name} was not delivered" in caplog.text


async def test_what_is_not_to_disturb_waits_for_the_day_however_late_it_comes(store, outbox, carrier, clock):
    """NOON is a Sunday; the quiet hours are over on Monday at half past eight."""
    by_day = replace(notice("the review is due"), once=True, rests=("england", "18:00", "08:30"))
    await store.keep("barrow", command("x"), Turn(notices=(by_day,)))
    assert await outbox.deliver() == 0
    await keep(store, "somebody waits for you", id="urgent")
    assert await outbox.deliver() == 1, "what can not wait is not held up by what can"
    clock.pass_by(hours=20, minutes=29)
    assert await outbox.deliver() == 0
    clock.pass_by(minutes=1)
    assert await outbox.deliver() == 1
    assert [text for _, text in carrier.said] == ["somebody waits for you", "the review is due"]
