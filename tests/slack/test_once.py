"""What comes once, and what comes again: edited, from before a restart, at another replica, by another door."""

import asyncio
import time

import pytest
from aiohttp import web

from tests import queue
from tests.contract.slack_rig import SlackRig
from tests.slack.conftest import CHANNEL, TEAM, account, council_bot, populated
from tests.slack.doing import field, opened, pressed, texts, words
from tests.slack.standin import Channel, Fault, StandIn
from tests.slack.standin import posted as wire
from tests.slack.test_answering import a_question_for_the_clerk, watched  # noqa: F401  # a fixture
from tests.slack.test_private_words import newest, sent
from tests.waiting import until

# ---------------------------------------------------------------- a form that is edited and sent again


async def gave_up_waiting(person, watched) -> None:  # noqa: F811
    """What was sent is kept, and Slack says that there was trouble."""
    watched.keeping.clear()
    watched.go_on.clear()
    sending = asyncio.create_task(person.submit())
    await watched.keeping.wait()
    person.gives_up()
    await sending
    watched.go_on.set()
    assert person.slack.troubles


async def test_a_form_that_is_edited_after_trouble_and_sent_again_arrives_as_it_is_now(watched, ann):  # noqa: F811
    dm = await a_question_for_the_clerk(ann)
    await gave_up_waiting(ann, watched)
    ann.fill(field(ann, "Your question"), "Who keeps the key to the parish notice board?")
    assert (await ann.submit()).status == 200
    assert "Your question is with the clerk" in texts(ann, dm)[-1]
    assert sum("parish notice board" in str(notice) for notice in await queue.notices(watched)) == 1


async def test_a_form_that_is_not_edited_stays_one_delivery_after_a_restart_too(watched, serve, clock, ann):  # noqa: F811
    await a_question_for_the_clerk(ann)
    view = ann.modal
    await ann.submit()
    (before,) = await queue.notices(watched)
    await serve(council_bot(watched, clock))  # another replica, or the same one begun anew
    ann.space.modals[ann.user.id] = [view]
    assert (await ann.again()).status == 200
    assert await queue.notices(watched) == [before]


async def test_the_name_of_a_delivery_tells_nothing_of_what_was_typed(chat, scripted, ann, space):
    await opened(ann, scripted)
    ids = []
    for text in ("yes", "no", "yes"):
        scripted.answer = RuntimeError("the store is away")
        ann.fill("f.what", text)
        await ann.submit()
        ids.append(scripted.heard[-1].id)
    assert ids[0] == ids[2] != ids[1]
    assert not any("yes" in id for id in ids)
    assert {len(id.rpartition(".")[2]) for id in ids} == {16}


async def test_a_concern_that_is_edited_after_it_was_filed_is_refused_openly(tmp_path):
    here, lost = SlackRig(tmp_path, "southwell"), asyncio.Event()

    @web.middleware
    async def answered(request, handler):
        answer = await handler(request)
        if lost.is_set():
            request.transport.abort()
        return answer

    here.around = (answered,)
    async with here:
        await here.go("private")
        await here.become("councillor")
        await here.type("/protocol concern")
        await here.press("Raise a concern")
        await sent(here, "Go on", {"Who is it about?": "Ruth Ellison, the clerk"})
        await sent(here, "Look it over", {"What happened?": "The papers came late."})
        lost.set()
        await here._me.submit()
        lost.clear()
        await until(lambda: any("CN-" in text for text in texts(here._me, here.space.chat(here._me.user.id).id)))
        await until(lambda: not here.chat.busy)
        here.slack.troubles.clear()
        await here.fill("What happened?", "The papers came late. And it was the third time.")
        await here.send("Send")
        (told,) = here.problems()
        assert "already, with other words, as CN-" in told
        assert "the third time" in (here.form() or "")
        here._me.closes()
        await here.type("/protocol concerns")
        assert await newest(here, "Open CN-")


# ---------------------------------------------------------------- replays


@pytest.mark.parametrize("what", ["command", "press", "form"])
async def test_what_was_signed_before_the_bot_began_is_refused(serve, scripted, ann, space, what):
    """It may have been heard by whoever ran before, of whom nothing is remembered."""
    await serve(scripted)
    if what == "command":
        await ann.command(CHANNEL, "roles")
    elif what == "press":
        await pressed(ann)
    else:
        await opened(ann, scripted)
        ann.fill("f.what", "something")
        scripted.answer = words("Received.")
        await ann.submit()
    heard, raw, kind = len(scripted.heard), ann.last.raw, ann.last.kind
    for age, status in ((200, 401), (-1, 200)):  # a second ahead of us: never the time of the first
        headers = wire.signed(space.secret, raw, kind, at=time.time() - age)
        answer = await wire.post(space.url, wire.Request(raw, kind, headers, {}))
        assert answer.status == status
    assert len(scripted.heard) == heard
    assert (await ann.replay()).status == 401


async def test_an_event_signed_before_the_bot_began_is_heard(chat, scripted, ann, space):
    """Slack brings again what nobody took while it was away; and an event is known by its id."""
    await ann.say(space.chat(ann.user.id).id, "who decides")
    raw, kind = wire.as_json({**ann.last.body, "event_id": "Ev-before"})
    headers = wire.signed(space.secret, raw, kind, at=time.time() - 100)
    assert (await wire.post(space.url, wire.Request(raw, kind, headers, {}))).status == 200
    assert len(scripted.heard) == 2


# ---------------------------------------------------------------- whose chat


async def test_a_chat_of_two_other_people_is_not_private(chat, scripted, ann, space, slack):
    space.channels["DTWO"] = Channel("DTWO", "directmessage", {account("ann"), account("bea")})
    await ann.command("DTWO", "roles")
    await pressed(ann, space.say("DTWO", space.bot.id, "Press it", [], slack.time()))
    assert [(event.where.id, event.where.private) for event in scripted.heard] == [("DTWO", False)] * 2


# ---------------------------------------------------------------- Socket Mode


@pytest.fixture
async def sockets():
    """Two workspaces, each with an app of its own, and one that nobody set up."""
    async with StandIn() as made:
        for team in (TEAM, "TSECOND"):
            populated(made.workspace(team, sockets=True))
        yield made
    assert not made.complaints, made.complaints


@pytest.fixture
def slack(request):
    """The ones with Socket Mode, where a test asks for them."""
    return request.getfixturevalue("sockets" if "sockets" in request.fixturenames else "by_http")


@pytest.fixture
async def by_http():
    async with StandIn() as made:
        populated(made.workspace(TEAM))
        yield made
    assert not made.complaints, made.complaints


async def test_an_app_speaks_for_no_workspace_but_its_own(sockets, chat, scripted, ann):
    """Neither for one that nobody set up, nor for the one with another app."""
    async with chat.listening(scripted):
        await sockets.links.until(2)
        await ann.command(CHANNEL, "roles")
        assert [event.where.tenant for event in scripted.heard] == [TEAM]
        space = sockets.spaces[TEAM]
        for team in ("TNOBODY", "TSECOND"):
            body = {**ann.last.body, "team_id": team, "trigger_id": team}
            assert await sockets.links.send(space, "slash_commands", body, 0.3, None) is None
            event = {"type": "event_callback", "event_id": team, "team_id": team, "event": {"type": "app_mention"}}
            assert await sockets.links.send(space, "events_api", event, 0.3, None) is None
        assert len(scripted.heard) == 1


async def test_an_app_token_that_is_refused_is_told_by_health_of_its_workspace_alone(sockets, chat, scripted):
    sockets.fail("apps.connections.open", Fault(error="invalid_auth"), 2)
    async with chat.listening(scripted):
        async with asyncio.timeout(60):
            while not any(one["refused"] for one in await chat.health()):  # noqa: ASYNC110  # another end's doing
                await asyncio.sleep(0.01)
        assert "invalid_auth" in {one["refused"] for one in await chat.health()}
        async with asyncio.timeout(20):
            await sockets.links.until(2)


async def test_whichever_door_is_asked_for_again_nothing_is_heard_twice(serve, scripted, ann, space):
    """The doors are made once: what is remembered by one listener is by the next."""
    chat = await serve(scripted)
    await ann.command(CHANNEL, "roles")
    chat.routes(scripted)
    async with chat.listening(scripted):
        assert (await ann.replay()).status == 401
    assert len(scripted.heard) == 1
