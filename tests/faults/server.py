"""A PostgreSQL with the bot's tables in it, that can be made to be away, hang, take no writes or let nobody in.

In: a PostgreSQL server on this machine. Out: a URL for the bot's role. Never: a server of somebody else's.
"""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import psycopg

from storage.database import engine
from storage.migrate import migrate
from tests.cluster import Cluster

_HOT = ("-clisten_addresses=127.0.0.1", "-cunix_socket_directories=", "-chot_standby=on")


class Server:
    """A PostgreSQL with the bot's tables in it, that can be made to be any of these."""

    def __init__(self) -> None:
        self.cluster = Cluster(lasting=False)
        self.cluster.start()
        self.url = self.cluster.url(role="bot")

    async def prepare(self) -> None:
        self.run(f"CREATE ROLE bot LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{self.cluster.password}'")
        owner = engine(self.cluster.url())
        await migrate(owner, role="bot")
        await owner.dispose()

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.cluster.url().replace("+psycopg", ""), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    async def stopped(self) -> None:
        self.cluster.stop("immediate")

    async def started(self) -> None:
        await asyncio.to_thread(self.cluster.start)

    async def hung(self) -> None:
        self._signal(signal.SIGSTOP)

    async def awake(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, how: signal.Signals) -> None:
        assert self.cluster._server is not None
        main = self.cluster._server.pid
        sessions = Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii").split()
        for process in (*map(int, sessions), main):
            os.kill(process, how)

    async def only_read(self) -> None:
        """A hot standby of nobody's, as after a failover that went the wrong way."""
        self.cluster.stop()
        self._standby.touch()
        self.cluster._server = self.cluster._begin(
            "postgres", f"-D{self.cluster._data}", f"-p{self.cluster.port}", *_HOT
        )
        for _ in range(300):
            with suppress(psycopg.OperationalError):
                self.run("SELECT 1")
                return
            await asyncio.sleep(0.1)

    async def written(self) -> None:
        self.cluster.stop("immediate")
        self._standby.unlink()
        await self.started()

    @property
    def _standby(self) -> Path:
        return self.cluster._data / "standby.signal"

    async def full(self) -> None:
        ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'bot'"
        self.run("ALTER ROLE bot CONNECTION LIMIT 0", ours)

    async def free(self) -> None:
        self.run("ALTER ROLE bot CONNECTION LIMIT -1")
