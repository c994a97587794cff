"""The bot behind a rig: everything that a platform speaks to, on a real store, at a time of its own.

In: a folder for the data, a council. Out: a bot that is begun, ended and begun again there; time that passes.
Never: a word of the platform's, which each rig has to itself.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Middleware
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bot import Bot
from bot.clock import Ticker
from bot.outbox import Outbox
from bot.settings import Settings
from content import load
from deploy.handbooks import Handbooks, kept_up
from deploy.kept import folder
from storage.seal import read_keys
from storage.store import LEASE, SqlStore
from tests import databases
from tests.contract.rig import Where

#: When every talk begins: a Monday morning with no bank holiday in sight.
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Behind:
    """What all rigs have in common. `chat` is the platform's adapter."""

    platform: ClassVar[str]
    #: How long the bot has in hand what it took; what stands around its routes; what makes it of store and handbooks.
    lease: timedelta = LEASE
    around: Sequence[Middleware] = ()
    makes: Callable[[SqlStore, Handbooks], Bot] = Bot
    chat: Any

    def __init__(self, data: Path, council: str) -> None:
        self._data, self._council = data, council
        self._seat = "councillor"
        self._where: Where = "private"
        self._now = MONDAY
        self._after = AsyncExitStack()

    async def _start(self) -> None:
        self._after = AsyncExitStack()
        file = folder.made(self._data)
        memory = await self._after.enter_async_context(folder.opened(file, make_url(databases.url(self._data))))
        self._where_kept = memory.url
        await self._opened(memory)
        store = SqlStore(memory, read_keys(file.with_name(folder.KEYS)), self.lease)
        self.outbox = Outbox(store, {self.platform: self.chat}, self._clock)
        bot = self.makes(store, self._books(store))
        self.ticker = Ticker(store, bot.hear, self._clock)
        await self._served(bot)

    @abstractmethod
    async def _opened(self, memory: AsyncEngine) -> None:
        """Make the platform's adapter, ready to carry notices."""

    @abstractmethod
    async def _served(self, bot: Bot) -> None:
        """From here on the platform reaches the bot."""

    @abstractmethod
    def _settings(self, council: str) -> Settings:
        """The made-up council, with its people on this platform."""

    async def _door(self, bot: Bot, path: str) -> str:
        """Where the adapter's routes are served."""
        app = web.Application(middlewares=self.around)
        app.add_routes(self.chat.routes(self.ears(bot)))
        server = TestServer(app)
        await server.start_server()
        self._after.push_async_callback(server.close)
        return str(server.make_url(path))

    def _books(self, store: SqlStore) -> Handbooks:
        return kept_up((self._settings(council) for council in load.councils()), self._clock, store)

    def ears(self, bot: Bot) -> Any:
        """Who hears what the platform delivers."""
        return bot

    def _clock(self) -> datetime:
        return self._now

    async def restart(self) -> None:
        await self._after.aclose()
        await self._start()

    async def wait(self, **span: float) -> None:
        until = self._now + timedelta(**span)
        while self._now < until:
            due = databases.next_due(self._where_kept, self._now)
            self._now = until if due is None else min(until, due)
            await self.ticker.tick()
            await self.outbox.deliver()

    async def go(self, where: Where) -> None:
        self._where = where
