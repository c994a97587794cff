"""Promises, notices that reach nobody, changes to the settings, and what is let go after a while."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from bot.concern import Promise
from bot.conversation import (
    Announce,
    Button,
    Buttons,
    Field,
    Form,
    Open,
    Paragraph,
    Post,
    Reject,
    Send,
    Whisper,
)
from bot.errors import AlreadyHeard, Stale
from bot.records import Promised, Turn
from bot.settings import Change
from storage import tables
from storage.seal import add_key, new_keys, read_keys, rotate
from storage.store import SqlStore
from tests import databases, queue
from tests.storage.matters import CANARY, cells, change, concern, due, kept, raw, request
from tests.worlds import NOON, channel, person

LATER = NOON + timedelta(days=400)


def about(matter: str = "concern/d1", words: str = "something waits for you", who: str = "bea") -> Send:
    return Send(to=person(who, "barrow"), post=Post((Paragraph(words),)), matter=matter)


# ---------------------------------------------------------------- promises


async def test_promises_fall_due_the_earliest_first_and_not_before(store):
    days = [
        Promise(rung, NOON + timedelta(days=day)) for rung, day in (("answer", 3), ("acknowledge", 1), ("climb", 2))
    ]
    await store.keep("barrow", due(), kept(concern(promised=tuple(days)), request(promised=(Promise("asked", NOON),))))
    assert await queue.promised(store, NOON) == [Promised("barrow", "request/r1", "asked", NOON, 4)]
    assert [one.rung for one in await queue.promised(store, LATER)] == ["asked", "acknowledge", "climb", "answer"]
    assert [one.rung for one in await store.due(LATER, 2)] == ["asked", "acknowledge"]


async def test_keeping_a_record_replaces_all_that_was_promised_of_it_and_of_nothing_else(store):
    await store.keep("barrow", due(), kept(concern(), concern(id="d2")))
    await store.keep("barrow", due(), kept(replace(concern(), version=1, promised=(Promise("answer", NOON),))))
    assert {(one.matter, one.rung) for one in await queue.promised(store, LATER)} == {
        ("concern/d1", "answer"),
        ("concern/d2", "acknowledge"),
    }
    await store.keep("barrow", due(), kept(replace(concern(), version=2, promised=())))
    assert {one.matter for one in await queue.promised(store, LATER)} == {"concern/d2"}


async def test_a_stale_record_replaces_no_promise(store):
    await store.keep("barrow", due(), kept(concern()))
    with pytest.raises(Stale):
        await store.keep("barrow", due(), kept(concern(version=5, promised=())))
    assert [one.rung for one in await queue.promised(store, LATER)] == ["acknowledge"]


# ---------------------------------------------------------------- notices


async def test_no_notice_tells_who_gets_it_nor_what_it_says_nor_what_it_is_about(store, database):
    button = Buttons((Button("Open CN-D1", "handling/open/d1"),))
    receipt = Send(to=person("ann", "barrow"), post=Post((Paragraph("CN-D1 was taken up"), button)))
    notices = (about(), about(), about(matter=""), receipt, Announce(to=channel("barrow"), post=receipt.post))
    await store.keep("barrow", due(), kept(concern(), notices=notices))
    assert [one.notice for one in await queue.waiting(store, NOON)] == list(notices)
    rows = "\n".join(line for line in (await cells(database)).splitlines() if line.startswith("outbox:"))
    for word in ("concern", "CN-D1", "handling/", '"bea"', '"ann"', "waits", "Send", *map(guessed, notices)):
        assert word not in rows, word


def guessed(notice: Send | Announce) -> str:
    """What anybody can make who knows a name."""
    return tables.fingerprint(notice.to.platform, notice.to.tenant, notice.to.id)


async def test_a_notice_about_a_concern_looks_like_any_other(store, database):
    post = Post((Paragraph("The chair proposes that Ann holds an office from now on."),), title="A change")
    plain = Send(to=person("ann", "barrow"), post=post)
    await store.keep("barrow", due(), kept(concern(), notices=(about(), plain)))
    column = tables.outbox.c
    looks = func.length(column.notice), func.length(column.recipient), func.length(column.name), column.due, column.why
    async with databases.whole(database) as connection:
        rows = (await connection.execute(select(*looks, column.council, column.tries, column.at))).all()
    assert len(rows) == 2
    assert len(set(rows)) == 1


async def test_a_notice_put_into_another_row_is_not_taken_for_that_one(store, database):
    await store.keep("barrow", due(), kept(concern(), notices=(about(who="ann"), about(words="something else"))))
    await change(database, 'UPDATE outbox SET notice = (SELECT notice FROM outbox WHERE "order" = 1)')
    assert [one.notice for one in await queue.waiting(store, NOON)] == [about(who="ann"), None]


async def test_what_was_queued_before_there_were_keys_is_sealed_with_the_next_and_keeps_its_turn(store, database):
    early, late, other = (about(matter="", words=words) for words in ("early", "late", "for somebody else"))
    other = replace(other, to=person("cal", "barrow"))
    await SqlStore(database).keep("barrow", due(), Turn(notices=(early,)))
    (waiting,) = await queue.waiting(store, NOON)
    assert waiting.notice == early
    await queue.refused(store, waiting.order, NOON + timedelta(minutes=5), "busy")
    await store.keep("barrow", due(), Turn(notices=(late, other)))
    assert "early" not in await cells(database)
    taken = await store.waiting(NOON, 9)
    assert [one.notice for one in taken] == [other], "the later one waits for the earlier"
    soon = await queue.waiting(store, NOON + timedelta(hours=1))
    assert [one.notice for one in soon] == [early, late, other]
    assert soon[0].name == waiting.name, "its platform knows it by that"


async def test_after_keys_were_rotated_what_waits_is_still_delivered(store, database, key_file):
    await store.keep(
        "barrow", due(id="x"), kept(concern(), notices=(about(),), answer=Whisper(Post((Paragraph("kept"),))))
    )
    add_key(key_file)
    await rotate(database, read_keys(key_file))
    anew = SqlStore(database, read_keys(key_file))
    assert [one.notice for one in await queue.waiting(anew, NOON)] == [about()]
    assert await anew.heard("barrow", due(id="x")) == [Whisper(Post((Paragraph("kept"),)))]


async def test_a_notice_that_nobody_can_be_given_is_promised_at_once(store):
    await store.keep("barrow", due(), kept(concern(), notices=(about(), about(matter=""))))
    await queue.refused(store, 1, NOON + timedelta(minutes=5), "busy")
    await queue.refused(store, 2)
    assert await queue.promised(store, NOON) == []
    await queue.refused(store, 1)
    (promised,) = await queue.promised(store, NOON)
    assert (promised.council, promised.matter, promised.rung) == ("barrow", "concern/d1", "undelivered")
    assert await queue.waiting(store, LATER) == []


async def heard(store, promised: Promised, version: int) -> None:
    """The clock brings it up, and what comes of it is kept."""
    event = replace(due(), matter=promised.matter, rung=promised.rung, due=promised.due)
    await store.keep("barrow", event, kept(concern(version=version, promised=())))


async def test_two_notices_that_nobody_can_be_given_are_promised_once_at_a_time(store):
    await store.keep("barrow", due(), kept(concern(), notices=(about(), about(who="cal"))))
    await queue.refused(store, 1, why="gone")
    first = await queue.promised(store, NOON)
    await queue.refused(store, 2, why="gone")
    assert await queue.promised(store, NOON) == first
    await heard(store, *first, version=1)
    assert await queue.promised(store, NOON) == []


async def test_a_second_failure_is_another_promise_than_the_first(store):
    """The clock hears a promise once, by what it is, when it was due, and its number."""
    await store.keep("barrow", due(), kept(concern(), notices=(about(), about(who="cal"))))
    await queue.refused(store, 1, why="gone")
    (first,) = await queue.promised(store, NOON)
    await heard(store, first, version=1)
    await queue.refused(store, 2, why="gone")
    (second,) = await queue.promised(store, NOON)
    assert first.number != second.number


async def test_a_later_failure_is_not_taken_away_by_what_comes_of_an_earlier(store):
    later = replace(due(), at=NOON + timedelta(minutes=1))
    await store.keep("barrow", due(), kept(concern(), notices=(about(),)))
    await store.keep("barrow", later, Turn(notices=(about(who="cal"),)))
    await queue.refused(store, 1, why="gone")
    (first,) = await queue.promised(store, NOON)
    await queue.refused(store, 2, why="gone")
    await heard(store, first, version=1)
    (second,) = await queue.promised(store, LATER)
    assert (second.rung, second.due) == ("undelivered", later.at)


async def test_that_nobody_could_be_told_is_brought_up_whatever_is_kept_of_the_concern_meanwhile(store):
    await store.keep("barrow", due(), kept(concern(), notices=(about(),)))
    await queue.refused(store, 1)
    await store.keep("barrow", due(), kept(concern(version=1)))
    assert [one.rung for one in await queue.promised(store, LATER)] == ["undelivered", "acknowledge"]


@pytest.mark.parametrize("which", ["none", "wrong"])
async def test_while_the_keys_are_away_what_is_sealed_waits_for_them_and_all_else_goes_on(
    store, database, tmp_path, which
):
    new_keys(tmp_path / "others.txt")
    unfit = SqlStore(database, None if which == "none" else read_keys(tmp_path / "others.txt"))
    await store.keep("barrow", due(), kept(concern(), notices=(about(),)))
    await unfit.keep("barrow", due(), Turn(notices=(about(matter="", who="cal"),)))
    assert [one.notice for one in await unfit.waiting(NOON, 9)] == [about(matter="", who="cal")]
    await queue.refused(unfit, 1, why="the keys went while it was on its way")
    assert await queue.promised(unfit, NOON) == []
    again, _ = await queue.waiting(store, LATER.replace(year=2100))
    await queue.refused(store, again.order)
    assert [one.rung for one in await queue.promised(store, NOON)] == ["undelivered"]


async def test_a_damaged_notice_can_not_be_read_and_is_set_aside(store, database):
    await store.keep("barrow", due(), kept(concern(), notices=(about(),)))
    await change(database, "UPDATE outbox SET notice = :two")
    (waiting,) = await queue.waiting(store, NOON)
    assert waiting.notice is None
    await queue.refused(store, waiting.order, why="can't be read")
    assert await queue.waiting(store, LATER) == []


async def test_of_a_delivered_notice_nothing_stays(store, database):
    await store.keep("barrow", due(), kept(concern(), notices=(about(), about(who="cal"))))
    await queue.arrives(store, 1)
    async with databases.whole(database) as connection:
        assert (await connection.execute(select(tables.outbox.c.order))).scalars().all() == [2]


# ---------------------------------------------------------------- deliveries heard


@pytest.mark.parametrize(
    "answer",
    [
        Open(Form(id="f", title="t", fields=(Field(name="story", label="s", value=CANARY),), submit="s")),
        Reject({"story": CANARY}),
    ],
)
async def test_forms_and_their_problems_are_never_kept(store, tmp_path, answer):
    event = due(id="form")
    await store.keep("barrow", event, kept(concern(words=()), answer=answer))
    assert await store.heard("barrow", event) == [None]
    assert CANARY.encode() not in raw(tmp_path)


async def test_a_post_that_was_the_answer_is_kept(store):
    event, answer = due(id="post"), Whisper(Post((Paragraph("done"),)))
    await store.keep("barrow", event, Turn(answer=answer))
    assert await store.heard("barrow", event) == [answer]


async def test_an_answer_is_sealed_and_looks_like_none(store, database):
    receipt = Whisper(Post((Paragraph("Your reference is CN-D1."),)))
    await store.keep("barrow", due(id="receipt"), Turn(answer=receipt))
    await store.keep("barrow", due(id="form"), Turn(answer=Reject({"story": CANARY})))
    assert "reference" not in await cells(database)
    async with databases.whole(database) as connection:
        lengths = (await connection.execute(select(func.length(tables.heard.c.answer)))).scalars().all()
    assert len(set(lengths)) == 1
    assert [await store.heard("barrow", due(id=id)) for id in ("receipt", "form")] == [[receipt], [None]]


@pytest.mark.parametrize("which", ["none", "wrong"])
async def test_an_answer_whose_keys_are_away_was_heard_and_is_not_read(store, database, tmp_path, which):
    new_keys(tmp_path / "others.txt")
    unfit = SqlStore(database, None if which == "none" else read_keys(tmp_path / "others.txt"))
    event, answer = due(id="post"), Whisper(Post((Paragraph("done"),)))
    await store.keep("barrow", event, Turn(answer=answer))
    assert await unfit.heard("barrow", event) == [None]
    with pytest.raises(AlreadyHeard):
        await unfit.keep("barrow", event, Turn(answer=answer))
    assert await store.heard("barrow", event) == [answer]


async def test_an_answer_kept_before_there_were_keys_is_read_with_them(store, database):
    event, answer = due(id="post"), Whisper(Post((Paragraph("done"),)))
    await SqlStore(database).keep("barrow", event, Turn(answer=answer))
    assert await store.heard("barrow", event) == [answer]


async def test_an_answer_put_in_anothers_place_is_not_given(store, database):
    for id, at in (("one", NOON), ("two", LATER)):
        await store.keep("barrow", due(id=id, at=at), Turn(answer=Whisper(Post((Paragraph(id),)))))
    await change(database, "UPDATE heard SET answer = (SELECT answer FROM heard ORDER BY at LIMIT 1)")
    assert await store.heard("barrow", due(id="one")) == [Whisper(Post((Paragraph("one"),)))]
    assert await store.heard("barrow", due(id="two")) == [None]


# ---------------------------------------------------------------- changes to the settings


def proposal(id: str, council: str = "barrow", **other) -> Change:
    facts = {"what": "office", "name": "chair", "value": "seat-dee", "by": "seat-bea", "at": "2026-11-22"}
    return Change(id=id, council=council, **facts | other)


async def test_changes_come_in_the_order_they_were_proposed(store):
    for id in ("zz", "aa", "mm"):
        await store.keep("barrow", due(), kept(proposal(id)))
    await store.keep("twywell", due("twywell"), kept(proposal("aa", council="twywell")))
    confirmed = replace(await store.change("barrow", "zz"), state="confirmed", second="seat-ann")
    await store.keep("barrow", due(), kept(confirmed))
    assert [one.id for one in await store.changes("barrow")] == ["zz", "aa", "mm"]
    assert await store.change("barrow", "zz") == replace(confirmed, version=2)
    assert await store.change("barrow", "no") is None
    assert await store.changes("leigh-on-sea") == []


async def test_two_answers_to_one_change_do_not_overwrite_each_other(store):
    await store.keep("barrow", due(), kept(proposal("aa")))
    read = await store.change("barrow", "aa")
    await store.keep("barrow", due(), kept(replace(read, state="declined")))
    for stale in (replace(read, state="confirmed"), proposal("aa")):
        with pytest.raises(Stale):
            await store.keep("barrow", due(), kept(stale))
    assert (await store.change("barrow", "aa")).state == "declined"


# ---------------------------------------------------------------- after a while


async def test_what_was_needed_for_a_month_only_goes_after_it(store, database):
    old, new = due(id="old"), due(id="new", at=NOON + timedelta(days=20))
    post = Whisper(Post((Paragraph("x"),)))
    await store.keep("barrow", old, kept(concern(), answer=post, notices=(about(), about(who="cal"), about(who="dee"))))
    await store.keep("barrow", new, Turn(answer=post, notices=(about(who="eve"),)))
    await queue.arrives(store, 1)
    await queue.refused(store, 2)
    await queue.arrives(store, 4)
    await store.tidy(NOON + timedelta(days=31))
    assert await store.heard("barrow", old) == []
    assert await store.heard("barrow", new) == [post]
    async with databases.whole(database) as connection:
        orders = (await connection.execute(select(tables.outbox.c.order))).scalars().all()
    assert sorted(orders) == [2, 3], "set aside, and waiting"
    assert await store.concern("barrow", "d1") is not None


async def test_the_number_of_a_notice_is_never_given_to_another(store):
    """A platform knows a notice by it, and would take the next one for the same."""
    await store.keep("barrow", due(), Turn(notices=(about(matter=""),)))
    await queue.arrives(store, 1)
    await store.tidy(LATER)
    await store.keep("barrow", due(), Turn(notices=(about(matter=""),)))
    assert [one.order for one in await queue.waiting(store, NOON)] == [2]
