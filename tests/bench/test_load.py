"""A few seconds of the mixed traffic: it still works, and what is promised is kept, however slow this machine is."""

import asyncio
import random
import sys
import time
from collections import Counter
from math import nan

import pytest

from tests.bench import load
from tests.bench.loading.people import NOT_SHOWN
from tests.bench.loading.traffic import Asked, Traffic
from tests.bench.loading.watching import Look, slope


@pytest.mark.skipif(sys.platform != "linux", reason="how the processes do is read in Linux’ /proc")
def test_a_few_seconds_of_mixed_traffic_break_no_promise():
    waits, promises, *processes = load.tables(minutes=0.05)
    assert [goal.what for goal in (waits.goals[1], *promises.goals) if not goal.met] == []
    told = dict(promises.rows)
    assert int(told["words that were acknowledged"]) > 0
    assert len(processes) == 2


@pytest.mark.parametrize(
    ("wrong", "platform", "missed"),
    [
        ("", "browser", []),
        ("status 0", "slack", ["none lost: 1"]),
        (NOT_SHOWN, "slack", []),
        (NOT_SHOWN, "teams", ["nothing shown no more often than a platform was amiss: 1 teams, of 1 slack"]),
        (NOT_SHOWN, "browser", ["nothing shown no more often than a platform was amiss: 1 browser, of 1 slack"]),
    ],
)
def test_that_nothing_was_shown_is_excused_only_where_the_platform_was_amiss(wrong, platform, missed):
    traffic = Traffic((), (), random.Random())  # noqa: S311  # nothing is kept secret by it
    traffic.asked.append(Asked("list", platform, 0.1, wrong))
    outcome = load.Outcome(traffic, {}, [], Counter(slack=1), [], Counter())
    assert [goal.what for goal in load.waits(outcome, 1).goals if not goal.met] == missed


async def test_a_turn_that_comes_to_no_end_is_lost():
    async def breaks() -> None:
        raise ValueError

    traffic = Traffic((), (), random.Random())  # noqa: S311  # nothing is kept secret by it
    traffic.asked.append(Asked("list", "slack", 0.1, ""))
    traffic._go(breaks())
    traffic._go(asyncio.Event().wait())
    await traffic._ended(time.perf_counter() + 0.2)
    table = load.waits(load.Outcome(traffic, {}, [], Counter(), [], Counter()), 1)
    assert [goal.what for goal in table.goals if not goal.met] == ["none lost: 2"]
    assert "1 × ValueError" in table.markdown()


def test_a_process_that_ended_before_its_time_misses_the_goal_of_its_memory():
    looks = [Look(at, 100.0, threads=1, files=1, spent=0.0, stored=0.0, log=0.0) for at in range(0, 1200, 10)]
    assert [goal.met for goal in load.process("run", looks, 20).goals] == [True]
    assert [goal.met for goal in load.process("run", looks[:90], 20).goals] == [False]
    assert load.process("run", looks[:3], 0.5).goals == []


def test_growth_is_what_the_second_half_grew_by_and_unknown_where_memory_is():
    def look(at: float, rss: float) -> Look:
        return Look(at, rss, threads=1, files=1, spent=0.0, stored=0.0, log=0.0)

    assert slope([look(0, 10), look(600, 100), look(900, 103), look(1200, 106)]) == pytest.approx(6)
    assert not slope([look(0, 1), look(600, nan), look(1200, 1)]) < 2
