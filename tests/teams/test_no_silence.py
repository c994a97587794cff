"""Whatever goes wrong in answering: whoever asked is told, once, and nobody else is told what."""

import pytest

from bot.conversation import Form, Open, Paragraph, Post, Whisper
from tests.teams import SENTENCES, reading
from tests.teams.conftest import CHANNEL, somebody
from tests.teams.doing import FORM, button, opened, pressed, send, texts, words
from tests.teams.standin import BOT, Fault
from tests.teams.standin.faults import BLOCKED, BROKEN, NOT_A_MEMBER, NOT_INSTALLED
from tests.waiting import until

AWAY = RuntimeError("the store is away")
REFUSED = Fault(status=400, code="BadArgument")
#: What nobody can draw, as a desk of tomorrow may make it.
UNDRAWABLE = Whisper(Post((Paragraph(None),)))  # type: ignore[arg-type]


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("where", ["chat", "channel", "aside"])
async def test_what_could_not_be_heard_is_told_where_it_was_said(chat, scripted, ann, where):
    scripted.answer = AWAY
    await said(ann, where)
    assert ann.answer.status == 200
    assert texts(ann, "" if where == "chat" else CHANNEL) == [SENTENCES.failed]


@pytest.mark.parametrize("where", ["chat", "channel", "aside"])
async def test_an_answer_that_cannot_be_drawn_is_owned_up_to(chat, scripted, ann, where):
    scripted.answer = UNDRAWABLE
    await said(ann, where)
    assert texts(ann, "" if where == "chat" else CHANNEL) == [SENTENCES.unshown]


@pytest.mark.parametrize("fault", [REFUSED, BROKEN], ids=["refused", "broken"])
async def test_an_answer_that_teams_does_not_take_is_owned_up_to(chat, scripted, ann, teams, fault):
    teams.fail("say", fault)
    await ann.say("who decides?")
    assert ann.answer.status == 200
    assert texts(ann) == [SENTENCES.unshown]


async def test_where_nothing_can_be_said_at_all_teams_is_told(chat, scripted, ann, teams, caplog):
    teams.fail("say", BROKEN, 9)
    await ann.say("who decides?")
    assert (ann.answer.status, ann.answer.text) == (500, "")
    teams.faults.clear()
    assert (await ann.again()).status == 200  # if Teams brings it once more, it is heard once more
    assert texts(ann) == ["Here is the answer."]
    teams.troubles.clear()


async def test_a_channel_that_takes_nothing_is_answered_in_the_own_chat(chat, scripted, ann, teams):
    scripted.answer = words("For you.", aloud=words("For all.").post)
    teams.fail("say", NOT_A_MEMBER)
    await ann.mention(CHANNEL, "who decides?")
    assert texts(ann) == ["For all."]
    assert texts(ann, CHANNEL) == []


async def test_a_button_in_a_channel_that_takes_nothing_says_that_the_answer_is_in_the_own_chat(
    chat, scripted, ann, teams, tenant
):
    scripted.answer = words("For you.", aloud=words("For all.").post)
    teams.fail("say", NOT_A_MEMBER)
    await pressed(ann, tenant.say(CHANNEL, BOT, card={"body": []}))
    assert (texts(ann), ann.toasts) == (["For all."], [SENTENCES.elsewhere])


@pytest.mark.parametrize("aloud", [True, False], ids=["for anybody", "for one person"])
async def test_who_asks_aside_and_can_be_told_nowhere_else_is_told_so_once_more(chat, scripted, ann, teams, aloud):
    scripted.answer = words("For you.", aloud=words("For all.").post if aloud else None)
    ann.person.installed = False
    teams.fail("say", REFUSED)
    await ann.slash(CHANNEL, "who decides?")
    assert ann.answer.status == 200
    assert texts(ann, CHANNEL) == [SENTENCES.not_installed if aloud else SENTENCES.unshown]
    assert texts(somebody(teams, "bea"), CHANNEL) == []


async def test_who_asks_aside_and_can_be_told_nothing_at_all_leaves_a_line_in_the_log(
    chat, scripted, ann, teams, tenant, caplog
):
    scripted.answer = words("For you.", aloud=words("For all.").post)
    ann.person.installed, tenant.targets = False, False
    await ann.slash(CHANNEL, "who decides?")
    assert ann.answer.status == 200  # a second try would change nothing
    assert texts(ann, CHANNEL) == texts(ann) == []
    assert [line.levelname for line in caplog.records if "nothing could be said" in line.getMessage()] == ["ERROR"]


async def test_a_channel_that_takes_nothing_and_no_chat_leave_nothing_to_be_said(chat, scripted, ann, teams):
    teams.fail("say", NOT_A_MEMBER, 9)
    teams.fail("open", NOT_INSTALLED, 9)
    await ann.mention(CHANNEL, "who decides?")
    assert ann.answer.status == 200  # a second try would change nothing
    assert texts(ann, CHANNEL) == texts(ann) == []


async def test_who_has_blocked_the_bot_is_told_in_the_channel_that_it_cannot_write_to_them(chat, scripted, ann, teams):
    ann.person.blocked = True
    await ann.mention(CHANNEL, "protocol concern")
    assert texts(somebody(teams, "bea"), CHANNEL) == [SENTENCES.not_installed]


async def test_where_the_thread_cannot_be_told_the_answer_is_in_the_own_chat_all_the_same(chat, scripted, ann, teams):
    teams.fail("say", None)
    teams.fail("say", NOT_A_MEMBER)
    await ann.mention(CHANNEL, "protocol concern")
    assert ann.answer.status == 200
    assert texts(ann) == ["Here is the answer."]


async def test_the_second_part_of_an_answer_that_is_refused_is_owned_up_to(chat, scripted, ann, teams):
    scripted.answer = Whisper(Post(tuple(Paragraph("words " * 500) for _ in range(60))))
    teams.fail("say", None)
    teams.fail("say", REFUSED)
    await ann.say("everything")
    assert texts(ann)[-1] == SENTENCES.unshown
    assert len(texts(ann)) == 2


async def test_a_message_with_nothing_but_a_file_is_answered(chat, scripted, ann):
    from tests.teams.standin import activities

    told = activities.message(ann.tenant, ann.person, ann.tenant.say(ann.chat.id, ann.person.aad, text=""))
    picture = {"contentType": "image/*", "contentUrl": "https://smba.trafficmanager.net/uk/v3/attachments/0"}
    await ann.deliver({**told, "attachments": [picture]})
    assert texts(ann) == ["Here is the answer."]
    assert scripted.heard[0].text == ""


# ---------------------------------------------------------------- buttons and dialogs


async def test_a_button_whose_answer_is_refused_says_so_itself(chat, scripted, ann, teams):
    teams.fail("say", REFUSED)
    await pressed(ann)
    assert ann.toasts == [SENTENCES.unshown]
    assert texts(ann) == [""]


async def test_a_button_that_could_not_be_heard_is_answered(chat, scripted, ann):
    scripted.answer = AWAY
    await pressed(ann)
    assert (texts(ann), ann.toasts) == ([""], [SENTENCES.failed])


async def test_a_button_that_could_not_be_heard_is_heard_when_it_is_pressed_again(chat, scripted, ann):
    scripted.answer = AWAY
    said = await pressed(ann)
    scripted.answer = words("You have stepped out.")
    await pressed(ann, said)
    assert texts(ann) == ["", "You have stepped out."]
    assert len({event.id for event in scripted.heard}) == 1


async def test_a_button_of_an_old_client_that_could_not_be_heard_is_heard_when_it_is_pressed_again(chat, scripted, ann):
    scripted.answer = AWAY
    said = ann.tenant.say(ann.chat.id, BOT, card={"body": []})
    await ann.press_as_of_old(said, button())
    scripted.answer = words("You have stepped out.")
    await ann.press_as_of_old(said, button())
    assert texts(ann) == ["", SENTENCES.failed, "You have stepped out."]


async def test_a_button_whose_answer_was_not_shown_is_heard_when_it_is_pressed_again(chat, scripted, ann, teams):
    teams.fail("say", REFUSED)
    said = await pressed(ann)
    await pressed(ann, said)
    assert (texts(ann), ann.toasts) == (["", "Here is the answer."], [SENTENCES.unshown, SENTENCES.answered])


async def test_an_answer_that_may_stand_there_is_not_owned_up_to_before_others(chat, scripted, ann, teams):
    scripted.answer = words("For you.", aloud=words("For all.").post)
    teams.fail("say", Fault(drops=True, takes=True))
    await ann.mention(CHANNEL, "who decides?")
    assert ann.answer.status == 200
    assert texts(ann, CHANNEL) == ["For all."]
    assert texts(ann) == []


async def test_what_is_settled_and_cannot_be_changed_is_said_anew(chat, scripted, ann, teams):
    scripted.answer = words("It is done.", settles=True)
    teams.fail("change", BROKEN)
    await pressed(ann)
    assert texts(ann) == ["", "It is done."]


@pytest.mark.parametrize("what", [AWAY, None, UNDRAWABLE], ids=["fault", "nobody", "undrawable"])
async def test_a_button_that_opens_a_dialog_opens_one_whatever_comes_of_it(chat, scripted, ann, tenant, what):
    scripted.answer = what
    said = tenant.say(ann.chat.id, BOT, card={"body": []})
    await ann.press(said, button(opens=True))
    told = SENTENCES.failed if what is AWAY else SENTENCES.unshown if what else SENTENCES.no_council
    assert reading.text(ann.dialog.card) == told


async def test_a_form_that_could_not_be_heard_stays_with_what_was_typed(chat, scripted, ann):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = AWAY
    await send(ann, "Send")
    assert any(SENTENCES.failed in line for line in reading.complaints(ann.dialog.card))
    assert ann.dialog.values["f.what"] == "something"
    scripted.answer = words("Received.")
    await send(ann, "Send")
    assert texts(ann) == ["", "Received."]


async def test_a_form_of_nobodys_council_says_so(chat, scripted, ann):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = None
    await send(ann, "Send")
    assert any(SENTENCES.no_council in line for line in reading.complaints(ann.dialog.card))


@pytest.mark.parametrize("fault", [REFUSED, BLOCKED, BROKEN], ids=["refused", "blocked", "broken"])
async def test_a_receipt_that_the_own_chat_does_not_take_is_shown_in_the_dialog(chat, scripted, ann, teams, fault):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = words("Received.")
    teams.fail("say", fault)
    await send(ann, "Send")
    assert reading.text(ann.dialog.card) == "Received."


async def test_a_receipt_that_cannot_be_drawn_asks_nobody_to_send_it_again(chat, scripted, ann):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = UNDRAWABLE
    await send(ann, "Send")
    assert reading.text(ann.dialog.card) == SENTENCES.unshown


async def test_a_next_form_that_cannot_be_drawn_leaves_the_one_before(chat, scripted, ann):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = Open(Form("a/b/c", "Next", (object(),), "Send"))  # type: ignore[arg-type]
    await send(ann, "Send")
    assert ann.dialog.values["f.what"] == "something"
    assert any(SENTENCES.failed in line for line in reading.complaints(ann.dialog.card))


async def test_a_greeting_that_fails_is_nobodys_trouble(chat, scripted, ann, teams):
    scripted.answer = AWAY
    await ann.install()
    assert ann.answer.status == 200
    scripted.answer = Open(FORM)
    await ann.install(CHANNEL)
    await until(lambda: not chat.busy)
    assert texts(ann) == texts(ann, CHANNEL) == []


async def said(person, where):
    match where:
        case "chat":
            await person.say("who decides?")
        case "channel":
            await person.mention(CHANNEL, "who decides?")
        case "aside":
            await person.slash(CHANNEL, "who decides?")
