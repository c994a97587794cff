"""Waiting for what is sure to come.

In: how it is known. Out: that it came. Never: for longer than a minute.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

_PATIENCE: Final = 60.0  # seconds: other tests may want the same cores


async def until(true: Callable[[], object]) -> None:
    """Comes back once it is so. `TimeoutError` where it does not come."""
    ends = time.monotonic() + _PATIENCE  # by anybody's clock: what never comes is not to be waited for all day
    while not true():  # it happens at the other end of a wire, in a thread, in another process
        if time.monotonic() > ends:
            raise TimeoutError
        await asyncio.sleep(0.002)
