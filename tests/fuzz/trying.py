"""One door, tried with many examples: how each ended, and the smallest one that ended as none may.

In: a door. Out: a row of the report. Never: an example that goes on for ever; a word of one in a log without a failure.
"""

import asyncio
import logging
import resource
import signal
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import HypothesisWarning
from hypothesis.strategies import SearchStrategy

from tests.fuzz.strange import CANARY

#: Seconds that one example may take, on a busy computer too.
PATIENCE: Final = 30
#: Examples that a door is tried with however busy the computer is.
LEAST: Final = 10
#: What all examples of a door may add to this process's memory, in bytes.
MEMORY: Final = 400 << 20

#: Does something with an example, and says in a word how it ended. Raises whatever may not be.
Try = Callable[[Any], str]


class Door(NamedTuple):
    """`given`: what is tried; `opened`: what stands behind it, in a folder of its own; `paths`: which routes it is."""

    name: str
    given: SearchStrategy[Any]
    opened: Callable[[Path], AbstractContextManager[Try]]
    paths: tuple[str, ...] = ()


class Row(NamedTuple):
    """How often each way it ended; the slowest in seconds; what ended as none may."""

    door: str
    ended: Counter[str]
    slowest: float
    broken: str = ""


class Wrong(AssertionError):
    """An example that ended as none may."""


class Hung(BaseException):
    """It took too long; no `except Exception` holds it."""


def tried(door: Door, examples: int, seconds: float = 3600.0, seeds: Iterator[int] | None = None) -> Row:
    """So many examples, in so many seconds, but for the first few; with `seeds` anew for each while there is time."""
    until, ended, slowest, failed = time.monotonic() + seconds, Counter[str](), 0.0, False
    with tempfile.TemporaryDirectory() as folder, _listening() as lines, door.opened(Path(folder)) as attempt:
        before = _memory()

        def one(example: Any) -> None:
            nonlocal slowest, failed
            enough = time.monotonic() > until and ended.total() >= LEAST
            if enough and not failed:  # what failed is made as small as can be, however long it takes
                return
            lines.clear()
            began = time.monotonic()
            try:
                with _in_time():
                    how = attempt(example)
                _check(lines)
            except BaseException:
                failed = True
                raise
            slowest = max(slowest, time.monotonic() - began)
            ended[how] += 1

        broken = _run(door, one, examples, seeds, until)
        if not broken and _memory() - before > MEMORY:
            broken = f"it took {(_memory() - before) >> 20} MB"
    return Row(door.name, ended, slowest, broken)


def _run(door: Door, one: Callable[[Any], None], examples: int, seeds: Iterator[int] | None, until: float) -> str:
    few = hypothesis_settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=seeds is None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        print_blob=False,
    )
    for number in seeds or (0,):
        test = few(given(door.given)(one))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", HypothesisWarning)  # that an example is too long to be printed well
                (test if seeds is None else seed(number)(test))()
        except (Exception, Hung) as failed:
            return " / ".join(map(_told, failed.exceptions if isinstance(failed, ExceptionGroup) else [failed]))
        if time.monotonic() > until:
            break
    return ""


def _told(failed: BaseException) -> str:
    """What it was, and the smallest example that Hypothesis found."""
    notes = " ".join(getattr(failed, "__notes__", ()))
    return f"{type(failed).__name__}: {failed} {notes}"[:1500]


@contextmanager
def _in_time() -> Iterator[None]:
    def late(*_: object) -> None:
        raise Hung(f"more than {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


# ---------------------------------------------------------------- what is written meanwhile


class _Kept(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines
        self.addFilter(lambda record: not record.name.startswith("aiohttp."))  # the tests' own server; ours is silent

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(logging.Formatter("%(name)s: %(message)s").format(record))


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Every line that any logger of ours or of a library writes at the level that is served with, or ours at any."""
    lines: list[str] = []
    handler, root = _Kept(lines), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", *_OURS)}
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


_OURS: Final = ("adapters", "bot", "content", "deploy", "storage")


def _check(lines: list[str]) -> None:
    for line in lines:
        if CANARY in line:
            raise Wrong(f"a word of it stands in the log: {line[:200]}")
        if "Traceback" in line:
            raise Wrong(f"a traceback in the log: {line[-600:]}")


# ---------------------------------------------------------------- what waits


@contextmanager
def at_once(
    opened: AbstractAsyncContextManager[Callable[[Any], Awaitable[str]]],
) -> Iterator[Try]:
    """Something that runs in an event loop of its own, between two examples not at all."""
    with asyncio.Runner() as runner:
        attempt = runner.run(opened.__aenter__())
        try:
            yield lambda example: runner.run(_soon(attempt, example))
        finally:
            runner.run(opened.__aexit__(None, None, None))


async def _soon(attempt: Callable[[Any], Awaitable[str]], example: Any) -> str:
    async with asyncio.timeout(PATIENCE - 2):
        return await attempt(example)
