"""How many of Slack's commands are answered a second, beside Bolt by itself: `python -m tests.bench.slack_rates`.

In: seconds of each measurement (4). Out: a table; status 1 where a goal is missed. Never: speaks to Slack; leaves a
file or a process; an acknowledgement counted that has no answer in it.

Ours is `protocol-bot run` on SQLite. Both are held to one core, whoever asks to the other; sixteen connections, signed
requests. A question that nobody asked before is one of people's with a word put in the place of another.
"""

import asyncio
import itertools
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from adapters.slack.manifest import PATH
from tests import report
from tests.bench import as_slack, wrk
from tests.bench.bare_bolt import BARE, OK
from tests.bench.beside import COLUMNS, ROUNDS, Beside, bare, middles
from tests.bench.ground import Cores, cores, free_port, held_to
from tests.bench.wrk import Rate, Request
from tests.report import Goal, Table
from tests.slack.peer import workspace

_TITLE: Final = "A lookup over Slack, beside Bolt by itself"
_MOST: Final = 9000  # requests a second that there are enough for; the bot takes none a second time
_SHARE: Final = 0.5
_TAIL: Final = 3.0
_ANSWERED: Final = '"blocks"'


class Doors(NamedTuple):
    """Where ours, Bolt and the bare web server are asked."""

    ours: str
    theirs: str


def tables(seconds: int = 4) -> Iterator[Table]:
    try:
        wrk.found()
    except FileNotFoundError as missing:
        yield Table(_TITLE, COLUMNS, (), [str(missing)])
        return
    here = cores()
    with tempfile.TemporaryDirectory() as folder, held_to(here.ours):
        found, alone = asyncio.run(_measured(Path(folder), here, seconds))
    yield _told(found, alone)


# ---------------------------------------------------------------- asking


async def _measured(folder: Path, here: Cores, seconds: int) -> tuple[list[Beside], list[Rate]]:
    async with as_slack.slack() as slack:
        doors, running = Doors(*(f"http://127.0.0.1:{free_port()}" for _ in "ab")), ExitStack()

        def begin() -> None:
            tokens = as_slack.tokens(slack.url)
            with held_to(here.theirs):
                running.enter_context(workspace.bot(folder, _port(doors.ours), tokens))
                running.enter_context(bare(folder, "bolt", _port(doors.theirs), tokens))

        try:
            await asyncio.to_thread(begin)
            return await asyncio.to_thread(_in_turn, doors, slack.url, here, seconds)
        finally:
            await asyncio.to_thread(running.close)


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


def _in_turn(doors: Doors, slack: str, here: Cores, seconds: int) -> tuple[list[Beside], list[Rate]]:
    found, alone = [], []
    for kind, texts in _kinds().items():
        print(f"Slack: {kind} …", file=sys.stderr)
        ours, theirs = [], []
        wrk.hit(doors.ours, _signed(texts, slack, 1), 1, core=here.ours)  # the first of everything opens connections
        for _ in range(ROUNDS):
            asked = _signed(texts, slack, seconds)
            ours.append(wrk.hit(doors.ours, asked, seconds, core=here.ours, says=_ANSWERED))
            theirs.append(wrk.hit(doors.theirs, asked, seconds, core=here.ours, says=OK))
        found.append(Beside(kind, ours, theirs))
        bare = (one._replace(path=BARE) for one in asked)
        alone.append(wrk.hit(doors.theirs, bare, min(seconds, 2), core=here.ours, says=OK))
    return found, alone


def _signed(texts: Iterator[str], slack: str, seconds: int) -> list[Request]:
    """The next of `texts`, each signed just now: enough for so many seconds."""
    most = _MOST * seconds
    bodies = itertools.islice(as_slack.commands(list(itertools.islice(texts, most)), slack), most)
    return [Request("POST", PATH, as_slack.signed(body), body) for body in bodies]


def _kinds() -> dict[str, Iterator[str]]:
    questions = as_slack.questions()
    return {
        "a list (`expectations`)": itertools.repeat("expectations"),
        "a clause by its number (`3.2`)": itertools.repeat("3.2"),
        "plain questions, asked again and again": itertools.cycle(questions),
        "plain questions that nobody asked before": never_asked(questions),
    }


def never_asked(questions: Sequence[str]) -> Iterator[str]:
    """Without end, and none of them twice; the same ones in every run.

    None is a word by itself: that may be a command (`complaint`), which opens a form and looks nothing up.
    """
    chosen, told = random.Random(1), set(questions)  # noqa: S311  # nothing secret
    words = sorted({word for question in questions for word in question.split()})
    while True:
        asked = chosen.choice(questions).split()
        asked[chosen.randrange(len(asked))] = chosen.choice(words)
        if len(asked) > 1 and (question := " ".join(asked)) not in told:
            told.add(question)
            yield question


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
