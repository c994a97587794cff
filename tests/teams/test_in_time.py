"""Five seconds for an invoke, from when it came; what takes longer follows in the own chat."""

import asyncio

import pytest

from bot.conversation import Open, Reject
from tests.teams import SENTENCES, reading
from tests.teams.conftest import CHANNEL, somebody
from tests.teams.doing import FORM, button, opened, press, pressed, send, texts, words
from tests.teams.standin import BOT, Fault, activities
from tests.teams.standin.faults import LIMITED, NOT_INSTALLED
from tests.waiting import until

SECRET = words("Only for you.")


@pytest.fixture
def slowly(scripted):
    """Makes the bot take so many seconds to hear."""
    inner = scripted.hear

    def made(seconds):
        async def hear(event):
            await asyncio.sleep(seconds)
            return await inner(event)

        scripted.hear = hear

    return made


@pytest.fixture
def late(slowly):
    """Longer than Teams waits."""
    return lambda: slowly(4.7)


async def settled(chat):
    await until(lambda: not chat.busy)


async def test_a_button_that_takes_long_is_answered_at_once_and_below_later(chat, scripted, ann, late):
    late()
    clock = asyncio.get_running_loop().time
    began = clock()
    await pressed(ann)
    assert clock() - began < 5
    assert ann.toasts == [SENTENCES.soon]
    await settled(chat)
    assert texts(ann) == ["", "Here is the answer."]
    assert len(scripted.heard) == 1


async def test_a_button_that_takes_long_and_has_nowhere_to_be_answered_tells_them_alone(
    chat, scripted, ann, teams, tenant, late
):
    scripted.answer = SECRET
    late()
    ann.person.installed = False
    await ann.press(tenant.say(CHANNEL, BOT, card={"body": []}), button())
    assert ann.toasts == [SENTENCES.soon]
    await settled(chat)
    assert texts(ann, CHANNEL) == ["", SENTENCES.not_installed]
    assert texts(somebody(teams, "bea"), CHANNEL) == [""]


async def test_where_the_answer_to_a_button_of_a_channel_follows_is_not_said_before_it_is_known(
    chat, scripted, ann, tenant, late
):
    scripted.answer = words("For you.", aloud=words("For all.").post)
    late()
    await ann.press(tenant.say(CHANNEL, BOT, card={"body": []}), button())
    await settled(chat)
    assert ann.toasts == [SENTENCES.soon]
    assert "own chat" not in SENTENCES.soon
    assert (texts(ann), texts(ann, CHANNEL)) == ([], ["", "For all."])


async def test_a_button_that_takes_long_and_could_not_be_heard_is_owned_up_to_below(chat, scripted, ann, late):
    scripted.answer = RuntimeError("the store is away")
    late()
    await pressed(ann)
    await settled(chat)
    assert (texts(ann), ann.toasts) == (["", SENTENCES.failed], [SENTENCES.soon])


async def test_a_form_that_takes_long_is_taken_once_and_its_receipt_follows(chat, scripted, ann, late):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = words("Received.")
    late()
    await send(ann, "Send")
    assert any(SENTENCES.moment in line for line in reading.complaints(ann.dialog.card))
    assert ann.dialog.values["f.what"] == "something", "until it is kept it stands there alone"
    assert (await ann.again()).status == 200  # shares the one in hand
    await settled(chat)
    assert texts(ann) == ["", "Received."]
    assert len(scripted.heard) == 2


async def test_what_is_wrong_in_a_form_that_took_long_is_shown_with_what_was_typed(chat, scripted, ann, late, slowly):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = Reject({"what": "Please say more."})
    late()
    await send(ann, "Send")
    await settled(chat)
    assert texts(ann)[-1] == SENTENCES.form_ready
    slowly(0)
    await press(ann, ann.chat.id, SENTENCES.open_form)
    assert any("Please say more." in line for line in reading.complaints(ann.dialog.card))
    assert ann.dialog.values["f.what"] == "something"
    scripted.answer = words("Received.")
    await send(ann, "Send")
    await settled(chat)
    assert texts(ann) == ["", SENTENCES.form_sent, "Received."]


async def test_a_form_that_takes_long_to_open_waits_in_the_own_chat(chat, scripted, ann, tenant, late, slowly):
    scripted.answer = Open(FORM)
    late()
    said = tenant.say(CHANNEL, BOT, card={"body": []})
    await ann.press(said, button("desk/step/1", opens=True))
    assert reading.text(ann.dialog.card) == SENTENCES.moment
    await settled(chat)
    assert texts(ann) == [SENTENCES.form_ready]
    assert texts(ann, CHANNEL) == [""]
    slowly(0)
    await press(ann, ann.chat.id, SENTENCES.open_form)
    assert reading.inputs(ann.dialog.card)


async def test_what_follows_a_dialog_is_never_said_before_others(chat, scripted, ann, teams, tenant, late):
    scripted.answer = SECRET
    late()
    teams.fail("open", NOT_INSTALLED)
    said = tenant.say(CHANNEL, BOT, card={"body": []})
    await ann.press(said, button("desk/step/1", opens=True))
    await settled(chat)
    assert texts(ann, CHANNEL) == ["", SENTENCES.not_installed]
    assert texts(somebody(teams, "bea"), CHANNEL) == [""]


async def test_a_receipt_that_cannot_be_put_into_the_own_chat_in_time_is_shown_in_the_dialog(
    chat, scripted, ann, teams
):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = words("Received.")
    teams.fail("say", Fault(delay=2.0))
    await send(ann, "Send")
    assert reading.text(ann.dialog.card) == "Received."


async def test_a_receipt_with_no_time_left_is_shown_in_the_dialog_at_once(chat, scripted, ann, teams, slowly):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = words("Received.")
    slowly(4.3)
    said = len(teams.called("say"))
    await send(ann, "Send")
    assert reading.text(ann.dialog.card) == "Received."
    assert len(teams.called("say")) == said


async def test_where_teams_asks_for_patience_an_answer_is_said_after_it(chat, scripted, ann, teams):
    teams.fail("say", Fault(status=429, code="TooManyRequests", after="1"))
    clock = asyncio.get_running_loop().time
    began = clock()
    await ann.say("who decides?")
    assert 1 <= clock() - began < 5
    assert texts(ann) == ["Here is the answer."]


async def test_where_teams_asks_for_more_patience_than_there_is_nobody_waits_for_it(chat, scripted, ann, teams):
    teams.fail("say", Fault(status=429, code="TooManyRequests", after="60"))
    answer = await asyncio.wait_for(ann.deliver(_message(ann)), 5)
    assert answer.status == 500  # nothing can be said there now: Teams is told that there was no answer


async def test_an_answer_to_a_button_waits_for_teams_longer_than_the_button_does(chat, scripted, ann, teams):
    teams.fail("say", LIMITED, 2)
    await pressed(ann)
    assert ann.toasts == [SENTENCES.soon]
    await settled(chat)
    assert texts(ann) == ["", "Here is the answer."]


def _message(person):
    return activities.message(
        person.tenant, person.person, person.tenant.say(person.chat.id, person.person.aad, text="?")
    )
