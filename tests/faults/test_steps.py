"""Which steps of the desks the flows take: what is missing is named, and what is heard is what is counted."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.bot import DESKS
from bot.conversation import Command, Due, Event, Greet, Message, Person, Place, Press, Submit
from bot.desk import Desk
from bot.tokens import Token
from tests.faults import steps
from tests.faults.stages import book_of
from tests.report import Goal, Table

HERE: dict[str, Any] = {
    "id": "e1",
    "who": Person("web", "barrow", "councillor"),
    "where": Place("web", "barrow", "p", private=True),
    "at": datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
}
DUE: dict[str, Any] = {**{name: HERE[name] for name in ("id", "where", "at")}, "rung": "x", "due": HERE["at"]}


async def nothing(*_: Any) -> Any:
    """A step that is never taken."""


TWO = (
    Desk("bins", commands={"bins": nothing}, buttons={"empty": nothing}, forms={"empty": nothing}),
    Desk("keys", due={"key": nothing}),
)
TABLE = Table("Flows", (), (), goals=(Goal("every point was visited", True),))
ALL = ["bins/bins (command)", "bins/empty (button)", "bins/empty (form)", "keys/key (due)"]


def test_every_command_button_form_and_promise_of_every_desk_is_a_step():
    assert list(steps.every(TWO)) == ALL


@pytest.mark.parametrize("missing", ALL)
def test_a_step_that_no_flow_takes_is_named(missing):
    assert steps.untaken([one for one in ALL if one != missing], TWO, {}) == [missing]


def test_a_step_may_be_left_out_for_a_reason():
    assert steps.untaken(ALL[1:], TWO, {ALL[0]: "nobody has a bin"}) == []


def test_a_step_that_is_left_out_is_one_that_there_is():
    assert set(steps.LEFT_OUT) <= set(steps.every())


def test_the_goal_is_missed_and_says_which_step_is_in_no_flow():
    every = set(steps.every())
    assert all(goal.met for goal in steps.held(TABLE, every).goals)
    before, missed = steps.held(TABLE, every - {"questions/pin (form)"}).goals
    assert before.met
    assert not missed.met
    assert missed.what.endswith(" questions/pin (form)")


@pytest.mark.parametrize(
    ("event", "step"),
    [
        (Command(text=" Review ", **HERE), ["reviews/review (command)"]),
        (Message(text="put the review on the agenda", **HERE), ["reviews/review (command)"]),
        (Message(text="who keeps the key", **HERE), []),
        (Press(token=str(Token("questions", "pin", "who keeps the key")), **HERE), ["questions/pin (button)"]),
        (Submit(form="reviews/later/0.protocol", values={}, **HERE), ["reviews/later (form)"]),
        (Due(matter="concern/c1", **DUE), ["concerns/concern (due)"]),
        (Due(matter="of-tomorrow/x", **DUE), []),
        (Greet(**HERE), []),
    ],
    ids=lambda given: type(given).__name__ if not isinstance(given, list) else "",
)
def test_an_event_takes_the_step_that_it_names_or_means(event: Event, step: list[str]):
    assert list(steps.asked_for(event, book_of("web", "barrow"))) == step
    assert set(step) <= set(steps.every(DESKS))
