"""The fault campaign bites: whatever is lost, doubled, overheard, missed or not tried at all misses a goal."""

from collections import Counter

import msgspec
import pytest

from deploy.cli import parser
from tests.core.test_every_command import every
from tests.faults import commands, cuts, five, jobs, outcomes, stands
from tests.faults.cuts import Cut
from tests.faults.outcomes import Outcome, untried
from tests.faults.points import Point
from tests.faults.stands import Whole

BROKEN = "it is lost"


def well_met(table) -> bool:
    return all(goal.met for goal in table.goals) and bool(table.goals)


# ---------------------------------------------------------------- what surrounds the bot


def test_where_every_promise_held_the_goal_is_met():
    assert well_met(outcomes.table("Faults", [Outcome("a fault", "something")]))


@pytest.mark.parametrize(
    "found",
    [
        [],
        [Outcome("a fault", "something", wrong=[BROKEN])],
        [Outcome("a fault", "something"), untried("another", "no tool for it")],
    ],
    ids=["nothing was tried", "a promise was broken", "one fault was not tried"],
)
def test_the_goal_is_missed_where(found):
    assert not well_met(outcomes.table("Faults", found))


def test_what_was_not_tried_says_what_is_missing():
    assert "no tool for it" in outcomes.table("Faults", [untried("another", "no tool for it")]).markdown()


# ---------------------------------------------------------------- points at which a process was killed

POINT = Point("commit", "", 1)


def visited(**changes) -> cuts.Outcome:
    """Two points, both of them visited; nothing was broken."""
    whole = cuts.Outcome("web", "a talk", points=Counter(commit=2), acts=1, went_on=1)
    whole.cuts = [Cut("a talk", "step 1", POINT, []), Cut("a talk", "step 1", Point("commit", "", 2), [])]
    return msgspec.structs.replace(whole, **changes)


def test_where_every_point_was_visited_and_nothing_broken_all_goals_are_met():
    assert well_met(cuts.table([visited()], 1.0))
    assert well_met(cuts.table([visited(points=Counter(commit=5), same=1, alike=2)], 1.0))


@pytest.mark.parametrize(
    "changes",
    [
        {"missed": ["a commit"]},
        {"failed": "the rig did not start"},
        {"points": Counter(commit=3)},
        {"cuts": [Cut("a talk", "step 1", POINT, [BROKEN])], "alike": 1},
        {"cuts": [], "same": 2},
    ],
    ids=[
        "a point is missed",
        "a flow failed",
        "a point is not accounted for",
        "a promise is broken",
        "none was killed",
    ],
)
def test_a_goal_is_missed_where(changes):
    assert not well_met(cuts.table([visited(**changes)], 1.0))


def test_one_bad_flow_among_good_ones_misses_a_goal():
    assert not well_met(cuts.table([visited(), visited(failed="the rig did not start")], 1.0))


def tried(**changes) -> commands.Tried:
    """A command with three points, of which one is the same as another."""
    killed = [commands.Cut("backup", point, []) for point in (POINT, Point("commit", "", 2))]
    return commands.Tried("backup", Counter(commit=3), killed, [], 1)._replace(**changes)


def test_where_every_point_of_a_command_was_visited_and_nothing_broken_all_goals_are_met():
    assert well_met(commands.table([tried()]))


@pytest.mark.parametrize(
    "changes",
    [
        {"missed": ["a commit"]},
        {"same": 0},
        {"cuts": [commands.Cut("backup", POINT, [BROKEN])], "same": 2},
        {"kinds": Counter(), "cuts": [], "same": 0},
        {"changed": False},
    ],
    ids=["a point is missed", "a point is not accounted for", "something was lost", "none was killed", "nothing to do"],
)
def test_a_goal_of_the_commands_is_missed_where(changes):
    assert not well_met(commands.table([tried(**changes)]))


def test_every_command_is_killed_or_left_out_for_a_reason():
    killed = {" ".join(word for word in job.name.split() if not word.startswith("-")) for job in jobs.JOBS}
    assert not killed & set(jobs.LEFT_OUT)
    assert killed | set(jobs.LEFT_OUT) == {name.partition(" ")[2] for name in dict(every(parser()))}


@pytest.mark.parametrize(
    ("told", "met"),
    [
        ("2000 promises, 5 replicas, 13 killed, database restarted: fast, kill. At least once: …", True),
        ("2000 promises, 5 replicas, 0 killed, database restarted: fast, kill. At least once: …", False),
        ("2000 promises, 5 replicas, 10 killed, database restarted: fast. At least once: …", False),
        ("2000 promises, 5 replicas, 10 killed, database restarted: . At least once: …", False),
        ("1 passed in 3.00s", False),
    ],
)
def test_five_replicas_of_which_none_was_killed_or_under_which_no_database_went_away_miss_a_goal(told, met):
    assert five.met(told) is met


# ---------------------------------------------------------------- what a killed process left, beside what is to be

NOTICE = ("chat", "", "bot", "A concern waits for you.")


def left(**changes) -> Whole:
    """What is there after a concern was filed and somebody told of it."""
    whole = Whole(
        records=Counter({"concern: one": 1, "rows of keys": 1}),
        promised=Counter({"barrow: concern/1 remind 2026-11-30 10:00:00": 1}),
        trail=Counter({"filed": 1}),
        reads=Counter({"read": 1}),
        aside=0,
        waits=0,
        wrong=[],
        stands=Counter({NOTICE: 1}),
        came=Counter({NOTICE: 1}),
        asked=[("k1", True)],
        actor=("raiser", "chat of the raiser"),
    )
    return msgspec.structs.replace(whole, **changes)


LOST = {
    "a record": {"records": Counter({"rows of keys": 1})},
    "a row": {"records": Counter({"concern: one": 1})},
    "an entry of the trail": {"trail": Counter()},
    "an entry of who read it": {"reads": Counter()},
    "a promise": {"promised": Counter()},
}
AMISS = {
    "a record twice": {"records": Counter({"concern: one": 2, "rows of keys": 1})},
    "a promise twice": {"promised": Counter({"barrow: concern/1 remind 2026-11-30 10:00:00": 2})},
    "an entry of the trail twice": {"trail": Counter({"filed": 2})},
    "another promise": {"promised": Counter({"barrow: concern/1 remind 2027-11-30 10:00:00": 1})},
    "a notice that still waits": {"waits": 1},
    "a notice asked for twice that must not arrive twice": {"asked": [("k1", True), ("k1", True)]},
    "a notice that never arrived": {"stands": Counter()},
    "a word to somebody who was to hear nothing": {
        "stands": Counter({NOTICE: 1, ("other", "", "bot", "A secret."): 1})
    },
    "a private word in a log": {"wrong": ["a private word stands in a log"]},
}


def test_what_is_left_as_it_is_to_be_breaks_nothing():
    assert list(stands.broken(left(), left())) == []


@pytest.mark.parametrize("changes", (LOST | AMISS).values(), ids=(LOST | AMISS).keys())
def test_a_process_that_was_killed_broke_a_promise_where_it_left(changes):
    assert list(stands.broken(left(), left(**changes)))


@pytest.mark.parametrize("changes", LOST.values(), ids=LOST.keys())
def test_a_notice_set_aside_does_not_excuse_the_loss_of(changes):
    assert list(stands.broken(left(), left(aside=1, **changes)))


def test_a_notice_set_aside_is_told_and_something_else_falls_due_then():
    told = {"trail": Counter({"filed": 1, "not reached": 1}), "stands": Counter()}
    later = Counter({"barrow: concern/1 remind 2026-12-01 10:00:00": 1})
    assert list(stands.broken(left(), left(aside=1, promised=later, **told))) == []


def test_a_notice_that_stands_there_twice_is_counted():
    assert stands.twice(left(), left(stands=Counter({NOTICE: 2}))) == 1
