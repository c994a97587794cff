"""A document laid beside an earlier file keeps what people wrote, and only where it still holds."""

import pytest
from msgspec.structs import replace

from bot.contents import Contents
from bot.pack import Clause, Rule
from content import load
from content.importing import beside, ids
from content.importing.imported import Known, imported
from content.reading.structure import Outline
from tests.importing.made import clause, heading, read
from tests.importing.truths import outlined, truth

BODY = (
    heading("Day by day", "2"),
    clause("2.1", "A member who needs work done should ask the clerk, who answers within five days."),
    clause("2.2", "Members must not give orders to the groundsman."),
    heading("When it goes wrong", "3"),
    clause("3.1", "A member who is unhappy with the clerk should first speak with the chair in private."),
)
PLAIN = {
    "2.1": "Ask the clerk when work needs doing; the clerk should answer within five days.",
    "2.2": "Members must not order the groundsman about.",
    "3.1": "Unhappy with the clerk? A member should speak with the chair in private first.",
}
RULE = Rule(id="r1", clause="3.1", stage="informal", who=("chair",), raised_with="chair", strength="should", plain="x")


def earlier(*, adopted):
    """The pack as people have worked on it: plain words, topics, a rule in force."""
    pack = read(*BODY).pack
    body = tuple(
        replace(node, plain=PLAIN[node.id], text=node.text if adopted else None, topics=("training",))
        if isinstance(node, Clause)
        else node
        for node in pack.body
    )
    pairs = tuple(
        replace(pair, informal=("r1",))
        if (pair.raiser, pair.about) in (("councillor", "clerk"), ("chair", "clerk"))
        else pair
        for pair in pack.routes.pairs
    )
    return replace(pack, body=body, routes=replace(pack.routes, rules=(RULE,), pairs=pairs), proposed=())


def changed(**words):
    return tuple(replace(node, text=words.get(f"c{(node.ref or '').replace('.', '')}", node.text)) for node in BODY)


@pytest.mark.parametrize("adopted", [True, False])
def test_what_did_not_change_keeps_its_plain_words_topics_and_rules(adopted):
    made = read(*BODY, beside=earlier(adopted=adopted))
    kept = Contents(made.pack)
    assert {id: kept[id].node.plain for id in PLAIN} == PLAIN
    assert all(kept[id].topics == ("training",) and kept[id].adopted for id in PLAIN)
    assert [rule.id for rule in made.pack.routes.rules] == ["r1"]
    assert made.report.against.new == made.report.against.gone == made.report.against.renumbered == ()


@pytest.mark.parametrize("adopted", [True, False])
@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("c31", "A member who is unhappy with the clerk should first speak with the monitoring officer in private."),
        ("c31", "A member who is unhappy with the clerk must first speak with the chair in private."),
        ("c31", "Flags are flown on the village green from dawn to dusk on the days that the parish keeps."),
        ("c31", "A member who is unhappy with the clerk should not first speak with the chair in private."),
    ],
)
def test_a_rule_that_says_something_else_is_not_in_force_and_loses_its_plain_words(adopted, number, words):
    made = read(*changed(**{number: words}), beside=earlier(adopted=adopted))
    assert not made.pack.routes.rules
    assert all(pair.informal == "silent" for pair in made.pack.routes.pairs)
    assert not any(stand.node.plain for stand in Contents(made.pack).clauses() if stand.wording == words)
    against = made.report.against
    assert (*against.rules_gone, *against.rules_to_confirm, *against.rules_unread) == ("r1",)


def test_a_number_that_was_changed_in_a_clause_takes_its_plain_words_away():
    words = "A member who needs work done should ask the clerk, who answers within ten days."
    made = read(*changed(c21=words), beside=earlier(adopted=False))
    assert Contents(made.pack)["2.1"].node.plain == ""
    assert "2.1" in made.report.against.plain_left_out


def test_a_rule_to_confirm_again_names_the_pairs_it_held_for():
    words = "A member who is unhappy with the clerk must first speak with the chair in private."
    made = read(*changed(c31=words), beside=earlier(adopted=False))
    (again,) = (one for one in made.pack.proposed if one.rule.id == "r1")
    assert again.pairs == (("councillor", "clerk"), ("chair", "clerk"))
    assert again.sentence == words


def test_a_clause_put_in_before_others_moves_their_numbers_and_nothing_else():
    body = (
        BODY[0],
        clause("2.1", "Keys to the hall are kept in the office."),
        replace(BODY[1], ref="2.2"),
        replace(BODY[2], ref="2.3"),
        *BODY[3:],
    )
    made = read(*body, beside=earlier(adopted=False))
    assert made.report.against.renumbered == (("2.1", "2.2"), ("2.2", "2.3"))
    assert made.report.against.new == ("2.1",)
    by_number = {node.ref: node for node in made.pack.body if isinstance(node, Clause)}
    assert by_number["2.2"].plain == PLAIN["2.1"]
    assert by_number["2.1"].plain == ""
    assert len({stand.id for stand in Contents(made.pack).stands.values()}) == len(made.pack.body)


def test_a_clause_that_is_gone_takes_its_rule_with_it():
    made = read(*BODY[:3], beside=earlier(adopted=False))
    assert made.report.against.gone == ("3.1",)
    assert made.report.against.rules_gone == ("r1",)
    assert not made.pack.routes.rules


@pytest.mark.parametrize("council", load.councils())
def test_the_shipped_councils_documents_find_their_own_clauses(council):
    """Of the five documents as they are, nineteen of twenty clauses and lines are found, and nearly all are sound."""
    known = load.council(council)
    made = imported(outlined(truth(council)), Known(council=council, name=known.name, nation=known.nation), known)
    against = made.report.against
    whole = made.report.clauses + made.report.items
    assert against.matched / whole >= 0.95
    assert len(against.plain_left_out) / whole <= 0.11
    assert set(against.rules_in_force) == {rule.id for rule in known.routes.rules}
    assert against.rules_gone == ()


@pytest.mark.parametrize(
    ("name", "council"), [("thornmere", "twywell"), ("heckleby", "barrow"), ("whitbourne", "southwell")]
)
def test_another_councils_document_gets_hardly_a_plain_word(name, council):
    laid = beside.laid(ids.body(outlined(truth(name)).body), load.council(council))
    assert sum(match.sound for match in laid.matched) <= 3


def test_nothing_at_all_can_be_laid_beside_anything():
    known = load.council("barrow")
    made = imported(Outline(body=(), left=()), Known(council="barrow", name=known.name, nation="england"), known)
    assert made.report.against.matched == 0
    assert not made.pack.routes.rules
