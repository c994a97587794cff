"""What was answered of late and comes once more; what stands in the place of a form that was to come."""

import asyncio

import pytest

from bot.conversation import Form, Open, Quote, Reject, Whisper
from tests.teams import SENTENCES, reading
from tests.teams.doing import FORM, opened, press, pressed, send, texts, words
from tests.teams.standin import Fault
from tests.teams.test_forms import AWAY, LONG, settled
from tests.waiting import until

UNDRAWABLE_FORM = Open(Form("a/b/c", "Next", (object(),), "Send"))  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", [Reject({"what": "Say more."}), Open(FORM)], ids=["reject", "next"])
async def test_a_late_form_that_was_not_taken_is_not_closed_and_is_heard_when_it_is_sent_again(
    chat, scripted, ann, teams, answer
):
    teams.fail("say", Fault(delay=2.0))
    await opened(ann, scripted)
    ann.fill("f.what", "my story")
    scripted.gate.clear()
    scripted.answer = answer
    await send(ann, "Send")
    said = len(teams.called("say"))
    scripted.gate.set()
    await until(lambda: len(teams.called("say")) > said)
    heard = len(scripted.heard)
    await send(ann, "Send")  # while its Open form card is on its way
    assert len(scripted.heard) == heard
    assert ann.dialog is not None
    await settled(chat)
    scripted.answer = words("Received.")
    await ann.again()
    assert len(scripted.heard) == heard + 1


async def test_a_button_that_took_long_and_could_not_be_heard_is_heard_when_it_is_pressed_again(chat, scripted, ann):
    said = await pressed_late(chat, scripted, ann, AWAY)
    scripted.answer = words("You have stepped out.")
    await pressed(ann, said)
    assert texts(ann) == ["", SENTENCES.failed, "You have stepped out."]


async def test_a_button_that_took_long_and_comes_again_is_answered_once(chat, scripted, ann):
    said = await pressed_late(chat, scripted, ann, words("Here is the answer."))
    await pressed(ann, said)
    assert texts(ann) == ["", "Here is the answer."]
    assert ann.toasts == [SENTENCES.soon, SENTENCES.answered]
    assert len(scripted.heard) == 1


async def test_a_button_that_takes_long_and_is_pressed_meanwhile_shares_what_becomes_of_it(chat, scripted, ann):
    scripted.gate.clear()
    said = await pressed(ann)
    again = asyncio.create_task(pressed(ann, said))
    await asyncio.sleep(0.1)
    scripted.gate.set()
    await again
    await settled(chat)
    assert ann.toasts == [SENTENCES.soon, SENTENCES.answered]
    assert len(scripted.heard) == 1


@pytest.mark.parametrize("what", [AWAY, UNDRAWABLE_FORM, words("It is closed.")], ids=["fault", "undrawable", "words"])
async def test_what_was_typed_is_given_back_where_a_form_is_not_read_from_its_beginning(chat, scripted, ann, what):
    await typed_in_the_last_part(ann, scripted)
    scripted.answer = what
    await send(ann, SENTENCES.from_start)
    told = "It is closed." if isinstance(what, Whisper) else SENTENCES.failed
    assert reading.text(ann.dialog.card).split("\n")[0] == told
    assert "my story" in reading.text(ann.dialog.card)


async def test_what_was_typed_is_given_back_where_reading_from_the_beginning_takes_long(chat, scripted, ann):
    await typed_in_the_last_part(ann, scripted)
    scripted.gate.clear()
    scripted.answer = words("It is closed.")
    await send(ann, SENTENCES.from_start)
    scripted.gate.set()
    assert SENTENCES.moment in reading.text(ann.dialog.card)
    assert "my story" in reading.text(ann.dialog.card)
    await settled(chat)


async def test_a_long_form_that_took_long_to_open_is_read_to_its_end(chat, scripted, ann):
    scripted.gate.clear()
    await opened(ann, scripted, LONG)
    scripted.gate.set()
    await settled(chat)
    await press(ann, ann.chat.id, SENTENCES.open_form)
    assert "N15 " in await read_to_its_end(ann)


async def test_a_long_form_that_comes_anew_can_be_read_from_its_beginning(chat, scripted, ann):
    await typed_in_the_last_part(ann, scripted)
    news = Form("concerns/handle/x.z", LONG.title, LONG.fields, LONG.submit, (Quote("News."), *LONG.intro))
    scripted.answer = Open(news)
    await send(ann, "Do it")
    ann.fill("f.what", "my story")
    await send(ann, SENTENCES.from_start)
    assert "N15 " in await read_to_its_end(ann)


async def test_a_long_form_is_not_the_beginning_of_the_one_that_comes_after_it(chat, scripted, ann):
    await typed_in_the_last_part(ann, scripted)
    scripted.answer = Open(FORM)
    await send(ann, "Do it")
    assert [one.label for one in reading.buttons(ann.dialog.card)] == ["Send"]


async def pressed_late(chat, scripted, ann, answer):
    """A button whose answer comes when Teams waits no more."""
    scripted.gate.clear()
    scripted.answer = answer
    said = await pressed(ann)
    scripted.gate.set()
    await settled(chat)
    return said


async def typed_in_the_last_part(ann, scripted):
    """Sent in, and not taken: what was typed stands there still."""
    await opened(ann, scripted, LONG)
    await read_to_its_end(ann)
    ann.fill("f.what", "my story")
    scripted.answer = Reject({"what": "Say more."})
    await send(ann, "Do it")


async def read_to_its_end(ann):
    """All that stands in it."""
    seen = []
    while not reading.inputs(ann.dialog.card):
        seen.append(reading.text(ann.dialog.card))
        await send(ann, SENTENCES.go_on)
    return "\n".join((*seen, reading.text(ann.dialog.card)))
