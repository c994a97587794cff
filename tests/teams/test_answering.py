"""What somebody sees who asked: where they asked as far as others may see it, else in their own chat."""

import pytest

from bot.conversation import Button, Buttons, Command, Open, Paragraph, Post, Reject, Whisper
from tests.teams import SENTENCES, reading
from tests.teams.conftest import CHANNEL, TENANT, account, somebody
from tests.teams.doing import ALOUD, FORM, SECRET, answers, button, opened, press, send, texts, words
from tests.teams.standin import BOT
from tests.waiting import until

# ---------------------------------------------------------------- words


async def test_words_in_the_own_chat_are_answered_there(chat, scripted, ann):
    await ann.say("who decides?")
    assert ann.answer.status == 200
    assert ann.answer.text == ""
    assert texts(ann) == ["Here is the answer."]
    (event,) = scripted.heard
    assert (event.text, event.where.private, event.who.id) == ("who decides?", True, account("ann"))


async def test_a_question_by_mention_is_answered_for_all_in_its_thread(chat, scripted, ann, teams):
    scripted.answer = ALOUD
    said = await ann.mention(CHANNEL, "protocol expectations")
    assert scripted.heard[0] == Command(**base(scripted), text="expectations")
    assert texts(somebody(teams, "bea"), CHANNEL) == ["The clerk."]
    assert answers(ann, CHANNEL)[0].thread == said.id
    assert texts(ann) == []


async def test_what_is_for_one_person_goes_into_their_own_chat_and_the_thread_is_told_so(chat, scripted, ann, teams):
    scripted.answer = SECRET
    said = await ann.mention(CHANNEL, "protocol concern")
    assert texts(ann) == ["Only for you."]
    assert texts(somebody(teams, "bea"), CHANNEL) == [SENTENCES.elsewhere]
    assert answers(ann, CHANNEL)[0].thread == said.id


async def test_what_was_asked_in_a_channel_is_not_named_on_the_lock_screen(chat, scripted, ann, teams):
    scripted.answer = Whisper(Post((Paragraph("CN-ABCD waits."),), title="What you have raised"))
    await ann.mention(CHANNEL, "protocol concerns")
    own = teams.called("say")[0].body
    assert (own["summary"], own["attachments"][0]["content"]["fallbackText"]) == (SENTENCES.elsewhere,) * 2
    assert "What you have raised" in texts(ann)[0]


async def test_who_has_no_chat_with_the_bot_is_told_what_to_do_and_nothing_else(chat, scripted, ann, teams):
    scripted.answer = SECRET
    ann.person.installed = False
    await ann.mention(CHANNEL, "protocol concern")
    assert texts(ann) == []
    assert texts(somebody(teams, "bea"), CHANNEL) == [SENTENCES.not_installed]


async def test_a_slash_command_is_answered_for_them_alone_with_what_is_offered_to_them(chat, scripted, ann, teams):
    scripted.answer = ALOUD
    await ann.slash(CHANNEL, "expectations")
    assert texts(ann, CHANNEL) == ["For you: the clerk."]
    assert texts(somebody(teams, "bea"), CHANNEL) == []
    (share,) = reading.buttons(answers(ann, CHANNEL)[0].card)
    assert share.action["data"]["protocol"]["aside"] is True


async def test_what_a_slash_command_brings_that_nobody_may_see_is_pointed_to_for_them_alone(chat, scripted, ann, teams):
    scripted.answer = SECRET
    await ann.slash(CHANNEL, "protocol concern")
    assert texts(ann) == ["Only for you."]
    assert texts(ann, CHANNEL) == [SENTENCES.elsewhere]
    assert texts(somebody(teams, "bea"), CHANNEL) == []


async def test_where_teams_knows_no_targeted_messages_the_own_chat_is_used(chat, scripted, ann, tenant, teams):
    scripted.answer, tenant.targets = ALOUD, False
    await ann.slash(CHANNEL, "expectations")
    assert texts(ann) == ["The clerk."]
    assert [reading.buttons(one.card) for one in answers(ann, ann.chat.id)] == [[]], "there is nobody to share it with"
    assert texts(somebody(teams, "bea"), CHANNEL) == texts(ann, CHANNEL) == []


async def test_a_form_asked_for_in_words_is_opened_by_a_button_that_tells_nothing(chat, scripted, ann):
    scripted.answer = Open(FORM)
    await ann.say("concern")
    assert texts(ann) == [SENTENCES.form_ready]
    await press(ann, ann.chat.id, SENTENCES.open_form)
    assert "What happened?" in reading.text(ann.dialog.card) + str(reading.inputs(ann.dialog.card))
    first, second = scripted.heard
    assert (first.text, first.who) == (second.text, second.who)
    assert second.id.startswith("fetch:")


async def test_a_form_asked_for_in_a_channel_waits_in_the_own_chat(chat, scripted, ann, teams):
    scripted.answer = Open(FORM)
    await ann.mention(CHANNEL, "concern")
    assert texts(ann) == [SENTENCES.form_ready]
    assert texts(somebody(teams, "bea"), CHANNEL) == [SENTENCES.elsewhere]


async def test_a_council_that_nobody_set_up_is_told_so(chat, scripted, ann):
    scripted.answer = None
    await ann.say("hello")
    await ann.mention(CHANNEL, "hello")
    assert texts(ann) == texts(ann, CHANNEL) == [SENTENCES.no_council]


# ---------------------------------------------------------------- dialogs


async def test_a_button_that_opens_a_form_opens_it_at_once(chat, scripted, ann):
    await opened(ann, scripted)
    assert ann.dialog.title == SENTENCES.name
    assert texts(ann) == [""]


async def test_what_a_button_brings_instead_of_a_form_is_read_in_the_dialog(chat, scripted, ann, tenant):
    scripted.answer = SECRET
    said = tenant.say(CHANNEL, BOT, card={"body": []})
    await ann.press(said, button("desk/step/1", opens=True))
    assert reading.text(ann.dialog.card) == "Only for you."
    assert texts(ann, CHANNEL) == [""]


async def test_a_button_in_a_dialog_is_answered_there(chat, scripted, ann, tenant):
    scripted.answer = Whisper(Post((Paragraph("Read this."), Buttons((Button("More", "desk/step/2"),)))))
    said = tenant.say(ann.chat.id, BOT, card={"body": []})
    await ann.press(said, button("desk/step/1", opens=True))
    scripted.answer = Open(FORM)
    await send(ann, "More")
    assert reading.inputs(ann.dialog.card)[0].label.startswith("What happened?")
    assert [event.token for event in scripted.heard] == ["desk/step/1", "desk/step/2"]


async def test_a_form_that_was_taken_closes_and_its_receipt_is_in_the_own_chat(chat, scripted, ann):
    await opened(ann, scripted)
    ann.fill("f.what", "The papers came late.")
    scripted.answer = words("Received.")
    await send(ann, "Send")
    assert ann.dialog is None
    assert ann.answer.text == ""
    assert texts(ann) == ["", "Received."]
    assert scripted.heard[-1].values == {"what": "The papers came late."}


async def test_a_form_from_a_channel_leaves_its_receipt_in_the_own_chat(chat, scripted, ann, tenant, teams):
    scripted.answer = Open(FORM)
    said = tenant.say(CHANNEL, BOT, card={"body": []})
    await ann.press(said, button("desk/step/1", opens=True))
    ann.fill("f.what", "The papers came late.")
    scripted.answer = words("Received.")
    await send(ann, "Send")
    assert texts(ann) == ["Received."]
    assert texts(ann, CHANNEL) == [""]


async def test_what_is_wrong_stands_in_the_form_with_what_was_typed(chat, scripted, ann):
    await opened(ann, scripted)
    ann.fill("f.what", "too short")
    scripted.answer = Reject({"what": "Please say more."})
    await send(ann, "Send")
    assert any("Please say more." in line for line in reading.complaints(ann.dialog.card))
    assert ann.dialog.values["f.what"] == "too short"
    scripted.answer = words("Received.")
    ann.fill("f.what", "much more")
    await send(ann, "Send")
    assert scripted.heard[-1].values == {"what": "much more"}
    assert ann.dialog is None


async def test_one_form_follows_another_in_the_same_dialog(chat, scripted, ann):
    await opened(ann, scripted)
    ann.fill("f.what", "first")
    await send(ann, "Send")
    assert ann.dialog.values["f.what"] == ""
    ann.fill("f.what", "second")
    scripted.answer = words("Received.")
    await send(ann, "Send")
    assert [event.values["what"] for event in scripted.heard[1:]] == ["first", "second"]


async def test_the_card_that_opened_a_form_says_that_it_was_sent(chat, scripted, ann):
    scripted.answer = Open(FORM)
    await ann.say("concern")
    await press(ann, ann.chat.id, SENTENCES.open_form)
    ann.fill("f.what", "first")
    await send(ann, "Send")  # a second form follows, and what it was opened from is not forgotten
    ann.fill("f.what", "second")
    scripted.answer = words("Received.")
    await send(ann, "Send")
    await until(lambda: not chat.busy)
    assert texts(ann) == [SENTENCES.form_sent, "Received."]


# ---------------------------------------------------------------- added


async def test_whoever_adds_the_app_is_greeted_once(chat, scripted, ann):
    await ann.install()
    assert texts(ann) == ["Here is the answer."]
    await ann.again()
    assert len(scripted.heard) == 1


async def test_a_team_is_greeted_once_with_what_anybody_may_see(chat, scripted, ann, tenant):
    tenant.conversations[CHANNEL].with_bot = False
    scripted.answer = ALOUD
    await ann.install(CHANNEL)
    assert texts(ann, CHANNEL) == ["The clerk."]
    scripted.answer = SECRET
    tenant.add_channel("19:second@thread.tacv2", "second", with_bot=False)
    await ann.install("19:second@thread.tacv2")
    assert texts(ann, "19:second@thread.tacv2") == []


async def test_who_adds_the_app_to_a_team_makes_no_difference_to_its_greeting(chat, scripted, ann, teams, tenant):
    """A guest may be an administrator: the team is not told what guests are."""
    tenant.conversations[CHANNEL].with_bot = False
    scripted.answer = ALOUD
    await somebody(teams, "ann").install(CHANNEL)
    assert scripted.heard[0].who.id == tenant.bot


async def test_who_takes_the_app_away_and_adds_it_again_is_greeted_again(chat, scripted, ann):
    await ann.install()
    await ann.uninstall()
    await ann.install()
    assert texts(ann) == ["Here is the answer."] * 2


@pytest.mark.parametrize("what", ["edit", "remove", "react", "talk"])
async def test_what_is_not_for_the_bot_is_passed_over(chat, scripted, ann, what):
    said = await ann.talk(CHANNEL, "See you on Monday.")
    await (ann.talk(CHANNEL, "protocol") if what == "talk" else getattr(ann, what)(said, *(["no"] * (what == "edit"))))
    assert scripted.heard == []
    assert texts(ann, CHANNEL) == []


async def test_an_invoke_that_the_bot_has_no_ears_for_is_not_taken(chat, scripted, ann):
    await ann.say("hello")
    answer = await ann.deliver(ann.last | {"type": "invoke", "name": "composeExtension/query", "id": "f:1"})
    assert answer.status == 501


# ---------------------------------------------------------------- what the tests look at


def base(scripted):
    event = scripted.heard[0]
    assert event.where.tenant == event.who.tenant == TENANT
    return {"id": event.id, "who": event.who, "where": event.where, "at": event.at}
