"""A chat to serve that is as it is told to be: away, refused, let in; and the bot at work behind it.

In: what becomes of it. Out: a `Chat`. Never: a double of anything but the platform.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.errors import ProtocolBotError
from deploy.running import serving
from deploy.running.chats import Attended, Served
from deploy.running.serving import Work
from deploy.settings import made_up


class Chat:
    """`refused`: why it is never let in. Until `let_in` is set it is away."""

    def __init__(self, *teams: str, transport: str = "socket", refused: str = "", door: str = "/events") -> None:
        self.let_in = asyncio.Event()
        self.refused = refused
        self.door = door
        self.states = [
            {"team": team, "transport": transport, "connected": True, "last_ping": 1.0, "refused": ""} for team in teams
        ]
        self.heard = False
        self.closed = False

    async def open(self) -> None:
        await self.let_in.wait()
        if self.refused:
            raise ProtocolBotError(self.refused)

    def routes(self, _bot) -> list[web.RouteDef]:
        async def knocked(_request: web.Request) -> web.Response:
            return web.Response(text="heard")

        return [web.post(self.door, knocked)]

    @asynccontextmanager
    async def listening(self, _bot) -> AsyncIterator[None]:
        self.heard = True
        yield
        self.heard = False

    async def health(self) -> list[dict[str, object]]:
        return self.states

    async def close(self) -> None:
        self.closed = True

    async def deliver(self, notice, key: str) -> None:
        raise NotImplementedError

    async def reaches(self, _who) -> str:
        return "not-there"


def attended(chat: Chat, platform: str = "slack", **more: Any) -> Attended:
    """`more`: of `Served`."""

    def here() -> dict[str, str]:
        return {str(state["team"]): str(state["team"]) for state in chat.states}

    return Attended(Served(platform, chat, f"{platform.title()} workspace", "T…", here, **more))


async def work_of(memory, keys, *councils: str) -> Work:
    """A bot for these councils, with made-up people."""
    held = [made_up.settings_of(council) for council in councils]
    return await serving.wired(memory, keys, {}, held)
