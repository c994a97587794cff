"""Promises that fall due are heard: each once a tick, again while it stands, none held up by another."""

from datetime import timedelta

from msgspec.structs import replace
from sqlalchemy import update

from bot.clock import Ticker
from bot.concern import Promise
from bot.conversation import Due
from bot.naming import by_the_clock
from bot.records import Turn
from storage.database import EVERY, within
from storage.tables import promises
from tests import queue
from tests.core.council import Council, concern
from tests.worlds import NOON, command


class Ear:
    """Hears, and keeps what a promise asks for; stumbles over some."""

    def __init__(self, store, broken: str = "") -> None:
        self.store = store
        self.broken = broken
        self.heard: list[Due] = []

    async def __call__(self, event) -> None:
        self.heard.append(event)
        if event.matter == self.broken:
            raise ZeroDivisionError("somebody's private words")
        await self.store.keep("barrow", event, Turn(erase=(event.matter,)))


class Deaf(Ear):
    """Hears, and does nothing about it."""

    async def __call__(self, event) -> None:
        self.heard.append(event)


async def promise(council: Council, count: int, rung: str = "acknowledge", later: timedelta = timedelta()) -> None:
    """So many concerns, each with something promised, a second apart."""
    for number in range(count):
        due = NOON + later + timedelta(seconds=number)
        made = replace(concern(f"c{number}", "ann"), promised=(Promise(rung, due),))
        await council.store.keep("barrow", command("x", id=f"file-{number}"), Turn(keep=(made,)))


async def test_what_is_due_is_heard_and_what_is_not_waits(council, clock):
    await promise(council, 2, later=timedelta(days=1))
    ear = Ear(council.store)
    ticker = Ticker(council.store, ear, clock)
    assert await ticker.tick() == 0
    clock.pass_by(days=1, seconds=1)
    assert await ticker.tick() == 2
    assert await ticker.tick() == 0
    assert [event.matter for event in ear.heard] == ["concern/c0", "concern/c1"]


async def test_a_promise_comes_to_the_door_as_an_event_of_its_council(council, clock):
    await promise(council, 1)
    ear = Ear(council.store)
    clock.pass_by(hours=1)
    await Ticker(council.store, ear, clock).tick()
    (event,) = ear.heard
    assert event.id == f"due/concern/c0/acknowledge/{NOON.isoformat()}/1"
    assert (event.where.platform, event.where.tenant, event.where.private) == ("clock", "barrow", True)
    assert (event.at, event.rung) == (clock(), "acknowledge")


async def test_more_than_a_batch_is_heard_in_one_tick(council, clock):
    await promise(council, 60)
    clock.pass_by(hours=1)
    ear = Ear(council.store)
    assert await Ticker(council.store, ear, clock).tick() == 60
    assert len(ear.heard) == 60


async def test_a_promise_that_stays_is_heard_again_when_its_lease_is_over(council, database, clock):
    await promise(council, 8)
    clock.pass_by(hours=1)
    ear = Deaf(council.store)
    ticker = Ticker(council.store, ear, clock)
    assert await ticker.tick() == 8
    assert await ticker.tick() == 0
    async with within(database, EVERY) as connection:
        await connection.execute(update(promises).values(lease=None))
    assert await ticker.tick() == 8
    assert len(await queue.promised(council.store, clock())) == 8


async def test_one_that_fails_holds_up_nobody_and_has_its_turn_at_the_next_tick(council, clock, caplog):
    await promise(council, 3)
    clock.pass_by(hours=1)
    ear = Ear(council.store, broken="concern/c0")
    ticker = Ticker(council.store, ear, clock)
    assert await ticker.tick() == 2
    assert "ZeroDivisionError" in caplog.text
    assert "private words" not in caplog.text
    assert "c0" not in caplog.text
    ear.broken = ""
    assert await ticker.tick() == 1


async def test_a_promise_made_anew_for_a_moment_already_past_waits_for_the_next_tick(council, clock):
    await promise(council, 1)
    clock.pass_by(days=1)

    async def again(event):
        kept = await council.store.concern("barrow", "c0")
        late = Promise("acknowledge", event.at - timedelta(minutes=1), kept.promised[0].step + 1)
        await council.store.keep("barrow", event, Turn(keep=(replace(kept, promised=(late,)),)))

    assert await Ticker(council.store, again, clock).tick() == 1


async def test_a_promise_heard_twice_changes_nothing_the_second_time(council, clock):
    """A tick that was cut short after it was kept, and runs again."""
    await council.hear(command("held"))
    first = (await queue.promised(council.store, clock() + timedelta(days=90)))[0]
    clock.pass_by(days=60)
    await council.ticker.tick()
    await council.notices()
    event = Due(
        id=f"due/{first.matter}/{first.rung}/{first.due.isoformat()}/{first.number}",
        where=by_the_clock("barrow"),
        at=clock(),
        matter=first.matter,
        rung=first.rung,
        due=first.due,
    )
    await council.hear(event)
    assert await council.notices() == []
