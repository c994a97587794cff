"""Whether anything was written since: a mark that stays the same for as long as the database does.

In: an engine. Out: marks. Never: a mark from before it was asked for; what was written, or by whom.

Nearly all that people do is to ask, and what answers are made of has seldom changed since the last one. A small look
tells whether it has to be read again.
"""

import asyncio
import sqlite3
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database import autocommit

Mark: TypeAlias = object

#: postgresql.org, "System Information Functions": which transactions have ended, as any that begins now sees it.
_SNAPSHOT: Final = "SELECT pg_current_snapshot()::text"


class OnSqlite:
    """SQLite's own counter of what other connections committed; by one that never commits anything.

    It costs some millionths of a second and waits for nobody, so it is asked where one stands.
    """

    #: Whether a mark costs less than the smallest thing that could be read instead.
    for_nothing: Final = True

    def __init__(self, engine: AsyncEngine) -> None:
        self._file = Path(engine.url.database or "")
        self._connection: sqlite3.Connection | None = None
        event.listen(engine.sync_engine, "engine_disposed", self._close)

    async def mark(self) -> Mark:
        """Equal to one that was told before only where nothing was committed between the two."""
        try:
            (version,) = self._opened().execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:  # whatever it is, reading tells it
            self._close()
            return object()
        return self._connection, version

    def _opened(self) -> sqlite3.Connection:
        """It may write, though it never does: the last to close the file tidies its log away, and may be this one."""
        if self._connection is None:
            where = f"{self._file.absolute().as_uri()}?mode=rw"
            self._connection = sqlite3.connect(where, uri=True, timeout=0, check_same_thread=False)
        return self._connection

    def _close(self, _engine: object = None) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class OnPostgres:
    """The transactions that PostgreSQL has seen end; a look is shared by all who ask before it begins."""

    for_nothing: Final = False

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = autocommit(engine)
        self._now: asyncio.Task[str] | None = None
        self._next: asyncio.Task[str] | None = None

    async def mark(self) -> Mark:
        """As of some moment after this was asked; one that has begun may be from before."""
        if self._next is None:
            self._next = asyncio.create_task(self._look(self._now))
        return await asyncio.shield(self._next)

    async def _look(self, before: "asyncio.Task[str] | None") -> str:
        if before is not None:
            await asyncio.wait({before})
        self._now, self._next = self._next, None
        async with self._engine.connect() as connection:
            return str((await connection.exec_driver_sql(_SNAPSHOT)).scalar_one())


def unchanged(engine: AsyncEngine) -> OnSqlite | OnPostgres:
    """What tells marks of this database."""
    return OnSqlite(engine) if engine.dialect.name == "sqlite" else OnPostgres(engine)
