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


class Scripted:
    """A bot that does as it is told: answers with `answer`, or raises it."""

    def __init__(self) -> None:
        self.heard: list[object] = []
        self.answer: object = None

    async def hear(self, event):
        self.heard.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
async def client(database, scripted):
    names = {"barrow": "Barrow Parish Council", "twywell": "Twywell Parish Council"}
    chat = Web(SqlPosts(database), names, {seat.id: seat for seat in PEOPLE}, lambda: datetime.now(UTC), load.words())
    async with TestClient(TestServer(application(scripted, chat))) as opened:
        yield opened
