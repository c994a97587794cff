"""What is remembered while the bot runs, and no longer.

In: something, by a name. Out: the same. Never: without bound; over a restart.
"""

from collections import OrderedDict
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
