"""Several replicas on one database: whoever comes second finds out, and a database that goes away loses nothing."""

import asyncio
import traceback
from contextlib import AsyncExitStack

import psycopg
import pytest
from msgspec.structs import replace
from sqlalchemy import event as happening
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import DBAPIError

from bot.conversation import Paragraph, Post, Send, Whisper
from bot.errors import AlreadyHeard, Stale
from bot.records import Passed, Trace, Turn
from storage.audit import head, verify
from storage.database import engine, within
from storage.store import SqlStore
from storage.tables import metadata
from storage.web_posts import SqlPosts
from tests import databases
from tests.storage.failing import failing_at
from tests.storage.matters import cells, concern, due, kept
from tests.worlds import NOON, person

REPLICAS = 5
TOLD = Post((Paragraph("it is kept"),))


@pytest.fixture
async def engines(tmp_path):
    """An engine for each replica; what they share is the database."""
    async with AsyncExitStack() as after:
        made = [engine(databases.url(tmp_path)) for _ in range(REPLICAS)]
        for one in made:
            after.push_async_callback(one.dispose)
        yield made


@pytest.fixture
def stores(engines, keys):
    return [SqlStore(one, keys) for one in engines]


pytestmark = pytest.mark.database


async def together(*work):
    """All of it at once; what was raised is among what came of it."""
    return await asyncio.gather(*work, return_exceptions=True)


def kinds(found) -> list[str]:
    return sorted(type(one).__name__ for one in found)


# ---------------------------------------------------------------- at once


async def test_of_five_who_file_the_same_concern_at_once_one_keeps_it(stores):
    found = await together(*(store.keep("barrow", due(), kept(concern())) for store in stores))
    assert kinds(found) == ["NoneType"] + ["Stale"] * 4
    assert (await stores[0].concern("barrow", "d1")).version == 1


async def test_of_five_who_change_the_same_record_at_once_one_does(stores):
    await stores[0].keep("barrow", due(), kept(concern()))
    read = await stores[0].concern("barrow", "d1")
    changed = [replace(read, reference=f"R-{number}") for number in range(REPLICAS)]
    found = await together(
        *(store.keep("barrow", due(), kept(one)) for store, one in zip(stores, changed, strict=True))
    )
    assert kinds(found) == ["NoneType"] + ["Stale"] * 4
    winner = changed[found.index(None)]
    assert await stores[0].concern("barrow", "d1") == replace(winner, version=2)


async def test_of_five_who_hear_the_same_delivery_at_once_one_keeps_it_and_all_give_its_answer(stores):
    event = due(id="once")
    turns = [kept(concern(id=f"d{number}"), answer=Whisper(TOLD)) for number in range(REPLICAS)]
    found = await together(*(store.keep("barrow", event, turn) for store, turn in zip(stores, turns, strict=True)))
    assert kinds(found) == ["AlreadyHeard"] * 4 + ["NoneType"]
    assert [await store.heard("barrow", event) for store in stores] == [[Whisper(TOLD)]] * REPLICAS
    assert len(await stores[0].concerns("barrow", "seat-ann", "raiser")) == 1


@pytest.mark.parametrize("time", range(3))
async def test_five_who_seal_the_first_thing_at_once_have_one_ring(stores, time):
    kept_by = [store.keep("barrow", due(), kept(concern(id=f"d{n}"))) for n, store in enumerate(stores)]
    assert await together(*kept_by) == [None] * REPLICAS
    for store in stores:
        assert await store.unfit() is None
        assert len(await store.concerns("barrow", "seat-ann", "raiser")) == REPLICAS


async def test_turns_of_five_at_once_make_one_trail_without_a_gap(stores, engines, keys):
    await stores[0].keep("barrow", due(), kept(concern()))
    turn = Turn(traces=(Trace("concern/d1", "seat-bea", "read"), Trace("concern/d1", "seat-bea", "answered")))
    councils = ("barrow", "twywell")
    found = await together(*(store.keep(c, due(c), turn) for store in stores for c in councils for _ in range(4)))
    assert kinds(found) == ["NoneType"] * REPLICAS * 4 * 2
    assert await verify(engines[0], keys) == []
    assert [(await head(engines[0], council)).seq for council in councils] == [REPLICAS * 4 * 2] * 2


async def test_what_five_say_in_one_place_at_once_stands_in_one_order(engines):
    posts = [SqlPosts(one) for one in engines]
    said = [
        one.add("barrow", "place", f"{n}-{m}", author="", body="hello", at=NOON, only_for=None)
        for n, one in enumerate(posts)
        for m in range(4)
    ]
    found = await together(*said)
    assert len({one.seq for one in found}) == REPLICAS * 4


async def test_the_same_thing_said_by_five_at_once_is_said_once(engines):
    said = [SqlPosts(one).add("barrow", "p", "1", author="", body="hello", at=NOON, only_for=None) for one in engines]
    assert len({one.seq for one in await together(*said)}) == 1
    assert len(await SqlPosts(engines[0]).of("barrow", "p", "ann")) == 1


def passed(id: str) -> Passed:
    return Passed(id=id, council="barrow", asker=person("ann", "barrow"), words="why?", at=NOON)


@pytest.mark.postgres_only
async def test_who_is_given_up_for_another_decides_again(stores, engines):
    """Two who each hold what the other wants: PostgreSQL ends one of them."""
    await stores[0].keep("barrow", due(), kept(passed("a"), passed("b")))
    touch = text("UPDATE passed SET version = version WHERE id = :id")
    async with within(engines[1], "barrow") as other:
        await other.execute(touch, {"id": "b"})
        turn = kept(replace(passed("a"), version=1), replace(passed("b"), version=1))
        deciding = asyncio.create_task(stores[0].keep("barrow", due(), turn))
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        async with databases.whole(engines[2]) as watching:
            while not (await watching.execute(waits)).scalar():  # noqa: ASYNC110  # the database can't tell
                await asyncio.sleep(0.01)
        await other.execute(touch, {"id": "a"})
    with pytest.raises(Stale):
        await deciding


# ---------------------------------------------------------------- away


class Away:
    """Ends the connection from the database's side just before its statement of this number, or its commit."""

    def __init__(self, made, at: int) -> None:
        self._url, self._at, self.done = made.url, at, False
        happening.listen(made.sync_engine, "before_cursor_execute", self._before)
        happening.listen(made.sync_engine, "commit", self._commit)

    def _before(self, connection, *_) -> None:
        self._at -= 1
        if self._at == 0:
            self._end(connection)

    def _commit(self, connection) -> None:
        if not self.done:
            self.done = True
            self._end(connection, last=True)

    def _end(self, connection, *, last: bool = False) -> None:
        self.done, self.last, self._at = True, last, 0
        mighty = self._url.set(drivername="postgresql", username=databases.OWNER)
        with psycopg.connect(mighty.render_as_string(hide_password=False), autocommit=True) as other:
            pid = connection.connection.driver_connection.info.backend_pid
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


@pytest.mark.postgres_only
async def test_wherever_the_database_goes_away_in_a_turn_nothing_of_it_is_kept_and_once_more_all_of_it_is(
    tmp_path, keys
):
    where = databases.url(tmp_path)
    for at in range(1, 60):
        made = engine(where)
        store, away = SqlStore(made, keys), Away(made, at)
        event = due(id=f"event-{at}")
        notice = Send(to=person("bea", "barrow"), post=TOLD, matter=f"concern/c{at}")
        traces = (Trace(f"concern/c{at}", "seat-ann", "filed"),)
        turn = kept(concern(id=f"c{at}"), answer=Whisper(TOLD), notices=(notice,), traces=traces)
        before = databases.raw(tmp_path)
        with pytest.raises(DBAPIError) as lost:
            await store.keep("barrow", event, turn)
        assert lost.value.connection_invalidated, "so that the pool does not give it to the next"
        assert databases.raw(tmp_path) == before
        await store.keep("barrow", event, turn)
        with pytest.raises(AlreadyHeard):
            await store.keep("barrow", event, turn)
        assert await verify(made, keys) == []
        await made.dispose()
        if away.last:
            break
    assert away.last, "it went away before every statement, and before the commit"
    assert at == 3, "what has to be known is asked in one go, all is told in another, and then it is kept"


#: What the two turns below write, one statement after another of one batch: each is a place to fail at.
WRITES = (
    *((table, "INSERT") for table in ("heard", "matters", "keys", "parts", "tags", "promises", "audit", "outbox")),
    *((table, "UPDATE") for table in ("matters", "parts")),
    *((table, "DELETE") for table in ("tags", "promises")),
)


@pytest.mark.parametrize(("table", "how"), WRITES)
async def test_whichever_statement_of_a_turn_fails_nothing_of_it_is_kept_and_once_more_all_of_it_is(
    tmp_path, database, store, keys, table, how
):
    filed = _filed()
    if how != "INSERT":
        await store.keep("barrow", due(), filed)
        read = await store.concern("barrow", "d1")
        filed = kept(replace(read, state="closed", promised=()))
    event, before = due(id="once"), await cells(database)
    with failing_at(databases.url(tmp_path), table, how):
        with pytest.raises((DBAPIError, Stale)) as failed:
            await store.keep("barrow", event, filed)
        assert await cells(database) == before
    if databases.on_postgres():
        assert failed.value.connection_invalidated, "so that the pool does not give it to the next"
    await store.keep("barrow", event, filed)
    assert await cells(database) != before
    assert await verify(database, keys) == []


def _filed() -> Turn:
    notice = Send(to=person("bea", "barrow"), post=TOLD, matter="concern/d1")
    traces = (Trace("concern/d1", "seat-ann", "filed"),)
    return kept(concern(), answer=Whisper(TOLD), notices=(notice,), traces=traces)


@pytest.mark.postgres_only
async def test_a_database_that_was_started_again_is_used_again(stores, engines):
    await stores[0].keep("barrow", due(), kept(concern()))
    with psycopg.connect(_mighty(engines[0]), autocommit=True) as other:
        ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s"
        other.execute(ended, (databases.BOT,))
    assert await stores[0].concern("barrow", "d1") is not None
    await stores[0].keep("barrow", due(), kept(concern(id="d2")))


def _mighty(made) -> str:
    return (
        make_url(made.url).set(drivername="postgresql", username=databases.OWNER).render_as_string(hide_password=False)
    )


@pytest.mark.postgres_only
async def test_no_error_of_the_database_tells_what_stands_in_a_row(engines):
    table = metadata.tables["passed"]
    row = {"council": "barrow", "id": "secret-id", "version": 1, "record": b"secret"}
    for statement in (table.insert().values(row), table.insert().values(row | {"id": "x" * 41})):
        async with within(engines[0], "barrow") as transaction:
            await transaction.execute(table.delete())
            await transaction.execute(table.insert().values(row))
        with pytest.raises(DBAPIError) as refused:
            async with within(engines[0], "barrow") as transaction:
                await transaction.execute(statement)
        assert "secret-id" not in "".join(traceback.format_exception(refused.value))
    async with within(engines[0], "barrow") as transaction:
        assert len((await transaction.execute(select(table))).all()) == 1
