"""Worlds for the tests of concerns.

In: pytest. Out: `world`, which makes one. Never: a world that is left open.
"""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.concerns.world import World, people_of


@pytest.fixture
async def world(tmp_path: Path):
    """Makes a council's world: `await world("barrow", group=None)`."""
    async with AsyncExitStack() as after:

        async def make(council: str = "southwell", **changes: Any) -> World:
            folder = tmp_path / f"world-{council}"
            folder.mkdir()
            made = await World(folder, people_of(council, **changes)).open()
            after.push_async_callback(lambda: made.close())
            return made

        yield make
