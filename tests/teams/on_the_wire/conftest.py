"""One tenant, with a connector service of a few lines at the other end of the wire.

In: pytest. Out: fixtures. Never: a fake of anything on this side of the wire.
"""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.teams.calls import Calls, Spot, session
from adapters.teams.carrying import Tenant
from adapters.teams.refusals import Refused
from storage.teams_places import SqlPlaces
from tests.teams.on_the_wire import CHANNEL, TENANT, Time
from tests.teams.on_the_wire.wire import Wire


class Tokens:
    """Gives one token until it is asked for a fresh one; or refuses, or takes its time."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.number = 1
        self.refuses: Refused | None = None
        self.takes = 0.0

    async def __call__(self, fresh: bool = False) -> str:
        self.asked.append(fresh)
        await asyncio.sleep(self.takes)
        if self.refuses is not None:
            raise self.refuses
        self.number += fresh
        return f"token-{self.number}"


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with Wire() as made:
        yield made


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
async def connections() -> AsyncIterator[aiohttp.ClientSession]:
    async with session() as made:
        yield made


@pytest.fixture
def calls(connections, tokens) -> Calls:
    return Calls(connections, tokens, "28:app", ["127.0.0.1"])


@pytest.fixture
def spot(wire) -> Spot:
    """A thread of the channel."""
    return Spot(wire.url, f"{CHANNEL};messageid=1700", TENANT)


@pytest.fixture
def places(database) -> SqlPlaces:
    return SqlPlaces(database, {TENANT: "barrow"})


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def here(wire, connections, places, clock, time) -> Tenant:
    calls = Calls(connections, None, "28:app", ["127.0.0.1"], paced=False)
    return Tenant(TENANT, calls, places, lambda _: False, clock, service_url=wire.url, seconds=time)
