"""What the bot does by itself: at the start, by day, and until the end."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.conversation import Due
from bot.outbox import Outbox
from bot.workdays import LONDON
from deploy.running import clockwork
from deploy.running.clockwork import Clockwork
from storage.store import SqlStore
from tests import queue
from tests.delivery.carriers import Carrier, crowd, keep, notice
from tests.storage.matters import concern, due, kept
from tests.waiting import until
from tests.worlds import NOON


class Ear:
    """The bot's door, where everything that is heard is written down."""

    def __init__(self, broken: str = "") -> None:
        self.heard: list[Due] = []
        self.broken = broken

    async def hear(self, event) -> None:
        self.heard.append(event)
        if self.broken and event.matter.endswith(self.broken):
            raise ZeroDivisionError("somebody's private words")

    def asked(self) -> list[tuple[str, str, str]]:
        return [(one.id, one.matter, one.rung) for one in self.heard]


class Looks:
    """The look at who can be told."""

    def __init__(self) -> None:
        self.at: list[str] = []

    async def look(self, council: str) -> None:
        self.at.append(council)


def made(store, carrier, ear, clock, *councils: str, looks: Looks | None = None) -> Clockwork:
    outbox = Outbox(store, {"test": carrier}, clock)
    return Clockwork(ear, store, outbox, looks or Looks(), councils, clock)


async def test_at_the_start_everything_is_looked_at_once(store, clock):
    ear, carrier, looks = Ear(), Carrier(), Looks()
    await store.keep("barrow", due(), kept(concern(promised=())))
    await keep(store, notice("ann", "hello"))
    async with made(store, carrier, ear, clock, "barrow", "twywell", looks=looks).running():
        await until(lambda: len(ear.heard) == 4 and bool(carrier.arrived) and len(looks.at) == 2)
    assert ear.asked() == [
        ("watch/2026-11-22", "watch/barrow", "day"),
        ("plan/2026-11-22", "review/barrow", "plan"),
        ("watch/2026-11-22", "watch/twywell", "day"),
        ("plan/2026-11-22", "review/twywell", "plan"),
    ]
    assert looks.at == ["barrow", "twywell"]


async def test_what_fails_at_one_council_keeps_it_from_no_other(store, clock, caplog):
    ear = Ear(broken="barrow")
    async with made(store, Carrier(), ear, clock, "barrow", "twywell").running():
        await until(lambda: len(ear.heard) == 3)
    assert [one.matter for one in ear.heard] == ["watch/barrow", "watch/twywell", "review/twywell"]
    assert "ZeroDivisionError" in caplog.text
    assert "private words" not in caplog.text


async def test_the_day_is_the_councils_own(store, clock):
    """In summer it begins an hour before that of UTC."""
    clock.now = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    ear = Ear()
    async with made(store, Carrier(), ear, clock, "barrow").running():
        await until(lambda: len(ear.heard) == 2)
    assert ear.heard[0].id == "watch/2026-07-02"


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=LONDON), datetime(2026, 10, 25, tzinfo=LONDON)])
def test_what_is_asked_once_a_day_is_asked_while_people_are_at_work_also_when_clocks_change(day):
    trigger, now, hours = clockwork._BY_DAY, day, []
    while (now := trigger.get_next_fire_time(None, now + timedelta(seconds=1))) < day + timedelta(days=2):
        hours.append(now.astimezone(LONDON).hour)
    assert hours == [*range(9, 17)] * 2


# ---------------------------------------------------------------- the end


async def test_what_is_in_hand_is_brought_to_its_end_and_what_waits_is_left(store, clock):
    go, ear = asyncio.Event(), Ear()

    async def waits(_to: str, _said: str) -> None:
        await go.wait()

    carrier = Carrier(waits)
    await crowd(store, 20)
    clock_work = made(store, carrier, ear, clock, "barrow")
    async with clock_work.running():
        await until(lambda: len(carrier.asked) == 8)
        clock_work.close()
        go.set()
    assert len(carrier.arrived) == 8
    assert len(await queue.waiting(store)) == 12


async def test_what_takes_too_long_is_cut_short_and_is_there_again_after_the_lease(database, keys, clock, caplog):
    async def hangs(_to: str, _said: str) -> None:
        await asyncio.Event().wait()

    carrier, hasty = Carrier(hangs), SqlStore(database, keys, timedelta())
    await keep(hasty, notice("ann", "hello"))
    async with made(hasty, carrier, Ear(), clock, "barrow").running(finish=0.05):
        await until(lambda: bool(carrier.asked))
    assert "was cut short" in caplog.text
    assert len(await hasty.waiting(NOON, 9)) == 1


async def test_a_promise_that_was_not_heard_before_the_end_is_there_for_others_at_once(database, keys, clock):
    store, other = SqlStore(database, keys), SqlStore(database, keys)
    for number in range(5):
        await store.keep("barrow", due(), kept(concern(f"d{number}")))
    clock.pass_by(days=30)
    heard = []

    class Closes(Ear):
        async def hear(self, event) -> None:
            if event.matter.startswith("concern/"):
                heard.append(event.matter)
                clock_work.close()

    clock_work = made(store, Carrier(), Closes(), clock, "barrow")
    async with clock_work.running():
        await until(lambda: bool(heard))
    assert len(heard) == 1
    assert len(await other.due(clock(), 9)) == 4, "the one that was heard and stands is left until its lease is over"


async def test_a_clock_that_is_put_back_an_hour_keeps_nobody_waiting_for_one():
    scheduler = AsyncIOScheduler(timezone=UTC)
    rung: list[str] = []

    async def ring(what: str) -> None:
        rung.append(what)

    now = datetime.now(UTC)
    often = IntervalTrigger(seconds=5, start_date=now + timedelta(hours=1), timezone=UTC)
    scheduler.add_job(ring, often, args=["often"], next_run_time=now + timedelta(hours=1))
    scheduler.add_job(ring, clockwork._BY_DAY, args=["by day"], next_run_time=now + timedelta(days=2))
    scheduler.start()
    try:
        clockwork.anew(scheduler, now)
        await until(lambda: rung)
        assert rung == ["often"]
        first, second = sorted(job.next_run_time for job in scheduler.get_jobs())
        assert first - now <= timedelta(seconds=6)
        assert second - now <= timedelta(days=1)
    finally:
        scheduler.shutdown(wait=False)
