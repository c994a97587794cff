"""What was erased since a backup was made is erased again before a restore says that it is done."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from bot import course
from bot.conversation import Paragraph, Post
from bot.records import Passed, Trace, Turn
from storage.store import SqlStore
from storage.teams_places import SqlPlaces
from storage.web_posts import SqlPosts
from tests.backups.deployment import (
    NOW,
    Deployment,
    deployment,
    elsewhere,
    erased,
    filed,
    matters,
    the_backup,
)
from tests.backups.test_restoring import SQLITE, backed_up, restored
from tests.core.test_what_is_kept import raised
from tests.storage.matters import due
from tests.worlds import NOON, person

pytestmark = pytest.mark.database


def whole(one: Deployment, capsys) -> bool:
    return one.command(capsys, "audit", "verify")[0] == 0


def test_the_ledger_beside_the_backup_tells_of_it(one, file, capsys, tmp_path):
    assert one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")[0] == 0
    other = elsewhere(tmp_path, one)
    out = restored(other, capsys, file)
    assert "Erased once more, because it was erased since: 2 concerns and requests" in out
    assert matters(other) == {"concern/d2"}
    assert [row["did"] for row in other.rows()["audit"]][-3:] == ["erased-restored", "erased-restored", "restored"]
    assert whole(other, capsys)


def test_a_newer_backup_beside_it_tells_of_it(one, file, capsys, tmp_path):
    backed_up(one, capsys, tmp_path / "b")
    (tmp_path / "b" / "protocol-bot.erasures").unlink()
    other = elsewhere(tmp_path, one)
    assert "2 concerns and requests" in restored(other, capsys, file)
    assert matters(other) == {"concern/d2"}


@pytest.mark.parametrize("what", ["ledger", "backup"])
def test_a_file_from_elsewhere_tells_of_it(one, file, capsys, tmp_path, what):
    later = backed_up(one, capsys, tmp_path / "c")
    named = later if what == "backup" else tmp_path / "c" / "protocol-bot.erasures"
    other = elsewhere(tmp_path, one)
    assert "2 concerns and requests" in restored(other, capsys, file, "--erased", named)
    assert matters(other) == {"concern/d2"}


@SQLITE
def test_the_database_that_is_replaced_tells_of_it(one, file, capsys):
    assert "2 concerns and requests" in restored(one, capsys, file, "--replace")
    assert matters(one) == {"concern/d2"}
    assert whole(one, capsys)


@SQLITE
def test_one_that_is_too_damaged_to_tell_is_replaced_and_that_is_said(one, file, capsys):
    one.file.write_bytes(b"not a database at all" * 1000)
    assert "could not be read" in restored(one, capsys, file, "--replace")
    assert matters(one) == {"concern/d1", "concern/d2", "request/r1"}


def test_until_when_it_is_known_is_said(one, file, capsys, tmp_path):
    other = elsewhere(tmp_path, one)
    out = restored(other, capsys, file)
    assert "no concern or request" in out
    assert f"What was erased after {NOW:%Y-}" in out
    assert matters(other) == {"concern/d1", "concern/d2", "request/r1"}


def test_a_ledger_that_does_not_open_is_not_passed_over(one, file, capsys, tmp_path):
    one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")
    ledger = tmp_path / "b" / "protocol-bot.erasures"
    ledger.write_bytes(ledger.read_bytes()[:-1])
    other = elsewhere(tmp_path, one)
    status, _, err = other.command(capsys, "restore", file)
    assert status == 2
    assert "nothing was restored" in err
    assert "move it to another folder" in err
    assert one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")[0] == 2, "nor written over"


def test_after_a_restore_the_ledger_still_knows_what_the_trail_does_not(one, file, capsys, tmp_path):
    one.keep(filed("d3"))
    between = backed_up(one, capsys, tmp_path / "b")
    one.keep(erased("d3"))
    backed_up(one, capsys, tmp_path / "b")
    first = elsewhere(tmp_path, one, "first")
    restored(first, capsys, file)
    first.keep(filed("d4"))
    assert first.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")[0] == 0
    second = elsewhere(tmp_path, one, "second")
    restored(second, capsys, between)
    assert matters(second) == {"concern/d2"}


def test_the_ledger_goes_on_under_the_new_key_after_rotating(one, file, capsys, tmp_path):
    one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")
    one.command(capsys, "keys", "rotate")
    one.keep(erased("d2"))
    assert one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")[0] == 0
    other = elsewhere(tmp_path, one)
    restored(other, capsys, file)
    assert matters(other) == set()
    assert whole(other, capsys)


def test_a_legal_hold_that_was_put_since_is_not_forgotten(one, file, capsys, tmp_path):
    async def hold(store) -> None:
        concern = await store.concern("barrow", "d2")
        held = course.held(concern, "clerk", "a court asks for it", NOW, "england")
        await store.keep("barrow", due(), Turn(keep=(held,), traces=(Trace("concern/d2", "clerk", "held"),)))

    one.at_work(hold)
    one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")
    other = elsewhere(tmp_path, one)
    assert "Under a legal hold since, and held again: 1 concern." in restored(other, capsys, file)
    found = other.at_work(lambda store: store.concern("barrow", "d2"))
    assert found.hold.by == "terminal"
    assert replace(found, hold=None).words == raised("d2").words
    assert whole(other, capsys)


def test_the_ledger_tells_nobody_anything_without_the_key(one, file, tmp_path, capsys):
    one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")
    whole = (tmp_path / "b" / "protocol-bot.erasures").read_bytes()
    for word in (b"barrow", b"erased-", b"concern", b"clock"):
        assert word not in whole
    assert the_backup(tmp_path / "b") == file


# ---------------------------------------------------------------- what else was erased


def again(one: Deployment, capsys, tmp_path: Path, who: list[str], but: tuple[str, ...] = ()) -> Deployment:
    """A backup, somebody erased after it, and what a restore of it brings back."""
    file = backed_up(one, capsys, tmp_path / "b")
    one.at_work(lambda store: store.forget("barrow", who, but, "clerk", NOW))
    one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")
    other = elsewhere(tmp_path, one)
    restored(other, capsys, file)
    return other


HELLO = Post((Paragraph("hello"),))


def test_what_the_bot_said_in_somebodys_own_browser_chat_goes_again(one, capsys, tmp_path):
    one.at_work(
        lambda store: SqlPosts(store._engine).add("barrow", "ann", "i", author="", body=HELLO, at=NOON, only_for=None)
    )
    assert again(one, capsys, tmp_path, ["ann", "web:barrow:ann"]).rows()["web_posts"] == []


def test_what_somebody_typed_and_took_away_does_not_come_back(one, capsys, tmp_path):
    async def typed(store) -> None:
        posts = SqlPosts(store._engine)
        await posts.add("barrow", "ann", "i", author="ann", body="my story", at=NOON, only_for="ann")
        await posts.add("barrow", "hall", "j", author="ann", body="hello all", at=NOON, only_for=None)

    one.at_work(typed)
    file = backed_up(one, capsys, tmp_path / "b")
    one.at_work(lambda store: SqlPosts(store._engine).remove("barrow", "ann", "i"))
    other = elsewhere(tmp_path, one)
    restored(other, capsys, file)
    assert [row["body"] for row in other.rows()["web_posts"]] == ["hello all"]


@pytest.mark.parametrize("listed", [False, True])
def test_the_teams_chat_of_somebody_who_left_goes_again_and_of_somebody_listed_stays(one, capsys, tmp_path, listed):
    async def talked(store) -> None:
        places = SqlPlaces(store._engine, {"T1": "barrow"})
        await places.keep("T1", "a:1", service_url="https://example.org/", who="aad", at=NOON)

    one.at_work(talked)
    but = ("chats", "reach") if listed else ()
    other = again(one, capsys, tmp_path, ["gus", "teams:T1:aad"], but)
    assert bool(other.rows()["teams_places"]) == listed


def test_what_a_bot_kept_before_it_had_keys_is_erased_again_too(tmp_path, capsys):
    one = deployment(tmp_path)
    question = Passed(id="p1", council="barrow", asker=person("ann", "barrow"), words="private?", at=NOON)
    one.at_work(lambda store: SqlStore(store._engine).keep("barrow", due(), Turn(keep=(question,))))
    assert not one.rows()["ring"]
    assert again(one, capsys, tmp_path, ["ann", "test:barrow:ann"]).rows()["passed"] == []


def test_a_legal_hold_that_was_let_go_since_is_let_go_again(tmp_path, capsys):
    one = deployment(tmp_path)
    one.keep(filed("d1"))

    async def hold(store, why: str, did: str) -> None:
        held = course.held(await store.concern("barrow", "d1"), "clerk", why, NOW, "england")
        await store.keep("barrow", due(), Turn(keep=(held,), traces=(Trace("concern/d1", "clerk", did),)))

    one.at_work(lambda store: hold(store, "a court asks for it", "held"))
    file = backed_up(one, capsys, tmp_path / "b")
    one.at_work(lambda store: hold(store, "", "let-go"))
    one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")
    other = elsewhere(tmp_path, one)
    assert "Let go of since, and under no legal hold: 1 concern." in restored(other, capsys, file)
    assert other.at_work(lambda store: store.concern("barrow", "d1")).hold is None
    assert whole(other, capsys)
