"""One council's bot in a Teams of the tests' own.

In: pytest. Out: the stand-in, people in it, the adapter on its route. Never: a real Teams; a card or a dialog that
Teams would not take, without the test failing.
"""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import make_url

from adapters.teams.app import App, Teams
from bot.bot import Bot, opens
from bot.settings import Someone
from deploy.handbooks import kept_up
from storage.database import engine
from storage.teams_places import SqlPlaces
from tests import databases
from tests.core.council import PEOPLE, settings
from tests.scripted import Scripted
from tests.teams import SENTENCES
from tests.teams.standin import Somebody, StandIn, Tenant
from tests.teams.standin.server import APP_ID, PASSWORD

TENANT = "0b0a0a0a-0000-4000-8000-000000000001"
CHANNEL = "19:council@thread.tacv2"
#: Seconds that a test waits for an answer: other tests may want the same cores.
PATIENT = 60.0
Serve = Callable[..., Awaitable[Teams]]


def account(id: str) -> str:
    """Somebody's object id in the directory."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{id}.council.example"))


@pytest.fixture
async def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
async def teams(tmp_path: Path) -> AsyncIterator[StandIn]:
    """With everybody of the small council in one tenant, and a channel that they and the bot are in."""
    async with StandIn(tmp_path) as made:
        populated(made.tenant(TENANT))
        yield made
    assert not made.complaints, made.complaints


def populated(tenant: Tenant) -> Tenant:
    for id, (name, _) in PEOPLE.items():
        tenant.add_person(account(id), name)
    tenant.add_channel(CHANNEL, "council")
    return tenant


@pytest.fixture
def tenant(teams: StandIn) -> Tenant:
    return teams.tenants[TENANT]


@pytest.fixture
def ann(teams: StandIn, tenant: Tenant) -> Somebody:
    return somebody(teams, "ann")


def somebody(teams: StandIn, id: str, tenant: str = TENANT) -> Somebody:
    """Whose Teams waits longer than Microsoft's: that the bot answers in time is held by `test_in_time`."""
    here = teams.tenants[tenant]
    return Somebody(teams, here, here.people[account(id)], waits=PATIENT)


@pytest.fixture
async def serve(teams: StandIn, tmp_path: Path) -> AsyncIterator[Serve]:
    """Starts the adapter with a bot behind it, on a route of its own."""
    async with AsyncExitStack() as after:

        async def served(bot: Any, **options: Any) -> Teams:
            memory = engine(make_url(databases.url(tmp_path)))
            after.push_async_callback(memory.dispose)
            councils = dict.fromkeys(teams.tenants, "barrow")
            chat = Teams(
                options.pop("app", App(id=APP_ID, tenant=TENANT, password=PASSWORD)),
                frozenset(councils),
                lambda _tenant: SENTENCES,
                SqlPlaces(memory, councils),
                opens,
                lambda: datetime.now(UTC),
                **wired(teams) | {"paced": False} | options,
            )
            after.push_async_callback(chat.close)
            await chat.open()
            await after.enter_async_context(listened(teams, chat, bot))
            return chat

        yield served


def wired(teams: StandIn) -> dict[str, Any]:
    """Where Microsoft is for these tests."""
    return {
        "openid_url": teams.keys.openid_url,
        "login_url": teams.login.url,
        "hosts": (teams.host,),
        "service_url": teams.service_url,
    }


class listened:  # noqa: N801  # read as a verb
    """The adapter's route, for as long as this is entered; every tenant delivers there."""

    def __init__(self, teams: StandIn, chat: Teams, bot: Any) -> None:
        app = web.Application()
        app.add_routes(chat.routes(bot))
        self._teams, self._server = teams, TestServer(app)

    async def __aenter__(self) -> None:
        await self._server.start_server()
        for tenant in self._teams.tenants.values():
            tenant.url = str(self._server.make_url("/api/messages"))

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()


@pytest.fixture
async def chat(serve: Serve, scripted: Scripted) -> Teams:
    """The adapter with the scripted bot."""
    return await serve(scripted)


def council_bot(store: Any, clock: Any) -> Bot:
    """The real one, for the small council on Teams."""
    people = (
        Someone(id=id, name=name, offices=offices, accounts=(f"teams:{account(id)}",))
        for id, (name, offices) in PEOPLE.items()
    )
    here = settings(people=tuple(people), workspaces={"teams": TENANT})
    return Bot(store, kept_up([here], clock, store))
