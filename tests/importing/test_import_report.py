"""What the report says is so: nothing is called missing that is there, and one of a thing is one."""

import pytest
from msgspec.structs import replace

from bot.proposing import as_proposed
from content.importing.imported import imported
from content.reading.structure import Left
from deploy.documents import import_report
from tests.importing.made import ASHCOMBE, KNOWN, clause, heading, outline, read

BODY = (
    heading("When it goes wrong", "3"),
    clause("3.1", "A member who is unhappy with the clerk should first speak with the chair in private."),
    clause("3.2", "Members and staff must treat each other with courtesy."),
)
LETTER = (
    clause(None, "Thank you for your letter of 3 May about the allotments."),
    clause(None, "I must say that the hedge behind plot 12 is in a bad way, and the clerk knows it."),
    clause(None, "Could somebody come and look?"),
)
SHOPPING = (clause(None, "Shopping", "milk", "bread", "six eggs", "a bag of flour"), clause(None, "Call the plumber."))


def told(made):
    return "\n".join(import_report.told(made, "ours.yaml"))


def test_one_rule_is_one_rule():
    out = told(read(*BODY))
    assert "1 is proposed. It is not in force until you confirm it." in out
    assert "protocol-bot confirm ours.yaml" in out


def test_where_all_rules_are_in_force_none_is_called_missing_and_nobody_is_sent_to_confirm():
    out = told(read(*BODY, beside=as_proposed(read(*BODY).pack)))
    assert "1 is in force as before." in out
    assert "the protocol does not say" not in out
    assert "protocol-bot confirm" not in out
    assert "2. Put it in force: protocol-bot adopt" in out


def test_an_earlier_rule_is_told_by_its_clause_and_a_few_of_its_words():
    earlier = as_proposed(read(*BODY).pack)
    out = told(read(*BODY, beside=earlier))
    assert "    3.1-r1 (3.1): What a councillor raises about the clerk should be" in out


def test_what_stays_as_it_was_is_not_among_the_notes_and_what_does_not_is():
    earlier = as_proposed(read(*BODY).pack)
    assert not any("stay in force" in note for note in import_report.notes(read(*BODY, beside=earlier)))
    changed = (BODY[0], clause("3.1", "A member who is unhappy with the clerk should first speak with the vice-chair."))
    notes = list(import_report.notes(read(*changed, beside=earlier)))
    assert any(note.startswith("Rules out of force: their clause is read otherwise") for note in notes)


@pytest.mark.parametrize("body", [LETTER, SHOPPING], ids=["a letter", "a shopping list"])
def test_a_letter_or_a_list_is_asked_about_in_the_report_and_in_the_notes(body):
    made = read(*body)
    assert "Is this the right file?" in told(made)
    assert any("Is this the right file?" in note for note in import_report.notes(made))


def test_a_short_protocol_is_not_asked_about():
    body = tuple(clause(words[:3], words[4:]) for _, words in ASHCOMBE if words[:1].isdigit() and words[1:3] != ". ")
    assert "right file" not in told(imported(outline(*body), KNOWN))
    assert "right file" not in told(read(*BODY))


def test_a_policy_that_was_known_is_named_once():
    body = (clause("1.1", "Members and staff keep to the Standing Orders."),)
    earlier = read(*body).pack
    more = (*body, clause("1.2", "The Standing Orders are for the clerk too."))
    names = [row.name for row in read(*more, beside=earlier).pack.policies]
    assert len(names) == len(set(names))


def test_the_step_that_puts_it_in_force_names_the_settings_that_a_council_of_its_own_needs():
    assert "protocol-bot adopt ours.yaml --on DATE --minute REF --settings FILE" in told(read(*BODY))


def test_lost_rules_are_the_first_of_the_notes():
    earlier = as_proposed(read(*BODY).pack)
    changed = (clause("3.1", "A member who is unhappy with the clerk should first speak with the vice-chair."),)
    made = read(*changed, beside=earlier)
    warned = replace(made, report=replace(made.report, warnings=("Something to look at.",)))
    assert next(iter(import_report.notes(warned))).startswith("Rules out of force")


def test_whole_sentences_that_were_set_aside_are_told_one_by_one_and_more_than_six_are_counted():
    sentences = [f"Members of group {n} should never give orders to staff." for n in range(8)]
    left = (*(Left(text=words, why="footer") for words in sentences), Left(text="Page 3 of 9", why="page number"))
    notes = list(import_report.notes(read(*BODY, left=left)))
    assert [any(note.endswith(words) for note in notes) for words in sentences] == [True] * 6 + [False] * 2
    assert "2 more whole sentences were not taken for a clause." in notes
    assert notes[-1] == "Not taken for a clause, page numbers: Page 3 of 9"
