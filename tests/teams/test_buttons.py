"""What comes of a button: below its card or in its place; before others no more than anybody may see."""

import pytest

from bot.conversation import Open, Press
from tests.teams import SENTENCES
from tests.teams.conftest import CHANNEL, somebody
from tests.teams.doing import ALOUD, FORM, SECRET, activity, answers, button, press, pressed, texts, words
from tests.teams.standin import BOT


async def test_a_button_is_answered_below_its_card(chat, scripted, ann):
    said = await pressed(ann)
    assert texts(ann) == ["", "Here is the answer."]
    assert ann.toasts == [SENTENCES.answered]
    (event,) = scripted.heard
    assert isinstance(event, Press)
    assert (event.token, event.source.id) == ("clauses/run/roles", said.id)


async def test_a_button_of_an_old_client_is_answered_the_same(chat, scripted, ann, tenant):
    said = tenant.say(ann.chat.id, BOT, card={"body": []})
    await ann.press_as_of_old(said, button())
    assert texts(ann) == ["", "Here is the answer."]
    assert scripted.heard[0].token == "clauses/run/roles"  # noqa: S105


async def test_what_is_settled_takes_the_place_of_what_asked_for_it(chat, scripted, ann, tenant):
    scripted.answer = words("It is done.", settles=True)
    said = tenant.say(ann.chat.id, BOT, card=activity("Please do it.")["attachments"][0]["content"])
    await pressed(ann, said)
    assert texts(ann) == ["It is done."]
    assert said.edits == 1
    assert ann.toasts == [SENTENCES.taken]


async def test_what_is_settled_by_a_button_in_a_channel_takes_nothings_place(chat, scripted, ann, tenant, teams):
    scripted.answer = words("It is done.", settles=True)
    said = tenant.say(CHANNEL, BOT, card=activity("Please do it.")["attachments"][0]["content"])
    await pressed(ann, said)
    assert said.edits == 0
    assert texts(ann) == ["It is done."]
    assert texts(somebody(teams, "bea"), CHANNEL) == texts(ann, CHANNEL) == ["Please do it."]
    assert ann.toasts == [SENTENCES.elsewhere]


async def test_a_card_that_is_gone_is_answered_by_a_new_one(chat, scripted, ann, tenant, teams):
    scripted.answer = words("It is done.", settles=True)
    said = tenant.say(ann.chat.id, BOT, card=activity("Please do it.")["attachments"][0]["content"])
    said.gone = True
    await pressed(ann, said)
    assert texts(ann) == ["It is done."]
    assert ann.toasts == [SENTENCES.answered]


async def test_a_button_in_a_channel_is_answered_for_all_in_its_thread(chat, scripted, ann, tenant, teams):
    scripted.answer = ALOUD
    question = tenant.say(CHANNEL, ann.person.aad, text="?")
    said = tenant.say(CHANNEL, BOT, card=activity("Which?")["attachments"][0]["content"], thread=question.id)
    await pressed(ann, said)
    assert texts(somebody(teams, "bea"), CHANNEL) == ["Which?", "The clerk."]
    assert answers(ann, CHANNEL)[-1].thread == question.id


@pytest.mark.parametrize("answer", [SECRET, Open(FORM), None], ids=["secret", "form", "nobody"])
async def test_what_somebody_presses_in_a_channel_and_is_for_them_alone_is_shown_to_nobody(
    chat, scripted, ann, tenant, teams, answer
):
    """That the button was pressed is told to whoever pressed it."""
    scripted.answer = answer
    await ann.press(tenant.say(CHANNEL, BOT, card={"body": []}), button())
    assert ann.toasts == [SENTENCES.elsewhere]
    assert len(texts(ann)) == 1
    assert texts(somebody(teams, "bea"), CHANNEL) == texts(ann, CHANNEL) == [""]


async def test_who_presses_in_a_channel_and_has_no_chat_with_the_bot_is_told_by_the_button_itself(
    chat, scripted, ann, tenant, teams
):
    scripted.answer = SECRET
    ann.person.installed = False
    await ann.press(tenant.say(CHANNEL, BOT, card={"body": []}), button())
    assert ann.toasts == [SENTENCES.not_installed]
    assert texts(somebody(teams, "bea"), CHANNEL) == texts(ann, CHANNEL) == [""]


@pytest.mark.parametrize("installed", [True, False], ids=["in their own chat", "to them alone"])
async def test_what_somebody_presses_in_an_old_client_is_shown_to_nobody(chat, scripted, ann, tenant, teams, installed):
    scripted.answer = SECRET
    ann.person.installed = installed
    await ann.press_as_of_old(tenant.say(CHANNEL, BOT, card={"body": []}), button())
    assert ann.answer.status == 200
    assert texts(ann) == (["Only for you."] if installed else [])
    assert texts(ann, CHANNEL) == ([""] if installed else ["", SENTENCES.not_installed])
    assert texts(somebody(teams, "bea"), CHANNEL) == [""]


async def test_a_button_that_only_they_see_is_answered_for_them_alone(chat, scripted, ann, teams):
    scripted.answer = ALOUD
    await ann.slash(CHANNEL, "expectations")
    await press(ann, CHANNEL, "Share")
    assert texts(ann, CHANNEL) == ["For you: the clerk."] * 2
    assert texts(somebody(teams, "bea"), CHANNEL) == []


async def test_a_card_of_an_older_version_is_no_event_of_anybodys(chat, scripted, ann, tenant):
    """The core says kindly that the button is old."""
    said = tenant.say(ann.chat.id, BOT, card={"body": []})
    await ann.press(said, button() | {"data": {"an": "older card"}})
    await ann.press(said, button() | {"verb": "other"})
    assert {event.token for event in scripted.heard} == {""}
    assert texts(ann)[-1] == "Here is the answer."
