"""The try-out: the browser chat with made-up people, on this computer alone.

In: a port, a folder. Out: a page to open, until somebody stops it. Never: listens to another computer; a real person.
"""

import asyncio
import errno
import signal
import socket
import sqlite3
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from adapters.web.app import Web, application
from adapters.web.workspace import PLATFORM, Seat, person
from bot.bot import Bot
from bot.errors import ProtocolBotError
from bot.handbook import Seat as Holder
from bot.outbox import Outbox
from bot.settings import Office
from content import load
from deploy.handbooks import handbooks
from storage.migrate import migrate
from storage.store import SqlStore, engine
from storage.web_posts import SqlPosts

FILE: Final = "protocol-bot-try.sqlite3"
_HERE: Final = "127.0.0.1"
_TICK = 5  # seconds between looks at what waits to be delivered

#: Everybody is made up. The same people sit on every council.
PEOPLE: Final[Mapping[Seat, frozenset[Office]]] = {
    Seat("councillor", "Jo Hartley", "councillor"): frozenset({"councillor"}),
    Seat("clerk", "Ruth Ellison", "clerk"): frozenset({"clerk"}),
    Seat("officer", "Tom Whitlock", "other officer"): frozenset({"officer"}),
    Seat("chair", "Priya Nair", "chair"): frozenset({"chair", "councillor"}),
    Seat("vice-chair", "Owen Pritchard", "vice-chair"): frozenset({"vice-chair", "councillor"}),
    Seat("panel", "Sheila Dunmore", "member of the panel"): frozenset({"panel", "councillor"}),
    Seat("visitor", "Alex Reed", "member of the public"): frozenset({"guest"}),
}


async def try_out(port: int, data: Path, *, open_browser: bool = True) -> None:
    """Serve the browser chat until SIGINT or SIGTERM. Raises `ProtocolBotError` where the folder can't be used."""
    stop = _told_to_stop()
    file = _file(data)
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
    """The bot, its memory and the chat, wired together; the outbox runs meanwhile."""
    async with AsyncExitStack() as after:
        memory = engine(f"sqlite+aiosqlite:///{file}")
        after.push_async_callback(memory.dispose)
        await migrate(memory)
        names = {id: load.council(id).name for id in load.councils()}
        chat = Web(SqlPosts(memory), names, {seat.id: seat for seat in PEOPLE}, _now)
        store = SqlStore(memory)
        outbox = Outbox(store, {PLATFORM: chat}, _now)
        bot = Bot(store, handbooks({council: seats_of(council) for council in names}), outbox.nudge)
        after.push_async_callback(_end, asyncio.create_task(outbox.run()))
        after.enter_context(_clock(outbox))
        yield application(bot, chat)


def seats_of(council: str) -> tuple[Holder, ...]:
    """The made-up people as a council's roster."""
    return tuple(
        Holder(id=seat.id, name=seat.name, offices=offices, accounts=(person(council, seat.id),))
        for seat, offices in PEOPLE.items()
    )


def _now() -> datetime:
    return datetime.now(UTC)


# ---------------------------------------------------------------- the outbox


@contextmanager
def _clock(outbox: Outbox) -> Iterator[None]:
    """Ticks, so that whatever waits is looked at. The truth is in the tables: a tick keeps nothing."""
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}  # the usual grace of 1 s drops ticks
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
    scheduler.add_job(_tick, "interval", args=[outbox], seconds=_TICK)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


async def _tick(outbox: Outbox) -> None:
    outbox.nudge()


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


# ---------------------------------------------------------------- this computer


def _file(data: Path) -> Path:
    """The memory's file, which nobody else on this computer can read."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / FILE).touch(mode=0o600)
    except OSError as refused:
        raise ProtocolBotError(
            f"The folder {data} can’t be used ({refused.strerror}). Choose another with --data FOLDER."
        ) from None
    return data / FILE


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
