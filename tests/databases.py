"""Databases for tests: SQLite's files, or, with `pytest --postgres`, those of a real PostgreSQL that is the tests' own.

In: a folder, which stands for its database. Out: a URL with today's tables in it; every row, whoever's it is.
Never: a server of somebody else's; a database that outlives its test.
"""

import asyncio
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.database import engine
from storage.migrate import migrate
from storage.tables import metadata
from tests.cluster import OWNER, Cluster, programs

#: Who the bot is, and who owns its tables. Neither may do more than a careful administrator would let them.
BOT: Final = "bot"
TABLES: Final = "tables"
_TEMPLATE: Final = "template"


@dataclass
class _Tests:
    """What this run of the tests has made so far."""

    on_postgres: bool = False
    cluster: Cluster | None = None
    files: Path | None = None
    version: str = ""
    databases: dict[tuple[Path, str], str] = field(default_factory=dict)
    cleaned: list[str] = field(default_factory=list)
    looking: dict[str, Any] = field(default_factory=dict)  # connections of whoever has the database itself


_tests = _Tests()


def on_postgres() -> bool:
    """Whether these tests are run on PostgreSQL."""
    return _tests.on_postgres


def use_postgres() -> None:
    """From now on. Raises `FileNotFoundError` where there is no server on this machine."""
    programs()
    _tests.on_postgres = True


# ---------------------------------------------------------------- making


def url(folder: Path, name: str = "bot") -> str:
    """The database of this folder, at today's tables; the same one again for the same folder and name."""
    if not on_postgres():
        file = folder / f"{name}.sqlite3"
        if not file.exists():
            shutil.copyfile(_template_file(), file)
        return f"sqlite+aiosqlite:///{file}"
    return _postgres(folder, name, BOT, _TEMPLATE)


def empty(folder: Path, name: str = "empty") -> str:
    """A database without a table, as whoever is to own them finds it."""
    return (
        _postgres(folder, name, TABLES, "template0")
        if on_postgres()
        else f"sqlite+aiosqlite:///{folder}/{name}.sqlite3"
    )


def as_role(url: str, role: str) -> str:
    """The same database for another role. Everybody may do everything in SQLite's."""
    return make_url(url).set(username=role).render_as_string(hide_password=False) if on_postgres() else url


def _postgres(folder: Path, name: str, role: str, template: str) -> str:
    cluster, database = _cluster(), _tests.databases.get((folder, name))
    if database is None:
        ready = _tests.cleaned if template == _TEMPLATE else []
        database = ready.pop() if ready else _new(template)
        _tests.databases[folder, name] = database
    return cluster.url(database, role)


def _new(template: str) -> str:
    kind = "empty" if template == "template0" else "tables"
    database = f"{kind}_{os.urandom(6).hex()}"
    _run(f'CREATE DATABASE "{database}" OWNER {TABLES} TEMPLATE "{template}" STRATEGY FILE_COPY')
    return database


def copied(of: Path, to: Path, name: str = "bot") -> None:
    """PostgreSQL's database of this folder, as it stands, for another one too. Nobody may be in it meanwhile."""
    _tests.databases[to, name] = _new(_tests.databases[of, name])


def dropped(folder: Path, name: str = "bot") -> None:
    """This folder's database on PostgreSQL, whoever still uses it."""
    _run(f'DROP DATABASE "{_tests.databases.pop((folder, name))}" WITH (FORCE)')


def _template_file() -> Path:
    """The tables are made once for all tests of a run, and copied."""
    if _tests.files is None:
        _tests.files = Path(tempfile.mkdtemp(prefix="databases-"))
        _elsewhere(_made(f"sqlite+aiosqlite:///{_tests.files}/template.sqlite3"))
    return _tests.files / "template.sqlite3"


def _cluster() -> Cluster:
    if _tests.cluster is None:
        _tests.cluster = cluster = Cluster(lasting=False)
        cluster.start()
        for role in (BOT, TABLES):
            _run(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{cluster.password}'")
        _run(f"CREATE DATABASE {_TEMPLATE} OWNER {TABLES}")
        _elsewhere(_made(cluster.url(_TEMPLATE, TABLES)))
        ((_tests.version,),) = _looking_at(_TEMPLATE).execute(_VERSION).fetchall()
        _tests.looking.pop(_TEMPLATE).close()  # nobody may be in it while it is copied
    return _tests.cluster


async def _made(url: str) -> None:
    made = engine(url)
    await migrate(made, role=BOT)
    await made.dispose()


def _elsewhere(work: Coroutine[Any, Any, None]) -> None:
    """Run it to its end in a loop of its own: a test's may be running."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)
        except BaseException as why:  # handed over, not lost
            failed.append(why)

    (thread := threading.Thread(target=run)).start()
    thread.join()
    if failed:
        raise failed[0]


def _run(statements: str, database: str = "postgres") -> None:
    _looking_at(database).execute(statements)


def _looking_at(database: str) -> Any:
    """A connection of somebody whom no policy holds; it is made once."""
    import psycopg  # not needed for SQLite

    if database not in _tests.looking:
        assert _tests.cluster is not None
        where = make_url(_tests.cluster.url(database)).set(drivername="postgresql")
        _tests.looking[database] = psycopg.connect(where.render_as_string(hide_password=False), autocommit=True)
    return _tests.looking[database]


def forget() -> None:
    """At the end of a test: nothing stays of its databases, whoever still uses them. Those with tables serve again."""
    for database in _tests.databases.values():
        if database.startswith("tables") and _cleaned(database):
            _tests.cleaned.append(database)
        else:
            if (connection := _tests.looking.pop(database, None)) is not None:
                connection.close()
            _run(f'DROP DATABASE "{database}" WITH (FORCE)')
    _tests.databases.clear()


def _cleaned(database: str) -> bool:
    """Whether it is as new; False where the test did something to the tables themselves, or left them bloated."""
    import psycopg

    try:
        _run(_CLEAN, database)
    except psycopg.Error:
        return False
    told = _looking_at(database).execute(_AS_NEW).fetchall()
    return bool(told == [(_tests.version, True)])


def _cleaning() -> Iterator[str]:
    others = "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    yield f"SELECT pg_terminate_backend(pid, 5000) FROM {others}"  # noqa: S608
    for table in metadata.sorted_tables:
        yield f'DELETE FROM "{table.name}"'  # noqa: S608
    yield "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"


_CLEAN: Final = ";".join(_cleaning())
_VERSION: Final = "SELECT version_num FROM alembic_version"
_LARGEST: Final = "SELECT max(pg_relation_size(oid)) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
_AS_NEW: Final = f"SELECT version_num, ({_LARGEST}) < 500000 FROM alembic_version"  # noqa: S608


def end() -> None:
    """At the end of the run: nothing stays."""
    for connection in _tests.looking.values():
        connection.close()
    _tests.looking.clear()
    if _tests.cluster is not None:
        _tests.cluster.remove()
        _tests.cluster = None
    if _tests.files is not None:
        shutil.rmtree(_tests.files)
        _tests.files = None


# ---------------------------------------------------------------- looking in


@asynccontextmanager
async def whole(database: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction of somebody who has the database itself, and whom no policy holds."""
    if database.dialect.name == "sqlite":
        async with database.begin() as connection:
            yield connection
        return
    mighty = create_async_engine(database.url.set(username=OWNER), poolclass=NullPool)
    async with mighty.begin() as connection:
        yield connection
    await mighty.dispose()


def only_reads(connection: Any) -> bool:
    """Whether a connection, in a listener's hands, is one on which nothing is written (`storage.database.reading`)."""
    how = connection.get_execution_options()
    return bool(how.get("reads") or how.get("postgresql_readonly"))


def rows(where: str | URL, query: str) -> list[tuple[Any, ...]]:
    """What a query gives to somebody who has the database itself."""
    read = make_url(where)
    if read.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(read.database))) as file:
            return file.execute(query).fetchall()
    found: list[tuple[Any, ...]] = _looking_at(str(read.database)).execute(query).fetchall()
    return found


def every_row(where: str | URL) -> dict[str, list[tuple[Any, ...]]]:
    """All that stands in each table, in the same order as long as nobody writes."""
    asked = {table.name: f'SELECT * FROM "{table.name}"' for table in metadata.sorted_tables}  # noqa: S608
    read = make_url(where)
    if read.get_backend_name() != "sqlite":
        return {name: sorted(rows(read, query), key=repr) for name, query in asked.items()}
    with closing(sqlite3.connect(str(read.database))) as file:  # opening one costs more than all that is read
        return {name: file.execute(query).fetchall() for name, query in asked.items()}


def next_due(where: str | URL, after: datetime) -> datetime | None:
    """When the next thing falls due, or is to be delivered; None where there is none."""
    later = "SELECT due FROM promises UNION ALL SELECT due FROM outbox WHERE due IS NOT NULL"
    found = [due for (due,) in rows(where, later)]
    whole = (datetime.fromisoformat(due).replace(tzinfo=UTC) if isinstance(due, str) else due for due in found)
    return min((due for due in whole if due > after), default=None)


def change_raw(where: str, statement: str) -> None:
    """Change something as somebody who has a PostgreSQL itself."""
    _looking_at(str(make_url(where).database)).execute(statement)


def raw(folder: Path, name: str = "bot") -> bytes:
    """Every byte of SQLite's files: its log, and the index of the log, too. Every cell of PostgreSQL's tables."""
    if not on_postgres():
        return b"".join(file.read_bytes() for file in sorted(folder.glob(f"{name}.sqlite3*")))
    where, cells = url(folder, name), list[bytes]()
    for table in metadata.sorted_tables:
        found = rows(where, f'SELECT * FROM "{table.name}"')  # noqa: S608
        cells += [cell if isinstance(cell, bytes) else str(cell).encode() for row in found for cell in row]
    return b"\n".join(cells)
