"""One council's bot in a Slack of the tests' own.

In: pytest. Out: the stand-in, people in it, the adapter on its HTTP route.
Never: a real Slack; a message or a view that Slack would not take, without the test failing.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.app import Secrets, Slack
from bot.bot import Bot
from bot.settings import Someone
from deploy.handbooks import kept_up
from tests.core.council import PEOPLE, settings
from tests.scripted import Scripted
from tests.slack import SENTENCES
from tests.slack.standin import Somebody, StandIn, Workspace

TEAM = "TBARROW"
CHANNEL = "C0COUNCIL"
Serve = Callable[..., Awaitable[Slack]]


def account(id: str) -> str:
    return "U" + id.upper()


@pytest.fixture
async def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
async def slack() -> AsyncIterator[StandIn]:
    """With everybody of the small council in one workspace, and a channel that they and the bot are in."""
    async with StandIn() as made:
        populated(made.workspace(TEAM))
        yield made
    assert not made.complaints, made.complaints


def populated(space: Workspace) -> Workspace:
    for id, (name, _) in PEOPLE.items():
        space.add_user(account(id), name)
    space.add_channel(CHANNEL, "council")
    return space


@pytest.fixture
def space(slack) -> Workspace:
    return slack.spaces[TEAM]


@pytest.fixture
def ann(slack, space) -> Somebody:
    return somebody(slack, "ann")


def somebody(slack: StandIn, id: str, team: str = TEAM) -> Somebody:
    space = slack.spaces[team]
    return Somebody(slack, space, space.users[account(id)])


@pytest.fixture
async def serve(slack) -> AsyncIterator[Serve]:
    """Starts the adapter with a bot behind it, on a route of its own."""
    async with AsyncExitStack() as after:

        async def served(bot: Any, **options: Any) -> Slack:
            secrets = [Secrets(one.token, one.secret, one.app_token) for one in slack.spaces.values()]
            chat = Slack(
                secrets,
                lambda _team: SENTENCES,
                lambda: datetime.now(UTC),
                api_url=slack.api_url,
                **{"pace": 0} | options,
            )
            after.push_async_callback(chat.close)
            await chat.open()
            app = web.Application()
            app.add_routes(chat.routes(bot))
            server = TestServer(app)
            await server.start_server()
            after.push_async_callback(server.close)
            for one in slack.spaces.values():
                one.url = str(server.make_url("/slack/events"))
            return chat

        yield served


@pytest.fixture
async def chat(serve, scripted) -> Slack:
    """The adapter with the scripted bot."""
    return await serve(scripted)


def council_bot(store: Any, clock: Any) -> Bot:
    """The real one, for the small council on Slack."""
    people = (
        Someone(id=id, name=name, offices=offices, accounts=(f"slack:{account(id)}",))
        for id, (name, offices) in PEOPLE.items()
    )
    here = settings(people=tuple(people), workspaces={"slack": TEAM})
    return Bot(store, kept_up([here], clock, store))
