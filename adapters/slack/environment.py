"""The environment, while Bolt is made.

In: nothing. Out: no variable that Bolt reads by itself. Never: waits inside, so that nobody else misses one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_READ_BY_BOLT: Final = (
    "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_VERIFICATION_TOKEN"
)  # fmt: skip


@contextmanager
def untold() -> Iterator[None]:
    """Meanwhile there is nothing of Slack's in it; then it is as it was."""
    kept = {name: os.environ.pop(name) for name in _READ_BY_BOLT if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)
