"""A small part of `python -m tests.faults.kills`: one story, and a process killed at each of its points."""

import ast
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import bot
from tests.faults import commands, kills
from tests.faults.flows import flows
from tests.faults.points import Point, Points

#: Somebody asks, opens the form and sends it.
FLOW, STEPS = "the-clerk-answers", (0, 1, 3)
#: Fields for others to read: a question, its answer, what changed in a review.
PUBLIC = {"question", "reply", "changes"}


@pytest.mark.parametrize("platform", ["web", "slack", "teams"])
def test_a_process_killed_at_any_point_of_a_question_passed_on_loses_nothing(platform):
    (whole,) = flows((platform,), FLOW)
    (outcome,) = kills.outcomes([whole._replace(steps=tuple(whole.steps[one] for one in STEPS))], seconds=300)
    assert outcome.failed == ""
    assert outcome.missed == []
    assert [cut for cut in outcome.cuts if cut.broken] == []
    assert len(outcome.cuts) + outcome.same + outcome.alike == sum(outcome.points.values()) > 40
    assert {"statement", "commit", "committed", "reply"} <= set(outcome.points)
    assert outcome.took == {"questions/pass (button)", "questions/pass (form)"}


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


def test_acts_are_one_whatever_they_ask_first_but_not_if_they_do_something_for_good_in_another_order():
    asked, other = Point("statement", "SELECT matters", 1), Point("statement", "SELECT keys", 1)
    kept, told = Point("committed", "", 1), Point("called", "POST /chat.postMessage", 1)
    assert kills.likeness([asked, other, kept, told]) == kills.likeness([other, asked, kept, told])
    assert kills.likeness([asked, kept, told]) != kills.likeness([asked, told, kept])


def test_a_notice_that_was_set_aside_is_taken_up_again_wherever_the_command_was_killed():
    (table,) = commands.tables(["outbox again"])
    assert all(goal.met for goal in table.goals), table.markdown()


def test_every_field_in_which_somebody_writes_at_length_is_looked_for_or_is_for_all_to_read():
    files = Path(bot.__file__).parent.glob("*.py")
    calls = [node for file in files for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    fields = [one for one in calls if getattr(one.func, "id", "") == "Field" and "'text'" in ast.unparse(one)]
    private = [one for one in fields if ast.literal_eval(one.args[0]) not in PUBLIC]
    labels = [node.value for one in private for node in ast.walk(one.args[1]) if isinstance(node, ast.Constant)]
    assert len(labels) == len(private) == len(fields) - 4
    assert set(labels) == kills.PRIVATE


def test_what_is_typed_into_a_chat_and_not_kept_is_looked_for_in_the_log_and_on_slack_in_the_file_too(tmp_path):
    for platform in ("web", "slack"):
        (flow,) = flows((platform,), "the-story-typed-into-the-chat")
        campaign = kills.Campaign(flow, tmp_path / platform, tmp_path)
        for act in flow.acts():
            campaign._keeps_to_itself(act)
        looked_for = campaign._private.said if platform == "web" else campaign._private.kept
        assert any("shoved me into the copier" in one for one in looked_for)
        assert "" not in looked_for


def test_what_is_filled_into_a_concern_is_looked_for_in_the_file(tmp_path):
    (flow,) = flows(("web",), "withdrawing")
    campaign = kills.Campaign(flow, tmp_path / "web", tmp_path)
    for act in flow.acts():
        campaign._keeps_to_itself(act)
    assert campaign._private == (["She hung up on me."], [])
