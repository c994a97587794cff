"""A mark stays the same for as long as the database does, whoever writes to it."""

import asyncio

import pytest
from sqlalchemy import event

from bot.conversation import Person
from storage.database import engine
from storage.store import SqlStore
from storage.unchanged import unchanged
from tests import databases
from tests.worlds import NOON

pytestmark = pytest.mark.database


async def write(store: SqlStore, who: str = "nobody") -> None:
    await store.out_of_reach("barrow", Person("test", "barrow", who), "blocked", NOON)


@pytest.fixture
def marks(database):
    return unchanged(database)


async def test_two_marks_are_equal_where_nothing_was_written_between(marks, store):
    await write(store)
    assert await marks.mark() == await marks.mark()
    await store.as_it_stands("barrow")
    first = await marks.mark()
    await store.pin("barrow", "anything")
    assert await marks.mark() == first, "to read is not to write"


async def test_a_mark_after_something_was_kept_is_another(marks, store, tmp_path):
    first = await marks.mark()
    await write(store)
    second = await marks.mark()
    assert second != first
    beside = engine(databases.url(tmp_path))
    await write(SqlStore(beside), "somebody")
    await beside.dispose()
    assert await marks.mark() not in (first, second)


async def test_what_was_kept_is_read_by_whoever_asks_after_it_however_many_ask_at_once(store, database):
    async def ask() -> int:
        before = kept
        known = len((await store.as_it_stands("barrow")).reached)
        assert known >= before, "somebody was told how it stood before they asked"
        return known

    kept = 0
    for number in range(20):
        asking = [asyncio.create_task(ask()) for _ in range(8)]
        await write(store, f"person-{number}")
        kept = number + 1
        assert await ask() == kept
        await asyncio.gather(*asking)


async def test_a_mark_is_one_look_for_all_who_ask_at_once(marks, database):
    looks: list[str] = []
    event.listen(database.sync_engine, "before_cursor_execute", lambda _c, _cur, said, *_: looks.append(said))
    assert len(set(await asyncio.gather(*(marks.mark() for _ in range(16))))) == 1
    assert len([said for said in looks if "snapshot" in said]) <= 1


@pytest.mark.sqlite_only
async def test_a_database_that_can_not_be_opened_has_no_mark_twice(tmp_path):
    nowhere = engine(f"sqlite:///{tmp_path}/missing/file.sqlite3")
    marks = unchanged(nowhere)
    assert await marks.mark() != await marks.mark()
    await nowhere.dispose()


@pytest.mark.sqlite_only
async def test_an_engine_that_ends_leaves_no_connection_and_no_log_beside_the_file(tmp_path, store, database):
    await write(store)
    await store.as_it_stands("barrow")
    await database.dispose()
    assert not list(tmp_path.rglob("*-wal"))
