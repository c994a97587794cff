"""The stand-in's doors: the Bot Connector service, as Teams has it.

In: HTTP on loopback. Out: what Teams answers; a list of everything that was called and sent.
Never: takes an activity that Teams would not (`tests.teams.checks`), or one without a token of the login's; gives way
without being told to.

Shapes: learn.microsoft.com, Azure AI Bot Service: "Bot Connector REST API"; Teams: "Send proactive messages", "Targeted
messages", "Rate limiting for bots", "Get Teams specific context".
"""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.amiss import Faults, given
from tests.teams.checks import Kind, problems
from tests.teams.published import CARD, MESSAGE
from tests.teams.standin.connector import CALLS, METHODS, Refused
from tests.teams.standin.faults import Fault, error
from tests.teams.standin.keys import KeyServer
from tests.teams.standin.login import Login
from tests.teams.standin.state import Tenant

SENT = "TEAMS_SENT"
APP_ID = "11111111-2222-4333-8444-555555555555"
PASSWORD = "the-secret-of-the-app"  # noqa: S105  # nobody's
#: What `requests`, and so Microsoft's own login package, believes.
_BELIEVED = "REQUESTS_CA_BUNDLE"


@dataclass(frozen=True)
class Call:
    """One call, in the order they came. `name` is what is called, `headers` those that came with it."""

    name: str
    tenant: str
    conversation: str
    body: Any
    query: Mapping[str, str]
    headers: Mapping[str, str]
    at: float


class StandIn:
    """One Teams with any number of tenants, its key server and its login (`async with`).

    `sent` is every activity, dialog and answer with its kind; `complaints` is what Teams would not have taken of them,
    `troubles` what people were shown as a fault of the app's.
    """

    def __init__(self, folder: Path) -> None:
        self.tenants: dict[str, Tenant] = {}
        self.faults = Faults[Fault]()
        self.keys = KeyServer()
        self.login = Login(folder)
        self.calls: list[Call] = []
        self.sent: list[tuple[Kind, Any]] = []
        self.complaints: list[str] = []
        self.troubles: list[str] = []
        self._before: str | None = None
        app = web.Application(client_max_size=1 << 24)
        for region in ("/{region}", "/{region}/{tenant}"):
            for method, path, name in CALLS:
                app.router.add_route(method, region + path, self._door(name))
        self._server = TestServer(app)

    async def __aenter__(self) -> "StandIn":
        await self._server.start_server()
        await self.keys.__aenter__()
        await self.login.__aenter__()
        self._before = os.environ.get(_BELIEVED)
        os.environ[_BELIEVED] = str(self.login.ca)
        return self

    async def __aexit__(self, *_: object) -> None:
        os.environ.pop(_BELIEVED)
        if self._before is not None:
            os.environ[_BELIEVED] = self._before
        await self.login.__aexit__()
        await self.keys.__aexit__()
        await self._server.close()

    @property
    def service_url(self) -> str:
        """What is called where no tenant has said anything yet."""
        return str(self._server.make_url("/teams/"))

    @property
    def host(self) -> str:
        """What TEAMS_ALLOWED_SERVICE_HOSTS is set to."""
        return str(self._server.make_url("/").host)

    def tenant(self, id: str) -> Tenant:
        """A tenant with the app in it; the app is registered there too."""
        url = str(self._server.make_url(f"/uk/{id}/"))
        self.tenants[id] = tenant = Tenant(id, f"28:{APP_ID}", url)
        self.login.register(APP_ID, id, PASSWORD)
        return tenant

    def fail(self, call: str, fault: Fault | None, times: int = 1) -> None:
        """The next so many calls of this name (`*`: of any) meet this; None: go well.

        Names: `open`, `say`, `change`, `delete`, `member`, `members`.
        """
        self.faults.put(call, fault, times)

    def called(self, *names: str) -> list[Call]:
        """The calls of these names so far."""
        return [call for call in self.calls if call.name in names]

    # ------------------------------------------------------------ the Bot Connector service

    def _door(self, name: str) -> Any:
        async def called(request: web.Request) -> web.StreamResponse:
            return await self._called(name, request)

        return called

    async def _called(self, name: str, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body = json.loads(raw) if raw else {}
        tenant = self._whose(request, body)
        here = request.match_info.get("conversation", "")
        headers, query = dict(request.headers), dict(request.query)
        self.calls.append(Call(name, tenant.id if tenant else "", here, body, query, headers, time.monotonic()))
        fault = self.faults.take(name)
        if fault is not None and not fault.takes:
            return await given(request, fault, fault.status, fault.told())
        status, answer = self._answered(name, request, tenant, raw, body)
        return await given(request, fault, status, answer)

    def _whose(self, request: web.Request, body: Any) -> Tenant | None:
        """Of the address, of the conversation, or of what is to be opened."""
        if "tenant" in request.match_info:
            return self.tenants.get(request.match_info["tenant"])
        here = request.match_info.get("conversation", "").partition(";")[0]
        if here:
            return next((one for one in self.tenants.values() if here in one.conversations), None)
        told = (body.get("channelData") or {}).get("tenant", {}).get("id") or body.get("tenantId", "")
        return self.tenants.get(told)

    def _answered(
        self, name: str, request: web.Request, tenant: Tenant | None, raw: bytes, body: Any
    ) -> tuple[int, Any]:
        try:
            return self._done(name, request, tenant, raw, body)
        except Refused as no:
            return no.status, error(no.code, sub=no.sub)

    def _done(self, name: str, request: web.Request, tenant: Tenant | None, raw: bytes, body: Any) -> tuple[int, Any]:
        if not self.login.is_good(request.headers.get("Authorization", "")):
            return 401, {"message": "Authorization has been denied for this request."}
        if tenant is None:
            raise Refused(400 if name == "open" else 404, "BadSyntax" if name == "open" else "ConversationNotFound")
        if tenant.refuses:
            return tenant.refuses, error("Forbidden")
        if name in ("say", "change"):
            if len(raw.decode().encode("utf-16-le", "surrogatepass")) > MESSAGE:
                raise Refused(413, "MessageSizeTooBig")
            if self.objects("activity", body, name):
                raise Refused(400, "BadSyntax")
        return METHODS[name](tenant, dict(request.match_info), dict(request.query), body)

    def objects(self, kind: Kind, payload: Any, what: str) -> bool:
        """Whether Teams would not take this; then it stands among the complaints. It is written down either way."""
        self.sent.append((kind, payload))
        for card in _cards(kind, payload):
            _write_down("dialog" if kind == "dialog" else "card", card)
        found = [f"{what}: {problem}" for problem in problems(kind, payload)]
        self.complaints += found
        return bool(found)


# ---------------------------------------------------------------- the wire


def _cards(kind: str, payload: Any) -> list[Mapping[str, Any]]:
    """The Adaptive Cards in it."""
    if kind == "activity":
        return [one["content"] for one in payload.get("attachments") or () if one.get("contentType") == CARD]
    if kind == "dialog":
        value = (payload.get("task") or {}).get("value")
        return [value["card"]["content"]] if isinstance(value, dict) and "card" in value else []
    return [payload["value"]] if payload.get("type") == CARD else []


def _write_down(kind: str, payload: Mapping[str, Any]) -> None:
    """For whoever draws everything that was sent."""
    if folder := os.environ.get(SENT):
        file = Path(folder) / f"sent-{os.getpid()}.jsonl"
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"kind": kind, "payload": payload}, ensure_ascii=False) + "\n")
