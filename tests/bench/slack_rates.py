"""How many of Slack's commands are answered a second, beside Bolt by itself: `python -m tests.bench.slack_rates`.

In: seconds of each measurement (4). Out: a table; status 1 where a goal is missed. Never: speaks to Slack; leaves a
file or a process; an acknowledgement counted that has no answer in it.

Ours is `protocol-bot run` on SQLite. Both are held to one core, whoever asks to the other; sixteen connections, signed
requests. A question that nobody asked before is one of people's with a word put in the place of another.
"""

import asyncio
import itertools
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from adapters.slack.manifest import PATH
from tests import report
from tests.bench import as_slack, asking, wrk
from tests.bench.bare_bolt import BARE, OK
from tests.bench.beside import COLUMNS, ROUNDS, Beside, absent, bare, middles
from tests.bench.ground import Cores, cores, held_to, running
from tests.bench.wrk import Rate, Request
from tests.ports import free_port
from tests.report import Goal, Table
from tests.slack.peer import workspace

_TITLE: Final = "A lookup over Slack, beside Bolt by itself"
_LEAST: Final = 9000  # requests that are made ready for each second: the bot takes none a second time
_ROOM: Final = 2  # times as many as it answered in its first second, where that is more
_SHARE: Final = 0.5
_TAIL: Final = 3.0
_ANSWERED: Final = '"blocks"'


class Doors(NamedTuple):
    """Where ours, Bolt and the bare web server are asked."""

    ours: str
    theirs: str


def tables(seconds: int = 4) -> Iterator[Table]:
    if (missing := absent(_TITLE, f"at least {_SHARE} of Bolt by itself")) is not None:
        yield missing
        return
    here = cores()
    with tempfile.TemporaryDirectory() as folder, held_to(here.ours):
        found, alone = asyncio.run(_measured(Path(folder), here, seconds))
    yield _told(found, alone)


# ---------------------------------------------------------------- asking


async def _measured(folder: Path, here: Cores, seconds: int) -> tuple[list[Beside], list[Rate]]:
    async with as_slack.slack() as slack:
        ports, tokens = (free_port(), free_port()), as_slack.tokens(slack.url)
        both = workspace.bot(folder, ports[0], tokens), bare(folder, "bolt", ports[1], tokens)
        async with running(*both, core=here.theirs):
            doors = Doors(*(f"http://127.0.0.1:{port}" for port in ports))
            return await asyncio.to_thread(_in_turn, doors, slack.url, here, seconds)


def _in_turn(doors: Doors, slack: str, here: Cores, seconds: int) -> tuple[list[Beside], list[Rate]]:
    found, alone = [], []
    for kind, texts in _kinds().items():
        print(f"Slack: {kind} …", file=sys.stderr)
        ours, theirs = [], []
        # The first of everything opens connections.
        first = wrk.hit(doors.ours, _signed(texts, slack, _LEAST), 1, core=here.ours)
        most = max(_LEAST, round(_ROOM * first.per_second)) * seconds
        for _ in range(ROUNDS):
            asked = _signed(texts, slack, most)
            ours.append(wrk.hit(doors.ours, asked, seconds, core=here.ours, says=_ANSWERED, once=True))
            theirs.append(wrk.hit(doors.theirs, asked, seconds, core=here.ours, says=OK))
        found.append(Beside(kind, ours, theirs))
        bare = (one._replace(path=BARE) for one in asked)
        alone.append(wrk.hit(doors.theirs, bare, min(seconds, 2), core=here.ours, says=OK))
    return found, alone


def _signed(texts: Iterator[str], slack: str, most: int) -> list[Request]:
    """The next of `texts`, each signed just now."""
    bodies = itertools.islice(as_slack.commands(list(itertools.islice(texts, most)), slack), most)
    return [Request("POST", PATH, as_slack.signed(body), body) for body in bodies]


def _kinds() -> dict[str, Iterator[str]]:
    questions = asking.questions()
    return {
        "a list (`expectations`)": itertools.repeat("expectations"),
        "a clause by its number (`3.2`)": itertools.repeat("3.2"),
        "plain questions, asked again and again": itertools.cycle(questions),
        "plain questions that nobody asked before": asking.never_asked(questions),
    }


# ---------------------------------------------------------------- what came of it


def _told(found: Sequence[Beside], alone: Sequence[Rate]) -> Table:
    wrong = sum(one.wrong for one in found)
    many, p50, p99 = middles(alone)
    return Table(
        _TITLE,
        COLUMNS,
        [one.row() for one in found],
        [f"aiohttp by itself: {many} a second, p50 {p50} ms, p99 {p99} ms."],
        [
            *(goal for one in found for goal in _goals(one)),
            Goal(f"every answer is one: {wrong} are not", not wrong),
        ],
    )


def _goals(one: Beside) -> Iterator[Goal]:
    yield Goal(f"{one.kind}: at least {_SHARE} of Bolt by itself: {one.ratio:.2f}", one.ratio >= _SHARE)
    yield Goal(f"{one.kind}: p99 at most {_TAIL:.0f} times Bolt’s: {one.tail:.1f}", one.tail <= _TAIL)


def main() -> int:
    return report.tell(tables(*map(int, sys.argv[1:2])))


if __name__ == "__main__":
    sys.exit(main())
