"""The commands on what is kept: keys, and the trail of who did what."""

import asyncio
import json
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from bot.concern import Entry, Parties
from bot.records import Trace, Turn
from deploy.cli import main
from deploy.kept import folder
from storage.seal import read_keys
from storage.store import SqlStore
from tests.storage.matters import CANARY, NOTE, concern, due
from tests.worlds import NOON

OWNER_ONLY = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as ended:
        status = int(ended.code or 0)
    told = capsys.readouterr()
    return status, told.out, told.err


def filed(data: Path, *concerns) -> None:
    """A folder as the try-out leaves it, with these concerns in it, each read once by the clerk."""

    async def keep() -> None:
        async with folder.opened(folder.made(data)) as memory:
            store = SqlStore(memory, read_keys(data / folder.KEYS))
            for one in concerns:
                traces = (Trace(one.matter, "councillor", "filed"), Trace(one.matter, "clerk", "read"))
                await store.keep("barrow", due(), Turn(keep=(one,), traces=traces))

    asyncio.run(keep())


def raised(id: str = "d1"):
    parties = Parties(raiser="councillor", subjects=("officer",), handlers=("clerk",))
    words = (
        Entry(kind="story", by="councillor", at=NOON, text=CANARY),
        Entry(kind="note", by="clerk", at=NOON, text=NOTE),
    )
    return concern(id, parties=parties, words=words, hold=None)


def rows(data: Path, query: str) -> list[tuple]:
    with sqlite3.connect(data / folder.FILE) as database:
        found = database.execute(query).fetchall()
    database.close()
    return found


def has(data: Path, id: str) -> bool:
    return bool(rows(data, f"select 1 from matters where matter = 'concern/{id}'"))  # noqa: S608


# ---------------------------------------------------------------- keys


@OWNER_ONLY
def test_a_new_key_file_is_its_owners_alone_and_the_key_is_not_shown(capsys, tmp_path):
    file = tmp_path / "ours.keys"
    status, out, _ = run(capsys, "keys", "new", "--file", file)
    assert status == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = file.read_text(encoding="utf-8").splitlines()[-1]
    assert key not in out
    assert "not where copies of the database are kept" in out


def test_a_key_file_is_never_written_over(capsys, tmp_path):
    file = tmp_path / "ours.keys"
    run(capsys, "keys", "new", "--file", file)
    before = file.read_bytes()
    status, out, err = run(capsys, "keys", "new", "--file", file)
    assert (status, out) == (2, "")
    assert "is there already" in err
    assert file.read_bytes() == before


def test_after_rotating_the_new_key_alone_opens_everything(capsys, tmp_path):
    filed(tmp_path, raised())
    keys = tmp_path / folder.KEYS
    old = [line for line in keys.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    status, out, _ = run(capsys, "keys", "rotate", "--data", tmp_path)
    assert status == 0
    assert "Start the bot again" in out
    lines = [line for line in keys.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines[1:] == old
    keys.write_text(lines[0] + "\n", encoding="utf-8")
    status, _, _ = run(
        capsys, "person", "export", "--data", tmp_path, "--council", "barrow", "--person", "councillor",
        "--lead", "clerk", "--out",
        tmp_path / "out.md",
    )  # fmt: skip
    assert status == 0


def test_wrong_keys_are_not_rotated_and_their_file_stays_as_it_is(capsys, tmp_path):
    filed(tmp_path, raised())
    other = tmp_path / "other.keys"
    run(capsys, "keys", "new", "--file", other)
    before = other.read_bytes()
    status, _, err = run(capsys, "keys", "rotate", "--data", tmp_path, "--file", other)
    assert status == 2
    assert "Nothing was changed" in err
    assert other.read_bytes() == before


# ---------------------------------------------------------------- the trail


def test_a_whole_trail_is_found_whole(capsys, tmp_path):
    filed(tmp_path, raised())
    status, out, _ = run(capsys, "audit", "verify", "--data", tmp_path)
    assert status == 0
    assert out.startswith("Nothing was changed, added or cut.")
    assert "--heads FILE" in out


def test_a_changed_row_is_found(capsys, tmp_path):
    filed(tmp_path, raised())
    rows(tmp_path, "update audit set did = 'nothing' where seq = 1")
    status, out, _ = run(capsys, "audit", "verify", "--data", tmp_path)
    assert status == 1
    assert "barrow: row 1 was altered" in out


def test_a_cut_end_is_found_with_the_head_kept_outside(capsys, tmp_path):
    filed(tmp_path, raised())
    heads = tmp_path / "elsewhere.json"
    status, out, _ = run(capsys, "audit", "head", "--data", tmp_path, "--heads", heads)
    assert status == 0
    assert "barrow: row 2, " in out
    assert json.loads(heads.read_text(encoding="utf-8"))["barrow"]["seq"] == 2
    rows(tmp_path, "delete from audit where seq = 2")
    status, out, _ = run(capsys, "audit", "verify", "--data", tmp_path, "--heads", heads)
    assert status == 1
    assert "row 2 is missing" in out


def test_a_head_that_no_longer_fits_is_not_written_over(capsys, tmp_path):
    filed(tmp_path, raised())
    heads = tmp_path / "elsewhere.json"
    run(capsys, "audit", "head", "--data", tmp_path, "--heads", heads)
    kept = heads.read_bytes()
    rows(tmp_path, "delete from audit where seq = 2")
    status, out, _ = run(capsys, "audit", "head", "--data", tmp_path, "--heads", heads)
    assert status == 1
    assert "left as they are" in out
    assert heads.read_bytes() == kept


def test_a_file_that_holds_no_heads_is_said_to_be_so(capsys, tmp_path):
    filed(tmp_path, raised())
    (tmp_path / "notes.txt").write_text("not heads", encoding="utf-8")
    status, _, err = run(capsys, "audit", "verify", "--data", tmp_path, "--heads", tmp_path / "notes.txt")
    assert status == 2
    assert "can't be read as heads" in err


# ---------------------------------------------------------------- the folder


def test_a_folder_without_its_keys_says_what_is_missing(capsys, tmp_path):
    filed(tmp_path, raised())
    (tmp_path / folder.KEYS).unlink()
    status, _, err = run(capsys, "audit", "verify", "--data", tmp_path)
    assert status == 2
    assert "There is no key file" in err


@OWNER_ONLY
def test_a_new_folder_gets_a_database_and_keys_for_its_owner_alone(tmp_path):
    data = tmp_path / "new" / "folder"
    file = folder.made(data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert [stat.S_IMODE(one.stat().st_mode) for one in (file, data / folder.KEYS)] == [0o600, 0o600]
    before = (data / folder.KEYS).read_bytes()
    folder.made(data)
    assert (data / folder.KEYS).read_bytes() == before
