"""Everybody at once: what is asked, pressed and sent, each at its moment, however long the one before takes.

In: people, doors that must stay closed, for how long. Out: how long each waited from when it was due, and what was
wrong. Never: waits for one before it begins the next; the same person twice at a time.
"""

import asyncio
import itertools
import random
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from tests.bench import asking
from tests.bench.loading import stories
from tests.bench.loading.people import One, after

#: Turns a second.
RATE: Final = 50
#: Of a hundred turns, how many look something up, and how many press a button; the others are stories' steps.
_LOOK_UP, _PRESS = 80, 10
#: Of a hundred of the others, how many come from somebody who is not who they say they are.
_FORGED: Final = 15
#: Of a hundred forms, how many arrive a second time.
_TWICE: Final = 25
#: Which share of what is looked up is looked up where.
_WHERE: Final = {"slack": 40, "teams": 40, "browser": 20}
_NUMBERS: Final = ("3.2", "clause 2", "1.1", "paragraph 4", "5.3", "section 6")
#: Seconds after the last moment in which stories may come to their end.
_END: Final = 180.0


class Asked(NamedTuple):
    """One turn: seconds from when it was due until the platform had its answer, and what was wrong."""

    kind: str
    platform: str
    seconds: float
    wrong: str


@dataclass
class Traffic:
    """`councils`: everybody of each; `bystanders` look things up and are told of nothing; `knocks` are in vain.

    `broke`: why turns and stories came to no end, which nobody would miss otherwise.
    """

    councils: Sequence[Mapping[str, One]]
    bystanders: Sequence[One]
    dice: random.Random
    knocks: Sequence[Callable[[], Awaitable[str]]] = ()
    ledger: stories.Ledger = field(default_factory=stories.Ledger)
    asked: list[Asked] = field(default_factory=list)
    broke: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._free: dict[str, asyncio.Queue[One]] = defaultdict(asyncio.Queue)
        for one in self.bystanders:
            self._free[one.platform].put_nowait(one)
        self._idle = deque(self.councils)
        self._waiting: deque[asyncio.Future[float]] = deque()
        self._tasks: set[asyncio.Future[None]] = set()
        # The same button twice within seconds is a finger that slipped, and is answered once.
        self._pressed: dict[One, deque[str]] = defaultdict(lambda: deque(maxlen=20))
        self._texts = self._said()
        self._again = iter(lambda: self.dice.randrange(100) < _TWICE, None)
        self._kinds = itertools.cycle(("question", "concern"))

    # ------------------------------------------------------------ when

    async def warm(self) -> None:
        """The first of everything reads files and opens connections, once."""
        for one in self.bystanders:
            for text in ("help", "expectations", "3.2"):
                wrong = await after(one.ask(text), one, stories.SHOWN)
                assert not wrong, f"{one.platform}: {wrong}"

    async def run(self, seconds: float) -> None:
        """All of it; then stories come to their end."""
        begin = time.perf_counter() + 0.5
        for number in range(int(seconds * RATE)):
            due = begin + number / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self._begin(due)
        await self._ended(time.perf_counter() + _END)

    def _begin(self, due: float) -> None:
        chance = self.dice.randrange(100)
        if chance < _LOOK_UP:
            self._go(self._looks_up(due, self._platform()))
        elif chance < _LOOK_UP + _PRESS:
            self._go(self._presses(due, self._platform()))
        elif self.dice.randrange(100) < _FORGED:
            self._go(self._knocked(due))
        elif not self._hand_on(due):
            self._go(self._looks_up(due, self._platform()))

    def _go(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: "asyncio.Future[None]") -> None:
        self._tasks.discard(task)
        if task.cancelled():
            self.broke["it had not ended at the end"] += 1
        elif (why := task.exception()) is not None:
            self.broke[type(why).__name__] += 1

    async def _ended(self, until: float) -> None:
        while self._tasks and time.perf_counter() < until:
            for _ in range(len(self._waiting)):
                self._hand_on(time.perf_counter())
            await asyncio.wait(set(self._tasks), timeout=0.1)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ------------------------------------------------------------ looking up

    def _platform(self) -> str:
        return self.dice.choices(list(_WHERE), list(_WHERE.values()))[0]

    def _said(self) -> Iterator[tuple[str, str]]:
        """Lists, clauses by their numbers, and plain questions, one after the other."""
        asked = itertools.cycle(asking.questions())
        lists, numbers = itertools.cycle(asking.LISTS), itertools.cycle(_NUMBERS)
        while True:
            yield "list", next(lists)
            yield "clause", next(numbers)
            yield "question", next(asked)

    async def _looks_up(self, due: float, platform: str) -> None:
        kind, text = next(self._texts)
        one = await self._free[platform].get()
        await self._timed(kind, one, due, lambda: after(one.ask(text), one, stories.SHOWN))
        self._free[platform].put_nowait(one)

    async def _presses(self, due: float, platform: str) -> None:
        one = await self._free[platform].get()
        before_them = itertools.islice(one.buttons(), 30)
        looks_up = [token for token in before_them if token.startswith("clauses/") and token not in self._pressed[one]]
        if looks_up:
            self._pressed[one].append(token := self.dice.choice(looks_up))
            await self._timed("button", one, due, lambda: after(one.press(token), one, stories.SHOWN))
        else:
            await self._timed("list", one, due, lambda: after(one.ask("help"), one, stories.SHOWN))
        self._free[platform].put_nowait(one)

    async def _knocked(self, due: float) -> None:
        wrong = await self.dice.choice(self.knocks)()
        self.asked.append(Asked("refused", "all", time.perf_counter() - due, wrong))

    async def _timed(self, kind: str, one: One, due: float, do: Callable[[], Awaitable[str]]) -> str:
        wrong = await do()
        self.asked.append(Asked(kind, one.platform, time.perf_counter() - due, wrong))
        return wrong

    # ------------------------------------------------------------ stories

    def _hand_on(self, due: float) -> bool:
        """To the story that waits longest; False where none does: then a council that has none begins one."""
        while self._waiting:
            if not (first := self._waiting.popleft()).done():
                first.set_result(due)
                return True
        if self._idle:
            self._go(self._told(self._idle.popleft()))
        return False

    async def _told(self, people: Mapping[str, One]) -> None:
        story = stories.Story(people, self._step, self.ledger, self._again)
        await stories.told(getattr(story, next(self._kinds))(), self.ledger)
        self._idle.append(people)

    async def _step(self, kind: str, one: One, do: Callable[[], Awaitable[str]]) -> str:
        """When it is due."""
        moment: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting.append(moment)
        return await self._timed(kind, one, await moment, do)
