"""Where an answer can't go the way it should, it goes another: no less private, and it is not lost."""

import asyncio
import logging

import pytest

from adapters.slack import again, limits
from bot.conversation import (
    Button,
    Buttons,
    Command,
    Form,
    Handle,
    Open,
    Page,
    Paragraph,
    Place,
    Post,
    Quote,
    Reject,
    Whisper,
)
from bot.hands import Hands
from tests.slack import SENTENCES, reading
from tests.slack.conftest import CHANNEL, somebody
from tests.slack.doing import FORM, opened, press, pressed, texts, words
from tests.slack.standin import Fault

#: No button holds a token as long as that.
UNDRAWABLE = Whisper(Post((Buttons((Button("x", "y" * 3000),)),)))
PARAGRAPHS = [f"Paragraph {number}. " + "words " * 400 for number in range(1, 13)]


def dm(person) -> str:
    return person.space.chat(person.user.id).id


# ---------------------------------------------------------------- words


async def test_an_answer_that_can_not_be_shown_in_the_channel_goes_into_their_own_chat(chat, scripted, ann, slack):
    slack.fail("chat.postEphemeral", Fault(error="user_not_in_channel"))
    await ann.say(CHANNEL, "@protocol roles")
    assert ann.answer.status == 200
    assert texts(ann, dm(ann)) == ["Here is the answer."]
    assert texts(ann, CHANNEL) == []


async def test_a_long_answer_to_a_command_comes_whole_and_in_order_for_them_alone(chat, scripted, ann, slack):
    scripted.answer = Whisper(Post((Quote("\n\n".join(PARAGRAPHS[:4])),)))
    assert (await ann.command(CHANNEL, "everything")).status == 200
    shown = " ".join(texts(ann, CHANNEL))
    places = [shown.find(f"Paragraph {number}.") for number in range(1, 5)]
    assert -1 not in places
    assert places == sorted(places)
    assert texts(somebody(slack, "bea"), CHANNEL) == []


async def test_what_is_more_than_slack_lets_be_replied_goes_on_in_their_own_chat(chat, scripted, ann):
    scripted.answer = Whisper(Post((Quote("\n\n".join(PARAGRAPHS)),)))
    await ann.command(CHANNEL, "everything")
    assert len(texts(ann, CHANNEL)) == 5
    shown = " ".join([*texts(ann, CHANNEL), *texts(ann, dm(ann))])
    places = [shown.find(f"Paragraph {number}.") for number in range(1, 13)]
    assert -1 not in places
    assert places == sorted(places)


async def test_an_answer_to_a_button_that_can_not_be_posted_is_replied(chat, scripted, ann, slack):
    slack.fail("chat.postMessage", Fault(error="restricted_action"))
    await pressed(ann)
    assert texts(ann, dm(ann))[-1] == "Here is the answer."


async def test_a_reply_that_slack_takes_no_more_goes_into_their_own_chat(chat, scripted, ann, space):
    scripted.answer = Whisper(Post((Paragraph("First."), Buttons((Button("Go on", "clauses/run/roles"),)))))
    await ann.command(CHANNEL, "roles")
    scripted.before = space.replies.clear
    scripted.answer = words("Second.")
    await press(ann, CHANNEL, "Go on")
    assert texts(ann, dm(ann)) == ["Second."]


async def test_an_answer_that_can_not_be_drawn_is_said_to_be_none(chat, scripted, ann):
    scripted.answer = UNDRAWABLE
    await ann.command(CHANNEL, "roles")
    await pressed(ann)
    assert texts(ann, CHANNEL) == [SENTENCES.unshown]
    assert texts(ann, dm(ann))[-1] == SENTENCES.unshown


# ---------------------------------------------------------------- forms and sheets


async def test_a_command_whose_form_came_too_late_stands_there_as_a_button(chat, scripted, ann, slack):
    scripted.answer = Open(FORM)
    slack.fail("views.open", Fault(error="expired_trigger_id"))
    await ann.command(CHANNEL, "concern")
    assert ann.modal is None
    assert SENTENCES.failed in texts(ann, CHANNEL)[-1]
    await press(ann, CHANNEL, "/protocol concern")
    assert ann.modal is not None
    assert [(type(event), event.text) for event in scripted.heard] == [(Command, "concern")] * 2


async def test_what_somebody_wrote_after_a_command_is_put_into_no_button(chat, scripted, ann, slack):
    scripted.answer = Open(FORM)
    slack.fail("views.open", Fault(error="expired_trigger_id"))
    await ann.command(CHANNEL, "concern the clerk shouted")
    (said,) = [one for one in ann.space.seen_by(ann.user.id, CHANNEL) if one.user == ann.space.bot.id]
    assert reading.buttons(said.blocks) == []
    assert "shouted" not in str(said.blocks)


@pytest.mark.parametrize("where", ["chat", "channel"])
async def test_a_button_whose_form_came_too_late_is_pressed_again_in_its_own_post(
    chat, scripted, ann, space, slack, where
):
    """The post that the first button stood in is the one that is changed by what comes of it, however late it opens."""
    here = CHANNEL if where == "channel" else dm(ann)
    notice = space.say(here, space.bot.id, "Somebody asked", [], slack.time())
    scripted.answer = Open(FORM)
    slack.fail("views.open", Fault(error="expired_trigger_id"), 2)
    await pressed(ann, notice)
    for _ in range(2):
        assert ann.modal is None
        await press(ann, here, "Press")
    assert ann.modal is not None
    assert [(event.token, event.source.id) for event in scripted.heard] == [("clauses/run/roles", notice.ts)] * 3


async def test_in_another_place_a_button_pressed_again_is_about_the_post_it_stands_in(
    chat, scripted, ann, space, slack
):
    notice = space.say(CHANNEL, space.bot.id, "Somebody asked", [], slack.time())
    scripted.answer = Open(FORM)
    slack.fail("views.open", Fault(error="expired_trigger_id"))
    slack.fail("response_url", Fault(status=404, error="expired_url"))
    await pressed(ann, notice)
    await press(ann, dm(ann), "Press")
    assert scripted.heard[-1].source.place.id == dm(ann)
    assert scripted.heard[-1].source.id != notice.ts


def test_a_token_that_fills_its_button_is_pressed_again_without_its_post():
    source = Handle(Place("slack", "T1", "C1"), "1700000000.000100")
    for token, fits in (("x" * 100, True), ("x" * limits.BUTTON_VALUE, False)):
        value = again.press(token, source)
        assert len(value) <= limits.BUTTON_VALUE
        assert again.press_of(value, source.place, None) == (token, source if fits else None)


async def test_a_button_in_a_sheet_changes_the_sheet(chat, scripted, ann, space):
    scripted.answer = Page((Post((Paragraph("Mine."), Buttons((Button("Open it", "desk/step/1"),)))),))
    await ann.opens("home")
    home = space.homes[ann.user.id]
    (button,) = reading.buttons(home.blocks)
    scripted.answer = Whisper(Post((Paragraph("Opened."), Buttons((Button("Go on", "desk/step/2"),)))))
    await ann.press_on(home, (button.block_id, button.element))
    (button,) = reading.buttons(ann.modal.blocks)
    scripted.answer = words("Further.")
    await ann.press_on(ann.modal, (button.block_id, button.element))
    assert "Further." in reading.text(ann.modal.blocks)
    assert len(space.modals[ann.user.id]) == 1


async def test_a_sheet_that_was_closed_meanwhile_is_opened_anew(chat, scripted, ann, space, slack):
    scripted.answer = Page((Post((Paragraph("Mine."), Buttons((Button("Open it", "desk/step/1"),)))),))
    await ann.opens("home")
    home = space.homes[ann.user.id]
    (button,) = reading.buttons(home.blocks)
    scripted.answer = Whisper(Post((Paragraph("Opened."), Buttons((Button("Go on", "desk/step/2"),)))))
    await ann.press_on(home, (button.block_id, button.element))
    sheet = ann.modal
    (button,) = reading.buttons(sheet.blocks)

    def closes() -> None:
        ann.closes()
        scripted.before = lambda: None

    scripted.before, scripted.answer = closes, words("Further.")
    await ann.press_on(sheet, (button.block_id, button.element))
    assert "Further." in reading.text(ann.modal.blocks)


async def test_a_sheet_that_can_not_be_opened_is_said_in_their_own_chat(chat, scripted, ann, space, slack):
    scripted.answer = Page((Post((Paragraph("Mine."), Buttons((Button("Open it", "desk/step/1"),)))),))
    await ann.opens("home")
    home = space.homes[ann.user.id]
    (button,) = reading.buttons(home.blocks)
    scripted.answer = words("Opened.")
    slack.fail("views.open", Fault(error="expired_trigger_id"))
    await ann.press_on(home, (button.block_id, button.element))
    assert texts(ann, dm(ann)) == ["Opened."]


async def test_a_form_without_fields_shows_a_problem_on_top(chat, scripted, ann):
    scripted.answer = Open(Form("desk/step/1", "Read this", (), "I have read it", (Paragraph("All of it."),)))
    await pressed(ann)
    scripted.answer = Reject({"": "Somebody else was first.", "what": "Not this."})
    await ann.submit()
    shown = reading.text(ann.modal.blocks)
    assert "Somebody else was first." in shown
    assert "Not this." in shown
    assert "All of it." in shown


async def test_a_form_that_is_corrected_is_another_though_slack_calls_it_the_same(chat, scripted, ann):
    await opened(ann, scripted)
    scripted.answer = Reject({"what": "Say more."})
    ann.fill("f.what", "some")
    await ann.submit()
    scripted.answer = words("Your receipt.")
    ann.fill("f.what", "something")
    await ann.submit()
    first, second = scripted.heard[-2:]
    assert first.id.rpartition(".")[0] == second.id.rpartition(".")[0]
    assert first.id != second.id
    assert second.values == {"what": "something"}
    assert ann.modal is None


# ---------------------------------------------------------------- the end


async def test_what_takes_too_long_at_the_end_is_cut_short(caplog):
    caplog.set_level(logging.DEBUG)
    hands = Hands(finish=0.01)
    never, soon = hands.take(asyncio.Event().wait()), hands.take(asyncio.sleep(0))
    await hands.finish()
    assert never.cancelled()
    assert soon.done()
    assert not hands.full
    assert caplog.text == ""


async def test_what_fails_in_hand_is_told_by_its_kind_alone(caplog):
    async def fails() -> None:
        raise RuntimeError("a story")

    hands = Hands()
    hands.take(fails())
    await hands.finish()
    assert "RuntimeError" in caplog.text
    assert "a story" not in caplog.text
