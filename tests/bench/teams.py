"""Whether Teams is answered in time when everybody asks at once: `python -m tests.bench.teams`.

In: for how many seconds (60). Out: how long people waited, and what was lost; status 1 where the goal is missed.
Never: speaks to Microsoft; leaves a file or a process; waits for one answer before it asks the next.

The bot is `protocol-bot run` on SQLite, a process of its own; what it takes for Teams, with its keys and its login, is
in this one. Both share two cores, so whoever asks takes a part of them. Signed requests come at a constant rate however
slow the bot is; each is timed from the moment at which it was due. A message is answered by a post, and no more than 50
posts a second are allowed in a tenant (`adapters.teams.pace`): what is asked for beyond that is asked in dialogs.
"""

import asyncio
import itertools
import json
import os
import platform
import re
import resource
import secrets
import socket
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

from adapters.teams import PATH, actions
from adapters.teams.actions import Carried
from bot.conversation import Field, Form
from content import load
from deploy.kept import folder
from deploy.settings import made_up
from tests import peers
from tests.lookup.measure import HERE as QUESTIONS
from tests.lookup.measure import read
from tests.teams.peer.tenant import TENANT, user
from tests.teams.standin.keys import KeyServer
from tests.teams.standin.login import Login

_MESSAGES = 40  # a second, by mention in many group chats, each of which is answered there
_SHEETS = 100  # buttons a second that are pressed in dialogs, each of which is answered with a dialog
_FORMS = 4  # forms a second, each of which has to be kept before it is answered, and has a receipt in its own chat
_GOAL = 1.0  # seconds within which 99 of 100 are answered; Teams gives up after five (invokes) and fifteen (messages)
_LOST = 15.0  # seconds after which nobody waits any more
_GROUPS = 100
_APP = "11111111-2222-4333-8444-555555555555"
_PASSWORD = "the-secret-of-the-bench"  # noqa: S105
_LISTS = ("expectations", "expectations officers", "roles", "contents", "about", "gaps", "compare training", "help")
_COUNCILLORS = [one.id for one in made_up.everywhere().people if "councillor" in one.offices]
_FORM = Form("questions/pass/", "Pass it on", (Field("question", "Your question", "text"),), "Send")

Activity = dict[str, Any]


class Asked(NamedTuple):
    """One request and what became of it: seconds from when it was due to the end of the answer, and what is wrong."""

    kind: str
    seconds: float
    wrong: str = ""


def main() -> int:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    _on_two_cores()
    with tempfile.TemporaryDirectory() as data:
        asked, kept, posts = asyncio.run(_measured(Path(data), seconds))
    return _told(asked, kept, posts, seconds)


def _on_two_cores() -> None:
    """This process, and all that it starts."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


# ---------------------------------------------------------------- asking


async def _measured(data: Path, seconds: int) -> tuple[list[Asked], int, Counter[str]]:
    async with _teams() as teams, KeyServer() as keys, Login(data) as login:
        login.register(_APP, TENANT, _PASSWORD)
        port, bot = _free_port(), ExitStack()
        around = _surroundings(keys, login)
        await asyncio.to_thread(bot.enter_context, peers.bot(data, port, _settings(), around))
        authorization = keys.signer(_APP).authorization(teams.url)
        try:
            asked = await _ask(f"http://127.0.0.1:{port}{PATH}", teams, authorization, seconds)
        finally:
            await asyncio.to_thread(bot.close)
    return asked, _kept(data), teams.posts


def _surroundings(keys: KeyServer, login: Login) -> dict[str, str]:
    return {
        "TEAMS_APP_ID": _APP,
        "TEAMS_APP_PASSWORD": _PASSWORD,
        "TEAMS_TENANT_ID": TENANT,
        "TEAMS_OPENID_URL": keys.openid_url,
        "TEAMS_LOGIN_URL": login.url,
        "TEAMS_ALLOWED_SERVICE_HOSTS": "127.0.0.1",
        "REQUESTS_CA_BUNDLE": str(login.ca),
    }


def _settings() -> str:
    """The made-up council's settings, as its own would be: with accounts in this tenant."""
    example = (files("deploy") / "try.yaml").read_text(encoding="utf-8")
    mine = re.sub(r'"web:([a-z0-9-]+)"', lambda account: f'"teams:{user(account[1])}"', example)
    return f"{mine}\nworkspaces: {{teams: {TENANT}}}\n"


async def _ask(door: str, teams: "Teams", authorization: str, seconds: int) -> list[Asked]:
    """Everything at its moment, and its answer whenever it comes."""
    ways = ((_messages(teams.url), _MESSAGES), (_sheets(teams.url), _SHEETS), (_forms(teams.url), _FORMS))
    due = sorted((one for made, rate in ways for one in _moments(made, rate, seconds)), key=lambda one: one[0])
    headers = {"Authorization": authorization}
    patience = ClientTimeout(total=_LOST)
    async with ClientSession(connector=TCPConnector(limit=0), timeout=patience, headers=headers) as session:
        await _warm(session, door, teams.url)
        begin = time.perf_counter() + 0.5
        waiting = []
        for after, kind, activity in due:
            await asyncio.sleep(max(0.0, begin + after - time.perf_counter()))
            waiting.append(asyncio.create_task(_one(session, door, kind, activity, begin + after)))
        asked = await asyncio.gather(*waiting)
        await _all_posted(teams.posts, sum(one.kind != "sheet" and not one.wrong for one in asked))
    return asked


async def _all_posted(posts: Counter[str], expected: int) -> None:
    """Once every message is answered and every form has its receipt, or they have waited long enough."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_LOST):
            while posts.total() < expected:  # noqa: ASYNC110  # they come in by the same loop
                await asyncio.sleep(0.1)


def _moments(made: Iterator[tuple[str, Activity]], rate: int, seconds: int) -> Iterator[tuple[float, str, Activity]]:
    for number, (kind, activity) in enumerate(itertools.islice(made, rate * seconds)):
        yield number / rate, kind, activity


async def _warm(session: ClientSession, door: str, url: str) -> None:
    """The first of everything reads files and opens connections, once."""
    for kind, activity in (*itertools.islice(_sheets(url), 2 * len(_LISTS)), next(_messages(url)), next(_forms(url))):
        first = await _one(session, door, kind, activity, time.perf_counter())
        assert not first.wrong, first


async def _one(session: ClientSession, door: str, kind: str, activity: Activity, due: float) -> Asked:
    try:
        async with session.post(door, json=activity) as response:
            told, status = await response.read(), response.status
    except (ClientError, TimeoutError) as lost:
        return Asked(kind, time.perf_counter() - due, type(lost).__name__)
    return Asked(kind, time.perf_counter() - due, _wrong(kind, status, told))


def _wrong(kind: str, status: int, told: bytes) -> str:
    """Why this is no answer; empty where it is one. A message's answer is a post (`Teams`)."""
    if status != 200:
        return f"status {status}"
    if kind == "message":
        return ""
    said = told.decode()
    sentences = load.words()
    if next((name for name in ("teams-failed", "teams-moment") if sentences(name) in said), ""):
        return "failed, or put off"
    dialog = (json.loads(said).get("task") or {}).get("type") if said else ""
    return "" if dialog == "continue" or (kind == "form" and not dialog) else "not taken"


def _activity(url: str, seat: str, place: Activity, **more: Any) -> Activity:
    return {
        "id": f"{time.time_ns()}.{secrets.token_hex(4)}",
        "channelId": "msteams",
        "serviceUrl": url,
        "from": {"id": f"29:{seat}", "name": seat, "aadObjectId": user(seat)},
        "recipient": {"id": f"28:{_APP}", "name": "Protocol Bot"},
        "conversation": {"tenantId": TENANT, **place},
        "channelData": {"tenant": {"id": TENANT}},
        **more,
    }


def _own(seat: str) -> Activity:
    return {"id": f"a:{user(seat)}", "conversationType": "personal"}


def _messages(url: str) -> Iterator[tuple[str, Activity]]:
    """Lists and questions, one after the other, in one group after the other, by every councillor in turn."""
    questions = itertools.cycle(one["question"] for one in read(QUESTIONS / "blind.jsonl"))
    people, lists = itertools.cycle(_COUNCILLORS), itertools.cycle(_LISTS)
    mention = {"type": "mention", "mentioned": {"id": f"28:{_APP}", "name": "Bot"}, "text": "<at>Bot</at>"}
    for number in itertools.count():
        text = next(lists) if number % 2 else next(questions)
        group = {"id": f"19:group-{number % _GROUPS}@thread.v2", "conversationType": "groupChat", "isGroup": True}
        said = {"type": "message", "text": f"<at>Bot</at> {text}", "entities": [mention]}
        yield "message", _activity(url, next(people), group, **said)


def _sheets(url: str) -> Iterator[tuple[str, Activity]]:
    """Buttons that look something up, pressed in a dialog."""
    for seat, words in zip(itertools.cycle(_COUNCILLORS), itertools.cycle(_LISTS), strict=False):
        carried = Carried(nonce=secrets.token_hex(16), token=f"clauses/run/{words}")
        yield "sheet", _invoked(url, seat, actions.data(carried))


def _forms(url: str) -> Iterator[tuple[str, Activity]]:
    """Questions passed to the clerk: each is kept, and the clerk is promised a notice, before it is answered."""
    for seat in itertools.cycle(_COUNCILLORS):
        carried = Carried(nonce=secrets.token_hex(16), form=_FORM)
        yield (
            "form",
            _invoked(url, seat, {**actions.data(carried), "f.question": "Where is the key to the noticeboard?"}),
        )


def _invoked(url: str, seat: str, carried: Activity) -> Activity:
    value = {"data": carried, "context": {"theme": "default"}}
    return _activity(url, seat, _own(seat), type="invoke", name="task/submit", value=value)


# ---------------------------------------------------------------- the bot, and what it takes for Teams


def _kept(data: Path) -> int:
    """How many questions are in the database, now that the bot has ended."""
    with closing(sqlite3.connect(data / peers.DATA / f"{folder.RUN}.sqlite3")) as database:
        return int(database.execute("SELECT count(*) FROM passed").fetchone()[0])


class Teams(NamedTuple):
    """As much of the connector service as the bot needs here; how much was posted in each conversation."""

    url: str
    posts: Counter[str]


@asynccontextmanager
async def _teams() -> AsyncIterator[Teams]:
    posts: Counter[str] = Counter()
    failed = load.words()("teams-failed")

    async def posted(request: web.Request) -> web.Response:
        told = await request.text()
        if '"attachments"' in told and failed not in told:
            posts[request.match_info["place"]] += 1
        return web.json_response({"id": str(time.time_ns())}, status=201)

    async def opened(request: web.Request) -> web.Response:
        return web.json_response({"id": f"a:{(await request.json())['members'][0]['id']}"}, status=201)

    async def member(_request: web.Request) -> web.Response:
        return web.json_response({"id": "29:somebody", "name": "Somebody", "tenantId": TENANT})

    app = web.Application()
    here = "/uk/v3/conversations"
    app.add_routes(
        [
            web.post(here, opened),
            web.post(f"{here}/{{place}}/activities", posted),
            web.put(f"{here}/{{place}}/activities/{{id}}", posted),
            web.get(f"{here}/{{place}}/members/{{who}}", member),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Teams(f"http://127.0.0.1:{runner.addresses[0][1]}/uk/", posts)
    finally:
        await runner.cleanup()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


# ---------------------------------------------------------------- what came of it


def _told(asked: list[Asked], kept: int, posts: Counter[str], seconds: int) -> int:
    """Prints it, and answers whether the goal is missed."""
    rates = f"{_MESSAGES} messages, {_SHEETS} buttons in dialogs and {_FORMS} forms a second"
    print(f"{rates} for {seconds} s; {_machine()}")
    for kind in ("message", "sheet", "form"):
        _print(kind, [one for one in asked if one.kind == kind])
    late = 1 - sum(not one.wrong and one.seconds < _GOAL for one in asked) / len(asked)
    lost = Counter(f"{one.kind}: {one.wrong}" for one in asked if one.wrong)
    taken = Counter(one.kind for one in asked if not one.wrong)
    missing = max(taken["form"] + 1 - kept, 0)  # one more to warm up, and so below
    groups = sum(number for place, number in posts.items() if place.startswith("19:"))
    silent = max(taken["message"] + 1 - groups, 0)
    print(f"  lost {lost.total()} {dict(lost) or ''}; answered without a post {silent}; not kept {missing}")
    print(f"  processor time of the bot, with its start: {_spent():.1f} s")
    print(f"  later than {_GOAL:.0f} s: {late:.2%}; goal: none lost, at most 1 % later")
    return int(bool(lost) or missing > 0 or silent > 0 or late > 0.01)


def _print(kind: str, asked: list[Asked]) -> None:
    taken = sorted(one.seconds * 1000 for one in asked)
    p50, p95, p99 = (taken[min(len(taken) - 1, int(len(taken) * share))] for share in (0.5, 0.95, 0.99))
    print(f"  {len(taken):6} {kind + 's':9} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   p99 {p99:6.1f} ms   ", end="")
    print(f"max {taken[-1]:6.1f} ms")


def _spent() -> float:
    """Seconds that the processes which have ended had a core."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores ({platform.machine()}), Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"


if __name__ == "__main__":
    sys.exit(main())
