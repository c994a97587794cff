"""The loop that tests run in: by its clock a computer that had something else to do for a while was not slow.

In: nothing. Out: a loop like any other. Never: time that passes faster than anybody's; a stall that counts as waiting.

Sleeps, and the time that somebody has to answer, are counted by it. A test whose process was not looked at for seconds
finds what was to come first come first, as on a computer that is its own.
"""

import asyncio
import selectors
import time
from collections.abc import Mapping
from typing import Any, Final

#: Seconds that may pass between two looks at the clock. What is longer is the computer's doing, not the test's.
_STEP: Final = 0.05


class _Steps(selectors.DefaultSelector):
    """Waits a step at a time, so that no wait counts for more than was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._passed, self._looked = 0.0, time.monotonic()

    def time(self) -> float:
        """Seconds that have passed."""
        return self._passed + min(time.monotonic() - self._looked, _STEP)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        left = float("inf") if timeout is None else timeout
        while True:
            self._look(_STEP)
            step = min(max(left, 0.0), _STEP)
            found = super().select(step)
            self._look(step)
            left -= step
            if found or left <= 0:
                return found

    def _look(self, most: float) -> None:
        now = time.monotonic()
        self._passed, self._looked = self._passed + min(now - self._looked, most), now


class Loop(asyncio.SelectorEventLoop):
    """`time` is what passed of its own time."""

    def __init__(self) -> None:
        self._steps = _Steps()
        super().__init__(self._steps)

    def time(self) -> float:
        return self._steps.time()


def factories() -> Mapping[str, Any]:
    """The one that all tests run in."""
    return {"steps": Loop}
