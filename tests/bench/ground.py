"""What benchmarks stand on: cores, servers, spans of time.

In: nothing. Out: as named. Never: a change to another process; more than two cores for whoever asks and is asked.
"""

import asyncio
import os
import resource
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from typing import NamedTuple


class Cores(NamedTuple):
    """`theirs`: that of whatever is measured. `ours`: that of whoever asks. None where nobody can be held to one."""

    theirs: int | None
    ours: int | None


def cores() -> Cores:
    """Two that this process may use; where it has only one, that is both."""
    if not hasattr(os, "sched_getaffinity"):
        return Cores(None, None)
    mine = sorted(os.sched_getaffinity(0))
    return Cores(mine[0], mine[min(1, len(mine) - 1)])


def on_two_cores() -> None:
    """This process, and all that it starts."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


@contextmanager
def held_to(core: int | None) -> Iterator[None]:
    """This thread, and the processes and threads that it starts meanwhile: those stay on that core for good."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@asynccontextmanager
async def running(*servers: AbstractContextManager[None], core: int | None = None) -> AsyncIterator[None]:
    """Servers, all on that core. This loop goes on while they start and end: they may ask it something meanwhile."""
    begun = ExitStack()

    def begin() -> None:
        with held_to(core):
            for server in servers:
                begun.enter_context(server)

    try:
        await asyncio.to_thread(begin)
        yield
    finally:
        await asyncio.to_thread(begun.close)


def spent() -> float:
    """Seconds that the processes which this one began, and which have ended, had a core."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def of_a_hundred(taken: Sequence[float], number: float) -> float:
    """The span that so many of a hundred are no longer than; `taken` in any order, and not empty."""
    ordered = sorted(taken)
    return ordered[min(len(ordered) - 1, int(len(ordered) * number / 100))]
