"""A small part of `python -m tests.faults.kills`: one story, and a process killed at each of its points."""

from tests.faults import commands, kills
from tests.faults.flows import flows

FLOW, STEPS = "the-clerk-answers", 3


def test_a_process_killed_at_any_point_of_a_question_passed_on_loses_nothing():
    (whole,) = (flow for flow in flows(("web",)) if flow.name == FLOW)
    (outcome,) = kills.outcomes([whole._replace(steps=whole.steps[:STEPS])], seconds=300)
    assert outcome.failed == ""
    assert outcome.missed == []
    assert [cut for cut in outcome.cuts if cut.broken] == []
    assert len(outcome.cuts) + outcome.same == sum(outcome.points.values()) > 40
    assert {"statement", "commit", "committed", "reply"} <= set(outcome.points)


def test_keys_that_are_rotated_open_everything_wherever_the_command_was_killed():
    (table,) = commands.tables(["keys rotate"])
    assert all(goal.met for goal in table.goals), table.markdown()
