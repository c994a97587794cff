"""Slack's network: what it delivers, heard once and answered; and the core's notices, carried.

In: signed HTTP requests, or Socket Mode; notices. Out: events to the bot, answers and notices to Slack.
Never: hears a workspace it has no token of, a request that Slack did not sign, or the same one twice; understands or
draws anything itself (`parse`, `render`, `views`); writes a word of anybody's into the log.
"""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Final

import aiohttp
from aiohttp import web

from adapters.slack import PLATFORM, render
from adapters.slack.answering import Answering
from adapters.slack.calls import Calls, client, session
from adapters.slack.carrying import carry
from adapters.slack.doors import Door, Entered, Secrets
from adapters.slack.entering import HOLD, Entering
from adapters.slack.hearing import Hearing
from adapters.slack.hosting import Hosting
from adapters.slack.installs import Hosted, Install
from adapters.slack.knocking import received, receiving
from adapters.slack.manifest import PATH
from adapters.slack.sockets import Line
from adapters.slack.workspace import Workspace
from bot.conversation import Edit, Notice, Person
from bot.errors import NotDelivered, ProtocolBotError
from bot.hands import Hands
from bot.ports import Ears

__all__ = ["Secrets", "Slack"]

#: Seconds that a request may have been under way when this began.
_ON_ITS_WAY: Final = 3.0


class Slack:
    """Slack as a platform. `patience`: seconds for one call with a notice; `pace`: between two in one channel.

    Either `workspaces`, each with a token of its own, or `hosted`: one app, whose workspaces come and go. `hold`:
    seconds that the start waits for Slack.
    """

    def __init__(
        self,
        workspaces: Sequence[Secrets],
        sentences: Callable[[str], render.Sentences],
        clock: Callable[[], datetime],
        *,
        hosted: Hosted | None = None,
        api_url: str = "https://slack.com/api/",
        pace: float = 1.0,
        patience: float = 10.0,
        hold: float = HOLD,
    ) -> None:
        if not all(one.app_token or one.signing_secret for one in workspaces):
            raise ProtocolBotError("A Slack workspace needs an app token, or a signing secret.")
        if hosted is not None and workspaces:
            raise ProtocolBotError("One app for many workspaces, or tokens for each: not both.")
        self._secrets = workspaces
        self._hosted = hosted
        self._sentences = sentences
        self._clock = clock
        self._api_url = api_url
        self._pace = pace
        self._patience = patience
        self._hold = hold
        self._connections: aiohttp.ClientSession | None = None
        self._here: dict[str, Entered] = {}
        self._lines: dict[str, Line] = {}
        self._hands = Hands()
        self._entering = Entering(workspaces, self._enter)
        self._hosting = Hosting(hosted, self._here, self._install, self._hands) if hosted else None
        self._bot: Ears | None = None

    @property
    def teams(self) -> dict[str, str]:
        """The workspaces that are served now, and what each is called."""
        return {team: entered.workspace.name for team, entered in self._here.items()}

    async def open(self) -> None:
        """Find out which workspace each token is for. What can't be reached, or is refused, is tried again.

        Raises `ProtocolBotError` with the mend where Slack refuses the only one.
        """
        self._connections = session()
        try:
            if self._hosting is not None:
                await self._hosting.begin()
            await self._entering.begin(self._hold)
        except BaseException:
            await self._entering.end()
            await self._connections.close()
            self._here.clear()
            self._entering = Entering(self._secrets, self._enter)  # it may be opened once more
            raise

    async def _enter(self, secrets: Secrets) -> str:
        """However long Slack is away. Raises `ProtocolBotError`."""
        calls = Calls(client(secrets.bot_token, self._api_url, self._opened()), self._opened())
        told = await calls.introduced(self._patience)
        team, name = str(told.get("team_id", "")), str(told.get("team", ""))
        if not team:
            raise ProtocolBotError("A Slack workspace can’t be entered: SLACK_API_URL is not Slack’s Web API.")
        if team in self._here:
            raise ProtocolBotError(f"Two tokens are for the Slack workspace {team}. Take one of them away.")
        workspace = Workspace(team, name, str(told.get("user_id", "")), calls, self._pace)
        self._here[team] = Entered(workspace, secrets, str(told.get("bot_id", "")), time.monotonic() - _ON_ITS_WAY)
        return team

    def _install(self, install: Install) -> Entered:
        """A workspace that took the hosted app; that is all that has to be known to enter it."""
        team, secret = install.team, self._hosted.signing_secret if self._hosted else ""

        async def another(used: str, code: str) -> None:
            if self._hosting is not None:
                await self._hosting.another(team, used, code)

        calls = Calls(client(install.token, self._api_url, self._opened()), self._opened(), another)
        workspace = Workspace(team, install.name, install.bot_user, calls, self._pace, secret=f"{secret}/{team}")
        return Entered(workspace, Secrets("", secret), install.bot_id, time.monotonic() - _ON_ITS_WAY)

    # ------------------------------------------------------------ notices

    async def deliver(self, notice: Notice, key: str) -> None:
        """Say it, each part once for each `key`. Raises `NotDelivered` rather than show it more widely."""
        to = notice.of.place if isinstance(notice, Edit) else notice.to
        await carry(await self._workspace(to.platform, to.tenant), notice, key, self._patience)

    async def reaches(self, who: Person) -> str:
        """Whether this person could be told something now; a word of `bot.reach.WHYS` where not."""
        if who.platform == PLATFORM and await self._find(who.tenant) is None and not self._unsure(who.tenant):
            return "not-installed"
        return await (await self._workspace(who.platform, who.tenant)).why_not(who.id, self._patience)

    async def _workspace(self, platform: str, team: str) -> Workspace:
        entered = await self._find(team) if platform == PLATFORM else None
        if entered is None and platform == PLATFORM and self._unsure(team):
            raise NotDelivered("Whether the bot is in that Slack workspace is not known yet.", again=True)
        if entered is None:
            why = (
                "The Slack workspace does not have the app: somebody there has to install it."
                if self._hosted
                else "There is no such Slack workspace here. Was it left out when the bot was started?"
            )
            raise NotDelivered(why, again=platform == PLATFORM)
        return entered.workspace

    async def _find(self, team: str) -> Entered | None:
        return await self._hosting.find(team) if self._hosting is not None else self._here.get(team)

    def _unsure(self, team: str) -> bool:
        """Whether this workspace may be served yet: it could not be looked for, or one is not entered yet."""
        return self._hosting.unsure(team) if self._hosting is not None else bool(self._entering.outside())

    async def installed(self, team: str) -> None:
        """A workspace took the hosted app, or left it: it is served, or is no more, from now on."""
        if self._hosting is not None:
            await self._hosting.look(team)

    # ------------------------------------------------------------ requests

    def routes(self, bot: Ears) -> list[web.RouteDef]:
        """Where Slack calls the workspaces that have no app token; nowhere if each has one."""
        self._bot = bot
        secret = self._hosted.signing_secret if self._hosted else ""

        async def find(team: str) -> Door | None:
            entered = await self._find(team)
            return self._door(entered) if entered else None

        async def events(request: web.Request) -> web.StreamResponse:
            doors = [] if secret else [self._door(one) for one in self._here.values() if not one.secrets.app_token]
            return await received(request, doors, secret, find)

        called = secret or not all(one.app_token for one in self._secrets)
        return [web.post(PATH, events)] if called else []

    @asynccontextmanager
    async def listening(self, bot: Ears) -> AsyncIterator[None]:
        """Meanwhile the workspaces with an app token are connected (Socket Mode); at the end none is taken any more."""
        self._bot = bot
        async with AsyncExitStack() as lines:
            for token in dict.fromkeys(one.app_token for one in self._secrets if one.app_token):
                calls = Calls(client(token, self._api_url, self._opened()), self._opened())
                self._lines[token] = Line(token, calls, receiving(self._behind(token)), self._hands)
                await lines.enter_async_context(self._lines[token].open())
            if self._hosting is not None:
                self._hosting.go_round()
            try:
                yield
            finally:
                self._hands.ending()
                if self._hosting is not None:
                    self._hosting.ending()
                for line in self._lines.values():
                    line.hang_up()

    def _behind(self, app_token: str) -> Callable[[str], Door | None]:
        """The door of a workspace of this app's."""

        def find(team: str) -> Door | None:
            entered = self._here.get(team)
            return self._door(entered) if entered and entered.secrets.app_token == app_token else None

        return find

    def _door(self, entered: Entered) -> Door:
        """Made when something first comes to the workspace: there is a bot then."""
        if entered.door is None:
            if self._bot is None:
                raise ProtocolBotError("There is no bot to answer yet.")
            workspace, team = entered.workspace, entered.workspace.team
            answering = Answering(workspace, self._bot, self._sentences(team), self._hands)
            hearing = Hearing(workspace, answering, self._clock, self._hands, entered.since)
            hosting = self._hosting
            entered.door = Door(entered, hearing, (lambda: hosting.left(team)) if hosting else None)
        return entered.door

    # ------------------------------------------------------------ how it is, and the end

    async def health(self) -> list[dict[str, object]]:
        """How each workspace is: `last_ping` in seconds, `refused` in Slack's word."""
        outside = self._hosting.outside() if self._hosting is not None else self._entering.outside()
        return [*(self._health(one.workspace, one.secrets) for one in self._here.values()), *outside]

    def _health(self, workspace: Workspace, secrets: Secrets) -> dict[str, object]:
        line = self._lines.get(secrets.app_token)
        amiss = self._hosting.amiss(workspace.team) if self._hosting is not None else ""
        return {
            "team": workspace.team,
            "transport": "socket" if secrets.app_token else "http",
            "connected": not secrets.app_token or (line is not None and line.connected),
            "last_ping": line.last_ping if line is not None else None,
            "refused": workspace.calls.refused or amiss or (line.refused if line is not None else ""),
        }

    @property
    def busy(self) -> bool:
        """Whether anything is in hand: an answer that follows its acknowledgement, a page that is drawn anew."""
        return self._hands.full

    async def close(self) -> None:
        """What is in hand has a few seconds to finish; then nothing of this is left."""
        await self._entering.end()
        if self._hosting is not None:
            await self._hosting.end()
        await self._hands.finish()
        if self._connections is not None:
            await self._connections.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._connections is None:
            raise ProtocolBotError("Slack was not opened yet.")
        return self._connections
