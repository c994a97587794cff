"""How fast the bot may speak in Teams: as fast as Microsoft allows, in order, and nobody waits for another."""

import asyncio
import heapq
import itertools

import pytest

from adapters.teams.pace import BY_CONVERSATION, BY_TENANT, Crowded, Pace

EDGE = 1e-9


class Time:
    """Time that passes only while everybody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._number = itertools.count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._number), woken))
        await woken.wait()

    async def until_done(self, work: "asyncio.Future[object]") -> None:
        while not work.done():
            for _ in range(20):
                await asyncio.sleep(0)
            if self._sleepers and not work.done():
                self.now, _, woken = heapq.heappop(self._sleepers)
                woken.set()
        work.result()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time) -> Pace:
    return Pace(time, time.sleep)


async def said(time: Time, pace: Pace, wanted, within: float = 1e9) -> list[tuple[float, str, int]]:
    """When each of these was said: the tenant, the conversation."""
    log: list[tuple[float, str, int]] = []

    async def one(tenant: str, conversation: str, number: int) -> None:
        await pace.turn(tenant, conversation, within)
        log.append((time.now, conversation, number))

    work = asyncio.gather(*(one(*where, number) for number, where in enumerate(wanted)))
    await time.until_done(work)
    return log


def most_within(times: list[float], span: float) -> int:
    """Of a sorted list, the most that lie in any stretch of so many seconds."""
    return max(sum(start <= at < start + span - EDGE for at in times) for start in times)


async def test_no_window_of_a_conversations_is_ever_overfull(time, pace):
    log = await said(time, pace, [("t", "c")] * 200)
    times = [at for at, _, _ in log]
    for most, span in BY_CONVERSATION:
        assert most_within(times, span) <= most
    assert times[6] == times[0], "seven may be said at once"
    assert times[59] - times[0] < 30, "sixty within half a minute"
    assert times[60] - times[0] >= 30 - EDGE


async def test_the_hour_has_its_limit_too(time, pace):
    log = await said(time, pace, [("t", "c")] * 1801)
    assert log[1800][0] - log[0][0] >= 3600 - EDGE
    assert log[1799][0] - log[0][0] < 3600


async def test_what_is_said_in_one_conversation_stays_in_order(time, pace):
    log = await said(time, pace, [("t", "c")] * 70)
    assert [number for _, _, number in log] == list(range(70))


async def test_a_conversation_that_waits_holds_up_no_other(time, pace):
    log = await said(time, pace, [*[("t", "busy")] * 20, ("t", "quiet")])
    (quiet,) = (at for at, conversation, _ in log if conversation == "quiet")
    assert quiet == log[0][0]


async def test_a_tenant_has_its_limit_and_another_its_own(time, pace):
    wanted = [*(("t", f"c{number}") for number in range(120)), *(("u", f"d{number}") for number in range(40))]
    log = await said(time, pace, wanted)
    first = log[0][0]
    for tenant, count in (("c", 120), ("d", 40)):
        times = [at for at, conversation, _ in log if conversation.startswith(tenant)]
        assert len(times) == count
        assert most_within(times, 1.0) <= BY_TENANT[0][0]
    assert all(at == first for at, conversation, _ in log if conversation.startswith("d"))


async def test_a_turn_that_would_come_too_late_is_told_at_once_with_how_long_it_is(time, pace):
    await said(time, pace, [("t", "c")] * 7)
    with pytest.raises(Crowded) as full:
        await pace.turn("t", "c", 0.5)
    assert full.value.wait == pytest.approx(1.0)
    await pace.turn("t", "other", 0.5)


async def test_a_turn_given_up_is_not_counted(time, pace):
    await said(time, pace, [("t", "c")] * 7)
    waiting = asyncio.create_task(pace.turn("t", "c", 10.0))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    time.now += 1.0
    log = await said(time, pace, [("t", "c")])
    assert log[0][0] == time.now


async def test_conversations_of_long_ago_are_forgotten(pace):
    for number in range(5_100):
        await pace.turn(f"t{number}", f"c{number}", 1.0)
    assert len(pace) <= 5_000
