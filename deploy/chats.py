"""What a process that serves a council needs of a chat, whichever it is.

In: nothing. Out: `Chat`, which the platforms' adapters fulfil, and `Served`, how one is spoken of in lines for whoever
looks after the bot. Never: a platform by name: `deploy.slack` and `deploy.teams` say what is theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bot import Bot
from bot.ports import Platform
from bot.settings import Settings


class Chat(Platform, Protocol):
    """A platform that people talk in, for as long as a process serves it."""

    async def open(self) -> None:
        """Find out what it serves. Raises `ProtocolBotError` with the mend where it is not let in."""
        ...

    def routes(self, bot: Bot) -> list[web.RouteDef]:
        """Where the platform calls the bot, if it does."""
        ...

    def listening(self, bot: Bot) -> AbstractAsyncContextManager[None]:
        """Meanwhile people are heard; at the end nobody is any more, and what is in hand goes on."""
        ...

    async def health(self) -> list[dict[str, object]]:
        """How each workspace is: `team`, `transport` (a word of `TRANSPORTS`), `connected`, `refused`."""
        ...

    async def close(self) -> None:
        """What is in hand has a few seconds to finish; then nothing of this is left."""
        ...


#: How a workspace is served, in words.
TRANSPORTS: Final[Mapping[str, str]] = {
    "socket": "Socket Mode",
    "http": "HTTP",
    "local": "and nobody is asked who they are (TEAMS_AUTH=off)",
}


class Served(NamedTuple):
    """A chat and how it is spoken of.

    `kind` is what a workspace is called there; `like`, what its id looks like. `here`: once the chat is open, each
    workspace's id and what it is called. `missing`: what is wrong, and the mend, where a council's settings name a
    workspace that is not among those. `pages`: what else is served beside it, for anybody.
    """

    platform: str
    chat: Chat
    kind: str
    like: str
    here: Callable[[], Mapping[str, str]]
    missing: Callable[[str], str] = lambda _workspace: "is not served here. Correct `workspaces` in its settings."
    pages: Sequence[web.RouteDef] = ()

    async def health(self) -> list[dict[str, object]]:
        """How each of its workspaces is, with the platform's name."""
        return [{"platform": self.platform, **state} for state in await self.chat.health()]


#: Made once there are a database and the councils to serve.
Made: TypeAlias = Callable[[AsyncEngine, Sequence[Settings]], Served]


def line(platform: str, workspace: str) -> str:
    """What a council's settings need, so that it is served there."""
    return f"workspaces: {{{platform}: {workspace}}}"


def is_well(state: Mapping[str, Any]) -> bool:
    """Of a workspace: nothing keeps people from being heard and answered there."""
    return bool(state["connected"]) and not state["refused"]
