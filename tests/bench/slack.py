"""Whether Slack's commands are acknowledged in time when everybody asks at once: `python -m tests.bench.slack`.

In: for how many seconds (60). Out: how long people waited, and what was lost; status 1 where a goal is missed.
Never: speaks to Slack; leaves a file or a process; waits for one answer before it asks the next.

The bot is `protocol-bot run` on SQLite, a process of its own; what it takes for Slack is in this one. Both share two
cores, so whoever asks takes a part of them. Signed requests come at a constant rate however slow the bot is; each is
timed from the moment at which it was due.
"""

import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import parse_qs

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from adapters.slack.manifest import PATH
from tests import report
from tests.bench import as_slack, asking, due
from tests.bench.as_slack import Slack
from tests.bench.due import Asked, Way
from tests.bench.ground import on_two_cores, running, spent
from tests.ports import free_port
from tests.slack.peer import workspace

_RATE: Final = 200  # commands a second
_FORMS: Final = 10  # forms a second beside them, each of which has to be kept before it is acknowledged
_LISTS: Final = ("", *asking.LISTS)
_WITHIN: Final = 0.24  # seconds in which 99 of 100 are answered: twice what the engineer's guide promises
_LOST: Final = 10.0  # seconds after which nobody waits any more


class Sent(NamedTuple):
    """One request. `kind`: a command, or a form."""

    kind: str
    body: str


def tables(seconds: int = 60) -> Iterator[report.Table]:
    on_two_cores()
    with tempfile.TemporaryDirectory() as data:
        asked, kept = asyncio.run(_measured(Path(data), seconds))
    yield _told(asked, kept, seconds)


# ---------------------------------------------------------------- asking


async def _measured(data: Path, seconds: int) -> tuple[list[Asked], int]:
    async with as_slack.slack() as slack:
        port = free_port()
        async with running(workspace.bot(data, port, as_slack.tokens(slack.url))):
            asked = await _ask(f"http://127.0.0.1:{port}{PATH}", slack, seconds)
    return asked, due.kept(data)


async def _ask(door: str, slack: Slack, seconds: int) -> list[Asked]:
    """Everything at its moment, and its answer whenever it comes."""
    async with ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=_LOST)) as session:

        async def one(sent: Sent, moment: float) -> Asked:
            return await _one(session, door, sent, moment)

        for first in (*itertools.islice(_commands(slack.url), 2 * len(_LISTS)), next(_forms("warm"))):
            warm = await one(first, time.perf_counter())  # the first of everything reads files and opens connections
            assert not warm.wrong, warm
        asked = await due.ask([Way(_commands(slack.url), _RATE), Way(_forms("V"), _FORMS)], seconds, one)
    return await _all_answered(asked, slack)


async def _all_answered(asked: list[Asked], slack: Slack) -> list[Asked]:
    """Once those that were promised a later answer have it, or have waited long enough."""
    promised = {one.later for one in asked if one.later}
    with suppress(TimeoutError):
        async with asyncio.timeout(_LOST):
            while not promised <= slack.answered:  # noqa: ASYNC110  # they come in by the same loop
                await asyncio.sleep(0.1)
    never = promised - slack.answered
    return [one._replace(wrong="never answered") if one.later in never else one for one in asked]


async def _one(session: ClientSession, door: str, sent: Sent, moment: float) -> Asked:
    try:
        async with session.post(door, data=sent.body, headers=as_slack.signed(sent.body)) as response:
            told, status = await response.read(), response.status
    except (ClientError, TimeoutError) as lost:
        return Asked(sent.kind, time.perf_counter() - moment, type(lost).__name__)
    taken = time.perf_counter() - moment
    if status == 200 and sent.kind == "command" and not told:
        return Asked(sent.kind, taken, later=parse_qs(sent.body)["response_url"][0].rpartition("/")[2])
    return Asked(sent.kind, taken, as_slack.wrong(sent.kind, status, told))


def _commands(slack: str) -> Iterator[Sent]:
    """Lists and questions, one after the other, by every councillor in turn."""
    lists = itertools.cycle(_LISTS)
    texts = [text for question in asking.questions() for text in (question, next(lists))]
    return (Sent("command", body) for body in as_slack.commands(texts, slack))


def _forms(name: str) -> Iterator[Sent]:
    return (Sent("form", body) for body in as_slack.forms(name))


# ---------------------------------------------------------------- what came of it


def _told(asked: list[Asked], kept: int, seconds: int) -> report.Table:
    taken = sum(one.kind == "form" and not one.wrong for one in asked) + 1  # one more to warm up
    later = sum(bool(one.later) for one in asked)
    return report.Table(
        f"Slack: {_RATE} commands and {_FORMS} forms a second for {seconds} s, on two cores",
        due.COLUMNS,
        due.rows(asked),
        [
            f"Answered by their `response_url`, after the acknowledgement: {later}. Processor time of the bot, with "
            f"its start: {spent():.1f} s."
        ],
        due.goals(asked, missing=max(taken - kept, 0), within=_WITHIN, more=max(kept - taken, 0)),
    )


def main() -> int:
    return report.tell(tables(*map(int, sys.argv[1:2])))


if __name__ == "__main__":
    sys.exit(main())
