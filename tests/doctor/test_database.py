"""What the doctor says of the database, the key file and what waits to be delivered."""

import os
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, make_url, text
from sqlalchemy.exc import DBAPIError

from bot.conversation import Person
from bot.handbook import Reached
from deploy.kept.folder import RESTORING
from storage import tables
from storage.database import engine, within
from storage.figures import opens_to_write
from storage.looking import looker
from storage.ring import Ring
from storage.seal import new_keys, read_keys
from storage.store import SqlStore
from tests import databases
from tests.doctor.made import CLERK, TEAM, Patient, council, old

pytestmark = pytest.mark.database

NOW = datetime.now(UTC)


async def with_keys(patient) -> None:
    """Something was sealed here, so that only these keys will do."""
    made = engine(patient.kept())
    async with within(made, "barrow") as transaction:
        await Ring(read_keys(patient.keys)).made(transaction)
    await made.dispose()


async def waiting(patient, **changes) -> None:
    made = engine(patient.kept())
    async with within(made, "barrow") as transaction:
        row = {"council": "barrow", "recipient": "r", "notice": b"?", "at": NOW, "due": NOW, "name": "n"} | changes
        await transaction.execute(insert(tables.outbox).values(row))
    await made.dispose()


async def test_a_database_and_its_keys_that_are_well_are_fine(patient):
    await with_keys(patient)
    found = await patient.looked()
    for area, check in (
        ("database", "reached"), ("database", "migrations"), ("database", "role"), ("database", "delivery"),
        ("keys", "private"), ("keys", "opens"), ("keys", "age"),
    ):  # fmt: skip
        assert found.state(area, check) == "fine", found(area, check)
    assert found.state("keys", "copy") == "untried"


async def test_no_database_yet_is_worth_a_look_and_none_is_made(patient):
    found = await patient.looked()
    assert found.state("database", "reached") == "look"
    assert found.state("keys", "file") == "untried"
    assert [file.name for file in patient.folder.iterdir()] == ["protocol-bot.yaml"]


async def test_a_database_without_its_key_file_is_wrong(patient):
    await with_keys(patient)
    patient.keys.unlink()
    assert (await patient.looked()).state("keys", "file") == "wrong"


async def test_keys_of_another_database_are_wrong(patient):
    await with_keys(patient)
    patient.keys.unlink()
    new_keys(patient.keys)
    assert (await patient.looked()).state("keys", "opens") == "wrong"


async def test_a_key_file_that_others_may_read_is_wrong_or_worth_a_look(patient):
    await with_keys(patient)
    patient.keys.chmod(0o644)
    assert (await patient.looked()).state("keys", "file") == "wrong"
    patient.keys.chmod(0o640)
    assert (await patient.looked()).state("keys", "private") == "look"


async def test_a_key_file_that_a_cluster_mounts_to_be_read_alone_is_fine(patient):
    await with_keys(patient)
    patient.keys.chmod(0o440)
    assert (await patient.looked()).state("keys", "private") == "fine"


async def test_a_key_of_more_than_a_year_is_worth_a_look(patient):
    await with_keys(patient)
    of_then = re.sub("(?m)^# made .*$", "# made 2025-01-02", patient.keys.read_text("utf-8"))
    patient.keys.write_text(of_then, "utf-8")
    found = await patient.looked()
    assert found.state("keys", "age") == "look"
    assert "The newest key is of January 2025." in found.told("keys", "age")
    assert "protocol-bot keys rotate" in found.told("keys", "age")
    old(patient.keys, 0)
    assert (await patient.looked()).state("keys", "age") == "look", "a copy is no newer than what it is of"
    patient.keys.write_text(of_then.replace("# made", "# of"), "utf-8")
    assert (await patient.looked()).state("keys", "age") == "untried"


async def test_the_key_file_may_lie_elsewhere(patient, tmp_path_factory):
    await with_keys(patient)
    elsewhere: Path = tmp_path_factory.mktemp("keys") / "bot.keys"
    shutil.move(patient.keys, elsewhere)
    patient.environ["PROTOCOL_BOT_KEYS_FILE"] = str(elsewhere)
    assert (await patient.looked()).state("keys", "opens") == "fine"


async def test_notices_that_nobody_takes_are_wrong(patient):
    await waiting(patient, due=NOW - timedelta(hours=1))
    assert (await patient.looked()).state("database", "delivery") == "wrong"


async def test_notices_that_are_due_just_now_are_fine(patient):
    await waiting(patient)
    assert (await patient.looked()).state("database", "delivery") == "fine"


async def test_a_notice_that_is_tried_for_days_is_worth_a_look(patient):
    await waiting(patient, at=NOW - timedelta(days=2), due=NOW + timedelta(hours=1), tries=7)
    assert (await patient.looked()).state("database", "delivery") == "look"


async def test_notices_that_were_given_up_are_worth_a_look(patient):
    await waiting(patient, due=None, why="nobody")
    found = await patient.looked()
    assert found.state("database", "set-aside") == "look"
    assert "protocol-bot outbox" in found.told("database", "set-aside")


async def test_a_clerk_who_can_not_be_told_is_wrong_and_called_by_the_office(patient):
    url = patient.kept()
    assert (await patient.looked()).state("reach", "told") == "untried"
    made = engine(url)
    who = Person("slack", TEAM, CLERK)
    cut_off = Reached(who=who, why="left", since=NOW - timedelta(days=3), checked=NOW)
    await SqlStore(made).keep_reach("barrow", [cut_off])
    found = await patient.looked()
    assert found.state("reach", "told") == "wrong"
    assert found.told("reach", "told").startswith("The clerk can't be told anything since ")
    assert CLERK not in found.whole
    await SqlStore(made).keep_reach("barrow", [Reached(who=who, why="", since=NOW, checked=NOW)])
    assert (await patient.looked()).state("reach", "told") == "fine"
    long_ago = NOW - timedelta(days=5)
    await SqlStore(made).keep_reach("barrow", [Reached(who=who, why="", since=long_ago, checked=long_ago)])
    assert (await patient.looked()).state("reach", "told") == "look"
    await made.dispose()


async def test_several_of_one_office_are_one_line(patient):
    made = engine(patient.kept())
    ids = [account.partition(":")[2] for one in council()["people"][3:6] for account in one["accounts"]]
    rows = [Reached(who=Person("slack", TEAM, id), why="left", since=NOW, checked=NOW) for id in ids]
    await SqlStore(made).keep_reach("barrow", rows)
    await made.dispose()
    (one,) = (await patient.looked())("reach", "told")
    assert one.state == "look"
    assert one.told.startswith("A member of the delegated group (3 people) can't be told anything since ")


# ---------------------------------------------------------------- only looked at


@pytest.mark.sqlite_only("a file")
async def test_a_file_that_this_account_can_not_write_to_is_worth_a_look(patient, tmp_path):
    await with_keys(patient)
    assert (await patient.looked())("database", "writable") == []
    missing = tmp_path / "nowhere.sqlite3"
    assert not opens_to_write(missing)
    assert not missing.exists(), "nothing is made by asking"
    if os.geteuid():  # root writes anywhere
        (patient.folder / "protocol-bot.sqlite3").chmod(0o400)
        assert (await patient.looked()).state("database", "writable") == "look"


@pytest.mark.sqlite_only("a file")
async def test_an_older_database_is_worth_a_look_and_stays_as_it_is(patient):
    file = patient.folder / "protocol-bot.sqlite3"
    file.touch()
    found = await patient.looked()
    assert found.state("database", "migrations") == "look"
    assert file.stat().st_size == 0


@pytest.mark.sqlite_only("a file")
async def test_a_restore_that_did_not_come_to_its_end_is_wrong(patient):
    (patient.folder / f"protocol-bot.sqlite3{RESTORING}").touch()
    found = await patient.looked()
    assert found.state("database", "reached") == "wrong"
    assert "protocol-bot restore" in found.told("database", "reached")


@pytest.mark.sqlite_only("a file")
async def test_a_database_that_was_there_and_is_gone_is_wrong(patient):
    (patient.folder / "protocol-bot.mark").touch()
    found = await patient.looked()
    assert found.state("database", "reached") == "wrong"
    assert "There was a database in" in found.told("database", "reached")
    assert found.state("keys", "file") == "wrong", "its key file is gone as well"


@pytest.mark.sqlite_only("a file")
async def test_what_is_no_database_is_wrong(patient):
    (patient.folder / "protocol-bot.sqlite3").write_bytes(b"This is a shopping list." * 100)
    found = await patient.looked()
    assert found.state("database", "reached") == "wrong"
    assert found.state("reach", "told") == "untried"


@pytest.mark.sqlite_only("a file")
async def test_a_database_that_is_damaged_is_wrong_and_the_rest_is_looked_at(patient):
    patient.kept()
    with closing(sqlite3.connect(patient.folder / "protocol-bot.sqlite3")) as file:
        file.execute("DROP TABLE changes")
    found = await patient.looked()
    assert found.state("database", "rows") == "wrong"
    assert found.state("settings", "routes") == "fine"
    assert found.state("reach", "told") == "untried"


@pytest.mark.sqlite_only("a file")
async def test_nothing_is_left_beside_a_database_that_nobody_has_open(patient):
    await with_keys(patient)
    before = patient.everything()
    await patient.looked()
    assert patient.everything() == before
    assert not list(patient.folder.glob("*-wal"))


@pytest.mark.sqlite_only("a file")
async def test_what_a_running_bot_wrote_a_moment_ago_is_seen_and_nothing_is_changed(patient):
    made = engine(patient.kept())
    async with within(made, "barrow") as transaction:
        row = {"council": "barrow", "recipient": "r", "notice": b"?", "at": NOW, "due": None, "name": "n"}
        await transaction.execute(insert(tables.outbox).values(row))
    before = patient.everything()
    assert (await patient.looked()).state("database", "set-aside") == "look"
    assert patient.everything() == before
    await made.dispose()


@pytest.mark.sqlite_only("a file")
async def test_a_folder_may_be_called_anything(tmp_path):
    folder = tmp_path / "a b?mode=rwc#%20'é"
    folder.mkdir()
    patient = Patient(folder)
    patient.kept()
    found = await patient.looked()
    assert found.state("database", "migrations") == "fine"
    assert found.state("database", "disk") in ("fine", "look")


async def test_whoever_only_looks_can_write_nothing(patient):
    made = looker(make_url(patient.kept()))
    with pytest.raises(DBAPIError, match="read"):
        async with made.begin() as connection:
            await connection.execute(text("DELETE FROM outbox"))
    await made.dispose()


@pytest.mark.postgres_only
async def test_a_postgres_that_lacks_steps_is_wrong(patient):
    patient.environ["DATABASE_URL"] = databases.empty(patient.folder)
    found = await patient.looked()
    assert found.state("database", "migrations") == "wrong"
    assert "protocol-bot migrate" in found.told("database", "migrations")


@pytest.mark.postgres_only
async def test_a_database_whose_address_stands_in_a_file_is_looked_at_too(patient):
    file = patient.folder / "database_url"
    file.write_text(databases.empty(patient.folder), "utf-8")
    patient.environ["DATABASE_URL_FILE"] = str(file)
    found = await patient.looked()
    assert found.state("database", "migrations") == "wrong"


@pytest.mark.postgres_only
async def test_a_role_that_may_do_too_much_is_worth_a_look(patient):
    patient.environ["DATABASE_URL"] = databases.as_role(patient.kept(), databases.TABLES)
    assert (await patient.looked()).state("database", "role") == "look"


@pytest.mark.postgres_only
async def test_the_clock_of_a_database_is_compared(patient):
    patient.kept()
    assert (await patient.looked()).state("clock", "clock") == "fine"


async def test_a_server_that_is_not_there_is_wrong_and_its_password_is_not_said(patient):
    patient.environ["DATABASE_URL"] = "postgresql://bot:canary-password@127.0.0.1:9/bot"
    found = await patient.looked()
    assert found.state("database", "reached") == "wrong"
    assert "canary" not in found.told("database", "reached")
