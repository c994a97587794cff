"""Three seconds, from when a request came: what took long before is taken off what may still follow."""

import asyncio
from collections.abc import Callable

import pytest

from bot.conversation import Open
from tests.slack import SENTENCES, reading
from tests.slack.conftest import CHANNEL
from tests.slack.doing import FORM, opened, pressed, texts, words
from tests.slack.standin import Fault
from tests.waiting import until


def dm(person) -> str:
    return person.space.chat(person.user.id).id


@pytest.fixture
def slowly(scripted) -> Callable[[float], None]:
    """Makes the bot take so many seconds to hear."""

    def made(seconds: float) -> None:
        inner = scripted.hear

        async def hear(event):
            await asyncio.sleep(seconds)
            return await inner(event)

        scripted.hear = hear

    return made


async def test_time_spent_on_whose_chat_it_is_is_not_there_for_the_answer(chat, ann, slack, slowly):
    """Together it is more than three seconds: Slack took no acknowledgement any more, and the answer follows."""
    slack.fail("conversations.open", Fault(delay=0.75, takes=True))
    slowly(2.4)
    assert (await ann.command(dm(ann), "roles")).status == 0
    await until(lambda: not chat.busy)
    assert texts(ann, dm(ann)) == ["Here is the answer."]


async def test_time_spent_on_whose_chat_it_is_is_not_there_to_wait_for_a_form(chat, scripted, ann, slack, slowly):
    slack.fail("conversations.open", Fault(delay=0.6, takes=True))
    slowly(1.0)
    scripted.answer = Open(FORM)
    await ann.command(dm(ann), "concern")
    await until(lambda: not chat.busy)
    assert [call.arguments["view"]["callback_id"] for call in slack.called("views.open")] == ["waiting"]
    assert ann.modal.body["callback_id"] == "form"


async def test_a_receipt_with_little_time_left_is_shown_in_the_form_at_once(chat, scripted, ann, slack, slowly):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = words("Your receipt.")
    slowly(2.25)
    assert (await ann.submit()).status == 200
    assert "Your receipt." in reading.text(ann.modal.blocks)
    assert slack.called("chat.postMessage") == []


async def test_a_receipt_has_no_more_time_than_there_is_however_many_calls_it_takes(chat, scripted, ann, slack, slowly):
    scripted.answer = Open(FORM)
    await ann.command(CHANNEL, "concern")
    ann.fill("f.what", "something")
    scripted.answer = words("Your receipt.")
    slack.fail("conversations.open", Fault(delay=1.0, takes=True))
    slack.fail("chat.postMessage", Fault(delay=1.0, takes=True))
    slowly(1.2)
    assert (await ann.submit()).status == 200
    assert "Your receipt." in reading.text(ann.modal.blocks)


async def test_a_receipt_that_comes_too_late_for_the_form_is_put_into_their_own_chat(chat, scripted, ann, slowly):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = words("Your receipt.")
    slowly(3.1)
    assert (await ann.submit()).status == 0
    await until(lambda: not chat.busy)
    assert texts(ann, dm(ann))[-1] == "Your receipt."


async def test_a_sheet_to_wait_at_that_slack_did_not_say_it_opened_is_filled_all_the_same(chat, scripted, ann, slack):
    scripted.gate.clear()
    slack.fail("views.open", Fault(delay=1.7, takes=True))
    ann.waits = 60.0
    asking = asyncio.create_task(ann.command(CHANNEL, "roles"))
    await until(lambda: ann.modal)
    assert SENTENCES.moment in reading.text(ann.modal.blocks)
    await asyncio.sleep(1.8)
    scripted.gate.set()
    await asking
    await until(lambda: not chat.busy)
    assert "Here is the answer." in reading.text(ann.modal.blocks)
    assert texts(ann, CHANNEL) == ["Here is the answer."]


async def test_no_two_sheets_to_wait_at_have_one_name(chat, scripted, ann, slack):
    scripted.gate.clear()
    asking = [asyncio.create_task(pressed(ann)) for _ in range(2)]
    await until(lambda: len(slack.called("views.open")) == 2)
    scripted.gate.set()
    await asyncio.gather(*asking)
    names = [call.arguments["view"]["external_id"] for call in slack.called("views.open")]
    assert len(set(names)) == 2
    assert all(0 < len(name) <= 255 for name in names)
