"""A deployment for many councils, at a Slack of the tests' own.

In: pytest. Out: the stand-in with workspaces that may install the app; deployments on one database, each as a process
of its own would be. Never: a real Slack.
"""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.settings import Settings
from deploy.platforms import slack, slack_hosted
from deploy.running.chats import Served
from storage.database import engine
from storage.seal import new_keys, read_keys
from storage.slack_installs import SqlInstalls
from tests import databases
from tests.core.council import settings
from tests.scripted import Scripted
from tests.slack.conftest import populated, somebody
from tests.slack.standin import Somebody, StandIn, Workspace

HERE, ELSEWHERE = "THILLTOP", "TVALLEY"


def council(team: str, name: str = "barrow") -> Settings:
    return settings(council=name, workspaces={"slack": team})


def environ(slack_: StandIn, url: str) -> dict[str, str]:
    """What a hosted app needs."""
    return {
        slack_hosted.CLIENT: slack_.hosted.client_id,
        slack_hosted.CLIENT_SECRET: slack_.hosted.client_secret,
        slack_hosted.SIGNING: slack_.hosted.signing,
        slack_hosted.URL: url,
        slack.API: slack_.api_url,
    }


@dataclass
class Deployment:
    """One process: what it serves, where, and the bot behind it. `page` is a browser."""

    served: Served
    url: str
    bot: Scripted
    page: aiohttp.ClientSession

    @property
    def chat(self) -> Any:
        return self.served.chat

    async def install(self) -> tuple[int, str]:
        """As somebody does it: the button, Slack's page, and back."""
        async with self.page.post(f"{self.url}/slack/install") as shown:
            return shown.status, await shown.text()

    async def opened(self, path: str, **query: str) -> tuple[int, str]:
        async with self.page.get(f"{self.url}{path}", params=query) as shown:
            return shown.status, await shown.text()

    def calls(self, space: Workspace) -> None:
        """From now on Slack calls this one."""
        space.url = f"{self.url}/slack/events"


class Deployments:
    """Several on one database."""

    def __init__(self, slack_: StandIn, folder: Path, after: AsyncExitStack) -> None:
        self.slack = slack_
        self.keys = folder / "keys"
        self._folder = folder
        self._after = after
        if not self.keys.exists():
            new_keys(self.keys)

    def memory(self) -> AsyncEngine:
        """Connections of its own."""
        made = engine(databases.url(self._folder))
        self._after.push_async_callback(made.dispose)
        return made

    def installs(self) -> SqlInstalls:
        return SqlInstalls(self.slack.hosted.client_id, self.memory(), read_keys(self.keys))

    def served(self, *councils: Settings, url: str = "http://127.0.0.1:1", **pace: float) -> Served:
        """One more, wired as `protocol-bot run` wires it; `pace` is that of `adapters.slack.installs.Hosted`."""
        found, api = slack_hosted.given(environ(self.slack, url)), self.slack.api_url
        here = councils or (council(HERE),)
        served = slack_hosted.served(found, api, self.memory(), self.keys, here, lambda: datetime.now(UTC), **pace)
        self._after.push_async_callback(served.chat.close)
        return served

    async def start(self, *councils: Settings, **pace: float) -> Deployment:
        """The same, open to be called."""
        door = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        served = self.served(*councils, url=url, **pace)
        await served.chat.open()
        app, bot = web.Application(), Scripted()
        await self._after.enter_async_context(served.chat.listening(bot))
        app.add_routes([*served.chat.routes(bot), *served.pages])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.SockSite(runner, door).start()
        self._after.push_async_callback(runner.cleanup)
        page = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))  # unsafe: for an address of numbers
        self._after.push_async_callback(page.close)
        return Deployment(served, url, bot, page)


@pytest.fixture
async def slack_() -> AsyncIterator[StandIn]:
    """With two workspaces that have not got the app yet."""
    async with StandIn() as made:
        for team in (HERE, ELSEWHERE):
            populated(made.taking(team))
        made.hosted.chooses = HERE
        yield made
    assert not made.complaints, made.complaints


@pytest.fixture
async def deployments(slack_, tmp_path) -> AsyncIterator[Deployments]:
    async with AsyncExitStack() as after:
        yield Deployments(slack_, tmp_path, after)


@pytest.fixture
async def deployment(deployments) -> Deployment:
    return await deployments.start()


@pytest.fixture
def space(slack_) -> Workspace:
    return slack_.spaces[HERE]


@pytest.fixture
def ann(slack_) -> Somebody:
    return somebody(slack_, "ann", HERE)
