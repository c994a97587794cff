"""The mail server misbehaves, at each word of a conversation with it: what is told arrives, or is owned up to.

In: a mail server of the tests' own that speaks SMTP. Out: a table of faults, at which word, and what came of it.
Never: a real mail server; a word of a good conversation that some fault was not tried at.
"""

import asyncio
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from tests import queue, report
from tests.faults import mail_kills
from tests.faults.letters import Here
from tests.faults.outcomes import Outcome, table
from tests.faults.story import CANARY
from tests.mail import server as wire
from tests.report import Table


class Met(NamedTuple):
    """`says`: instead of the usual answer. `words`: at which words; at all where it is empty.

    `twice`: nobody can tell whether it arrived. `never`: it says for good that there is no such person.
    """

    says: str
    words: tuple[str, ...] = ()
    twice: bool = False
    never: bool = False


#: The words of a conversation, in their order; `.` is the end of a message.
_TALK: Final = ("hello", "EHLO", "MAIL", "RCPT", "DATA", ".", "QUIT")
FAULTS: Final[Mapping[str, Met]] = {
    "later (451)": Met("451 4.3.0 later"),
    "closing (421)": Met("421 4.3.2 closing"),
    "no (554)": Met("554 5.7.1 no"),
    "no such person (550 5.1.1)": Met("550 5.1.1 no such person", ("RCPT",), never=True),
    "greylisted (450)": Met("450 4.2.0 greylisted", ("RCPT",)),
    "mailbox full (552 5.2.2)": Met("552 5.2.2 full", ("RCPT", ".")),
    "rubbish": Met("what", twice=True),
    "cut": Met(wire.HANGS_UP, twice=True),
    "cut in the middle of an answer": Met(wire.BREAKS_OFF, twice=True),
    "cut after it was taken": Met(wire.TAKES_IT, (".",), twice=True),
    "slow: 0.2 s": Met(wire.IS_SLOW),
    "silent": Met(wire.SAYS_NOTHING, twice=True),
}


async def _met(here: Here, name: str) -> Outcome:
    words = FAULTS[name].words or _TALK
    one = Outcome(name, f"two things are told, at {', '.join(words)}", times=len(words))
    came = Counter([await _met_at(here, FAULTS[name], word, one) for word in words])
    one.saw(", ".join(f"{_OFTEN[often]} {times}" for often, times in sorted(came.items())))
    return one


#: How often it arrived; more often than twice nobody asks for it.
_OFTEN: Final = ("set aside, and told", "arrived once", "arrived twice, as the same message")


async def _met_at(here: Here, met: Met, word: str, one: Outcome) -> int:
    """The fault is there at the first try; another notice to the same person waits behind it."""
    before = await here.given_up()
    first = await here.keeps("councillor")
    here.post.said.clear()
    here.post.answers = {word: met.says} | ({"HELO": met.says} if word == "EHLO" else {})
    await here.outbox.deliver()
    here.post.answers = {}
    second = await here.keeps("councillor")
    await here.passes()
    came, lost = here.arrived(first), await here.given_up() - before
    if met.never:
        one.must(not came and lost == 1, f"what nobody can take is set aside, at {word}")
        one.must(
            f"given up: {await here.given_up()}" in await here.watches(), f"the administrator is told so, at {word}"
        )
    else:
        one.must(came and not lost, f"it arrives, at {word}")
        one.must(len(set(came)) == 1, f"however often it comes, it is the same message, at {word}")
        one.must(len(came) == 1 or met.twice, f"it arrives once, at {word}")
    one.must(len(here.arrived(second)) == 1, f"what is behind it arrives, at {word}")
    one.must(not await queue.waiting(here.store), f"nothing else is left, at {word}")
    return len(came)


async def every(names: tuple[str, ...]) -> tuple[list[Outcome], list[str]]:
    """All of them in one deployment, and the words that a good conversation has."""
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as after:
            here = Here(Path(folder), await after.enter_async_context(wire.Post().open()))
            after.push_async_callback(here.memory.dispose)
            await here.keeps("councillor")
            await here.outbox.deliver()
            said = ["hello", *(line.split(" ")[0].upper() for line in here.post.said), "."]
            return [await _met(here, name) for name in names], said


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter("%(name)s %(message)s").format(record))


def tables(names: tuple[str, ...] = tuple(FAULTS)) -> Iterator[Table]:
    """One, with a row for each fault."""
    kept, bot = _Kept(), logging.getLogger("bot")
    bot.addHandler(kept)
    bot.propagate = False
    try:
        outcomes, said = asyncio.run(every(names))
    finally:
        bot.removeHandler(kept)
        bot.propagate = True
    made = table("The mail server misbehaves", outcomes)
    logged = "\n".join(kept.lines)
    quiet = report.Goal("no address, no word of a notice in the log", CANARY not in logged and "@example" not in logged)
    yield made._replace(
        goals=(*made.goals, quiet, report.Goal("every word of a good conversation", sorted(said) == sorted(_TALK)))
    )


def main() -> None:
    sys.exit(report.tell(chain(tables(), mail_kills.tables())))


if __name__ == "__main__":
    main()
