"""What is due is in one hand at a time: on SQLite and on PostgreSQL, with two stores on one database."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import text, update

from bot.concern import Promise
from storage import tables
from storage.database import EVERY, within
from storage.store import SqlStore
from tests import queue
from tests.delivery.carriers import crowd, keep, notice
from tests.delivery.piles import explained, explained_before_one_is_added, stored
from tests.storage.matters import concern, due, kept
from tests.worlds import NOON

AT_ONCE = timedelta()


@pytest.fixture
def other(database, keys) -> SqlStore:
    """Another process on the same database."""
    return SqlStore(database, keys)


@pytest.fixture
def hasty(database, keys) -> SqlStore:
    """One whose leases run out as soon as they begin."""
    return SqlStore(database, keys, AT_ONCE)


async def promise(store: SqlStore, *rungs: str, id: str = "d1", council: str = "barrow") -> None:
    made = concern(id, council, promised=tuple(Promise(rung, NOON) for rung in rungs))
    await store.keep(council, due(council), kept(made))


# ---------------------------------------------------------------- promises


async def test_a_promise_in_one_hand_is_given_to_no_other(store, other):
    await promise(store, "answer")
    (taken,) = await store.due(NOON, 9)
    assert await other.due(NOON, 9) == []
    await store.release([taken])
    assert await other.due(NOON, 9) == [taken]


async def test_two_who_take_at_the_same_moment_take_different_ones(store, other):
    await promise(store, *(f"rung-{number}" for number in range(20)))
    here, there = await asyncio.gather(store.due(NOON, 10), other.due(NOON, 10))
    taken = [one.rung for one in (*here, *there)]
    assert len(taken) == len(set(taken))
    rest = await store.due(NOON, 20)
    assert {*taken, *(one.rung for one in rest)} == {f"rung-{number}" for number in range(20)}


async def test_what_somebody_took_who_is_gone_is_there_again_after_the_lease(hasty, other):
    await promise(hasty, "answer")
    assert len(await hasty.due(NOON, 9)) == 1
    assert len(await other.due(NOON, 9)) == 1


async def test_promises_of_every_council_are_taken_the_earliest_first(store):
    for council, hours in (("barrow", 2), ("twywell", 1), ("southwell", 3)):
        made = concern("d1", council, promised=(Promise("answer", NOON - timedelta(hours=hours)),))
        await store.keep(council, due(council), kept(made))
    assert [one.council for one in await store.due(NOON, 2)] == ["southwell", "barrow"]
    assert [one.council for one in await store.due(NOON, 2)] == ["twywell"]


async def test_a_promise_made_anew_while_it_was_in_hand_is_not_let_go_by_whoever_had_it(store, other):
    await promise(store, "answer")
    had = await store.due(NOON, 9)
    anew = Promise("answer", NOON - timedelta(minutes=1))
    await store.keep("barrow", due(), kept(concern(version=1, promised=(anew,))))
    assert len(await other.due(NOON, 9)) == 1
    await store.release(had)
    assert await store.due(NOON, 9) == []


async def test_a_rung_that_is_promised_twice_stands_once_for_the_earlier_day(store):
    twice = (Promise("answer", NOON), Promise("answer", NOON - timedelta(days=1)))
    await store.keep("barrow", due(), kept(concern(promised=twice)))
    assert [one.due for one in await queue.promised(store)] == [NOON - timedelta(days=1)]


async def test_a_lease_given_by_a_clock_that_was_years_ahead_keeps_nothing_from_anybody(store, other, database):
    await promise(store, "answer")
    await keep(store, notice("ann", "hello"))
    async with within(database, EVERY) as connection:
        for table in (tables.promises, tables.outbox):
            await connection.execute(update(table).values(lease=datetime(2055, 1, 1, tzinfo=UTC)))
    assert len(await other.due(NOON, 9)) == 1
    assert len(await other.waiting(NOON, 9)) == 1


# ---------------------------------------------------------------- notices


async def test_a_notice_in_one_hand_is_given_to_no_other_and_nor_is_the_next_to_the_same_person(store, other):
    await keep(store, notice("ann", "first"), notice("ann", "second"), notice("bea", "hers"))
    taken = await store.waiting(NOON, 9)
    assert [one.notice.post.plain() for one in taken] == ["first", "hers"]
    assert await other.waiting(NOON, 9) == []
    await store.delivered(taken[0])
    (second,) = await other.waiting(NOON, 9)
    assert second.notice.post.plain() == "second"


async def test_the_next_to_the_same_person_comes_when_the_first_is_set_aside(store):
    await keep(store, notice("ann", "first"), notice("ann", "second"))
    (first,) = await store.waiting(NOON, 9)
    await store.put_off(first, NOON + timedelta(hours=1), "busy")
    assert await store.waiting(NOON, 9) == []
    (first,) = await store.waiting(NOON + timedelta(hours=2), 9)
    await store.put_off(first, None, "gone")
    (second,) = await store.waiting(NOON, 9)
    assert second.notice.post.plain() == "second"


async def test_many_who_take_at_the_same_moment_take_each_notice_once(database, keys, store):
    await crowd(store, 40)
    hands = [SqlStore(database, keys) for _ in range(5)]
    taken = await asyncio.gather(*(hand.waiting(NOON, 10) for hand in hands))
    orders = [one.order for some in taken for one in some]
    assert len(orders) == len(set(orders))
    rest = [one.order for one in await store.waiting(NOON, 40)]
    assert len({*orders, *rest}) == 40


async def test_whoever_lost_the_lease_decides_nothing_any_more(hasty, other):
    """It was slow; another has sent it meanwhile, or is about to."""
    await keep(hasty, notice("ann", "hello", once=True))
    (mine,) = await hasty.waiting(NOON, 9)
    (theirs,) = await other.waiting(NOON, 9)
    assert mine.lease < theirs.lease
    assert not await hasty.sending(mine)
    await hasty.put_off(mine, None, "too slow")
    assert await other.sending(theirs)
    assert await other.set_aside("barrow") == 0


async def test_whoever_lost_the_lease_and_has_delivered_it_says_so_all_the_same(hasty, other):
    await keep(hasty, notice("ann", "hello"))
    (mine,) = await hasty.waiting(NOON, 9)
    (theirs,) = await other.waiting(NOON, 9)
    await hasty.delivered(mine)
    assert await queue.waiting(other) == []
    await other.put_off(theirs, NOON, "there is nothing to put off")
    assert await queue.waiting(other) == []


async def test_a_notice_that_was_begun_and_not_ended_tells_so(hasty, other):
    await keep(hasty, notice("ann", "hello", once=True))
    (mine,) = await hasty.waiting(NOON, 9)
    assert await hasty.sending(mine)
    assert await hasty.sending(mine), "the database may have kept it, and not said so"
    (theirs,) = await other.waiting(NOON, 9)
    assert (mine.begun, theirs.begun) == (False, True)


async def test_to_put_a_notice_off_without_asking_the_platform_is_no_try(store):
    await keep(store, notice("ann", "hello"))
    for asked, tries in ((False, 0), (True, 1), (False, 1)):
        (taken,) = await store.waiting(NOON, 9)
        await store.put_off(taken, NOON, "busy", asked=asked)
        assert [one.tries for one in await queue.waiting(store)] == [tries]


async def test_nothing_is_promised_of_a_concern_that_was_erased_while_a_notice_about_it_was_set_aside(store):
    await store.keep("barrow", due(), kept(concern(), notices=(notice("ann", "hello", matter="concern/d1"),)))
    (taken,) = await store.waiting(NOON, 9)
    await store.keep("barrow", due(), replace(kept(), erase=("concern/d1",)))
    await store.put_off(taken, None, "gone")
    assert await queue.promised(store) == []


# ---------------------------------------------------------------- what it costs

#: Enough that a database which looks at every row would find that cheaper no more.
_MANY = 20_000
_INDEXES = {"promises": ("ix_promises_due_order",), "outbox": ("ix_outbox_due_order", "ix_outbox_first")}


@pytest.mark.parametrize("table", ["promises", "outbox"])
async def test_taking_uses_the_indexes_and_reads_no_table_through(database, table):
    await stored(database, _MANY, due_now=100)
    plan = await explained(database, table)
    for index in _INDEXES[table]:
        assert index in plan
    for row_by_row in ("SCAN one", "SCAN other", "Seq Scan"):
        assert row_by_row not in plan


async def test_a_notice_is_added_without_reading_through_those_that_wait(database):
    await stored(database, _MANY, due_now=100)
    plan = await explained_before_one_is_added(database)
    assert "ix_outbox_first" in plan
    assert "ix_outbox_aside" in plan
    assert "SCAN" not in plan
    assert "Seq Scan" not in plan


async def test_what_was_set_aside_is_counted_without_looking_at_anything_else(database):
    count = "SELECT count(*) FROM outbox WHERE council = 'barrow' AND due IS NULL AND notice IS NOT NULL"
    async with within(database, EVERY) as connection:
        if database.dialect.name == "postgresql":
            await connection.execute(text("SET LOCAL enable_seqscan = off"))  # in an empty table it would be quicker
        explain = "EXPLAIN QUERY PLAN" if database.dialect.name == "sqlite" else "EXPLAIN"
        plan = (await connection.execute(text(f"{explain} {count}"))).all()
    assert "ix_outbox_aside" in str(plan)
