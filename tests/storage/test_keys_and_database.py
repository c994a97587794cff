"""Keys and the database they are for: the right ones, none, the wrong ones, and new ones in their place."""

import pytest
from sqlalchemy import event

from bot.conversation import Paragraph, Post, Send
from bot.errors import ProtocolBotError, UnusableStore
from bot.records import Trace, Turn
from storage.audit import head, verify
from storage.seal import Damaged, UnusableKeys, add_key, new_keys, read_keys, rotate
from storage.store import SqlStore
from tests import queue
from tests.storage.matters import cells, change, concern, due, kept, request
from tests.worlds import command, person


@pytest.fixture
def wrong(tmp_path):
    new_keys(tmp_path / "others.txt")
    return read_keys(tmp_path / "others.txt")


async def test_a_database_in_which_nothing_was_sealed_takes_any_keys(store, wrong, database):
    assert await store.unfit() is None
    assert await SqlStore(database, wrong).unfit() is None


async def test_asking_whether_all_is_well_changes_nothing(store, database):
    before = await cells(database)
    await store.unfit()
    assert await cells(database) == before


async def test_the_right_keys_are_fit_in_a_new_process_too(store, keys, database):
    await store.keep("barrow", due(), kept(concern()))
    assert await store.unfit() is None
    again = SqlStore(database, keys)
    assert await again.unfit() is None
    assert await again.concern("barrow", "d1") == await store.concern("barrow", "d1")


async def test_without_keys_the_administrator_is_told_how_to_make_some(database):
    assert "protocol-bot keys new" in await SqlStore(database).unfit()


async def test_with_wrong_keys_the_administrator_is_told_so(store, wrong, database):
    await store.keep("barrow", due(), kept(concern()))
    assert "another database" in await SqlStore(database, wrong).unfit()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE ring SET wrapped = :byte",
        "UPDATE ring SET wrapped = 'not wrapped at all'",
        "DELETE FROM ring",
    ],
)
async def test_with_a_damaged_check_the_administrator_is_told_so_and_no_new_one_is_made(store, database, damage):
    await store.keep("barrow", due(), kept(concern()))
    await change(database, damage)
    assert "Bring back a copy of the database" in await store.unfit()
    before = await cells(database)
    with pytest.raises(Damaged):
        await store.keep("barrow", due(), kept(concern(id="d2")))
    assert await cells(database) == before


@pytest.mark.parametrize("which", ["none", "wrong"])
async def test_without_the_right_keys_nothing_private_is_kept_or_read(store, wrong, database, which):
    await store.keep("barrow", due(), kept(concern(), request(), traces=(Trace("concern/d1", "seat-ann", "filed"),)))
    unfit = SqlStore(database, None if which == "none" else wrong)
    before = await cells(database)
    note = Send(to=person("ann", "barrow"), post=Post((Paragraph("x"),)), matter="concern/d1")
    for turn in (
        kept(concern(id="new")),
        kept(concern(version=1)),
        kept(request(id="new")),
        Turn(traces=(Trace("settings/1", "seat-bea", "proposed"),)),
        Turn(erase=("concern/d1",)),
        Turn(notices=(note,)),
    ):
        with pytest.raises(UnusableKeys):
            await unfit.keep("barrow", due(), turn)
    for read in (
        unfit.concern("barrow", "d1"),
        unfit.concern("barrow", "no-such"),
        unfit.request("barrow", "r1"),
        unfit.concerns("barrow", "seat-ann", "raiser"),
        unfit.requests("barrow", "seat-dpo"),
    ):
        with pytest.raises(UnusableStore):
            await read
    assert await cells(database) == before


async def test_without_keys_all_else_goes_on(database):
    store = SqlStore(database)
    plain = Send(to=person("ann", "barrow"), post=Post((Paragraph("x"),)))
    await store.keep("barrow", command("x"), Turn(notices=(plain,), erase=("concern/none",)))
    assert [one.notice for one in await queue.waiting(store, due().at)] == [plain]
    await queue.refused(store, 1)
    assert await queue.promised(store, due().at) == []


async def test_new_keys_take_over_and_the_old_one_can_leave_the_file(store, database, keys, key_file):
    traces = (Trace("concern/d1", "seat-ann", "filed"), Trace("settings/1", "seat-bea", "proposed"))
    await store.keep("barrow", due(), kept(concern(), request(), traces=traces))
    whole = await store.concern("barrow", "d1")
    kept_outside = {"barrow": await head(database, "barrow")}

    add_key(key_file)
    both = read_keys(key_file)
    between = SqlStore(database, both)
    assert await between.concern("barrow", "d1") == whole
    await between.keep("barrow", due(), kept(concern(id="d2")))
    assert await rotate(database, both) == (4, 0), "the index, two concerns and a request"

    lines = key_file.read_text(encoding="utf-8").splitlines()
    key_file.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    anew = SqlStore(database, read_keys(key_file))
    assert await anew.unfit() is None
    assert await anew.concern("barrow", "d1") == whole
    assert [one.id for one in await anew.concerns("barrow", "seat-bea", "handler")] == ["d1", "d2"]
    assert [one.id for one in await anew.requests("barrow", "seat-dpo")] == ["r1"]
    assert await verify(database, read_keys(key_file), kept_outside) == []
    await anew.keep("barrow", due(), kept(concern(version=1), traces=traces))
    assert await verify(database, read_keys(key_file), kept_outside) == []

    assert "another database" in await SqlStore(database, keys).unfit()


async def test_a_bot_that_runs_on_with_the_old_keys_seals_nothing_more(store, database, keys, key_file):
    """Else it would seal with a key that is about to leave the file, and that would be lost."""
    await store.keep("barrow", due(), kept(concern()))
    assert await store.unfit() is None
    add_key(key_file)
    await rotate(database, read_keys(key_file))
    assert await store.unfit() is not None
    with pytest.raises(UnusableKeys):
        await store.keep("barrow", due(), kept(concern(id="d2")))


@pytest.mark.sqlite_only  # on PostgreSQL to find out whether anything was written costs as much as to read the row
async def test_whether_all_is_well_is_read_once_while_nobody_writes(store, database):
    await store.keep("barrow", due(), kept(concern()))
    asked = []
    event.listen(database.sync_engine, "before_cursor_execute", lambda _c, _cur, said, *_: asked.append(said))
    assert [await store.unfit() for _ in range(3)] == [None, None, None]
    assert len(asked) == 1
    await change(database, "DELETE FROM ring")
    assert "Bring back a copy of the database" in await store.unfit()


async def test_wrong_keys_rotate_nothing(store, database, wrong):
    await store.keep("barrow", due(), kept(concern()))
    before = await cells(database)
    with pytest.raises(ProtocolBotError):
        await rotate(database, wrong)
    assert await cells(database) == before


async def test_there_is_nothing_to_rotate_in_an_empty_database(database, keys):
    assert await rotate(database, keys) == (0, 0)
