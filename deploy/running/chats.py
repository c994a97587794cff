"""What a process that serves a council needs of a chat, whichever it is.

In: nothing. Out: `Chat`, which the platforms' adapters fulfil; `Served`, how one is spoken of in lines for whoever
looks after the bot; `Attended`, one whether or not it is let in yet.
Never: a platform by name: `deploy.platforms.slack` and `deploy.platforms.teams` say what is theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Notice, Person
from bot.errors import NotDelivered, ProtocolBotError
from bot.ports import Ears, Platform
from bot.settings import Settings

#: How long a notice waits for a platform that has not let the bot in yet.
_SOON: Final = timedelta(minutes=1)


class Chat(Platform, Protocol):
    """A platform that people talk in, for as long as a process serves it."""

    async def open(self) -> None:
        """Find out what it serves. It may wait for as long as the platform is away.

        Raises `ProtocolBotError` with the mend where nothing of it can ever be served as it is set up; that one
        workspace of several is refused `health` tells.
        """
        ...

    def routes(self, bot: Ears) -> list[web.RouteDef]:
        """Where the platform calls the bot, if it does."""
        ...

    def listening(self, bot: Ears) -> AbstractAsyncContextManager[None]:
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


class Attended:
    """A chat from the beginning: until it is open nothing is said there, and nobody can say who could be told.

    `refused`: why it can't be opened, with the mend; empty while it may be yet. `is_called`: whether the platform
    calls it, at one workspace at least.
    """

    def __init__(self, served: Served, let_in: Callable[[], None] = lambda: None) -> None:
        self.served = served
        self._let_in_now = let_in
        self.is_open = False
        self.is_called = False
        self.refused = ""

    async def open(self) -> None:
        """Raises as the chat does."""
        try:
            await self.served.chat.open()
        except ProtocolBotError as why:
            self.refused = str(why)
            raise
        states = await self.served.chat.health()
        self.is_called = not states or any(state["transport"] != "socket" for state in states)
        self.refused = ""
        self.is_open = True
        self._let_in_now()

    async def health(self) -> list[dict[str, object]]:
        """How each of its workspaces is, with the platform's name."""
        if self.is_open:
            return [{"platform": self.served.platform, **state} for state in await self.served.chat.health()]
        return [
            {
                "platform": self.served.platform,
                "team": "",
                "transport": "",
                "connected": False,
                "refused": self.refused,
            }
        ]

    async def deliver(self, notice: Notice, key: str) -> None:
        """As the chat does. Raises `NotDelivered`."""
        self._let_in()
        await self.served.chat.deliver(notice, key)

    async def reaches(self, who: Person) -> str:
        """As the chat does. Raises `NotDelivered`."""
        self._let_in()
        return await self.served.chat.reaches(who)

    def _let_in(self) -> None:
        if not self.is_open:
            raise NotDelivered("The platform has not let the bot in yet.", again=True, after=_SOON, asked=False)


#: Made once there are a database, the councils to serve and the key file.
Made: TypeAlias = Callable[[AsyncEngine, Sequence[Settings], Path], Served]


def line(platform: str, workspace: str) -> str:
    """What a council's settings need, so that it is served there."""
    return f"workspaces: {{{platform}: {workspace}}}"


def is_well(state: Mapping[str, Any]) -> bool:
    """Of a workspace: nothing keeps people from being heard and answered there."""
    return bool(state["connected"]) and not state["refused"]
