"""A Slack of the tests' own."""

from collections.abc import AsyncIterator

import pytest

from tests.slack.standin import StandIn


@pytest.fixture
async def slack() -> AsyncIterator[StandIn]:
    async with StandIn() as made:
        yield made
        assert not made.complaints, made.complaints
