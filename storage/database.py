"""The database itself: how it is opened, whose a transaction is, and how it is made to forget.

In: a URL; a council. Out: an engine, careful with what people wrote; transactions of one council's.
Never: a table; a query of the store's.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Table, bindparam, event, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NotInTime
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import UnusableStore
from storage.at_once import Ask, at_once, taught, without_nul
from storage.guard import SETTING
from storage.tables import fingerprint

log = logging.getLogger(__name__)

#: Every council at once: for what the whole deployment does, and only there (tests/storage/test_councils_apart.py names
#: the places). No council is called so.
EVERY: Final = "*"

_PATIENCE = 10_000  # milliseconds that a writer waits for another
_IN_QUEUE: Final = 30.0  # seconds that a writer waits for those of its own process, as for a connection
_SHORT = 500  # milliseconds that forgetting waits: it may be done later, and holds up writers meanwhile
_READS: Final = "reads"  # the option of a connection that only reads: no transaction is begun on it
_READERS: Final[WeakKeyDictionary[AsyncEngine, AsyncEngine]] = WeakKeyDictionary()
_QUEUES: Final[WeakKeyDictionary[AsyncEngine, asyncio.Lock]] = WeakKeyDictionary()
_ERASED = 1  # SQLite's user_version while the file may hold something of what was erased

_CAREFUL = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"busy_timeout={_PATIENCE}",
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",  # no copy of a row in a temporary file
)

#: Under which driver each kind of database is spoken to, by what its URL begins with.
_DRIVERS: Final[Mapping[str, str]] = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "sqlite": "sqlite+aiosqlite",
}
_UNREADABLE: Final = (
    "The database URL can't be read. It looks like postgresql://user:password@host:5432/name; signs such as "
    "@, / and : in a password are written %40, %2F and %3A."
)
_UNREACHED: Final = "no connection: the server is not there, or does not let this role in"
#: A server that has vanished is noticed after half a minute, and not when the network gives up. Seconds; milliseconds.
_ALIVE: Final = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
#: Whose a transaction is, and that nobody else does the same, until it ends.
_WHOSE: Final = select(func.set_config(SETTING, bindparam("council"), True))
_ALONE: Final = select(func.pg_advisory_xact_lock(bindparam("number")))
#: When PostgreSQL gives up on a transaction that holds locks and does nothing, or waits for a lock: milliseconds.
_SERVER: Final = "-c idle_in_transaction_session_timeout=60000 -c lock_timeout=30000"


# ---------------------------------------------------------------- opening


def url(given: str) -> URL:
    """A database URL with the driver that is used here. Raises `UnusableStore`, with nothing of the URL in it.

    An @ or a / in a password that is not escaped would put a part of it where a host or a name stands, which are told.
    """
    try:
        read = make_url(given)
    except (ArgumentError, ValueError):  # the second for what stands where a port should
        raise UnusableStore(_UNREADABLE) from None
    read = read.set(drivername=_DRIVERS.get(read.drivername, read.drivername))
    if read.drivername not in _DRIVERS.values():
        raise UnusableStore("The database URL begins with neither postgresql:// nor sqlite://: no other is spoken to.")
    if read.get_backend_name() == "postgresql" and (given.count("@") > 1 or "@" in f"{read.host}{read.database}"):
        raise UnusableStore(_UNREADABLE)
    return read


def engine(given: str | URL) -> AsyncEngine:
    """An engine for a database URL. SQLite is set to survive a crash and to wait its turn.

    A PostgreSQL that was restarted is connected to again. Raises `UnusableStore`.
    """
    where = url(given) if isinstance(given, str) else given
    more: dict[str, Any] = {}
    if where.get_backend_name() == "postgresql":
        options = {} if "options" in where.query else {"options": _SERVER}
        more = {"pool_pre_ping": True, "connect_args": {"connect_timeout": 10, **_ALIVE, **options}}
    try:
        # What people wrote must not stand in an error.
        made = create_async_engine(where, hide_parameters=True, **more)
    except ModuleNotFoundError:
        raise UnusableStore(
            "To keep things in PostgreSQL its driver is needed: pip install 'council-protocol-bot[postgres]'."
        ) from None
    taught(made)
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)  # nor in a log: it would write every value at DEBUG
    if made.dialect.name == "sqlite":
        event.listen(made.sync_engine, "connect", _careful_sqlite)
        event.listen(made.sync_engine, "begin", _one_writer)
    else:
        logging.getLogger("psycopg").setLevel(logging.ERROR)  # of several at once it warns of those after a refused one
        event.listen(made.sync_engine, "handle_error", _without_details)
        event.listen(made.sync_engine, "before_cursor_execute", _without_nul, retval=True)
    return made


def _careful_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below: the driver would put it off
    cursor = connection.cursor()
    for pragma in _CAREFUL:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _one_writer(connection: Any) -> None:
    """Take the write lock at once: a transaction that upgrades later can fail with everything decided."""
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT" and not options.get(_READS):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _without_details(context: ExceptionContext) -> None:
    """PostgreSQL tells in the lines after the first which value it would not take. They stay out of every trace.

    Where there is no connection the driver tells of the URL, whatever stands in it: all of that stays out.
    """
    refused, whole = context.original_exception, str(context.original_exception)
    first = whole.partition("\n")[0] if context.connection is not None else _UNREACHED
    if first == whole:
        return
    refused.args = (first, *refused.args[1:])
    if (told := context.sqlalchemy_exception) is not None:
        told.args = tuple(a.replace(whole, first) if isinstance(a, str) else a for a in told.args)


def _without_nul(
    _connection: object, _cursor: object, statement: str, given: Any, _context: object, _many: bool
) -> tuple[str, Any]:
    """`without_nul`, for whatever is not done several at once."""
    if isinstance(given, list):
        return statement, [without_nul(row) for row in given]
    return statement, without_nul(given) if isinstance(given, Mapping) else given


# ---------------------------------------------------------------- whose a transaction is


@asynccontextmanager
async def within(engine: AsyncEngine, council: str) -> AsyncIterator[AsyncConnection]:
    """A transaction of this council's, kept where nothing is raised: on PostgreSQL it reaches no other's rows."""
    async with writing(engine) as transaction:
        await _is(transaction, council)
        yield transaction


@asynccontextmanager
async def writing(engine: AsyncEngine, patience: float = _IN_QUEUE) -> AsyncIterator[AsyncConnection]:
    """A transaction, kept where nothing is raised. It reaches nothing on PostgreSQL until it is a council's (`is_of`).

    SQLite has one writer. Whoever waits for another process asks again and again, after longer and longer pauses; those
    of this one wait in a queue instead, so many seconds at most. Raises SQLAlchemy's `TimeoutError` after that, as it
    does where no connection is free; so does a writer that begins another within itself.
    """
    async with AsyncExitStack() as turn:
        if engine.dialect.name == "sqlite":
            await turn.enter_async_context(_in_turn(engine, patience))
        yield await turn.enter_async_context(engine.begin())


@asynccontextmanager
async def _in_turn(engine: AsyncEngine, patience: float) -> AsyncIterator[None]:
    queue = _QUEUES.setdefault(engine, asyncio.Lock())
    try:
        async with asyncio.timeout(patience):
            await queue.acquire()
    except TimeoutError:
        raise NotInTime("the writers before this one took too long") from None
    try:
        yield
    finally:
        queue.release()


@asynccontextmanager
async def reading(engine: AsyncEngine, council: str) -> AsyncIterator[AsyncConnection]:
    """A council's, to read only: it keeps nobody waiting."""
    async with looking(engine) as connection:
        await _is(connection, council)
        yield connection


@asynccontextmanager
async def looking(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """The same, and nobody's: it finds nothing on PostgreSQL until it is a council's, which is asked with what is read.

    SQLite has nothing to hold it to, and opens no transaction.
    """
    if engine.dialect.name == "sqlite":
        async with _reader(engine).connect() as connection:
            yield connection
        return
    async with engine.connect() as connection:
        await connection.execution_options(postgresql_readonly=True)
        yield connection


@asynccontextmanager
async def snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Every council's rows as they stand at one moment, to read only. It keeps nobody waiting."""
    if engine.dialect.name == "sqlite":
        async with _reader(engine).connect() as connection:
            await connection.exec_driver_sql("BEGIN")  # the first row that is read fixes the moment
            yield connection
        return
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        await _is(connection, EVERY)
        yield connection


def _reader(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for reading on SQLite. Made once: making one costs more than a row."""
    if engine not in _READERS:
        _READERS[engine] = engine.execution_options(**{_READS: True})
    return _READERS[engine]


@asynccontextmanager
async def looking_over_all(connection: AsyncConnection) -> AsyncIterator[None]:
    """Every council at once, for some questions within a transaction of one council's."""
    if connection.dialect.name != "postgresql":
        yield
        return
    council = (await connection.execute(text(f"SELECT current_setting('{SETTING}', true)"))).scalar()
    await _is(connection, EVERY)
    yield  # where something is raised the transaction is over, and with it the setting
    await _is(connection, str(council or ""))


async def _is(connection: AsyncConnection, council: str) -> None:
    await at_once(connection, is_of(connection, council))


def is_of(connection: AsyncConnection, council: str) -> tuple[Ask, ...]:
    """What makes a transaction a council's, to be asked before all else. SQLite has nothing to hold it to."""
    return (Ask(_WHOSE, {"council": council}),) if connection.dialect.name == "postgresql" else ()


async def alone(transaction: AsyncConnection, *what: str) -> None:
    """Wait until nobody else does this, until the transaction ends. On SQLite there is one writer anyway."""
    await at_once(transaction, is_alone(transaction, *what))


def is_alone(transaction: AsyncConnection, *what: str) -> tuple[Ask, ...]:
    """The same, to be asked with something else."""
    number = int(fingerprint(*what)[:15], 16)
    return (Ask(_ALONE, {"number": number}),) if transaction.dialect.name == "postgresql" else ()


async def add_unless_there(transaction: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows. One whose unique key stands there already, or is put there at the same time, changes nothing."""
    insert = postgresql.insert if transaction.dialect.name == "postgresql" else sqlite.insert
    if rows:
        await transaction.execute(insert(table).on_conflict_do_nothing(), list(rows))


def moved_on(refused: DBAPIError) -> bool:
    """Whether PostgreSQL gave up this transaction for the sake of another: done again, it may well succeed."""
    return getattr(refused.orig, "sqlstate", None) in ("40001", "40P01", "55P03")


# ---------------------------------------------------------------- forgetting


def autocommit(engine: AsyncEngine) -> AsyncEngine:
    """The same engine without transactions: every statement is one."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


async def erased(transaction: AsyncConnection) -> None:
    """Remember, with the transaction, that something was erased: `rewrite` has work to do, after a restart too.

    On PostgreSQL nothing is remembered, see `rewrite`.
    """
    if transaction.dialect.name == "sqlite":
        await transaction.exec_driver_sql(f"PRAGMA user_version={_ERASED}")


async def empty_log(engine: AsyncEngine) -> None:
    """Leave nothing of what was erased in SQLite's write-ahead log, unless somebody reads in it just now."""
    await _undisturbed(engine, "PRAGMA wal_checkpoint(TRUNCATE)")


async def rewrite(engine: AsyncEngine) -> None:
    """Make SQLite's file anew if something was erased since it last was.

    secure_delete writes over what is deleted; yet SQLite may have moved a row before, and what it moved from stays.
    It takes a while and keeps writers waiting, so it is done for all that was erased at once.

    PostgreSQL does it by itself, and later: a row that was erased can't be read any more, but its bytes stay in the
    table's file until autovacuum has come by and the space is used again, in the write-ahead log until that is
    recycled, and in replicas, archives and backups for as long as those are kept. All of it that was private is sealed
    with a key that went in the same way: whoever has such a copy and the key file can read it until then.
    """
    if engine.dialect.name == "sqlite":
        async with autocommit(engine).connect() as connection:
            told = (await connection.exec_driver_sql("PRAGMA user_version")).scalar()
        if told == _ERASED:
            await _undisturbed(engine, "VACUUM", "PRAGMA user_version=0")
    await empty_log(engine)


async def _undisturbed(engine: AsyncEngine, *statements: str) -> None:
    """What SQLite does only while nobody else is in the way; else it is for the next time."""
    if engine.dialect.name != "sqlite":
        return
    try:
        async with autocommit(engine).connect() as connection:
            await connection.exec_driver_sql(f"PRAGMA busy_timeout={_SHORT}")
            try:
                for statement in statements:
                    await connection.exec_driver_sql(statement)
            finally:
                await connection.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE}")
    except DBAPIError as refused:
        log.warning("the database is in use; what was erased leaves its file later (%s)", type(refused.orig).__name__)
