"""What is held on somebody is erased; what stays is said, and nothing of what others raised."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.concern import Hold, Parties
from bot.conversation import Paragraph, Person, Post, Send
from bot.records import Passed, Turn
from bot.settings import Change
from storage.teams_places import SqlPlaces
from storage.web_posts import SqlPosts
from tests.backups.deployment import NOW, Deployment, Environment, asked, deployment, elsewhere, filed, over
from tests.backups.test_restoring import backed_up, restored
from tests.settings.terminal import CTRL_C, CTRL_D, typed
from tests.worlds import NOON

pytestmark = pytest.mark.database
HELLO = Post((Paragraph("hello"),))
SLACK, TEAMS = Person("slack", "T1", "U7"), Person("teams", "aad-1", "9f")
SETTINGS = """\
council: barrow
workspaces: {slack: T1, web: barrow}
data_lead: [clerk]
people:
  - {id: ivy, name: Ivy Moss, offices: [councillor], accounts: [slack:U7]}
  - {id: jo, name: Jo Frost, offices: [clerk], accounts: [slack:U8]}
  - {id: kim, name: Kim Ash, offices: [chair], accounts: [slack:U9]}
"""


@pytest.fixture
def one(tmp_path: Path) -> Deployment:
    (tmp_path / "protocol-bot.yaml").write_text(SETTINGS, encoding="utf-8")
    keep_of_ivy(made := deployment(tmp_path))
    return made


def keep_of_ivy(one: Deployment) -> None:
    """Something of each kind under Ivy's accounts, and under other people's."""
    passed = [
        Passed(id=id, council="barrow", asker=who, words="why?", at=NOON)
        for id, who in (("p1", SLACK), ("p2", Person("slack", "T1", "U8")))
    ]
    told = [Send(to=who, post=HELLO) for who in (SLACK, TEAMS, Person("slack", "T1", "U8"))]
    one.keep(Turn(keep=tuple(passed), notices=tuple(told)))

    async def beside(store) -> None:
        for who in (SLACK, Person("slack", "T1", "U8")):
            await store.out_of_reach("barrow", who, "left", NOON)
        places = SqlPlaces(store._engine, {"aad-1": "barrow"})
        for id, who in (("a:1", "9f"), ("a:2", "other")):
            await places.keep("aad-1", id, service_url="https://example.org/", who=who, at=NOON)
        await SqlPosts(store._engine).add("barrow", "gus", "i", author="gus", body=HELLO, at=NOON, only_for="gus")

    one.at_work(beside)


def erase(one: Deployment, capsys, *more: str, person: str = "ivy", lead: str = "jo") -> tuple[int, str, str]:
    settings = one.data.parent / "protocol-bot.yaml"
    about = ("--council", "barrow", "--settings", settings, "--person", person, "--by", lead)
    return one.command(capsys, "person", "erase", *about, *more)


def counts(one: Deployment) -> dict[str, int]:
    rows = one.rows()
    return {name: len(rows[name]) for name in ("passed", "outbox", "reach", "teams_places", "web_posts")}


def by(raiser: str, about: str, handler: str = "kim") -> Parties:
    return Parties(raiser=raiser, subjects=(about,), handlers=(handler,))


def test_a_dry_run_says_what_would_go_and_changes_nothing(one, capsys):
    before = one.rows()
    status, out, _ = erase(one, capsys, "--dry-run")
    assert status == 0
    assert "1 question passed to the clerk" in out
    assert "1 message that waits for them" in out
    assert one.rows() == before


def test_what_stands_under_their_accounts_goes_and_nobody_elses(one, capsys):
    assert counts(one) == {"passed": 2, "outbox": 3, "reach": 2, "teams_places": 2, "web_posts": 1}
    status, out, _ = erase(one, capsys, "--yes", "--account", "teams:aad-1:9f")
    assert status == 0
    assert "Backups of before still hold it" in out
    assert counts(one) == {"passed": 1, "outbox": 1, "reach": 2, "teams_places": 2, "web_posts": 1}
    assert one.command(capsys, "audit", "verify")[0] == 0


def test_whoever_is_not_in_the_settings_any_more_leaves_no_account_behind(one, capsys):
    settings = one.data.parent / "protocol-bot.yaml"
    lines = [line for line in SETTINGS.splitlines(keepends=True) if "ivy" not in line]
    settings.write_text("".join(lines), encoding="utf-8")
    more = ("--account", "slack:T1:U7", "--account", "teams:aad-1:9f", "--account", "web:barrow:gus")
    assert erase(one, capsys, "--yes", *more)[0] == 0
    assert counts(one) == {"passed": 1, "outbox": 1, "reach": 1, "teams_places": 1, "web_posts": 0}
    status, _, err = erase(one, capsys, "--yes", person="nobody")
    assert status == 2
    assert "nothing is held under it" in err


def test_their_lines_in_the_settings_are_named(one, capsys):
    assert "Their lines in " in (out := erase(one, capsys, "--dry-run")[1])
    assert "protocol-bot.yaml (5)" in out


def test_without_a_terminal_and_a_yes_nothing_goes(one, capsys):
    status, _, err = erase(one, capsys)
    assert status == 2
    assert "Add --yes" in err
    assert counts(one)["passed"] == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
@pytest.mark.parametrize(("key", "status"), [(CTRL_D, 1), (CTRL_C, 130)], ids=["ctrl-d", "ctrl-c"])
def test_whoever_ends_the_question_with_a_key_has_erased_nothing(one, key, status):
    settings = one.data.parent / "protocol-bot.yaml"
    about = ("--council", "barrow", "--settings", settings, "--person", "ivy", "--by", "jo", "--data", one.data)
    with Environment(one):
        ended, shown = typed(one.data.parent, "person", "erase", *map(str, about), answers=(key,))
    assert ended == status
    assert "Traceback" not in shown
    assert counts(one)["passed"] == 2


def test_a_finished_request_and_a_concern_whose_time_is_over_go_and_others_stay_with_the_reason(one, capsys):
    parties = by("ivy", "kim", "jo")
    hold = Hold("jo", "a court asks for it", NOW)
    ended = {"parties": parties, "state": "closed", "outcome": "informal", "ended": NOW - timedelta(days=9)}
    past = over("d1")
    one.keep(
        Turn(keep=(_of(past, parties=parties),), traces=past.traces),
        filed("d2", parties=parties),
        filed("d3", **ended),
        filed("d4", hold=hold, **ended),
        _asked("r1", state="done"),
        _asked("r2"),
    )
    out = erase(one, capsys, "--yes")[1]
    assert "CN-D1-92QX: a concern they raised" in out
    assert "CN-D2-92QX: they raised it, and it is open" in out
    assert "concern erase CN-D3-92QX" in out
    assert "CN-D4-92QX: they raised it; it is under a legal hold" in out
    assert "RQ-R2-33KD: a request that is still open" in out
    left = {row["matter"] for row in one.rows()["matters"]}
    assert left == {"concern/d2", "concern/d3", "concern/d4", "request/r2"}
    assert erase(one, capsys, "--yes", "--ended")[0] == 0
    left = {row["matter"] for row in one.rows()["matters"]}
    assert left == {"concern/d2", "concern/d4", "request/r2"}
    assert one.command(capsys, "audit", "verify")[0] == 0


def _of(turn: Turn, **other):
    return replace(turn.keep[0], **other)


def _asked(id: str, **other) -> Turn:
    turn = asked(id)
    return Turn(keep=(_of(turn, asker="ivy", lead="jo", **other),), traces=turn.traces)


@pytest.mark.parametrize("held", [False, True])
def test_whether_there_is_a_concern_about_them_can_not_be_told(one, capsys, held):
    without = erase(one, capsys, "--dry-run")
    hold = Hold("jo", "a court asks for it", NOW) if held else None
    one.keep(filed("d1", parties=by("kim", "ivy", "jo"), hold=hold))
    assert erase(one, capsys, "--dry-run") == without
    status, out, _ = erase(one, capsys, "--yes")
    assert status == 0
    assert "CN-D1" not in out
    assert one.has("d1")


def test_whoever_decides_learns_nothing_of_a_concern_about_themselves(one, capsys):
    without = erase(one, capsys, "--dry-run")
    one.keep(filed("d1", parties=by("ivy", "jo"), state="closed", outcome="informal", ended=NOW))
    one.keep(filed("d2", parties=by("kim", "jo", "ivy")))
    assert erase(one, capsys, "--dry-run") == without
    assert erase(one, capsys, "--yes", "--ended")[0] == 0
    assert one.has("d1")


def test_a_message_about_a_matter_that_stays_stays_with_it(one, capsys):
    one.keep(filed("d1", parties=by("ivy", "kim", "jo")))
    one.keep(Turn(notices=(Send(to=SLACK, post=HELLO, matter="concern/d1"),)))
    erase(one, capsys, "--yes")
    assert counts(one)["outbox"] == 3, "those of the others, and the one about what is open"


def naming(reference: str) -> Turn:
    """A notice about no matter that names one all the same."""
    post = Post((Paragraph(f"Concern {reference}: there is an answer."),))
    return Turn(notices=(Send(to=SLACK, post=post, hushed=True),))


def test_a_message_that_names_an_open_concern_is_neither_counted_nor_lost(one, capsys):
    without = erase(one, capsys, "--dry-run")
    one.keep(filed("d1", parties=by("ivy", "jo")), naming("CN-D1-92QX"))
    assert erase(one, capsys, "--dry-run") == without, "whoever decides is who it is about"
    assert erase(one, capsys, "--yes")[0] == 0
    assert one.has("d1")
    assert counts(one)["outbox"] == 3, "those of the others, and the one that names what is open"


def test_a_request_that_was_given_to_somebody_else_is_neither_shown_nor_erased(one, capsys):
    without = erase(one, capsys, "--dry-run")
    one.keep(filed("d1", parties=by("ivy", "jo")))
    for id, state in (("r1", "open"), ("r2", "done")):
        asked_for = _asked(id, state=state)
        one.keep(Turn(keep=(_of(asked_for, lead="kim"),), traces=asked_for.traces))
    assert erase(one, capsys, "--dry-run") == without
    assert erase(one, capsys, "--yes")[0] == 0
    assert {row["matter"] for row in one.rows()["matters"]} == {"concern/d1", "request/r1", "request/r2"}


def test_a_request_that_names_whoever_decides_is_not_theirs_to_see(one, capsys):
    without = erase(one, capsys, "--dry-run")
    asked_for = _asked("r1")
    one.keep(Turn(keep=(_of(asked_for, lead="kim", words="It was Jo Frost"),), traces=asked_for.traces))
    assert erase(one, capsys, "--dry-run") == without


def test_an_export_is_complete_and_shows_nothing_that_its_reader_may_not_see(one, capsys, tmp_path):
    words = "why? ask Kim Ash"
    one.keep(
        filed("d1", parties=by("ivy", "jo")),
        Turn(
            keep=(
                Passed(id="p3", council="barrow", asker=SLACK, words=words, reply="See 4. Kim Ash knows.", at=NOON),
                Passed(id="p4", council="barrow", asker=SLACK, words="what of cn-d1-92qx?", at=NOON),
                Change(id="c1", council="barrow", what="office", name="chair", value="jo", by="ivy", at="2026-11-22"),
                Change(id="c2", council="barrow", what="group", name="", value="kim", by="kim", at="2026-11-22"),
            )
        ),
    )
    asked_for = _asked("r1")
    one.keep(Turn(keep=(_of(asked_for, lead="kim"),), traces=asked_for.traces))
    settings, out = one.data.parent / "protocol-bot.yaml", tmp_path / "held.md"
    settings.write_text(SETTINGS.replace("[slack:U7]", "[slack:U7, web:gus]"), encoding="utf-8")
    about = ("--council", "barrow", "--settings", settings, "--person", "ivy", "--lead", "jo", "--out", out)
    status, _, err = one.command(capsys, "person", "export", *about)
    assert status == 0, err
    text = out.read_text(encoding="utf-8")
    assert "> why? ask [another person]" in text
    assert "> See 4. [another person] knows." in text
    assert "Who holds an office: the chair" in text
    assert "You proposed it." in text
    assert "22 November 2026" in text
    assert "2026-11" not in text
    assert "slack T1 U7: messages arrive there" in text
    assert "There are messages of yours, or for you, in the chat of the browser" in text
    for hidden in ("cn-d1-92qx", "RQ-R1", "Kim Ash", "Who is in the group", "Jo Frost"):
        assert hidden.casefold() not in text.casefold()


@pytest.mark.parametrize(
    ("what", "name", "value"),
    [
        ("office", "chair", "+ivy"),
        ("office", "chair", "-ivy"),
        ("office", "chair", "+ivy until 2027-05-10"),
        ("group", "members", "jo,ivy"),
        ("alternate", "clerk", "chair,ivy"),
    ],
)
def test_an_export_tells_of_a_change_that_names_them_as_the_chat_writes_it(one, capsys, tmp_path, what, name, value):
    moment = "2026-03-31T23:30:00+00:00"  # the next day in London
    others = Change(id="c2", council="barrow", what="group", name="members", value="ivybridge,jo", by="kim", at=moment)
    own = Change(id="c1", council="barrow", what=what, name=name, value=value, by="kim", at=moment)
    one.keep(Turn(keep=(own, others)))
    settings, out = one.data.parent / "protocol-bot.yaml", tmp_path / "held.md"
    about = ("--council", "barrow", "--settings", settings, "--person", "ivy", "--lead", "jo", "--out", out)
    assert one.command(capsys, "person", "export", *about)[0] == 0
    text = out.read_text(encoding="utf-8")
    assert text.count("It names you.") == 1
    assert "You proposed it." not in text
    assert "1 April 2026" in text


def test_a_question_that_names_a_request_which_its_reader_may_not_see_is_not_shown(one, capsys, tmp_path):
    asked_for = _asked("r1")
    hidden = _of(asked_for, lead="kim", words="It was Jo Frost")
    question = Passed(id="p5", council="barrow", asker=SLACK, words=f"what of {hidden.reference}?", at=NOON)
    one.keep(Turn(keep=(hidden, question), traces=asked_for.traces))
    settings, out = one.data.parent / "protocol-bot.yaml", tmp_path / "held.md"
    about = ("--council", "barrow", "--settings", settings, "--person", "ivy", "--lead", "jo", "--out", out)
    assert one.command(capsys, "person", "export", *about)[0] == 0
    assert hidden.reference not in out.read_text(encoding="utf-8")


def test_somebody_who_has_nothing_to_do_with_it_can_not_decide_it(one, capsys):
    status, _, err = erase(one, capsys, "--yes", lead="nobody")
    assert status == 2
    assert "does not deal with requests about personal data" in err


def test_a_restore_erases_them_again(one, capsys, tmp_path):
    file = backed_up(one, capsys, tmp_path / "b")
    assert erase(one, capsys, "--yes")[0] == 0
    assert one.command(capsys, "backup", "--to", tmp_path / "b", "--erasures-only")[0] == 0
    other = elsewhere(tmp_path, one)
    assert "what was held of 1 account" in restored(other, capsys, file)
    assert counts(other)["passed"] == 1
    assert counts(other)["outbox"] == 2
    assert other.command(capsys, "audit", "verify")[0] == 0


def test_what_they_wrote_after_they_were_erased_is_theirs_again(one, capsys, tmp_path):
    assert erase(one, capsys, "--yes")[0] == 0
    one.keep(Turn(keep=(Passed(id="p9", council="barrow", asker=SLACK, words="again?", at=NOON),)))
    file = backed_up(one, capsys, tmp_path / "b")
    other = elsewhere(tmp_path, one)
    restored(other, capsys, file)
    assert counts(other)["passed"] == 2
