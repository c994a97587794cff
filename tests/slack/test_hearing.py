"""What the adapter hears, when it acknowledges, and what it refuses before anything runs."""

import asyncio
import logging
import time

import pytest

from bot.conversation import Command, Form, Greet, Message, Open, Page, Paragraph, Post, Press, Reject, Submit, Visit
from tests.slack import SENTENCES, reading
from tests.slack.conftest import CHANNEL, TEAM, somebody
from tests.slack.doing import opened, pressed, texts, words
from tests.slack.standin import Fault
from tests.slack.standin import posted as wire
from tests.waiting import until

# ---------------------------------------------------------------- everything that people do


async def test_everything_that_people_do_becomes_its_event(chat, scripted, ann, space):
    dm = space.chat(ann.user.id).id
    await ann.command(CHANNEL, "roles & <more>")
    await ann.command(dm, "roles")
    await ann.say(dm, "what about R&D <now>")
    await ann.say(CHANNEL, "@protocol who decides")
    await pressed(ann)
    await ann.opens("messages")
    scripted.answer = Page((Post((Paragraph("Your page."),)),))
    await ann.opens("home")
    command, private, message, mention, press, visit = scripted.heard
    assert isinstance(command, Command)
    assert (command.text, command.where.private) == ("roles & <more>", False)
    assert isinstance(private, Command)
    assert (private.where.id, private.where.private) == (dm, True)
    assert isinstance(message, Message)
    assert (message.text, message.where.private) == ("what about R&D <now>", True)
    assert isinstance(mention, Message)
    assert (mention.text, mention.where.private) == ("who decides", False)
    assert isinstance(press, Press)
    assert (press.token, press.where.private, press.source.place.id) == ("clauses/run/roles", True, dm)
    assert isinstance(visit, Visit)
    assert visit.where.private
    assert {event.who.tenant for event in scripted.heard} == {TEAM}


async def test_the_private_chat_is_greeted_once_when_nothing_was_said_there(chat, scripted, ann, space):
    await ann.opens("messages")
    assert isinstance(scripted.heard[0], Greet)
    await ann.opens("messages")
    assert len(scripted.heard) == 1
    assert texts(ann, space.chat(ann.user.id).id) == ["Here is the answer."]


async def test_what_is_no_word_of_a_persons_is_not_heard(chat, scripted, ann, space):
    dm = space.chat(ann.user.id).id
    plain = {"type": "message", "channel": dm, "channel_type": "im", "ts": "1.1", "event_ts": "1.1", "team": TEAM}
    said = {**plain, "user": ann.user.id, "text": "words"}
    for inner in (
        {**said, "subtype": "message_changed", "hidden": True, "message": said, "previous_message": said},
        {**said, "subtype": "message_deleted", "hidden": True, "previous_message": said},
        {**said, "bot_id": "B1", "user": "UOTHERBOT"},
        {**said, "user": space.bot.id},
        {**said, "subtype": "bot_message", "bot_id": "B1"},
        {**said, "subtype": "channel_join"},
        {**said, "channel": CHANNEL, "channel_type": "channel"},
    ):
        answer = await ann.event(inner)
        assert answer.status == 200
    assert scripted.heard == []


async def test_a_guest_or_stranger_is_nobody_of_the_councils_and_a_thread_is_answered_in_its_thread(
    chat, scripted, ann, slack, space
):
    stranger = space.add_user("USTRANGER", "Sid", team="TOTHER")
    space.channels[CHANNEL].members.add(stranger.id)
    sid = type(ann)(slack, space, stranger)
    await sid.say(CHANNEL, "@protocol who decides")
    assert (scripted.heard[-1].who.tenant, scripted.heard[-1].where.tenant) == ("TOTHER", TEAM)
    await pressed(sid, space.say(CHANNEL, space.bot.id, "Press it", [], slack.time()))
    assert (scripted.heard[-1].who.tenant, scripted.heard[-1].where.tenant) == ("TOTHER", TEAM)
    dm = space.chat(ann.user.id).id
    for place in (CHANNEL, dm):
        first = await ann.say(place, "a thread begins")
        await ann.say(place, "@protocol in a thread", thread=first.ts)
        assert scripted.heard[-1].where.thread == first.ts
        (answer,) = [one for one in space.seen_by(ann.user.id, place) if one.thread and one.user == space.bot.id]
        assert answer.thread == first.ts


# ---------------------------------------------------------------- refused before anything runs


@pytest.mark.parametrize("wrong", ["secret", "age", "nothing"])
async def test_what_slack_did_not_sign_just_now_is_refused(chat, scripted, ann, space, wrong):
    await ann.command(CHANNEL, "roles")
    scripted.heard.clear()
    raw, kind = wire.as_fields({**ann.last.body, "trigger_id": "another"})
    secret = "guessed" if wrong == "secret" else space.secret
    headers = wire.signed(secret, raw, kind, at=time.time() - (301 if wrong == "age" else 0))
    if wrong == "nothing":
        headers = {"Content-Type": kind}
    answer = await wire.post(space.url, wire.Request(raw, kind, headers, {}))
    assert answer.status in (400, 401, 403)
    assert scripted.heard == []


async def test_a_workspace_nobody_set_up_is_refused(chat, scripted, ann, space):
    await ann.command(CHANNEL, "roles")
    dm = space.chat(ann.user.id).id
    await ann.say(dm, "words")
    scripted.heard.clear()
    event = {**ann.last.body, "team_id": "TOTHER", "event_id": "Ev-other"}
    event["authorizations"] = [{**event["authorizations"][0], "team_id": "TOTHER"}]
    for raw, kind in (
        wire.as_fields({"team_id": "TOTHER", "command": "/protocol", "text": "x", "trigger_id": "1", "user_id": "U1"}),
        wire.as_json(event),
    ):
        headers = wire.signed(space.secret, raw, kind)
        answer = await wire.post(space.url, wire.Request(raw, kind, headers, {}))
        assert answer.status in (401, 403)
    assert scripted.heard == []


async def test_one_workspaces_secret_opens_no_other(slack, serve, scripted, space):
    other = slack.workspace("TOTHER")
    ben = other.add_user("UBEN", "Ben")
    other.add_channel("C1", "there")
    await serve(scripted)
    there = type(somebody(slack, "ann"))(slack, other, ben)
    await there.command("C1", "roles")
    assert [event.who.tenant for event in scripted.heard] == ["TOTHER"]
    raw, kind = wire.as_fields({**there.last.body, "trigger_id": "another"})
    answer = await wire.post(space.url, wire.Request(raw, kind, wire.signed(space.secret, raw, kind), {}))
    assert answer.status in (401, 403)
    assert len(scripted.heard) == 1


@pytest.mark.parametrize("what", ["command", "press", "message"])
async def test_a_replay_is_refused(chat, scripted, ann, space, what):
    dm = space.chat(ann.user.id).id
    if what == "command":
        await ann.command(dm, "roles")
    elif what == "press":
        await pressed(ann)
    else:
        await ann.say(dm, "roles")
    said, heard = texts(ann, dm), len(scripted.heard)
    answer = await ann.replay()
    assert len(scripted.heard) == heard
    assert texts(ann, dm) == said
    assert answer.status == (200 if what == "message" else 401)  # an event is known by its id, and Slack repeats it
    assert "Here is the answer." not in answer.text


async def test_slacks_look_at_the_address_is_answered_if_it_is_slacks(chat, scripted, space):
    raw, kind = wire.as_json({"type": "url_verification", "token": "verification", "challenge": "3eZbrw1a"})
    ours = await wire.post(space.url, wire.Request(raw, kind, wire.signed(space.secret, raw, kind), {}))
    assert (ours.status, "3eZbrw1a" in ours.text) == (200, True)
    somebodys = await wire.post(space.url, wire.Request(raw, kind, wire.signed("guessed", raw, kind), {}))
    assert somebodys.status == 401
    assert scripted.heard == []


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"payload=%7B", b"{" * 10_000, b"x" * 1_200_000], ids=range(5))
async def test_what_can_not_be_read_is_refused(chat, scripted, space, raw):
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        answer = await wire.post(space.url, wire.Request(raw, kind, wire.signed(space.secret, raw, kind), {}))
        assert answer.status in (400, 401, 403, 413)
    assert scripted.heard == []


# ---------------------------------------------------------------- what fails


async def test_an_event_that_could_not_be_heard_is_delivered_again_and_answered_once(chat, scripted, ann, space, slack):
    dm = space.chat(ann.user.id).id
    scripted.answer = RuntimeError("the store is away")
    await ann.say(dm, "who decides")
    assert ann.answer.status == 500
    assert texts(ann, dm) == []
    scripted.answer = words("Here is the answer.")
    for number in (1, 2, 3):
        assert (await ann.again((number, "http_error"))).status == 200
    assert texts(ann, dm) == ["Here is the answer."]


async def test_an_answer_that_could_not_be_posted_is_posted_on_the_next_delivery(chat, ann, space, slack):
    dm = space.chat(ann.user.id).id
    slack.fail("chat.postMessage", Fault(status=503, body="upstream"))
    await ann.say(dm, "who decides")
    assert ann.answer.status == 500
    assert (await ann.again()).status == 200
    assert texts(ann, dm) == ["Here is the answer."]


async def test_a_command_or_button_that_failed_says_so_to_whoever_asked(chat, scripted, ann, space, slack):
    scripted.answer = RuntimeError("the store is away")
    dm = space.chat(ann.user.id).id
    for said in (await ann.command(CHANNEL, "roles"), await ann.command(dm, "roles"), await pressed(ann)):
        assert said.status == 200
    assert texts(ann, CHANNEL) == [SENTENCES.failed]
    assert texts(ann, dm).count(SENTENCES.failed) == 2
    assert texts(somebody(slack, "bea"), CHANNEL) == []


async def test_a_form_that_failed_keeps_what_was_typed(chat, scripted, ann):
    await opened(ann, scripted)
    ann.fill("f.what", "all that I typed")
    scripted.answer = RuntimeError("the store is away")
    await ann.submit()
    assert SENTENCES.failed in ann.modal.problems["f.what"]
    assert ann.modal.values["f.what"]["v"]["value"] == "all that I typed"
    scripted.answer = words("Received.")
    await ann.submit()
    assert ann.modal is None
    assert isinstance(scripted.heard[-1], Submit)
    assert scripted.heard[-1].values == {"what": "all that I typed"}


async def test_a_problem_stands_at_its_field_and_one_of_the_whole_form_is_seen_too(chat, scripted, ann):
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = Reject({"what": "Say more."})
    await ann.submit()
    assert ann.modal.problems == {"f.what": "Say more."}
    scripted.answer = Reject({"": "Somebody else was first."})
    await ann.submit()
    assert "Somebody else was first." in ann.modal.problems["f.what"]
    scripted.answer = Open(Form("desk/step/2", "To read", (), "Go on"))
    await ann.submit()
    scripted.answer = Reject({"": "Somebody else was first."})
    await ann.submit()
    assert "Somebody else was first." in reading.text(ann.modal.blocks)
    assert "To read" in reading.text(ann.modal.blocks)


async def test_a_workspace_of_no_council_is_told_so(chat, scripted, ann, space):
    scripted.answer = None
    await ann.command(CHANNEL, "roles")
    assert texts(ann, CHANNEL) == [SENTENCES.no_council]


# ---------------------------------------------------------------- heard once


async def test_an_event_delivered_again_is_answered_once(chat, scripted, ann, space):
    dm = space.chat(ann.user.id).id
    await ann.say(dm, "who decides")
    await ann.again((1, "http_timeout"))
    assert texts(ann, dm) == ["Here is the answer."]


async def test_an_event_delivered_twice_at_the_same_moment_is_answered_once(chat, scripted, ann, space):
    dm = space.chat(ann.user.id).id
    scripted.gate.clear()
    first = asyncio.create_task(ann.say(dm, "who decides"))
    await until(lambda: scripted.heard)
    second = asyncio.create_task(ann.again((1, "http_timeout")))
    await asyncio.sleep(0.05)
    scripted.gate.set()
    await first
    assert (await second).status == 200
    assert len(scripted.heard) == 1
    assert texts(ann, dm) == ["Here is the answer."]


# ---------------------------------------------------------------- the log


async def test_nobodys_words_and_no_token_get_into_the_log(serve, scripted, ann, space, slack, caplog):
    caplog.set_level(logging.DEBUG)
    await serve(scripted)
    dm = space.chat(ann.user.id).id
    scripted.answer = words("an answer: CANARY")
    await ann.say(dm, "a question: CANARY")
    await ann.command(dm, "CANARY")
    scripted.answer = RuntimeError("CANARY")
    await ann.say(dm, "once more: CANARY")
    await ann.command(dm, "CANARY")
    slack.fail("chat.postMessage", Fault(status=503, body="CANARY"), times=3)
    scripted.answer = words("an answer: CANARY")
    await ann.say(dm, "a question: CANARY")
    for secret in ("CANARY", space.token, space.secret, "hooks/"):
        assert secret not in caplog.text
