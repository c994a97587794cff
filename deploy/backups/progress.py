"""Long work says now and then how far it is: on a terminal, and nowhere else.

In: things that go by. Out: the same things, and a line on stderr every few seconds. Never: what the things hold.
"""

import sys
import time
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

T = TypeVar("T")

_EVERY: Final = 2.0  # seconds


def teller(what: str) -> Callable[[int], None]:
    """Tells how many there were so far, if it is time to; `what` begins the line."""
    last = [time.monotonic()]

    def tell(count: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - last[0] >= _EVERY:
            last[0] = time.monotonic()
            print(f"{what}: {count:,} rows so far …", file=sys.stderr, flush=True)

    return tell


def told(things: Iterator[T], what: str) -> Iterator[T]:
    """The same things, counted as they go by."""
    tell = teller(what)
    for count, thing in enumerate(things):
        yield thing
        tell(count)
