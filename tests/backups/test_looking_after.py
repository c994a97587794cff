"""Keys that are checked, and what is past its time, erased at once."""

import sqlite3
from contextlib import closing

import pytest

from deploy.kept import folder
from storage.seal import new_keys
from tests import databases
from tests.backups.deployment import deployment, elsewhere, filed, over
from tests.backups.test_restoring import backed_up, everything
from tests.storage.matters import change, due

pytestmark = pytest.mark.database
D1 = "matter = 'concern/d1'"


def test_a_copy_of_the_key_file_is_found_to_open_everything(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    (copy := tmp_path / "copy").write_bytes(one.keys.read_bytes())
    copy.chmod(0o600)
    file = backed_up(one, capsys, tmp_path / "b")
    status, out, _ = one.command(capsys, "keys", "check", "--file", copy, "--backup", file)
    assert status == 0
    assert "opens everything that is sealed here. Keys in it: 1." in out
    assert f"{copy} opens {file}" in out


def test_a_copy_of_before_rotating_is_found_wanting(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    (copy := tmp_path / "copy").write_bytes(one.keys.read_bytes())
    copy.chmod(0o600)
    one.command(capsys, "keys", "rotate")
    status, out, _ = one.command(capsys, "keys", "check", "--file", copy)
    assert status == 1
    assert "does not open what is kept here" in out


def test_a_damaged_key_of_one_concern_is_told_and_keeps_nobody_from_rotating_the_keys_or_restoring(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"), filed("d2"))
    spoil = "UPDATE keys SET wrapped = substr(wrapped, 1, 90) WHERE matter = 'concern/d1'"
    one.at_work(lambda store: change(store._engine, spoil))
    file = backed_up(one, capsys, tmp_path / "b")
    status, out, _ = one.command(capsys, "keys", "check")
    assert status == 1
    assert "is the right key file. 1 of the keys that stand in the database opens with no key of the file" in out
    status, out, _ = one.command(capsys, "keys", "rotate")
    assert status == 0
    assert "1 of the keys that stand in the database opens with no key of the file" in out
    status, out, told = elsewhere(tmp_path, one).command(capsys, "restore", file)
    assert status == 0, told
    assert "1 of the keys that stand in the database opens with no key of the file" in out


def test_another_file_opens_nothing_and_is_told_so(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    new_keys(tmp_path / "other")
    assert one.command(capsys, "keys", "check", "--file", tmp_path / "other")[0] == 1


def test_a_key_file_that_the_environment_names_is_never_made(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PROTOCOL_BOT_KEYS_FILE", str(tmp_path / "named"))
    data = tmp_path / "new"
    file = folder.made(data, folder.RUN)
    assert folder.keys_meant(file) == tmp_path / "named"
    assert not (tmp_path / "named").exists()
    assert not folder.keys_beside(file).exists()


def test_the_try_out_has_its_own_keys_whatever_the_environment_names(tmp_path, monkeypatch):
    monkeypatch.setenv("PROTOCOL_BOT_KEYS_FILE", str(tmp_path / "named"))
    file = folder.made(tmp_path / "try")
    assert folder.keys_meant(file) == folder.keys_beside(file)
    assert folder.keys_beside(file).exists()


def test_without_its_keys_what_is_lost_and_what_is_not_is_said(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keys.unlink()
    err = one.command(capsys, "audit", "verify")[2]
    assert "nobody can open what is sealed" in err
    assert "are not lost" in err


def test_what_is_past_its_time_is_said_and_erased_and_the_rest_stays(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(over("d1"), filed("d2"), over("d3"))
    status, out, _ = one.command(capsys, "purge", "--dry-run")
    assert status == 0
    assert "barrow: some of the concerns and requests are past their time, would be erased." in out
    assert "CN-" not in out
    assert "2" not in out.splitlines()[0]
    assert one.has("d1")
    assert "some of the concerns and requests are past their time, erased" in one.command(capsys, "purge")[1]
    assert not one.has("d1")
    assert one.has("d2")
    assert "is past its time" in one.command(capsys, "purge")[1]
    assert one.command(capsys, "audit", "verify")[0] == 0


@pytest.mark.parametrize(
    "spoil", ["DELETE FROM parts WHERE part = 'people'", "UPDATE keys SET wrapped = :byte"], ids=["part", "key"]
)
def test_what_is_past_its_time_and_does_not_open_stays_and_keeps_none_of_the_others(tmp_path, capsys, spoil):
    one = deployment(tmp_path)
    one.keep(over("d1"), over("d2"))
    one.at_work(lambda store: change(store._engine, f"{spoil} {'AND' if 'WHERE' in spoil else 'WHERE'} {D1}"))
    status, out, err = one.command(capsys, "purge")
    assert status == 0, err
    assert "are past their time, erased" in out
    assert [row["matter"] for row in one.rows()["matters"]] == ["concern/d1"]
    assert "No concern and no request is past its time." in one.command(capsys, "purge")[1]


def test_of_a_council_that_does_not_come_with_the_project_the_head_is_shown_too(tmp_path, capsys):
    one = deployment(tmp_path)

    async def keep(store) -> None:
        turn = filed("d1", council="ashcombe-regis")
        await store.keep("ashcombe-regis", due("ashcombe-regis"), turn)

    one.at_work(keep)
    assert "ashcombe-regis: row 1, " in one.command(capsys, "audit", "head")[1]


def test_where_the_key_file_is_lost_the_bot_can_begin_again_and_the_rest_is_there(tmp_path, capsys):
    one = deployment(tmp_path)
    everything(one)
    one.owner = databases.as_role(one.url, databases.TABLES) if one.url else None
    one.keys.unlink()
    status, out, err = one.command(capsys, "keys", "lost", "--yes", "--copied")
    assert status == 0, err
    assert "nobody can open what is sealed" in out
    assert "all concerns and requests, left the database" in out
    rows = one.rows()
    assert [row["did"] for row in rows["audit"]] == ["keys-lost"]
    assert not any(rows[name] for name in ("matters", "parts", "keys", "tags", "outbox"))
    assert all(rows[name] for name in ("passed", "pins", "changes", "reviews", "editions", "drafts", "heard"))
    one.keep(filed("d2"))
    assert one.has("d2")
    assert one.command(capsys, "audit", "verify")[0] == 0
    if not one.url:
        (aside,) = one.data.glob("*.sealed-*.sqlite3")
        assert databases.rows(f"sqlite:///{aside}", "select count(*) from matters") == [(2,)]


def test_while_a_key_file_is_there_nothing_is_given_up(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    status, _, err = one.command(capsys, "keys", "lost", "--yes", "--copied")
    assert status == 2
    assert "move it away first" in err
    assert "If `keys lost` was cut short before, it made this one" in err
    one.keys.rename(tmp_path / "away")
    assert "Add --yes" in one.command(capsys, "keys", "lost", "--copied")[2]
    (tmp_path / "away").rename(one.keys)
    assert one.has("d1")


def test_where_the_new_key_file_can_not_be_written_nothing_is_taken_out(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    one.keys.rename(tmp_path / "away")
    before = one.rows()
    nowhere = tmp_path / "nowhere" / "x.keys"
    status, _, err = one.command(capsys, "keys", "lost", "--yes", "--copied", "--file", nowhere)
    assert status == 2
    assert "can't be written" in err
    assert one.rows() == before


def test_where_nothing_could_be_taken_out_the_new_key_file_goes_again(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    one.keys.rename(tmp_path / "away")
    if one.url:
        one.owner = databases.as_role(one.url, databases.BOT)
        status = one.command(capsys, "keys", "lost", "--yes", "--copied")[0]
    else:
        with closing(sqlite3.connect(one.file.with_suffix(".mark"), isolation_level=None)) as mark:
            mark.execute("BEGIN EXCLUSIVE")
            status = one.command(capsys, "keys", "lost", "--yes")[0]
    assert status == 2
    assert not one.keys.exists()
    (tmp_path / "away").rename(one.keys)
    assert one.has("d1")
