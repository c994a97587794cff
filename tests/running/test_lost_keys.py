"""A key file that is gone is not replaced: another opens nothing of what was sealed. That is said, and told."""

import signal
from pathlib import Path

import pytest
from sqlalchemy import make_url

from deploy.kept import folder
from storage.database import EVERY, engine, within
from storage.ring import Ring
from storage.seal import new_keys, read_keys
from tests import databases
from tests.running.process import NOT_ON_WINDOWS, asked, populated, settled, started, tokens

pytestmark = NOT_ON_WINDOWS

GONE = "The key file {} is not there. What is sealed in the database can't be opened without it"


async def once(slack, where: Path, **environ: str) -> tuple[str, str, int, dict]:
    """What a bot said and complained of that was started and stopped again, and what /healthz told meanwhile."""
    async with started(where, "--data", "kept", **tokens(slack), **environ) as bot:
        status, told = await asked(f"{await bot.ready()}healthz")
        code, complaints = await bot.ended(signal.SIGTERM)
    assert code == 0
    return bot.said, complaints, status, told


@pytest.fixture
def keys(slack, tmp_path) -> Path:
    """Where they are kept, for a workspace that is set up."""
    populated(slack)
    settled(tmp_path)
    return tmp_path / "kept" / "protocol-bot.keys"


async def seal_something(url: str, keys: Path) -> None:
    memory = engine(make_url(url))
    async with within(memory, EVERY) as transaction:
        await Ring(read_keys(keys)).made(transaction)
    await memory.dispose()


async def test_keys_that_are_gone_are_asked_for_and_not_made_anew(slack, tmp_path, keys):
    said, _, status, _ = await once(slack, tmp_path)
    assert "Keep a copy of kept/protocol-bot.keys" in said
    assert status == 200
    copy = keys.read_bytes()
    keys.unlink()
    for _ in range(2):
        said, complaints, status, told = await once(slack, tmp_path)
        assert not keys.exists()
        assert "Keep a copy" not in said
        assert complaints.count(GONE.format("kept/protocol-bot.keys")) == 1
        assert "protocol-bot keys new" not in complaints
        assert (status, told["well"]) == (503, False)
        assert told["store"].startswith(GONE.format("kept/protocol-bot.keys"))
    keys.write_bytes(copy)
    keys.chmod(0o600)
    _, complaints, status, _ = await once(slack, tmp_path)
    assert "key file" not in complaints
    assert status == 200


async def test_a_database_file_that_nothing_was_ever_in_gets_keys(slack, tmp_path, keys):
    """As after a start that was cut short."""
    keys.parent.mkdir()
    keys.with_suffix(".sqlite3").touch(mode=0o600)
    said, _, status, _ = await once(slack, tmp_path)
    assert "Keep a copy of" in said
    assert (keys.exists(), status) == (True, 200)


async def test_a_key_file_that_holds_no_key_is_told_of(slack, tmp_path, keys):
    await once(slack, tmp_path)
    keys.write_text("not a key\n", encoding="utf-8")
    _, complaints, status, told = await once(slack, tmp_path)
    why = "kept/protocol-bot.keys, line 1: this is not a whole key. Bring back a copy of the file."
    assert complaints.count(why) == 1
    assert (status, told["store"]) == (503, why)


async def test_the_keys_of_another_database_are_told_of(slack, tmp_path, keys):
    await once(slack, tmp_path)
    await seal_something(f"sqlite+aiosqlite:///{keys.with_suffix('.sqlite3')}", keys)
    keys.unlink()
    new_keys(keys)
    _, complaints, status, told = await once(slack, tmp_path)
    assert "The keys that were given don't open what is kept here" in complaints
    assert status == 503
    assert "The keys that were given don't open what is kept here" in told["store"]


@pytest.mark.database
async def test_a_database_elsewhere_gets_keys_only_while_nothing_is_sealed_in_it(slack, tmp_path, keys):
    url = databases.url(tmp_path, "elsewhere")
    said, _, status, _ = await once(slack, tmp_path, DATABASE_URL=url)
    assert "Keep a copy of kept/protocol-bot.keys" in said
    assert status == 200
    await seal_something(url, keys)
    keys.unlink()
    said, complaints, status, told = await once(slack, tmp_path, DATABASE_URL=url)
    assert not keys.exists()
    assert "Keep a copy" not in said
    assert GONE.format("kept/protocol-bot.keys") in complaints
    assert (status, told["store"].startswith(GONE.format("kept/protocol-bot.keys"))) == (503, True)


def test_the_try_outs_keys_are_made_anew_for_its_people_are_made_up(tmp_path):
    file = folder.made(tmp_path)
    file.write_bytes(b"something")
    folder.keys_beside(file).unlink()
    folder.made(tmp_path)
    assert folder.keys_beside(file).is_file()
