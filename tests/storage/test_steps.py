"""A database of an earlier version: brought to today's tables with every row in it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, insert, select, text

import storage
from bot.concern import Promise
from bot.conversation import Paragraph, Post, Send, Whisper
from bot.edition import Draft, Edition
from bot.records import Passed, Pin, Trace, Turn
from bot.review import Review
from bot.settings import Change
from content import load
from storage.audit import verify
from storage.database import EVERY, engine, reading, within
from storage.migrate import migrate, needed
from storage.slack_installs import SqlInstalls, SqlStates
from storage.store import SqlStore
from storage.tables import fingerprint, metadata
from storage.teams_places import SqlPlaces
from storage.web_posts import SqlPosts
from tests import databases
from tests.hosting.granted import granted
from tests.storage.matters import concern, due, kept, request
from tests.worlds import NOON, person

pytestmark = pytest.mark.database

#: What was called otherwise before, by the step until which it was.
BEFORE = {"council": "tenant"}
STEPS = ["0001", "0002", "0003", "0004", "0005", "0006"]
RECEIPT = Whisper(Post((Paragraph("It is kept."),)))
HELLO = Post((Paragraph("hello"),))


def to_step(connection: Connection, step: str) -> None:
    command.upgrade(_config(connection), step)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


async def filled(folder: Path, keys) -> dict[str, list[dict[str, Any]]]:
    """Rows for every table, as today's store keeps them; deliveries under the names they had before."""
    today = engine(databases.url(folder))
    store, posts = SqlStore(today, keys), SqlPosts(today)
    told = Send(to=person("bea", "barrow"), post=HELLO, matter="concern/d1")
    about = {"council": "barrow", "at": NOON}
    passed = Passed(id="p1", asker=person("ann", "barrow"), words="why?", **about)
    pin = Pin(key="k1", words="why?", clause="1", by=person("bea", "barrow"), **about)
    change = Change(id="c1", council="barrow", what="group", name="", value="x", by="seat-bea", at="2026-11-22")
    traces = (Trace("concern/d1", "seat-ann", "filed"),)
    wording = {"council": "barrow", "pack": load.council("barrow"), "at": NOON}
    adopted = Edition(number=1, on=NOON.date(), minute="31", **wording), Draft(**wording)
    records = concern(), request(), passed, pin, change, Review(council="barrow"), *adopted
    turn = kept(*records, answer=RECEIPT, notices=(told,), traces=traces)
    await store.keep("barrow", due(id="first"), turn)
    await store.out_of_reach("barrow", person("cal", "barrow"), "left", NOON)
    await posts.add("barrow", "ann", "i", author="ann", body=HELLO, at=NOON, only_for=None)
    places = SqlPlaces(today, {"T1": "barrow"})
    await places.keep("T1", "19:meeting", service_url="https://example.org/", who="", at=NOON)
    await SqlInstalls("1.2", today, keys).async_save(granted("T2"))
    states = SqlStates(600, today, keys)
    await states.async_consume(await states.async_issue())
    found = {}
    async with databases.whole(today) as connection:
        for table in metadata.sorted_tables:
            found[table.name] = [dict(row._mapping) for row in (await connection.execute(select(table))).all()]
    await today.dispose()
    found["heard"] = await _as_before(today.url, keys, found["heard"])
    return found


async def _as_before(_url: object, _keys: object, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An answer in the clear, under the name that a delivery had while a council had one workspace."""
    import msgspec

    answer = msgspec.json.encode(RECEIPT)
    return [row | {"delivery": fingerprint("", "first"), "answer": answer} for row in rows]


def put(connection: Connection, rows: dict[str, list[dict[str, Any]]]) -> set[str]:
    """Put them into the tables of an earlier step; says into which."""
    (old := MetaData()).reflect(connection)
    tables = {name: table for name, table in old.tables.items() if name != "alembic_version"}
    for name, table in tables.items():
        for row in rows[name]:
            names = {column: column if column in row else "council" for column in table.c.keys()}  # noqa: SIM118  # names
            connection.execute(insert(table).values({column: row[its] for column, its in names.items()}))
    return set(tables)


async def earlier(folder: Path, step: str, rows: dict[str, list[dict[str, Any]]]):
    """A database of this step with these rows in it, and the tables that it had."""
    database = engine(databases.empty(folder))
    async with within(database, EVERY) as connection:
        await connection.run_sync(to_step, step)
        return database, await connection.run_sync(put, rows)


@pytest.mark.parametrize("step", STEPS[:-1])
async def test_every_row_of_an_earlier_version_is_there_with_its_council(tmp_path, keys, step):
    rows = await filled(tmp_path, keys)
    database, tables = await earlier(tmp_path, step, rows)
    assert all(rows[name] for name in tables), "with data in every table"
    assert await needed(database) == [one for one in STEPS if one > step]
    await migrate(database, databases.BOT)
    assert await needed(database) == []
    async with databases.whole(database) as connection:
        for table in metadata.sorted_tables:
            found = [dict(row._mapping) for row in (await connection.execute(select(table))).all()]
            expected = rows[table.name] if table.name in tables else []
            if table.name == "outbox" and step == "0001":
                expected = [row | {"name": ""} for row in expected]
            assert found == [row | {"lease": None} if "lease" in row else row for row in expected], table.name
    await database.dispose()


async def test_what_was_sealed_before_still_opens_and_what_was_heard_is_known_again(tmp_path, keys):
    database, _ = await earlier(tmp_path, "0002", await filled(tmp_path, keys))
    await migrate(database, databases.BOT)
    bot = engine(databases.as_role(database.url.render_as_string(hide_password=False), databases.BOT))
    store = SqlStore(bot, keys)
    assert (await store.concern("barrow", "d1")).words == concern().words
    assert [one.id for one in await store.concerns("barrow", "seat-ann", "raiser")] == ["d1"]
    assert (await store.request("barrow", "r1")).lead == "seat-dpo"
    assert await store.heard("barrow", due(id="first")) == [RECEIPT]
    assert await verify(bot, keys) == []
    assert [one.notice.post for one in await store.waiting(NOON, 5)] == [HELLO]
    assert [one.rung for one in await store.due(NOON + timedelta(days=9), 5)] == ["acknowledge"]
    await store.keep("barrow", due(), kept(concern(id="d2")))
    await bot.dispose()
    await database.dispose()


async def test_of_two_promises_of_one_rung_the_earlier_stays(tmp_path, keys):
    rows = await filled(tmp_path, keys)
    (one,) = rows["promises"]
    later = one | {"order": 8, "due": one["due"] + timedelta(days=1)}
    rows["promises"] = [later | {"order": 7}, one, later, later | {"order": 9, "rung": "other"}]
    database, _ = await earlier(tmp_path, "0002", rows)
    await migrate(database)
    async with reading(database, EVERY) as connection:
        left = (await connection.execute(select(metadata.tables["promises"].c["order", "rung"]))).all()
    assert sorted(left) == sorted([(one["order"], one["rung"]), (9, "other")])
    await database.dispose()


async def test_a_number_of_the_outbox_is_never_given_twice_across_versions(tmp_path, keys):
    rows = await filled(tmp_path, keys)
    database, _ = await earlier(tmp_path, "0002", rows | {"outbox": [rows["outbox"][0] | {"order": 7}]})
    async with database.begin() as connection:
        if databases.on_postgres():  # rows were put with their numbers: it was not asked for any
            await connection.execute(text("SELECT setval('outbox_order_seq', 7)"))
        await connection.execute(text("DELETE FROM outbox"))
    await migrate(database)
    store = SqlStore(database, keys)
    await store.keep("barrow", due(), Turn(notices=(Send(to=person("ann", "barrow"), post=HELLO),)))
    assert [one.order for one in await store.waiting(NOON, 5)] == [8]
    await database.dispose()


async def test_all_steps_together_make_today_s_tables(tmp_path):
    database = engine(databases.empty(tmp_path))
    assert await needed(database) == STEPS
    assert await migrate(database) == STEPS
    assert await migrate(database) == []
    async with database.connect() as connection:
        assert await connection.run_sync(lambda c: compare_metadata(MigrationContext.configure(c), metadata)) == []
    await database.dispose()


async def test_a_step_that_is_promised_a_promise_again_adds_nothing(store):
    twice = (Promise("answer", NOON), Promise("answer", NOON + timedelta(days=1)))
    await store.keep("barrow", due(), kept(concern(promised=twice)))
    assert [one.due for one in await store.due(NOON + timedelta(days=9), 5)] == [NOON]


async def test_the_step_for_teams_can_be_taken_back_and_taken_again(tmp_path, keys):
    database, _ = await earlier(tmp_path, "0003", await filled(tmp_path, keys))
    await migrate(database)
    async with database.begin() as connection:
        await connection.run_sync(lambda c: command.downgrade(_config(c), "0003"))
    assert await needed(database) == ["0004", "0005", "0006"]
    assert await migrate(database) == ["0004", "0005", "0006"]
    async with database.connect() as connection:
        assert await connection.run_sync(lambda c: compare_metadata(MigrationContext.configure(c), metadata)) == []
    await database.dispose()


@pytest.mark.sqlite_only("AUTOINCREMENT is its word for it; a sequence never goes back")
async def test_sqlite_never_gives_a_number_twice_where_rows_are_deleted(database):
    async with databases.whole(database) as connection:
        made = await connection.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
        assert set(made.scalars()) == {"outbox", "promises", "slack_installs", "web_posts"}
