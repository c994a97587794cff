"""What is remembered while the bot runs, and no longer.

In: something, by a name. Out: the same. Never: without bound; over a restart.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

_REMEMBERED: Final = 10_000

T = TypeVar("T")


class Remembered(Generic[T]):
    """What is known by a name; of more than so many, the ones remembered longest ago are forgotten."""

    def __init__(self, at_most: int = _REMEMBERED) -> None:
        self._at_most = at_most
        self._known: OrderedDict[str, T] = OrderedDict()

    def get(self, name: str) -> T | None:
        """None for what is not known, or not any more."""
        return self._known.get(name)

    def put(self, name: str, known: T) -> None:
        """Remember it."""
        self._known[name] = known
        self._known.move_to_end(name)
        if len(self._known) > self._at_most:
            self._known.popitem(last=False)

    def forget(self, name: str) -> None:
        """As if it had never been."""
        self._known.pop(name, None)


class Lately(Generic[T]):
    """What is known by a name for a while: for `lasts` seconds, and twice as long at most.

    Of more than so many in that time the last `at_most` are known, and twice as many at most. So many quiet workspaces
    take next to no memory, however long the bot runs. `seconds` is a clock that only ever goes on.
    """

    def __init__(self, lasts: float, at_most: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._lasts, self._at_most, self._seconds = lasts, at_most, seconds
        self._known: dict[str, T] = {}
        self._before: dict[str, T] = {}
        self._begun = seconds()

    def get(self, name: str) -> T | None:
        """None for what is not known, or not any more."""
        self._go_on()
        known = self._known.get(name)
        return known if known is not None else self._before.get(name)

    def put(self, name: str, known: T) -> None:
        """Remember it."""
        self._go_on()
        self._known[name] = known

    def _go_on(self) -> None:
        """Those of now become those of before, and those of before are forgotten."""
        now = self._seconds()
        if now - self._begun < self._lasts and len(self._known) < self._at_most:
            return
        self._before = self._known if now - self._begun < 2 * self._lasts else {}
        self._known, self._begun = {}, now
