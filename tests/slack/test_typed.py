"""What is drawn has the shapes of Slack's own types, and the compiler that says so can say no."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import tools
from tests.slack import typed
from tests.slack.test_drawing import GOLDENS

DIVIDER = {"type": "divider"}
PLAIN = {"type": "plain_text", "text": "Go on", "emoji": False}


def test_everything_that_is_drawn_has_the_shapes_of_slacks_types():
    goldens = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(GOLDENS.rglob("*.json"))]
    drawn = [(payload.get("type", "message"), payload) for golden in goldens for payload in golden]
    assert len(drawn) > 100
    assert typed.errors(drawn) == []


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": "bare words"},
        {"type": "section", "text": {**PLAIN, "verbatim": True}},
        {"type": "header", "text": {"type": "mrkdwn", "text": "*bold*"}},
        {"type": "actions", "elements": [{"type": "button", "text": PLAIN, "style": "secondary"}]},
        {"type": "input", "label": PLAIN, "element": {"type": "datepicker", "initial_date": 7}},
        {"type": "paragraph", "text": PLAIN},
    ],
    ids=["no-object", "of-another", "no-markup-there", "no-such-style", "no-number", "no-such-block"],
)
def test_a_block_of_the_wrong_shape_is_told(block):
    (wrong,) = typed.errors([("message", {"text": "x", "blocks": [DIVIDER, block]})])
    assert "error TS" in wrong
    assert f'"{block["type"]}"' in wrong


def test_a_view_of_the_wrong_shape_is_told():
    modal = {"type": "modal", "title": PLAIN, "blocks": [DIVIDER]}
    assert typed.errors([("modal", modal)]) == []
    (wrong,) = typed.errors([("modal", {**modal, "title": "Bare"})])
    assert "error TS" in wrong
    (wrong,) = typed.errors([("ack", {"response_action": "update", "view": {**modal, "submit": 1}})])
    assert "error TS" in wrong


def test_no_word_that_was_sent_is_compiled():
    (line,) = typed._declared("message", {"text": "secret", "blocks": [{"type": "header", "text": PLAIN}]})
    assert "Go on" not in line


@pytest.mark.parametrize(
    ("code", "out", "err", "errors"),
    [
        (0, "", "", []),
        (0, "Version 5", "a warning", []),
        (1, "sent.ts(2,1): no\n  because\nsent.ts(3,1): no\n", "", ["sent.ts(2,1): no\n  because", "sent.ts(3,1): no"]),
        (2, "sent.ts(2,1): no", "and more\n", ["sent.ts(2,1): no", "and more"]),
        (134, "", "out of memory\n", ["out of memory"]),
        (7, "\n", " ", ["tsc failed with 7, and says nothing"]),
    ],
    ids=["well", "well, in words", "errors", "both", "no compiler", "silent"],
)
def test_a_compiler_that_fails_is_never_taken_for_one_that_found_nothing(code, out, err, errors):
    assert typed.told(code, out, err) == errors


def test_where_everything_is_required_nothing_sent_is_a_fault(tmp_path: Path):
    """In a process of its own, as `make test` runs it."""
    for required, code in (("0", 0), ("1", 1)):
        command = [sys.executable, "-m", "tests.slack.typed", str(tmp_path)]
        done = subprocess.run(command, env=os.environ | {"REQUIRE_ALL": required}, capture_output=True, text=True)
        assert (done.returncode, "Nothing was sent" in done.stdout) == (code, True)


def test_a_folder_is_read_whole_and_what_is_wrong_in_it_is_told(tmp_path: Path, capsys):
    tools.tsc()
    fine = {"kind": "message", "payload": {"text": "x", "blocks": [DIVIDER]}}
    (tmp_path / "gw0").write_text(json.dumps(fine) + "\n", encoding="utf-8")
    assert typed.main(tmp_path) == 0
    wrong = {"kind": "home", "payload": {"type": "home", "title": PLAIN, "blocks": []}}
    (tmp_path / "gw1").write_text(json.dumps(fine) + "\n" + json.dumps(wrong) + "\n", encoding="utf-8")
    assert typed.main(tmp_path) == 1
    assert "HomeView" in capsys.readouterr().out
