"""What goes wrong at Slack when a test wants it to.

In: Slack's names of what is wrong. Out: faults of its methods. Never: by chance.
"""

from dataclasses import dataclass

from tests.amiss import Amiss


@dataclass(frozen=True)
class Fault(Amiss):
    """`error` is a code in an answer of HTTP 200."""

    error: str = ""


LIMITED = Fault(status=429, error="ratelimited", after="30")
DOWN = Fault(status=503, body="<html>upstream connect error</html>")
