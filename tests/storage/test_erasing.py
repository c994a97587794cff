"""Erasing: nothing of a matter stays, in any table or byte, and nothing of any other goes."""

import pytest
from msgspec.structs import replace

from bot.concern import Entry, Hold, Parties
from bot.conversation import Announce, Paragraph, Post, Send, Whisper
from bot.errors import NotDelivered, Stale
from bot.outbox import Outbox
from bot.records import Passed, Pin, Trace, Turn
from storage.audit import verify
from storage.database import autocommit
from storage.store import SqlStore
from storage.web_posts import SqlPosts
from tests import databases, queue
from tests.storage.matters import cells, change, concern, due, kept, raw, request
from tests.worlds import NOON, channel, command, person

REFERENCE = "CN-7F3K-92QX"
SEATS = ("gnu-raiser", "gnu-subject", "gnu-handler")
STORY = "gnu-canary"


def doomed(**other):
    parties = Parties(raiser=SEATS[0], subjects=(SEATS[1],), handlers=(SEATS[2],), unlisted=STORY)
    words = (Entry(kind="story", by=SEATS[0], at=NOON, text=STORY),)
    return concern(id="doomed", reference=REFERENCE, parties=parties, words=words, **other)


def post(words: str) -> Post:
    return Post((Paragraph(words),), title=words)


async def _lived_through(store, database) -> None:
    """A concern with everything that can come to hang on it."""
    about = Send(to=person(SEATS[2], "barrow"), post=post("something waits for you"), matter="concern/doomed")
    named = Send(to=person(SEATS[0], "barrow"), post=post(f"{REFERENCE} was taken up"))
    told = Announce(to=channel("barrow"), post=post("the office is shut on Monday"))
    answer = Whisper(post(f"Your reference is {REFERENCE}."))
    traces = tuple(Trace("concern/doomed", seat, "read") for seat in SEATS)
    await store.keep(
        "barrow", due(), kept(doomed(), request(), answer=answer, notices=(about, named, told), traces=traces)
    )
    await store.keep("barrow", due(), kept(replace(doomed(), version=1, state="taken")))
    await queue.refused(store, 1)
    posts = SqlPosts(database)
    for id, words in (("1", f"Your reference is {REFERENCE}."), ("2", "Good morning.")):
        await posts.add(
            "barrow", SEATS[0] if id == "1" else "ann", id, author="", body=post(words), at=NOON, only_for=None
        )
    await posts.add("barrow", "ann", "3", author="ann", body=f"what of {REFERENCE.lower()}?", at=NOON, only_for="ann")
    asker = person(SEATS[0], "barrow")
    passed = Passed(id="p", council="barrow", asker=asker, words=f"when is {REFERENCE} answered", at=NOON)
    pin = Pin(council="barrow", key="k", words=REFERENCE, clause="a", by=asker, at=NOON)
    await store.keep("barrow", due(), kept(passed, pin))


async def test_no_table_and_no_byte_tells_of_what_was_erased(store, database, tmp_path, keys):
    await store.keep("barrow", due(), kept(concern(id="stays")))
    await _lived_through(store, database)
    await store.keep(
        "barrow", due(), Turn(erase=("concern/doomed",), traces=(Trace("concern/doomed", "clock", "erased"),))
    )
    everything, told = raw(tmp_path), await cells(database)
    for word in (*SEATS, REFERENCE, REFERENCE.lower(), STORY, "concern/doomed", "doomed"):
        assert word.encode() not in everything, word
        assert word not in told, word
    if not databases.on_postgres():
        assert (tmp_path / "bot.sqlite3-wal").stat().st_size == 0
    assert await store.concern("barrow", "doomed") is None
    assert await store.concerns("barrow", SEATS[2], "handler") == []
    assert await verify(database, keys) == []
    assert told.count("'read'") == 3, "who read it can't be told any more; that somebody did can"
    assert told.count("'erased'") == 1


async def test_everything_else_stays_whole(store, database):
    await store.keep("barrow", due(), kept(concern(id="stays")))
    await _lived_through(store, database)
    await store.keep("barrow", due(), Turn(erase=("concern/doomed",)))
    assert await store.concern("barrow", "stays") == replace(concern(id="stays"), version=1)
    assert await store.request("barrow", "r1") == replace(request(), version=1)
    assert [one.id for one in await store.concerns("barrow", "seat-ann", "raiser")] == ["stays"]
    assert [one.notice.post.title for one in await queue.waiting(store, NOON)] == ["the office is shut on Monday"]
    assert [one.body.title for one in await SqlPosts(database).of("barrow", "ann", "ann")] == ["Good morning."]
    assert {promised.matter for promised in await queue.promised(store, NOON.replace(year=2030))} == {"concern/stays"}


async def test_the_delivery_that_filed_it_still_changes_nothing(store):
    event = due(id="filing")
    await store.keep("barrow", event, kept(doomed(), answer=Whisper(post(f"Your reference is {REFERENCE}."))))
    await store.keep("barrow", due(), Turn(erase=("concern/doomed",)))
    assert await store.heard("barrow", event) == [None]


async def test_an_answer_and_a_notice_that_name_it_go_sealed_or_not_and_others_stay(store, database):
    other, without = Whisper(post("The office is shut.")), SqlStore(database)
    named, plain = Whisper(post(f"It is {REFERENCE.lower()}.")), Send(to=person("ann", "barrow"), post=post(REFERENCE))
    stays = Send(to=person("ann", "barrow"), post=post("something else"))
    await without.keep("barrow", due(id="before"), Turn(answer=named, notices=(plain,)))
    await store.keep("barrow", due(id="filing"), kept(doomed(), answer=named))
    await store.keep("barrow", due(id="other"), Turn(answer=other, notices=(plain, stays)))
    await store.keep("barrow", due(), Turn(erase=("concern/doomed",)))
    assert [await store.heard("barrow", due(id=id)) for id in ("before", "filing", "other")] == [
        [None],
        [None],
        [other],
    ]
    assert [one.notice for one in await queue.waiting(store, NOON)] == [stays]


async def test_what_is_kept_and_erased_in_one_turn_leaves_nothing(store, tmp_path):
    await store.keep("barrow", due(), kept(doomed()))
    read = await store.concern("barrow", "doomed")
    await store.keep("barrow", due(), kept(read, erase=(read.matter,), traces=(Trace(read.matter, "clock", "erased"),)))
    assert await store.concern("barrow", "doomed") is None
    assert await queue.promised(store, NOON.replace(year=2100)) == []
    for word in (*SEATS, REFERENCE, STORY, "concern/doomed"):
        assert word.encode() not in raw(tmp_path), word


async def test_a_legal_hold_put_meanwhile_is_never_erased(store, database):
    """Whoever erases says which version they read: the hold came after it."""
    await store.keep("barrow", due(), kept(doomed(hold=None)))
    read = await store.concern("barrow", "doomed")
    held = replace(read, hold=Hold(SEATS[2], "a court asks for it", NOON))
    await store.keep("barrow", due(), kept(held))
    before = await cells(database)
    with pytest.raises(Stale):
        await store.keep(
            "barrow", due(), kept(read, erase=(read.matter,), traces=(Trace(read.matter, "clock", "erased"),))
        )
    assert await cells(database) == before
    assert await store.concern("barrow", "doomed") == replace(held, version=2)


async def test_a_request_is_erased_the_same_way(store, database, tmp_path):
    await store.keep("barrow", due(), kept(request(asker="gnu-asker", words=STORY)))
    await store.keep("barrow", due(), Turn(erase=("request/r1",)))
    for word in ("gnu-asker", STORY, "RQ-R1-33KD", "request/r1"):
        assert word.encode() not in raw(tmp_path), word


@pytest.mark.parametrize("matter", ["concern/never-was", "request/x", "review/later", ""])
async def test_erasing_what_is_not_there_is_quietly_fine(store, matter):
    await store.keep("barrow", due(), kept(concern()))
    await store.keep("barrow", due(), Turn(erase=(matter,)))
    assert await store.concern("barrow", "d1") is not None


async def test_erasing_twice_is_quietly_fine(store):
    await store.keep("barrow", due(), kept(concern()))
    await store.keep("barrow", due(), Turn(erase=("concern/d1", "concern/d1")))
    await store.keep("barrow", due(), Turn(erase=("concern/d1",)))
    assert await store.concern("barrow", "d1") is None


async def test_a_concern_without_a_reference_takes_nothing_else_with_it(store, database):
    await _lived_through(store, database)
    await store.keep("barrow", due(), kept(concern(id="blank", reference="")))
    before = await SqlPosts(database).of("barrow", "ann", "ann")
    await store.keep("barrow", due(), Turn(erase=("concern/blank",)))
    assert await SqlPosts(database).of("barrow", "ann", "ann") == before


async def test_a_reference_is_no_pattern(store, database):
    await _lived_through(store, database)
    await store.keep("barrow", due(), kept(concern(id="odd", reference="%_%")))
    await store.keep("barrow", due(), Turn(erase=("concern/odd",)))
    assert len(await SqlPosts(database).of("barrow", "ann", "ann")) == 2


async def test_what_is_damaged_can_be_erased_all_the_same(store, database, tmp_path):
    await store.keep("barrow", due(), kept(doomed()))
    await change(database, "UPDATE parts SET sealed = :byte")
    await store.keep("barrow", due(), Turn(erase=("concern/doomed",)))
    assert b"concern/doomed" not in raw(tmp_path)


async def test_the_word_that_it_is_erased_still_goes_out(store):
    await store.keep("barrow", due(), kept(doomed()))
    bye = Send(to=person("ann", "barrow"), post=post("It was erased, as you asked."))
    await store.keep("barrow", due(), Turn(erase=("concern/doomed",), notices=(bye,)))
    assert [one.notice for one in await queue.waiting(store, NOON)] == [bye]


async def test_an_erased_notice_that_is_on_its_way_troubles_nobody_elses(store, clock):
    """Its number is never given to another: that one would count as delivered and be lost."""

    class Carrier:
        said: tuple[str, ...] = ()

        async def deliver(self, notice, key):
            self.said += (f"{key}: {notice.post.title}",)
            if notice.post.title == "first":
                await store.keep("barrow", due(), Turn(erase=("concern/doomed",)))
                await store.keep(
                    "barrow", due(), Turn(notices=(Send(to=person("ann", "barrow"), post=post("second")),))
                )

    carrier = Carrier()
    first = Send(to=person("bea", "barrow"), post=post("first"), matter="concern/doomed")
    await store.keep("barrow", due(), kept(doomed(), notices=(first,)))
    await Outbox(store, {"test": carrier}, clock).deliver()
    assert [said.partition(": ")[2] for said in carrier.said] == ["first", "second"]
    assert len({said.partition(": ")[0] for said in carrier.said}) == 2


async def test_a_notice_that_is_refused_after_its_matter_was_erased_promises_nothing(store):
    about = Send(to=person("bea", "barrow"), post=post("x"), matter="concern/doomed")
    await store.keep("barrow", due(), kept(doomed(promised=())))
    await store.keep("barrow", due(), Turn(erase=("concern/doomed",), notices=(about,)))
    (waiting,) = await queue.waiting(store, NOON)
    await queue.refused(store, waiting.order, None, str(NotDelivered("gone", again=False)))
    assert await queue.promised(store, NOON) == []


async def test_what_somebody_takes_out_of_the_chat_leaves_the_file(store, database, tmp_path):
    posts = SqlPosts(database)
    await posts.add("barrow", "ann", "1", author="ann", body=f"{STORY} began in May", at=NOON, only_for="ann")
    assert await posts.remove("barrow", "ann", "1")
    assert STORY.encode() not in raw(tmp_path)


@pytest.mark.sqlite_only("its log holds what a reader may still need; PostgreSQL's readers are in nobody's way")
async def test_a_reader_who_is_in_the_way_only_puts_it_off(store, database, tmp_path):
    await store.keep("barrow", command("x"), kept(doomed()))
    await SqlPosts(database).add("barrow", "ann", "1", author="", body=post(REFERENCE), at=NOON, only_for="ann")
    async with autocommit(database).connect() as reader:
        for statement in ("BEGIN", "SELECT * FROM web_posts"):
            await reader.exec_driver_sql(statement)
        await store.keep("barrow", due(), Turn(erase=("concern/doomed",)))
        assert await store.concern("barrow", "doomed") is None
        await reader.exec_driver_sql("ROLLBACK")
    assert REFERENCE.encode() in raw(tmp_path)
    await store.tidy(NOON)
    assert REFERENCE.encode() not in raw(tmp_path)


@pytest.mark.sqlite_only("PostgreSQL makes room by itself: see storage.database.rewrite")
async def test_what_sqlite_left_of_a_row_it_moved_leaves_the_file_with_the_next_tidying(store, database, tmp_path):
    """It happens seldom, so the file is looked at: made anew after something was erased, and only then."""

    def written() -> int:
        return (tmp_path / "bot.sqlite3").stat().st_size

    await store.keep("barrow", due(), kept(*(concern(id=f"c{number}") for number in range(50))))
    await store.tidy(NOON)
    full = written()
    await store.keep("barrow", due(), Turn(erase=tuple(f"concern/c{number}" for number in range(50))))
    assert written() >= full, "its pages are empty, and still there"
    again = SqlStore(database)
    await again.tidy(NOON)
    assert written() < full
    async with databases.whole(database) as connection:
        assert (await connection.exec_driver_sql("PRAGMA user_version")).scalar() == 0
