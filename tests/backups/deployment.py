"""A deployment as somebody runs it: a folder with a key file, a database, and commands typed at it.

In: a folder; SQLite's file in it, or, with `--postgres`, a database of the tests' own server. Out: what was said.
Never: a platform; a double of anything.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import select

from bot.concern import Promise
from bot.records import Trace, Turn
from deploy.cli import main
from deploy.kept import databases as chosen
from deploy.kept import folder
from storage.seal import new_keys, read_keys
from storage.store import SqlStore
from storage.tables import metadata
from tests import databases
from tests.core.test_what_is_kept import raised
from tests.storage.matters import due, request

NOW = datetime.now(UTC)


class Deployment:
    """One of them. `url` is its database's; None for the file in its folder."""

    def __init__(self, data: Path, url: str | None = None, owner: str | None = None) -> None:
        self.data = data
        self.url = url
        self.owner = owner
        self.file = folder.file_of(data, folder.RUN)
        self.keys = folder.keys_beside(self.file)

    def set_up(self) -> "Deployment":
        with Environment(self):
            folder.made(self.data, folder.RUN)
            if not self.keys.exists():
                new_keys(self.keys)
            self.keep()
        return self

    def at_work(self, work: Callable[[SqlStore], Awaitable[Any]]) -> Any:
        """Something done with its store, as the running bot does it."""

        async def run() -> Any:
            async with folder.opened(self.file) as memory:
                return await work(SqlStore(memory, read_keys(self.keys)))

        with Environment(self):
            return asyncio.run(run())

    def keep(self, *turns: Turn) -> None:
        async def all(store: SqlStore) -> None:
            for turn in turns:
                await store.keep("barrow", due(), turn)

        self.at_work(all)

    def has(self, id: str) -> bool:
        return bool(self.at_work(lambda store: store.concern("barrow", id)))

    def command(self, capsys: Any, *words: object) -> tuple[int, str, str]:
        """A command, with this folder and this database."""
        with Environment(self):
            try:
                status = main([str(word) for word in (*words, "--data", self.data)])
            except SystemExit as ended:
                status = int(ended.code or 0)
        told = capsys.readouterr()
        return status, told.out, told.err

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table."""

        async def all() -> dict[str, list[dict[str, Any]]]:
            found = {}
            async with chosen.as_it_is(chosen.of(self.file)) as memory, databases.whole(memory) as connection:
                for table in metadata.sorted_tables:
                    rows = (await connection.execute(select(table).order_by(*table.primary_key.columns))).all()
                    found[table.name] = [dict(row._mapping) for row in rows]
            return found

        with Environment(self):
            return asyncio.run(all())


class Environment:
    """The variables that a deployment is run with; those of before come back."""

    def __init__(self, its: Deployment) -> None:
        self._set = {"DATABASE_URL": its.url, "DATABASE_OWNER_URL": its.owner}

    def __enter__(self) -> None:
        self._before = {name: os.environ.pop(name, None) for name in self._set}
        os.environ.update({name: value for name, value in self._set.items() if value})

    def __exit__(self, *_: object) -> None:
        for name, value in self._before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def deployment(tmp_path: Path, name: str = "data") -> Deployment:
    """One with today's tables and a key file, on whichever database these tests are run on."""
    url = databases.url(tmp_path, name) if databases.on_postgres() else None
    return Deployment(tmp_path / name, url).set_up()


def elsewhere(tmp_path: Path, like: Deployment, name: str = "new") -> Deployment:
    """Another one with nothing in it but a copy of the key file."""
    url = owner = None
    if databases.on_postgres():
        owner = databases.empty(tmp_path, name)
        url = databases.as_role(owner, databases.BOT)
    other = Deployment(tmp_path / name, url, owner)
    other.data.mkdir()
    other.keys.write_bytes(like.keys.read_bytes())
    other.keys.chmod(0o600)
    return other


def filed(id: str, **other: Any) -> Turn:
    """A concern is raised."""
    one = replace(raised(id), **other)
    return Turn(keep=(one,), traces=(Trace(one.matter, "councillor", "filed"),))


def over(id: str, ago: timedelta = timedelta(days=1), **other: Any) -> Turn:
    """One that ended long ago, of which everybody was warned, and whose time is over."""
    ended = {"state": "closed", "outcome": "informal", "ended": NOW - timedelta(days=800)}
    return filed(id, promised=(Promise("erase", NOW - ago),), **ended, **other)


def asked(id: str, **other: Any) -> Turn:
    """A request about personal data."""
    one = request(id, asker="councillor", lead="clerk", **other)
    return Turn(keep=(one,), traces=(Trace(one.matter, "councillor", "kept"),))


def erased(id: str) -> Turn:
    """A concern is erased by the clock."""
    return Turn(erase=(f"concern/{id}",), traces=(Trace(f"concern/{id}", "clock", "erased"),))


def the_backup(folder: Path) -> Path:
    """The newest one there."""
    return max(folder.glob("*.backup"), key=lambda file: (file.stat().st_mtime_ns, file.name))


def matters(one: Deployment) -> set[str]:
    """What concerns and requests are kept there, by name."""
    return {row["matter"] for row in one.rows()["matters"]}
