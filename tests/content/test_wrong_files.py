"""A wrong content file is refused with file, line, field and the mend."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from bot.errors import UnsoundContent
from content import load
from content.tree import Tree

BARROW = (load._HERE / "councils" / "barrow.yaml").read_text(encoding="utf-8")


def refused(tmp_path: Path, text: str) -> str:
    file = tmp_path / "ours.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UnsoundContent) as wrong:
        load.pack(file)
    return str(wrong.value)


def test_a_sound_file_is_taken(tmp_path):
    file = tmp_path / "ours.yaml"
    file.write_text(BARROW, encoding="utf-8")
    assert load.pack(file).place == "Barrow"


def test_a_few_lines_that_stand_for_more_than_a_computer_holds_are_refused_at_once(tmp_path):
    rows = [f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise("abcdefghijk")]
    message = refused(tmp_path, "\n".join(("a: &a [x, x, x, x, x, x, x, x, x]", *rows)))
    assert re.search(r"line \d+, .*: far more than stands here is said by & and \*\. Write it out\.", message), message


def test_what_is_written_once_and_meant_twice_is_read(tmp_path):
    (tmp_path / "a.yaml").write_text("a: &one [x, y]\nb: *one\n", encoding="utf-8")
    assert Tree(tmp_path / "a.yaml").value == {"a": ["x", "y"], "b": ["x", "y"]}


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("strength: none", "strength: strong", r"ours\.yaml, line \d+, body\[1\]\.strength: .*'strong'"),
        ("nation: england", "nation: scotland", r"line \d+, nation: .*scotland"),
        ("nation: england\n", "", r"line 2, nation: this field is missing\. Add it"),
        (
            "nation: england",
            "nation: england\nnatoin: wales",
            r"natoin: there is no such field\. Did you mean 'nation'",
        ),
        (
            "nation: england",
            "nation: england\nnation: wales",
            r"line 6, nation: 'nation' stands twice; the first is on line 5",
        ),
        ("adopted: 2019-07-16", "adopted: 2019-02-31", r"document\.adopted: there is no such day as 2019-02-31"),
        ("adopted: 2019-07-16", "adopted: 9999-12-31", r"document\.adopted: 9999-12-31 is too far ahead\. Correct"),
        ("adopted: 2019-07-16", "adopted: 0001-01-01", r"document\.adopted: 0001-01-01 is before there were parish"),
        ("adopted: 2019-07-16", "adopted: July 2019", r"line \d+, document\.adopted"),
        ("topics: [adoption-date]", "topics: [adoption-dat]", r"notes\[0\]\.topics: there is no topic 'adoption-dat'"),
        ("level: 1", "level: 3", r"body\[0\]\.level: level 3 can't follow level 0"),
        ("id: aim-p2", "id: aim-p1", r"the id 'aim-p1' stands twice"),
        ("    informal: [O1]", "    informal: [O9]", r"there is no rule 'O9'"),
        ("clause: wrong-officers", "clause: wrong-oficers", r"routes\.rules\[0\]\.clause: there is no clause"),
        ("- id: O2", "- id: O1", r"routes\.rules\[1\]\.id: there is a rule 'O1' already\. Give each rule its own id\."),
        ("raised_with: clerk", "raised_with: clark", r"routes\.rules\[\d\]\.raised_with: there is no 'clark'"),
        ("name: Barrow Parish Council\nplace", "name: null\nplace", r"line \d+, name: this is empty"),
        ("marker: ", "ref: (a)\n        marker: ", r"`ref` or a `marker`, one of the two"),
        ("from: clerk", "from: mayor", r"routes\.pairs\[0\]\.from"),
        ("council: barrow", "council: [barrow", r"line \d+: this is not YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_line_field_and_mend(tmp_path, change, to, said):
    assert change in BARROW
    message = refused(tmp_path, BARROW.replace(change, to, 1))
    assert re.search(said, message), message
    assert message.endswith((".", "?"))


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n- b\n", "just words", "\x00", "a: &x [*x]"])
def test_what_is_no_pack_at_all_is_refused_in_one_sentence(tmp_path, text):
    message = refused(tmp_path, text)
    assert "ours.yaml" in message
    assert "\n" not in message


def test_a_file_that_is_not_there_is_said_to_be_unreadable(tmp_path):
    with pytest.raises(UnsoundContent, match=r"gone\.yaml: can't be read"):
        load.pack(tmp_path / "gone.yaml")


def test_a_council_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(UnsoundContent, match="no council 'narnia' here. There are: barrow, crickhowell"):
        load.council("narnia")


def test_yes_no_and_dates_stay_what_they_were_written(tmp_path):
    file = tmp_path / "ours.yaml"
    file.write_text(BARROW.replace("place: Barrow", "place: yes"), encoding="utf-8")
    assert load.pack(file).place == "yes"
