"""The try-out: the browser chat with made-up people, on this computer alone.

In: a port, a folder. Out: a page to open, until somebody stops it. Never: listens to another computer; a real person.
"""

import asyncio
import errno
import logging
import signal
import socket
import sqlite3
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from adapters.web.app import Web, application
from adapters.web.workspace import PLATFORM, Seat
from bot import watching
from bot.bot import Bot
from bot.clock import Ticker
from bot.conversation import Due, Place
from bot.errors import ProtocolBotError
from bot.outbox import Outbox
from bot.routing import gaps
from bot.settings import Office
from bot.workdays import LONDON
from content import load
from deploy import folder, made_up
from deploy.handbooks import CLOCK, Handbooks, kept_up
from storage.seal import Keys, UnusableKeys, read_keys
from storage.store import SqlStore
from storage.web_posts import SqlPosts

log = logging.getLogger(__name__)

FILE: Final = folder.FILE
_HERE: Final = "127.0.0.1"
_TICK = 5  # seconds between looks at what waits to be delivered, and at what falls due
_TIDY = 3600  # seconds between lettings go of what is not needed any more

_AHEAD = 8  # ticks that may wait for their turn

_Work: TypeAlias = Callable[[], Awaitable[object]]
_Round: TypeAlias = asyncio.Queue[_Work | None]  # None: no more

#: What people are on the council, in words, by their first office.
_ROLES: Final[Mapping[Office, str]] = {
    "officer": "other officer",
    "panel": "member of the panel",
    "guest": "member of the public",
}
#: Everybody is made up. The same people sit on every council.
PEOPLE: Final = tuple(
    Seat(someone.id, someone.name, _ROLES.get(someone.offices[0], someone.offices[0]))
    for someone in made_up.everywhere().people
)


async def try_out(port: int, data: Path, *, open_browser: bool = True) -> None:
    """Serve the browser chat until SIGINT or SIGTERM. Raises `ProtocolBotError` where the folder can't be used."""
    stop = _told_to_stop()
    file = folder.made(data)
    with closing(_mark(file)):
        await _serve(file, port, stop, open_browser=open_browser)


async def _serve(file: Path, port: int, stop: asyncio.Event, *, open_browser: bool) -> None:
    async with _chat(file) as app, _served(app, _listening(port)) as address:
        print(f"Open {address}", flush=True)
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        await stop.wait()


@asynccontextmanager
async def _served(app: web.Application, door: socket.socket) -> AsyncIterator[str]:
    """The server, for as long as this lasts; no access log, so that no address with somebody's words is written."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3, handle_signals=False)
    await runner.setup()
    try:
        await web.SockSite(runner, door).start()
        yield f"http://{_HERE}:{door.getsockname()[1]}/"
    finally:
        await runner.cleanup()
        door.close()


@asynccontextmanager
async def _chat(file: Path) -> AsyncIterator[web.Application]:
    """The bot, its memory and the chat, wired together; the outbox and the clock run meanwhile."""
    async with AsyncExitStack() as after:
        memory = await after.enter_async_context(folder.opened(file))
        names = {id: load.council(id).name for id in load.councils()}
        chat = Web(SqlPosts(memory), names, {seat.id: seat for seat in PEOPLE}, _now)
        keys = _keys(file.with_name(folder.KEYS))
        store = SqlStore(memory, keys)
        outbox = Outbox(store, {PLATFORM: chat}, _now)
        books = kept_up((made_up.settings_of(council) for council in names), _now, store.changes)
        bot = Bot(store, books, outbox.nudge)
        for wrong in await _wrong(store, books, names, fit=keys is not None):
            print(wrong, file=sys.stderr, flush=True)
        after.push_async_callback(_end, asyncio.create_task(outbox.run()))
        due: _Round = asyncio.Queue(maxsize=_AHEAD)
        after.push_async_callback(_finish, due, asyncio.create_task(_go_round(due)))
        ticker = Ticker(store, bot.hear, _now)
        rounds: dict[_Work, int] = {
            ticker.tick: _TICK,
            partial(_watch, bot, tuple(names)): _TIDY,
            partial(_tidy, store): _TIDY,
        }
        after.enter_context(_clock(outbox, due, rounds))
        yield application(bot, chat)


def _keys(file: Path) -> Keys | None:
    """The keys of the folder; without them the chat goes on, and takes nothing private."""
    try:
        return read_keys(file)
    except UnusableKeys as why:
        print(why, file=sys.stderr, flush=True)
        return None


async def _wrong(store: SqlStore, books: Handbooks, councils: Iterable[str], *, fit: bool) -> list[str]:
    """What would keep a concern from being taken, or from reaching anybody. Without keys that was said already."""
    why = await store.unfit() if fit else None
    found = [why] if why else []
    for council in councils:
        book = await books(Place(CLOCK, council, CLOCK, private=True))
        found += [f"{council}: {gap}" for gap in (gaps(book) if book else ())]
    return found


def _now() -> datetime:
    return datetime.now(UTC)


# ---------------------------------------------------------------- the outbox and the clock


@contextmanager
def _clock(outbox: Outbox, due: _Round, rounds: Mapping[_Work, int]) -> Iterator[None]:
    """Ticks, so that whatever waits or falls due is looked at. The truth is in the tables: a tick keeps nothing.

    A tick only says that it is time: what is then done has a task of its own, which can be waited for at the end.
    """
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}  # the usual grace of 1 s drops ticks
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
    scheduler.add_job(_tick, "interval", args=[outbox], seconds=_TICK)
    for work, seconds in rounds.items():
        scheduler.add_job(_put, "interval", args=[due, work], seconds=seconds, next_run_time=_now())
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


async def _tick(outbox: Outbox) -> None:
    outbox.nudge()


async def _put(due: _Round, work: _Work) -> None:
    with suppress(asyncio.QueueFull):  # enough is waiting: the next tick comes
        due.put_nowait(work)


async def _go_round(due: _Round) -> None:
    """One piece of work after the other. What fails has its turn again at the next tick."""
    while (work := await due.get()) is not None:
        try:
            await work()
        except Exception as failed:  # only its kind is told: an error may hold somebody's words
            log.error("what was due could not be looked at, and will be tried again: %s", type(failed).__name__)


async def _tidy(store: SqlStore) -> None:
    await store.tidy(_now())


async def _watch(bot: Bot, councils: Iterable[str]) -> None:
    """Once a day for each council; the day stands in the delivery's id, so a second time tells nobody anything."""
    now = _now()
    for council in councils:
        where = Place(CLOCK, council, CLOCK, private=True)
        id, matter = f"watch/{now.astimezone(LONDON):%Y-%m-%d}", f"{watching.MATTER}/{council}"
        await bot.hear(Due(id=id, where=where, at=now, matter=matter, rung="day", due=now))


async def _finish(due: _Round, round: asyncio.Task[None]) -> None:
    """What is in hand is brought to its end; what only waited is promised still."""
    while not due.empty():
        due.get_nowait()
    due.put_nowait(None)
    await round


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


# ---------------------------------------------------------------- this computer


def _mark(file: Path) -> sqlite3.Connection:
    """Says so where another Protocol Bot uses this folder. The mark is a lock: it goes with its process."""
    mark = sqlite3.connect(file.with_suffix(".mark"), timeout=0, isolation_level=None)
    try:
        mark.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        print(
            "Another Protocol Bot is using this folder too. What is said there shows here after a reload; "
            "--data FOLDER gives this one a folder of its own.",
            file=sys.stderr,
            flush=True,
        )
    return mark


def _listening(port: int) -> socket.socket:
    """A door on this computer; another one where this one is taken. Raises `ProtocolBotError` for a forbidden one."""
    try:
        return socket.create_server((_HERE, port))
    except OSError as refused:
        if refused.errno != errno.EADDRINUSE:
            raise ProtocolBotError(
                f"Port {port} can’t be used ({refused.strerror}). Choose another with --port NUMBER."
            ) from None
    other = socket.create_server((_HERE, 0))
    print(f"Port {port} is taken, so this is on {other.getsockname()[1]}.", file=sys.stderr, flush=True)
    return other


def _told_to_stop() -> asyncio.Event:
    """Set by SIGINT and SIGTERM. Where there are no such signals, Ctrl+C cancels everything, which also tidies up."""
    stop = asyncio.Event()
    with suppress(NotImplementedError):
        for one in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(one, stop.set)
    return stop
