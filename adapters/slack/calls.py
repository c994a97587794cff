"""Calls to one workspace's Web API, each with a time it may take.

In: a method and its arguments. Out: what Slack answered, or `Refused`.
Never: tries anything a second time by itself, for that could post twice; asks a method again before the time that Slack
gave; lets the SDK write a payload or an error into the log.
"""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.manifest import is_here
from adapters.slack.refusals import Refused, refused, unanswered
from bot.errors import ProtocolBotError

#: These put something before people: when no answer comes, it may stand there all the same.
_SAYING: Final = ("chat.postMessage", "chat.postEphemeral", "chat.update")
#: docs.slack.dev, "Web API": methods that read take no JSON.
_READING: Final = ("auth.test", "users.info", "users.list", "conversations.history")
#: Seconds between tries to begin, where Slack can't be reached for a moment.
_BEGIN: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
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


class Calls:
    """One workspace's Web API, with its bot's token."""

    def __init__(self, web: AsyncWebClient, connections: aiohttp.ClientSession) -> None:
        self.web = web
        self._connections = connections
        self._left_alone: dict[str, float] = {}
        self._not_let_in: dict[str, str] = {}

    @property
    def refused(self) -> str:
        """Slack's word for why the bot is not let in; empty where it is."""
        return next(iter(self._not_let_in.values()), "")

    async def __call__(self, method: str, within: float, /, **arguments: object) -> Mapping[str, Any]:
        """What Slack answers in so many seconds. Raises `Refused`; nothing else that Slack or a network can bring."""
        self._check(method)
        try:
            async with asyncio.timeout(within):
                answer = await self._asked(method, arguments)
        except Refused as no:
            if no.ours:
                self._not_let_in[method] = no.code
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

    async def introduced(self, patience: float) -> Mapping[str, Any]:
        """Who the bot is, and where; Slack may be away for a moment. Raises `ProtocolBotError` with the mend."""
        for pause in (*_BEGIN, None):
            try:
                return await self("auth.test", patience)
            except Refused as no:
                if no.ours or pause is None:
                    raise ProtocolBotError(f"A Slack workspace can’t be entered. {no}") from None
                asked_for = no.after.total_seconds() if no.after else 0.0
                await asyncio.sleep(max(pause, min(asked_for, _BEGIN[-1])))
        return {}

    # ------------------------------------------------------------ asking

    def _check(self, method: str) -> None:
        left = self._left_alone.get(method, 0.0) - time.monotonic()
        if left > 0:
            raise refused(429, "ratelimited", str(int(left) + 1))

    async def _asked(self, method: str, arguments: Mapping[str, object]) -> Mapping[str, Any]:
        given = {name: value for name, value in arguments.items() if value is not None}
        says = method in _SAYING
        try:
            if method in _READING:
                answer = await self.web.api_call(method, params=given)
            else:
                answer = await self.web.api_call(method, json=given)
        except SlackApiError as failed:
            raise self._refusal(method, failed, says=says) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as failed:
            raise unanswered(f"Slack could not be reached ({type(failed).__name__}).", says=False) from None
        except TimeoutError:
            raise
        except Exception as failed:  # what the SDK can't read, or a connection broken in the middle
            raise unanswered(f"Slack could not be understood ({type(failed).__name__}).", says=says) from None
        data = answer.data
        return data if isinstance(data, Mapping) else {}

    def _refusal(self, method: str, failed: SlackApiError, *, says: bool) -> Refused:
        """`response` is the SDK's, or aiohttp's where the body was no JSON."""
        response: Any = failed.response
        status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
        data = getattr(response, "data", None)
        code = data.get("error") if isinstance(data, Mapping) else None
        retry_after = _header(getattr(response, "headers", None) or {}, "retry-after")
        no = refused(int(status), code if isinstance(code, str) else "", retry_after, says=says)
        if no.after is not None:
            self._left_alone[method] = time.monotonic() + no.after.total_seconds()
        return no

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
