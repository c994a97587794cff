"""The command line: the chat's own answers, fit for scripts."""

import json
import subprocess
import sys

import pytest

from bot.pack import STAGES
from content import load
from deploy.cli import main
from deploy.handbooks import handbook


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
    assert out.count(": sound (") == 3 + len(load.councils())
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("council: x\n", encoding="utf-8")
    status, _, err = run(capsys, "check", str(wrong))
    assert status == 2
    assert "wrong.yaml, line 1" in err


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
        ["fly"],
    ],
)
def test_wrong_use_is_explained_in_a_sentence_and_ends_with_two(capsys, arguments):
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert "Traceback" not in err
    assert err.strip()


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
