"""A rule of an earlier file stays in force only where the new wording surely says it still."""

import pytest
from msgspec.structs import replace

from bot.contents import Contents
from bot.pack import Clause
from bot.proposing import as_proposed
from content import load
from content.importing import beside, ids
from content.importing.imported import Known, imported
from content.reading.structure import Entry, Passage
from tests.importing.made import clause, heading, read
from tests.importing.truths import outlined, truth

BODY = (
    heading("Procedure for officers", "1"),
    clause("1.1", "Where relations are strained, people should try to settle the matter informally."),
    clause("1.2", "If that fails, the grievance procedure should be followed. The Chair must not decide alone."),
    heading("Procedure for councillors", "2"),
    clause("2.1", "A councillor’s concern about the Clerk should go to the Clerk - in private - first."),
)


def confirmed():
    """A council's own file, with everything that was proposed put in force."""
    return as_proposed(read(*BODY).pack)


def said(number, words):
    return tuple(
        replace(node, text=words) if isinstance(node, Passage) and node.ref == number else node for node in BODY
    )


def known(council):
    told = load.council(council)
    return Known(council=council, name=told.name, nation=told.nation)


def amended(council, old, new):
    """A shipped council's document with a few words changed, laid beside its pack."""

    def change(node):
        return replace(node, text=node.text.replace(old, new)) if isinstance(node, Passage) else node

    whole = outlined(truth(council))
    changed = replace(whole, body=tuple(map(change, whole.body)))
    assert changed != whole
    return imported(changed, known(council), load.council(council))


def test_a_step_put_in_before_a_rule_takes_it_out_of_force_and_the_new_reading_is_proposed():
    made = amended("barrow", "raised with the Clerk", "reported to the Mayor and then raised with the Clerk")
    against = made.report.against
    assert "C1" not in against.rules_in_force
    assert "C1" in against.rules_to_confirm
    (again,) = (one for one in made.pack.proposed if one.rule.id == "C1")
    assert set(again.rule.who) == {"chair", "clerk", "the-person-concerned"}
    assert again.rule.plain != against.earlier_rules["C1"].plain
    assert "the chair is told first" in again.rule.plain
    assert "Mayor" in again.sentence
    assert Contents(made.pack)[again.rule.clause].node.plain == ""
    assert "For Councillors" in against.plain_left_out


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        ("raised with the Clerk", "raised with the Vice Chairman", "C1"),
        ("disciplinary procedure", "complaints procedure", "C2"),
        ("should not attempt to deal", "may deal", "O4"),
        ("small group of Councillors", "Staffing Committee", "O3"),
        ("formal grievance procedure should", "formal disciplinary procedure should", "O2"),
        ("the formal grievance procedure should", "in exceptional cases the formal grievance procedure should", "O2"),
        ("it may be necessary", "it must be necessary", "C2"),
    ],
)
def test_another_office_another_procedure_or_another_strength_takes_a_rule_out_of_force(old, new, lost):
    made = amended("barrow", old, new)
    assert lost not in {rule.id for rule in made.pack.routes.rules}
    assert not any(lost in cell for pair in made.pack.routes.pairs for cell in (pair.informal, pair.formal, pair.hears))


def test_an_earlier_rule_is_never_offered_as_the_reading_of_another_councils_sentence():
    earlier = load.council("barrow")
    made = imported(outlined(truth("twywell")), known("barrow"), earlier)
    assert not made.pack.routes.rules
    assert not {one.rule.plain for one in made.pack.proposed} & {rule.plain for rule in earlier.routes.rules}
    alone = imported(outlined(truth("twywell")), known("barrow")).pack.proposed
    assert [one.rule.plain for one in made.pack.proposed] == [one.rule.plain for one in alone]
    assert [one.pairs for one in made.pack.proposed] == [one.pairs for one in alone]


def test_a_second_import_of_the_same_words_keeps_every_rule_in_force():
    earlier = confirmed()
    made = read(*BODY, beside=earlier)
    assert len(earlier.routes.rules) >= 3
    assert made.pack.routes == earlier.routes
    assert made.pack.proposed == ()


def test_quotation_marks_dashes_and_spaces_are_no_change():
    words = "A councillor's concern about  the Clerk should go to the Clerk – in private – first."
    made = read(*said("2.1", words), beside=confirmed())
    assert made.report.against.plain_left_out == ()
    assert made.pack.proposed == ()


def test_one_word_of_an_adopted_clause_that_is_another_takes_its_rules_out_of_force_until_they_are_confirmed_again():
    earlier = confirmed()
    words = "A councillor’s concern about the Clerk should go to the Clerk - in the office - first."
    made = read(*said("2.1", words), beside=earlier)
    lost = {rule.id for rule in earlier.routes.rules if rule.clause == "2.1"}
    assert lost
    assert set(made.report.against.rules_to_confirm) == lost == {one.rule.id for one in made.pack.proposed}
    assert made.report.against.plain_left_out == ("2.1",)


def test_a_heading_that_names_other_people_takes_the_rules_under_it_out_of_force():
    made = read(heading("Procedure for councillors", "1"), *BODY[1:], beside=confirmed())
    assert {rule.clause for rule in made.pack.routes.rules} == {"2.1"}


@pytest.mark.parametrize("council", load.councils())
def test_hardly_a_rule_of_a_shipped_council_has_to_be_confirmed_again_when_its_own_document_is_brought_in(council):
    made = imported(outlined(truth(council)), known(council), load.council(council))
    assert {rule.id for rule in made.pack.routes.rules} == {rule.id for rule in load.council(council).routes.rules}
    assert made.pack.proposed == ()


LIST = ("keys and alarms;", "how members and staff relate;", "who decides.")


def covers(*lines, lead="This paper covers:"):
    listed = tuple(Entry(marker="•", text=line) for line in lines)
    return (heading("Aim", "1"), Passage(ref="1.1", text=lead, entries=listed, continues=None))


def plain(pack, told):
    """The pack as one in plain words alone."""

    def item(row):
        return replace(row, text=None, plain=told.get(row.text, row.text))

    body = (
        replace(node, text=None, plain=node.text, items=tuple(map(item, node.items)))
        if isinstance(node, Clause)
        else node
        for node in pack.body
    )
    return replace(pack, body=tuple(body))


def test_a_line_between_lines_that_are_known_is_the_changed_one_not_a_new_one():
    earlier = plain(read(*covers(*LIST)).pack, {LIST[1]: "What happens between people who work together."})
    laid = beside.laid(ids.body(covers(*LIST)), earlier)
    assert laid.new == laid.gone == ()
    assert [match.after for match in laid.doubtful] == ["1.1, bullet 2"]


def test_a_line_that_only_leads_to_what_is_known_is_not_new():
    words = "Members and staff serve the public together and each has duties of their own."
    earlier = plain(read(heading("Roles", "2"), clause("2.1", words)).pack, {})
    body = (
        heading("Roles", "2"),
        clause("2.1", "In short, it can be put as follows:"),
        clause(None, words, continues="2.1"),
    )
    laid = beside.laid(ids.body(body), earlier)
    assert laid.new == laid.gone == ()


def test_a_line_that_says_who_must_not_do_what_follows_is_new():
    words = "Members and staff serve the public together and each has duties of their own."
    earlier = plain(read(heading("Roles", "2"), clause("2.1", words)).pack, {})
    body = (heading("Roles", "2"), clause("2.1", "Nobody must say:"), clause(None, words, continues="2.1"))
    assert beside.laid(ids.body(body), earlier).new
