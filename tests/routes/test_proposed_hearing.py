"""A body that hears a complaint under a procedure: who hears it, and the procedure as the formal step."""

from tests.importing.made import clause, heading, read


def test_a_committee_that_hears_it_under_the_disciplinary_procedure_is_both_the_hearing_and_the_formal_step():
    made = read(
        heading("If a councillor is unhappy with an officer"),
        clause("4.1", "The councillor should speak with the clerk first."),
        clause("4.2", "If that fails, the Staffing Committee hears the complaint under the disciplinary procedure."),
    )
    found = {(one.rule.stage, one.family) for one in made.pack.proposed if one.rule.clause == "4.2"}
    assert found == {("hears", "hears"), ("formal", "disciplinary")}


def test_a_list_of_sides_before_a_condition_has_one_comma():
    made = read(
        heading("Complaints"),
        clause(
            "5.1",
            "A complaint by an officer or a councillor that a councillor broke the Code of Conduct is referred to the "
            "Monitoring Officer.",
        ),
    )
    assert made.pack.proposed
    assert not any(",," in one.rule.plain for one in made.pack.proposed)


def test_of_two_sentences_with_one_rule_it_still_shows_for_whom_only_a_reading_says_so():
    made = read(
        heading("When things go wrong"),
        clause(
            "3.1",
            "Any matter should be settled informally first. "
            "If a councillor is unhappy with an officer, it should be settled informally first.",
        ),
    )
    (one,) = made.pack.proposed
    assert {raiser for raiser, _ in set(one.pairs) - set(one.inferred)} == {"councillor", "chair"}
    assert {raiser for raiser, _ in one.inferred} == {"clerk", "officer"}
