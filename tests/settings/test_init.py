"""`init` asks the few questions, checks each answer at once, and writes a file that is sound; or nothing at all."""

import os
import stat
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from content.settings import every, settings
from deploy.cli import main
from deploy.settings.init_asking import id_of
from tests.settings.terminal import CTRL_C, CTRL_D, typed

PACK = (files("content") / "councils" / "barrow.yaml").read_text(encoding="utf-8")
BARROW = (
    "--council", "barrow", "--chat", "slack", "--workspace", "T0BARROW",
    "--clerk", "Ruth Ellison, U0RUTH, ruth@example.org", "--chair", "Priya Nair, U0PRIYA",
    "--vice-chair", "Owen Pritchard", "--councillor", "Jo O'Hara", "--councillor", "Dev Anand",
    "--officer", "Tom Whitlock, U0TOM",
    "--group", "Staffing Committee: Owen Pritchard, dev-anand, Jo O'Hara", "--data-lead", "clerk, Priya Nair",
    "--outside", "By post: 1 High Street",
)  # fmt: skip


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    """Where there is no terminal."""
    with pytest.MonkeyPatch.context() as patch, Path("/dev/null").open(encoding="utf-8") as nothing:
        patch.setattr(sys, "stdin", nothing)
        status = main(["init", *arguments])
    told = capsys.readouterr()
    return status, told.out, told.err


# ---------------------------------------------------------------- files from other editors


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["plain", "windows"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["bare", "byte-order-mark"])
def test_a_file_from_another_editor_keeps_its_ends_of_lines_when_a_council_is_added(here, capsys, ends, mark):
    file = here / "protocol-bot.yaml"
    before = f"# ours{ends}council: barrow{ends}language: en{ends}"
    file.write_bytes(mark + before.encode())
    status, _, err = run(capsys, "--add", "--council", "southwell", "--clerk", "Ruth Ellison, ruth@example.org")
    assert (status, err) == (0, "")
    written = file.read_bytes().decode("utf-8")
    assert "\ufeff" not in written
    assert written.count("\n") == written.count(ends)
    assert written.startswith(f"councils:{ends}  -{ends}    # ours{ends}    council: barrow{ends}")
    assert [own.council for own in every(file)] == ["barrow", "southwell"]


# ---------------------------------------------------------------- for scripts


def test_everything_can_be_given_and_what_is_written_is_what_was_given(here, capsys):
    status, out, _ = run(capsys, *BARROW)
    assert status == 0
    own = settings(here / "protocol-bot.yaml")
    assert own.workspaces == {"slack": "T0BARROW"}
    assert [(one.id, one.offices) for one in own.people] == [
        ("ruth-ellison", ("clerk",)),
        ("priya-nair", ("chair", "councillor")),
        ("owen-pritchard", ("vice-chair", "councillor")),
        ("jo-ohara", ("councillor",)),
        ("dev-anand", ("councillor",)),
        ("tom-whitlock", ("officer",)),
    ]
    assert own.people[0].accounts == ("slack:U0RUTH", "email:ruth@example.org")
    assert own.group.members == ("owen-pritchard", "dev-anand", "jo-ohara")
    assert own.data_lead == ("clerk", "priya-nair")
    assert own.bodies["monitoring-officer"].reach == "By post: 1 High Street"
    assert own.alternates["chair"] == ("vice-chair", "group")
    assert "What comes next:" in out
    steps, _, by_hand = out.partition("What comes next:")[2].strip().partition("\n\n")
    assert [line.strip()[:2] for line in steps.splitlines()] == ["1.", "2.", "3."]
    assert all(field in by_hand for field in ("`starts`", "`ends`", "`meetings`", "county association"))


def test_the_file_explains_every_line_and_may_be_read_by_the_account_that_runs_the_bot(here, capsys):
    run(capsys, *BARROW)
    file = here / "protocol-bot.yaml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    text = file.read_text("utf-8")
    assert "# retention: {informal: 12, formal: 72}" in text
    assert max(map(len, text.splitlines())) <= 120
    assert [entry.name for entry in here.iterdir()] == ["protocol-bot.yaml"]


def test_a_line_that_is_only_shown_can_be_used_as_it_stands_there(here, capsys):
    run(capsys, *BARROW)
    file = here / "protocol-bot.yaml"
    text = file.read_text("utf-8").replace("# retention: {", "retention: {").replace("# quiet: {", "quiet: {")
    file.write_text(text.replace("# meetings: [", "meetings: ["), encoding="utf-8")
    assert len(settings(file).meetings) == 3


def test_a_council_alone_is_enough_and_it_is_said_what_was_left_out_and_what_is_missing(here, capsys):
    status, out, _ = run(capsys, "--council", "crickhowell")
    assert status == 0
    assert "Left out, because nobody could be asked: --chat, --workspace, --clerk, --chair" in out
    assert "crickhowell: No people are listed, so no concern can be taken. Mend:" in out
    assert "CF35 5LJ" in settings(here / "protocol-bot.yaml").bodies["ombudsman-wales"].reach


def test_another_council_has_a_name_a_nation_and_a_short_id(here, capsys):
    status, out, _ = run(capsys, "--name", "The Ashcombe Regis Parish Council", "--nation", "wales")
    own = settings(here / "protocol-bot.yaml")
    assert (status, own.council, own.name, own.nation) == (
        0, "ashcombe-regis", "The Ashcombe Regis Parish Council", "wales")  # fmt: skip
    assert "protocol-bot import FILE --out ashcombe-regis.yaml" in out


def test_a_pack_file_says_what_the_council_is_called_and_is_found_from_elsewhere(here, capsys):
    (here / "conf").mkdir()
    (here / "ashcombe.yaml").write_text(PACK.replace("council: barrow", "council: ashcombe", 1), encoding="utf-8")
    status, _, err = run(capsys, "--pack", "ashcombe.yaml", "--out", "conf/ours.yaml")
    assert (status, err) == (0, "")
    assert "pack: ../ashcombe.yaml" in (here / "conf" / "ours.yaml").read_text("utf-8").replace('"', "")
    assert every(here / "conf" / "ours.yaml")[0].council == "ashcombe"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name the council with --council ID (barrow, "),
        (("--council", "barow"), "give --name and --nation too. Did you mean barrow? Nothing was written."),
        (("--council", "zzz"), "No protocol of 'zzz' comes with the bot: give --name and --nation too. Nothing was"),
        (("--name", "Mallow"), "It is england or wales: their law differs. Nothing was written."),
        (("--council", "barrow", "--clerk", ", U1"), "--clerk: Write the name first. Nothing was written."),
        (("--council", "barrow", "--clerk", "Ruth r@b.org"), "--clerk: 'Ruth r@b.org' is more than a name. Put commas"),
        (("--council", "barrow", "--chair", "Ruth email:r"), "--chair: 'Ruth email:r' is more than a name. Put commas"),
        (("--council", "barrow", "--chair", "Ruth U0RUTH"), "--chair: 'Ruth U0RUTH' is more than a name. Put commas"),
        (("--council", "barrow", "--clerk", "Ruth, a@b@c"), "--clerk: 'a@b@c' is no e-mail address. Write email:"),
        (("--council", "barrow", "--clerk", "Ruth, U1"), "--clerk: 'U1' is no e-mail address, and no chat was chosen"),
        (("--council", "barrow", "--workspace", "T1"), "--workspace is of a chat: say which with --chat slack or"),
        (("--council", "barrow", "--chat", "slack", "--workspace", "C1"), "'C1' is no Slack workspace's id. Th"),
        (("--council", "barrow", "--clerk", "Jo", "--chair", "jo"), "--chair: jo is there already. Two people of one"),
        (("--council", "barrow", "--chair", "Jo", "--group", "Staff: Joe"), "--group: Nobody here is called Joe. Did"),
        (("--council", "barrow", "--group", "Staff"), "--group: Write its name, a colon and its members:"),
        (("--council", "barrow", "--clerk", "Jo", "--group", "Staff: Jo"), "--group: 'jo' is no councillor."),
        (("--council", "barrow", "--data-lead", "clrk"), "--data-lead: Nobody here is called clrk. Did you mean cl"),
        (("--council", "barrow", "--out", "nowhere/x.yaml"), "There is no folder nowhere."),
        (("--pack", "nowhere.yaml"), "nowhere.yaml: can't be read: it is not there."),
        (("--add",), "protocol-bot.yaml: can't be read: it is not there."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_what_will_not_do_is_said_with_the_mend_and_nothing_is_written(here, capsys, arguments, said):
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert said in err
    assert list(here.iterdir()) == []


def test_a_file_that_is_there_is_never_written_over(here, capsys):
    (here / "protocol-bot.yaml").write_text("mine", encoding="utf-8")
    status, _, err = run(capsys, *BARROW)
    assert status == 2
    assert "protocol-bot.yaml is there already, and is not written over. To add one more council to it: --add." in err
    assert (here / "protocol-bot.yaml").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Upper Mallow Town Council", "upper-mallow"),
        ("Cyngor Tref y Bala", "cyngor-tref-y-bala"),
        ("Group", "group-council"),
    ],
)
def test_a_councils_id_is_made_of_its_name(name, id):
    assert id_of(name) == id


# ---------------------------------------------------------------- one more council


@pytest.mark.parametrize("before", ["written", "by hand", "flush"])
def test_one_more_council_is_added_and_nothing_else_is_changed(here, capsys, before):
    file = here / "protocol-bot.yaml"
    if before == "written":
        run(capsys, *BARROW)
    elif before == "by hand":
        file.write_text("# our own note\ncouncil: barrow\npaper: >-\n  two\n  lines\n", encoding="utf-8")
    else:
        file.write_text("councils:\n# a note\n- council: barrow\n- council: twywell", encoding="utf-8")
    file.chmod(0o600)
    others = every(file)
    notes = [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip().startswith("#")]
    status, out, err = run(capsys, "--add", "--council", "southwell", "--clerk", "Ruth Ellison, ruth@example.org")
    assert (status, err) == (0, "")
    *first, new = every(file)
    assert first == others
    assert (new.council, new.people[0].accounts) == ("southwell", ("email:ruth@example.org",))
    assert "protocol-bot.yaml is written: one more council, southwell." in out
    assert set(notes) <= {line.strip() for line in file.read_text("utf-8").splitlines()}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run(capsys, "--add", "--council", "leigh-on-sea")[0] == 0
    assert len(every(file)) == len(others) + 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--council", "barrow"), "The council 'barrow' stands twice."),
        (("--council", "twywell", "--chat", "slack", "--workspace", "T0BARROW"), "The workspace 'T0BARROW' of slack"),
    ],
    ids=["council", "workspace"],
)  # fmt: skip
def test_what_another_council_of_the_file_has_is_not_added(here, capsys, arguments, said):
    run(capsys, *BARROW)
    before = (here / "protocol-bot.yaml").read_bytes()
    status, _, err = run(capsys, "--add", *arguments)
    assert status == 2
    assert said in err
    assert (here / "protocol-bot.yaml").read_bytes() == before


@pytest.mark.parametrize("text", ["{council: barrow}", "---\ncouncil: barrow\n", "councils: [{council: barrow}]\n"])
def test_a_file_that_nothing_can_be_added_to_by_itself_is_left_alone(here, capsys, text):
    (here / "protocol-bot.yaml").write_text(text, encoding="utf-8")
    status, _, err = run(capsys, "--add", "--council", "twywell")
    assert status == 2
    assert "Write the new council to a file of its own with --out" in err
    assert (here / "protocol-bot.yaml").read_text("utf-8") == text


# ---------------------------------------------------------------- at a terminal


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_at_a_terminal_each_question_is_asked_and_a_wrong_answer_is_asked_again(here):
    answers = (
        "barow", "y",
        "skype", "slack", "nonsense", "T0BARROW",
        "Ruth Ellison, U0RUTH, ruth@exa@mple", "Ruth Ellison, U0RUTH", "Priya Nair", "",
        "Jo Hartley", "Dev Anand", "", "Tom Whitlock tom@example.org", "Tom Whitlock", "",
        "Staffing: Jo Hartly", "Staffing: Jo Hartley, Dev Anand, Priya Nair",
        "", "By post", "y",
    )  # fmt: skip
    status, shown = typed(here, "init", answers=answers)
    assert status == 0, shown
    assert "These have none yet: Priya Nair, Jo Hartley, Dev Anand, Tom Whitlock." in shown
    assert "deploy/guide/slack.md" in shown
    assert "Did you mean barrow? [y/N] y" in shown
    assert "'nonsense' is no Slack workspace's id" in shown
    assert "is no e-mail address" in shown
    assert "Nobody here is called Jo Hartly. Did you mean Jo Hartley?" in shown
    own = settings(here / "protocol-bot.yaml")
    assert [one.name for one in own.people] == ["Ruth Ellison", "Priya Nair", "Jo Hartley", "Dev Anand", "Tom Whitlock"]
    assert "'Tom Whitlock tom@example.org' is more than a name. Put commas between: Ruth Ellison, U0123" in shown
    assert own.data_lead == ("clerk",)
    assert "What comes next:" in shown


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_at_a_terminal_another_council_is_asked_where_it_is_and_what_it_is_called_for_short(here):
    answers = ("Barlow Parish Council", "n", "none.yaml", "", "scotland", "england", "", *[""] * 8, "By post", "")
    status, shown = typed(here, "init", answers=answers)
    assert status == 0, shown
    own = settings(here / "protocol-bot.yaml")
    assert (own.council, own.name, own.nation) == ("barlow", "Barlow Parish Council", "england")
    assert "none.yaml: can't be read: it is not there." in shown


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
@pytest.mark.parametrize("end", [CTRL_C, CTRL_D], ids=["ctrl-c", "ctrl-d"])
@pytest.mark.parametrize("after", [1, 10], ids=["at-once", "at-the-end"])
def test_whoever_stops_it_leaves_nothing_behind(here, end, after):
    answers = ("barrow", "", *[""] * 9)[:after]
    status, shown = typed(here, "init", answers=(*answers, end))
    assert status in (1, 130), shown
    assert "Nothing was written." in shown
    assert "Traceback" not in shown
    assert list(here.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_whoever_says_no_in_the_end_has_nothing_written(here):
    status, shown = typed(here, "init", *BARROW, answers=("n",))
    assert status == 1, shown
    assert "Write protocol-bot.yaml? [Y/n] n\nNothing was written." in shown
    assert list(here.iterdir()) == []
