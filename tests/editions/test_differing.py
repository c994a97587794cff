"""What one wording says otherwise than another, clause by clause."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.contents import Contents
from bot.differing import Difference, between, marked
from bot.pack import Clause, Heading, Pack
from bot.pairing import number, pairs, words_of
from content import load
from tests.editions.world import CONCERNS, FIRST, SECOND, pack

COUNCILS = load.councils()
ANY = settings(deadline=None)


def differences(old: Pack, new: Pack) -> tuple[Difference, ...]:
    return between(Contents(old), Contents(new))


def told(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """Each difference as the label of its clause and what became of it."""
    return [(one.stand.label, " ".join(one.what)) for one in differences(pack(*old), pack(*new))]


def line(one: Difference) -> str:
    marks = {"kept": "{}", "out": "[-{}-]", "in": "{{+{}+}}"}
    return "".join(marks[run.what].format(run.text) for run in one.runs)


def test_a_wording_put_in_with_more_changes_beside_it_is_told_clause_by_clause():
    assert told(FIRST, SECOND) == [
        ("1.2", "changed"),
        ("2.1", "added"),
        ("2.2", "added"),
        ("2.1", "gone"),
        ("2.3", "renumbered"),
        ("2.3, bullet 2", "changed"),
    ]


def test_the_words_that_changed_are_marked_as_whole_words():
    (one, *_) = differences(pack(*FIRST), pack(*SECOND))
    assert line(one) == "Letters are answered within [-ten-]{+fifteen+} working days{+, in writing+}."


def test_what_two_changed_words_have_between_them_is_no_scrap():
    old, new = "The chair may close it alone at once.", "The chair must not close it without two others."
    runs = marked(old, new)
    assert [run.text for run in runs if run.what == "out"] == ["may", "alone at once"]
    assert [run.text for run in runs if run.what == "in"] == ["must not", "without two others"]


def test_white_space_alone_is_no_difference():
    spaced = [line.replace(" are ", "  are\n") for line in FIRST]
    assert told(FIRST, spaced) == []


def test_a_clause_under_another_heading_has_moved():
    new = (FIRST[0], FIRST[1], *FIRST[3:], FIRST[2])
    assert told(FIRST, new) == [("1.2", "moved")]


def test_of_two_clauses_in_another_order_one_has_moved():
    assert told(FIRST, (FIRST[0], FIRST[2], FIRST[1], *FIRST[3:])) in ([("1.2", "moved")], [("1.1", "moved")])


def test_a_heading_renamed_is_told_once_and_its_clauses_stay_where_they_are():
    new = [line.replace(CONCERNS, "Complaints") for line in FIRST]
    assert told(FIRST, new) == [("Complaints", "renamed")]


def test_a_clause_split_in_two_is_a_changed_one_and_an_added_one():
    old = ("# A", "1 The clerk keeps the minutes of every meeting. The chair signs them at the next meeting.")
    new = ("# A", "1 The clerk keeps the minutes of every meeting.", "2 The chair signs them at the next meeting.")
    assert sorted(what for _, what in told(old, new)) == ["added", "changed"]


def test_two_clauses_merged_are_a_changed_one_and_one_that_is_gone():
    old = ("# A", "1 The clerk keeps the minutes of every meeting.", "2 The chair signs them at the next meeting.")
    new = ("# A", "1 The clerk keeps the minutes of every meeting. The chair signs them at the next meeting.")
    assert sorted(what for _, what in told(old, new)) == ["changed", "gone"]


def test_a_line_moved_to_another_list_is_the_same_line():
    old = ("# A", "1 Bring to the meeting:", "- the seal of the council", "2 Leave at home:", "- any animal whatever")
    new = ("# A", "1 Bring to the meeting:", "2 Leave at home:", "- any animal whatever", "- the seal of the council")
    assert told(old, new) == [("2, bullet 2", "moved")]


def test_a_line_that_stands_twice_is_paired_with_the_one_in_its_place():
    old = ("# A", "1 In spring:", "- weeding", "2 In autumn:", "- weeding")
    assert told(old, old) == []
    assert told(old, (*old[:4], "- raking leaves")) == [("2, bullet 1", "added"), ("2, bullet 1", "gone")]


def test_a_new_clause_under_a_used_number_is_not_the_old_one_changed():
    new = [line if not line.startswith("1.2") else "1.2 Dogs wait outside the hall." for line in FIRST]
    assert told(FIRST, new) == [("1.2", "added"), ("1.2", "gone")]


def test_adopted_words_in_the_place_of_plain_ones_are_not_compared_with_them():
    plain = replace(
        pack(*FIRST),
        body=tuple(
            replace(node, text=None, plain="Some other words.", items=()) if isinstance(node, Clause) else node
            for node in pack(*FIRST).body
        ),
    )
    found = differences(plain, pack(*FIRST))
    assert {one.what for one in found if isinstance(one.stand.node, Clause)} <= {("worded",), ("added",), ("gone",)}
    assert not any(one.runs for one in found)


def test_everything_is_new_where_there_was_nothing():
    assert {what for _, what in told((), FIRST)} == {"added"}
    assert {what for _, what in told(FIRST, ())} == {"gone"}


# ---------------------------------------------------------------- what holds for any two wordings


@pytest.mark.parametrize("council", COUNCILS)
def test_a_protocol_does_not_differ_from_itself(council):
    assert differences(load.council(council), load.council(council)) == ()


WORDS = st.lists(
    st.sampled_from("clerk chair minutes meeting keeps signs every never staff letters".split()), max_size=9
)


@st.composite
def lines(draw) -> list[str]:
    """Headings, clauses with numbers in order, lists; some words stand more than once."""
    found, number = ["# Start"], 0
    for kind in draw(st.lists(st.sampled_from(["clause", "clause", "item", "heading"]), max_size=12)):
        words = " ".join(["It", *draw(WORDS)])
        if kind == "heading":
            found.append(f"# {words}")
        elif kind == "item" and number and not found[-1].startswith("#"):
            found.append(f"- {words}")
        else:
            number += 1
            found.append(f"{number} {words}")
    return found


@ANY
@given(lines())
def test_no_wording_differs_from_itself(one):
    assert differences(pack(*one), pack(*one)) == ()


@ANY
@given(lines(), lines())
def test_every_piece_of_both_is_told_of_or_is_as_it_was(one, other):
    old, new = Contents(pack(*one)), Contents(pack(*other))
    found, known = between(old, new), pairs(old, new)
    assert found == between(old, new)
    assert len(set(known.values())) == len(known)
    assert {d.stand.id for d in found if "gone" in d.what} == set(old.stands) - set(known.values())
    assert {d.stand.id for d in found if "added" in d.what} == set(new.stands) - set(known)
    for id, before in known.items():
        about = {what for d in found if d.new is not None and d.new.id == id for what in d.what}
        assert ({"changed", "renamed"} & about != set()) == (words_of(old[before]) != words_of(new[id]))
        assert ("renumbered" in about) == (number(old[before]) != number(new[id]))


@ANY
@given(lines(), lines())
def test_the_marked_words_are_the_old_ones_and_the_new_ones(one, other):
    for found in differences(pack(*one), pack(*other)):
        if found.runs:
            assert found.old is not None
            assert found.new is not None
            assert "".join(run.text for run in found.runs if run.what != "in") == words_of(found.old)
            assert "".join(run.text for run in found.runs if run.what != "out") == words_of(found.new)
            assert all(run.text for run in found.runs)


@ANY
@given(lines(), lines())
def test_what_was_added_one_way_is_gone_the_other_way(one, other):
    old, new = pack(*one), pack(*other)
    there, back = differences(old, new), differences(new, old)
    assert sum("added" in d.what for d in there) - sum("gone" in d.what for d in there) == sum(
        "gone" in d.what for d in back
    ) - sum("added" in d.what for d in back)


def body(pack: Pack) -> list[str]:
    return [node.heading if isinstance(node, Heading) else node.text or "" for node in pack.body]


@ANY
@given(lines(), st.data())
def test_a_clause_put_in_anywhere_is_the_one_difference_but_for_numbers(one, data):
    at = data.draw(st.integers(1, len(one)))
    if at < len(one) and one[at].startswith("-"):
        return  # the list would be another clause's
    new = [*one[:at], "99 Wholly unlike anything that stands above or below this.", *one[at:]]
    told_of = differences(pack(*one), pack(*new))
    assert [d.stand.label for d in told_of] == ["99"], body(pack(*new))


# ---------------------------------------------------------------- very long ones

ODD = "ferry gable harrow inkwell jetty kestrel lantern mallet nettle orchard paddock quarry rafter saddle tar".split()


def long_one(change: str = "") -> list[str]:
    """Two hundred clauses, each with words of its own."""
    words = [f"{one}{other}" for one in ODD for other in ODD]
    return ["# Start", *(f"{n} The {words[n]} clerk sees to the {words[-n]}{change}." for n in range(1, 201))]


def test_where_every_one_of_very_many_clauses_was_changed_each_is_told_as_changed():
    found = told(long_one(), long_one(" within ten days, where nobody minds"))
    assert found == [(str(n), "changed") for n in range(1, 201)]


def test_very_many_changed_clauses_are_known_by_their_rare_words_whatever_their_numbers():
    old, new = long_one(), long_one(" within ten days")
    new.insert(1, "0 Wholly unlike anything that stands above or below this.")
    new = ["# Start", *(f"{n} {line.split(' ', 1)[1]}" for n, line in enumerate(new[1:], 1))]
    found = told(old, new)
    assert found == [("1", "added"), *((str(n), "changed renumbered") for n in range(2, 202))]


def test_of_a_very_long_clause_what_is_between_the_first_and_the_last_change_is_one_change():
    before = " ".join(f"word{n}" for n in range(3_000))
    after = before.replace("word100 ", "thing ").replace("word2900 ", "")
    runs = marked(before, after)
    assert [run.what for run in runs] == ["kept", "out", "in", "kept"]
    assert "".join(run.text for run in runs if run.what != "in") == before
    assert "".join(run.text for run in runs if run.what != "out") == after


def test_of_a_very_long_clause_one_change_is_marked_alone():
    before = " ".join(f"word{n}" for n in range(3_000))
    runs = marked(before, before.replace("word1500 ", "thing "))
    assert [run.text for run in runs if run.what != "kept"] == ["word1500", "thing"]
