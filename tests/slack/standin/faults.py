"""What goes wrong at Slack when a test wants it to.

In: a method and a fault. Out: what the next call of that method meets. Never: by chance.
"""

from collections import defaultdict
from dataclasses import dataclass

#: Every method; for a Slack that is down altogether.
ANY = "*"


@dataclass(frozen=True)
class Fault:
    """`takes`: what was asked is done all the same, as when only the answer is lost.

    `error` is a code in an answer of HTTP 200; `after` a Retry-After in seconds; `delay` seconds before the answer;
    `drops`: the connection ends without an answer, `halves` in the middle of it; `location` is where a redirect leads.
    """

    status: int = 200
    error: str = ""
    after: str | None = None
    delay: float = 0.0
    drops: bool = False
    halves: bool = False
    takes: bool = False
    body: str | None = None
    location: str = ""


LIMITED = Fault(status=429, error="ratelimited", after="30")
DOWN = Fault(status=503, body="<html>upstream connect error</html>")


class Faults:
    """What is still to go wrong, by method."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault | None]] = defaultdict(list)

    def put(self, method: str, fault: Fault | None, times: int = 1) -> None:
        """The next so many calls of a method meet this; with None they go well."""
        self._waiting[method].extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        """What this call meets; None where all is well."""
        for name in (method, ANY):
            if self._waiting[name]:
                return self._waiting[name].pop(0)
        return None

    def clear(self) -> None:
        """All is well again."""
        self._waiting.clear()
