"""Slack, as far as benchmarks need it: what it asks of the bot, signed, and what the bot asks of it.

In: who asks for what. Out: bodies and headers of requests; a Web API on loopback. Never: speaks to Slack.
"""

import hashlib
import hmac
import itertools
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from aiohttp import web

from content import load
from tests.bench.asking import COUNCILLORS
from tests.slack.peer import workspace

SECRET: Final = "00112233445566778899aabbccddeeff"  # noqa: S105


def tokens(slack: str) -> dict[str, str]:
    """The surroundings of a bot in the workspace of the made-up council, which Slack calls."""
    return {
        "SLACK_BOT_TOKEN": f"xoxb-bench-{workspace.TEAM}-1",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{slack}api/",
    }


# ---------------------------------------------------------------- what it asks


def signed(body: str, secret: str = SECRET) -> dict[str, str]:
    """docs.slack.dev, verifying requests from Slack."""
    now = str(int(time.time()))
    seal = hmac.new(secret.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": f"v0={seal}",
    }


def command(user: str, text: str, number: str, slack: str, team: str = workspace.TEAM) -> str:
    """`/protocol` with this text. `number`: of the request; what answers it later is told under it."""
    return urlencode(
        {
            "token": "x",
            "team_id": team,
            "team_domain": "town-council",
            "channel_id": "C0GENERAL",
            "channel_name": "general",
            "user_id": user,
            "user_name": user.lower(),
            "command": "/protocol",
            "text": text,
            "api_app_id": "A01APP",
            "is_enterprise_install": "false",
            "response_url": f"{slack}response/{number}",
            "trigger_id": f"{number}.command",
        }
    )


def commands(texts: Sequence[str], slack: str) -> Iterator[str]:
    """Each text in its turn without end, by every councillor in turn."""
    began = time.time_ns()
    for number, (seat, text) in enumerate(zip(itertools.cycle(COUNCILLORS), itertools.cycle(texts), strict=False)):
        yield command(workspace.user(seat), text, f"{began}.{number}", slack)


def forms(name: str = "V") -> Iterator[str]:
    """Questions passed to the clerk: each is kept, and the clerk is promised a notice, before it is acknowledged."""
    for number, seat in enumerate(itertools.cycle(COUNCILLORS)):
        yield form(workspace.user(seat), f"{name}{number}", "Where is the key to the noticeboard?")


def form(user: str, id: str, question: str, team: str = workspace.TEAM) -> str:
    """A question passed to the clerk, in the modal of this id."""
    carried = {"form": "questions/pass/", "place": chat(user), "private": True, "thread": None, "home": False}
    field = {"type": "plain_text_input", "action_id": "v"}
    view = {
        "id": id,
        "hash": f"{time.time_ns()}.{id}",
        "type": "modal",
        "team_id": team,
        "callback_id": "form",
        "private_metadata": json.dumps(carried),
        "blocks": [{"type": "input", "block_id": "f.question", "element": field}],
        "state": {"values": {"f.question": {"v": {**field, "value": question}}}},
    }
    payload = {
        "type": "view_submission",
        "team": {"id": team, "domain": "town-council"},
        "user": {"id": user, "name": user.lower(), "team_id": team},
        "api_app_id": "A01APP",
        "trigger_id": f"{time.time_ns()}.{id}.form",
        "view": view,
    }
    return urlencode({"payload": json.dumps(payload)})


def chat(user: str) -> str:
    """The id of somebody's own chat with the bot."""
    return f"D{user}"


def wrong(kind: str, status: int, told: bytes) -> str:
    """Why this is no answer to a command, or to a form; empty where it is one."""
    if status != 200:
        return f"status {status}"
    if load.words()("slack-failed") in told.decode():
        return "failed"
    answer = json.loads(told) if told else {}
    fits = answer.get("response_action") in ("clear", "update") if kind == "form" else bool(answer.get("blocks"))
    return "" if fits else "not taken"


# ---------------------------------------------------------------- what it is asked


class Slack(NamedTuple):
    """A Web API, and where answers that come later are sent to.

    `answered`: the numbers of those that came. `told`: how many messages, by workspace and whom they were for.
    """

    url: str
    answered: set[str]
    told: Counter[str]


@asynccontextmanager
async def slack() -> AsyncIterator[Slack]:
    """As much of Slack as a bot needs, in however many workspaces: whose a call is, its token says (`hosting.granted`).

    Not the tests' own (`tests.slack.standin`), which holds all that it is sent to Slack's rules: that takes time.
    """
    answered, told = set[str](), Counter[str]()

    async def method(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, **await _called(request, told)})

    async def later(request: web.Request) -> web.Response:
        if (await request.json()).get("blocks"):
            answered.add(request.match_info["number"])
        return web.Response()

    app = web.Application()
    app.add_routes([web.route("*", "/api/{method}", method), web.post("/response/{number}", later)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Slack(f"http://127.0.0.1:{runner.addresses[0][1]}/", answered, told)
    finally:
        await runner.cleanup()


async def _called(request: web.Request, told: Counter[str]) -> dict[str, Any]:
    """What a call of the Web API is answered with, beside that it went well."""
    team = request.headers.get("Authorization", "").rsplit("-", 2)[-2]
    sent = await request.json() if "json" in request.content_type else {**request.query, **await request.post()}
    match request.match_info["method"]:
        case "auth.test":
            who = {"team_id": team, "team": f"Workspace {team}", "user_id": f"UBOT{team}", "bot_id": f"B{team}"}
            return {"url": "http://127.0.0.1/", "user": "protocol", **who}
        case "conversations.open":
            return {"channel": {"id": chat(str(sent["users"]))}}
        case "users.info":
            return {"user": {"id": sent["user"], "deleted": False, "is_bot": False}}
        case "chat.postMessage":
            told[f"{team} {str(sent['channel'])[1:]}"] += 1
    return {"channel": sent.get("channel"), "ts": f"{time.time():.6f}"}
