"""A small part of `python -m tests.faults.kills`: one story, and a process killed at each of its points."""

import sqlite3
from contextlib import closing

from tests.faults import commands, kills
from tests.faults.flows import flows
from tests.faults.points import Points

#: Somebody asks, opens the form and sends it.
FLOW, STEPS = "the-clerk-answers", (0, 1, 3)


def test_a_process_killed_at_any_point_of_a_question_passed_on_loses_nothing():
    (whole,) = flows(("web",), FLOW)
    (outcome,) = kills.outcomes([whole._replace(steps=tuple(whole.steps[one] for one in STEPS))], seconds=300)
    assert outcome.failed == ""
    assert outcome.missed == []
    assert [cut for cut in outcome.cuts if cut.broken] == []
    assert len(outcome.cuts) + outcome.same + outcome.alike == sum(outcome.points.values()) > 40
    assert {"statement", "commit", "committed", "reply"} <= set(outcome.points)


def test_a_stretch_of_points_ends_where_something_was_committed_by_whomever(tmp_path):
    file = tmp_path / "file.sqlite3"
    points = Points()
    with closing(sqlite3.connect(file)) as somebody:
        somebody.execute("PRAGMA journal_mode=WAL")
        points.look_into(file)
        points.on = True
        points.come_by("statement", "one")
        points.come_by("statement", "two")
        somebody.execute("CREATE TABLE a (b)")
        points.come_by("statement", "three")
        points.come_by("reply", "four")
    assert [[point.where for point in stretch] for stretch in points.stretches()] == [
        ["one", "two"],
        ["three"],
        ["four"],
    ]


def test_a_notice_that_was_set_aside_is_taken_up_again_wherever_the_command_was_killed():
    (table,) = commands.tables(["outbox again"])
    assert all(goal.met for goal in table.goals), table.markdown()
