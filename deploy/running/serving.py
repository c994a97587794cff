"""What every bot that goes on until it is stopped needs: a door, the bot at work behind it, and a quiet end.

In: a database, keys, platforms, the settings of councils; a host and a port. Out: the bot and its clockwork, wired
together; a server. Never: decides which platforms there are (`tryout`, `run` do); keeps an access log, which could hold
somebody's words.
"""

import asyncio
import errno
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Final, NamedTuple

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bot import Bot
from bot.errors import ProtocolBotError
from bot.naming import by_the_clock
from bot.outbox import Outbox
from bot.ports import Platform
from bot.reach import Reach
from bot.routing import gaps
from bot.settings import Settings
from deploy.documents.bringing import reader
from deploy.handbooks import Handbooks, kept_up
from deploy.kept import folder
from deploy.running import logs
from deploy.running.clockwork import Clockwork
from deploy.running.figures import Counted, Figures
from deploy.running.named import Named
from storage.seal import LOST, Keys, UnusableKeys, read_keys
from storage.store import SqlStore

log = logging.getLogger(__name__)

#: At how many councils the same is said for each of them; and how many are named where it is said once.
FEW: Final = 3
_NAMED: Final = 8
#: This computer, and nobody else's.
HERE: Final = "127.0.0.1"
_GONE: Final = (
    "The key file {} is not there. What is sealed in the database can't be opened without it, and a new one would open "
    "nothing: put it back from its copy, and start again. Until then nothing private is taken. "
    f"{LOST}"
)


def now() -> datetime:
    """The time of this computer."""
    return datetime.now(UTC)


def complain(what: str) -> None:
    """Something that whoever looks after this should mend; a line of the log, where a program reads that."""
    if logs.are_json():
        log.warning("%s", what)
    else:
        print(what, file=sys.stderr, flush=True)


def tell(what: str) -> None:
    """Something that whoever started this wants to know; a line of the log, where a program reads that."""
    if logs.are_json():
        log.info("%s", what)
    else:
        print(what, flush=True)


# ---------------------------------------------------------------- the bot at work


class Work(NamedTuple):
    """A bot and all that it works with. `no_keys`: why it has none; empty where it has."""

    memory: AsyncEngine
    bot: Named
    store: SqlStore
    books: Handbooks
    clockwork: Clockwork
    no_keys: str

    async def amiss(self) -> str:
        """Why nothing private can be kept now; empty where all is well."""
        if self.no_keys:
            return self.no_keys
        try:
            return await self.store.unfit() or ""
        except Exception as failed:  # an error may hold an address or a row: only its kind is told
            return f"The database can't be used ({type(failed).__name__})."


async def wired(
    memory: AsyncEngine,
    keys: Path,
    platforms: Mapping[str, Platform],
    all_settings: Iterable[Settings],
    figures: Figures | None = None,
) -> Work:
    """All of it wired together, and nothing begun. `figures`: where turns and deliveries are counted, if anywhere."""
    held = tuple(all_settings)
    read, no_keys = _read(keys)
    store = SqlStore(memory, read)
    counted = {name: Counted(name, one, figures) for name, one in platforms.items()} if figures else platforms
    outbox = Outbox(store, counted, now)
    books = kept_up(held, now, store, reader())
    bot = Named(Bot(store, books, outbox.nudge), books.council, figures)
    councils = [settings.council for settings in held]
    reach = Reach(store, platforms, books, bot.hear, now)
    return Work(memory, bot, store, books, Clockwork(bot, store, outbox, reach, councils, now), no_keys)


def _read(file: Path) -> tuple[Keys | None, str]:
    """The keys, or why there are none; without them the bot goes on, and takes nothing private."""
    try:
        return read_keys(file), ""
    except UnusableKeys as why:
        return None, str(why) if file.exists() else _GONE.format(file)


async def complain_of_gaps(work: Work, all_settings: Iterable[Settings]) -> None:
    """What would keep a concern from being taken, or from reaching anybody."""
    if why := work.no_keys or await work.store.unfit():
        complain(why)
    found = []
    for council in (own.council for own in all_settings):
        book = await work.books(by_the_clock(council))
        found += [(council, gap) for gap in (gaps(book) if book else ())]
    for wrong in together(found):
        complain(wrong)


def together(found: Iterable[tuple[str, str]]) -> list[str]:
    """Lines, of a council and what is wrong there each: what is wrong at many is said once, with some of their names.

    Two hundred councils that lack the same would else be two hundred lines, and hide the one that lacks another thing.
    """
    where: dict[str, list[str]] = {}
    for council, wrong in found:
        where.setdefault(wrong, []).append(council)
    lines = []
    for wrong, councils in where.items():
        if len(councils) <= FEW:
            lines += [f"{council}: {wrong}" for council in councils]
        else:
            more = len(councils) - _NAMED
            rest = f" and {more} more" if more > 0 else ""
            lines.append(f"{len(councils)} councils ({', '.join(councils[:_NAMED])}{rest}): {wrong}")
    return lines


# ---------------------------------------------------------------- this computer


@contextmanager
def marked(file: Path, why: str) -> Iterator[None]:
    """Complains where another Protocol Bot uses this folder."""
    with folder.marked(file) as alone:
        if not alone:
            complain(f"Another Protocol Bot is using this folder too. {why}")
        yield


def told_to_stop() -> asyncio.Event:
    """Set by SIGINT and SIGTERM. Where there are no such signals, Ctrl+C cancels everything, which also tidies up."""
    stop = asyncio.Event()
    with suppress(NotImplementedError):
        for one in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(one, stop.set)
    return stop


def is_everywhere(host: str) -> bool:
    """Whether a door there is open to every network that this computer is on."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:  # a name, which stands for one address
        return host == ""


def listening(host: str, port: int, *, or_another: bool = False) -> socket.socket:
    """A door; another one where this one is taken, if that will do. Raises `ProtocolBotError` with the mend."""
    try:
        return _door(host, port)
    except OSError as refused:
        why = refused
    taken = why.errno == errno.EADDRINUSE
    if not taken or not or_another:
        wrong = "is taken" if taken else f"of {host} can’t be used ({str(why.strerror).partition(' (while')[0]})"
        elsewhere = why.errno == errno.EADDRNOTAVAIL or (why.errno or 0) < 0  # below nought: there is no such name
        mend = "this computer's own address with --host" if elsewhere else "another with --port NUMBER"
        raise ProtocolBotError(f"Port {port} {wrong}. Choose {mend}.")
    other = _door(host, 0)
    complain(f"Port {port} is taken, so this is on {other.getsockname()[1]}.")
    return other


def _door(host: str, port: int) -> socket.socket:
    """Raises `OSError` where there can be none."""
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def _silent() -> logging.Logger:
    """The web server's own lines have tracebacks, and what somebody sent in them; what fails is told by each door."""
    logger = logging.Logger("server", logging.CRITICAL + 1)
    logger.disabled = True
    return logger


@asynccontextmanager
async def served(app: web.Application, where: socket.socket) -> AsyncIterator[str]:
    """The server, for as long as this lasts, and its address."""
    runner = web.AppRunner(app, access_log=None, logger=_silent(), shutdown_timeout=3, handle_signals=False)
    await runner.setup()
    try:
        await web.SockSite(runner, where).start()
        host, port = where.getsockname()[:2]
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    finally:
        await runner.cleanup()
        where.close()
