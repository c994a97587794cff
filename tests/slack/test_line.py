"""One connection after the other: which is given up, and when, with nothing lost in between."""

import asyncio

import pytest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.calls import Calls, client, session
from adapters.slack.sockets import Line
from bot.hands import Hands
from tests.slack.conftest import CHANNEL, TEAM, populated
from tests.slack.standin import StandIn
from tests.waiting import until

#: Seconds.
PING = 0.3
FOR_EVER = 600.0


@pytest.fixture
async def slack():
    async with StandIn() as made:
        populated(made.workspace(TEAM, sockets=True))
        yield made
    assert not made.complaints, made.complaints


class Other:
    """What is at the line's other end here: it acknowledges whatever it hears, while the gate is open."""

    def __init__(self, slack, space, connections) -> None:
        self.heard = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.hands = Hands()
        self._calls = Calls(client(space.app_token, slack.api_url, connections), connections)
        self._token = space.app_token

    def line(self, *, linger: float, ping: float = FOR_EVER) -> Line:
        return Line(self._token, self._calls, self._receive, self.hands, ping=ping, linger=linger)

    async def _receive(self, socket, request) -> None:
        self.heard.append(request)
        await self.gate.wait()
        await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id))


@pytest.fixture
async def other(slack, space):
    async with session() as connections:
        yield Other(slack, space, connections)


async def next_one(slack, space, *, reason: str = "warning"):
    """Slack asks for another connection, and there is one; the one that was before."""
    (old,) = slack.links.open
    opened = slack.links.opened
    await slack.links.asks_to_go(space, reason)
    await slack.links.until(opened + 1)
    return old


async def test_a_connection_on_which_nobody_answers_is_given_up(other, slack, space):
    line = other.line(linger=0, ping=PING)
    async with line.open():
        await slack.links.until(1)
        before = slack.links.opened
        slack.links.go_deaf(space)
        async with asyncio.timeout(60):
            await slack.links.until(before + 1)
        await until(lambda: line.connected)


async def test_one_on_which_slack_pings_and_answers_no_ping_is_given_up_too(other, slack, space):
    async with other.line(linger=0, ping=PING).open():
        await slack.links.until(1)
        before = slack.links.opened
        slack.links.go_deaf(space)
        async with asyncio.timeout(60):
            while slack.links.opened == before:
                await slack.links.ping(space)
                await asyncio.sleep(PING / 10)


async def test_what_slack_sends_by_the_old_connection_a_moment_later_is_heard_and_answered(other, slack, space, ann):
    async with other.line(linger=FOR_EVER).open():
        await slack.links.until(1)
        slack.links.still = await next_one(slack, space)
        await until(lambda: other.hands.full)
        assert (await ann.command(CHANNEL, "roles")).taken
        assert len(slack.links.open) == 2


async def test_the_old_connection_waits_for_what_is_in_hand_however_short_it_lingers(other, slack, space, ann):
    async with other.line(linger=0).open():
        await slack.links.until(1)
        other.gate.clear()
        asking = asyncio.create_task(ann.command(CHANNEL, "roles"))
        await until(lambda: other.heard)
        await next_one(slack, space)
        await asyncio.sleep(0.3)  # long enough for it to be closed by mistake
        assert len(slack.links.open) == 2
        other.gate.set()
        assert (await asking).taken
        await until(lambda: len(slack.links.open) == 1)


async def test_the_old_connection_goes_when_it_has_lingered(other, slack, space):
    async with other.line(linger=0.2).open():
        await slack.links.until(1)
        old = await next_one(slack, space)
        await until(lambda: len(slack.links.open) == 1)
        assert slack.links.open != [old]


async def test_nobody_lingers_where_slack_closed_it(other, slack, space):
    async with other.line(linger=FOR_EVER).open():
        await slack.links.until(1)
        old = await next_one(slack, space)
        await until(lambda: other.hands.full)
        await old.socket.close()
        await until(lambda: not other.hands.full)


async def test_nobody_lingers_at_the_end(other, slack, space):
    other.hands = Hands(finish=FOR_EVER)
    async with asyncio.timeout(60):
        async with other.line(linger=FOR_EVER).open():
            await slack.links.until(1)
            await next_one(slack, space)
            await until(lambda: other.hands.full)
        await until(lambda: not slack.links.open)
