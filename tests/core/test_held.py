"""The export of what is held on a person: all that is theirs, nothing that tells who somebody else is."""

import dataclasses
import re

import pytest
from msgspec.structs import replace

from bot.concern import Done, Request
from bot.exporting import export, may_be_seen
from bot.handbook import Roster
from content import load
from deploy.handbooks import handbook, seats
from tests.core.council import concern, said, settings
from tests.worlds import NOON


@pytest.fixture(scope="module")
def book():
    chosen = settings()
    return handbook(load.council("barrow"), seats(chosen, NOON.date()), settings=chosen)


STORY = "Bea Hall shouted at me. Cal saw it, so did FROST and Mr Smith-Jones, and O'Neill's friend Zoë Quill."


def filed(**changes):
    """Ann raises it about Bea; Dee deals with it."""
    words = (
        said("story", "ann", STORY),
        said("asked", "dee", "When was that, Ann Lee? Was Bea there?"),
        said("answered", "ann", "In May."),
        said("note", "dee", "I doubt what Cal says."),
    )
    history = (Done("filed", NOON), Done("acknowledged", NOON))
    return concern(
        "1", "ann", ("bea",), unlisted="Zoë Quill", handlers=("dee",), words=words, history=history, **changes
    )


def names_in(text: str, *but: str) -> list[str]:
    """Names of other people, whole or in part, that stand in a text."""
    known = [
        "Bea",
        "Hall",
        "Cal",
        "Moss",
        "Dee",
        "Frost",
        "Eve",
        "Neill",
        "Smith",
        "Jones",
        "Zoë",
        "Quill",
        "Ann",
        "Lee",
    ]
    return [name for name in known if name not in but and re.search(rf"\b{name}\b", text, re.IGNORECASE)]


def test_whoever_raised_it_gets_their_own_words_with_others_masked(book):
    text = export("ann", [filed()], [], [], [], book)
    assert "shouted at me" in text
    assert "In May." in text
    assert "Ann Lee" in text
    assert "C-1" in text
    assert names_in(text, "Ann", "Lee") == []
    assert text.count("[another person]") > 6


def test_what_was_written_to_them_is_given_and_a_private_note_is_not(book):
    text = export("ann", [filed()], [], [], [], book)
    assert "When was that, Ann Lee? Was [another person] there?" in text
    assert "doubt" not in text
    assert "Left out: what other people wrote or noted (1)" in text


def test_the_history_is_given_to_whoever_raised_it(book):
    text = export("ann", [filed()], [], [], [], book)
    assert "22 November 2026: acknowledged" in text


def test_the_person_it_is_about_gets_neither_a_word_nor_the_reference_nor_a_name(book):
    text = export("bea", [], [filed(state="closed", outcome="informal")], [], [], book)
    assert "[held; the data lead decides what can be given]" in text
    assert "22 November 2026" in text
    assert "settled informally" in text
    assert names_in(text, "Bea", "Hall") == []
    for private in ("shouted", "In May", "C-1", "doubt", "councillor", "ann"):
        assert private not in text.replace("another", "")


def test_two_concerns_by_different_people_look_the_same_to_whom_they_are_about(book):
    one = export("bea", [], [filed()], [], [], book)
    other = replace(concern("2", "cal", ("bea",)), words=(said("story", "cal", "Something else."),))
    assert one == export("bea", [], [other], [], [], book)


def test_whoever_dealt_with_it_gets_what_they_wrote_themselves(book):
    text = export("dee", [], [], [filed()], [], book)
    assert "I doubt what [another person] says." in text
    assert "When was that, [another person]? Was [another person] there?" in text
    assert "shouted" not in text
    assert "Left out: what other people wrote or noted (2)" in text


def test_somebody_who_dealt_with_it_before_it_was_about_them_gets_it_as_the_subject_only(book):
    both = replace(filed(), parties=replace(filed().parties, subjects=("bea", "dee")))
    text = export("dee", [], [both], [both], [], book)
    assert "doubt" not in text
    assert text.count("22 November 2026") == 1


def test_a_shared_first_name_is_masked_where_it_stands_alone(book):
    chosen = settings()
    twin = replace(chosen.people[1], name="Ann Hall")
    known = handbook(
        load.council("barrow"),
        seats(replace(chosen, people=(chosen.people[0], twin)), NOON.date()),
        settings=chosen,
    )
    mine = concern("1", "ann", words=(said("story", "ann", "Ann Lee saw Ann. ANN  hall did not."),))
    assert "> Ann Lee saw [another person]. [another person] did not." in export("ann", [mine], [], [], [], known)


def test_a_description_of_somebody_unlisted_is_masked_too(book):
    mine = concern(
        "1", "ann", unlisted="the man from Mill Cottage", words=(said("story", "ann", "He of mill cottage."),)
    )
    text = export("ann", [mine], [], [], [], book)
    assert "cottage" not in text.casefold()


@pytest.mark.parametrize("typed", ["Zoe Quill", "ZOË", "Quills", "Eve O'Neill", "Eve Oneill", "o‘neills"])
def test_a_name_is_masked_however_it_is_typed(book, typed):
    mine = concern("1", "ann", unlisted="Zoë Quill", words=(said("story", "ann", f"It was {typed}, in the café."),))
    assert "> It was [another person], in the café." in export("ann", [mine], [], [], [], book)


def test_words_that_only_contain_a_name_stay(book):
    mine = concern("1", "ann", words=(said("story", "ann", "Leeds, a challenge, the balcony."),))
    assert "> Leeds, a challenge, the balcony." in export("ann", [mine], [], [], [], book)


def test_words_of_several_lines_stay_inside_their_quotation(book):
    mine = concern("1", "ann", words=(said("story", "ann", "First.\n# Not a heading\n\nLast."),))
    assert "> First.\n> # Not a heading\n> \n> Last." in export("ann", [mine], [], [], [], book)


def test_requests_are_in_it(book):
    asked = Request(
        id="1",
        council="barrow",
        reference="DP-1",
        kind="complaint",
        asker="ann",
        lead="bea",
        at=NOON,
        words="Bea lost it.",
    )
    text = export("ann", [], [], [], [asked], book)
    assert "DP-1" in text
    assert "> [another person] lost it." in text


def test_nothing_held_says_so_for_each_part(book):
    text = export("ann", [], [], [], [], book)
    assert text.count("Nothing.") == 7
    assert "a councillor" in text


def test_somebody_who_left_the_council_can_have_theirs(book):
    text = export("zed", [concern("1", "zed", ("bea",))], [], [], [], book)
    assert "not on the council's list" in text
    assert names_in(text) == []


def test_whoever_hands_it_over_sees_nothing_about_themselves():
    about_bea, other = filed(), concern("2", "ann", ("cal",))
    assert may_be_seen([about_bea, other], "bea") == [other]
    assert may_be_seen([about_bea, other], "eve") == [about_bea, other]


@pytest.mark.parametrize("kind", ["story", "added", "asked", "answered", "note", "dates", "outcome"])
@pytest.mark.parametrize("by", ["ann", "dee"])
def test_every_kind_of_words_can_stand_in_it(book, kind, by):
    one = concern("1", "ann", ("bea",), handlers=("dee",), words=(said(kind, by, "canary"),))
    own = export(by, [one] if by == "ann" else [], [], [one] if by == "dee" else [], [], book)
    assert "canary" in own
    assert "canary" not in export("bea", [], [one], [], [], book)


@pytest.mark.parametrize("state", ["speaking", "sent", "taken", "outside", "closed"])
@pytest.mark.parametrize("outcome", ["", "withdrawn", "informal", "formal", "outside"])
def test_every_state_and_outcome_has_its_words(book, state, outcome):
    one = concern("1", "ann", ("bea",), state=state, outcome=outcome)
    assert "Outcome: " in export("bea", [], [one], [], [], book)


def test_an_account_at_which_nothing_can_be_told_is_shown_as_such(book):
    (ann,) = book.roster.seats["ann"].accounts
    out = replace(book.roster.seats["ann"], out=frozenset((ann,)))
    cut_off = dataclasses.replace(book, roster=Roster([out]))
    assert "nothing can be told there at present" in export("ann", [], [], [], [], cut_off)
    assert "nothing can be told there" not in export("ann", [], [], [], [], book)
