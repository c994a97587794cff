"""Waiting for what is sure to come.

In: how it is known. Out: that it came. Never: for longer than a minute.
"""

import asyncio
from collections.abc import Callable
from typing import Final

_PATIENCE: Final = 60.0  # seconds: other tests may want the same cores


async def until(true: Callable[[], object]) -> None:
    """Comes back once it is so. `TimeoutError` where it does not come."""
    async with asyncio.timeout(_PATIENCE):
        while not true():  # noqa: ASYNC110  # it happens at the other end of a wire, in a thread, in another process
            await asyncio.sleep(0.002)
