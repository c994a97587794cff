"""What is in hand: work that goes on by itself, and is waited for at the end.

In: work. Out: its task. Never: a task that nobody holds; a failure that nobody hears of; an end without end.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

log = logging.getLogger(__name__)

#: Seconds. The web server and the clockwork have as long.
FINISH: Final = 7.0
_LEAST: Final = 0.1  # however late it is

T = TypeVar("T")


class Hands:
    """One for each platform. From the first sign of the end there are `finish` seconds left."""

    def __init__(self, finish: float = FINISH) -> None:
        self._finish = finish
        self._tasks: set[asyncio.Task[Any]] = set()
        self._until: float | None = None

    @property
    def full(self) -> bool:
        """Whether there is anything in them."""
        return bool(self._tasks)

    def take(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin it now."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def ending(self) -> None:
        """The first sign of the end: the time that is left begins now."""
        self._until = self._until or asyncio.get_running_loop().time() + self._finish

    async def finish(self) -> None:
        """Wait for all of it, as long as there is time; then it is cut short."""
        clock = asyncio.get_running_loop().time
        self.ending()
        until = max(self._until or 0.0, clock() + _LEAST)
        while self._tasks and clock() < until:
            await asyncio.wait(self._tasks, timeout=until - clock())
        late = set(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failed := task.exception()) is not None:  # only its kind: it may hold words
            log.error("something in hand failed: %s", type(failed).__name__)
