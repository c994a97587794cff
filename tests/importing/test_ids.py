"""Ids are what is kept of a clause elsewhere: they come from the print, and stay what they are."""

import pytest

from bot.contents import Contents
from bot.pack import Clause, Item
from content.importing import ids, imported
from content.reading.structure import Entry, Passage, Title
from tests.importing.made import clause, heading, read


def named(*body):
    return [node.id for node in ids.body(body)]


def items(*body):
    return [item.id for node in ids.body(body) if isinstance(node, Clause) for item in node.items]


def test_a_printed_number_is_the_id_without_its_brackets_and_last_dot():
    assert named(heading("Roles", "2."), clause("2.1", "One."), clause("2.2)", "Two."), clause("(A.1)", "Three.")) == [
        "2", "2.1", "2.2", "a.1",
    ]  # fmt: skip


def test_without_numbers_the_headings_words_and_the_place_are_the_id():
    found = named(clause(None, "Welcome."), heading("When Things Go Wrong"), clause(None, "One."), clause(None, "Two."))
    assert found == ["intro-p1", "things-go-wrong", "things-go-wrong-p1", "things-go-wrong-p2"]


def test_a_line_of_a_list_is_named_by_its_letter_or_else_by_its_place():
    lettered = Passage(
        ref="3.1",
        text="You may:",
        entries=(
            Entry(ref="(a)", text="ask", entries=(Entry(ref="(ii)", text="twice"),)),
            Entry(marker="-", text="go"),
        ),
    )
    assert items(lettered) == ["3.1-a", "3.1-b2"]
    assert [item.items[0].id for item in ids.body([lettered])[0].items if item.items] == ["3.1-a-ii"]


def test_a_line_printed_with_its_clauses_number_needs_it_only_once():
    assert items(Passage(ref="1.1", text="As follows:", entries=(Entry(ref="1.1.1", text="one"),))) == ["1.1.1"]


def test_a_number_that_stands_twice_is_told_apart_by_its_section():
    found = named(heading("Roles", "1."), clause("1.", "One."), heading("Money", "2."), clause("1.", "Two."))
    assert len(set(found)) == 4
    assert found[1] != found[3]


def test_headings_of_the_same_words_are_told_apart_by_what_they_stand_under():
    found = named(
        heading("Officers"), heading("Rights", level=2), clause(None, "One."),
        heading("Members"), heading("Rights", level=2), clause(None, "Two."),
    )  # fmt: skip
    assert found == [
        "officers",
        "officers-rights",
        "officers-rights-p1",
        "members",
        "members-rights",
        "members-rights-p1",
    ]


def test_levels_that_a_document_leaves_out_are_closed_up():
    body = ids.body(
        [heading("One", level=1), heading("Deep", level=4), heading("Two", level=2), heading("Three", level=1)]
    )
    assert [node.level for node in body] == [1, 2, 2, 1]


def test_white_space_and_signs_that_nobody_can_see_are_no_part_of_the_wording():
    (read,) = ids.body([clause(None, "Staff \t are\u00a0 \x07kind.")])
    assert read.text == "Staff are kind."


def test_every_clause_can_be_asked_for_by_its_id():
    pack = read(
        heading("Roles", "1"), clause("1.1", "Members decide:", "policy;", "money."), clause(None, "So be it.")
    ).pack
    contents = Contents(pack)
    assert all(contents[id].id == id for id in contents.stands)
    assert [stand.id for stand in contents.clauses() if isinstance(stand.node, Item)] == ["1.1-b1", "1.1-b2"]


def test_a_part_with_a_name_and_a_number_has_both_in_its_id():
    named = [Title(ref="Section 3", text="Letters", level=1), Passage(ref=None, text="They are answered.")]
    assert [node.id for node in ids.body(named)] == ["section-3", "section-3-p1"]


def depth(item: Item) -> int:
    return 1 + max(map(depth, item.items), default=0)


@pytest.mark.parametrize("levels", [20, 21, 60])
def test_lists_within_lists_go_twenty_deep_and_the_rest_stands_side_by_side(levels):
    entry = Entry(marker="-", text=f"line {levels}")
    for level in range(levels - 1, 0, -1):
        entry = Entry(marker="-", text=f"line {level}", entries=(entry,))
    pack = read(Passage(ref="1.1", text="As follows:", entries=(entry,))).pack
    [top] = pack.body[0].items
    assert depth(top) == 20
    assert [stand.wording for stand in Contents(pack).clauses() if stand.parent] == [
        f"line {level}" for level in range(1, levels + 1)
    ]


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Leigh-on-Sea Town Council", "leigh-on-sea"),
        ("Great Council Wood Parish Council", "great-council-wood"),
        ("Ashcombe Parish Council (North)", "ashcombe-parish-council-north"),
        ("Ashcombe Parish Council (South)", "ashcombe-parish-council-south"),
        ("ashcombe-parish-council", "ashcombe-parish-council"),
        ("st-ives-council-north", "st-ives-council-north"),
        ("!", "our-council"),
    ],
)
def test_a_council_is_called_by_its_name_without_what_kind_of_council_it_is_and_an_id_stays(name, id):
    assert imported.council_id(name) == id
