"""`protocol-bot confirm` goes through what an import proposes, and `routes` and `check` tell of what waits."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.pack import Pack
from bot.proposing import as_proposed, confirmed, refused
from content import load
from content.importing.written import written as as_yaml
from deploy.cli import main
from deploy.documents.confirming import CannotConfirm, Walk, keep, shown, summary, walked
from tests.routes.unknown import read, written

TEXT = """
# 1 Complaints
1.1 A councillor who is unhappy with an officer should report it to the chair and then raise it with the officer.
1.2 Complaints about the Clerk are referred to the Staffing Committee.
1.3 An officer who is worried by what a councillor did should:
- write down what happened
- speak with the Clerk in confidence
"""
IDS = ["1.1-r1", "1.2-r1", "1.3-r1"]


def unconfirmed() -> Pack:
    return replace(read(written(TEXT)), council="fairholme", name="Fairholme Parish Council", place="Fairholme")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A pack file as an import writes it."""
    path = tmp_path / "fairholme.yaml"
    path.write_text(as_yaml(unconfirmed(), path.name), encoding="utf-8")
    assert load.pack(path) == unconfirmed()
    return path


class Somebody:
    """Answers what they were told to, and remembers what they saw and what was kept after each answer."""

    def __init__(self, answers: Iterable[str]) -> None:
        self._answers = iter(answers)
        self.seen: list[str] = []
        self.kept: list[Pack] = []
        self.walk = Walk(self._answer, self.seen.append, self.kept.append)

    def _answer(self, question: str) -> str:
        self.seen.append(question)
        try:
            return next(self._answers)
        except StopIteration:
            raise EOFError from None

    @property
    def text(self) -> str:
        return "\n".join(self.seen)


# ---------------------------------------------------------------- one by one


def test_each_proposal_shows_its_clause_its_sentence_and_what_it_would_mean():
    somebody = Somebody(["later"] * 3)
    walked(unconfirmed(), somebody.walk)
    assert "1 of 3 (1.1-r1): 1.1, under 1 Complaints" in somebody.text.replace("under Complaints", "under 1 Complaints")
    assert "| A councillor who is unhappy with an officer should report it to the chair" in somebody.text
    assert "the chair is told first, then it is raised with the person concerned" in " ".join(somebody.text.split())
    assert "Step: informal step." in somebody.text
    assert "For: a councillor about the clerk or another officer; the chair about the clerk or another officer." in (
        " ".join(somebody.text.split())
    )
    assert somebody.text.count("Is that how your council does it? [y]es, [n]o, [l]ater, [q]uit: ") == 3


def test_a_list_is_shown_line_by_line_with_what_leads_it():
    lines = [line.strip() for line in shown(unconfirmed().proposed[2], unconfirmed(), "3 of 3")]
    at = lines.index("| An officer who is worried by what a councillor did should:")
    assert lines[at + 1 : at + 3] == ["| write down what happened", "| speak with the Clerk in confidence"]


def test_yes_puts_it_in_force_no_takes_it_away_later_leaves_it():
    somebody = Somebody(["y", "N", "later"])
    after = walked(unconfirmed(), somebody.walk)
    assert after == refused(confirmed(unconfirmed(), ["1.1-r1"]), ["1.2-r1"])
    assert [one.rule.id for one in after.proposed] == ["1.3-r1"]


def test_every_answer_is_kept_at_once():
    somebody = Somebody(["yes", "no"])  # and then the terminal is closed
    after = walked(unconfirmed(), somebody.walk)
    assert somebody.kept == [confirmed(unconfirmed(), ["1.1-r1"]), after]


def test_it_can_be_left_and_gone_on_with():
    first = walked(unconfirmed(), Somebody(["y", "quit"]).walk)
    somebody = Somebody(["y", "y"])
    assert walked(first, somebody.walk) == as_proposed(unconfirmed())
    assert "1 of 2 (1.2-r1)" in somebody.text


def test_what_is_no_answer_is_asked_again_kindly():
    somebody = Somebody(["perhaps", "", "y", "q"])
    assert len(walked(unconfirmed(), somebody.walk).routes.rules) == 1
    assert somebody.text.count("What you answered so far is kept.") == 2


def test_the_summary_tells_how_it_stands_and_what_the_council_must_decide():
    told = " ".join(" ".join(summary(confirmed(unconfirmed(), ["1.1-r1"]), "fairholme.yaml")).split())
    assert (
        "In force in fairholme.yaml: one rule. Waiting: 2 rules. Go on with: protocol-bot confirm fairholme.yaml"
        in told
    )
    assert "What the protocol does not say, and your council decides in its settings" in told
    assert "`silent`, `informal`" in told
    assert "whoever raises it about whomever" not in told
    assert "`alternates`" in told
    assert "the personnel committee" in told
    assert "the monitoring officer" in told


# ---------------------------------------------------------------- the command


def test_without_a_terminal_it_asks_nobody_and_says_what_to_do(file, capsys):
    before = file.read_bytes()
    assert main(["confirm", str(file)]) == 2
    told = capsys.readouterr().err
    assert "no terminal" in told
    assert "--accept" in told
    assert file.read_bytes() == before


def test_scripts_name_what_was_decided(file, capsys):
    assert main(["confirm", str(file), "--accept", "1.1-r1,1.3-r1", "--refuse", "1.2-r1"]) == 0
    assert load.pack(file) == confirmed(refused(unconfirmed(), ["1.2-r1"]), ["1.1-r1", "1.3-r1"])
    assert "In force in fairholme.yaml: 2 rules. Waiting: no rule." in capsys.readouterr().out


@pytest.mark.parametrize("given", [["--accept", "7-r1"], ["--accept", "1.1-r1", "--refuse", "1.1-r1"]])
def test_ids_that_make_no_sense_change_nothing(file, capsys, given):
    before = file.read_bytes()
    assert main(["confirm", str(file), *given]) == 2
    assert given[1] in capsys.readouterr().err
    assert file.read_bytes() == before


def test_where_nothing_waits_it_says_so_without_a_terminal(file, capsys):
    main(["confirm", str(file), "--accept", ",".join(IDS)])
    capsys.readouterr()
    assert main(["confirm", str(file)]) == 0
    assert "Waiting: no rule." in capsys.readouterr().out


def test_a_file_that_cannot_be_written_is_told_of_with_what_is_kept(tmp_path):
    with pytest.raises(CannotConfirm, match=r"fairholme\.yaml can't be written: .*The answers before are kept"):
        keep(unconfirmed(), tmp_path / "no folder" / "fairholme.yaml")


def test_the_files_own_permissions_are_kept(file):
    file.chmod(0o640)
    main(["confirm", str(file), "--accept", "1.1-r1"])
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(file.parent.iterdir()) == [file]


def test_on_a_terminal_it_goes_through_them_one_by_one(file):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "deploy.cli", "confirm", str(file)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as running:
        os.close(theirs)
        os.write(ours, b"y\nn\nq\n")
        shown_ = _all_of(ours)
        assert running.wait(60) == 0
    assert "2 of 3" in shown_
    assert "Waiting: one rule." in shown_
    assert load.pack(file) == refused(confirmed(unconfirmed(), ["1.1-r1"]), ["1.2-r1"])


def _all_of(terminal: int) -> str:
    """What is shown until the other side closes, which Linux tells as an error."""
    found = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            piece = b""
        if not piece:
            os.close(terminal)
            return found.decode()
        found += piece


# ---------------------------------------------------------------- routes and check


def test_routes_says_how_many_wait_and_how_to_see_them(file, capsys):
    assert main(["routes", "--pack", str(file)]) == 0
    told = capsys.readouterr().out
    assert "3 rules were read out of the wording and wait to be confirmed. --proposed shows" in told
    assert "proposed, 1.1-r1" not in told
    main(["confirm", str(file), "--accept", ",".join(IDS)])
    capsys.readouterr()
    main(["routes", "--pack", str(file)])
    assert "--proposed" not in capsys.readouterr().out


def test_routes_as_proposed_marks_each_rule_that_is_not_in_force(file, capsys):
    main(["confirm", str(file), "--accept", "1.1-r1"])
    capsys.readouterr()
    assert main(["routes", "--pack", str(file), "--proposed", "--from", "councillor", "--about", "clerk"]) == 0
    told = capsys.readouterr().out
    assert "is not in force" in told
    assert "1.2 (proposed, 1.2-r1; " in told
    assert "1.1 (should)" in told


def test_routes_as_proposed_for_scripts_names_the_proposals_in_each_cell(file, capsys):
    asked = ["routes", "--pack", str(file), "--from", "councillor", "--about", "clerk", "--json"]
    assert main([*asked, "--proposed"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert row["stages"]["formal"]["proposed"] == row["stages"]["hears"]["proposed"] == ["1.2-r1"]
    assert row["stages"]["formal"]["who"] == ["personnel-sub-committee"]
    assert row["stages"]["mediation"] == {**row["stages"]["mediation"], "silent": True, "proposed": []}
    main(asked)
    [plain] = json.loads(capsys.readouterr().out)
    assert all(cell["silent"] and "proposed" not in cell for cell in plain["stages"].values())


def test_check_tells_of_what_waits(file, capsys):
    assert main(["check", str(file)]) == 0
    assert f"3 proposed rules not in force: protocol-bot confirm {file}" in capsys.readouterr().out


def test_routes_with_settings_shows_who_would_be_told_if_all_were_confirmed(tmp_path, capsys):
    path = tmp_path / "pack.yaml"
    path.write_text(as_yaml(replace(unconfirmed(), council="barrow"), path.name), encoding="utf-8")
    settings = ["--settings", str(Path("deploy/try.yaml").resolve())]
    asked = ["routes", "--pack", str(path), *settings, "--from", "councillor", "--about", "officer"]
    main(asked)
    before = capsys.readouterr().out
    main([*asked, "--proposed"])
    after = capsys.readouterr().out
    assert "The bot turns informally to, leaving out whoever is a party: the person concerned" in after
    assert "the person concerned, by whoever raises it" not in before
