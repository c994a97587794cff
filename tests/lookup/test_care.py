"""Words that may come from the middle of a concern are noticed."""

import pytest

from deploy.handbooks import care
from tests.lookup.measure import HERE, read

CARE = care()
MESSAGES = read(HERE / "concerns.jsonl")


def share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


def test_nearly_every_message_of_concern_is_kept_back():
    """On messages that nothing was tuned on."""
    assert share([CARE.keeps_back(one["text"]) for one in MESSAGES if one["concern"]]) >= 0.95


def test_most_people_who_tell_of_harm_are_shown_where_to_turn_first():
    assert share([CARE.comes_first(one["text"]) for one in MESSAGES if one["concern"]]) >= 0.8


def test_few_plain_questions_are_met_with_a_warning():
    assert share([CARE.comes_first(one["text"]) for one in MESSAGES if not one["concern"]]) <= 0.1


@pytest.mark.parametrize(
    "text",
    [
        "bullying",
        "grievance procedure",
        "harassment policy",
        "complaints procedure",
        "3.2",
        "training",
        "who hears a grievance",
    ],
)
def test_a_bare_question_of_the_rule_is_no_cry_for_help(text):
    assert not CARE.comes_first(text)


@pytest.mark.parametrize("text", ["bin collection day", "grit bins", "ice cream van", "who waters the hanging baskets"])
def test_what_is_about_something_else_is_no_cry_for_help(text):
    assert not CARE.comes_first(text)
