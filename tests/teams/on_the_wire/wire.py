"""A connector service of a few lines, which answers as it is told: for what is tried out on the wire itself.

In: HTTP on loopback. Out: every request as it came, byte for byte; what a test said that it answers.
Never: judges what it is sent; that does `tests.teams.standin`.
"""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass(frozen=True)
class Asked:
    """One request; `path` as it stood on the wire, `peer` by which connection it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    peer: object


@dataclass(frozen=True)
class Says:
    """One answer. `drops`: the connection ends without it. `takes`: seconds before it."""

    status: int = 201
    body: Any = field(default_factory=lambda: {"id": "p1"})
    headers: Mapping[str, str] = field(default_factory=dict)
    drops: bool = False
    takes: float = 0.0


def error(status: int, code: str = "", **headers: str) -> Says:
    """As Teams refuses."""
    told = {"error": {"code": code, "message": "CANARY: what was said."}} if code else {}
    return Says(status, told, {name.replace("_", "-"): value for name, value in headers.items()})


class Wire:
    """On loopback (`async with`). `says`: the next answers; then every chat is open and every post is taken."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.says: deque[Says] = deque()
        app = web.Application(client_max_size=1 << 24)
        app.router.add_route("*", "/{path:.*}", self._heard)
        self._server = TestServer(app)

    async def __aenter__(self) -> "Wire":
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        """Its service URL, with a part for the region and the tenant, as Teams has it."""
        return str(self._server.make_url("/emea/"))

    def told(self, what: str) -> list[Asked]:
        """The requests whose path ends so."""
        return [one for one in self.asked if one.path.partition("?")[0].endswith(what)]

    async def _heard(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        peer = request.transport.get_extra_info("peername") if request.transport else None
        body = json.loads(raw) if raw else None
        self.asked.append(Asked(request.method, request.raw_path, dict(request.headers), body, peer))
        says = self.says.popleft() if self.says else self._usual(request.raw_path)
        await asyncio.sleep(says.takes)
        if says.drops and request.transport is not None:
            request.transport.close()
        told = says.body if isinstance(says.body, bytes) else json.dumps(says.body).encode()
        return web.Response(status=says.status, body=told, headers={**says.headers})

    def _usual(self, path: str) -> Says:
        if path.endswith("/v3/conversations"):
            return Says(body={"id": f"a:chat-with-{self.asked[-1].body['members'][0]['id'][:4]}"})
        return Says(body={"id": f"p{len(self.asked)}"})
