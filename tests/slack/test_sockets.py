"""Socket Mode: the bot calls Slack, and stays connected."""

import asyncio

import pytest

from bot.conversation import Open
from tests.slack import SENTENCES
from tests.slack.conftest import CHANNEL, TEAM, populated, somebody
from tests.slack.doing import FORM, opened, texts, words
from tests.slack.standin import Fault, StandIn
from tests.slack.standin import posted as wire
from tests.slack.standin.faults import DOWN
from tests.waiting import until


@pytest.fixture
async def slack():
    async with StandIn() as made:
        populated(made.workspace(TEAM, sockets=True))
        yield made
    assert not made.complaints, made.complaints


@pytest.fixture
async def listening(chat, scripted, slack):
    """The adapter, connected."""
    async with chat.listening(scripted):
        await slack.links.until(1)
        yield chat


async def becomes(chat, *, connected: bool) -> None:
    async with asyncio.timeout(20):
        while [one["connected"] for one in await chat.health()] != [connected]:  # noqa: ASYNC110  # another end's doing
            await asyncio.sleep(0.01)


async def test_commands_messages_and_forms_come_by_the_socket(listening, scripted, ann, space):
    dm = space.chat(ann.user.id).id
    await ann.command(CHANNEL, "roles")
    await ann.say(dm, "who decides")
    assert texts(ann, CHANNEL) == texts(ann, dm) == ["Here is the answer."]
    await opened(ann, scripted)
    ann.fill("f.what", "something")
    scripted.answer = words("Received.")
    await ann.submit()
    assert ann.modal is None
    assert texts(ann, dm)[-1] == "Received."


async def test_what_could_not_be_heard_is_not_acknowledged_and_comes_again(listening, scripted, ann, space):
    dm = space.chat(ann.user.id).id
    scripted.answer = RuntimeError("the store is away")
    ann.waits = 0.3
    await ann.say(dm, "who decides")
    assert not ann.answer.taken
    await until(lambda: scripted.heard)
    scripted.answer = words("Here is the answer.")
    ann.waits = 3.0
    for number in (1, 2):
        assert (await ann.again((number, "timeout"))).taken
    assert len(scripted.heard) == 2
    assert texts(ann, dm) == ["Here is the answer."]


async def test_a_command_that_failed_says_so_by_the_socket_too(listening, scripted, ann):
    scripted.answer = RuntimeError("the store is away")
    await ann.command(CHANNEL, "roles")
    assert texts(ann, CHANNEL) == [SENTENCES.failed]


async def test_a_form_opens_by_the_socket(listening, scripted, ann):
    scripted.answer = Open(FORM)
    await ann.command(CHANNEL, "concern")
    assert ann.modal.body["callback_id"] == "form"


@pytest.mark.parametrize("how", ["cut", "refresh_requested", "warning"])
async def test_it_connects_again_when_the_connection_ends(listening, scripted, ann, space, slack, how):
    if how == "cut":
        await slack.links.cut(space)
    else:
        await slack.links.asks_to_go(space, how)
        if how == "warning":
            await slack.links.asks_to_go(space)
    await slack.links.until(2)
    await until(lambda: len(slack.links.open) >= 1)
    answer = await ann.command(CHANNEL, "roles")
    assert answer.taken
    assert texts(ann, CHANNEL)[-1] == "Here is the answer."


async def test_what_is_in_hand_is_answered_when_slack_asks_for_another_connection(
    listening, scripted, ann, space, slack
):
    scripted.gate.clear()
    asking = asyncio.create_task(ann.command(CHANNEL, "roles"))
    await until(lambda: scripted.heard)
    await slack.links.asks_to_go(space, "warning")
    await slack.links.until(2)
    scripted.gate.set()
    assert (await asking).taken
    assert texts(ann, CHANNEL) == ["Here is the answer."]


async def test_what_slack_sends_by_the_old_connection_when_there_is_another_is_answered(
    listening, scripted, ann, space, slack
):
    (slack.links.still,) = slack.links.open
    await slack.links.asks_to_go(space, "warning")
    await slack.links.until(2)
    assert (await ann.command(CHANNEL, "roles")).taken
    assert texts(ann, CHANNEL) == ["Here is the answer."]


async def test_what_was_heard_is_answered_though_the_connection_it_came_by_is_gone(
    listening, scripted, ann, space, slack
):
    scripted.gate.clear()
    asking = asyncio.create_task(ann.command(CHANNEL, "roles"))
    await until(lambda: scripted.heard)
    await slack.links.cut(space)
    await slack.links.until(2)
    scripted.gate.set()
    assert not (await asking).taken
    await until(lambda: texts(ann, CHANNEL) == ["Here is the answer."])
    (said,) = space.seen_by(ann.user.id, CHANNEL)
    assert said.only_for == ann.user.id
    await ann.again()
    assert (len(scripted.heard), texts(ann, CHANNEL)) == (1, ["Here is the answer."])


async def test_what_comes_by_the_socket_from_elsewhere_is_not_heard(listening, scripted, ann, space, slack):
    await ann.command(CHANNEL, "roles")
    body = {**ann.last.body, "team_id": "TELSEWHERE", "trigger_id": "another"}
    assert await slack.links.send(space, "slash_commands", body, 0.3, None) is None
    assert len(scripted.heard) == 1


async def test_slack_is_asked_for_an_address_again_when_the_time_is_over_that_it_gave(chat, scripted, slack, caplog):
    slack.fail("apps.connections.open", Fault(status=429, error="ratelimited", after="1"))
    async with chat.listening(scripted):
        await slack.links.until(1)
    first, second = [call.at for call in slack.called("apps.connections.open")]
    assert second - first >= 1
    told = [line for line in caplog.messages if line.startswith("Slack gave no address")]
    assert told == ["Slack gave no address to connect to: ratelimited"]


async def test_health_says_so_while_there_is_no_connection(listening, space, slack):
    await becomes(listening, connected=True)
    slack.fail("apps.connections.open", DOWN)
    await slack.links.cut(space)
    await becomes(listening, connected=False)
    await slack.links.until(2)
    await becomes(listening, connected=True)


async def test_health_tells_of_the_connection_itself(chat, scripted, ann, space, slack):
    (before,) = await chat.health()
    assert (before["team"], before["transport"], before["connected"]) == (TEAM, "socket", False)
    async with chat.listening(scripted):
        await slack.links.until(1)
        await slack.links.ping(space)
        await becomes(chat, connected=True)
        (now,) = await chat.health()
        assert now["connected"]
        assert now["refused"] == ""
    (after,) = await chat.health()
    assert not after["connected"]


async def test_a_token_that_is_refused_is_told_by_health_and_tried_again(chat, scripted, space, slack):
    slack.fail("apps.connections.open", Fault(error="invalid_auth"))
    async with chat.listening(scripted):
        await until(lambda: slack.called("apps.connections.open"))
        async with asyncio.timeout(20):
            while [one["refused"] for one in await chat.health()] != ["invalid_auth"]:  # noqa: ASYNC110  # another end's
                await asyncio.sleep(0.01)
            await slack.links.until(1)
        await becomes(chat, connected=True)
        (now,) = await chat.health()
        assert now["refused"] == ""


async def test_a_workspace_that_is_reached_by_the_socket_can_not_be_spoken_for_by_http(listening, scripted, ann, space):
    await ann.command(CHANNEL, "roles")
    raw, kind = wire.as_fields({**ann.last.body, "trigger_id": "another"})
    for secret in ("", space.secret):
        answer = await wire.post(space.url, wire.Request(raw, kind, wire.signed(secret, raw, kind), {}))
        assert answer.status == 404, "nobody is to knock there"
    assert len(scripted.heard) == 1


async def test_it_ends_when_what_is_in_hand_is_done_and_takes_nothing_more(chat, scripted, ann, slack):
    scripted.gate.clear()
    async with chat.listening(scripted):
        await slack.links.until(1)
        asking = asyncio.create_task(ann.command(CHANNEL, "roles"))
        await until(lambda: scripted.heard)
        asyncio.get_running_loop().call_later(0.1, scripted.gate.set)
    assert (await asking).taken
    assert texts(ann, CHANNEL) == ["Here is the answer."]
    await until(lambda: not slack.links.open)
    ann.waits = 0.2
    assert not (await ann.command(CHANNEL, "roles")).taken
    assert len(scripted.heard) == slack.links.opened == 1


async def test_while_it_ends_nothing_more_is_heard(chat, scripted, ann, slack):
    scripted.gate.clear()
    bea = somebody(slack, "bea")
    bea.waits = 0.3

    async def late():
        try:
            return await bea.command(CHANNEL, "roles")
        finally:
            scripted.gate.set()

    async with chat.listening(scripted):
        await slack.links.until(1)
        first = asyncio.create_task(ann.command(CHANNEL, "roles"))
        await until(lambda: scripted.heard)
        second = asyncio.create_task(late())  # it begins when this one waits, which is at the end
    assert (await first).taken
    assert not (await second).taken
    assert [one.who.id for one in scripted.heard] == [ann.user.id]
