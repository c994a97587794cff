"""Slack's network: what it delivers, heard once and answered; and the core's notices, carried.

In: signed HTTP requests, or Socket Mode; notices. Out: events to the bot, answers and notices to Slack.
Never: hears a workspace it has no token of, a request that Slack did not sign, or the same one twice; understands or
draws anything itself (`parse`, `render`, `views`); writes a word of anybody's into the log.
"""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from msgspec import Struct
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack import PLATFORM, parse, render
from adapters.slack.answering import Answering, Ears
from adapters.slack.calls import Calls, client, session, silent
from adapters.slack.carrying import carry
from adapters.slack.environment import untold
from adapters.slack.hearing import Came, Hearing
from adapters.slack.manifest import PATH
from adapters.slack.replies import Reply
from adapters.slack.sockets import Line, Receive
from adapters.slack.workspace import Workspace
from bot.conversation import Edit, Notice, Person
from bot.errors import NotDelivered, ProtocolBotError
from bot.hands import Hands

log = logging.getLogger(__name__)

_BODY: Final = 1_000_000  # bytes of a request
_ANY: Final = re.compile("")
_SIGNED: Final = ("x-slack-request-timestamp", "x-slack-signature")
#: docs.slack.dev, "The Events API": an event that was not taken comes again, three times.
_AGAIN: Final = "x-slack-retry-num"
_LAST: Final = "3"
#: What Bolt is given: one of its own headers would make it run nothing of ours.
_HEADERS: Final = ("content-type", _AGAIN, *_SIGNED)
#: Seconds that a request may have been under way when this began.
_ON_ITS_WAY: Final = 3.0


class Secrets(Struct, frozen=True):
    """What lets the bot into one workspace. With an app token it calls Slack (Socket Mode); else Slack calls it."""

    bot_token: str
    signing_secret: str = ""
    app_token: str = ""

    def __repr__(self) -> str:
        """Without any of it."""
        return f"Secrets({'Socket Mode' if self.app_token else 'HTTP'})"


class Slack:
    """Slack as a platform; `sentences` by workspace. `patience`: seconds for one call with a notice; `pace`: between."""

    def __init__(
        self,
        workspaces: Sequence[Secrets],
        sentences: Callable[[str], render.Sentences],
        clock: Callable[[], datetime],
        *,
        api_url: str = "https://slack.com/api/",
        pace: float = 1.0,
        patience: float = 10.0,
    ) -> None:
        if not all(one.app_token or one.signing_secret for one in workspaces):
            raise ProtocolBotError("A Slack workspace needs an app token, or a signing secret.")
        self.teams: dict[str, str] = {}
        self._secrets = workspaces
        self._sentences = sentences
        self._clock = clock
        self._api_url = api_url
        self._pace = pace
        self._patience = patience
        self._connections: aiohttp.ClientSession | None = None
        self._here: dict[str, tuple[Workspace, Secrets, str]] = {}
        self._lines: dict[str, Line] = {}
        self._hands = Hands()
        self._since = time.monotonic() - _ON_ITS_WAY
        self._doors: list[_Door] = []

    async def open(self) -> None:
        """Find out which workspace each token is for. Raises `ProtocolBotError` with the mend for a refused one."""
        self._connections = session()
        try:
            for secrets in self._secrets:
                await self._enter(secrets, self._connections)
        except BaseException:
            await self._connections.close()
            raise

    async def _enter(self, secrets: Secrets, connections: aiohttp.ClientSession) -> None:
        calls = Calls(client(secrets.bot_token, self._api_url, connections), connections)
        told = await calls.introduced(self._patience)
        team, name = str(told.get("team_id", "")), str(told.get("team", ""))
        if not team:
            raise ProtocolBotError("A Slack workspace can’t be entered: SLACK_API_URL is not Slack’s Web API.")
        if team in self._here:
            raise ProtocolBotError(f"Two tokens are for the Slack workspace {team}. Take one of them away.")
        workspace = Workspace(team, name, str(told.get("user_id", "")), calls, self._pace)
        self._here[team] = workspace, secrets, str(told.get("bot_id", ""))
        self.teams[team] = name

    # ------------------------------------------------------------ notices

    async def deliver(self, notice: Notice, key: str) -> None:
        """Say it, each part once for each `key`. Raises `NotDelivered` rather than show it more widely."""
        to = notice.of.place if isinstance(notice, Edit) else notice.to
        await carry(self._workspace(to.platform, to.tenant), notice, key, self._patience)

    async def reaches(self, who: Person) -> str:
        """Whether this person could be told something now; a word of `bot.reach.WHYS` where not."""
        if who.platform == PLATFORM and who.tenant not in self._here:
            return "not-installed"
        return await self._workspace(who.platform, who.tenant).why_not(who.id, self._patience)

    def _workspace(self, platform: str, team: str) -> Workspace:
        if platform != PLATFORM or team not in self._here:
            why = "There is no such Slack workspace here. Was it left out when the bot was started?"
            raise NotDelivered(why, again=platform == PLATFORM)
        return self._here[team][0]

    # ------------------------------------------------------------ requests

    def routes(self, bot: Ears) -> list[web.RouteDef]:
        """Where Slack calls the workspaces that have no app token."""

        async def events(request: web.Request) -> web.StreamResponse:
            return await _received(request, [door for door in self._opening(bot) if not door.secrets.app_token])

        return [web.post(PATH, events)]

    @asynccontextmanager
    async def listening(self, bot: Ears) -> AsyncIterator[None]:
        """Meanwhile the workspaces with an app token are connected (Socket Mode); at the end none is taken any more."""
        apps: dict[str, dict[str, _Door]] = {}
        for door in self._opening(bot):
            if door.secrets.app_token:
                apps.setdefault(door.secrets.app_token, {})[door.team] = door
        async with AsyncExitStack() as lines:
            for token, doors in apps.items():
                calls = Calls(client(token, self._api_url, self._opened()), self._opened())
                self._lines[token] = Line(token, calls, _receiving(doors), self._hands)
                await lines.enter_async_context(self._lines[token].open())
            try:
                yield
            finally:
                self._hands.ending()
                for line in self._lines.values():
                    line.hang_up()

    def _opening(self, bot: Ears) -> "list[_Door]":
        """One for each workspace, whichever way it is knocked at; made when first asked for, which is after `open`."""
        if not self._doors:
            for workspace, secrets, bot_id in self._here.values():
                answering = Answering(workspace, bot, self._sentences(workspace.team), self._hands)
                hearing = Hearing(workspace, answering, self._clock, self._hands, self._since)
                self._doors.append(_Door(secrets, bot_id, hearing))
        return self._doors

    # ------------------------------------------------------------ how it is, and the end

    async def health(self) -> list[dict[str, object]]:
        """How each workspace is: `last_ping` in seconds, `refused` in Slack's word."""
        return [self._health(*one) for one in self._here.values()]

    def _health(self, workspace: Workspace, secrets: Secrets, _bot: str) -> dict[str, object]:
        line = self._lines.get(secrets.app_token)
        return {
            "team": workspace.team,
            "transport": "socket" if secrets.app_token else "http",
            "connected": not secrets.app_token or (line is not None and line.connected),
            "last_ping": line.last_ping if line is not None else None,
            "refused": workspace.calls.refused or (line.refused if line is not None else ""),
        }

    @property
    def busy(self) -> bool:
        """Whether anything is in hand: an answer that follows its acknowledgement, a page that is drawn anew."""
        return self._hands.full

    async def close(self) -> None:
        """What is in hand has a few seconds to finish; then nothing of this is left."""
        await self._hands.finish()
        if self._connections is not None:
            await self._connections.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._connections is None:
            raise ProtocolBotError("Slack was not opened yet.")
        return self._connections


# ---------------------------------------------------------------- one workspace's door


class _Door:
    """Bolt, which lets nobody in but Slack, and the ears behind it."""

    def __init__(self, secrets: Secrets, bot_id: str, hearing: Hearing) -> None:
        self.team = hearing.workspace.team
        self.secrets = secrets
        self.bolt = _bolt(secrets, bot_id, hearing.workspace)
        self.bolt.middleware(_refusing_replays(hearing))
        for register, hear in (
            (self.bolt.command, hearing.command),
            (self.bolt.event, hearing.event),
            (self.bolt.action, hearing.action),
            (self.bolt.view, hearing.view),
        ):
            register(_ANY)(_listener(hear))


def _bolt(secrets: Secrets, bot_id: str, here: Workspace) -> AsyncApp:
    """Every setting said: Bolt would else look for it in the environment, and turn on an OAuth flow it finds there."""
    known = AuthorizeResult(
        enterprise_id=None, team_id=here.team, bot_user_id=here.bot_user, bot_id=bot_id, bot_token=secrets.bot_token
    )

    async def authorize() -> AuthorizeResult:
        """As `auth.test` told at the start; Bolt would ask it in the middle of the first request."""
        return known

    with untold():
        return AsyncApp(
            name="slack_bolt.protocol_bot",
            logger=silent(),
            client=here.calls.web,
            authorize=authorize,
            signing_secret=secrets.signing_secret,
            process_before_response=True,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )


def _listener(hear: Callable[[Mapping[str, Any], Came], Awaitable[Reply]]) -> Callable[..., Awaitable[BoltResponse]]:
    """What it returns Bolt answers with; what it raised would be a 500 without a line in the log."""

    async def listener(body: dict[str, Any], request: AsyncBoltRequest) -> BoltResponse:
        came = Came(asyncio.get_running_loop().time(), last=request.headers.get(_AGAIN, [""])[0] == _LAST)
        try:
            reply = await hear(body, came)
        except Exception as failed:  # only its kind is told: an error may hold somebody's words
            log.error("%s failed: %s", parse.kind_of(body), type(failed).__name__)
            return BoltResponse(status=500, body="")
        return BoltResponse(status=reply.status, body=dict(reply.body) if reply.body else "")

    return listener


def _refusing_replays(hearing: Hearing) -> Callable[..., Awaitable[BoltResponse | None]]:
    """Bolt lets the same signed request in for five minutes. An event is known by its id, and may come again.

    What was signed before the bot began is refused, for it remembers nothing of it.
    """

    async def middleware(req: AsyncBoltRequest, next: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        if req.mode == "http" and req.body.get("type") != "event_callback":
            timestamp, signature = (req.headers.get(name, [""])[0] for name in _SIGNED)
            if hearing.is_replay(timestamp, signature):
                log.warning("%s came a second time, or may have, and was refused", parse.kind_of(req.body))
                return BoltResponse(status=401, body="")
        await next()
        return None

    return middleware


# ---------------------------------------------------------------- Socket Mode and HTTP


def _receiving(doors: "Mapping[str, _Door]") -> Receive:
    """By one app's connection only what is for its own workspaces."""

    async def receive(socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        payload = request.payload if isinstance(request.payload, dict) else {}
        door = doors.get(parse.team_of(payload))
        if door is None:
            log.warning("%s from a workspace that is not ours was refused", parse.kind_of(payload))
            return
        response = _known(await run_async_bolt_app(door.bolt, request))
        await send_async_response(socket, request, response, time.time())

    return receive


async def _received(request: web.Request, doors: Sequence[_Door]) -> web.Response:
    """Let in by the workspace it names; where it names none, by whoever's secret it was signed with."""
    raw = await request.read()
    if len(raw) > _BODY:
        return web.Response(status=413)
    try:
        knock = _knock(raw.decode(), request)
        named = parse.team_of(knock.body)
    except Exception:  # whatever it is, it is nothing that Slack sends
        return web.Response(status=400)
    if knock.body.get("ssl_check") == "1" and doors:  # unsigned: Slack looks at the certificate, and Bolt runs nothing
        return await to_aiohttp_response(await doors[0].bolt.async_dispatch(knock))
    if not _is_signed(knock):
        return web.Response(status=401)
    response = None
    for door in doors:
        if door.team == named or (not named and knock.body.get("type") == "url_verification"):
            response = _known(await door.bolt.async_dispatch(knock))
            if response.status != 401:
                break
    if response is None:
        log.warning("%s from a workspace that is not ours was refused", parse.kind_of(knock.body))
        return web.Response(status=403)
    return await to_aiohttp_response(response)


def _knock(raw: str, request: web.Request) -> AsyncBoltRequest:
    """As Bolt reads it. In fields where anybody wrote the word "payload" it looks for one alone, and reads nothing."""
    headers: dict[str, str | Sequence[str]] = {
        name: request.headers[name] for name in _HEADERS if name in request.headers
    }
    knock = AsyncBoltRequest(body=raw, query=request.query_string, headers=headers)
    if not knock.body and "payload" in raw:
        knock.body = dict(parse_qsl(raw, keep_blank_values=True))
    return knock


def _is_signed(knock: AsyncBoltRequest) -> bool:
    """Whether there is something for Bolt to check; it would stumble over anything else."""
    timestamp, signature = (knock.headers.get(name, [""])[0] for name in _SIGNED)
    return timestamp.isdecimal() and timestamp.isascii() and len(timestamp) <= 20 and signature.isascii()


def _known(response: BoltResponse) -> BoltResponse:
    """What nobody here has ears for is taken, and passed over."""
    return BoltResponse(status=200, body="") if response.status == 404 else response
