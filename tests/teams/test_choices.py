"""What stands in a list of choices before anybody has chosen."""

import pytest

from adapters.teams import dialogs
from bot.conversation import Field, Form, Option
from tests.teams import SENTENCES
from tests.teams.checks import problems
from tests.teams.doing import NONCE


def drawn(field: Field, **how) -> dict:
    """The choice as it stands in its dialog."""
    made = dialogs.form(Form("a/b", "T", (field,), "Go"), NONCE, SENTENCES, **how)
    assert problems("dialog", made) == []
    (box,) = made["task"]["value"]["card"]["content"]["body"][1:]
    return box["items"][0]


@pytest.mark.parametrize(
    ("kind", "count", "style"),
    [("choice", 2, "expanded"), ("choice", 10, "compact"), ("person", 2, "filtered")],
    ids=["few", "many", "people"],
)
def test_a_choice_that_means_nothing_in_particular_is_chosen_where_nothing_else_is(kind, count, style):
    """As shown above, or nobody: an answer like any other; and people are searched all the same."""
    others = tuple(Option(str(at), f"Choice {at}") for at in range(count))
    field = Field("f", "Which?", kind, options=(Option("", "As shown above"), *others))
    for value, chosen in (("", "="), ("1", "=1"), ("gone", None)):
        made = drawn(field, values={"f": value})
        assert made.get("value") == chosen
        assert value or made["style"] == style


def test_a_choice_that_takes_an_answer_back_is_not_chosen_before_there_is_one():
    field = Field("f", "Which?", "choice", options=(Option("a", "A"), Option("b", "B")), required=False)
    assert "value" not in drawn(field)
