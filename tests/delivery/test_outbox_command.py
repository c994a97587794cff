"""`protocol-bot outbox`: what could not be delivered, told without telling whom it was for or what it said."""

import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation import Announce, Paragraph, Post
from bot.records import Turn
from deploy.cli import main
from deploy.kept import folder
from storage import aside
from storage.database import EVERY, within
from storage.seal import read_keys
from storage.store import ASIDE, SqlStore
from tests import queue
from tests.delivery.carriers import keep, notice
from tests.storage.matters import concern, due, kept
from tests.worlds import NOON, channel, command


@asynccontextmanager
async def store_of(data: Path):
    async with folder.opened(folder.made(data)) as memory:
        yield SqlStore(memory, read_keys(data / folder.KEYS))


def run(capsys, data: Path, *arguments: str) -> tuple[int, str, str]:
    try:
        status = main(["outbox", *arguments, "--data", str(data)])
    except SystemExit as ended:
        status = int(ended.code or 0)
    told = capsys.readouterr()
    return status, told.out, told.err


@pytest.fixture
async def data(tmp_path) -> Path:
    """Three messages that nobody could be given, of two councils, and one that waits."""
    made = tmp_path / "data"
    async with store_of(made) as store:
        about = notice("zebedee", "CN-D1 waits for you", matter="concern/d1")
        await store.keep("barrow", due(), kept(concern(), notices=(about,)))
        await keep(store, notice("zebedee", "the review", once=True), notice("ann", "for later"))
        shared = Announce(to=channel("twywell"), post=Post((Paragraph("shared"),)))
        await store.keep("twywell", command("x", council="twywell"), Turn(notices=(shared,)))
        for order, why in ((1, "no such person"), (2, "It may have arrived."), (4, "There is no such place.")):
            await queue.refused(store, order, why=why)
    return made


async def given_up(store: SqlStore) -> list[str]:
    """Whose they are, one by one."""
    async with within(store._engine, EVERY) as connection:
        return [one.council for one in await aside.every(connection)]


async def in_thread(work, *arguments):
    """The command line begins a loop of its own."""
    import asyncio

    return await asyncio.to_thread(work, *arguments)


async def test_it_shows_council_name_day_tries_class_and_why(data, capsys):
    status, out, _ = await in_thread(run, capsys, data)
    assert status == 0
    lines = out.splitlines()
    assert [line for line in lines if not line.startswith(" ")][:2] == ["barrow:", "twywell:"]
    assert re.fullmatch(r"  [0-9a-f]{24}  kept 2026-11-22, 1 try, at least once\. no such person", lines[1])
    assert re.fullmatch(r"  [0-9a-f]{24}  kept 2026-11-22, 1 try, at most once\. It may have arrived\.", lines[2])
    assert len([line for line in lines if line.startswith("  ")]) == 3


async def test_it_shows_nobody_and_nothing_that_was_said(data, capsys):
    _, out, _ = await in_thread(run, capsys, data)
    for word in ("zebedee", "ann", "waits", "CN-D1", "review", "shared", "concern", "channel", "test"):
        assert word not in out


async def test_one_is_sent_again_as_if_it_were_new(data, capsys):
    _, out, _ = await in_thread(run, capsys, data)
    name = out.splitlines()[2].split()[0]
    status, out, _ = await in_thread(run, capsys, data, "again", name)
    assert (status, out) == (0, "1 message will be sent again by the running bot, within seconds.\n")
    async with store_of(data) as store:
        (again,) = [one for one in await queue.waiting(store) if one.name == name]
        assert (again.tries, again.begun, again.once) == (0, False, True)
        assert await given_up(store) == ["barrow", "twywell"]


async def test_all_are_sent_again(data, capsys):
    status, out, _ = await in_thread(run, capsys, data, "again", "--all")
    assert (status, out) == (0, "3 messages will be sent again by the running bot, within seconds.\n")
    async with store_of(data) as store:
        assert [one.order for one in await store.waiting(datetime.now(UTC), 9)] == [3, 1, 4]
    assert (await in_thread(run, capsys, data))[1] == "Every message was delivered, or will be tried again.\n"


async def test_one_is_dropped_only_when_that_is_meant(data, capsys):
    _, out, _ = await in_thread(run, capsys, data)
    name = out.splitlines()[1].split()[0]
    status, _, err = await in_thread(run, capsys, data, "drop", name)
    assert status == 2
    assert "Add --yes" in err
    assert (await in_thread(run, capsys, data, "drop", name, "--yes"))[:2] == (0, f"{name} is gone.\n")
    assert name not in (await in_thread(run, capsys, data))[1]
    assert b"zebedee" not in b"".join(file.read_bytes() for file in data.glob("*.sqlite3*"))


async def test_half_a_year_after_it_was_kept_a_message_that_was_given_up_is_let_go(data, capsys):
    async with store_of(data) as store:
        await store.tidy(NOON + ASIDE)
        assert await given_up(store) == ["barrow", "barrow", "twywell"]
        await store.tidy(NOON + ASIDE + timedelta(seconds=1))
        assert await given_up(store) == []
        assert len(await queue.waiting(store)) == 1, "what may still arrive stays"
    assert (await in_thread(run, capsys, data))[1] == "Every message was delivered, or will be tried again.\n"
    assert b"zebedee" not in b"".join(file.read_bytes() for file in data.glob("*.sqlite3*"))


@pytest.mark.parametrize(
    "action", [("again", "0" * 24), ("drop", "0" * 24, "--yes"), ("again", "3"), ("drop", "'", "--yes")]
)
async def test_a_name_that_is_none_of_theirs_changes_nothing(data, capsys, action):
    status, _, err = await in_thread(run, capsys, data, *action)
    assert status == 2
    assert "`protocol-bot outbox` lists them" in err
    assert (await in_thread(run, capsys, data))[1].count("kept") == 3


@pytest.mark.parametrize("arguments", [("again",), ("again", "x", "--all"), ("drop",), ("other",)])
def test_what_can_not_be_meant_is_refused(tmp_path, capsys, arguments):
    assert run(capsys, tmp_path, *arguments)[0] == 2


def test_where_nothing_is_kept_the_mend_is_said(tmp_path, capsys):
    status, _, err = run(capsys, tmp_path)
    assert status == 2
    assert "Name the folder with --data FOLDER" in err


def test_the_folder_may_be_named_before_the_action(tmp_path, capsys):
    assert main(["outbox", "--data", str(tmp_path / "there"), "again", "--all"]) == 2
    assert str(tmp_path / "there") in capsys.readouterr().err


def test_a_message_is_shown_with_the_day_it_was_kept_on_at_the_council_and_not_the_minute():
    from deploy.on_the_outbox import _told
    from storage.aside import Aside

    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert "kept 2026-07-02, 2 tries" in _told(Aside("barrow", "n", summer, 2, False, "why"))
