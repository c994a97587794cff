"""What is counted, what of it is told, and that nobody could tell from it that a concern was raised."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.errors import NotDelivered
from bot.outbox import PATIENCE
from deploy.running.figures import BUCKETS, CROWD, LATE, STEP, Counted, Figures, how_late
from deploy.running.named import Named
from storage import figures as kept
from tests import queue
from tests.delivery.carriers import Carrier, keep, notice, refusing
from tests.worlds import NOON, command, submit


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def figures(seconds) -> Figures:
    made = Figures(crowd=True, clock=seconds)
    assert made.step()
    return made


# ---------------------------------------------------------------- nothing singles anything out


def test_one_turn_more_changes_nothing_and_ten_are_seen_when_the_step_is_over(figures, seconds):
    for _ in range(19):
        figures.turn("slack", 0.01, failed=False)
    assert not figures.step()
    assert figures.answered == Counter()
    seconds.now = STEP
    assert figures.step()
    assert figures.answered == Counter(slack=10)
    assert {figures.took["slack", bound] for bound in BUCKETS} == {10}


def test_what_is_looked_up_and_what_is_kept_take_the_same(figures, seconds):
    for took in (0.0005, 0.05, 0.2) * 10:
        figures.turn("slack", took, failed=False)
    seconds.now = STEP
    figures.step()
    assert {figures.took["slack", bound] for bound in BUCKETS} == {30}


def test_the_clocks_own_turns_are_not_counted_for_their_average_counts_the_open_concerns(figures, seconds):
    for _ in range(1000):
        figures.turn("clock", 0.01, failed=False)
        figures.turn("clock", 0.01, failed=True)
    seconds.now = STEP
    figures.step()
    assert not figures.answered
    assert not figures.failed


def test_a_turn_that_failed_is_told_at_once(figures):
    figures.turn("slack", 0.01, failed=True)
    assert figures.failed == Counter(slack=1)


@pytest.mark.parametrize(("councils", "told"), [(CROWD, 10), (CROWD - 1, 0)], ids=["a-crowd", "a-few"])
def test_deliveries_are_told_only_where_many_councils_share_the_bot(seconds, councils, told):
    figures = Figures(crowd=councils >= CROWD, clock=seconds)
    for _ in range(12):
        figures.tried("slack", "arrived")
    figures.step()
    assert figures.tries["slack", "arrived"] == told


@pytest.mark.parametrize(
    ("waited", "told"), [(-5, 0), (0, 0), (59, 0), (60, 60), (299, 60), (1000, 900), (10**7, LATE[-1])]
)
def test_late_is_told_in_steps(waited, told):
    assert how_late(timedelta(seconds=waited)) == told


# ---------------------------------------------------------------- counted


class Door:
    def __init__(self, broken: bool) -> None:
        self.broken = broken

    async def hear(self, _event) -> None:
        if self.broken:
            raise ZeroDivisionError


@pytest.mark.parametrize(
    "event", [command("roles"), submit("concerns/file/", {"what": "a story"})], ids=["ask", "file"]
)
async def test_every_kind_of_turn_counts_the_same(figures, seconds, event):
    for _ in range(10):
        await Named(Door(broken=False), lambda _where: "barrow", figures).hear(event)
    with pytest.raises(ZeroDivisionError):
        await Named(Door(broken=True), lambda _where: "barrow", figures).hear(event)
    seconds.now = STEP
    figures.step()
    platform = event.where.platform
    assert figures.answered == Counter({platform: 10})
    assert figures.failed == Counter({platform: 1})


async def test_tries_to_deliver_are_counted_by_what_became_of_them(figures, seconds):
    refused = refusing(NotDelivered("no", again=True), "ann")
    for carrier, outcome in ((Carrier(), None), (Carrier(refused), NotDelivered), (Carrier(_fault), ZeroDivisionError)):
        for _ in range(10):
            said = Counted("slack", carrier, figures).deliver(notice("ann", "hello"), "key")
            if outcome is None:
                await said
            else:
                with pytest.raises(outcome):
                    await said
    seconds.now = STEP
    figures.step()
    assert figures.tries == Counter({("slack", "arrived"): 10, ("slack", "refused"): 10, ("slack", "failed"): 10})


async def _fault(_to: str, _said: str) -> None:
    raise ZeroDivisionError


async def test_errors_of_the_database_are_counted_but_not_that_a_delivery_was_kept_before(figures, database, store):
    figures.listen(database)
    await keep(store, notice("ann", "hello"), id="again")
    with pytest.raises(Exception, match="kept before"):
        await keep(store, notice("ann", "hello"), id="again")
    assert figures.store_errors == 0
    with pytest.raises(DBAPIError):
        async with database.connect() as connection:
            await connection.execute(text("SELECT no_such_column"))
    assert figures.store_errors == 1


# ---------------------------------------------------------------- what the database tells


async def late(database, **after: float) -> float:
    return (await kept.late(database, NOON + timedelta(**after), PATIENCE)).total_seconds()


async def test_a_notice_is_late_from_when_it_was_due_until_it_arrives(database, store):
    assert await late(database) == 0
    await keep(store, notice("ann", "hello"))
    assert await late(database, minutes=5) == 300
    (waiting,) = await queue.waiting(store)
    await queue.arrives(store, waiting.order)
    assert await late(database, minutes=5) == 0


async def test_one_that_is_refused_again_and_again_grows_late_though_each_try_puts_it_off(database, store):
    await keep(store, notice("ann", "hello"))
    (waiting,) = await queue.waiting(store)
    at = NOON
    for wait in PATIENCE[:4]:
        await queue.refused(store, waiting.order, at + wait)
        at += wait
    assert await late(database, seconds=(at - NOON).total_seconds()) == sum(PATIENCE[:4], timedelta()).total_seconds()


async def test_one_behind_another_and_one_that_waits_for_the_day_are_not_late(database, store):
    await keep(store, notice("ann", "first"), notice("ann", "second"), notice("jo", "a reminder", once=True))
    first, _, reminder = sorted(await queue.waiting(store), key=lambda one: one.order)
    await store.put_off(await queue.in_hand(store, reminder.order), NOON + timedelta(hours=9), "day", asked=False)
    await store.put_off(await queue.in_hand(store, first.order), NOON + timedelta(hours=9), "rests", asked=False)
    assert await late(database, hours=1) == 0


async def test_what_was_given_up_is_counted_and_is_not_late(database, store):
    await keep(store, notice("ann", "hello"), notice("jo", "hello"))
    for waiting in await queue.waiting(store):
        await queue.refused(store, waiting.order)
    assert await kept.aside(database) == 2
    assert await late(database, days=3) == 0


async def test_the_step_of_the_tables_is_told(database):
    assert (await kept.step(database)).isdigit()
    await kept.answers(database)
