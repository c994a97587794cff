"""How long to wait before something is tried once more.

In: nothing. Out: seconds. Never: waits.
"""

from collections.abc import Iterator
from itertools import count
from typing import Final

#: Seconds: the first pause, and the longest.
_FIRST: Final = 0.5
LONGEST: Final = 30.0


def growing() -> Iterator[float]:
    """Seconds to wait before the next try, for ever: each twice the one before, up to the longest."""
    return (min(LONGEST, _FIRST * 2 ** min(tries, 10)) for tries in count())
