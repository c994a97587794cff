"""A few seconds of the mixed traffic: it still works, and what is promised is kept, however slow this machine is."""

import sys

import pytest

from tests.bench import load


@pytest.mark.skipif(sys.platform != "linux", reason="how the processes do is read in Linux’ /proc")
def test_a_few_seconds_of_mixed_traffic_break_no_promise():
    waits, promises, *processes = load.tables(minutes=0.05)
    assert [goal.what for goal in (waits.goals[1], *promises.goals) if not goal.met] == []
    told = dict(promises.rows)
    assert int(told["words that were acknowledged"]) > 0
    assert len(processes) == 2
