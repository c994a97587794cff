"""The browser chat's server with a scripted bot.

In: pytest. Out: a client on loopback. Never: a real conversation.
"""

from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import Web, application
from content import load
from deploy.running.tryout import PEOPLE
from storage.web_posts import SqlPosts
from tests.scripted import Scripted


@pytest.fixture
def scripted() -> Scripted:
    made = Scripted()
    made.answer = None
    return made


@pytest.fixture
async def client(database, scripted):
    names = {"barrow": "Barrow Parish Council", "twywell": "Twywell Parish Council"}
    chat = Web(SqlPosts(database), names, {seat.id: seat for seat in PEOPLE}, lambda: datetime.now(UTC), load.words())
    async with TestClient(TestServer(application(scripted, chat))) as opened:
        yield opened
