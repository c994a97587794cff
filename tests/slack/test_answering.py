"""How somebody who waits is answered: when it is acknowledged, what follows, and who sees it."""

import asyncio

import pytest

from bot.conversation import Button, Buttons, Open, Page, Paragraph, Post, Press, Visit, Whisper
from storage.store import SqlStore
from tests import queue
from tests.slack import SENTENCES, reading
from tests.slack.conftest import CHANNEL, council_bot, somebody
from tests.slack.doing import FORM, field, opened, press, pressed, texts, words
from tests.slack.standin import Fault
from tests.waiting import until

# ---------------------------------------------------------------- acknowledged after it was kept


class Watched(SqlStore):
    """A store that says when it begins to keep something, waits to be let go on, and fails as often as it is told."""

    def watch(self) -> "Watched":
        self.keeping, self.go_on, self.fails = asyncio.Event(), asyncio.Event(), 0
        self.go_on.set()
        return self

    async def keep(self, council, event, turn) -> None:
        self.keeping.set()
        await self.go_on.wait()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the store is away")
        await super().keep(council, event, turn)


@pytest.fixture
async def watched(serve, database, keys, clock) -> Watched:
    """The real bot on this store."""
    store = Watched(database, keys).watch()
    await serve(council_bot(store, clock))
    return store


async def a_question_for_the_clerk(person) -> str:
    """It stands in an open form, not sent yet; the person's own chat."""
    dm = person.space.chat(person.user.id).id
    await person.say(dm, "who keeps the key to the parish notice board")
    await press(person, dm, "Ask the clerk")
    person.fill(field(person, "Your question"), "Who keeps the key?")
    return dm


async def test_nothing_is_acknowledged_before_it_is_kept(watched, ann):
    dm = await a_question_for_the_clerk(ann)
    watched.keeping.clear()
    watched.go_on.clear()
    sending = asyncio.create_task(ann.submit())
    await watched.keeping.wait()
    await asyncio.sleep(0.05)
    assert not sending.done()
    watched.go_on.set()
    assert (await sending).status == 200
    assert "Your question is with the clerk" in texts(ann, dm)[-1]


async def test_a_form_that_the_store_could_not_keep_is_kept_once_when_it_is_sent_again(watched, ann):
    dm = await a_question_for_the_clerk(ann)
    watched.fails = 1
    await ann.submit()
    assert ann.modal.values[field(ann, "Your question")]["v"]["value"] == "Who keeps the key?"
    assert await queue.notices(watched) == []
    await ann.submit()
    assert ann.modal is None
    assert "Your question is with the clerk" in texts(ann, dm)[-1]
    assert len(await queue.notices(watched)) == 1


async def test_a_form_that_slack_gave_up_waiting_for_and_is_sent_again_is_kept_once(watched, ann, slack):
    dm = await a_question_for_the_clerk(ann)
    watched.keeping.clear()
    watched.go_on.clear()
    sending = asyncio.create_task(ann.submit())
    await watched.keeping.wait()
    ann.gives_up()
    await sending
    assert slack.troubles
    assert ann.modal is not None
    again = asyncio.create_task(ann.submit())
    await asyncio.sleep(0.05)
    watched.go_on.set()
    assert (await again).status == 200
    assert ann.modal is None
    assert len(await queue.notices(watched)) == 1
    assert [text for text in texts(ann, dm) if "Your question is with the clerk" in text] != []


# ---------------------------------------------------------------- three seconds


async def test_where_hearing_takes_long_a_sheet_opens_and_is_filled_with_the_form(chat, scripted, ann, slack):
    scripted.gate.clear()
    scripted.answer = Open(FORM)
    pressing = asyncio.create_task(pressed(ann))
    await until(lambda: slack.called("views.open"))
    assert SENTENCES.moment in reading.text(ann.modal.blocks)
    scripted.gate.set()
    assert (await pressing).status == 200
    await until(lambda: slack.called("views.update"))
    await until(lambda: ann.modal.body.get("submit"))
    assert "What happened?" in reading.text(ann.modal.blocks)


async def test_a_command_is_not_acknowledged_before_it_was_heard_and_its_late_answer_reaches_whoever_asked_alone(
    chat, scripted, ann, space, slack
):
    scripted.gate.clear()
    answer = await ann.command(CHANNEL, "roles")
    assert answer.status == 0  # Slack gave up waiting, and says so
    assert texts(ann, CHANNEL) == []
    scripted.gate.set()
    await until(lambda: texts(ann, CHANNEL) == ["Here is the answer."])
    assert "Here is the answer." in reading.text(ann.modal.blocks)
    assert texts(somebody(slack, "bea"), CHANNEL) == []


async def test_a_form_that_came_too_late_to_be_opened_can_be_asked_for_again(chat, scripted, ann, space, slack):
    def time_passes() -> None:
        slack.ahead += 4

    scripted.before = time_passes
    scripted.answer = Open(FORM)
    await pressed(ann)
    dm = space.chat(ann.user.id).id
    assert ann.modal is None
    scripted.before = lambda: None
    await press(ann, dm, "Press")
    assert ann.modal is not None
    assert scripted.heard[0].token == scripted.heard[1].token


async def test_a_receipt_that_can_not_be_posted_is_shown_in_the_form(chat, scripted, ann, slack):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = words("Your receipt: CN-1.")
    slack.fail("chat.postMessage", Fault(error="restricted_action"))
    slack.fail("conversations.open", Fault(error="user_disabled"))
    await ann.submit()
    assert "Your receipt: CN-1." in reading.text(ann.modal.blocks)
    assert ann.modal.body.get("submit") is None


# ---------------------------------------------------------------- where an answer is seen


async def test_an_answer_to_a_button_only_they_see_takes_its_place(chat, scripted, ann, space):
    scripted.answer = Whisper(
        Post((Paragraph("First."), Buttons((Button("Go on", "clauses/run/roles"),))), title="A title")
    )
    await ann.command(CHANNEL, "roles")
    scripted.answer = words("Second.")
    await press(ann, CHANNEL, "Go on")
    assert texts(ann, CHANNEL) == ["Second."]


async def test_an_answer_to_a_button_in_the_channel_is_for_whoever_pressed_it(chat, scripted, ann, space, slack):
    said = space.say(CHANNEL, space.bot.id, "For all", [], slack.time())
    await pressed(ann, said)
    assert texts(ann, CHANNEL)[1:] == ["Here is the answer."]
    assert texts(somebody(slack, "bea"), CHANNEL) == [""]


async def test_a_button_on_the_home_tab_opens_a_sheet_and_the_page_is_drawn_anew(chat, scripted, ann, space, slack):
    scripted.answer = Page((Post((Paragraph("Mine."), Buttons((Button("Open it", "desk/step/1"),)))),))
    await ann.opens("home")
    home = space.homes[ann.user.id]
    (button,) = reading.buttons(home.blocks)
    assert "Mine." in reading.text(home.blocks)
    scripted.answer = words("Opened.")
    await ann.press_on(home, (button.block_id, button.element))
    assert "Opened." in reading.text(ann.modal.blocks)
    await until(lambda: len(scripted.heard) == 3)
    assert [type(event) for event in scripted.heard] == [Visit, Press, Visit]
    assert scripted.heard[1].where.private
