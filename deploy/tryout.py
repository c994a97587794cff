"""The try-out: the browser chat with made-up people, on this computer alone.

In: a port, a folder. Out: a page to open, until somebody stops it. Never: listens to another computer; a real person.
"""

import asyncio
import errno
import os
import signal
import socket
import sqlite3
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aiohttp import web

from adapters.web.app import Web, application
from adapters.web.workspace import PLATFORM, Seat
from bot.bot import Bot
from bot.conversation import Place
from bot.errors import ProtocolBotError
from bot.outbox import Outbox
from bot.ports import Platform
from bot.reach import Reach
from bot.routing import gaps
from bot.settings import Office
from content import load
from deploy import folder, made_up, mail
from deploy.clockwork import Clockwork, end_for_certain
from deploy.handbooks import CLOCK, Handbooks, kept_up
from storage.seal import Keys, UnusableKeys, read_keys
from storage.store import SqlStore
from storage.web_posts import SqlPosts

FILE: Final = folder.FILE
_HERE: Final = "127.0.0.1"
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
    async with _chat(file) as (app, clockwork), _served(app, _listening(port)) as address:
        print(f"Open {address}", flush=True)
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        await stop.wait()
        end_for_certain()
        clockwork.close()


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
async def _chat(file: Path) -> AsyncIterator[tuple[web.Application, Clockwork]]:
    """The bot, its memory and the chat, wired together; whatever it does by itself is done meanwhile."""
    async with AsyncExitStack() as after:
        memory = await after.enter_async_context(folder.opened(file))
        names = {id: load.council(id).name for id in load.councils()}
        chat = Web(SqlPosts(memory), names, {seat.id: seat for seat in PEOPLE}, _now)
        keys = _keys(file.with_name(folder.KEYS))
        store = SqlStore(memory, keys)
        platforms: dict[str, Platform] = {PLATFORM: chat, **mail.carriers(os.environ, _now)}
        outbox = Outbox(store, platforms, _now)
        books = kept_up((made_up.settings_of(council) for council in names), _now, store.changes, store.reach)
        bot = Bot(store, books, outbox.nudge)
        for wrong in await _wrong(store, books, names, fit=keys is not None):
            print(wrong, file=sys.stderr, flush=True)
        reach = Reach(store, platforms, books, bot.hear, _now)
        clockwork = Clockwork(bot, store, outbox, reach, names, _now)
        await after.enter_async_context(clockwork.running())
        yield application(bot, chat), clockwork


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
