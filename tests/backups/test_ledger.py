"""The ledger: nobody without the key writes into it, and that of one database is not gone on with for another."""

import asyncio
import os
from pathlib import Path

import pytest
from sqlalchemy import insert

from deploy.backups import ledger
from deploy.kept import databases as chosen
from storage import tables
from storage.database import EVERY, within
from storage.seal import read_keys
from tests.backups.deployment import (
    NOW,
    Deployment,
    Environment,
    deployment,
    elsewhere,
    erased,
    filed,
    matters,
)
from tests.backups.test_restoring import SQLITE, backed_up, restored

pytestmark = pytest.mark.database


# ---------------------------------------------------------------- forged


def forge(one: Deployment, did: str) -> None:
    """A line put there by somebody who has the database and no key, for d1's fingerprint."""
    whose = next(row["matter"] for row in one.rows()["audit"] if row["did"] == "filed")
    line = {"council": "barrow", "seq": 99, "at": NOW.isoformat(), "who": "x", "did": did, "matter": whose}

    async def put(store) -> None:
        async with within(store._engine, EVERY) as transaction:
            await transaction.execute(insert(tables.audit).values(line | {"previous": "x", "mac": "f" * 64}))

    one.at_work(put)


@pytest.mark.parametrize("by", ["ledger", "backup"])
def test_a_line_that_nobody_with_the_key_wrote_destroys_nothing_and_is_told(tmp_path, capsys, by):
    (one := deployment(tmp_path)).keep(filed("d1"), filed("d2"))
    file = backed_up(one, capsys, tmp_path / "b")
    forge(one, "erased")
    words = ("--erasures-only",) if by == "ledger" else ()
    status, _, err = one.command(capsys, "backup", "--to", tmp_path / "b", *words)
    assert status == 0
    assert "1 line of the trail" in err
    assert "audit verify" in err
    if by == "backup":
        (tmp_path / "b" / "protocol-bot.erasures").unlink()
    other = elsewhere(tmp_path, one)
    out = restored(other, capsys, file)
    assert matters(other) == {"concern/d1", "concern/d2"}
    assert ("1 line of the trail" in out) == (by == "backup")


@SQLITE
def test_a_forged_line_in_the_database_that_is_replaced_destroys_nothing(tmp_path, capsys):
    (one := deployment(tmp_path)).keep(filed("d1"))
    file = backed_up(one, capsys, tmp_path / "b")
    forge(one, "erased")
    assert "1 line of the trail" in restored(one, capsys, file, "--replace")
    assert matters(one) == {"concern/d1"}


def test_a_forged_hold_keeps_nothing_from_being_erased(tmp_path, capsys):
    (one := deployment(tmp_path)).keep(filed("d1"))
    file = backed_up(one, capsys, tmp_path / "b")
    forge(one, "held")
    one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")
    other = elsewhere(tmp_path, one)
    assert "legal hold" not in restored(other, capsys, file)
    assert other.at_work(lambda store: store.concern("barrow", "d1")).hold is None


# ---------------------------------------------------------------- of another database


def test_a_new_and_empty_database_does_not_take_over_the_ledger(one, file, capsys, tmp_path):
    one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")
    fresh = elsewhere(tmp_path, one, "fresh")
    if fresh.url:
        fresh.command(capsys, "migrate")
    fresh.set_up()
    before = {path: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    for words in ((), ("--erasures-only",)):
        status, _, err = fresh.command(capsys, "backup", "--to", tmp_path / "b", *words)
        assert status == 2
        assert "protocol-bot.erasures tells what was erased in another database" in err
        assert "name another one" in err
    assert {path: path.read_bytes() for path in (tmp_path / "b").iterdir()} == before, "nor is a backup written"
    assert not fresh.rows()["ring"], "it is as empty as it was: a backup can be restored into it"
    third = elsewhere(tmp_path, one, "third")
    restored(third, capsys, file)
    assert matters(third) == {"concern/d2"}


def of_another(one: Deployment, capsys, tmp_path: Path) -> Path:
    """The ledger of another database, under the same key file."""
    two = elsewhere(tmp_path, one, "two")
    if two.url:
        two.command(capsys, "migrate")
    two.set_up()
    two.keep(filed("x1"), erased("x1"))
    assert two.command(capsys, "backup", "--to", tmp_path / "c", "--erasures-only")[0] == 0
    return tmp_path / "c" / "protocol-bot.erasures"


def test_the_ledger_of_another_database_beside_the_backup_stops_the_restore(one, file, capsys, tmp_path):
    beside = tmp_path / "b" / "protocol-bot.erasures"
    beside.write_bytes(of_another(one, capsys, tmp_path).read_bytes())
    status, _, err = (other := elsewhere(tmp_path, one)).command(capsys, "restore", file)
    assert status == 2
    assert "in another database than the one that this backup is of, so nothing was restored" in err
    beside.unlink()
    restored(other, capsys, file)


def test_a_file_that_is_named_and_tells_of_another_database_is_refused(one, file, capsys, tmp_path):
    theirs = of_another(one, capsys, tmp_path)
    status, _, err = elsewhere(tmp_path, one).command(capsys, "restore", file, "--erased", theirs)
    assert status == 2
    assert f"{theirs} tells what was erased in another database" in err


def test_of_two_that_write_the_ledger_at_once_no_line_is_lost(one, file, tmp_path):
    keys = read_keys(one.keys)

    async def both() -> None:
        async with chosen.as_it_is(chosen.of(one.file)) as memory:
            await asyncio.gather(*(ledger.keep(memory, keys, tmp_path / "b", NOW) for _ in range(4)))

    with Environment(one):
        asyncio.run(both())
    assert len(ledger.read(tmp_path / "b" / "protocol-bot.erasures", keys).lines) == 2
    assert not list((tmp_path / "b").glob(".*"))


def test_what_a_killed_backup_left_holds_nobody_up(one, file, capsys, tmp_path):
    left = tmp_path / "b" / ".protocol-bot.erasures.lock"
    left.touch()
    if os.name == "nt":  # a file is all there is to tell by
        os.utime(left, (0, 0))
    status, out, _ = one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")
    assert status == 0
    assert out == f"{tmp_path / 'b' / 'protocol-bot.erasures'} is up to date.\n", "no count that tells of concerns"
    assert not left.exists()


def test_of_many_that_wait_for_one_that_was_left_one_at_a_time_has_it(tmp_path):
    mark, inside, most = tmp_path / ".x.lock", 0, 0
    mark.touch()
    os.utime(mark, (0, 0))

    async def take() -> None:
        nonlocal inside, most
        async with ledger._alone(tmp_path / "x"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    async def all() -> None:
        await asyncio.gather(*(take() for _ in range(8)))

    asyncio.run(all())
    assert (most, list(tmp_path.iterdir())) == (1, [])
