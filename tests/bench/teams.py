"""Whether Teams is answered in time when everybody asks at once: `python -m tests.bench.teams`.

In: for how many seconds (60). Out: how long people waited, and what was lost; status 1 where a goal is missed.
Never: speaks to Microsoft; leaves a file or a process; waits for one answer before it asks the next.

The bot is `protocol-bot run` on SQLite, a process of its own; what it takes for Teams, with its keys and its login, is
in this one. Both share two cores, so whoever asks takes a part of them. Signed requests come at a constant rate however
slow the bot is; each is timed from the moment at which it was due. A message is answered by a post, and no more than 50
posts a second are allowed in a tenant (`adapters.teams.pace`): what is asked for beyond that is asked in dialogs.
"""

import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from adapters.teams import PATH
from content import load
from tests import peers, report
from tests.bench import as_teams, asking, due
from tests.bench.as_teams import Activity, Teams
from tests.bench.asking import COUNCILLORS, LISTS
from tests.bench.due import Asked, Way
from tests.bench.ground import on_two_cores, running, spent
from tests.ports import free_port

_MESSAGES: Final = 40  # a second, by mention in many group chats, each of which is answered there
_SHEETS: Final = 100  # buttons a second that are pressed in dialogs, each of which is answered with a dialog
_FORMS: Final = 4  # forms a second, each of which has to be kept before it is answered, with a receipt in its own chat
_LOST: Final = 15.0  # seconds after which nobody waits any more
_GROUPS: Final = 100


class Sent(NamedTuple):
    """One request. `kind`: a message, a button in a dialog (sheet), or a form."""

    kind: str
    activity: Activity


def tables(seconds: int = 60) -> Iterator[report.Table]:
    on_two_cores()
    with tempfile.TemporaryDirectory() as data:
        asked, kept, posts = asyncio.run(_measured(Path(data), seconds))
    yield _told(asked, kept, posts, seconds)


# ---------------------------------------------------------------- asking


async def _measured(data: Path, seconds: int) -> tuple[list[Asked], int, Counter[str]]:
    async with as_teams.teams(data) as teams:
        port = free_port()
        async with running(peers.bot(data, port, as_teams.settings(), teams.surroundings)):
            asked = await _ask(f"http://127.0.0.1:{port}{PATH}", teams, seconds)
    return asked, due.kept(data), teams.posts


async def _ask(door: str, teams: Teams, seconds: int) -> list[Asked]:
    """Everything at its moment, and its answer whenever it comes."""
    url, headers, patience = teams.url, {"Authorization": teams.authorization}, ClientTimeout(total=_LOST)
    async with ClientSession(connector=TCPConnector(limit=0), timeout=patience, headers=headers) as session:

        async def one(sent: Sent, moment: float) -> Asked:
            return await _one(session, door, sent, moment)

        for first in (*itertools.islice(_sheets(url), 2 * len(LISTS)), next(_messages(url)), next(_forms(url))):
            warm = await one(first, time.perf_counter())  # the first of everything reads files and opens connections
            assert not warm.wrong, warm
        ways = [Way(_messages(url), _MESSAGES), Way(_sheets(url), _SHEETS), Way(_forms(url), _FORMS)]
        asked = await due.ask(ways, seconds, one)
        await _all_posted(teams.posts, 2 + sum(one.kind != "sheet" and not one.wrong for one in asked))
    return asked


async def _all_posted(posts: Counter[str], expected: int) -> None:
    """Once every message is answered and every form has its receipt, or they have waited long enough."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_LOST):
            while posts.total() < expected:  # noqa: ASYNC110  # they come in by the same loop
                await asyncio.sleep(0.1)


async def _one(session: ClientSession, door: str, sent: Sent, moment: float) -> Asked:
    try:
        async with session.post(door, json=sent.activity) as response:
            told, status = await response.read(), response.status
    except (ClientError, TimeoutError) as lost:
        return Asked(sent.kind, time.perf_counter() - moment, type(lost).__name__)
    return Asked(sent.kind, time.perf_counter() - moment, _wrong(sent.kind, status, told))


def _wrong(kind: str, status: int, told: bytes) -> str:
    """Why this is no answer; empty where it is one. A message's answer is a post (`Teams`)."""
    if status != 200:
        return f"status {status}"
    if kind == "message":
        return ""
    said = told.decode()
    sentences = load.words()
    if any(sentences(name) in said for name in ("teams-failed", "teams-moment")):
        return "failed, or put off"
    dialog = (json.loads(said).get("task") or {}).get("type") if said else ""
    return "" if dialog == "continue" or (kind == "form" and not dialog) else "not taken"


def _messages(url: str) -> Iterator[Sent]:
    """Lists and questions, one after the other, in one group after the other, by every councillor in turn."""
    questions, lists, people = map(itertools.cycle, (asking.questions(), LISTS, COUNCILLORS))
    for number in itertools.count():
        text = next(lists) if number % 2 else next(questions)
        group = f"19:group-{number % _GROUPS}@thread.v2"
        yield Sent("message", as_teams.mention(url, next(people), text, group))


def _sheets(url: str) -> Iterator[Sent]:
    """Buttons that look something up, pressed in a dialog."""
    for seat, words in zip(itertools.cycle(COUNCILLORS), itertools.cycle(LISTS), strict=False):
        yield Sent("sheet", as_teams.pressed(url, seat, words))


def _forms(url: str) -> Iterator[Sent]:
    """Questions passed to the clerk: each is kept, and the clerk is promised a notice, before it is answered."""
    for seat in itertools.cycle(COUNCILLORS):
        data = as_teams.passed_on("Where is the key to the noticeboard?")
        yield Sent("form", as_teams.submitted(url, seat, data))


# ---------------------------------------------------------------- what came of it


def _told(asked: list[Asked], kept: int, posts: Counter[str], seconds: int) -> report.Table:
    taken = Counter(one.kind for one in asked if not one.wrong)
    unkept = taken["form"] + 1 - kept  # one more to warm up, and so below
    groups = sum(number for place, number in posts.items() if place.startswith("19:"))
    silent = max(taken["message"] + 1 - groups, 0)
    rates = f"{_MESSAGES} messages, {_SHEETS} buttons in dialogs and {_FORMS} forms a second"
    return report.Table(
        f"Teams: {rates} for {seconds} s, on two cores",
        due.COLUMNS,
        due.rows(asked),
        [f"Processor time of the bot, with its start: {spent():.1f} s."],
        due.goals(asked, missing=max(unkept, 0) + silent, more=max(-unkept, 0)),
    )


def main() -> int:
    return report.tell(tables(*map(int, sys.argv[1:2])))


if __name__ == "__main__":
    sys.exit(main())
