"""The command line: the chat's own answers, fit for scripts."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import deploy
from bot.pack import PAIRS, PARTIES, STAGES
from content import load
from deploy.cli import main
from deploy.documents.routes import NAMES
from deploy.handbooks import handbook

SETTINGS = str(Path(deploy.__file__).parent / "try.yaml")
EXAMPLE = Path(SETTINGS).read_text(encoding="utf-8")


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    try:
        status = main(arguments)
    except SystemExit as ended:
        status = int(ended.code or 0)
    told = capsys.readouterr()
    return status, told.out, told.err


def test_a_question_is_answered_with_the_clause(capsys):
    status, out, _ = run(
        capsys, "ask", "who conciliates between the clerk and a councillor", "--council", "leigh-on-sea"
    )
    assert status == 0
    assert "Leigh-on-Sea, 5.1" in out
    assert "The adopted document is what counts." in out


def test_a_question_the_protocol_is_silent_on_is_said_to_be_so(capsys):
    _, out, _ = run(capsys, "ask", "who mediates", "--council", "crickhowell")
    assert "Crickhowell's protocol does not say." in out


def test_json_has_the_shape_scripts_rely_on(capsys):
    _, out, _ = run(capsys, "ask", "3.2 bullet 5", "--council", "leigh-on-sea", "--json")
    told = json.loads(out)
    assert told["in_scope"] is True
    assert told["ranked"][0]["id"] == "leigh-on-sea-3.2-b5"
    assert set(told["ranked"][0]) == {"id", "ref", "heading", "text"}


def test_a_batch_answers_line_by_line_in_order(capsys, tmp_path):
    file = tmp_path / "questions.jsonl"
    rows = [{"id": str(n), "council": council, "question": "training"} for n, council in enumerate(load.councils())]
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", encoding="utf-8")
    status, out, _ = run(capsys, "ask", "--batch", str(file))
    told = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [row["id"] for row in told] == [row["id"] for row in rows]
    assert all(row["in_scope"] and len(row["ranked"]) <= 5 for row in told)
    assert all(set(row) == {"id", "in_scope", "score", "ranked"} for row in told)
    assert all(row["ranked"][0]["id"].startswith(rows[n]["council"]) for n, row in enumerate(told))


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"id": "1"}', '{"id": 1, "council": "barrow", "question": "x"}'])
def test_a_wrong_line_of_a_batch_is_named(capsys, tmp_path, line):
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": "1", "council": "barrow", "question": "training"}\n' + line, encoding="utf-8")
    status, _, err = run(capsys, "ask", "--batch", str(file))
    assert status == 2
    assert "Line 2 is not a question." in err


def test_a_pack_file_is_asked_instead_of_a_council(capsys, tmp_path):
    file = tmp_path / "ours.yaml"
    own = (load._HERE / "councils" / "barrow.yaml").read_text(encoding="utf-8")
    own = own.replace("  - id: aim-p2\n", "  - id: aim-p2\n    text: These are our very own adopted words.\n")
    file.write_text(own.replace("place: Barrow", "place: Hilltop"), encoding="utf-8")
    _, out, _ = run(capsys, "ask", "aim-p2", "--pack", str(file))
    assert "Hilltop" in out
    assert "our very own adopted words" in out
    assert "In the words the council adopted." in out
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"id": "q", "council": "ignored", "question": "aim-p2"}', encoding="utf-8")
    _, out, _ = run(capsys, "ask", "--batch", str(questions), "--pack", str(file))
    assert json.loads(out)["ranked"][0]["text"] == "These are our very own adopted words."


@pytest.mark.parametrize("council", load.councils())
def test_every_clause_is_listed_in_the_documents_order(capsys, council):
    _, out, _ = run(capsys, "clauses", "--council", council, "--json")
    told = json.loads(out)
    assert set(told) == {"title", "adopted", "next_review", "clauses"}
    for clause in told["clauses"]:
        assert set(clause) == {"id", "ref", "headings", "text", "plain", "strength", "topics", "items"}
        assert all(set(heading) == {"ref", "text"} for heading in clause["headings"])
        for item in clause["items"]:
            assert "id" in item
            assert ("ref" in item) != ("marker" in item)


def test_check_finds_every_file_sound_and_a_wrong_one_not(capsys, tmp_path):
    status, out, _ = run(capsys, "check")
    assert status == 0
    assert out.count(": sound (") == 5 + len(load.councils())
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("council: x\n", encoding="utf-8")
    status, _, err = run(capsys, "check", str(wrong))
    assert status == 2
    assert "wrong.yaml, line 1" in err


def test_check_finds_that_in_the_try_out_somebody_can_always_be_told(capsys):
    _, out, _ = run(capsys, "check")
    assert out.endswith("Whoever raises a concern about whomever: somebody can be told.\n")


def test_check_lists_what_a_councils_own_settings_leave_open_and_still_finds_them_sound(capsys, tmp_path):
    file = tmp_path / "protocol-bot.yaml"
    file.write_text(EXAMPLE.replace("members: [panel, panel-2, panel-3]", "members: [panel]"), encoding="utf-8")
    status, out, _ = run(capsys, "check", "--settings", str(file))
    assert status == 0
    assert f"{file}: sound (11 people)" in out
    gaps = [line for line in out.splitlines() if line.startswith("barrow: ")]
    assert gaps
    assert not [line for line in out.splitlines() if line.startswith("southwell: ")]


def test_check_refuses_wrong_settings_with_line_and_mend(capsys, tmp_path):
    file = tmp_path / "protocol-bot.yaml"
    file.write_text(EXAMPLE.replace("data_lead: [clerk,", "data_lead: [clrk,"), encoding="utf-8")
    status, _, err = run(capsys, "check", "--settings", str(file))
    assert status == 2
    assert "data_lead: 'clrk' is no office" in err
    assert "Did you mean 'clerk'?" in err


# ---------------------------------------------------------------- routes


@pytest.mark.parametrize("council", load.councils())
def test_routes_have_the_shape_scripts_rely_on(capsys, council):
    _, out, _ = run(capsys, "routes", "--council", council, "--json")
    told = json.loads(out)
    assert [(row["from"], row["about"]) for row in told] == list(PAIRS)
    known = handbook(load.council(council)).contents.stands
    for row in told:
        assert set(row) == {"from", "about", "stages"}
        assert tuple(row["stages"]) == STAGES
        for cell in row["stages"].values():
            assert set(cell) == {"silent", "who", "clauses", "strength", "inferred", "note"}
            assert set(cell["who"]) <= set(PARTIES)
            assert set(cell["clauses"]) <= set(known)
            assert len(set(cell["who"])) == len(cell["who"])
            assert len(set(cell["clauses"])) == len(cell["clauses"])
            assert cell["silent"] == (not cell["clauses"])
            assert isinstance(cell["inferred"], bool)
            assert isinstance(cell["note"], str)


def routes(capsys, *arguments: str) -> dict:
    _, out, _ = run(capsys, "routes", *arguments, "--json")
    (row,) = json.loads(out)
    return row["stages"]


def test_the_strongest_word_of_a_stage_counts(capsys):
    stages = routes(capsys, "--council", "southwell", "--from", "clerk", "--about", "councillor")
    assert stages["special"]["strength"] == "must"  # a should and a must
    assert stages["formal"]["strength"] == "should"  # a should and a mere statement
    assert stages["mediation"] == {
        "silent": False,
        "who": ["monitoring-officer", "independent-adviser"],
        "clauses": ["wrong-clerk-p2"],
        "strength": "may",
        "inferred": False,
        "note": "",
    }


def test_what_a_protocol_is_silent_on_has_nobody_and_no_strength(capsys):
    stages = routes(capsys, "--council", "crickhowell", "--from", "clerk", "--about", "chair")
    assert {(cell["silent"], cell["strength"], *cell["who"], *cell["clauses"]) for cell in stages.values()} == {
        (True, "none")
    }


def test_a_rule_that_reaches_a_pair_by_reading_alone_is_marked(capsys):
    stages = routes(capsys, "--council", "southwell", "--from", "clerk", "--about", "officer")
    assert [stage for stage, cell in stages.items() if cell["inferred"]] == ["formal"]


def test_routes_can_be_asked_for_one_side(capsys):
    _, out, _ = run(capsys, "routes", "--council", "barrow", "--from", "clerk", "--json")
    assert [row["about"] for row in json.loads(out)] == ["councillor", "chair", "officer"]
    assert run(capsys, "routes", "--council", "barrow", "--from", "chair", "--about", "chair", "--json")[1] == "[]\n"


def test_routes_for_people_name_the_clause_with_its_strength_or_the_councils_own_setting(capsys):
    _, out, _ = run(capsys, "routes", "--council", "leigh-on-sea", "--from", "councillor", "--about", "clerk")
    assert "A councillor about the clerk" in out
    assert "Informal step: the chair." in out
    assert "    5.1 (should): When the issue is between the clerk and councillors" in out
    assert "Who hears it: the protocol does not say. The council's own setting: the delegated group" in out


def test_routes_with_settings_name_whom_the_bot_turns_to_and_never_a_party(capsys):
    _, out, _ = run(capsys, "routes", "--settings", SETTINGS, "--from", "clerk", "--about", "chair")
    assert (
        "The council's own setting: the Staffing Committee" in out or "Sheila Dunmore (the Staffing Committee)" in out
    )
    turned_to = [line for line in out.splitlines() if line.strip().startswith("The bot turns")]
    assert len(turned_to) == 2
    assert not any("Priya Nair" in line or "Ruth Ellison" in line for line in turned_to)


def test_settings_of_another_council_are_refused(capsys):
    status, _, err = run(capsys, "routes", "--council", "southwell", "--settings", SETTINGS)
    assert status == 2
    assert "try.yaml is for barrow, not for southwell." in err


def test_crickhowells_routes_name_no_other_council_and_no_english_law(capsys, tmp_path):
    _, out, _ = run(capsys, "routes", "--council", "crickhowell")
    assert not re.search(r"barrow|leigh|southwell|twywell|monitoring|localism", out, re.IGNORECASE)


def test_everybody_a_rule_may_name_has_a_name_for_people():
    assert set(PARTIES) <= set(NAMES)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["ask"],
        ["ask", "x", "--batch", "y"],
        ["ask", "x", "--council", "narnia"],
        ["ask", "x"],
        ["clauses", "--council", "barrow", "--pack", "x"],
        ["try", "--port", "99999"],
        ["ask", "--batch", "no-such-file.jsonl"],
        ["routes"],
        ["routes", "--council", "barrow", "--from", "mayor"],
        ["check", "--settings", "no-such-file.yaml"],
        ["keys"],
        ["keys", "rotate", "--data", "no-such-folder"],
        ["audit", "verify", "--data", "no-such-folder"],
        ["person", "export", "--council", "barrow", "--person", "clerk"],
        ["concern", "erase", "CN-1", "--council", "barrow", "--by", "clerk", "--why", "just because"],
        ["fly"],
    ],
)
def test_wrong_use_is_explained_in_a_sentence_and_ends_with_two(capsys, arguments):
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert "Traceback" not in err
    assert err.strip()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("none/gone.yaml", "it is not there. Name it with the folder it is in."),
        (".", "it is a folder. Name the file itself."),
        ("latin.yaml", "it is no text in UTF-8. Save it as that."),
    ],
    ids=["not-there", "a-folder", "no-text"],
)
@pytest.mark.parametrize("command", [["check", "--settings"], ["ask", "--batch"]], ids=["settings", "batch"])
def test_a_file_that_can_not_be_read_is_named_as_it_was_given_and_why(
    capsys, tmp_path, monkeypatch, command, name, why
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "latin.yaml").write_bytes("name: Siân".encode("latin-1"))
    status, _, err = run(capsys, *command, name)
    assert (status, err) == (2, f"protocol-bot: {name}: can't be read: {why}\n")


def test_a_reader_that_has_had_enough_gets_no_stack_trace():
    command = f"{sys.executable} -m deploy.cli clauses --council southwell | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)  # noqa: S602
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("council", "question", "first"),
    [
        ("barrow", "the bit for councillors when things go wrong", "What Barrow's protocol says"),
        ("leigh-on-sea", "when things go wrong", "What Leigh-on-Sea's protocol says"),
        ("leigh-on-sea", "3.3 bullet 9", "Not in Leigh-on-Sea's protocol"),
        ("crickhowell", "which other councils cover mediation?", "The councils side by side"),
        ("twywell", "do other councils say anything about social media", "The councils side by side"),
    ],
)
def test_what_is_asked_for_by_name_is_shown_at_once(capsys, council, question, first):
    _, out, _ = run(capsys, "ask", question, "--council", council)
    assert out.startswith(first)


@pytest.mark.parametrize("council", ["barrow", "leigh-on-sea", "southwell", "twywell"])
def test_each_side_is_shown_every_clause_that_its_concerns_rest_on(capsys, council):
    _, out, _ = run(capsys, "ask", "wrong", "--council", council)
    councillors, officers = out.split("If you are the clerk or another officer")
    book = handbook(load.council(council))
    rules = {rule.id: rule.clause for rule in book.contents.pack.routes.rules}
    for pair in book.contents.pack.routes.pairs:
        shown = councillors if pair.raiser in ("councillor", "chair") else officers
        for stage in STAGES:
            for id in () if getattr(pair, stage) == "silent" else getattr(pair, stage):
                assert f"{book.contents[rules[id]].label}:" in shown


def test_json_carries_what_the_chat_would_say(capsys):
    _, out, _ = run(capsys, "ask", "/protocol about", "--council", "barrow", "--json")
    assert "16 July 2019" in json.loads(out)["answer"]
    _, out, _ = run(capsys, "ask", "the chair hit me", "--council", "barrow", "--json")
    assert json.loads(out)["care"] is True


# ---------------------------------------------------------------- what goes on until somebody stops it


@pytest.mark.parametrize("command", ["run", "try"])
def test_a_port_that_there_can_not_be_is_refused_before_anything_is_made(capsys, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    status, _, err = run(capsys, command, "--port", "80000")
    assert status == 2
    assert "'80000' is not a port" in err
    assert list(tmp_path.iterdir()) == []
