"""Nothing private is logged, however much is asked for, and no error holds it."""

import logging
import traceback

import pytest

from bot.errors import Stale
from bot.records import Trace, Turn
from storage.audit import verify
from storage.database import engine
from storage.migrate import migrate
from storage.seal import Damaged, rotate
from storage.store import SqlStore
from tests import databases
from tests.storage.matters import CANARY, NOTE, UNLISTED, change, concern, due, kept, request

PRIVATE = (CANARY, NOTE, UNLISTED, "seat-ann", "seat-cal", "receipt-secret")


@pytest.mark.database
@pytest.mark.parametrize("loud", ["root", "every"])
async def test_nothing_private_is_logged_even_at_debug(tmp_path, keys, caplog, loud):
    caplog.set_level(logging.DEBUG)
    database = engine(databases.url(tmp_path))
    if loud == "every":
        for name in (
            "aiosqlite",
            "psycopg",
            "sqlalchemy",
            "sqlalchemy.engine",
            "sqlalchemy.engine.Engine",
            "sqlalchemy.pool",
        ):
            caplog.set_level(logging.DEBUG, logger=name)
    try:
        await migrate(database)
        store = SqlStore(database, keys)
        await store.keep(
            "barrow", due(), kept(concern(), request(), traces=(Trace("concern/d1", "seat-ann", "filed"),))
        )
        for seat, part in (("seat-ann", "raiser"), ("seat-cal", "subject")):
            assert await store.concerns("barrow", seat, part)
        with pytest.raises(Stale):
            await store.keep("barrow", due(), kept(concern()))
        await rotate(database, keys)
        await verify(database, keys)
        await store.keep("barrow", due(), Turn(erase=("concern/d1", "request/r1")))
    finally:
        await database.dispose()
    told = "\n".join(f"{record.getMessage()} {record.args}" for record in caplog.records)
    assert [word for word in PRIVATE if word in told] == []
    if loud == "every":
        assert "INSERT INTO parts" in told, "else this would prove nothing"


async def test_no_error_holds_anything_private(store, database):
    await store.keep("barrow", due(), kept(concern()))
    with pytest.raises(Stale) as stale:
        await store.keep("barrow", due(), kept(concern()))
    await change(database, "UPDATE parts SET sealed = :byte WHERE part = 'course'")
    with pytest.raises(Damaged) as damaged:
        await store.concern("barrow", "d1")
    for raised in (stale.value, damaged.value):
        told = "".join(traceback.format_exception(raised))
        assert [word for word in PRIVATE if word in told] == []
