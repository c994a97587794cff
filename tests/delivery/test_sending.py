"""Sending: again later, never twice what must not arrive twice, nobody held up by somebody else."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import NotDelivered
from bot.outbox import HANDS, PATIENCE, SPREAD, Outbox
from bot.resting import EVERYBODY
from storage.store import SqlStore
from tests import queue
from tests.delivery.carriers import Carrier, crowd, keep, notice, refusing
from tests.storage.matters import concern, due, kept
from tests.waiting import until
from tests.worlds import NOON, person

BUSY = NotDelivered("busy", again=True)
UNSURE = NotDelivered("a fault of the platform's", again=True, unsure=True)


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def outbox(store, carrier, clock) -> Outbox:
    return Outbox(store, {"test": carrier}, clock, chance=lambda: 0.0)


@pytest.fixture
def after_a_crash(database, keys, carrier, clock) -> Outbox:
    """Another process, which comes when every lease has run out."""
    return Outbox(SqlStore(database, keys, timedelta()), {"test": carrier}, clock)


# ---------------------------------------------------------------- again later


@pytest.mark.parametrize(("chance", "share"), [(0.0, 1.0), (0.5, 1 + SPREAD / 2), (1.0, 1 + SPREAD)])
async def test_those_refused_together_do_not_come_back_together(store, carrier, clock, chance, share):
    carrier.first = refusing(BUSY)
    await keep(store, notice("ann", "hello"))
    await Outbox(store, {"test": carrier}, clock, chance=lambda: chance).deliver()
    assert len(await queue.waiting(store, NOON + PATIENCE[0] * share)) == 1
    assert await queue.waiting(store, NOON + PATIENCE[0] * share - timedelta(microseconds=1)) == []


@pytest.mark.parametrize(
    ("asked_for", "waits"),
    [
        (timedelta(minutes=10), timedelta(minutes=10)),
        (timedelta(seconds=1), PATIENCE[0]),
        (timedelta(days=36_500), PATIENCE[-1]),
    ],
)
async def test_a_platform_that_says_how_long_to_wait_is_left_alone_so_long(store, outbox, carrier, asked_for, waits):
    carrier.first = refusing(NotDelivered("too many", again=True, after=asked_for))
    await keep(store, notice("ann", "hello"))
    await outbox.deliver()
    assert await queue.waiting(store, NOON + waits - timedelta(seconds=1)) == []
    assert len(await queue.waiting(store, NOON + waits)) == 1


async def test_what_no_platform_was_asked_about_is_never_given_up_and_leaves_the_platform_to_others(
    store, outbox, carrier, clock
):
    wait = timedelta(minutes=1)
    closed = NotDelivered("not let in yet", again=True, after=wait, asked=False)
    carrier.first = refusing(closed)
    await crowd(store, EVERYBODY)
    for _ in range(len(PATIENCE) + 2):
        assert await outbox.deliver() == 0
        clock.pass_by(minutes=1)
    assert len(carrier.asked) == EVERYBODY * (len(PATIENCE) + 2), "none of them rests, and none waits longer each time"
    assert await store.set_aside("barrow") == 0
    carrier.first = None
    assert await outbox.deliver() == EVERYBODY


# ---------------------------------------------------------------- nobody knows whether it arrived


@pytest.mark.parametrize("fault", [UNSURE, TimeoutError(), ZeroDivisionError("somebody's words")])
async def test_what_must_not_arrive_twice_is_set_aside_where_nobody_knows_whether_it_arrived(
    store, outbox, carrier, clock, database, fault
):
    carrier.first = refusing(fault)
    await keep(store, notice("ann", "the review is due", once=True))
    await outbox.deliver()
    carrier.first = None
    clock.pass_by(days=30)
    assert await outbox.deliver() == 0
    assert len(carrier.asked) == 1
    assert await store.set_aside("barrow") == 1


@pytest.mark.parametrize("fault", [UNSURE, TimeoutError(), ZeroDivisionError()])
async def test_all_else_is_sent_again_under_the_same_name(store, outbox, carrier, clock, fault):
    carrier.first = refusing(fault)
    await keep(store, notice("ann", "somebody waits for you"))
    await outbox.deliver()
    carrier.first = None
    clock.pass_by(minutes=1)
    assert await outbox.deliver() == 1
    assert len(carrier.keys) == 2
    assert len(set(carrier.keys)) == 1


async def test_what_was_refused_for_certain_did_not_arrive_and_may_be_sent_again(store, outbox, carrier, clock):
    carrier.first = refusing(BUSY)
    await keep(store, notice("ann", "the review is due", once=True))
    await outbox.deliver()
    carrier.first = None
    clock.pass_by(minutes=1)
    assert await outbox.deliver() == 1


async def test_a_platform_that_does_not_answer_may_have_taken_it(store, clock):
    async def hangs(_to: str, said: str) -> None:
        await asyncio.sleep(60)

    carrier = Carrier(hangs)
    await keep(store, notice("ann", "once", once=True), notice("bea", "again"))
    await Outbox(store, {"test": carrier}, clock, patience=0.05).deliver()
    assert await store.set_aside("barrow") == 1
    assert [one.notice.post.plain() for one in await queue.waiting(store)] == ["again"]


# ---------------------------------------------------------------- crashes


async def test_what_somebody_had_in_hand_who_is_gone_is_sent_by_the_next(store, after_a_crash, carrier):
    await keep(store, notice("ann", "hello"), notice("bea", "once", once=True))
    assert len(await store.waiting(NOON, 9)) == 2
    assert await after_a_crash.deliver() == 2
    assert sorted(said for _, said in carrier.arrived) == ["hello", "once"]


async def test_what_arrived_just_before_a_crash_arrives_again_unless_it_must_not(database, keys, clock, carrier):
    """The one moment in which nobody can tell: between the platform's taking it and writing that down."""

    class Dies(SqlStore):
        async def delivered(self, _waiting) -> None:
            await asyncio.Event().wait()

    dying = Dies(database, keys, timedelta())
    await keep(dying, notice("ann", "hello"), notice("bea", "once", once=True))
    running = asyncio.create_task(Outbox(dying, {"test": carrier}, clock).deliver())
    await until(lambda: len(carrier.arrived) == 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    later = SqlStore(database, keys)
    await Outbox(later, {"test": carrier}, clock).deliver()
    assert carrier.to("ann") == ["hello", "hello"]
    assert carrier.to("bea") == ["once"]
    assert await later.set_aside("barrow") == 1
    assert await queue.waiting(later) == []


async def test_a_database_that_is_away_for_a_moment_doubles_nothing(database, keys, clock, carrier, caplog):
    class Restarts(SqlStore):
        left = 2

        async def delivered(self, waiting) -> None:
            if self.left:
                self.left -= 1
                raise ConnectionError("somebody's words")
            await super().delivered(waiting)

    store = Restarts(database, keys)
    await keep(store, notice("ann", "hello"))
    outbox = Outbox(store, {"test": carrier}, clock)
    assert await outbox.deliver() == 1
    assert await outbox.deliver() == 0
    assert carrier.to("ann") == ["hello"]
    assert "somebody's words" not in caplog.text


async def test_a_store_that_fails_ends_the_delivery_and_what_is_in_hand_is_sent(database, keys, clock):
    class FailsOnce(SqlStore):
        asked = 0

        async def waiting(self, now, at_most):
            self.asked += 1
            if self.asked == 2:
                raise ConnectionError
            return await super().waiting(now, at_most)

    carrier = Carrier()
    store = FailsOnce(database, keys)
    await crowd(store, HANDS * 2)
    outbox = Outbox(store, {"test": carrier}, clock)
    with pytest.raises(ConnectionError):
        await outbox.deliver()
    assert len(carrier.arrived) == HANDS
    assert await outbox.deliver() == HANDS
    assert len(set(carrier.arrived)) == len(carrier.arrived) == HANDS * 2


async def test_a_notice_that_can_not_be_read_is_set_aside_and_counted(store, outbox, carrier, database):
    from sqlalchemy import update

    from storage import tables
    from storage.database import EVERY, within

    await keep(store, notice("ann", "hello"))
    async with within(database, EVERY) as connection:
        await connection.execute(update(tables.outbox).values(notice=b"{"))
    await keep(store, notice("ann", "the next"))
    await outbox.deliver()
    assert carrier.to("ann") == ["the next"]
    assert [await store.set_aside(council) for council in ("barrow", "twywell")] == [1, 0]


# ---------------------------------------------------------------- several at a time


async def test_somebody_who_takes_long_holds_up_nobody_else(store, outbox, carrier):
    done = asyncio.Event()

    async def slow(to: str, _said: str) -> None:
        if to == "ann":
            await done.wait()

    carrier.first = slow
    await keep(store, notice("ann", "slow"), notice("ann", "next"))
    await crowd(store, HANDS * 4)
    running = asyncio.create_task(outbox.deliver())
    await until(lambda: len(carrier.arrived) == HANDS * 4)
    await keep(store, notice("cal", "late"))
    outbox.nudge()
    await until(lambda: bool(carrier.to("cal")))
    assert carrier.to("ann") == []
    done.set()
    assert await running == HANDS * 4 + 3
    assert carrier.to("ann") == ["slow", "next"]


async def test_never_more_are_sent_at_once_than_there_are_hands(store, outbox, carrier):
    await crowd(store, HANDS * 3)
    await outbox.deliver()
    assert 1 < carrier.most <= HANDS


async def test_what_one_person_is_told_stays_in_order_whatever_is_refused_meanwhile(store, outbox, carrier, clock):
    refusals = iter([True, False, True, True, False, False])

    async def now_and_then(to: str, said: str) -> None:
        if to == "ann" and next(refusals, False):
            raise BUSY

    carrier.first = now_and_then
    await keep(store, *(notice("ann", f"{number}") for number in range(5)))
    for _ in range(20):
        await outbox.deliver()
        clock.pass_by(hours=1)
    assert carrier.to("ann") == ["0", "1", "2", "3", "4"]


# ---------------------------------------------------------------- a platform that refuses everybody


async def test_a_platform_that_refuses_everybody_is_not_asked_on_and_on(store, carrier, clock):
    well = Carrier()
    carrier.first = refusing(BUSY)
    outbox = Outbox(store, {"test": carrier, "other": well}, clock, chance=lambda: 0.0)
    await crowd(store, 100)
    await crowd(store, 5, platform="other", prefix="q")
    assert await outbox.deliver() == 5
    assert EVERYBODY <= len(carrier.asked) <= HANDS
    assert await outbox.deliver() == 0
    assert len(carrier.asked) <= HANDS, "it is left alone for a while"
    tries = [one.tries for one in await queue.waiting(store)]
    assert sum(tries) == len(carrier.asked), "to be held back is no try"


async def test_once_it_takes_one_it_is_asked_for_all_the_others(store, outbox, carrier, clock):
    carrier.first = refusing(BUSY)
    await crowd(store, 50)
    await outbox.deliver()
    carrier.first = None
    clock.pass_by(minutes=10)
    await outbox.deliver()
    assert len(carrier.arrived) == 50


async def test_people_who_can_not_be_told_leave_their_platform_to_the_others(store, outbox, carrier):
    gone = [f"p{number}" for number in range(20)]
    carrier.first = refusing(NotDelivered("no such person", again=False, unreachable=True), *gone)
    await crowd(store, 40)
    assert await outbox.deliver() == 20


# ---------------------------------------------------------------- who can't be told


async def test_somebody_who_turns_out_not_to_be_reachable_is_known_as_that_at_once(store, outbox, carrier):
    carrier.first = refusing(NotDelivered("They blocked the bot.", again=False, unreachable=True))
    await store.keep("barrow", due(), kept(concern(), notices=(notice("bea", "hello", matter="concern/d1"),)))
    await outbox.deliver()
    (known,) = await store.reach("barrow")
    assert (known.who, known.why) == (person("bea", "barrow"), "refused")
    assert [one.rung for one in await queue.promised(store, NOON)] == ["undelivered"]


# ---------------------------------------------------------------- the end


async def test_once_closed_it_finishes_what_is_in_hand_and_takes_nothing_more(store, outbox, carrier):
    go = asyncio.Event()

    async def waits(_to: str, _said: str) -> None:
        await go.wait()

    carrier.first = waits
    await crowd(store, HANDS + 5)
    outbox.nudge()
    running = asyncio.create_task(outbox.run())
    await until(lambda: len(carrier.asked) == HANDS)
    outbox.close()
    go.set()
    await running
    assert len(carrier.arrived) == HANDS
    assert len(await queue.waiting(store)) == 5
