"""Calls to one workspace's Web API, each with a time it may take.

In: a method and its arguments. Out: what Slack answered, or `Refused`.
Never: asks a second time by itself for what Slack may have done, for that could post twice; asks again before the time
that Slack gave; lets the SDK write a payload or an error into the log.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.refusals import Refused, delayed, refused, unanswered
from bot.errors import ProtocolBotError
from bot.hosts import is_here
from bot.pauses import LONGEST, growing

log = logging.getLogger(__name__)

#: These put something before people: when no answer comes, it may stand there all the same.
_SAYING: Final = ("chat.postMessage", "chat.postEphemeral", "chat.update")
#: docs.slack.dev, "Rate limits": one message a second is for each channel, beside what holds for the workspace.
_BY_CHANNEL: Final = _SAYING
#: docs.slack.dev, "Web API": methods that read take no JSON.
_READING: Final = ("auth.test", "users.info", "users.list", "conversations.history")
#: Slack's words for a token that is over: there may be another one meanwhile.
_EXPIRED: Final = "token_expired"
_OVER: Final = (_EXPIRED, "token_revoked", "invalid_auth", "not_authed", "account_inactive")
#: Seconds to make a connection in; nothing was sent before it stands.
_CONNECT: Final = 5.0


def silent() -> logging.Logger:
    """A logger that writes nothing: the SDK's lines hold payloads, URLs that anybody can post to, and errors."""
    logger = logging.Logger("slack", logging.CRITICAL + 1)
    logger.disabled = True
    return logger


def session() -> aiohttp.ClientSession:
    """The connections of one `Slack`. How long a call may take is said at each call."""
    timeout = aiohttp.ClientTimeout(total=None, connect=_CONNECT)
    return aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


def client(token: str, api_url: str, connections: aiohttp.ClientSession) -> AsyncWebClient:
    """The SDK's client, which tries nothing again, keeps silent, and finds this computer without a proxy."""
    made = AsyncWebClient(
        token=token, base_url=api_url, session=connections, logger=silent(), retry_handlers=[], timeout=30
    )
    if is_local(api_url):
        made.proxy = None
    return made


class NotLetIn(ProtocolBotError):
    """A workspace can't be entered: `code` is Slack's own word for why."""

    def __init__(self, no: Refused) -> None:
        super().__init__(f"A Slack workspace can’t be entered. {no}")
        self.code = no.code


class Calls:
    """One workspace's Web API, with its bot's token.

    `another`: called with a token that is over and Slack's word for it; afterwards there may be another one.
    """

    def __init__(
        self,
        web: AsyncWebClient,
        connections: aiohttp.ClientSession,
        another: Callable[[str, str], Awaitable[None]] | None = None,
    ) -> None:
        self.web = web
        self._another = another
        self._expires: float | None = None
        self._connections = connections
        self._left_alone: dict[tuple[str, str], float] = {}
        self._not_let_in: dict[str, str] = {}
        self._team = ""
        self._told: Mapping[str, str] = {}

    @property
    def scopes(self) -> frozenset[str] | None:
        """What the token may do, as Slack said with its last answer (X-OAuth-Scopes); None where it did not say."""
        told = _header(self._told, "x-oauth-scopes")
        return frozenset(one.strip() for one in told.split(",")) if told else None

    @property
    def refused(self) -> str:
        """Slack's word for why the bot is not let in; empty where it is."""
        return next(iter(self._not_let_in.values()), "")

    def take(self, token: str, expires: float | None, team: str) -> None:
        """The token to call with from now on, until so many seconds since 1970."""
        if token != self.web.token:
            self.web.token = token
            self._not_let_in.clear()
        self._expires, self._team = expires, team

    async def __call__(self, method: str, within: float, /, **arguments: object) -> Mapping[str, Any]:
        """What Slack answers in so many seconds. Raises `Refused`; nothing else that Slack or a network can bring."""
        channel = str(arguments.get("channel") or "") if method in _BY_CHANNEL else ""
        self._check(method, channel)
        try:
            async with asyncio.timeout(within):
                answer = await self._let_in(method, arguments)
        except Refused as no:
            if no.ours:
                self._shut_out(method, no)
            if no.after is not None:
                self._leave_alone(method, channel, no.after.total_seconds())
            raise
        except TimeoutError:
            raise unanswered("Slack did not answer in time.", says=method in _SAYING) from None
        self._not_let_in.pop(method, None)
        return answer

    async def reply(self, url: str, within: float, message: Mapping[str, object]) -> None:
        """Say something by the address that came with a request (response_url). Raises `Refused`."""
        try:
            async with asyncio.timeout(within):
                await self._replied(url, message)
        except TimeoutError:
            raise unanswered("Slack did not answer in time.", says=True) from None

    async def introduced(self, patience: float, pauses: Iterator[float] | None = None) -> Mapping[str, Any]:
        """Who the bot is, and where; however long Slack is away. Raises `NotLetIn` with the mend.

        `pauses`: seconds between tries, without an end. That Slack can't be reached is said once.
        """
        pauses, said = pauses or growing(), False
        while True:
            try:
                told = await self("auth.test", patience)
            except Refused as no:
                if no.ours or not no.again:
                    raise NotLetIn(no) from None
                if not said:
                    log.warning("%s", _away(no))
                said, asked_for = True, no.after.total_seconds() if no.after else 0.0
                await asyncio.sleep(max(next(pauses), min(asked_for, LONGEST)))
            else:
                self._team = str(told.get("team_id", ""))
                return told

    def _shut_out(self, method: str, no: Refused) -> None:
        """The mend is said once. Before the bot knows where it is, whoever began it is told by the error itself."""
        if self._team and no.code not in self._not_let_in.values():
            log.error("The Slack workspace %s: %s", self._team, no)
        self._not_let_in[method] = no.code

    # ------------------------------------------------------------ asking

    def _check(self, method: str, channel: str) -> None:
        until = max(self._left_alone.get((method, one), 0.0) for one in (channel, ""))
        left = until - time.monotonic()
        if left > 0:
            raise refused(429, "ratelimited", str(int(left) + 1))

    def _leave_alone(self, method: str, channel: str, seconds: float) -> None:
        """One channel alone; where Slack says so of a second one meanwhile, it is not the channel's pace."""
        now = time.monotonic()
        self._left_alone = {of: until for of, until in self._left_alone.items() if until > now}
        everywhere = any(of[0] == method and of[1] != channel for of in self._left_alone)
        self._left_alone[method, "" if everywhere else channel] = now + seconds

    async def _let_in(self, method: str, arguments: Mapping[str, object]) -> Mapping[str, Any]:
        """With another token where this one is over, if there is one. A token that is refused did nothing."""
        if self._another is not None and self._expires is not None and time.time() >= self._expires:
            await self._another(self.web.token or "", _EXPIRED)
        used = self.web.token or ""
        try:
            return await self._asked(method, arguments)
        except Refused as no:
            if self._another is None or no.code not in _OVER:
                raise
            await self._another(used, no.code)
            if self.web.token == used:
                raise delayed() if no.code == _EXPIRED else no from None
        return await self._asked(method, arguments)

    async def _asked(self, method: str, arguments: Mapping[str, object]) -> Mapping[str, Any]:
        given = {name: value for name, value in arguments.items() if value is not None}
        params, json = (given, None) if method in _READING else (None, given)
        answer = await answered(self.web.api_call(method, params=params, json=json), says=method in _SAYING)
        self._told = answer.headers
        return answer.data if isinstance(answer.data, Mapping) else {}

    async def _replied(self, url: str, message: Mapping[str, object]) -> None:
        proxy = None if is_local(url) else self.web.proxy
        try:
            async with self._connections.post(url, json=message, proxy=proxy, allow_redirects=False) as response:
                told = await response.text()
                status, retry_after = response.status, response.headers.get("Retry-After", "")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL):
            raise unanswered("Slack could not be reached.", says=False) from None
        except TimeoutError:
            raise
        except (aiohttp.ClientError, OSError, ValueError) as failed:
            raise unanswered(f"Slack could not be understood ({type(failed).__name__}).", says=True) from None
        code = _error(told)
        if status != 200 or code:
            raise refused(status, code, retry_after)


async def answered(asking: Awaitable[AsyncSlackResponse], *, says: bool) -> AsyncSlackResponse:
    """What Slack answers. `says`: it may put something before people. Raises `Refused`, and `TimeoutError`."""
    try:
        return await asking
    except SlackApiError as failed:
        raise _refusal(failed, says=says) from None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as failed:
        raise unanswered(f"Slack could not be reached ({type(failed).__name__}).", says=False) from None
    except TimeoutError:
        raise
    except Exception as failed:  # what the SDK can't read, or a connection broken in the middle
        raise unanswered(f"Slack could not be understood ({type(failed).__name__}).", says=says) from None


def _away(no: Refused) -> str:
    """Where Slack said nothing of its own, it may be this computer that is cut off."""
    return f"{no} {'Trying again until it works.' if no.code else 'Is this computer online? Trying again until it is.'}"


def _refusal(failed: SlackApiError, *, says: bool) -> Refused:
    """`response` is the SDK's, or aiohttp's where the body was no JSON."""
    response: Any = failed.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, Mapping) else None
    retry_after = _header(getattr(response, "headers", None) or {}, "retry-after")
    return refused(int(status), code if isinstance(code, str) else "", retry_after, says=says)


def _error(told: str) -> str:
    """response_url answers "ok", `{"ok": true}`, a bare word, or an error as JSON."""
    if told.startswith("{"):
        try:
            said = json.loads(told)
        except ValueError:
            return ""
        return "" if said.get("ok", True) else str(said.get("error", "unknown"))
    return "" if told.strip() in ("", "ok") else told.strip()[:60]


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((str(value) for header, value in headers.items() if header.lower() == name), "")


def is_local(url: str) -> bool:
    """Whether it is on this computer, where no proxy is in between."""
    return is_here(urlsplit(url).hostname or "")
