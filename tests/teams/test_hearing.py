"""What comes from Teams is heard once: retried, re-sent, pressed twice, or brought by a connection that drops."""

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from adapters.teams.answering import Answering
from adapters.teams.hearing import Hearing
from bot.conversation import Open, Reject
from bot.hands import Hands
from tests.teams import SENTENCES, reading
from tests.teams.conftest import CHANNEL, TENANT, account, somebody
from tests.teams.doing import FORM, button, opened, press, pressed, send, texts, words
from tests.teams.standin import BOT, Fault, activities, posted
from tests.teams.standin.server import APP_ID
from tests.waiting import until

# ---------------------------------------------------------------- the same once more


async def test_a_message_that_teams_sends_again_is_heard_and_answered_once(chat, scripted, ann):
    await ann.say("who decides?")
    assert (await ann.again()).status == 200
    assert len(scripted.heard) == 1
    assert texts(ann) == ["Here is the answer."]


async def test_a_message_sent_again_while_the_first_is_in_hand_shares_its_outcome(chat, scripted, ann):
    scripted.gate.clear()
    first = asyncio.create_task(ann.say("who decides?"))
    await until(lambda: scripted.heard)
    second = asyncio.create_task(ann.again())
    await asyncio.sleep(0.05)
    scripted.gate.set()
    await asyncio.gather(first, second)
    assert second.result().status == 200
    assert len(scripted.heard) == 1
    assert texts(ann) == ["Here is the answer."]


@pytest.mark.parametrize("what", ["press", "fetch", "form"])
async def test_an_invoke_that_is_tried_again_while_the_first_is_in_hand_shares_its_outcome(chat, scripted, ann, what):
    """Teams tries with another id: a button and a form are known by the nonce of their card."""
    if what == "form":
        await opened(ann, scripted)
        ann.fill("f.what", "something")
        scripted.answer = words("Received.")
    heard = len(scripted.heard)
    said = ann.tenant.say(ann.chat.id, BOT, card={"body": []})
    scripted.gate.clear()
    doing = send(ann, "Send") if what == "form" else ann.press(said, button(opens=what == "fetch"))
    first = asyncio.create_task(doing)
    await until(lambda: len(scripted.heard) > heard)
    second = asyncio.create_task(ann.again())
    await asyncio.sleep(0.05)
    scripted.gate.set()
    await asyncio.gather(first, second)
    assert second.result().status == 200
    if what == "fetch":  # it opens a dialog, and changes nothing
        return
    assert len(scripted.heard) == heard + 1
    assert [text for text in texts(ann) if text] == ["Received." if what == "form" else "Here is the answer."]


async def test_a_form_that_was_taken_and_comes_again_closes_again_and_is_heard_once(chat, scripted, ann):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = words("Received.")
    await send(ann, "Send")
    again = await ann.again()
    assert (again.status, again.text) == (200, "")
    assert len(scripted.heard) == 2
    assert texts(ann) == ["", "Received."]


async def test_a_form_with_something_wrong_is_heard_again_when_it_comes_again(chat, scripted, ann):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = Reject({"what": "Please say more."})
    await send(ann, "Send")
    scripted.answer = words("Received.")
    await send(ann, "Send")
    assert ann.dialog is None


async def test_a_button_pressed_twice_at_once_is_heard_once(chat, scripted, ann):
    said = ann.tenant.say(ann.chat.id, BOT, card={"body": []})
    await asyncio.gather(ann.press(said, button()), ann.press(said, button()))
    assert len(scripted.heard) == 1
    assert texts(ann) == ["", "Here is the answer."]


async def test_the_same_button_of_two_cards_or_of_two_people_is_heard_twice(chat, scripted, ann, teams):
    said = ann.tenant.say(ann.chat.id, BOT, card={"body": []})
    await ann.press(said, button())
    await ann.press(said, button(nonce="f" * 32))
    assert len({event.id for event in scripted.heard}) == 2


async def test_a_button_pressed_a_while_later_is_answered_again(teams, tenant, ann, scripted, chat):
    """The same event to the core, which does nothing twice; and the person is not left without a word."""
    here = chat._here[TENANT]
    hands = Hands()
    ears = {TENANT: Answering(here, scripted, SENTENCES, hands)}
    hearing = Hearing(ears, chat._places, chat._clock, hands, again=0.01)
    said = tenant.say(ann.chat.id, BOT, card={"body": []})
    invoke = activities.invoke(
        tenant, ann.person, said, "adaptiveCard/action", activities.pressed(button(), button()["data"])
    )
    for _ in range(2):
        await hearing.hear(invoke, asyncio.get_running_loop().time())
        await asyncio.sleep(0.05)
    await hands.finish()
    assert len({event.id for event in scripted.heard}) == 1
    assert texts(ann) == ["", "Here is the answer.", "Here is the answer."]


async def test_a_button_that_is_tried_again_as_the_day_turns_is_pressed_once(serve, scripted, tenant, ann):
    chat = await serve(scripted)
    here, hands, days = chat._here[TENANT], Hands(), iter(range(22, 30))
    ears = {TENANT: Answering(here, scripted, SENTENCES, hands)}
    hearing = Hearing(ears, chat._places, lambda: datetime(2026, 11, next(days), tzinfo=UTC), hands)
    said = tenant.say(ann.chat.id, BOT, card={"body": []})
    value = activities.pressed(button(), button()["data"])
    invoke = activities.invoke(tenant, ann.person, said, "adaptiveCard/action", value)
    for id in ("f:1", "f:2"):
        await hearing.hear(invoke | {"id": id}, asyncio.get_running_loop().time())
    await hands.finish()
    assert len(scripted.heard) == 1


# ---------------------------------------------------------------- a connection that drops, an end


async def test_what_is_in_hand_goes_on_when_the_connection_drops(chat, scripted, ann):
    scripted.gate.clear()
    said = ann.tenant.say(ann.chat.id, ann.person.aad, text="who decides?")
    message = activities.message(ann.tenant, ann.person, said)
    signed = ann.teams.keys.signer(APP_ID).authorization(message["serviceUrl"])
    asking = asyncio.create_task(posted.post(ann.tenant.url, signed, message, posted.MESSAGE))
    await until(lambda: scripted.heard)
    asking.cancel()
    await asyncio.wait({asking})
    assert len(scripted.heard) == 1
    scripted.gate.set()
    await until(lambda: texts(ann))
    assert texts(ann) == ["Here is the answer."]
    await until(lambda: not chat.busy)


async def test_at_the_end_what_is_in_hand_is_still_answered(chat, scripted, ann):
    async with chat.listening(scripted):
        scripted.gate.clear()
        asking = asyncio.create_task(ann.say("who decides?"))
        await until(lambda: scripted.heard)
        assert chat.busy
    closing = asyncio.create_task(chat.close())
    await asyncio.sleep(0.05)
    scripted.gate.set()
    await closing
    await asking
    assert texts(ann) == ["Here is the answer."]


async def test_an_end_does_not_wait_for_ever(caplog):
    hands = Hands(finish=0.05)
    hands.take(asyncio.sleep(60))
    hands.ending()
    await hands.finish()
    assert not hands.full


# ---------------------------------------------------------------- conversations


async def test_a_conversation_is_kept_at_the_first_word_and_written_once(chat, scripted, ann):
    await ann.say("hello")
    await ann.say("again")
    await until(lambda: not chat.busy)
    known = await chat._places.chat(TENANT, account("ann"))
    assert (known.id, known.service_url) == (ann.chat.id, ann.tenant.service_url)


async def test_a_channel_is_kept_when_the_app_is_added_and_forgotten_when_it_is_removed(chat, scripted, ann):
    await ann.install(CHANNEL)
    await until(lambda: not chat.busy)
    assert [known.id for known in await chat._places.shared(TENANT)] == [CHANNEL]
    await ann.uninstall(CHANNEL)
    await until(lambda: not chat.busy)
    assert await chat._places.shared(TENANT) == []


async def test_an_own_chat_is_forgotten_when_the_app_is_removed_and_kept_at_the_next_word(chat, scripted, ann):
    await ann.say("hello")
    await ann.uninstall()
    await until(lambda: not chat.busy)
    assert await chat._places.chat(TENANT, account("ann")) is None
    ann.person.installed = True
    await ann.say("hello again")
    await until(lambda: not chat.busy)
    assert (await chat._places.chat(TENANT, account("ann"))).id == ann.chat.id


async def test_another_service_url_is_kept(chat, scripted, ann):
    await ann.say("hello")
    moved = ann.tenant.service_url.replace("/uk/", "/emea/")
    await ann.deliver(ann.last | {"id": "1", "serviceUrl": moved})
    await until(lambda: not chat.busy)
    assert (await chat._places.chat(TENANT, account("ann"))).service_url == moved


class Away:
    """Places that can't be reached."""

    def __getattr__(self, name):
        async def away(*_args, **_named):
            raise RuntimeError("CANARY: the store is away")

        return away


async def test_where_conversations_cannot_be_kept_people_are_answered_all_the_same(serve, scripted, ann, caplog):
    chat = await serve(scripted)
    chat._places = Away()
    for here in chat._here.values():
        here._places = Away()
    await ann.say("hello")
    await ann.install()
    await ann.uninstall()
    await until(lambda: not chat.busy)
    assert texts(ann) == ["Here is the answer."] * 2
    assert "RuntimeError" in caplog.text
    assert "CANARY" not in caplog.text


# ---------------------------------------------------------------- the Open form button


async def test_only_who_asked_for_a_form_can_open_it(chat, scripted, ann, teams, tenant):
    """A card stands in one person's own chat; whoever sends its data all the same is told to ask."""
    scripted.answer = Open(FORM)
    await ann.say("something went wrong here")
    (card,) = [said for said in tenant.seen_by(ann.person.aad, ann.chat.id) if said.by == BOT]
    (found,) = reading.buttons(card.card)
    bea = somebody(teams, "bea")
    await bea.press(tenant.say(bea.chat.id, BOT, card={"body": []}), found.action)
    assert reading.text(bea.dialog.card) == SENTENCES.ask_again
    assert len(scripted.heard) == 1


async def test_a_form_that_was_asked_for_before_a_restart_is_to_be_asked_for_again(serve, scripted, ann):
    scripted.answer = Open(FORM)
    await serve(scripted)
    await ann.say("something went wrong here")
    await serve(scripted)
    await press(ann, ann.chat.id, SENTENCES.open_form)
    assert reading.text(ann.dialog.card) == SENTENCES.ask_again


# ---------------------------------------------------------------- the log


async def test_the_log_tells_kinds_and_ids_and_no_words(chat, scripted, ann, caplog):
    caplog.set_level(logging.DEBUG)
    scripted.answer = RuntimeError("CANARY in an error")
    await ann.say("CANARY in words")
    await pressed(ann)
    await opened(ann, _opening(scripted))
    scripted.answer = RuntimeError("CANARY in an error")
    ann.fill("f.what", "CANARY in a form")
    await send(ann, "Send")
    ann.teams.fail("say", Fault(status=400, code="BadArgument", body="CANARY"), 9)
    await ann.say("CANARY once more")
    assert "CANARY" not in caplog.text
    assert "RuntimeError" in caplog.text


def _opening(scripted):
    scripted.answer = Open(FORM)
    return scripted
