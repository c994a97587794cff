"""What knocks: HTTP requests and what comes by Socket Mode, each led to the door of the workspace it names.

In: requests. Out: what they are answered with. Never: looks anywhere for a workspace that an unsigned request names;
reads more than a request of Slack's can be.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack import parse
from adapters.slack.doors import AGAIN, SIGNED, Door
from adapters.slack.sockets import Receive

log = logging.getLogger(__name__)

_BODY: Final = 1_000_000  # bytes of a request
#: What Bolt is given: one of its own headers would make it run nothing of ours.
_HEADERS: Final = ("content-type", AGAIN, *SIGNED)

#: The door of a workspace, by its id; None where it is not served.
Find = Callable[[str], Awaitable[Door | None]]


def receiving(find: Callable[[str], Door | None]) -> Receive:
    """By one app's connection only what is for its own workspaces."""

    async def receive(socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        payload = request.payload if isinstance(request.payload, dict) else {}
        door = find(parse.team_of(payload))
        if door is None:
            log.warning("%s from a workspace that is not ours was refused", parse.kind_of(payload))
            return
        response = _known(await run_async_bolt_app(door.bolt, request))
        await send_async_response(socket, request, response, time.time())

    return receive


class Knocked:
    """A request as Bolt reads it, and the workspace that it names. Raises whatever reading it may raise."""

    def __init__(self, raw: bytes, request: web.Request) -> None:
        self.raw = raw.decode()
        self.request = _knock(self.raw, request)
        self.named = parse.team_of(self.request.body)

    @property
    def signed(self) -> bool:
        """Whether there is something for Bolt to check; it would stumble over anything else."""
        timestamp, signature = self._signature
        return timestamp.isdecimal() and timestamp.isascii() and len(timestamp) <= 20 and signature.isascii()

    def is_signed_with(self, secret: str) -> bool:
        """Whether Slack signed it, in the last five minutes."""
        timestamp, signature = self._signature
        return SignatureVerifier(secret).is_valid(self.raw, timestamp, signature)

    @property
    def _signature(self) -> tuple[str, str]:
        timestamp, signature = (self.request.headers.get(name, [""])[0] for name in SIGNED)
        return timestamp, signature


async def received(request: web.Request, doors: Sequence[Door], secret: str, find: Find) -> web.Response:
    """Let in by the workspace it names; where it names none, by whoever's secret it was signed with.

    `secret`: the hosted app's, empty where there is none; what is signed with it may name a workspace that none of
    `doors` is of, and is then looked for.
    """
    raw = await request.read()
    if len(raw) > _BODY:
        return web.Response(status=413)
    try:
        knocked = Knocked(raw, request)
    except Exception:  # whatever it is, it is nothing that Slack sends
        return web.Response(status=400)
    body = knocked.request.body
    if body.get("ssl_check") == "1" and (doors or secret):  # unsigned: Slack looks at the certificate
        return web.Response(status=200)
    if not knocked.signed:
        return web.Response(status=401)
    if secret:
        return await _hosted(knocked, secret, find)
    named, found = knocked.named, body.get("type") == "url_verification"
    return await _let_in(knocked, [door for door in doors if door.team == named or (not named and found)])


async def _hosted(knocked: Knocked, secret: str, find: Find) -> web.Response:
    """There is one secret: what is not signed with it is nobody's, and nothing is looked for."""
    body = knocked.request.body
    if not knocked.is_signed_with(secret):
        return web.Response(status=401)
    if body.get("type") == "url_verification":  # before any workspace took the app
        return web.json_response({"challenge": str(body.get("challenge", ""))})
    door = await find(knocked.named) if knocked.named else None
    if door is None and body.get("type") == "event_callback":
        return web.Response(status=200)  # of a workspace that left: Slack turns off events that are refused too often
    return await _let_in(knocked, [door] if door else [])


async def _let_in(knocked: Knocked, doors: Sequence[Door]) -> web.Response:
    """By the first door whose secret it was signed with."""
    response = None
    for door in doors:
        try:
            response = _known(await door.bolt.async_dispatch(knocked.request))
        except Exception as failed:  # Bolt stumbles over shapes that Slack never sends
            log.warning("%s could not be read: %s", parse.kind_of(knocked.request.body), type(failed).__name__)
            return web.Response(status=400)
        if response.status != 401:
            break
    if response is None:
        log.warning("%s from a workspace that is not ours was refused", parse.kind_of(knocked.request.body))
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


def _known(response: BoltResponse) -> BoltResponse:
    """What nobody here has ears for is taken, and passed over."""
    return BoltResponse(status=200, body="") if response.status == 404 else response
