"""A Slack and a Teams of the tests' own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.slack.standin import StandIn
from tests.teams.standin import StandIn as Teams


@pytest.fixture
async def slack() -> AsyncIterator[StandIn]:
    async with StandIn() as made:
        yield made
        assert not made.complaints, made.complaints


@pytest.fixture
async def teams(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Teams]:
    folder: Path = tmp_path_factory.mktemp("login")
    async with Teams(folder) as made:
        yield made
        assert not made.complaints, made.complaints
