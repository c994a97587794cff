"""A rule does not outlive an amendment of its clause that stands elsewhere in the document."""

import pytest
from msgspec.structs import replace

from bot.proposing import as_proposed
from content import load
from content.importing.imported import Known, imported
from content.importing.undone import cites
from content.reading.structure import Passage
from tests.importing.made import clause, heading, read
from tests.importing.truths import outlined, truth

OFFICERS = (
    heading("When staff are unhappy", "2"),
    clause("2.1", "Where relations are strained, people should try to settle the matter informally."),
    clause("2.2", "If that fails, the grievance procedure should be followed."),
)
MEMBERS = (
    heading("When members are unhappy", "3"),
    clause("3.1", "A member who is unhappy with the clerk should first speak with the chair in private."),
)
LAST = (heading("Keys", "4"), clause("4.1", "Keys hang in the hall."))
BODY = (*OFFICERS, *MEMBERS, *LAST)


def in_force(*body):
    made = read(*body, beside=as_proposed(read(*BODY).pack))
    return {rule.clause for rule in made.pack.routes.rules}


def test_a_new_clause_on_something_else_leaves_every_rule_in_force():
    assert in_force(*BODY, clause("4.2", "Lights are turned off at night.")) == {"2.1", "2.2", "3.1"}


@pytest.mark.parametrize(
    "words",
    [
        "Clause 3.1 no longer applies.",
        "Clauses 3.1 and 4.1 are read in the light of the annual meeting.",
        "In place of speaking with the chair, members write to the proper officer.",
        "The chair does not take part in what members say of staff.",
        "Nothing in section 3 is binding.",
    ],
)
def test_a_new_clause_elsewhere_that_takes_another_back_sends_the_rules_of_that_to_be_confirmed_again(words):
    assert "3.1" not in in_force(*BODY, clause("4.2", words))


def test_a_changed_clause_elsewhere_that_takes_another_back_does_so_too():
    assert in_force(*BODY[:-1], clause("4.1", "Clauses 2.1 to 2.2 are not in use.")) == {"3.1"}


def test_a_new_paragraph_that_carries_on_a_clause_sends_its_rules_to_be_confirmed_again():
    more = clause(None, "This is not to be done informally, whatever was said.", continues="3.1")
    assert in_force(*OFFICERS, *MEMBERS, more, *LAST) == {"2.1", "2.2"}


def test_a_heading_that_says_that_all_under_it_is_over_takes_its_rules_out_of_force():
    over = heading("When members are unhappy (no longer in force)", "3")
    assert in_force(*OFFICERS, over, MEMBERS[1], *LAST) == {"2.1", "2.2"}


def test_a_clause_that_is_numbered_anew_under_each_heading_is_cited_with_the_number_of_that():
    body = (heading("Staff", "7."), clause("1.", MEMBERS[1].text), *LAST)
    earlier = as_proposed(read(*body).pack)
    assert earlier.routes.rules
    assert not read(*body, clause("9.", "Clause 7.1 is set aside."), beside=earlier).pack.routes.rules
    assert read(*body, clause("9.", "See 6.1 on lights."), beside=earlier).pack.routes.rules


def test_what_was_lost_is_proposed_again_under_its_own_id():
    earlier = as_proposed(read(*BODY).pack)
    made = read(*BODY, clause("4.2", "Clause 3.1 no longer applies."), beside=earlier)
    lost = {rule.id for rule in earlier.routes.rules if rule.clause == "3.1"}
    assert lost == set(made.report.against.rules_to_confirm) <= {one.rule.id for one in made.pack.proposed}


@pytest.mark.parametrize(
    ("text", "ref", "cited"),
    [
        ("See 3.1.", "3.1", True),
        ("See 3.10 and 13.1.", "3.1", False),
        ("Clauses 3.1 to 3.4 end.", "3.3", True),
        ("Paragraphs 2 and 5 end.", "5", True),
        ("Within 5 days.", "5", False),
        ("See 3.1.", None, False),
    ],
)
def test_a_clause_is_cited_by_its_number_alone_in_a_row_or_in_a_span(text, ref, cited):
    assert cites(text, ref) is cited


def brought(change):
    """A council known in plain words alone, with its document's wording changed at every clause with a rule."""
    earlier = load.council("barrow")
    whole = outlined(truth("barrow"))
    body = tuple(replace(node, text=change(node.text)) if isinstance(node, Passage) else node for node in whole.body)
    told = Known(council="barrow", name=earlier.name, nation=earlier.nation)
    return {rule.id for rule in imported(replace(whole, body=body), told, earlier).pack.routes.rules}


@pytest.mark.parametrize(
    "narrower",
    ["should hardly ever be", "should stop being", "should only in minor matters be", "should no longer be"],
)
def test_a_word_that_narrows_a_clause_known_in_plain_words_alone_takes_its_rule_out_of_force(narrower):
    assert "C1" in brought(str)
    assert "C1" not in brought(lambda text: text.replace("should be raised with", f"{narrower} raised with"))


def test_an_officer_of_another_council_is_not_the_one_the_rule_names():
    assert "C1" not in brought(
        lambda text: text.replace("raised with the Clerk", "raised with the Clerk of another council")
    )
