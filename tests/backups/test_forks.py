"""After a restore the trail goes on another way; a later restore is not misled by what was on the first one."""

from pathlib import Path

import pytest

from bot import course
from bot.records import Passed, Trace, Turn
from tests.backups.deployment import NOW, Deployment, deployment, elsewhere, filed
from tests.backups.test_restoring import backed_up, restored
from tests.storage.matters import due
from tests.worlds import NOON, person

pytestmark = pytest.mark.database


@pytest.fixture
def one(tmp_path: Path) -> Deployment:
    made = deployment(tmp_path)
    made.keep(filed("d1"))
    return made


def hold(one: Deployment, why: str) -> None:
    """Under a legal hold; without a reason let go."""

    async def put(store) -> None:
        held = course.held(await store.concern("barrow", "d1"), "clerk", why, NOW, "england")
        await store.keep("barrow", due(), Turn(keep=(held,), traces=(Trace("concern/d1", "clerk", did),)))

    did = "held" if why else "let-go"
    one.at_work(put)


def is_held(one: Deployment) -> bool:
    return one.at_work(lambda store: store.concern("barrow", "d1")).hold is not None


def ask(one: Deployment, id: str) -> None:
    asked = Passed(id=id, council="barrow", asker=person("ann", "barrow"), words="why?", at=NOON)
    one.keep(Turn(keep=(asked,)))


def brought(one: Deployment, capsys, file: Path, name: str) -> Deployment:
    other = elsewhere(file.parent.parent, one, name)
    restored(other, capsys, file)
    return other


def noted(one: Deployment, capsys, tmp_path: Path) -> None:
    assert one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")[0] == 0


def test_a_hold_put_after_a_restore_outlives_one_that_was_let_go_before_it(one, capsys, tmp_path):
    hold(one, "a court asks for it")
    first = backed_up(one, capsys, tmp_path / "b")
    hold(one, "")
    noted(one, capsys, tmp_path)
    two = brought(one, capsys, first, "two")
    assert not is_held(two)
    hold(two, "another court asks for it")
    assert is_held(brought(one, capsys, backed_up(two, capsys, tmp_path / "b"), "three"))


def test_a_hold_let_go_after_a_restore_does_not_come_back_with_one_put_before_it(one, capsys, tmp_path):
    first = backed_up(one, capsys, tmp_path / "b")
    hold(one, "a court asks for it")
    noted(one, capsys, tmp_path)
    two = brought(one, capsys, first, "two")
    assert is_held(two)
    hold(two, "")
    assert not is_held(brought(one, capsys, backed_up(two, capsys, tmp_path / "b"), "three"))


def test_in_doubt_a_hold_is_kept(one, capsys, tmp_path):
    """Of the hold in the backup nothing else tells: whether it came before the letting go is not known."""
    hold(one, "a court asks for it")
    first = backed_up(one, capsys, tmp_path / "b")
    hold(one, "")
    assert one.command(capsys, "backup", "--to", tmp_path / "old", "--erasures-only")[0] == 0
    two = brought(one, capsys, first, "two")
    hold(two, "another court asks for it")
    second = backed_up(two, capsys, tmp_path / "c")
    (tmp_path / "c" / "protocol-bot.erasures").unlink()
    three = elsewhere(tmp_path, one, "three")
    restored(three, capsys, second, "--erased", tmp_path / "old" / "protocol-bot.erasures")
    assert is_held(three)


@pytest.mark.parametrize("before", [True, False], ids=["in the first backup", "not in it"])
def test_what_somebody_wrote_after_a_restore_that_knew_of_their_erasure_is_theirs(one, capsys, tmp_path, before):
    if before:
        ask(one, "p1")
    first = backed_up(one, capsys, tmp_path / "b")
    if not before:
        ask(one, "p1")
    one.at_work(lambda store: store.forget("barrow", ["ann", "test:barrow:ann"], (), "clerk", NOW))
    noted(one, capsys, tmp_path)
    two = brought(one, capsys, first, "two")
    assert two.rows()["passed"] == []
    ask(two, "p2")
    second = backed_up(two, capsys, tmp_path / "b")
    three = brought(one, capsys, second, "three")
    assert [row["id"] for row in three.rows()["passed"]] == ["p2"]
    assert three.command(capsys, "audit", "verify")[0] == 0
    assert brought(one, capsys, first, "four").rows()["passed"] == [], "the first one still brings nothing back"
