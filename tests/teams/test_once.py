"""What comes once, and what comes again: pressed by two, edited, from before a restart, at another replica."""

import asyncio

import pytest

from storage.store import SqlStore
from tests import queue
from tests.contract.teams_rig import TeamsRig
from tests.teams import reading
from tests.teams.conftest import council_bot, somebody
from tests.teams.doing import button, field, press, send, texts
from tests.teams.standin import BOT, activities
from tests.waiting import until

WORDS = "Who keeps the key to the parish notice board?"


@pytest.fixture
async def kept(store: SqlStore, clock, serve):
    """The adapter with the real bot, and what it keeps."""
    await serve(council_bot(store, clock))
    return store


async def a_question_for_the_clerk(person):
    """Asked, and its form open."""
    await person.say("who keeps the key to the parish notice board")
    await press(person, person.chat.id, "Ask the clerk")
    assert person.dialog is not None
    person.fill(field(person, "Your question"), WORDS)


async def test_a_form_that_comes_again_after_a_restart_is_filed_once(kept, serve, clock, ann):
    await a_question_for_the_clerk(ann)
    await send(ann, "Send to the clerk")
    before = await queue.notices(kept)
    await serve(council_bot(kept, clock))  # another replica, or the same one begun anew
    assert (await ann.again()).status == 200
    assert await queue.notices(kept) == before
    assert len(before) == 1


async def test_two_replicas_that_get_the_same_form_at_once_file_it_once(kept, serve, clock, ann):
    await a_question_for_the_clerk(ann)
    first = ann.tenant.url
    await serve(council_bot(kept, clock))
    second, ann.tenant.url = ann.tenant.url, first
    other = somebody(ann.teams, "ann")
    sending = asyncio.create_task(send(ann, "Send to the clerk"))
    await until(lambda: ann.last["name"] == "task/submit")
    other.last = ann.last
    ann.tenant.url = second
    await asyncio.gather(sending, other.again())
    assert len(await queue.notices(kept)) == 1


async def test_a_form_that_is_edited_after_trouble_and_sent_again_arrives_as_it_is_now(kept, ann):
    await a_question_for_the_clerk(ann)
    await send(ann, "Send to the clerk")
    edited = dict(ann.last["value"]["data"]) | {"f.question": "Who keeps the key to the pavilion?"}
    await ann.deliver(ann.last | {"id": activities.invoke_id(), "value": activities.asked(edited)})
    assert ann.answer.status == 200
    assert sum("the pavilion" in str(notice) for notice in await queue.notices(kept)) == 1


async def test_a_card_that_somebody_else_presses_changes_nothing(tmp_path):
    """Its data, sent by another person: the core decides who may do what."""
    async with TeamsRig(tmp_path, "southwell") as here:
        await here.go("private")
        await here.become("councillor")
        await here.type("/protocol concern")
        await here.press("Raise a concern")
        await here.fill("Who is it about?", "Tom Whitlock, another officer")
        await here.send("Go on")
        await here.fill("What happened?", "The papers came late.")
        await here.send("Look it over")
        await here.send("Send")
        await here.become("chair")
        notice = [said for said in here.tenant.seen_by(here._me.person.aad, here._chat) if said.by == BOT][-1]
        found = next(one for one in reading.buttons(notice.card) if one.label == "I can't take this")
        await here.become("officer")
        source = here.tenant.say(here._chat, BOT, card={"body": []})
        await here._me.press(source, found.action)
        assert "take no part" not in "".join(texts(here._me))
        await here.become("chair")
        await here.press("I can't take this")
        assert "you take no part in it any more" in "".join(texts(here._me))


async def test_a_button_that_changes_something_does_so_once_however_often_it_is_pressed(tmp_path):
    async with TeamsRig(tmp_path, "southwell") as here:
        await here.go("private")
        await here.become("councillor")
        await here.type("/protocol expectations")
        before = len(texts(here._me))
        card = [said for said in here.tenant.seen_by(here._me.person.aad, here._chat) if said.by == BOT][-1]
        await asyncio.gather(*(here._me.press(card, button("clauses/run/roles")) for _ in range(3)))
        await here._arrived()
        assert len(texts(here._me)) == before + 1
