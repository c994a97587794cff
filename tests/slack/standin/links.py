"""Socket Mode: the websockets by which Slack delivers where the bot has no address of its own.

In: the bot's connections. Out: envelopes, and what they were acknowledged with. Never: one envelope on two connections.
"""

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.slack.standin.state import Workspace
from tests.slack.standin.views import Refused

if TYPE_CHECKING:
    from tests.slack.standin.server import StandIn


class Link:
    """One connection. `deaf`: it is open, and nobody is at the other end."""

    def __init__(self, space: Workspace, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.space = space
        self.socket = socket
        self.wire = request.transport
        self.deaf = False


class Links:
    """Every connection, and every envelope that waits to be acknowledged.

    `still` is the connection by which Slack sends on, though there may be a newer one.
    """

    def __init__(self, slack: "StandIn") -> None:
        self._slack = slack
        self._tickets: dict[str, Workspace] = {}
        self._acks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._came = asyncio.Condition()
        self.open: list[Link] = []
        self.opened = 0
        self.still: Link | None = None

    def ticket(self, space: Workspace, token: str) -> dict[str, Any]:
        """apps.connections.open: an address for one connection."""
        if token != space.app_token:
            raise Refused("not_allowed_token_type")
        ticket = f"{space.team}-{next(space.count)}"
        self._tickets[ticket] = space
        return {"url": self._slack.link(ticket)}

    async def linked(self, request: web.Request) -> web.StreamResponse:
        """A connection, for as long as it lasts."""
        space = self._tickets.pop(request.query.get("ticket", ""), None)
        if space is None:
            return web.Response(status=404)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        link = Link(space, socket, request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": space.app}})
        async with self._came:
            self.open.append(link)
            self.opened += 1
            self._came.notify_all()
        try:
            async for message in socket:
                await self._heard(link, message)
        finally:
            self.open.remove(link)
        return socket

    async def _heard(self, link: Link, message: Any) -> None:
        if link.deaf:
            return
        if message.type is WSMsgType.PING:
            await link.socket.pong(message.data)
        elif message.type is WSMsgType.TEXT:
            body = json.loads(message.data)
            id = body.get("envelope_id")
            waiting = self._acks.pop(id, None) if isinstance(id, str) else None
            if waiting is not None and not waiting.done():
                waiting.set_result(body.get("payload") or {})

    async def until(self, opened: int) -> None:
        """Wait until so many connections have been made in all."""
        async with self._came:
            await self._came.wait_for(lambda: self.opened >= opened)

    async def send(
        self, space: Workspace, kind: str, payload: dict[str, Any], waits: float, retry: tuple[int, str] | None
    ) -> dict[str, Any] | None:
        """One envelope on one connection; what it was acknowledged with, or None where it was not in time."""
        newest = (link for link in reversed(self.open) if link.space is space and not link.socket.closed)
        link = self.still or next(newest, None)
        if link is None or link.socket.closed:
            return None
        id = f"envelope-{next(space.count)}"
        envelope: dict[str, Any] = {"envelope_id": id, "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": retry[0] if retry else 0, "retry_reason": retry[1] if retry else ""}
        self._acks[id] = waiting = asyncio.get_running_loop().create_future()
        with suppress(TimeoutError, ConnectionError):
            await link.socket.send_json(envelope)
            return await asyncio.wait_for(waiting, waits)
        self._acks.pop(id, None)
        return None

    async def ping(self, space: Workspace) -> None:
        """Slack's own ping."""
        for link in self._of(space):
            await link.socket.ping(b"Ping from applink-1")

    async def asks_to_go(self, space: Workspace, reason: str = "refresh_requested") -> None:
        """Slack says that it will end the connection soon (`warning`), or that it does now."""
        for link in self._of(space):
            await link.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})
            if reason != "warning":
                await link.socket.close()

    async def cut(self, space: Workspace) -> None:
        """The connection is gone, without a word."""
        for link in self._of(space):
            if link.wire is not None:
                link.wire.abort()

    def go_deaf(self, space: Workspace) -> None:
        """The connection stays open, and nothing is heard on it any more."""
        for link in self._of(space):
            link.deaf = True

    async def end(self) -> None:
        """All connections."""
        for link in list(self.open):
            await link.socket.close()

    def _of(self, space: Workspace) -> list[Link]:
        return [link for link in self.open if link.space is space]
