"""Where the kernel does not tell how much memory is taken, no goal is met by that."""

from collections import Counter
from math import nan

from tests.bench import hosting, start, turns
from tests.bench.memory import Memory
from tests.report import Table


def _missed(table: Table) -> list[str]:
    return [goal.what for goal in table.goals if not goal.met]


def test_turns_that_take_more_and_more_memory_miss_their_goal_and_so_do_those_of_which_nothing_is_known():
    def after(*taken: float) -> Table:
        return turns.table([turns.Look(number * 100_000, mib, 0.001) for number, mib in enumerate(taken, 1)])

    assert _missed(after(100, 140, 140.0, 140.1)) == []
    assert len(_missed(after(100, 140, 140.2, 140.4))) == 1
    assert len(_missed(after(100, 140, nan, 140))) == 1


def test_a_start_whose_memory_is_unknown_misses_its_goal():
    def found(rest: Memory | None) -> Table:
        return start.table({"Slack, one council": [start.Start(1.0, rest)] * 2})

    assert _missed(found(Memory(100.0, 90.0))) == []
    assert len(_missed(found(None))) == 1


def test_many_councils_whose_memory_is_unknown_miss_their_goal():
    def took(after: Memory | None) -> Table:
        return hosting.table(hosting.Took(5.0, [0.1], [0.1], after, after), Counter(), 0, 1)

    assert _missed(took(Memory(200.0, 190.0))) == []
    assert _missed(took(None)) == ["at most 450 MiB"]
