"""Promises, notices that reach nobody, changes to the settings, and what is let go after a while."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bot.concern import Promise
from bot.conversation import Field, Form, Open, Paragraph, Post, Reject, Send, Whisper
from bot.errors import Stale
from bot.records import Promised, Turn
from bot.settings import Change
from storage import tables
from storage.seal import new_keys, read_keys
from storage.store import SqlStore
from tests.storage.matters import CANARY, cells, change, concern, due, kept, raw, request
from tests.worlds import NOON, person

LATER = NOON + timedelta(days=400)


def about(matter: str = "concern/d1", words: str = "something waits for you", who: str = "bea") -> Send:
    return Send(to=person(who, "barrow"), post=Post((Paragraph(words),)), matter=matter)


# ---------------------------------------------------------------- promises


async def test_promises_fall_due_the_earliest_first_and_not_before(store):
    days = [
        Promise(rung, NOON + timedelta(days=day)) for rung, day in (("answer", 3), ("acknowledge", 1), ("climb", 2))
    ]
    await store.keep(due(), kept(concern(promised=tuple(days)), request(promised=(Promise("asked", NOON),))))
    assert await store.due(NOON, 9) == [Promised("barrow", "request/r1", "asked", NOON)]
    assert [one.rung for one in await store.due(LATER, 9)] == ["asked", "acknowledge", "climb", "answer"]
    assert [one.rung for one in await store.due(LATER, 2)] == ["asked", "acknowledge"]


async def test_keeping_a_record_replaces_all_that_was_promised_of_it_and_of_nothing_else(store):
    await store.keep(due(), kept(concern(), concern(id="d2")))
    await store.keep(due(), kept(replace(concern(), version=1, promised=(Promise("answer", NOON),))))
    assert {(one.matter, one.rung) for one in await store.due(LATER, 9)} == {
        ("concern/d1", "answer"),
        ("concern/d2", "acknowledge"),
    }
    await store.keep(due(), kept(replace(concern(), version=2, promised=())))
    assert {one.matter for one in await store.due(LATER, 9)} == {"concern/d2"}


async def test_a_stale_record_replaces_no_promise(store):
    await store.keep(due(), kept(concern()))
    with pytest.raises(Stale):
        await store.keep(due(), kept(concern(version=5, promised=())))
    assert [one.rung for one in await store.due(LATER, 9)] == ["acknowledge"]


# ---------------------------------------------------------------- notices


async def test_what_a_notice_is_about_comes_back_and_stands_nowhere_in_the_clear(store, database):
    notices = (about(), about(), about(matter=""))
    await store.keep(due(), kept(concern(), notices=notices))
    assert [one.notice for one in await store.waiting(NOON, 9)] == list(notices)
    rows = [line for line in (await cells(database)).splitlines() if line.startswith("outbox:")]
    assert [row for row in rows if "concern" in row] == []
    async with database.connect() as connection:
        hidden = (await connection.execute(select(tables.outbox.c.matter))).scalars().all()
    assert len(set(hidden)) == 3, "no two look the same"


async def test_a_notice_that_nobody_can_be_given_is_promised_at_once(store):
    await store.keep(due(), kept(concern(), notices=(about(), about(matter=""))))
    await store.put_off(1, NOON + timedelta(minutes=5), "busy")
    await store.put_off(2, None, "no such person")
    assert await store.due(NOON, 9) == []
    await store.put_off(1, None, "no such person")
    (promised,) = await store.due(NOON, 9)
    assert (promised.council, promised.matter, promised.rung) == ("barrow", "concern/d1", "undelivered")
    assert await store.waiting(LATER, 9) == []


async def test_two_notices_that_nobody_can_be_given_are_promised_once_at_a_time_and_heard_each(store):
    await store.keep(due(), kept(concern(), notices=(about(), about(who="cal"))))
    await store.put_off(1, None, "gone")
    first = await store.due(NOON, 9)
    await store.put_off(2, None, "gone")
    assert await store.due(NOON, 9) == first
    await store.keep(due(), kept(concern(version=1, promised=())))
    assert await store.due(NOON, 9) == []


async def test_a_second_failure_is_another_promise_than_the_first(store):
    """The clock hears a promise once, by what it is and when it was due."""
    await store.keep(due(), kept(concern(), notices=(about(), about(who="cal"))))
    await store.put_off(1, None, "gone")
    first = await store.due(NOON, 9)
    await store.keep(due(), kept(concern(version=1, promised=())))
    await store.put_off(2, None, "gone")
    second = await store.due(NOON, 9)
    assert len(first) == len(second) == 1
    assert first[0].due != second[0].due


async def test_the_next_version_of_the_concern_takes_the_promise_away(store):
    await store.keep(due(), kept(concern(), notices=(about(),)))
    await store.put_off(1, None, "no such person")
    await store.keep(due(), kept(concern(version=1)))
    assert [one.rung for one in await store.due(LATER, 9)] == ["acknowledge"]


@pytest.mark.parametrize("which", ["none", "wrong"])
async def test_a_notice_that_fails_while_the_keys_are_away_waits_for_them(store, database, keys, tmp_path, which):
    new_keys(tmp_path / "others.txt")
    unfit = SqlStore(database, None if which == "none" else read_keys(tmp_path / "others.txt"))
    await store.keep(due(), kept(concern(), notices=(about(),)))
    (waiting,) = await unfit.waiting(NOON, 9)
    assert waiting.notice == about(matter=""), "it can be delivered without them"
    await unfit.put_off(waiting.order, None, "no such person")
    assert await unfit.due(NOON, 9) == []
    (again,) = await store.waiting(LATER.replace(year=2100), 9)
    await store.put_off(again.order, None, "no such person")
    assert [one.rung for one in await store.due(NOON, 9)] == ["undelivered"]


async def test_a_notice_with_a_damaged_matter_is_still_delivered_and_can_be_set_aside(store, database):
    await store.keep(due(), kept(concern(), notices=(about(),)))
    await change(database, "UPDATE outbox SET matter = x'00'")
    (waiting,) = await store.waiting(NOON, 9)
    assert waiting.notice == about(matter="")
    await store.put_off(waiting.order, None, "no such person")
    assert await store.waiting(LATER, 9) == []


async def test_a_delivered_notice_leaves_neither_body_nor_matter(store, database):
    await store.keep(due(), kept(concern(), notices=(about(),)))
    await store.delivered(1)
    async with database.connect() as connection:
        row = (await connection.execute(select(tables.outbox))).one()
    assert (row.notice, row.matter, row.due) == (None, None, None)


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
    await store.keep(event, kept(concern(words=()), answer=answer))
    assert await store.heard(event) == [None]
    assert CANARY.encode() not in raw(tmp_path)


async def test_a_post_that_was_the_answer_is_kept(store):
    event, answer = due(id="post"), Whisper(Post((Paragraph("done"),)))
    await store.keep(event, Turn(answer=answer))
    assert await store.heard(event) == [answer]


# ---------------------------------------------------------------- changes to the settings


def proposal(id: str, council: str = "barrow", **other) -> Change:
    facts = {"what": "office", "name": "chair", "value": "seat-dee", "by": "seat-bea", "at": "2026-11-22"}
    return Change(id=id, council=council, **facts | other)


async def test_changes_come_in_the_order_they_were_proposed(store):
    for id in ("zz", "aa", "mm"):
        await store.keep(due(), kept(proposal(id)))
    await store.keep(due(), kept(proposal("aa", council="twywell")))
    confirmed = replace(await store.change("barrow", "zz"), state="confirmed", second="seat-ann")
    await store.keep(due(), kept(confirmed))
    assert [one.id for one in await store.changes("barrow")] == ["zz", "aa", "mm"]
    assert await store.change("barrow", "zz") == replace(confirmed, version=2)
    assert await store.change("barrow", "no") is None
    assert await store.changes("leigh-on-sea") == []


async def test_two_answers_to_one_change_do_not_overwrite_each_other(store):
    await store.keep(due(), kept(proposal("aa")))
    read = await store.change("barrow", "aa")
    await store.keep(due(), kept(replace(read, state="declined")))
    for stale in (replace(read, state="confirmed"), proposal("aa")):
        with pytest.raises(Stale):
            await store.keep(due(), kept(stale))
    assert (await store.change("barrow", "aa")).state == "declined"


# ---------------------------------------------------------------- after a while


async def test_what_was_needed_for_a_month_only_goes_after_it(store, database):
    old, new = due(id="old"), due(id="new", at=NOON + timedelta(days=20))
    post = Whisper(Post((Paragraph("x"),)))
    await store.keep(old, kept(concern(), answer=post, notices=(about(), about(who="cal"), about(who="dee"))))
    await store.keep(new, Turn(answer=post, notices=(about(who="eve"),)))
    await store.delivered(1)
    await store.put_off(2, None, "no such person")
    await store.delivered(4)
    await store.tidy(NOON + timedelta(days=31))
    assert await store.heard(old) == []
    assert await store.heard(new) == [post]
    async with database.connect() as connection:
        orders = (await connection.execute(select(tables.outbox.c.order))).scalars().all()
    assert sorted(orders) == [2, 3, 4], "set aside, waiting, and delivered of late"
    assert await store.concern("barrow", "d1") is not None


async def test_the_number_of_a_notice_is_never_given_to_another(store):
    """A platform knows a notice by it, and would take the next one for the same."""
    await store.keep(due(), Turn(notices=(about(matter=""),)))
    await store.delivered(1)
    await store.tidy(LATER)
    await store.keep(due(), Turn(notices=(about(matter=""),)))
    assert [one.order for one in await store.waiting(NOON, 9)] == [2]
