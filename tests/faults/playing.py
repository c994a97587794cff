"""Many stories, several at a time, in as many processes as there are cores: what each of them came to.

In: what is to be told, and how. Out: outcomes. Never: a verdict of its own; a story that goes on for ever.
"""

import asyncio
import atexit
import gc
import logging
import multiprocessing
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextvars import ContextVar
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

from tests.faults.story import Outcome

#: Stories that are told at the same time in one process: most of a fault is waiting.
_TOGETHER: Final = 8
#: Seconds for one story, however slow the platform is in it.
_PATIENCE: Final = 240.0
_LOUD: Final = ("sqlalchemy", "aiosqlite", "hypothesis")

T = TypeVar("T")
#: By event loop: alembic, which brings a database to its newest step, does so for one at a time in a process.
_BEGINNING: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]] = WeakKeyDictionary()
#: In which of the stories that are told side by side something is written down; empty where nobody can tell.
_STORY: Final[ContextVar[str]] = ContextVar("story", default="")
#: Tells one story in a folder of its own; `logged` gives all that was written into the log in it.
Tell = Callable[[T, Path, Callable[[], str]], Awaitable[Outcome]]


def beginning() -> asyncio.Lock:
    """To be held while a database is opened."""
    return _BEGINNING.setdefault(asyncio.get_running_loop(), asyncio.Lock())


@cache
def folder() -> Path:
    """One for what all stories of a process share, until the process ends."""
    made = tempfile.TemporaryDirectory()
    atexit.register(made.cleanup)
    return Path(made.name)


class _Kept(logging.Handler):
    """Every line of every logger, with the exception where there is one."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((_STORY.get(), logging.Formatter("%(name)s %(message)s").format(record)))

    def of(self, story: str) -> str:
        """What was written in it, and what may have been."""
        return "\n".join(line for which, line in self.lines if which in (story, ""))


def told(what: Sequence[T], tell: Tell[T], *, processes: int | None = None) -> list[Outcome]:
    """The outcome of each, in their order. `tell` is a function of a module: it is called in other processes."""
    groups = list(_grouped(what, _TOGETHER))
    if len(groups) < 2:
        return [outcome for group in groups for outcome in _group(group, tell)]
    with ProcessPoolExecutor(processes or os.cpu_count() or 1, multiprocessing.get_context("spawn")) as pool:
        done = [pool.submit(_group, group, tell) for group in groups]
        return [outcome for one in done for outcome in one.result()]


def _grouped(what: Sequence[T], size: int) -> Iterator[list[T]]:
    rest = iter(what)
    while group := list(islice(rest, size)):
        yield group


def _group(what: Sequence[T], tell: Tell[T]) -> list[Outcome]:
    kept, root = _Kept(), logging.getLogger()
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    before = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    try:
        return asyncio.run(_together(what, tell, kept))
    finally:
        root.removeHandler(kept)
        root.setLevel(before)


async def _together(what: Sequence[T], tell: Tell[T], kept: _Kept) -> list[Outcome]:
    async def one(number: int, which: T) -> Outcome:
        _STORY.set(story := f"story {number}")  # for whatever this task begins, and no other
        with tempfile.TemporaryDirectory() as folder:
            try:
                async with asyncio.timeout(_PATIENCE):
                    return await tell(which, Path(folder), lambda: kept.of(story))
            except Exception as failed:  # whatever it is, it is a row of the report
                return Outcome(str(which), broken=[f"the story ended with {type(failed).__name__}: {failed}"])

    outcomes = list(await asyncio.gather(*(one(number, which) for number, which in enumerate(what))))
    gc.collect()  # a failure that nobody looked at is said when its task is thrown away
    if any("never retrieved" in line for _, line in kept.lines):
        outcomes[0].broken.append("a task failed and nobody looked")
    return outcomes
