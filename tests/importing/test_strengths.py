"""How strong a rule is shows by its verb, and by nothing else."""

import pytest

from bot.contents import Contents
from bot.pack import Clause
from content import load
from content.importing import beside, ids, strengths
from tests.importing.truths import outlined, truth


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Members must ask the clerk.", ("must", ())),
        ("Members shall ask the clerk.", ("must", ())),
        ("Staff are required to keep a record.", ("must", ())),
        ("Members should ask, and may ask again.", ("should", ("may",))),
        ("The deputy may be able to help.", ("may", ())),
        ("The deputy may not sign.", ("must", ())),
        ("Members ask the clerk.", ("none", ())),
        ("The clerk will answer within a week.", ("none", ())),
        ("Work may be different in summer.", ("none", ())),
        ("Should it rain, the fete is in the hall.", ("none", ())),
        ("Where a member should go with a worry", ("none", ())),
        ("Talks are to be followed by a letter.", ("should", ())),
    ],
)
def test_the_verb_tells(text, held):
    assert strengths.of(text) == held


def test_a_line_of_a_list_goes_by_the_verb_of_the_line_that_leads_it():
    assert strengths.of("to keep the keys", "Nobody knows why. The clerk must:") == ("must", ())
    assert strengths.of("may keep the keys", "The clerk must:") == ("may", ())


def test_what_people_found_in_the_shipped_councils_is_found_again():
    right = total = 0
    for council in load.councils():
        known = Contents(load.council(council))
        body = ids.body(outlined(truth(council)).body)
        found = {node.id: node for node in body if isinstance(node, Clause)}
        for match in beside.laid(body, load.council(council)).matched:
            if match.likeness >= 0.5:
                total += 1
                right += match.sound or known[match.id].strength == found.get(match.id, known[match.id]).strength
    assert total > 200
    assert right / total >= 0.95


@pytest.mark.parametrize(
    "text",
    [
        "A member who is unhappy with the clerk must speak with the chair.",
        "If that does not help the chair must call a meeting.",
        "Where it is about money, the clerk must keep a record.",
    ],
)
def test_what_comes_before_the_rule_takes_nothing_from_it(text):
    assert strengths.of(text) == ("must", ())
