"""What a council sets for its reviews: read whole, or refused with line, field and mend."""

import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from bot.errors import UnsoundContent
from bot.settings import Linked, Reviews, Settings
from content.settings import settings

EXAMPLE = (files("deploy") / "try.yaml").read_text(encoding="utf-8")
LINKED = "  documents: [{id: code, name: Code of Conduct, next: 2027-05-10}]"


def read(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "protocol-bot.yaml"
    file.write_text(text, encoding="utf-8")
    return settings(file)


def own(tmp_path: Path, *lines: str) -> Reviews:
    return read(tmp_path, "\n".join(("council: barrow", "reviews:", *lines, ""))).reviews


def test_without_a_word_on_reviews_there_are_leads_and_a_ladder_and_no_cycle(tmp_path):
    found = read(tmp_path, "council: barrow\n").reviews
    assert (found.lead, found.late, found.again) == ((90, 30, 7, 0), (7, 14, 28), 28)
    assert (found.ladder, found.notice, found.agenda) == (("clerk", "chair", "group"), 3, 7)
    assert (found.cycle, found.anchor, found.documents) == (None, "last", ())


def test_the_example_says_of_every_default_what_it_is(tmp_path):
    assert read(tmp_path, EXAMPLE).reviews == Reviews()
    missing = [field for field in Reviews.__struct_fields__ if not re.search(rf"^  (# )?{field}: ", EXAMPLE, re.M)]
    assert missing == []


def test_what_the_example_only_shows_can_be_used_as_it_stands(tmp_path):
    shown = EXAMPLE.replace("  # cycle: 12", "  cycle: 12").replace("  documents: []", "  documents:")
    found = read(tmp_path, shown.replace("  #  - {id", "    - {id")).reviews
    assert found.cycle == 12
    assert found.documents == (
        Linked(id="code-of-conduct", name="Code of Conduct", next=date(2027, 5, 10)),
        Linked(id="dignity-at-work", name="Dignity at Work policy", last=date(2025, 5, 12), cycle=24),
    )


def test_everything_can_be_set(tmp_path):
    found = own(
        tmp_path,
        "  cycle: 24",
        "  anchor: annual-meeting",
        "  lead: [60, 14]",
        "  agenda: 10",
        "  notice: 5",
        "  late: [3]",
        "  again: 14",
        "  ladder: [clerk, vice-chair]",
        "  unset: 30",
        LINKED,
    )
    assert (found.cycle, found.anchor, found.lead, found.late) == (24, "annual-meeting", (60, 14), (3,))
    assert found.documents[0].next == date(2027, 5, 10)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  cycle: 0", r"reviews\.cycle: this must be at least 1"),
        ("  cycle: 999", r"reviews\.cycle: this must be at most 120"),
        ("  cycle: yearly", r"reviews\.cycle: a whole number belongs here\. Write it in figures"),
        ("  anchor: annual", r"reviews\.anchor: 'annual' can't stand here\. (Did you mean|Choose from)"),
        ("  lead: []", r"reviews\.lead: this is empty\. Write days before the review"),
        ("  lead: 90", r"reviews\.lead: a list belongs here"),
        ("  lead: [90, 90]", r"reviews\.lead: 90 stands twice"),
        ("  lead: [-1]", r"reviews\.lead\[0\]: this must be at least 0"),
        ("  lead: [soon]", r"reviews\.lead\[0\]: a whole number belongs here"),
        ("  late: []", r"reviews\.late: this is empty\. Write days after"),
        ("  late: [0]", r"reviews\.late\[0\]: this must be at least 1"),
        ("  again: 1", r"reviews\.again: this must be at least 7"),
        ("  notice: 2", r"reviews\.notice: this must be at least 3"),
        ("  unset: 1", r"reviews\.unset: this must be at least 7"),
        ("  ladder: []", r"reviews\.ladder: this is empty"),
        ("  ladder: [clerk, clerk]", r"reviews\.ladder: clerk stands twice"),
        ("  ladder: [clark]", r"reviews\.ladder: 'clark' is no office, .* Did you mean 'clerk'"),
        ("  ladder: [guest]", r"reviews\.ladder: 'guest' is no office"),
        ("  laddr: [clerk]", r"reviews\.laddr: there is no such field\. Did you mean 'ladder'"),
        ("  documents: code", r"reviews\.documents: a list belongs here"),
        ("  documents: [{name: Code}]", r"reviews\.documents\[0\]\.id: this field is missing"),
        ("  documents: [{id: Code, name: Code}]", r"documents\[0\]\.id: 'Code' is no id\. Use small letters"),
        ("  documents: [{id: protocol, name: P}]", r"documents\[0\]\.id: 'protocol' is what the protocol itself"),
        ("  documents: [{id: a, name: A}, {id: a, name: B}]", r"documents\[1\]\.id: the id 'a' stands twice"),
        ("  documents: [{id: a, name: ' '}]", r"documents\[0\]\.name: this is empty"),
        ("  documents: [{id: a, name: A, next: 2027-02-31}]", r"documents\[0\]\.next: this is no day that a calendar"),
        ("  documents: [{id: a, name: A, next: soon}]", r"documents\[0\]\.next: this is no day that a calendar"),
        ("  documents: [{id: a, name: A, next: 9999-12-31}]", r"documents\[0\]\.next: 9999-12-31 is too far ahead"),
        ("  documents: [{id: a, name: A, last: 0001-01-01}]", r"documents\[0\]\.last: 0001-01-01 is before there were"),
        ("  documents: [{id: a, name: A, due: 2027-05-10}]", r"documents\[0\]\.due: there is no such field"),
        ("  documents: [{id: a, name: A, cycle: 0}]", r"documents\[0\]\.cycle: this must be at least 1"),
        (
            "  documents: [{id: a, name: A, next: 2025-05-10, last: 2026-05-10}]",
            r"documents\[0\]\.next: 2025-05-10 is not after the last review, 2026-05-10",
        ),
    ],
)
def test_what_can_t_be_is_refused_with_line_field_and_mend(tmp_path, line, said):
    with pytest.raises(UnsoundContent) as wrong:
        own(tmp_path, line)
    message = str(wrong.value)
    assert re.search(said, message), message
    assert message.startswith("protocol-bot.yaml, line 3, ")
    assert message.endswith((".", "?"))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_meeting_on_a_day_that_stands_for_none_is_refused(tmp_path, day):
    with pytest.raises(UnsoundContent, match=rf"line 2, meetings\[0\]: {day} is .* Correct the year\."):
        read(tmp_path, f"council: barrow\nmeetings: [{day}]\n")


def test_the_group_may_stand_on_the_ladder_of_a_council_that_has_none_yet(tmp_path):
    assert own(tmp_path, "  ladder: [clerk, group]").ladder == ("clerk", "group")
