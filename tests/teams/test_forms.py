"""Forms that are sent in: nothing that was typed is lost, nothing is filed twice, nothing is said to be taken that is
not.
"""

import asyncio

import pytest

from adapters.teams.asked import Asked
from bot.conversation import Button, Buttons, Form, Message, Open, Paragraph, Person, Post, Quote, Reject, Send, Whisper
from tests import queue
from tests.teams import SENTENCES, reading
from tests.teams.conftest import CHANNEL, TENANT, account, council_bot
from tests.teams.doing import FORM, answers, button, opened, press, send, texts, words
from tests.teams.standin import BOT
from tests.teams.standin.faults import BROKEN
from tests.waiting import until

ANN = Person("teams", TENANT, account("ann"))
AWAY = RuntimeError("the store is away")
NOTICE = Post(
    (Paragraph("Something waits."), Buttons((Button("Open it", "concerns/open/1"), Button("List", "desk/step/")))),
    title="Something waits for you",
)
DONE = words("Acknowledged.", settles=True)
#: A concern with more in it than one dialog takes.
LONG = Form(
    "concerns/handle/x.y",
    "CN-ABCD",
    (*FORM.fields,),
    "Do it",
    tuple(Quote(f"N{at:02d} " + "Words, words. “Quoted”. " * 120, by="said") for at in range(16)),
)


async def settled(chat):
    await until(lambda: not chat.busy)


async def sent_late(scripted, ann, chat, answer):
    """A form whose answer comes when Teams waits no more."""
    await opened(ann, scripted)
    ann.fill("f.what", "my story")
    scripted.gate.clear()
    scripted.answer = answer
    await send(ann, "Send")
    scripted.gate.set()
    await settled(chat)


# ---------------------------------------------------------------- what takes long


@pytest.mark.parametrize("answer", [Reject({"what": "Say more."}), AWAY, Open(FORM)], ids=["reject", "fault", "next"])
async def test_a_late_form_that_was_not_taken_waits_in_the_own_chat_though_teams_fails_once(
    chat, scripted, ann, teams, answer
):
    teams.fail("say", BROKEN)
    await sent_late(scripted, ann, chat, answer)
    assert texts(ann) == ["", SENTENCES.form_ready]
    await press(ann, ann.chat.id, SENTENCES.open_form)
    assert ann.dialog.values["f.what"] == ("" if isinstance(answer, Open) else "my story")
    assert len(scripted.heard) == 2, "nothing is sent unseen"


async def test_a_late_form_that_can_wait_nowhere_is_owned_up_to_as_not_taken(chat, scripted, ann, teams):
    teams.fail("say", BROKEN, 2)
    await sent_late(scripted, ann, chat, AWAY)
    assert texts(ann) == ["", SENTENCES.failed]


async def test_what_was_typed_stands_in_the_dialog_until_it_is_kept(chat, scripted, ann):
    """A second send of the same waits for the first, and shares what became of it."""
    await opened(ann, scripted)
    ann.fill("f.what", "my story")
    scripted.gate.clear()
    await send(ann, "Send")
    assert any(SENTENCES.moment in line for line in reading.complaints(ann.dialog.card))
    assert ann.dialog.values["f.what"] == "my story"
    scripted.answer = words("Received.")
    sending = asyncio.create_task(send(ann, "Send"))
    await asyncio.sleep(0.1)
    scripted.gate.set()
    await sending
    await settled(chat)
    assert ann.dialog is None
    assert len(scripted.heard) == 2
    assert texts(ann) == ["", "Received."]


class Losing:
    """The real bot; while it is `lost`, what it answers comes too late and never arrives."""

    def __init__(self, bot):
        self.bot, self.lost, self.gate = bot, False, asyncio.Event()

    async def hear(self, event):
        answer = await self.bot.hear(event)
        if self.lost:
            await self.gate.wait()
            raise RuntimeError("the connection went after the commit")
        return answer


async def test_a_form_whose_answer_is_lost_after_it_was_kept_is_passed_on_once(serve, store, clock, ann, tenant):
    ears = Losing(council_bot(store, clock))
    chat = await serve(ears)
    said = tenant.say(ann.chat.id, BOT, card={"body": []})
    await ann.press(said, button("questions/pass/when is the agenda published?", opens=True))
    ears.lost = True
    label = reading.buttons(ann.dialog.card)[0].label
    await send(ann, label)
    ears.gate.set()
    await settled(chat)
    ears.lost = False
    await press(ann, ann.chat.id, SENTENCES.open_form)
    await ann.again()
    assert len(await queue.notices(store)) == 1, "opening it sends nothing"
    await send(ann, label)
    await settled(chat)
    assert len(await queue.notices(store)) == 1


# ---------------------------------------------------------------- the card that a dialog was opened from


async def test_a_notice_that_is_answered_in_its_dialog_makes_room_for_the_receipt(chat, scripted, ann):
    await chat.deliver(Send(to=ANN, post=NOTICE), "k1")
    scripted.answer = Open(FORM)
    await press(ann, ann.chat.id, "Open it")
    ann.fill("f.what", "yes")
    scripted.answer = DONE
    await send(ann, "Send")
    assert (ann.dialog, texts(ann)) == (None, ["Acknowledged."])


async def test_a_notice_that_cannot_be_changed_stays_and_the_receipt_is_below_it(chat, scripted, ann, teams):
    await chat.deliver(Send(to=ANN, post=NOTICE), "k1")
    scripted.answer = Open(FORM)
    await press(ann, ann.chat.id, "Open it")
    ann.fill("f.what", "yes")
    scripted.answer = DONE
    teams.fail("change", BROKEN)
    await send(ann, "Send")
    assert texts(ann)[1:] == ["Acknowledged."]


@pytest.mark.parametrize("what", ["a list", "an answer", "nothing done"])
async def test_what_asked_for_nothing_stays_and_the_receipt_is_below_it(chat, scripted, ann, what):
    if what == "an answer":
        scripted.answer = Whisper(NOTICE)
        await ann.say("what waits?")
    else:
        await chat.deliver(Send(to=ANN, post=NOTICE), "k1")
    scripted.answer = Open(FORM)
    (card,) = answers(ann, ann.chat.id)
    token = "desk/step/" if what == "a list" else "desk/step/1"
    data = next(one for one in reading.buttons(card.card) if one.label == "List").action["data"]["protocol"]
    fetch = {"msteams": {"type": "task/fetch"}, "protocol": data | {"token": token}}
    await ann.press(card, {"type": "Action.Submit", "title": "Press", "data": fetch})
    ann.fill("f.what", "yes")
    scripted.answer = words("Acknowledged.", settles=what != "nothing done")
    await send(ann, "Send")
    assert "Something waits." in texts(ann)[0]
    assert texts(ann)[1:] == ["Acknowledged."]


async def test_the_receipt_in_the_place_of_a_notice_makes_room_for_the_next(chat, scripted, ann):
    await chat.deliver(Send(to=ANN, post=NOTICE), "k1")
    for told in ("Acknowledged.", "Closed."):
        scripted.answer = Open(FORM)
        await press(ann, ann.chat.id, "Open it")
        ann.fill("f.what", told)
        more = Buttons((Button("Open it", "concerns/open/1"),))
        scripted.answer = Whisper(Post((Paragraph(told), more)), settles=True)
        await send(ann, "Send")
    assert [text.splitlines()[0] for text in texts(ann)] == ["Closed."]


# ---------------------------------------------------------------- what cannot be read, what is long


async def test_a_form_that_cannot_be_read_any_more_gives_back_what_was_typed(chat, scripted, ann):
    await opened(ann, scripted)
    ann.fill("f.what", "MY STORY")
    action = reading.buttons(ann.dialog.card)[0].action
    action["data"]["protocol"]["form"]["fields"][0]["kind"] = "a-kind-of-another-version"
    await ann.press_in(action)
    shown = reading.text(ann.dialog.card)
    assert "MY STORY" in shown
    assert SENTENCES.typed in shown
    assert len(scripted.heard) == 1


async def test_a_long_concern_is_read_in_parts_to_its_end_and_again_from_its_beginning(chat, scripted, ann):
    await opened(ann, scripted, LONG)
    seen = []
    while not reading.inputs(ann.dialog.card):
        seen.append(reading.text(ann.dialog.card))
        await send(ann, SENTENCES.go_on)
    whole = "\n".join((*seen, reading.text(ann.dialog.card)))
    assert len(seen) > 0
    assert [at for at in range(16) if f"N{at:02d} " not in whole] == []
    ann.fill("f.what", "my story")
    scripted.answer = Reject({"what": "Say more."})
    await send(ann, "Do it")
    assert any("Say more." in line for line in reading.complaints(ann.dialog.card))
    scripted.answer = Open(LONG)
    await send(ann, SENTENCES.from_start)
    assert "N00 " in reading.text(ann.dialog.card)
    while not reading.inputs(ann.dialog.card):
        await send(ann, SENTENCES.go_on)
    assert ann.dialog.values["f.what"] == "my story"
    scripted.answer = words("Received.")
    await send(ann, "Do it")
    assert scripted.heard[-1].values == {"what": "my story"}


async def test_what_is_read_in_a_dialog_and_is_too_long_for_it_is_said_in_the_own_chat(chat, scripted, ann, tenant):
    scripted.answer = Whisper(Post(LONG.intro * 2))
    await ann.press(tenant.say(CHANNEL, BOT, card={"body": []}), button(opens=True))
    assert reading.text(ann.dialog.card) == SENTENCES.moment
    await settled(chat)
    assert all(f"N{at:02d} " in "".join(texts(ann)) for at in range(16))


# ---------------------------------------------------------------- the Open form card


@pytest.mark.parametrize("said", ["complaint", "protocol complaint"])
async def test_a_form_that_was_asked_for_in_one_word_opens_after_a_restart(serve, scripted, ann, said):
    scripted.answer = Open(FORM)
    await serve(scripted)
    await ann.say(said)
    await serve(scripted)
    await press(ann, ann.chat.id, SENTENCES.open_form)
    assert reading.inputs(ann.dialog.card)
    assert scripted.heard[-1].text == "complaint"


async def test_what_was_typed_is_forgotten_once_its_form_was_taken(chat, scripted, ann):
    scripted.answer = Open(FORM)
    await ann.say("I want to complain about Jo, who hit me")
    for _ in range(2):  # closed by mistake, it opens again
        await press(ann, ann.chat.id, SENTENCES.open_form)
    ann.fill("f.what", "x")
    scripted.answer = words("Received.")
    card = answers(ann, ann.chat.id)[0]
    action = reading.buttons(card.card)[0].action
    await send(ann, "Send")
    await settled(chat)
    await ann.press(card, action)
    assert reading.text(ann.dialog.card) == SENTENCES.ask_again


async def test_what_waits_is_forgotten_in_time_and_where_there_is_too_much_of_it(clock):
    def asked(text):
        return Message(id=text, who=ANN, where=None, at=clock(), text=text)

    brief, few = Asked(longest=0.01), Asked(at_most=2)
    brief.put("a", ANN, asked("a"))
    for name in "abc":
        few.put(name, ANN, asked(name))
    await asyncio.sleep(0.05)
    assert brief.get("a", ANN) is None
    assert [few.get(name, ANN) is None for name in "abc"] == [True, False, False]
