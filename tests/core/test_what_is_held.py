"""The commands on what is held on somebody: handed out as a file, kept under a legal hold, let go, erased."""

import asyncio
import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.concern import Hold, Parties
from bot.errors import ProtocolBotError
from bot.records import Turn
from deploy.kept import folder
from deploy.kept.keeping import write_private
from storage.seal import read_keys
from storage.store import SqlStore
from tests.core.test_what_is_kept import OWNER_ONLY, filed, has, raised, rows, run
from tests.storage.matters import CANARY, NOTE, concern, due, request
from tests.worlds import NOON

# ---------------------------------------------------------------- an export


def exported(capsys, data: Path, person: str) -> tuple[str, str, Path]:
    out = data / f"{person}.md"
    status, said, err = run(
        capsys,
        "person",
        "export",
        "--data",
        data,
        "--council",
        "barrow",
        "--person",
        person,
        "--lead",
        "clerk",
        "--out",
        out,
    )
    assert status == 0, err
    return out.read_text(encoding="utf-8"), said, out


@pytest.mark.parametrize("command", ["export", "erase"])
def test_while_something_of_somebodys_does_not_open_nobody_is_told_that_it_is_all(capsys, tmp_path, command):
    filed(tmp_path, raised(), raised("d2"))
    with closing(sqlite3.connect(tmp_path / folder.FILE, isolation_level=None)) as file:
        file.execute("DELETE FROM keys WHERE matter = 'concern/d1'")
    more = ("--out", tmp_path / "x") if command == "export" else ("--yes",)
    asked = ("--data", tmp_path, "--council", "barrow", "--person", "councillor", "--lead", "clerk")
    status, said, err = run(capsys, "person", command, *asked, *more)
    assert status == 2
    assert "does not open" in err
    assert "protocol-bot doctor" in err
    assert "d1" not in said + err
    assert not (tmp_path / "x").exists()
    assert has(tmp_path, "d2")


@OWNER_ONLY
def test_an_export_is_a_file_of_its_owners_and_never_on_the_terminal(capsys, tmp_path):
    filed(tmp_path, raised())
    text, said, file = exported(capsys, tmp_path, "councillor")
    assert CANARY in text
    assert CANARY not in said
    assert "CN-D1" not in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_export_over_a_file_that_everybody_may_read_closes_it(capsys, tmp_path):
    filed(tmp_path, raised())
    (tmp_path / "councillor.md").write_text("old", encoding="utf-8")
    (tmp_path / "councillor.md").chmod(0o644)
    _, _, file = exported(capsys, tmp_path, "councillor")
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_person_it_is_about_is_not_given_the_story_or_who_told_it(capsys, tmp_path):
    filed(tmp_path, raised())
    text, _, _ = exported(capsys, tmp_path, "officer")
    assert CANARY not in text
    assert NOTE not in text
    assert "Jo Hartley" not in text


def test_nobody_of_that_name_is_said_with_the_names_there_are(capsys, tmp_path):
    filed(tmp_path, raised())
    status, _, err = run(
        capsys, "person", "export", "--data", tmp_path, "--council", "barrow", "--person", "joe",
        "--lead", "clerk", "--out",
        tmp_path / "x",
    )  # fmt: skip
    assert status == 2
    assert "The ids: councillor, clerk" in err
    assert not (tmp_path / "x").exists()


def test_only_somebody_who_deals_with_such_requests_hands_an_export_over(capsys, tmp_path):
    filed(tmp_path, raised())
    for lead in ("officer", "visitor", "nobody"):
        status, _, err = run(
            capsys, "person", "export", "--data", tmp_path, "--council", "barrow", "--person", "councillor",
            "--lead", lead, "--out", tmp_path / "x",
        )  # fmt: skip
        assert status == 2
        assert "Who may: clerk, vice-chair, chair" in err
        assert not (tmp_path / "x").exists()


def test_whatever_is_read_for_an_export_is_written_down(capsys, tmp_path):
    filed(tmp_path, raised("d1"), raised("d2"))
    exported(capsys, tmp_path, "councillor")
    assert [did for (did,) in rows(tmp_path, "select did from audit order by seq")][-3:] == ["read", *["exported"] * 2]
    exported(capsys, tmp_path, "chair")
    assert len(rows(tmp_path, "select did from audit where did = 'exported'")) == 2, "nothing was held on them"
    assert run(capsys, "audit", "verify", "--data", tmp_path)[0] == 0


def test_a_request_is_in_the_export_after_whoever_dealt_with_it_left(capsys, tmp_path):
    filed(tmp_path, request("r1", asker="councillor", lead="somebody-who-left", words="zebra: what do you hold?"))
    text, _, _ = exported(capsys, tmp_path, "councillor")
    assert "zebra: what do you hold?" in text


@OWNER_ONLY
def test_an_export_never_goes_into_a_file_or_through_a_link_that_was_put_there(tmp_path):
    out, bait = tmp_path / "out.md", tmp_path / "bait"
    bait.write_text("", encoding="utf-8")
    bait.chmod(0o666)
    (tmp_path / "out.md.part").symlink_to(bait)
    out.symlink_to(bait)
    write_private(out, b"private")
    assert bait.read_bytes() == b""
    assert not out.is_symlink()
    assert out.read_bytes() == b"private"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bait", "out.md", "out.md.part"]


def test_a_file_that_can_not_be_put_in_place_leaves_no_half_behind(tmp_path):
    (tmp_path / "out.md").mkdir()
    with pytest.raises(ProtocolBotError, match="can't be written"):
        write_private(tmp_path / "out.md", b"private")
    assert [file.name for file in tmp_path.iterdir()] == ["out.md"]


# ---------------------------------------------------------------- hold, let go, erase


def erase(capsys, data: Path, reference: str, by: str = "clerk") -> tuple[int, str, str]:
    return run(
        capsys, "concern", "erase", reference, "--data", data, "--council", "barrow", "--by", by, "--why", "asked-for"
    )


def test_a_concern_is_erased_by_its_reference_and_the_trail_says_so(capsys, tmp_path):
    filed(tmp_path, raised("d1"), raised("d2"))
    status, out, _ = erase(capsys, tmp_path, "cn-d1-92qx")
    assert status == 0
    assert "It is erased." in out
    assert not has(tmp_path, "d1")
    assert has(tmp_path, "d2")
    assert [did for (did,) in rows(tmp_path, "select did from audit order by seq")][-1] == "erased-asked-for"
    assert run(capsys, "audit", "verify", "--data", tmp_path)[0] == 0


@pytest.mark.parametrize(
    ("reference", "by", "said"),
    [
        ("CN-NOPE", "clerk", "There is no concern CN-NOPE at barrow on which clerk"),
        ("CN-D1-92QX", "joe", "Nobody in the settings"),
    ],
)
def test_what_is_not_there_is_not_erased(capsys, tmp_path, reference, by, said):
    filed(tmp_path, raised())
    status, _, err = erase(capsys, tmp_path, reference, by)
    assert status == 2
    assert said in err
    assert has(tmp_path, "d1")


def test_what_is_under_a_legal_hold_is_not_erased(capsys, tmp_path):
    held = concern("d1", parties=Parties(raiser="councillor"), hold=Hold("clerk", "a court", datetime.now(UTC)))
    filed(tmp_path, held)
    status, _, err = erase(capsys, tmp_path, "CN-D1-92QX")
    assert status == 2
    assert f"under a legal hold. To let it go: protocol-bot concern let-go CN-D1-92QX --data {tmp_path}" in err
    assert has(tmp_path, "d1")


def held(capsys, data: Path, step: str, *more: str, by: str = "clerk") -> tuple[int, str, str]:
    return run(capsys, "concern", step, "cn-d1-92qx", "--data", data, "--council", "barrow", "--by", by, *more)


def test_somebody_who_does_not_deal_with_it_can_put_it_under_a_hold_and_let_it_go(capsys, tmp_path):
    filed(tmp_path, raised())
    status, out, err = held(capsys, tmp_path, "hold", "--why", "okapi court", by="vice-chair")
    assert status == 0, err
    assert "concern let-go" in out
    assert "okapi" not in out
    assert erase(capsys, tmp_path, "CN-D1-92QX")[0] == 2
    assert all(b"okapi" not in file.read_bytes() for file in tmp_path.iterdir())
    assert "already" in held(capsys, tmp_path, "hold", "--why", "again")[2]
    assert held(capsys, tmp_path, "let-go", by="chair")[0] == 0
    assert "under no legal hold" in held(capsys, tmp_path, "let-go")[2]
    assert [did for (did,) in rows(tmp_path, "select did from audit order by seq")][-2:] == ["held", "let-go"]
    assert erase(capsys, tmp_path, "CN-D1-92QX")[0] == 0
    assert not has(tmp_path, "d1")


def test_a_hold_says_who_and_why_inside_the_concern(capsys, tmp_path):
    filed(tmp_path, raised())
    held(capsys, tmp_path, "hold", "--why", " a court asks ", by="vice-chair")

    async def read():
        async with folder.opened(folder.found(tmp_path)) as memory:
            return await SqlStore(memory, read_keys(tmp_path / folder.KEYS)).concern("barrow", "d1")

    hold = asyncio.run(read()).hold
    assert (hold.by, hold.why) == ("vice-chair", "a court asks")


@pytest.mark.parametrize(("step", "more"), [("hold", ("--why", "x")), ("let-go", ()), ("erase", ("--why", "test"))])
def test_a_party_to_it_decides_nothing_and_learns_nothing(capsys, tmp_path, step, more):
    filed(tmp_path, raised())
    _, out, there = held(capsys, tmp_path, step, *more, by="officer")
    run(
        capsys,
        "concern",
        "erase",
        "CN-D1-92QX",
        "--data",
        tmp_path,
        "--council",
        "barrow",
        "--by",
        "clerk",
        "--why",
        "test",
    )
    assert (out, held(capsys, tmp_path, step, *more, by="officer")[2]) == ("", there)


def test_a_hold_needs_a_reason(capsys, tmp_path):
    filed(tmp_path, raised())
    status, _, err = held(capsys, tmp_path, "hold", "--why", "  ")
    assert status == 2
    assert "Say why" in err


def test_what_somebody_changes_just_then_is_decided_again(capsys, tmp_path, monkeypatch):
    """A hold that is put while a concern is being erased wins."""
    filed(tmp_path, raised())
    read, put = SqlStore.called, []

    async def slow(store, council, reference):
        found = await read(store, council, reference)
        if not put:
            put.append(found)
            hold = Hold("vice-chair", "a court", NOON)
            await store.keep("barrow", due(), Turn(keep=(replace(found, hold=hold),)))
        return found

    monkeypatch.setattr(SqlStore, "called", slow)
    status, _, err = erase(capsys, tmp_path, "CN-D1-92QX")
    assert status == 2
    assert "under a legal hold" in err
    assert has(tmp_path, "d1")
