"""A backup: all of it as it stood at one moment, sealed, whole or not there."""

import asyncio
import os
import re
import shutil
import stat
import threading
from pathlib import Path

import pytest

from bot.errors import ProtocolBotError
from bot.records import Trace, Turn
from deploy.backups import contents
from deploy.kept import folder
from storage import sealed_file
from storage.seal import new_keys, read_keys
from storage.tables import metadata
from tests import databases
from tests.backups.deployment import Deployment, deployment, erased, filed, the_backup
from tests.core.test_what_is_kept import OWNER_ONLY, raised
from tests.storage.matters import CANARY, due

pytestmark = pytest.mark.database


@pytest.fixture
def one(tmp_path: Path) -> Deployment:
    made = deployment(tmp_path)
    made.keep(filed("d1"), filed("d2"))
    return made


@pytest.fixture
def made(one, capsys, tmp_path) -> Path:
    assert one.command(capsys, "backup", "--to", tmp_path / "backups")[0] == 0
    return the_backup(tmp_path / "backups")


def read(file: Path, one: Deployment) -> contents.Contents:
    return contents.read(file, read_keys(one.keys))


# ---------------------------------------------------------------- all of it


def test_every_table_there_is_stands_in_it(one, made):
    found = read(made, one)
    assert set(found.rows) == set(metadata.tables), "a table that a backup forgets is lost"
    assert {name: len(rows) for name, rows in one.rows().items()} == found.rows
    assert found.rows["parts"] == 6


def test_what_was_done_is_said_and_what_to_do_with_it(one, capsys, tmp_path):
    status, out, _ = one.command(capsys, "backup", "--to", tmp_path / "backups")
    assert status == 0
    assert "It was read back, and is whole." in out
    assert f"opens with the key file {one.keys} and with nothing else" in out
    assert "The settings are not in it" in out


def test_a_look_into_one_counts_and_shows_nothing(one, made, capsys):
    status, out, _ = one.command(capsys, "backup", "--verify", made)
    assert status == 0
    assert "matters: some" in out
    assert "ring: 1" in out
    assert not re.search(r"\d rows?\b", out), "from the sum the others could be told"
    assert "CN-D1" not in out


def test_what_was_kept_while_it_was_made_is_in_it_whole_or_not_at_all(one, capsys, tmp_path):
    stop, kept = threading.Event(), []

    def turns() -> None:
        async def keep(store) -> None:
            while not stop.is_set():
                id = f"t{len(kept)}"
                traces = tuple(Trace(f"concern/{id}", who, "read") for who in ("clerk", "chair"))
                await store.keep("barrow", due(id=id), Turn(keep=(raised(id),), traces=traces))
                kept.append(id)
                await asyncio.sleep(0.02)

        busy.at_work(keep)

    busy = Deployment(one.data, one.url)
    one.command(capsys, "backup", "--to", tmp_path / "first")
    (worker := threading.Thread(target=turns)).start()
    try:
        backups = []
        for number in range(4):
            while len(kept) < 5 * (number + 1):
                stop.wait(0.01)
            assert one.command(capsys, "backup", "--to", tmp_path / f"while{number}.backup")[0] == 0
            backups.append(tmp_path / f"while{number}.backup")
    finally:
        stop.set()
        worker.join()
    for file in backups:
        rows = read(file, one).rows
        matters = rows["matters"]
        assert (rows["keys"], rows["parts"]) == (matters, 3 * matters)
        assert rows["audit"] == 2 + 2 * (matters - 2), "a turn's lines of the trail, or none"
    assert read(backups[-1], one).rows["matters"] > read(backups[0], one).rows["matters"]


# ---------------------------------------------------------------- sealed


@OWNER_ONLY
def test_it_is_its_owners_alone(made):
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700


def test_no_word_no_name_and_no_key_stands_in_its_bytes(one, capsys, tmp_path):
    settings = tmp_path / "protocol-bot.yaml"
    settings.write_text("council: barrow\npeople:\n  - {id: zebra, name: Zoë Canary, offices: [clerk]}\n", "utf-8")
    assert one.command(capsys, "backup", "--to", tmp_path / "b", "--settings", settings)[0] == 0
    whole, ledger = the_backup(tmp_path / "b").read_bytes(), (tmp_path / "b" / "protocol-bot.erasures").read_bytes()
    key = one.keys.read_bytes().splitlines()[-1]
    for word in (CANARY.encode(), b"barrow", b"councillor", b"concern/", "Zoë".encode(), key, b"CN-D1"):
        assert word not in whole + ledger
    inside = read(the_backup(tmp_path / "b"), one)
    assert inside.files == {"protocol-bot.yaml": settings.read_bytes()}


def test_nothing_in_it_is_the_key_file(one, made):
    key = one.keys.read_bytes().splitlines()[-1]
    things = list(sealed_file.opened(made, read_keys(one.keys), "backup"))
    assert key not in repr(things).encode()


def test_a_key_file_that_is_named_as_settings_is_refused(one, capsys, tmp_path):
    status, _, err = one.command(capsys, "backup", "--to", tmp_path / "b", "--settings", one.keys)
    assert status == 2
    assert "holds a key" in err
    assert not list((tmp_path).glob("b/*"))


def test_a_byte_changed_anywhere_is_found(one, made):
    whole = made.read_bytes()
    head = whole.index(b"\n", whole.index(b"\n") + 1) + 1
    step = max(1, (len(whole) - head) // 150)
    for place in (*range(0, head, 3), *range(head, len(whole), step), len(whole) - 1):
        made.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(ProtocolBotError):
            read(made, one)


def test_one_that_is_cut_short_or_goes_on_is_found(one, made):
    whole = made.read_bytes()
    head = whole.index(b"\n", whole.index(b"\n") + 1) + 1
    for length in (0, 5, head, head + 16, len(whole) // 2, len(whole) - 17, len(whole) - 16, len(whole) - 1):
        made.write_bytes(whole[:length])
        with pytest.raises(ProtocolBotError):
            read(made, one)
    for more in (b"\0", whole[head:]):
        made.write_bytes(whole + more)
        with pytest.raises(ProtocolBotError):
            read(made, one)


def test_chunks_that_change_places_are_found(one, tmp_path):
    keys, file = read_keys(one.keys), tmp_path / "many.backup"
    with sealed_file.written(file, keys, "backup", made="", of="", version="") as (writer, _):
        for _ in range(6):
            writer.put(os.urandom(50_000))
        writer.end()
    whole = file.read_bytes()
    head = whole.index(b"\n", whole.index(b"\n") + 1) + 1
    chunk = 64 * 1024 + 16
    first, second = whole[head : head + chunk], whole[head + chunk : head + 2 * chunk]
    assert len(list(sealed_file.opened(file, keys, "backup"))) == 6
    for changed in (
        second + first + whole[head + 2 * chunk :],
        first + whole[head + 2 * chunk :],
        first + whole[head:],
    ):
        file.write_bytes(whole[:head] + changed)
        with pytest.raises(ProtocolBotError, match="is not all there"):
            list(sealed_file.opened(file, keys, "backup"))


# ---------------------------------------------------------------- keys


def test_another_key_file_does_not_open_it_and_the_missing_key_is_named(one, made, capsys, tmp_path):
    new_keys(tmp_path / "other.keys")
    status, _, err = one.command(capsys, "backup", "--verify", made, "--file", tmp_path / "other.keys")
    assert status == 2
    assert f"sealed with the key {read_keys(one.keys).names[0]}, which is not in the key file" in err


def test_a_backup_that_is_not_there_is_told_before_anybody_looks_for_keys(capsys, tmp_path):
    other, nowhere = Deployment(tmp_path / "nothing"), tmp_path / "x.backup"
    for words in (("backup", "--verify", nowhere), ("restore", nowhere)):
        status, _, err = other.command(capsys, *words)
        assert status == 2
        assert err == f"protocol-bot: There is no backup at {nowhere}. Name it with the folder it is in.\n"


def test_where_there_is_no_key_file_none_is_offered_that_would_open_nothing(made, capsys, tmp_path):
    other = Deployment(tmp_path / "nothing")
    for words in (("backup", "--verify", made), ("restore", made)):
        status, _, err = other.command(capsys, *words)
        assert status == 2
        assert "There is no key file at" in err
        assert "--file KEYS" in err
        assert "keys new" not in err


def test_a_try_outs_key_file_is_found_too(one, made, capsys, tmp_path):
    other = Deployment(tmp_path / "tried")
    other.data.mkdir()
    shutil.copy2(one.keys, other.data / folder.KEYS)
    assert other.command(capsys, "backup", "--verify", made)[0] == 0


def test_after_rotating_the_older_key_in_the_file_still_opens_it(one, made, capsys):
    assert one.command(capsys, "keys", "rotate")[0] == 0
    assert one.command(capsys, "backup", "--verify", made)[0] == 0
    lines = one.keys.read_text(encoding="utf-8").splitlines(keepends=True)
    one.keys.write_text("".join(lines[:-1]), encoding="utf-8")
    status, _, err = one.command(capsys, "backup", "--verify", made)
    assert status == 2
    assert "which is not in the key file" in err


def test_without_keys_there_is_none_and_the_mend_is_said(one, capsys, tmp_path):
    one.keys.rename(tmp_path / "away")
    status, _, err = one.command(capsys, "backup", "--to", tmp_path / "b")
    assert status == 2
    assert "Bring back a copy" in err
    assert not (tmp_path / "b").exists()


def test_keys_that_do_not_open_the_database_seal_no_backup(one, capsys, tmp_path):
    new_keys(tmp_path / "other.keys")
    status, _, err = one.command(capsys, "backup", "--to", tmp_path / "b", "--file", tmp_path / "other.keys")
    assert status == 2
    assert "No backup was made" in err
    assert not list((tmp_path / "b").glob("*"))


def test_the_key_file_that_the_environment_names_is_meant(one, capsys, tmp_path, monkeypatch):
    one.keys.rename(tmp_path / "held.keys")
    monkeypatch.setenv("PROTOCOL_BOT_KEYS_FILE", str(tmp_path / "held.keys"))
    assert one.command(capsys, "backup", "--to", tmp_path / "b")[0] == 0
    assert one.command(capsys, "keys", "check")[0] == 0


# ---------------------------------------------------------------- the folder


def test_only_the_newest_are_kept_and_nothing_else_is_touched(one, capsys, tmp_path):
    there = tmp_path / "backups"
    there.mkdir()
    strange = [there / "protocol-bot-20200101T000000Z.backup", there / "notes.txt", there / "old.backup"]
    for file in strange:
        file.write_text("somebody else's", encoding="utf-8")
    (other := deployment(tmp_path, "other")).keep(filed("x1"))
    other.command(capsys, "backup", "--to", there.with_name("theirs"))
    theirs = there / "protocol-bot-20200202T000000Z.backup"
    theirs.write_bytes(the_backup(there.with_name("theirs")).read_bytes())
    for _ in range(4):
        status, out, _ = one.command(capsys, "backup", "--to", there, "--keep", "2")
        assert status == 0
    assert "Removed: " in out
    ours = [file for file in there.glob("*.backup") if file not in (*strange, theirs)]
    assert len(ours) == 2
    assert all(file.exists() for file in (*strange, theirs))


def test_a_file_that_is_there_is_not_written_over(one, made, capsys):
    status, _, err = one.command(capsys, "backup", "--to", made)
    assert status == 2
    assert "left as it is" in err


def test_the_ledger_of_another_database_is_not_written_over(one, capsys, tmp_path):
    (other := deployment(tmp_path, "other")).keep(filed("x1"), erased("x1"))
    other.keys.write_bytes(other.keys.read_bytes() + one.keys.read_bytes())
    assert other.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")[0] == 0
    one.keys.write_bytes(one.keys.read_bytes() + other.keys.read_bytes())
    before = (tmp_path / "b" / "protocol-bot.erasures").read_bytes()
    status, _, err = one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")
    assert status == 2
    assert "another database" in err
    assert (tmp_path / "b" / "protocol-bot.erasures").read_bytes() == before


@pytest.mark.postgres_only
def test_a_role_that_may_not_read_every_table_is_told_so(one, capsys, tmp_path):
    databases.change_raw(str(one.url), "REVOKE SELECT ON parts FROM bot")
    try:
        status, _, err = one.command(capsys, "backup", "--to", tmp_path / "b")
    finally:  # the database serves other tests after this one
        databases.change_raw(str(one.url), "GRANT SELECT ON parts TO bot")
    assert status == 2
    assert "may not read every table" in err
    assert not list((tmp_path / "b").glob("*"))


@pytest.mark.parametrize("why", ["another database", "does not open"])
def test_where_the_ledger_can_not_be_gone_on_with_no_backup_is_written_and_the_mend_is_said(one, capsys, tmp_path, why):
    one.command(capsys, "backup", "--to", tmp_path / "b")
    ledger = tmp_path / "b" / "protocol-bot.erasures"
    if why == "another database":
        (other := deployment(tmp_path, "other")).keep(filed("x1"))
        other.command(capsys, "backup", "--to", tmp_path / "c", "--erasures-only")
        ledger.write_bytes((tmp_path / "c" / "protocol-bot.erasures").read_bytes())
    else:
        assert one.command(capsys, "keys", "rotate")[0] == 0
        lines = one.keys.read_text(encoding="utf-8").splitlines(keepends=True)
        one.keys.write_text("".join(lines[:-1]), encoding="utf-8")
    before = {path: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    status, _, err = one.command(capsys, "backup", "--to", tmp_path / "b", "--keep", "1")
    assert status == 2
    assert str(ledger) in err
    assert why in err
    assert "left as it is" in err
    assert "name another" in err
    assert {path: path.read_bytes() for path in (tmp_path / "b").iterdir()} == before


def test_half_a_file_of_long_ago_is_taken_away_and_one_of_just_now_is_not(one, capsys, tmp_path):
    (tmp_path / "b").mkdir()
    old, new = (tmp_path / "b" / f".protocol-bot-2026.backup.part-{number}" for number in (1, 2))
    for half in (old, new):
        half.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert one.command(capsys, "backup", "--to", tmp_path / "b")[0] == 0
    assert new.exists()
    assert not old.exists()


def test_a_key_file_where_the_backups_are_is_warned_of(one, capsys, tmp_path):
    assert "is a key file" not in one.command(capsys, "backup", "--to", tmp_path / "b")[2]
    status, _, err = one.command(capsys, "backup", "--to", one.data)
    assert status == 0
    assert f"{one.keys} is a key file, and lies where the backups are" in err
