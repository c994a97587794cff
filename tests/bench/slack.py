"""Whether Slack's commands are acknowledged in time when everybody asks at once: `python -m tests.bench.slack`.

In: for how many seconds (60). Out: how long people waited, and what was lost; status 1 where the goal is missed.
Never: speaks to Slack; leaves a file or a process; waits for one answer before it asks the next.

The bot is `protocol-bot run` on SQLite, a process of its own; what it takes for Slack is in this one. Both share two
cores, so whoever asks takes a part of them. Signed requests come at a constant rate however slow the bot is; each is
timed from the moment at which it was due.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import os
import platform
import resource
import socket
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

from adapters.slack.manifest import PATH
from content import load
from deploy.kept import folder
from deploy.settings import made_up
from tests import peers
from tests.lookup.measure import HERE as QUESTIONS
from tests.lookup.measure import read
from tests.slack.peer import workspace

_RATE = 200  # commands a second
_FORMS = 10  # forms a second beside them, each of which has to be kept before it is acknowledged
_GOAL = 1.0  # seconds within which 99 of 100 are acknowledged; Slack gives up after three
_LOST = 10.0  # seconds after which nobody waits any more
_SECRET = "00112233445566778899aabbccddeeff"  # noqa: S105
_LISTS = ("", "expectations", "expectations officers", "roles", "contents", "about", "gaps", "compare training", "help")
_COUNCILLORS = [one.id for one in made_up.everywhere().people if "councillor" in one.offices]


class Asked(NamedTuple):
    """One request and what became of it: seconds from when it was due to the end of the answer, and what is wrong.

    `later`: its answer is still to come, by the response_url of this number.
    """

    kind: str
    seconds: float
    wrong: str = ""
    later: str = ""


def main() -> int:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    _on_two_cores()
    with tempfile.TemporaryDirectory() as data:
        asked, kept = asyncio.run(_measured(Path(data), seconds))
    return _told(asked, kept, seconds)


def _on_two_cores() -> None:
    """This process, and all that it starts."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


# ---------------------------------------------------------------- asking


async def _measured(data: Path, seconds: int) -> tuple[list[Asked], int]:
    async with _slack() as slack:
        port, bot = _free_port(), ExitStack()
        tokens = {"SLACK_BOT_TOKEN": "xoxb-bench", "SLACK_SIGNING_SECRET": _SECRET, "SLACK_API_URL": f"{slack.url}api/"}
        await asyncio.to_thread(bot.enter_context, workspace.bot(data, port, tokens))  # it asks who it is meanwhile
        try:
            asked = await _ask(f"http://127.0.0.1:{port}{PATH}", slack, seconds)
        finally:
            await asyncio.to_thread(bot.close)
    return asked, _kept(data)


async def _ask(door: str, slack: "Slack", seconds: int) -> list[Asked]:
    """Everything at its moment, and its answer whenever it comes."""
    ways = ((_commands(slack.url), _RATE), (_forms(), _FORMS))
    due = sorted((one for bodies, rate in ways for one in _moments(bodies, rate, seconds)), key=lambda one: one[0])
    async with ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=_LOST)) as session:
        await _warm(session, door, slack)
        begin = time.perf_counter() + 0.5
        waiting = []
        for after, kind, body in due:
            await asyncio.sleep(max(0.0, begin + after - time.perf_counter()))
            waiting.append(asyncio.create_task(_one(session, door, kind, body, begin + after)))
        asked = await asyncio.gather(*waiting)
    return await _all_answered(asked, slack)


async def _all_answered(asked: list[Asked], slack: "Slack") -> list[Asked]:
    """Once those that were promised a later answer have it, or have waited long enough."""
    promised = {one.later for one in asked if one.later}
    with suppress(TimeoutError):
        async with asyncio.timeout(_LOST):
            while not promised <= slack.answered:  # noqa: ASYNC110  # they come in by the same loop
                await asyncio.sleep(0.1)
    never = promised - slack.answered
    return [one._replace(wrong="never answered") if one.later in never else one for one in asked]


def _moments(bodies: Iterator[tuple[str, str]], rate: int, seconds: int) -> Iterator[tuple[float, str, str]]:
    for number, (kind, body) in enumerate(itertools.islice(bodies, rate * seconds)):
        yield number / rate, kind, body


async def _warm(session: ClientSession, door: str, slack: "Slack") -> None:
    """The first of everything reads files and opens connections, once."""
    for kind, body in (*itertools.islice(_commands(slack.url), 2 * len(_LISTS)), next(_forms("warm"))):
        first = await _one(session, door, kind, body, time.perf_counter())
        assert not first.wrong, first


async def _one(session: ClientSession, door: str, kind: str, body: str, due: float) -> Asked:
    try:
        async with session.post(door, data=body, headers=_signed(body)) as response:
            told, status = await response.read(), response.status
    except (ClientError, TimeoutError) as lost:
        return Asked(kind, time.perf_counter() - due, type(lost).__name__)
    taken = time.perf_counter() - due
    if status == 200 and kind == "command" and not told:
        return Asked(kind, taken, later=parse_qs(body)["response_url"][0].rpartition("/")[2])
    return Asked(kind, taken, _wrong(kind, status, told))


def _wrong(kind: str, status: int, told: bytes) -> str:
    """Why this is no acknowledgement; empty where it is one."""
    if status != 200:
        return f"status {status}"
    if load.words()("slack-failed") in told.decode():
        return "failed"
    answer = json.loads(told) if told else {}
    fits = answer.get("response_action") in ("clear", "update") if kind == "form" else bool(answer.get("blocks"))
    return "" if fits else "not taken"


def _signed(body: str) -> dict[str, str]:
    """docs.slack.dev, verifying requests from Slack."""
    now = str(int(time.time()))
    seal = hmac.new(_SECRET.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": f"v0={seal}",
    }


def _commands(slack: str) -> Iterator[tuple[str, str]]:
    """Lists and questions, one after the other, by every councillor in turn."""
    questions = [one["question"] for one in read(QUESTIONS / "blind.jsonl")]
    people, lists = itertools.cycle(_COUNCILLORS), itertools.cycle(_LISTS)
    for number, question in enumerate(itertools.cycle(questions)):
        yield _command(next(people), next(lists) if number % 2 else question, f"{time.time_ns()}.{number}", slack)


def _command(seat: str, text: str, number: str, slack: str) -> tuple[str, str]:
    return "command", urlencode(
        {
            "token": "x",
            "team_id": workspace.TEAM,
            "team_domain": "town-council",
            "channel_id": "C0GENERAL",
            "channel_name": "general",
            "user_id": workspace.user(seat),
            "user_name": seat,
            "command": "/protocol",
            "text": text,
            "api_app_id": "A01APP",
            "is_enterprise_install": "false",
            "response_url": f"{slack}response/{number}",
            "trigger_id": f"{number}.command",
        }
    )


def _forms(name: str = "V") -> Iterator[tuple[str, str]]:
    """Questions passed to the clerk: each is kept, and the clerk is promised a notice, before it is acknowledged."""
    for number, seat in enumerate(itertools.cycle(_COUNCILLORS)):
        yield "form", urlencode({"payload": json.dumps(_form(seat, f"{name}{number}"))})


def _form(seat: str, id: str) -> dict[str, Any]:
    user = workspace.user(seat)
    carried = {"form": "questions/pass/", "place": _chat(user), "private": True, "thread": None, "home": False}
    field = {"type": "plain_text_input", "action_id": "v"}
    view = {
        "id": id,
        "hash": f"{time.time_ns()}.{id}",
        "type": "modal",
        "team_id": workspace.TEAM,
        "callback_id": "form",
        "private_metadata": json.dumps(carried),
        "blocks": [{"type": "input", "block_id": "f.question", "element": field}],
        "state": {"values": {"f.question": {"v": {**field, "value": "Where is the key to the noticeboard?"}}}},
    }
    return {
        "type": "view_submission",
        "team": {"id": workspace.TEAM, "domain": "town-council"},
        "user": {"id": user, "name": seat, "team_id": workspace.TEAM},
        "api_app_id": "A01APP",
        "trigger_id": f"{time.time_ns()}.{id}.form",
        "view": view,
    }


# ---------------------------------------------------------------- the bot, and what it takes for Slack


def _kept(data: Path) -> int:
    """How many questions are in the database, now that the bot has ended."""
    with closing(sqlite3.connect(data / peers.DATA / f"{folder.RUN}.sqlite3")) as database:
        return int(database.execute("SELECT count(*) FROM passed").fetchone()[0])


class Slack(NamedTuple):
    """As much of Slack as the bot needs here: a Web API, and where answers that come later are sent to."""

    url: str
    answered: set[str]


@asynccontextmanager
async def _slack() -> AsyncIterator[Slack]:
    answered: set[str] = set()

    async def later(request: web.Request) -> web.Response:
        told = await request.json()
        if told.get("blocks"):
            answered.add(request.match_info["number"])
        return web.Response()

    app = web.Application()
    app.add_routes([web.post("/api/{method}", _method), web.post("/response/{number}", later)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Slack(f"http://127.0.0.1:{runner.addresses[0][1]}/", answered)
    finally:
        await runner.cleanup()


async def _method(request: web.Request) -> web.Response:
    method = request.match_info["method"]
    if method == "auth.test":
        who = {"team_id": workspace.TEAM, "team": "Town Council", "user_id": workspace.BOT, "bot_id": "B0BOT"}
        return web.json_response({"ok": True, "url": "http://127.0.0.1/", "user": "protocol", **who})
    sent = dict(await request.post()) if "json" not in request.content_type else await request.json()
    if method == "conversations.open":
        return web.json_response({"ok": True, "channel": {"id": _chat(str(sent["users"]))}})
    return web.json_response({"ok": True, "channel": sent.get("channel"), "ts": f"{time.time():.6f}"})


def _chat(user: str) -> str:
    return f"D{user}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


# ---------------------------------------------------------------- what came of it


def _told(asked: list[Asked], kept: int, seconds: int) -> int:
    """Prints it, and answers whether the goal is missed."""
    print(f"{_RATE} commands and {_FORMS} forms a second for {seconds} s; {_machine()}")
    for kind in ("command", "form"):
        _print(kind, [one for one in asked if one.kind == kind])
    late = 1 - sum(not one.wrong and one.seconds < _GOAL for one in asked) / len(asked)
    lost = Counter(f"{one.kind}: {one.wrong}" for one in asked if one.wrong)
    missing = sum(one.kind == "form" and not one.wrong for one in asked) + 1 - kept  # one more to warm up
    print(f"  answered by their response_url, after the acknowledgement: {sum(bool(one.later) for one in asked)}")
    print(f"  lost {lost.total()} {dict(lost) or ''}; acknowledged and not kept {max(missing, 0)}")
    print(f"  processor time of the bot, with its start: {_spent():.1f} s")
    print(f"  later than {_GOAL:.0f} s: {late:.2%}; goal: none lost, at most 1 % later")
    return int(bool(lost) or missing > 0 or late > 0.01)


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
