"""A restore: every row as it was, nothing half done, nothing in use written over."""

import sqlite3
from asyncio import to_thread
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.conversation import Paragraph, Post, Send, Whisper
from bot.edition import Draft, Edition
from bot.records import Passed, Pin, Turn
from bot.review import Review
from bot.settings import Change
from content import load
from storage import sealed_file
from storage.database import EVERY, engine, within
from storage.migrate import needed
from storage.seal import read_keys
from storage.store import SqlStore
from storage.teams_places import SqlPlaces
from storage.web_posts import SqlPosts
from tests.backups.deployment import NOW, Deployment, asked, deployment, elsewhere, filed, over, the_backup
from tests.storage.test_steps import earlier, filled
from tests.worlds import NOON, person

pytestmark = pytest.mark.database
HELLO = Post((Paragraph("hello"),))
SQLITE = pytest.mark.sqlite_only("a file takes the place of another")


def everything(one: Deployment) -> None:
    """A row in every table but those of Slack's installs, which their own tests fill."""
    wording = {"council": "barrow", "pack": load.council("barrow"), "at": NOON}
    records = (
        Passed(id="p1", council="barrow", asker=person("ann", "barrow"), words="why? ‘é’ \u0000", at=NOON),
        Pin(key="k1", council="barrow", words="why?", clause="1", by=person("bea", "barrow"), at=NOON),
        Change(id="c1", council="barrow", what="group", name="", value="x", by="clerk", at="2026-11-22"),
        Review(council="barrow"),
        Edition(number=1, on=NOON.date(), minute="31", **wording),
        Draft(**wording),
    )
    told = Send(to=person("bea", "barrow"), post=HELLO)
    gone = Send(to=person("cal", "barrow"), post=HELLO)
    one.keep(filed("d1"), asked("r1"), Turn(keep=records, notices=(told, gone), answer=Whisper(HELLO)))

    async def beside(store: SqlStore) -> None:
        memory = store._engine
        await store.out_of_reach("barrow", person("cal", "barrow"), "left", NOON)
        await SqlPosts(memory).add("barrow", "ann", "i", author="ann", body=HELLO, at=NOON, only_for=None)
        await SqlPlaces(memory, {"T1": "barrow"}).keep(
            "T1", "19:x", service_url="https://example.org/", who="", at=NOON
        )
        async with within(memory, EVERY) as transaction:  # the last number that was given has gone
            await transaction.execute(text('DELETE FROM outbox WHERE "order" = (SELECT max("order") FROM outbox)'))

    one.at_work(beside)


def without_its_own(rows: dict) -> dict:
    """But for the line that the restore leaves, and what is wrapped anew."""
    rows["audit"] = [row for row in rows["audit"] if row["did"] != "restored"]
    for table in ("ring", "keys"):
        rows[table] = [{name: value for name, value in row.items() if name != "wrapped"} for row in rows[table]]
    return rows


def backed_up(one: Deployment, capsys, where: Path) -> Path:
    status, _, err = one.command(capsys, "backup", "--to", where)
    assert status == 0, err
    return the_backup(where)


def restored(one: Deployment, capsys, file: Path, *more: object) -> str:
    status, out, err = one.command(capsys, "restore", file, *more)
    assert status == 0, err
    return out


# ---------------------------------------------------------------- every row


def test_every_row_is_there_again_as_it_was(tmp_path, capsys):
    one = deployment(tmp_path)
    everything(one)
    other = elsewhere(tmp_path, one)
    restored(other, capsys, backed_up(one, capsys, tmp_path / "b"))
    before, after = without_its_own(one.rows()), without_its_own(other.rows())
    assert {name for name, rows in before.items() if not rows} <= {"slack_installs", "slack_states"}
    assert after == before
    assert other.command(capsys, "audit", "verify")[0] == 0
    assert other.has("d1")


def test_the_trail_says_so_and_numbers_are_not_given_twice(tmp_path, capsys):
    one = deployment(tmp_path)
    everything(one)
    last = max(row["order"] for row in one.rows()["outbox"])
    other = elsewhere(tmp_path, one)
    restored(other, capsys, backed_up(one, capsys, tmp_path / "b"))
    assert other.rows()["audit"][-1]["did"] == "restored"
    other.keep(Turn(notices=(Send(to=person("dee", "barrow"), post=HELLO),)), filed("d2"))
    assert max(row["order"] for row in other.rows()["outbox"]) == last + 2, "the one after it was given, and has gone"
    assert other.command(capsys, "audit", "verify")[0] == 0


@pytest.mark.postgres_only
def test_it_is_also_the_way_from_a_file_to_postgresql_and_back(tmp_path, capsys):
    file = Deployment(tmp_path / "data").set_up()
    everything(file)
    server = elsewhere(tmp_path, file, "server")
    restored(server, capsys, backed_up(file, capsys, tmp_path / "b"))
    again = Deployment(tmp_path / "again")
    again.data.mkdir()
    again.keys.write_bytes(file.keys.read_bytes())
    again.keys.chmod(0o600)
    restored(again, capsys, backed_up(server, capsys, tmp_path / "c"))

    def bare(one: Deployment) -> dict:
        rows = without_its_own(one.rows())
        for row in rows["passed"]:
            row["record"] = row["record"].replace(b"\\u0000", b"")
        return rows

    assert bare(server) == bare(file)
    assert bare(again) == bare(file)
    assert again.command(capsys, "audit", "verify")[0] == 0


@pytest.mark.parametrize("step", ["0004", "0005"])
async def test_one_of_an_earlier_version_is_brought_to_todays_tables(tmp_path, capsys, keys, key_file, step):
    rows = await filled(tmp_path, keys)
    database, _ = await earlier(tmp_path, step, rows)
    url = database.url.render_as_string(hide_password=False)
    await database.dispose()
    old = Deployment(tmp_path / "old", url)
    old.data.mkdir()
    old.keys.write_bytes(key_file.read_bytes())
    old.keys.chmod(0o600)
    file = await to_thread(backed_up, old, capsys, tmp_path / "b")
    assert f"step {step}:" in (await to_thread(old.command, capsys, "backup", "--verify", file))[1]
    new = elsewhere(tmp_path, old)
    await to_thread(restored, new, capsys, file)
    found = await to_thread(new.rows)
    assert [len(found[name]) for name in ("matters", "passed", "teams_places")] == [2, 1, 1]
    memory = engine(new.url or f"sqlite+aiosqlite:///{new.file}")
    assert await needed(memory) == []
    await memory.dispose()


def test_one_of_a_newer_version_is_refused(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file = tmp_path / "newer.backup"
    with sealed_file.written(file, read_keys(one.keys), "backup", made="2030-01-01", of="", version="9") as (writer, _):
        writer.put(("head", {"step": "9999", "numbers": {}}))
        writer.put(("end", {}))
        writer.end()
    status, _, err = elsewhere(tmp_path, one).command(capsys, "restore", file)
    assert status == 2
    assert "newer Protocol Bot" in err


# ---------------------------------------------------------------- what is there


def test_nothing_is_restored_over_a_database_that_has_something_in_it(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file, before = backed_up(one, capsys, tmp_path / "b"), one.rows()
    status, _, err = one.command(capsys, "restore", file)
    assert status == 2
    assert "is there already" in err or "is not empty" in err
    assert one.rows() == before


@SQLITE
def test_with_replace_the_old_one_is_kept_beside(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file = backed_up(one, capsys, tmp_path / "b")
    one.keep(filed("d2"))
    out = restored(one, capsys, file, "--replace")
    (aside,) = one.data.glob("*.replaced-*.sqlite3")
    assert str(aside) in out
    assert one.has("d1")
    assert not one.has("d2")
    with closing(sqlite3.connect(aside)) as old:
        assert old.execute("SELECT count(*) FROM matters").fetchone() == (2,)


@SQLITE
def test_where_a_bot_is_running_nothing_is_done(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file = backed_up(one, capsys, tmp_path / "b")
    with closing(sqlite3.connect(one.file.with_suffix(".mark"), isolation_level=None)) as mark:
        mark.execute("BEGIN EXCLUSIVE")
        status, _, err = one.command(capsys, "restore", file, "--replace")
    assert status == 2
    assert "is running" in err
    assert one.has("d1")


@SQLITE
def test_where_another_program_has_the_database_open_nothing_is_done(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file = backed_up(one, capsys, tmp_path / "b")
    with closing(sqlite3.connect(one.file)) as other:
        other.execute("SELECT count(*) FROM matters").fetchone()
        status, _, err = one.command(capsys, "restore", file, "--replace")
    assert status == 2
    assert "has " in err
    assert "open" in err
    assert one.has("d1")
    assert sorted(path.name for path in one.data.glob("*restoring*")) == []


def test_a_backup_that_is_not_whole_changes_nothing(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file = backed_up(one, capsys, tmp_path / "b")
    file.write_bytes(file.read_bytes()[:-1])
    other = elsewhere(tmp_path, one)
    status, _, err = other.command(capsys, "restore", file)
    assert status == 2
    assert "is not all there" in err
    assert not other.file.exists()


def test_without_the_key_it_was_sealed_with_the_missing_one_is_named(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    file = backed_up(one, capsys, tmp_path / "b")
    name = read_keys(one.keys).names[0]
    assert one.command(capsys, "keys", "rotate")[0] == 0
    other = elsewhere(tmp_path, one)
    lines = other.keys.read_text(encoding="utf-8").splitlines(keepends=True)
    other.keys.write_text("".join(lines[:-1]), encoding="utf-8")
    status, _, err = other.command(capsys, "restore", file)
    assert status == 2
    assert name in err
    other.keys.write_text("".join(lines), encoding="utf-8")
    restored(other, capsys, file)
    other.keys.write_text("".join(lines[:-1]), encoding="utf-8")
    assert other.has("d1"), "wrapped with the key in use, so that the older one can leave the file"


# ---------------------------------------------------------------- fit to serve


def test_what_may_arrive_only_once_is_set_aside_and_nothing_is_in_anybodys_hand(tmp_path, capsys):
    one = deployment(tmp_path)
    once, more = (Send(to=person(id, "barrow"), post=HELLO, once=id == "ann") for id in ("ann", "bea"))
    one.keep(Turn(notices=(once, more)), filed("d1"))

    async def taken(store: SqlStore) -> None:
        assert len(await store.waiting(NOW + timedelta(days=900), 9)) == 2
        assert len(await store.due(NOW + timedelta(days=900), 9)) == 1

    one.at_work(taken)
    other = elsewhere(tmp_path, one)
    out = restored(other, capsys, backed_up(one, capsys, tmp_path / "b"))
    assert "1 message that must not arrive twice" in out
    rows = other.rows()
    assert [(row["once"], row["due"] is None, row["lease"]) for row in rows["outbox"]] == [
        (True, True, None),
        (False, False, None),
    ]
    assert [row["lease"] for row in rows["promises"]] == [None]


def test_what_is_past_its_time_is_erased_before_anything_is_served(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(over("d1"), filed("d2"))
    other = elsewhere(tmp_path, one)
    out = restored(other, capsys, backed_up(one, capsys, tmp_path / "b"))
    assert "Past its time, and erased: 1 concern or request." in out
    assert not other.has("d1")
    assert other.has("d2")
    assert other.command(capsys, "audit", "verify")[0] == 0


def test_the_settings_come_back_where_nothing_stands(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    (own := tmp_path / "protocol-bot.yaml").write_text("council: barrow\n", encoding="utf-8")
    assert one.command(capsys, "backup", "--to", tmp_path / "b", "--settings", own)[0] == 0
    other = elsewhere(tmp_path, one)
    restored(other, capsys, the_backup(tmp_path / "b"), "--settings-to", tmp_path / "s")
    assert (tmp_path / "s" / "protocol-bot.yaml").read_text(encoding="utf-8") == "council: barrow\n"


def test_whoever_takes_the_settings_back_is_told_that_somebody_erased_may_stand_in_them(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))
    out = restored(elsewhere(tmp_path, one), capsys, backed_up(one, capsys, tmp_path / "b"), "--settings-to", tmp_path)
    assert "take out whoever was erased, or left, since" in out
