"""What two hundred councils in one process take: `python -m tests.bench.hosting [COUNCILS]`.

In: how many councils (200). Out: how long it takes to start, how much memory, how long people wait; status 1 where
something is lost, reaches another council's workspace, or a goal is missed.
Never: speaks to Slack; leaves a file or a process.

The bot is `protocol-bot run` as a county association would run it: one file of settings, a pack and ten people for each
council, one Slack app that every workspace installed. Each council asks, and passes a question to its clerk.
"""

import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web

from adapters.slack.manifest import PATH, SCOPES
from content import load
from deploy.kept import folder
from storage.seal import read_keys
from storage.slack_installs import SqlInstalls
from tests import peers
from tests.bench.slack import _SECRET, _free_port, _signed
from tests.hosting.granted import granted

_CLIENT: Final = "1234567890.1234567890"
_PEOPLE: Final = 10
_STARTED, _ANSWERED, _MEMORY = 60.0, 3.0, 600.0  # goals: seconds to be ready; seconds to answer; MB
_QUESTIONS: Final = ("expectations", "who mediates?", "contents", "can I ring the groundsman directly?", "roles")


class Took(NamedTuple):
    """Seconds and MB."""

    started: float
    asked: list[float]
    passed: list[float]
    idle: float
    after: float


def main() -> int:
    councils = [f"T{number:08}" for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 200)]
    with tempfile.TemporaryDirectory() as where:
        took, told = asyncio.run(_measured(Path(where), councils))
    return _told(took, told, councils)


# ---------------------------------------------------------------- the councils


def _settings(where: Path, teams: list[str]) -> str:
    """One file, and a pack for each council: one of the five, under another name."""
    shipped = [(files("content") / "councils" / f"{id}.yaml").read_text("utf-8") for id in load.councils()]
    for number, team in enumerate(teams):
        text = re.sub(r"(?m)^council: .*$", f"council: {_council(team)}", shipped[number % len(shipped)], count=1)
        (where / f"{_council(team)}.yaml").write_text(text, encoding="utf-8")
    return "councils:\n" + "".join(_own(team) for team in teams)


def _council(team: str) -> str:
    return f"council-{team.lower()}"


def _own(team: str) -> str:
    offices = ["clerk", "chair, councillor", "vice-chair, councillor", "panel, councillor", "panel, councillor"]
    people = "".join(
        f"      - {{id: p{n}, name: Person {n}, offices: [{offices[n] if n < len(offices) else 'councillor'}], "
        f'accounts: ["slack:{_user(team, n)}"]}}\n'
        for n in range(_PEOPLE)
    )
    return (
        f"  - council: {_council(team)}\n    pack: {_council(team)}.yaml\n    workspaces: {{slack: {team}}}\n"
        f"    people:\n{people}"
    )


def _user(team: str, number: int) -> str:
    return f"U{number}{team[1:]}"


async def _installed(where: Path, teams: list[str]) -> None:
    """Every workspace has taken the app."""
    file = folder.made(where / peers.DATA, folder.RUN)
    async with folder.opened(file) as memory:
        installs = SqlInstalls(_CLIENT, memory, read_keys(folder.keys_beside(file)))
        for team in teams:
            await installs.async_save(granted(team, lasts=None, bot_scopes=list(SCOPES)))


# ---------------------------------------------------------------- asking


async def _measured(where: Path, teams: list[str]) -> tuple[Took, Counter[str]]:
    settings = _settings(where, teams)
    await _installed(where, teams)
    async with _slack() as (url, told):
        port, bot = _free_port(), ExitStack()
        environ = {
            "SLACK_CLIENT_ID": _CLIENT,
            "SLACK_CLIENT_SECRET": "0123456789abcdef0123456789abcdef",
            "SLACK_SIGNING_SECRET": _SECRET,
            "PROTOCOL_BOT_URL": "https://protocol.example.org",
            "SLACK_API_URL": f"{url}api/",
        }
        begun = time.perf_counter()
        await asyncio.to_thread(bot.enter_context, peers.bot(where, port, settings, environ))
        started = time.perf_counter() - begun
        idle = _memory()
        try:
            asked, passed = await _each(f"http://127.0.0.1:{port}{PATH}", url, teams)
            await _all_told(told, teams)
            after = _memory()
        finally:
            await asyncio.to_thread(bot.close)
    return Took(started, asked, passed, idle, after), told


async def _each(door: str, slack: str, teams: list[str]) -> tuple[list[float], list[float]]:
    """At every council some questions, then one for its clerk; four councils at a time."""
    hands = asyncio.Semaphore(4)
    asked: list[float] = []
    passed: list[float] = []

    async def one(session: ClientSession, team: str) -> None:
        async with hands:
            for number, question in enumerate(_QUESTIONS):
                asked.append(await _sent(session, door, _command(team, number, question, slack)))
            passed.append(await _sent(session, door, _form(team)))

    async with ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=20)) as session:
        await asyncio.gather(*(one(session, team) for team in teams))
    return asked, passed


async def _sent(session: ClientSession, door: str, body: str) -> float:
    begun = time.perf_counter()
    async with session.post(door, data=body, headers=_signed(body)) as response:
        await response.read()
        assert response.status == 200, response.status
    return time.perf_counter() - begun


async def _all_told(told: Counter[str], teams: list[str]) -> None:
    """Until every clerk has their question, or nobody should wait any longer."""
    for _ in range(600):
        if all(told[f"{team} {_user(team, 0)}"] for team in teams):
            return
        await asyncio.sleep(0.1)


def _command(team: str, number: int, text: str, slack: str) -> str:
    id = f"{time.time_ns()}.{number}"
    who = {"user_id": _user(team, 5), "user_name": "p5", "team_id": team, "team_domain": "council"}
    where = {"channel_id": "C0GENERAL", "channel_name": "general", "response_url": f"{slack}response/{id}"}
    more = {"token": "x", "command": "/protocol", "text": text, "api_app_id": "A1", "trigger_id": id}
    return urlencode({**who, **where, **more, "is_enterprise_install": "false"})


def _form(team: str) -> str:
    user = _user(team, 5)
    carried = {"form": "questions/pass/", "place": f"D{user}", "private": True, "thread": None, "home": False}
    field = {"type": "plain_text_input", "action_id": "v"}
    view: dict[str, Any] = {
        "id": f"V{team}", "hash": f"{time.time_ns()}.h", "type": "modal", "team_id": team, "callback_id": "form",
        "private_metadata": json.dumps(carried),
        "blocks": [{"type": "input", "block_id": "f.question", "element": field}],
        "state": {"values": {"f.question": {"v": {**field, "value": f"Where is the key to {team}?"}}}},
    }  # fmt: skip
    payload = {
        "type": "view_submission", "team": {"id": team, "domain": "council"}, "api_app_id": "A1",
        "user": {"id": user, "name": "p5", "team_id": team}, "trigger_id": f"{time.time_ns()}.t", "view": view,
    }  # fmt: skip
    return urlencode({"payload": json.dumps(payload)})


# ---------------------------------------------------------------- Slack, and what came of it


@asynccontextmanager
async def _slack() -> AsyncIterator[tuple[str, Counter[str]]]:
    """As much of Slack as this needs; what was said, by the workspace of the token and by whom it was for."""
    told: Counter[str] = Counter()

    async def method(request: web.Request) -> web.Response:
        team = request.headers.get("Authorization", "").rsplit("-", 2)[-2]
        sent = await request.json() if "json" in request.content_type else {**request.query, **await request.post()}
        match request.match_info["method"]:
            case "auth.test":
                who = {"team_id": team, "team": f"Workspace {team}", "user_id": f"UBOT{team}", "bot_id": f"B{team}"}
                return web.json_response({"ok": True, "url": "http://127.0.0.1/", "user": "protocol", **who})
            case "conversations.open":
                return web.json_response({"ok": True, "channel": {"id": f"D{sent['users']}"}})
            case "users.info":
                return web.json_response({"ok": True, "user": {"id": sent["user"], "deleted": False, "is_bot": False}})
            case "chat.postMessage":
                told[f"{team} {str(sent['channel'])[1:]}"] += 1
        return web.json_response({"ok": True, "channel": sent.get("channel"), "ts": f"{time.time():.6f}"})

    async def later(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.add_routes([web.post("/api/{method}", method), web.post("/response/{number}", later)])
    app.add_routes([web.get("/api/{method}", method)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/", told
    finally:
        await runner.cleanup()


def _memory() -> float:
    """MB that the bot takes: of the processes that this one began, all that runs `protocol-bot run`."""
    mine = [
        process for process in Path("/proc").glob("[0-9]*")
        if f"\nPPid:\t{os.getpid()}\n" in (process / "status").read_text("utf-8")
    ]  # fmt: skip
    sizes = [re.search(r"VmRSS:\s+(\d+) kB", (one / "status").read_text("utf-8")) for one in mine]
    return sum(int(size[1]) for size in sizes if size) / 1024


def _told(took: Took, told: Counter[str], teams: list[str]) -> int:
    """Prints it, and answers whether a goal is missed."""
    clerks = {f"{team} {_user(team, 0)}" for team in teams}
    missing = clerks - set(told)
    astray = [one for one in told if not one.endswith(one.partition(" ")[0][1:])]
    print(f"{len(teams)} councils of {_PEOPLE} people, each with a pack and a workspace of its own, in one process")
    print(f"  ready after {took.started:.1f} s; {took.idle:.0f} MB; after everybody asked {took.after:.0f} MB")
    for name, taken in (("question", took.asked), ("question passed on", took.passed)):
        ordered = sorted(taken)
        p99 = ordered[int(len(ordered) * 0.99)]
        middle = ordered[len(ordered) // 2]
        print(f"  {len(taken):5} × {name:18} p50 {middle * 1000:6.1f} ms  p99 {p99 * 1000:6.1f} ms")
    print(f"  clerks not told {len(missing)}; told elsewhere {len(astray)}")
    print(
        f"  goals: ready in {_STARTED:.0f} s, {_MEMORY:.0f} MB, answered in {_ANSWERED:.0f} s, nothing lost or astray"
    )
    slow = max((*took.asked, *took.passed)) > _ANSWERED or took.started > _STARTED or took.after > _MEMORY
    return int(bool(missing or astray) or slow)


if __name__ == "__main__":
    sys.exit(main())
