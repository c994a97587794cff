"""The stand-in's doors: the Web API, response_urls, Socket Mode's address, the page that asks whether to install.

In: HTTP and websockets on loopback. Out: what `methods` answers; a list of everything that was called and sent.
Never: takes a message or a view that Slack would not (`tests.slack.checks`); gives way without being told to.
"""

import asyncio
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
from tests.slack.checks import problems
from tests.slack.standin import views
from tests.slack.standin.faults import Fault
from tests.slack.standin.links import Links
from tests.slack.standin.methods import DRAWS, METHODS, Arguments, drawn, scope
from tests.slack.standin.oauth import HostedApp
from tests.slack.standin.state import Reply, User, Workspace
from tests.slack.standin.views import Refused

#: docs.slack.dev, handling user interaction: a response_url's uses, and its life in seconds.
USES, LIFE = 5, 30 * 60
SENT = "SLACK_SENT"


@dataclass(frozen=True)
class Call:
    """One call of the Web API or of a response_url, in the order they came."""

    method: str
    team: str
    arguments: Arguments
    at: float


class StandIn:
    """One Slack with any number of workspaces. `ahead` is how far its clock is before this computer's, in seconds.

    `sent` is every message and view with its kind; `complaints` is what Slack would not have taken of them, `troubles`
    what people were shown as a fault of the app's.
    """

    def __init__(self) -> None:
        self.spaces: dict[str, Workspace] = {}
        self.faults = Faults[Fault]()
        self.links = Links(self)
        self.calls: list[Call] = []
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.complaints: list[str] = []
        self.troubles: list[str] = []
        self.ahead = 0.0
        self._epoch, self._clock = 0.0, time.time
        self.hosted = HostedApp()
        app = web.Application(client_max_size=1 << 22)
        app.add_routes(
            [
                web.route("*", "/api/{method}", self._called),
                web.post("/hooks/{reply}", self._replied),
                web.get("/link", self.links.linked),
                web.get("/oauth/v2/authorize", self._authorized),
            ]
        )
        self._server = TestServer(app)

    async def __aenter__(self) -> "StandIn":
        self._clock = asyncio.get_running_loop().time
        self._epoch = time.time() - self._clock()
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.links.end()
        await self._server.close()

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is set to."""
        return str(self._server.make_url("/api/"))

    @property
    def hooks(self) -> str:
        """What every response_url begins with."""
        return str(self._server.make_url("/hooks/"))

    def link(self, ticket: str) -> str:
        """Socket Mode's address."""
        return str(self._server.make_url("/link")).replace("http", "ws", 1) + f"?ticket={ticket}"

    def time(self) -> float:
        """Seconds since 1970, as Slack has them; they pass as in the loop that it is served in."""
        return self._epoch + self._clock() + self.ahead

    def workspace(self, team: str, *, sockets: bool = False) -> Workspace:
        """A workspace with the app in it. Names and secrets come of the team's id."""
        bot = User(f"UBOT{team}", team, "protocol", is_bot=True)
        app_token = f"xapp-1-{team}" if sockets else ""
        space = Workspace(team, f"xoxb-{team}", app_token, f"secret-of-{team}", f"A{team}", bot)
        space.users[bot.id] = bot
        self.spaces[team] = space
        return space

    def taking(self, team: str) -> Workspace:
        """A workspace that has not got the app yet, and may install the hosted one."""
        space = self.workspace(team)
        space.token, space.secret, space.app = "", self.hosted.signing, "A0HOSTED"
        return space

    def fail(self, method: str, fault: Fault | None, times: int = 1) -> None:
        """The next so many calls of a method (`*`: of any; `response_url`: of those) meet this; None: go well."""
        self.faults.put(method, fault, times)

    def called(self, *methods: str) -> list[Call]:
        """The calls of these methods so far."""
        return [call for call in self.calls if call.method in methods]

    # ------------------------------------------------------------ the Web API

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        token = arguments.pop("token", "") or token
        space = next((one for one in self.spaces.values() if token and token in one.tokens), None)
        if method == "oauth.v2.access":
            token = request.headers.get("Authorization", "")
        self.calls.append(Call(method, space.team if space else "", arguments, self.time()))
        fault = self.faults.take(method)
        if fault is None or fault.takes:
            answer = self._answer(method, token, space, arguments)
        else:
            answer = {"ok": False, "error": fault.error or "internal_error"}
        has = {"X-OAuth-Scopes": ",".join(sorted(space.scopes))} if space and token == space.token else {}
        return await given(request, fault, fault.status if fault else 200, answer, has)

    def _answer(self, method: str, token: str, space: Workspace | None, arguments: Arguments) -> dict[str, Any]:
        try:
            return {"ok": True, **self._done(method, token, space, arguments)}
        except Refused as code:
            return {"ok": False, "error": str(code), "response_metadata": {"messages": []}}

    def _done(self, method: str, token: str, space: Workspace | None, arguments: Arguments) -> dict[str, Any]:
        if method == "oauth.v2.access":
            return self.hosted.access(self.spaces, token, arguments, self.time())
        if not token:
            raise Refused("not_authed")
        if space is None:
            raise Refused("invalid_auth")
        if space.refused:
            raise Refused(space.refused)
        if method == "apps.connections.open":
            return self.links.ticket(space, token)
        if token in space.dead:
            raise Refused("account_inactive")
        if token != space.token and token not in space.grants:
            raise Refused("not_allowed_token_type")
        if space.grants.get(token, float("inf")) < self.time():  # it was never granted: it holds for good
            raise Refused("token_expired")
        if method == "auth.revoke":
            self.hosted.uninstalled(space)
            return {"revoked": True}
        if method not in METHODS:
            raise Refused("unknown_method")
        if (needed := scope(method)) and needed not in space.scopes:
            raise Refused("missing_scope")
        if method in DRAWS and self.objects(DRAWS[method], drawn(method, arguments), method):
            raise Refused("invalid_arguments" if method.startswith("views.") else "invalid_blocks")
        return METHODS[method](space, arguments, self.time())

    def objects(self, kind: str, payload: Mapping[str, Any], what: str) -> bool:
        """Whether Slack would not take this; then it stands among the complaints. It is written down either way."""
        self.sent.append((kind, dict(payload)))
        _write_down(kind, payload)
        found = [f"{what}: {problem}" for problem in problems(kind, payload)]
        self.complaints += found
        return bool(found)

    async def _authorized(self, request: web.Request) -> web.StreamResponse:
        return self.hosted.authorize(request)

    # ------------------------------------------------------------ response_url

    async def _replied(self, request: web.Request) -> web.StreamResponse:
        id = request.match_info["reply"]
        body = await request.json()
        space = self.spaces.get(id.partition("-")[0])
        reply = space.replies.get(id) if space else None
        self.calls.append(Call("response_url", space.team if space else "", body, self.time()))
        fault = self.faults.take("response_url")
        if fault and not fault.takes:
            return await given(request, fault, fault.status, {"ok": False, "error": fault.error})
        if space is None or reply is None:
            return web.json_response({"ok": False, "error": "invalid_url"}, status=404)
        if reply.uses >= USES or self.time() - reply.at > LIFE:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        reply.uses += 1
        if self.answered(space, reply, body, "response_url"):
            return await given(request, fault, fault.status, {"ok": True}) if fault else web.Response(text="ok")
        return web.json_response({"ok": False, "error": "invalid_blocks"}, status=400)

    def answered(self, space: Workspace, reply: Reply, body: Mapping[str, Any], what: str) -> bool:
        """What a command's acknowledgement or a response_url says; False where Slack would not take it."""
        if body.get("delete_original"):
            self._replaced(space, reply, None)
            return True
        everybody = body.get("response_type") == "in_channel"
        kind = "ack" if what == "ack" else "message" if everybody else "ephemeral"
        if self.objects(kind, body, what):
            return False
        if body.get("replace_original") and reply.source:
            self._replaced(space, reply, body)
            return True
        said = str(body.get("text", "")), list(body.get("blocks", []))
        only = None if everybody else reply.user
        thread = body.get("thread_ts")
        space.say(reply.channel, space.bot.id, *said, self.time(), only_for=only, thread=thread)
        return True

    def _replaced(self, space: Workspace, reply: Reply, body: Mapping[str, Any] | None) -> None:
        source = space.find(reply.channel, reply.source or "")
        if source is None:
            return
        if body is None:
            source.gone = True
        else:
            space.redraw(source, str(body.get("text", "")), list(body.get("blocks", [])))

    # ------------------------------------------------------------ what a sent form is answered with

    def form_answered(self, space: Workspace, user: str, id: str, body: Mapping[str, Any]) -> None:
        """`response_action`, or nothing: then the form goes."""
        action = body.get("response_action")
        view = space.view(id)
        if view is None:  # closed meanwhile, or sent once more
            return
        if action == "errors":
            inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
            if not body["errors"] or not set(body["errors"]) <= inputs:
                self.complaints.append(f"errors for inputs that are not there: {sorted(set(body['errors']) - inputs)}")
            view.problems = dict(body["errors"])
        elif action == "clear":
            space.modals[user] = []
        elif action in ("update", "push"):
            if not self.objects("modal", body["view"], f"response_action {action}"):
                given = dict(body["view"])
                views.update(space, id, None, given) if action == "update" else views.push(space, user, given)
        elif action is None and not body:
            views.close(space, user)
        else:
            self.complaints.append(f"an answer to a form that is none: {sorted(body)}")


# ---------------------------------------------------------------- the wire


async def _arguments(request: web.Request) -> Arguments:
    """From the address, from a form, from JSON; later ones count."""
    found: Arguments = dict(request.query)
    if request.content_type == "application/json":
        body = await request.read()
        found |= json.loads(body) if body else {}
    elif request.method == "POST":
        found |= dict(await request.post())
    return found


def _write_down(kind: str, payload: Mapping[str, Any]) -> None:
    """For whoever checks the types of everything that was sent."""
    if folder := os.environ.get(SENT):
        file = Path(folder) / f"sent-{os.getpid()}.jsonl"
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"kind": kind, "payload": payload}, ensure_ascii=False) + "\n")
