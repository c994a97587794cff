"""Whatever goes wrong in answering: whoever asked is told, once, and nobody else is."""

import asyncio

import pytest

from bot.conversation import Button, Buttons, Form, Message, Open, Page, Paragraph, Post, Quote, Visit, Whisper
from tests.slack import SENTENCES, reading
from tests.slack.conftest import CHANNEL, somebody
from tests.slack.doing import FORM, opened, press, pressed, texts, words
from tests.slack.standin import Fault
from tests.slack.standin.faults import DOWN
from tests.waiting import until

AWAY = RuntimeError("the store is away")
REFUSED = Fault(error="invalid_blocks")
LONG = Whisper(Post((Quote("\n\n".join(f"Paragraph {number}. " + "words " * 400 for number in range(8))),)))
#: No button holds a token as long as that.
BUTTON = Button("x", "y" * 3000)
UNDRAWABLE = Whisper(Post((Buttons((BUTTON,)),)))


def dm(person) -> str:
    return person.space.chat(person.user.id).id


async def to_the_last(person) -> None:
    for number in (1, 2, 3):
        await person.again((number, "http_error"))


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("where", ["chat", "channel"])
async def test_what_could_not_be_heard_is_told_in_their_own_chat_when_slack_brings_it_for_the_last_time(
    chat, scripted, ann, slack, where
):
    scripted.answer = AWAY
    await ann.say(dm(ann) if where == "chat" else CHANNEL, "@protocol who decides")
    for number in (1, 2):
        assert (await ann.again((number, "http_error"))).status == 500
        assert texts(ann, dm(ann)) == []
    assert (await ann.again((3, "http_error"))).status == 200
    await ann.again((3, "http_error"))
    assert texts(ann, dm(ann)) == [SENTENCES.failed]
    assert texts(somebody(slack, "bea"), CHANNEL) == []


async def test_an_answer_that_can_not_be_drawn_is_told_at_once_for_it_can_not_be_later_either(chat, scripted, ann):
    scripted.answer = UNDRAWABLE
    await ann.say(dm(ann), "who decides")
    assert ann.answer.status == 200
    assert texts(ann, dm(ann)) == [SENTENCES.unshown]


async def test_an_answer_that_slack_refuses_for_good_is_told_to_be_there(chat, ann, slack):
    slack.fail("chat.postMessage", REFUSED)
    await ann.say(dm(ann), "who decides")
    assert (ann.answer.status, texts(ann, dm(ann))) == (200, [SENTENCES.unshown])
    slack.fail("chat.postEphemeral", REFUSED)
    slack.fail("chat.postMessage", REFUSED)
    await ann.say(CHANNEL, "@protocol who decides")
    assert (ann.answer.status, texts(ann, dm(ann))[1:]) == (200, [SENTENCES.unshown])


async def test_an_answer_that_slack_could_not_take_to_the_last_is_told_to_be_there(chat, ann, slack):
    slack.fail("chat.postEphemeral", DOWN, 4)
    await ann.say(CHANNEL, "@protocol who decides")
    await to_the_last(ann)
    assert texts(ann, dm(ann)) == [SENTENCES.unshown]


@pytest.mark.parametrize("word", ["cannot_reply_to_message", "restricted_action", "a_word_of_tomorrow"])
async def test_by_whatever_word_the_channel_is_closed_the_answer_goes_into_their_own_chat(chat, ann, slack, word):
    slack.fail("chat.postEphemeral", Fault(error=word))
    await ann.say(CHANNEL, "@protocol who decides")
    assert (ann.answer.status, texts(ann, dm(ann))) == (200, ["Here is the answer."])


async def test_their_own_page_says_so_too_and_a_greeting_that_fails_bothers_nobody(chat, scripted, ann, space):
    scripted.answer = AWAY
    await ann.opens("home")
    assert space.homes == {}
    await to_the_last(ann)
    assert SENTENCES.failed in reading.text(space.homes[ann.user.id].blocks)
    await ann.opens("messages")
    await to_the_last(ann)
    assert texts(ann, dm(ann)) == []


async def test_the_last_time_comes_by_nothing_but_a_number_of_slacks(chat, scripted, ann):
    scripted.answer = AWAY
    await ann.say(dm(ann), "who decides")
    for told in ((30, "x"), (0, "x")):
        assert (await ann.again(told)).status == 500
    assert all(isinstance(event, Message) for event in scripted.heard)
    assert texts(ann, dm(ann)) == []


# ---------------------------------------------------------------- commands and buttons


async def test_a_command_whose_answer_can_be_shown_nowhere_is_told_in_its_acknowledgement(chat, scripted, ann, slack):
    scripted.answer = LONG
    slack.fail("response_url", Fault(status=400, error="invalid_blocks"), 9)
    slack.fail("chat.postMessage", REFUSED)
    answer = await ann.command(CHANNEL, "everything")
    assert SENTENCES.unshown in str(answer.body)
    assert texts(ann, dm(ann)) == []


async def test_a_button_whose_answer_can_not_be_shown_is_told_by_the_reply(chat, scripted, ann, space, slack):
    said = space.say(CHANNEL, space.bot.id, "For all", [], slack.time())
    slack.fail("response_url", Fault(status=400, error="invalid_blocks"))
    slack.fail("chat.postMessage", REFUSED)
    await pressed(ann, said)
    assert texts(ann, CHANNEL)[1:] == [SENTENCES.unshown]
    assert texts(somebody(slack, "bea"), CHANNEL)[1:] == []


async def test_a_button_that_can_not_even_be_replied_to_is_told_in_their_own_chat(chat, scripted, ann, space, slack):
    said = space.say(CHANNEL, space.bot.id, "For all", [], slack.time())
    slack.fail("response_url", Fault(status=404, error="used_url"), 9)
    slack.fail("chat.postMessage", REFUSED)
    await pressed(ann, said)
    assert texts(ann, dm(ann)) == [SENTENCES.unshown]


async def test_a_late_answer_that_can_not_be_drawn_takes_the_place_of_one_moment(chat, scripted, ann, slack):
    scripted.answer = UNDRAWABLE
    scripted.gate.clear()
    asking = asyncio.create_task(ann.command(CHANNEL, "roles"))
    await until(lambda: ann.modal)
    scripted.gate.set()
    assert SENTENCES.unshown in str((await asking).body)
    assert SENTENCES.unshown in reading.text(ann.modal.blocks)


# ---------------------------------------------------------------- forms


async def test_a_receipt_that_can_not_be_drawn_does_not_ask_for_the_form_again(chat, scripted, ann, caplog):
    await opened(ann, scripted)
    scripted.answer = UNDRAWABLE
    ann.fill("f.what", "something")
    assert (await ann.submit()).status == 200
    assert reading.text(ann.modal.blocks) == SENTENCES.unshown
    assert ann.modal.body.get("submit") is None
    assert "ValueError" in caplog.text


async def test_a_next_form_that_can_not_be_drawn_leaves_them_the_one_they_have(chat, scripted, ann, caplog):
    await opened(ann, scripted)
    scripted.answer = Open(Form("desk/step/2", "Next", (), "Go on", (Buttons((BUTTON,)),)))
    ann.fill("f.what", "something")
    assert (await ann.submit()).status == 200
    assert ann.modal.problems == {"f.what": SENTENCES.failed}
    assert ann.modal.values["f.what"]["v"]["value"] == "something"
    assert "ValueError" in caplog.text


async def test_what_is_told_where_nobody_asked_shows_a_locked_screen_its_title_alone(chat, scripted, ann, space, slack):
    scripted.answer = Whisper(Post((Paragraph("What nobody beside them may read."),), title="A title"))
    await opened_and_sent(ann, scripted)
    slack.fail("chat.postEphemeral", Fault(error="user_not_in_channel"))
    await ann.say(CHANNEL, "@protocol who decides")
    said = space.say(CHANNEL, space.bot.id, "For all", [], slack.time())
    slack.fail("response_url", Fault(status=404, error="used_url"))
    await pressed(ann, said)
    told = [one.text for one in space.seen_by(ann.user.id, dm(ann)) if one.user == space.bot.id and one.blocks]
    assert told == ["A title"] * 3
    await ann.say(dm(ann), "who decides")
    assert "What nobody beside them may read." in space.said[-1].text


async def opened_and_sent(ann, scripted) -> None:
    answer = scripted.answer
    await opened(ann, scripted)
    scripted.answer = answer
    ann.fill("f.what", "something")
    await ann.submit()


# ---------------------------------------------------------------- the page they came from


async def a_form_from_home(chat, scripted, ann, space) -> None:
    scripted.answer = Page((Post((Paragraph("Mine."), Buttons((Button("Open it", "desk/step/1"),)))),))
    await ann.opens("home")
    home = space.homes[ann.user.id]
    (button,) = reading.buttons(home.blocks)
    scripted.answer = Open(FORM)
    await ann.press_on(home, (button.block_id, button.element))
    await until(lambda: not chat.busy)
    scripted.heard.clear()
    ann.fill("f.what", "something")


async def test_the_page_is_drawn_anew_though_the_receipt_is_shown_in_the_form(chat, scripted, ann, space, slack):
    await a_form_from_home(chat, scripted, ann, space)
    scripted.answer = words("Your receipt.")
    slack.fail("chat.postMessage", Fault(error="restricted_action"))
    await ann.submit()
    await until(lambda: not chat.busy)
    assert "Your receipt." in reading.text(ann.modal.blocks)
    assert [type(event) for event in scripted.heard[1:]] == [Visit]


async def test_the_page_stays_as_it_is_while_a_form_goes_on(chat, scripted, ann, space):
    await a_form_from_home(chat, scripted, ann, space)
    scripted.answer = Open(FORM)
    await ann.submit()
    await until(lambda: not chat.busy)
    assert len(scripted.heard) == 1


async def test_a_button_in_a_thread_of_a_channel_is_answered_in_that_thread(chat, scripted, ann, space, slack):
    first = space.say(CHANNEL, space.bot.id, "For all", [], slack.time())
    said = space.say(CHANNEL, space.bot.id, "In the thread", [], slack.time(), thread=first.ts)
    await pressed(ann, said)
    assert scripted.heard[-1].where.thread == first.ts
    (answer,) = [one for one in space.said if one.only_for]
    assert (answer.only_for, answer.thread) == (ann.user.id, first.ts)


async def test_a_button_says_its_words_again_as_they_were(chat, scripted, ann, slack):
    scripted.answer = Whisper(Post((Buttons((Button("R&D <now>", "desk/step/1"),)),)))
    await ann.command(CHANNEL, "roles")
    scripted.answer = Open(FORM)
    slack.fail("views.open", Fault(error="expired_trigger_id"))
    await press(ann, CHANNEL, "R&D <now>")
    assert [button.label for button in reading.buttons(ann.space.said[-1].blocks)] == ["R&D <now>"]


async def test_of_a_long_answer_that_slack_holds_up_in_the_middle_nothing_is_said_twice(chat, scripted, ann, slack):
    scripted.answer = Whisper(Post(tuple(Quote(f"Part {number}. " + "words " * 400) for number in range(4))))
    slack.fail("chat.postMessage", None)
    slack.fail("chat.postMessage", Fault(status=429, error="ratelimited", after="30"))
    await pressed(ann)
    seen = " ".join(texts(ann, dm(ann)))
    assert [seen.count(f"Part {number}.") for number in range(4)] == [1] * 4
    assert len(slack.called("chat.postMessage")) == 2
