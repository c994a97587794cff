"""How much memory a bot takes after a million turns: `python -m tests.bench.turns [TURNS]`.

In: how many turns (1,000,000). Out: a table of memory by turns; a goal is missed where it grows. Never: a network.

One process, one council of ten people, `Bot.hear` over a real SQLite file. What is asked in plain words is never asked
twice, but for what is: words are put together that anybody uses, and one in a hundred that nobody does.
"""

import asyncio
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import nan
from pathlib import Path
from statistics import linear_regression
from typing import Final, NamedTuple

from bot.contents import Contents
from bot.conversation import Command, Event, Person, Place, Press, Submit
from bot.stems import words
from bot.tokens import Token
from content import load
from tests import report
from tests.bench import asking, councils, memory

#: Of a thousand turns.
_MIX: Final = {
    "questions never asked before": 150,
    "questions asked before": 150,
    "lists": 400,
    "buttons": 280,
    "forms refused": 18,
    "forms kept": 2,
}
_LOOKS: Final = (0.01, 0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_GROWTH: Final = 0.1  # goal: less than so many MiB for a hundred thousand turns, over the second half
_EACH: Final = 100_000


class Look(NamedTuple):
    """After so many turns: MiB, which are no number where the kernel does not tell; seconds of each since the last."""

    turns: int
    rss: float
    each: float


def tables(turns: int = 1_000_000) -> Iterator[report.Table]:
    with tempfile.TemporaryDirectory() as where:
        looks = asyncio.run(_heard(Path(where), turns))
    yield table(looks)


# ---------------------------------------------------------------- what is heard


async def _heard(where: Path, turns: int) -> list[Look]:
    looks: list[Look] = []
    done = 0
    (workspace,) = councils.workspaces(1)
    async with councils.at_work(where, [workspace]) as work:
        heard = events(workspace)
        for until in sorted({max(1, int(turns * share)) for share in _LOOKS}):
            began = time.perf_counter()
            for event in itertools.islice(heard, until - done):
                assert await work.bot.hear(event) is not None, event
            each, done = (time.perf_counter() - began) / (until - done), until
            taken = memory.of_me()
            print(f"{done} turns, {memory.told(taken)}, {each * 1000:.3f} ms each", file=sys.stderr, flush=True)
            looks.append(Look(done, nan if taken is None else taken, each))
    return looks


def events(workspace: str) -> Iterator[Event]:
    """Without end, shuffled, and the same in every run."""
    chance = random.Random(8)  # noqa: S311  # nothing is kept secret by it
    texts = {
        "questions never asked before": _new(chance),
        "questions asked before": itertools.cycle(asking.questions()),
        "lists": itertools.cycle(("", *asking.LISTS)),
    }
    buttons = itertools.cycle(_buttons())
    kinds = [kind for kind, many in _MIX.items() for _ in range(many)]
    for thousand in itertools.count():
        chance.shuffle(kinds)
        for number, kind in enumerate(kinds):
            user = councils.user(workspace, number % councils.PEOPLE)
            who, at, id = Person("slack", workspace, user), datetime.now(UTC), f"{thousand}.{number}"
            where = Place("slack", workspace, f"D{user}", private=number % 2 == 0)
            match kind:
                case "forms refused" | "forms kept":
                    told = {"question": "Where is the key to the noticeboard?" if kind == "forms kept" else ""}
                    yield Submit(id=id, who=who, where=where, at=at, form="questions/pass/", values=told)
                case "buttons":
                    yield Press(id=id, who=who, where=where, at=at, token=next(buttons))
                case _:
                    yield Command(id=id, who=who, where=where, at=at, text=next(texts[kind]))


def _new(chance: random.Random) -> Iterator[str]:
    known = sorted({word for topic in load.topics() for ask in topic.asks for word in words(ask)})
    for number, question in enumerate(itertools.cycle(asking.questions())):
        strange = "".join(chance.choices("aeioulmnrst", k=8)) if number % 100 == 0 else ""
        yield " ".join((question, *chance.sample(known, 2), strange)).strip()


def _buttons() -> Sequence[str]:
    """Every clause of the council's pack, which is the first of those that come with the project, and every list."""
    clauses = Contents(load.council(load.councils()[0])).clauses()
    shown = [str(Token("clauses", "show", stand.id)) for stand in clauses]
    return [*shown, *(str(Token("clauses", "run", name)) for name in asking.LISTS)]


# ---------------------------------------------------------------- what came of it


def table(looks: Sequence[Look]) -> report.Table:
    """A row for each; the growth, which is unknown, and no goal met, where one of them is."""
    last = looks[-1]
    half = [look for look in looks if look.turns >= last.turns / 2]
    slope = linear_regression([look.turns / _EACH for look in half], [look.rss for look in half]).slope
    mix = ", ".join(f"{many / 10:g} % {kind}" for kind, many in _MIX.items())
    return report.Table(
        f"Memory after {last.turns:,} turns",
        ("turns", "RSS", "a turn"),
        [(f"{look.turns:,}", f"{look.rss:.1f} MiB", f"{look.each * 1000:.2f} ms") for look in looks],
        [
            f"The mix: {mix}. A kept form waits for the disk.",
            "Growth is the slope of the line of least squares through the looks of the second half.",
        ],
        [report.Goal(f"grows by less than {_GROWTH:g} MiB for 100,000 turns ({slope:+.2f} MiB)", slope < _GROWTH)],
    )


def main() -> int:
    return report.tell(tables(*map(int, sys.argv[1:2])))


if __name__ == "__main__":
    sys.exit(main())
