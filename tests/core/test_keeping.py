"""The tables: made by migrations alone, the same as the code thinks, and safe from a crash."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bot.conversation import Button, Buttons, Cited, Facts, Line, Notice, Outline, Paragraph, Post, Quote, Send
from bot.errors import Stale, UnusableStore
from bot.records import Passed, Pin, Turn
from storage.migrate import migrate
from storage.store import SqlStore, engine
from storage.tables import metadata
from tests import databases
from tests.storage.matters import change
from tests.worlds import NOON, command, person


async def test_the_migrations_make_exactly_the_tables_of_the_code(database):
    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with databases.whole(database) as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_changes_nothing(database, store):
    await store.keep("barrow", command("x", id="a"), Turn(keep=(_passed("1"),)))
    await migrate(database)
    assert (await store.passed("barrow", "1")).words == "where is the key"


@pytest.mark.sqlite_only("these are settings of its own")
async def test_sqlite_waits_its_turn_and_survives_a_crash(database):
    async with databases.whole(database) as connection:
        told = {
            p: (await connection.execute(text(f"PRAGMA {p}"))).scalar()
            for p in ("journal_mode", "synchronous", "secure_delete")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


def _passed(id: str, version: int = 0) -> Passed:
    return Passed(
        id=id, council="barrow", asker=person("ann", "barrow"), words="where is the key", at=NOON, version=version
    )


@pytest.mark.database
async def test_what_is_kept_outlives_the_process(tmp_path):
    url = databases.url(tmp_path)
    first = engine(url)
    await SqlStore(first).keep("barrow", command("x"), Turn(keep=(_passed("1"),)))
    await first.dispose()
    second = engine(url)
    assert await SqlStore(second).passed("barrow", "1") == _passed("1", version=1)
    await second.dispose()


async def test_a_record_that_moved_on_is_stale(store):
    await store.keep("barrow", command("x", id="1"), Turn(keep=(_passed("1"),)))
    read = await store.passed("barrow", "1")
    await store.keep("barrow", command("x", id="2"), Turn(keep=(read,)))
    with pytest.raises(Stale):
        await store.keep("barrow", command("x", id="3"), Turn(keep=(read,)))
    with pytest.raises(Stale):
        await store.keep("barrow", command("x", id="4"), Turn(keep=(_passed("1"),)))
    assert await store.heard("barrow", command("x", id="3")) == []


async def test_one_council_does_not_see_anothers_records(store):
    await store.keep("barrow", command("x"), Turn(keep=(_passed("1"),)))
    assert await store.passed("twywell", "1") is None
    pin = Pin(
        council="barrow",
        key="key where",
        words="where is the key",
        clause="aim-p1",
        by=person("bea", "barrow"),
        at=NOON,
    )
    await store.keep("barrow", command("y"), Turn(keep=(pin,)))
    assert await store.pin("twywell", "key where") is None


async def test_one_pinned_question_that_can_not_be_read_keeps_nobody_from_the_others(store, database, caplog):
    """All of a council's are read with every plain question."""
    pins = [
        Pin(council="barrow", key=key, words="where?", clause="aim-p1", by=person("bea", "barrow"), at=NOON)
        for key in ("k1", "k2")
    ]
    await store.keep("barrow", command("y"), Turn(keep=tuple(pins)))
    await change(database, "UPDATE pins SET record = :byte WHERE key = 'k1'")
    assert (await store.pin("barrow", "k2")).words == "where?"
    assert await store.pin("barrow", "k1") is None
    assert "pins/k1" in caplog.text
    assert await store.unread("barrow") == ["pins/k1"], "and doctor says so"


async def test_a_time_without_a_zone_is_refused(store):
    with pytest.raises(Exception, match="without a zone"):
        await store.waiting(datetime(2026, 1, 1), 5)  # noqa: DTZ001


async def test_times_come_back_in_utc(store):
    summer = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=1)))
    assert await store.waiting(summer, 5) == []


async def test_a_file_that_is_no_database_is_refused_with_the_mend(tmp_path):
    (tmp_path / "notes.txt").write_text("these are my notes, not a database" * 100)
    made = engine(f"sqlite+aiosqlite:///{tmp_path}/notes.txt")
    with pytest.raises(UnusableStore, match="Is it a database of Protocol Bot"):
        await migrate(made)
    await made.dispose()


async def test_a_database_of_a_newer_version_is_refused_with_the_mend(database):
    async with databases.whole(database) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnusableStore, match="newer Protocol Bot"):
        await migrate(database)


def test_what_is_kept_has_a_form_that_later_versions_must_still_read():
    """Kept words outlive the code: a change here needs a migration."""
    post = Post(
        (
            Paragraph("a"),
            Quote("b", by="c"),
            Cited("d", "e", ("f",), "should", "g", ("h",), True, "i"),
            Facts((("j", "k"),)),
            Outline((Line(1, "o", "p"),)),
            Buttons((Button("l", "m", True),)),
        ),
        title="n",
    )
    kept = json.loads((Path(__file__).parent / "kept.json").read_text(encoding="utf-8"))
    assert msgspec.convert(kept["notice"], Notice) == Send(to=person("ann", "barrow"), post=post)
    assert json.loads(msgspec.json.encode(Send(to=person("ann", "barrow"), post=post))) == kept["notice"]
    assert msgspec.convert(kept["passed"], Passed) == _passed("1", version=1)
