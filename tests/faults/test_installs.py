"""A small part of `python -m tests.faults.installs`: the token of the hosted Slack app, killed while it is renewed."""

import pytest

from tests.faults import installs
from tests.faults.installs import Cut
from tests.faults.points import Point

ONE = Point("commit", "", 1)


@pytest.mark.sqlite_only
def test_a_token_is_lost_only_where_the_process_dies_between_slacks_answer_and_our_commit(tmp_path):
    points, found = installs.cuts("renewal", tmp_path)
    assert [cut.point for cut in found] == points
    assert [cut for cut in found if cut.broken] == []
    assert [cut.point.kind for cut in found if cut.anew] == ["called", "statement", "statement", "commit"]


@pytest.mark.parametrize(
    ("found", "visited", "held"),
    [
        ([Cut("install", ONE, True, [])], True, True),
        ([Cut("install", ONE, True, ["nobody is told"])], True, False),
        ([], False, False),
    ],
)
def test_a_point_that_was_missed_or_a_token_that_was_lost_unsaid_misses_its_goal(found, visited, held):
    assert [goal.met for goal in installs.table([ONE], found).goals] == [visited, held]
