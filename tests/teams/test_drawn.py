"""Every card that is sent is read by Microsoft's own reader, and that reader can say no."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import tools
from tests.teams import drawn

WORDS = {"type": "TextBlock", "text": "x", "wrap": True}
SUBMIT = {"type": "Action.Submit", "title": "Send", "data": {"protocol": {}}}
EXECUTE = {"type": "Action.Execute", "title": "Send", "verb": "press", "fallback": SUBMIT}
FACTS = {"type": "FactSet", "facts": [{"title": "Who", "value": "them"}]}
CHOICES = {"type": "Input.ChoiceSet", "id": "f.who", "choices": [{"title": "x", "value": "=x"}], "style": "filtered"}


def card(*body, actions=()):
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body), "actions": list(actions)}


def test_a_card_that_is_one_is_read_without_a_complaint():
    assert drawn.errors([("card", card(WORDS, FACTS, CHOICES, actions=[SUBMIT, EXECUTE]))]) == []


@pytest.mark.parametrize(
    ("element", "complaint"),
    [
        ({"type": "Paragraph"}, "UnknownElementType"),
        ({**WORDS, "size": "huge"}, "InvalidPropertyValue"),
        ({"type": "Input.Text", "label": "x"}, "Input.Text: PropertyCantBeNull"),
        ({**CHOICES, "choices": [{"title": "x"}]}, "Input.ChoiceSet: PropertyCantBeNull"),
        ({"type": "Container", "items": [{**FACTS, "facts": [{"title": "Who"}]}]}, "FactSet: a fact needs a value"),
        ({**FACTS, "facts": []}, "FactSet: no fact"),
        ({**FACTS, "facts": ["x"]}, "FactSet: no fact"),
        ({**FACTS, "facts": [{"name": "x", "title": "x", "value": "x"}]}, "FactSet: a fact has no name"),
        ({"type": "ActionSet", "actions": [{"type": "Action.Open"}]}, "UnknownActionType"),
    ],
    ids=["element", "value", "no-id", "no-value", "half-a-fact", "no-facts", "no-fact", "more-than-a-fact", "action"],
)
def test_what_is_wrong_with_a_card_is_told(element, complaint):
    (wrong,) = drawn.errors([("card", card(WORDS)), ("dialog", card(element))])
    assert wrong.startswith("dialog: ")
    assert complaint in wrong


def test_two_inputs_of_one_name_are_told():
    (wrong,) = drawn.errors([("dialog", card(CHOICES, CHOICES))])
    assert "DuplicateId" in wrong


def test_no_word_that_was_sent_is_said():
    wrong = drawn.errors([("card", card({**WORDS, "size": "zebra"}, {"type": "Input.Date", "value": "zebra"}))])
    assert len(wrong) == 2
    assert "zebra" not in "".join(wrong)


def test_the_same_card_with_another_nonce_is_read_once():
    one, other = ({**SUBMIT, "data": {"protocol": {"nonce": digit * 32}}} for digit in "ab")
    made = [("card", card(actions=[one])), ("card", card(actions=[other])), ("dialog", card(actions=[one]))]
    assert len(drawn.distinct(made)) == 2


def test_a_reader_that_fails_is_never_taken_for_one_that_found_nothing():
    with pytest.raises(RuntimeError) as failed:
        drawn.errors([("card", None)])
    assert "failed with 1: TypeError" in str(failed.value)


def test_where_everything_is_required_nothing_sent_is_a_fault(tmp_path: Path):
    """In a process of its own, as `make test` runs it."""
    for required, code in (("0", 0), ("1", 1)):
        command = [sys.executable, "-m", "tests.teams.drawn", str(tmp_path)]
        done = subprocess.run(command, env=os.environ | {"REQUIRE_ALL": required}, capture_output=True, text=True)
        assert (done.returncode, "Nothing was sent" in done.stdout) == (code, True)


def test_a_folder_is_read_whole_and_what_is_wrong_in_it_is_told(tmp_path: Path, capsys):
    tools.teams_cards()
    fine = {"kind": "card", "payload": card(WORDS)}
    (tmp_path / "gw0").write_text(json.dumps(fine) + "\n", encoding="utf-8")
    assert drawn.main(tmp_path) == 0
    wrong = {"kind": "dialog", "payload": card({"type": "Paragraph"})}
    (tmp_path / "gw1").write_text(json.dumps(fine) + "\n" + json.dumps(wrong) + "\n", encoding="utf-8")
    assert drawn.main(tmp_path) == 1
    assert "Paragraph" in capsys.readouterr().out
