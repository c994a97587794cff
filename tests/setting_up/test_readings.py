"""A document is read once, however often it is handed over: platforms deliver again what is answered late."""

import asyncio
import threading
from dataclasses import replace as with_
from functools import partial

import pytest
from msgspec.structs import replace

from bot.bot import Bot
from bot.conversation import Attached, Reject, Whisper
from bot.edition import Brought
from bot.errors import ProtocolBotError
from deploy.documents.bringing import IN_LINE, Readings
from deploy.documents.bringing import reader as shipped_reader
from deploy.handbooks import kept_up
from tests import worlds
from tests.core.council import settings
from tests.editions.world import FIRST, ID, NAME, pack

submit = partial(worlds.submit, council=ID)


class Reader:
    """Reads when it is told to: what it was given, and how many at a time."""

    def __init__(self) -> None:
        self.read: list[bytes] = []
        self.at_a_time = 0
        self._now = 0
        self._lock = threading.Lock()
        self.go_on = threading.Event()
        self.fails: Exception | None = None

    def __call__(self, _name, data, _before) -> Brought:
        with self._lock:
            self.read.append(data)
            self._now += 1
            self.at_a_time = max(self.at_a_time, self._now)
        try:
            assert self.go_on.wait(20)
            if self.fails is not None:
                raise self.fails
            return Brought(pack(*FIRST), ())
        finally:
            with self._lock:
                self._now -= 1


@pytest.fixture
def reader():
    made = Reader()
    yield made
    made.go_on.set()


@pytest.fixture
async def book(mallow):
    return await mallow.book()


def heard_by(mallow, readings: Readings):
    own = settings(council=ID, name=NAME, nation="england")
    mallow.bot = Bot(mallow.store, kept_up([own], mallow.clock, mallow.store, readings))
    sent = submit("setup/bring/", {"document": "p.txt"}, who="bea")
    return replace(sent, files={"document": Attached("p.txt", b"x")})


@pytest.mark.database
async def test_a_redelivery_during_the_reading_reads_nothing_again(mallow, reader):
    sent = heard_by(mallow, Readings(reader))
    waiting = [asyncio.create_task(mallow.hear(sent)) for _ in range(3)]
    await asyncio.sleep(0.1)
    reader.go_on.set()
    answers = await asyncio.gather(*waiting)

    assert len(reader.read) == 1
    assert all(isinstance(answer, Whisper) for answer in answers)
    assert (await mallow.store.draft(ID)).version == 1


@pytest.mark.database
async def test_a_draft_that_came_up_during_the_reading_does_not_make_it_read_again(mallow, reader):
    sent = heard_by(mallow, Readings(reader))
    waiting = [asyncio.create_task(mallow.hear(replace(sent, id=f"tab-{number}"))) for number in range(3)]
    await asyncio.sleep(0.1)
    reader.go_on.set()
    await asyncio.gather(*waiting)

    assert len(reader.read) == 1


async def test_what_was_read_is_known_for_a_while_and_then_read_again(reader, book):
    readings = Readings(reader, remember=0.05)
    reader.go_on.set()
    first = await readings("p.txt", b"x", book)
    assert await readings("p.txt", b"x", book) is first
    await asyncio.sleep(0.1)
    assert readings._known == {}

    await readings("p.txt", b"x", book)
    assert reader.read == [b"x", b"x"]


async def test_only_the_last_few_readings_are_known(reader, book):
    readings = Readings(reader)
    reader.go_on.set()
    for number in range(9):
        await readings("p.txt", bytes([number]), book)

    assert len(readings._known) < 9
    assert len(reader.read) == 9


async def test_what_is_being_read_once_more_is_not_forgotten_as_the_minute_of_the_first_reading_ends(reader, book):
    readings = Readings(reader, remember=0.5)
    reader.go_on.set()
    for number in range(9):  # of so many the first is not known any more
        await readings("p.txt", bytes([number]), book)
    reader.go_on.clear()
    again = asyncio.create_task(readings("p.txt", bytes([0]), book))
    await asyncio.sleep(0.6)
    brought_again = asyncio.create_task(readings("p.txt", bytes([0]), book))
    await asyncio.sleep(0.05)
    reader.go_on.set()

    assert await again is await brought_again
    assert reader.read.count(bytes([0])) == 2


async def test_another_name_another_file_and_another_council_are_other_readings(reader, book):
    readings = Readings(reader)
    reader.go_on.set()
    other = with_(book, contents=type(book.contents)(replace(book.contents.pack, council="lower-mallow")))
    for name, data, whose in (
        ("p.txt", b"x", book),
        ("p.md", b"x", book),
        ("p.txt", b"y", book),
        ("p.txt", b"x", other),
    ):
        await readings(name, data, whose)

    assert len(reader.read) == 4


async def test_documents_are_read_one_after_the_other_and_too_many_are_turned_away(reader, book):
    readings = Readings(reader)
    waiting = [asyncio.create_task(readings("p.txt", bytes([number]), book)) for number in range(IN_LINE)]
    await asyncio.sleep(0.05)
    with pytest.raises(ProtocolBotError, match="I am reading another document. Please try again in a minute."):
        await readings("p.txt", b"one more", book)
    reader.go_on.set()
    await asyncio.gather(*waiting)

    assert reader.at_a_time == 1
    assert len(reader.read) == IN_LINE
    await readings("p.txt", b"one more", book)


@pytest.mark.database
async def test_whoever_is_turned_away_is_told_so_in_the_form(mallow, reader, book):
    readings = Readings(reader)
    sent = heard_by(mallow, readings)
    waiting = [asyncio.create_task(readings("p.txt", bytes([number]), book)) for number in range(IN_LINE)]
    await asyncio.sleep(0.05)
    answer = await mallow.hear(sent)
    reader.go_on.set()
    await asyncio.gather(*waiting)

    assert isinstance(answer, Reject)
    assert "try again in a minute" in answer.problems["document"]


async def test_whoever_stops_waiting_does_not_end_the_reading_for_the_others(reader, book):
    readings = Readings(reader)
    first, second = (asyncio.create_task(readings("p.txt", b"x", book)) for _ in range(2))
    await asyncio.sleep(0.05)
    first.cancel()
    reader.go_on.set()

    assert (await second).pack.council == ID
    assert len(reader.read) == 1


async def test_a_refusal_is_known_as_a_reading_is_and_what_fails_by_accident_is_tried_anew(reader, book):
    readings = Readings(reader)
    reader.go_on.set()
    for failure, times in ((ProtocolBotError("It is a picture."), 1), (OSError("no room"), 2)):
        reader.fails, reader.read = failure, []
        for _ in range(2):
            with pytest.raises(type(failure)):
                await readings(f"{times}.txt", b"x", book)
        assert len(reader.read) == times


async def test_a_pack_file_that_is_handed_over_is_no_document(book):
    readings = shipped_reader()
    with pytest.raises(ProtocolBotError, match="That is a pack file already"):
        await readings("ours.yaml", b"council: mallow\nname: Mallow Parish Council\nbody:\n- heading: Aim\n", book)
