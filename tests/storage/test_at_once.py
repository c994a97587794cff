"""Several statements in one go: in order, all of them or none; and SQLite's writers, one after the other."""

import asyncio
import sys
import traceback
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy import event as happening
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import TimeoutError as NotInTime

from bot.errors import Stale
from storage.at_once import Ask, at_once
from storage.database import is_of, looking, reading, within, writing
from storage.tables import outbox, passed, promises
from tests import databases

pytestmark = pytest.mark.database

ADD = insert(passed)
MOVE = update(passed).where(passed.c.id == bindparam("its_id")).values(version=bindparam("to"))
VERSION = select(passed.c.version).where(passed.c.id == bindparam("its_id"))
REMOVE = delete(passed).where(passed.c.id == bindparam("its_id"))


def row(id: str, **other) -> dict:
    return {"council": "barrow", "id": id, "version": 1, "record": b"\x00\xff", **other}


async def ids(database) -> list[str]:
    async with reading(database, "barrow") as connection:
        return sorted((await connection.execute(select(passed.c.id))).scalars())


# ---------------------------------------------------------------- in order


async def test_each_sees_what_those_before_it_did_and_its_rows_stand_in_its_place(database):
    its = {"its_id": "a"}
    asks = (
        Ask(VERSION, its),
        Ask(ADD, [row("a"), row("b")]),
        Ask(VERSION, its),
        Ask(MOVE, its | {"to": 7}),
        Ask(VERSION, its),
        Ask(REMOVE, its),
        Ask(VERSION, its),
    )
    async with within(database, "barrow") as transaction:
        found = await at_once(transaction, asks)
    assert [list(map(tuple, rows)) for rows in found] == [[], [], [(1,)], [], [(7,)], [], []]
    assert await ids(database) == ["b"]


async def test_what_is_asked_of_no_rows_is_not_done_and_has_no_place(database):
    async with within(database, "barrow") as transaction:
        assert await at_once(transaction, [Ask(ADD, [])]) == []
        assert await at_once(transaction, [Ask(ADD, []), Ask(VERSION, {"its_id": "a"})]) == [[]]


async def test_a_refused_one_stops_those_after_it_and_takes_back_those_before(database):
    promise = {"council": "barrow", "matter": "m", "rung": "r", "due": datetime(2026, 11, 22, tzinfo=UTC)}
    add = Ask(insert(promises).inline(), [promise])
    with pytest.raises(IntegrityError):
        async with within(database, "barrow") as transaction:
            await at_once(transaction, [Ask(ADD, row("a")), Ask(ADD, row("a")), add])
    assert await ids(database) == []
    async with within(database, "barrow") as transaction:
        await at_once(transaction, [add])
        numbers = (await transaction.execute(select(promises.c.order))).scalars().all()
    assert numbers == [1], "a number that was ever given is not taken back on PostgreSQL"


@pytest.mark.sqlite_only  # PostgreSQL takes nothing more from such a transaction
async def test_within_one_transaction_those_after_a_refused_one_were_not_done(database):
    async with within(database, "barrow") as transaction:
        with pytest.raises(IntegrityError):
            await at_once(transaction, [Ask(ADD, row("a")), Ask(ADD, row("a")), Ask(ADD, row("b"))])
    assert await ids(database) == ["a"]


@pytest.mark.postgres_only
async def test_a_look_finds_nothing_before_it_says_whose_it_is(database):
    await add(database, "a")
    every = Ask(select(passed.c.id), {})
    async with looking(database) as connection:
        assert await at_once(connection, [every]) == [[]]
        *_, found = await at_once(connection, [*is_of(connection, "barrow"), every])
        assert found == [("a",)]


# ---------------------------------------------------------------- what must change, what may be there


@pytest.mark.parametrize(
    "ask",
    [
        Ask(MOVE, {"its_id": "nobody", "to": 2}, must=1),
        Ask(MOVE, [{"its_id": "a", "to": 2}, {"its_id": "nobody", "to": 2}], must=2),
    ],
)
async def test_where_less_changes_than_must_somebody_was_first(database, ask):
    with pytest.raises(Stale):
        async with within(database, "barrow") as transaction:
            await at_once(transaction, [Ask(ADD, row("a")), ask])
    assert await ids(database) == []


async def test_where_as_much_changes_as_must_all_is_kept(database):
    both = [{"its_id": "a", "to": 2}, {"its_id": "b", "to": 2}]
    async with within(database, "barrow") as transaction:
        await at_once(transaction, [Ask(ADD, [row("a"), row("b")], must=2), Ask(MOVE, both, must=2)])
    assert await ids(database) == ["a", "b"]


async def test_a_row_that_is_there_already_is_left_as_it_is(database):
    async with within(database, "barrow") as transaction:
        again = Ask(ADD, [row("a", version=9), row("b")], unless_there=True)
        found = await at_once(transaction, [Ask(ADD, row("a")), again, Ask(VERSION, {"its_id": "a"})])
    assert [tuple(one) for one in found[-1]] == [(1,)]
    assert await ids(database) == ["a", "b"]


# ---------------------------------------------------------------- values


async def test_values_stand_in_the_database_as_if_sqlalchemy_had_put_them_there(database):
    moment = datetime(2026, 11, 22, 12, 30, 15, 7, timezone(timedelta(hours=5)))
    whole = {"council": "barrow", "recipient": "r", "notice": b"\x00\x01", "due": moment, "at": moment, "why": "ü"}
    whole |= {"once": True, "sending": False, "tries": 3, "name": "n", "lease": None}
    async with within(database, "barrow") as transaction:
        await at_once(transaction, [Ask(insert(outbox).inline(), whole), Ask(insert(outbox).inline(), [whole])])
        await transaction.execute(insert(outbox), whole)
    kept = databases.rows(database.url, "SELECT * FROM outbox")
    assert len(kept) == 3
    assert len({columns[1:] for columns in kept}) == 1


async def test_a_value_that_a_column_would_have_by_itself_must_be_given(database):
    least = {"council": "barrow", "recipient": "r", "at": datetime(2026, 11, 22, tzinfo=UTC)}
    with pytest.raises(IntegrityError):
        async with within(database, "barrow") as transaction:
            await at_once(transaction, [Ask(insert(outbox).inline(), least)])


async def test_a_time_without_a_zone_is_refused_before_anything_is_done(database):
    naive = {"council": "barrow", "matter": "m", "rung": "r", "due": datetime(2026, 11, 22)}  # noqa: DTZ001
    with pytest.raises(ValueError, match="without a zone"):
        async with within(database, "barrow") as transaction:
            await at_once(transaction, [Ask(ADD, row("a")), Ask(insert(promises), naive)])
    assert await ids(database) == []


@pytest.mark.postgres_only
async def test_a_nul_in_a_text_is_no_error(database):
    async with within(database, "barrow") as transaction:
        await at_once(transaction, [Ask(ADD, [row("a\0b")]), Ask(ADD, row("c\0"))])
    assert await ids(database) == ["a\N{REPLACEMENT CHARACTER}b", "c\N{REPLACEMENT CHARACTER}"]


async def test_no_error_tells_a_value(database):
    twice = [row(id := f"x{2**40}"), row(id)]
    with pytest.raises(IntegrityError) as refused:
        async with within(database, "barrow") as transaction:
            await at_once(transaction, [Ask(ADD, twice)])
    assert id not in "".join(traceback.format_exception(refused.value))


async def test_what_is_read_is_what_sqlalchemy_would_give(database):
    moment = datetime(2026, 11, 22, 12, 30, 15, 7, timezone(timedelta(hours=5)))
    both = [{"council": "barrow", "matter": "m", "rung": rung, "due": moment, "lease": None} for rung in "ab"]
    every = select(promises.c.rung, promises.c.due, promises.c.lease).order_by(promises.c.rung)
    async with within(database, "barrow") as transaction:
        (found,) = (await at_once(transaction, [Ask(insert(promises).inline(), both), Ask(every, {})]))[1:]
        assert found == [tuple(row) for row in await transaction.execute(every)]
    assert [due.tzinfo for _, due, _ in found] == [UTC, UTC]


# ---------------------------------------------------------------- trips to SQLite's thread


async def done_in(database) -> tuple[list, int]:
    """What several find, and how many trips to the driver's thread they took."""
    async with reading(database, "barrow") as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        trips, public = [], ("execute", "executemany", "execute_fetchall")
        for name in public:
            setattr(driver, name, counted(getattr(driver, name), trips))
        found = await at_once(connection, [Ask(ADD, [row("a"), row("b")]), Ask(VERSION, {"its_id": "a"})])
        for name in public:
            delattr(driver, name)
    return found, len(trips)


def counted(method, trips: list):
    def call(*given):
        trips.append(given[0])
        return method(*given)

    return call


@pytest.mark.sqlite_only
async def test_several_are_one_trip_to_the_thread_that_has_the_file(database):
    found, trips = await done_in(database)
    assert [list(rows) for rows in found] == [[], [(1,)]]
    assert trips == 1, "aiosqlite gives several to sqlite3's connection no more (storage.at_once): each is a trip again"


@pytest.mark.sqlite_only
async def test_on_a_connection_that_knows_nothing_of_several_they_are_done_all_the_same(database):
    def plainly(_dialect, _record, _given, named) -> None:
        named.pop("factory")

    happening.listen(database.sync_engine, "do_connect", plainly)
    found, trips = await done_in(database)
    assert [list(rows) for rows in found] == [[], [(1,)]]
    assert trips == 3, "it is asked for all of them, and then for each"
    assert await ids(database) == ["a", "b"]


# ---------------------------------------------------------------- cancelled


async def test_cancelled_in_the_middle_nothing_of_it_is_kept_and_the_next_one_is_heard(database):
    begun = asyncio.Event()

    async def long() -> None:
        async with within(database, "barrow") as transaction:
            begun.set()
            await at_once(transaction, [Ask(ADD, row(f"a{number}")) for number in range(3000)])

    working = asyncio.create_task(long())
    await begun.wait()
    await asyncio.sleep(0)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert database.pool.checkedout() == 0
    async with within(database, "barrow") as transaction:
        await at_once(transaction, [Ask(ADD, row("b"))])
    assert await ids(database) == ["b"]


# ---------------------------------------------------------------- the queue of writers


async def add(database, id: str) -> None:
    async with within(database, "barrow") as transaction:
        await at_once(transaction, [Ask(ADD, row(id))])


async def test_one_who_waited_and_was_cancelled_holds_up_nobody(database):
    async with within(database, "barrow") as transaction:
        await at_once(transaction, [Ask(ADD, row("first"))])
        waiting = [asyncio.create_task(add(database, id)) for id in ("gone", "next")]
        await asyncio.sleep(0)
        waiting[0].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert waiting[0].cancelled()
    assert {"first", "next"} <= set(await ids(database))


async def test_one_whose_turn_fails_lets_the_next_in(database):
    failing = [add(database, "same") for _ in range(5)]
    found = await asyncio.gather(*failing, return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["IntegrityError"] * 4 + ["NoneType"]
    await add(database, "after")
    assert await ids(database) == ["after", "same"]


async def test_whoever_writes_may_read_meanwhile(database):
    async with within(database, "barrow") as transaction:
        await at_once(transaction, [Ask(ADD, row("a"))])
        assert await ids(database) == []
    assert await ids(database) == ["a"]


@pytest.mark.sqlite_only
async def test_a_writer_within_a_writer_is_told_and_does_not_wait_for_itself_for_good(database):
    async with writing(database):
        with pytest.raises(NotInTime):
            async with writing(database, patience=0.01):
                pass
    await add(database, "after")
    assert await ids(database) == ["after"]


HOLDS = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
file.execute("COMMIT")
"""


@pytest.mark.sqlite_only
async def test_another_process_that_writes_is_waited_for(database):
    pipe = asyncio.subprocess.PIPE
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDS, str(database.url.database), stdin=pipe, stdout=pipe
    )
    assert await other.stdout.readline() == b"held\n"
    waiting = [asyncio.create_task(add(database, id)) for id in ("a", "b")]
    done, _ = await asyncio.wait(waiting, timeout=0.2)
    assert not done
    await other.communicate(b"\n")
    await asyncio.gather(*waiting)
    assert await ids(database) == ["a", "b"]
