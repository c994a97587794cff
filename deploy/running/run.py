"""The bot itself, in the council's own chat: the platforms that are set up, what falls due, and one small server.

In: councils' settings, a folder, the environment. Out: lines that say what is served and what is missing, and the bot,
until somebody stops it. Never: the try-out's chat, where anybody could be anybody; a token or a person in a line.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Final, NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import ProtocolBotError
from bot.ports import Clock, Platform
from bot.settings import Settings
from deploy.kept import folder, keeping
from deploy.platforms import mail, slack, teams, teams_given
from deploy.running import attending, lasting, logs, metrics, serving, starting
from deploy.running.attending import Attending
from deploy.running.chats import Attended, Made
from deploy.running.clockwork import END, end_for_certain
from deploy.running.figures import CROWD, Figures
from deploy.running.health import Health, routes, version
from deploy.running.serving import Work, complain
from deploy.settings.councils import read
from deploy.settings.environment import given

log = logging.getLogger(__name__)

_NOTHING: Final = (
    "No chat is set up, so there is nothing to run. "
    f"For Slack, set {slack.BOT} and {slack.APP}: the guide deploy/guide/slack.md says how, step by step. "
    f"For Microsoft Teams, set {teams_given.APP}, {teams_given.TENANT} and {teams_given.PASSWORD}: "
    "deploy/guide/teams.md. To look at the bot with made-up people: protocol-bot try"
)
#: Every chat that can be set up: what the environment says of it, read before anything is begun.
_CHATS: Final[Sequence[Callable[[Mapping[str, str], Clock, str], Made | None]]] = (slack.prepared, teams.prepared)
_BOTH: Final = "Nothing is done twice by that; but if nobody meant it, stop one of the two."
_OPEN_DOOR: Final = (
    "--host {} listens on every network that this computer is on, and nothing that is set up here is called from "
    "outside. Leave --host out, unless a container or a balancer has to reach it."
)
#: Seconds that what falls due waits for the chats at a start.
_FOR_CHATS: Final = 5.0
#: Seconds to end in before anything is in hand: where a network is cut off, asking for a name may take far longer.
_NOTHING_IN_HAND: Final = 3.0


async def run(files: Sequence[Path], data: Path, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Raises `ProtocolBotError` for whatever has to be mended first."""
    environ = given()
    logs.begin(environ)
    logs.watch(asyncio.get_running_loop())
    try:
        await _until_told(environ, files, data, host, port)
    except ProtocolBotError as why:
        if not logs.are_json():
            raise
        log.critical("%s", why)  # whoever reads the log is a program: all of it is to be objects
        raise SystemExit(2) from None


async def _until_told(environ: Mapping[str, str], files: Sequence[Path], data: Path, host: str, port: int) -> None:
    stop = asyncio.create_task(serving.told_to_stop().wait())
    begun = asyncio.Event()
    serves = asyncio.create_task(_serve(environ, files, data, host, port, begun))
    try:
        await asyncio.wait({stop, serves}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if not serves.done():
            log.info("told to stop: what is in hand is finished first")
            end_for_certain(END if begun.is_set() else _NOTHING_IN_HAND)
        stop.cancel()
        serves.cancel()
    with suppress(asyncio.CancelledError):
        await serves
    log.info("stopped")


async def _serve(
    environ: Mapping[str, str], files: Sequence[Path], data: Path, host: str, port: int, begun: asyncio.Event
) -> None:
    """Until cancelled. What is begun last ends first, so that whatever is in hand can still be told.

    `begun` is set once there can be anything in hand: a chat is open, or what falls due is brought up.
    """
    prepared = [made for one in _CHATS if (made := one(environ, serving.now, host))]
    if not prepared:
        raise ProtocolBotError(_NOTHING)
    watched, councils = metrics.asked(environ), read(files)
    mailing = mail.carriers(environ, serving.now, councils)
    async with AsyncExitStack() as after:
        door = serving.listening(host, port)
        after.callback(door.close)
        memory, keys = await _kept(data, after)
        chats = [Attended(made(memory, councils, keys), begun.set) for made in prepared]
        after.push_async_callback(_closed, chats)
        platforms: dict[str, Platform] = {**{one.served.platform: one for one in chats}, **mailing}
        figures = Figures(crowd=len(councils) >= CROWD) if watched else None
        work = await serving.wired(memory, keys, platforms, councils, figures)
        _told_what_runs(work, chats, len(councils))
        front = await _front(after, work, chats, door, figures, watched, len(councils))
        attended = Attending(chats, work.bot, _saying(chats, work, councils, host))
        lasting.begun()  # before anybody is heard; a platform that is away may keep the rest waiting for hours
        await _served(after, attended, work, front.served, begun)
        lasting.begun()  # what the chats, and the councils' own wordings, took
        await starting.ready(chats, front.address)
        await asyncio.Event().wait()


async def _served(
    after: AsyncExitStack,
    attended: Attending,
    work: Work,
    front: AsyncExitStack,
    begun: asyncio.Event,
    patience: float = _FOR_CHATS,
) -> None:
    """People are heard, and what falls due is brought up. At the end nobody is heard any more, then nothing served.

    What falls due waits for the chats, so that most of it finds them open; for `patience` seconds: e-mail needs none.
    """
    after.push_async_callback(attended.end)
    opening = asyncio.create_task(attended.begin())
    after.push_async_callback(_cut_short, opening)
    await asyncio.wait({opening}, timeout=patience)
    if opening.done():
        opening.result()
    begun.set()
    await after.enter_async_context(work.clockwork.running())
    after.push_async_callback(front.aclose)
    after.push_async_callback(attended.end)
    after.push_async_callback(_cut_short, opening)
    after.callback(work.clockwork.close)  # at the first sign of the end nothing more is begun
    await opening


async def _cut_short(opening: asyncio.Task[None]) -> None:
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)


def _told_what_runs(work: Work, chats: Sequence[Attended], councils: int) -> None:
    names, kind = ", ".join(one.served.platform for one in chats), work.memory.dialect.name
    log.info("Protocol Bot %s: %s, councils: %d, database: %s", version(), names, councils, kind)


class _Front(NamedTuple):
    """What answers on the ports, until `served` is closed; and where."""

    served: AsyncExitStack
    address: str


async def _front(
    after: AsyncExitStack,
    work: Work,
    chats: Sequence[Attended],
    door: socket.socket,
    figures: Figures | None,
    watched: tuple[str, int] | None,
    councils: int,
) -> _Front:
    """From the beginning, so that a start that waits for a platform can be watched."""
    health, served = Health(chats, work), AsyncExitStack()
    after.push_async_callback(served.aclose)
    if figures is not None and watched is not None:
        figures.listen(work.memory)
        where = await served.enter_async_context(metrics.served(watched, figures, health, councils))
        log.info("figures for Prometheus: %s", where)
    return _Front(served, await served.enter_async_context(serving.served(_application(chats, work, health), door)))


def _saying(
    chats: Sequence[Attended], work: Work, councils: Sequence[Settings], host: str
) -> Callable[[Sequence[Attended]], Awaitable[None]]:
    """Says what is served where, once for the chats that are there at first, then for each that comes later."""
    said = asyncio.Event()

    async def say(opened: Sequence[Attended]) -> None:
        later, away = said.is_set(), [one for one in chats if not one.is_open]
        said.set()
        await work.clockwork.let_in()
        if not later:
            await serving.complain_of_gaps(work, councils)
        await starting.say(opened, work, councils, away=away, later=later)
        if not later and not away and serving.is_everywhere(host) and not any(one.is_called for one in chats):
            complain(_OPEN_DOOR.format(host))

    return say


async def _closed(chats: Sequence[Attended]) -> None:
    """All of them at once, so that the few seconds that each has are the same."""
    for failed in await asyncio.gather(*(one.served.chat.close() for one in chats), return_exceptions=True):
        if failed is not None:
            log.error("a chat could not be closed: %s", type(failed).__name__)


# ---------------------------------------------------------------- what it begins with


async def _kept(data: Path, after: AsyncExitStack) -> tuple[AsyncEngine, Path]:
    """The database and its key file; where that is new, whoever looks after it is told to keep a copy."""
    keys = folder.keys_meant(folder.file_of(data, folder.RUN))
    before = keys.exists()
    file = folder.made(data, folder.RUN)
    after.enter_context(serving.marked(file, _BOTH))
    memory = await after.enter_async_context(folder.opened(file))
    await folder.keyed(memory, file)
    if keys.exists() and not before:
        keeping.copy_it(keys)
    return memory, keys


# ---------------------------------------------------------------- the server


def _application(chats: Sequence[Attended], work: Work, health: Health) -> web.Application:
    """What is served: how the bot is, and, where a platform calls the bot, the address that it calls."""
    app = web.Application(middlewares=[_no_tracebacks])
    app.add_routes(routes(health))
    for one in chats:
        app.add_routes(attending.routes(one, work.bot))
        app.add_routes(attending.pages(one))
    return app


@web.middleware
async def _no_tracebacks(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A failure is a class in the log: a traceback may hold somebody's words, and so may an address."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as failed:
        resource = request.match_info.route.resource
        path = resource.canonical if resource is not None else "somewhere"
        log.error("a request to %s failed: %s", path, type(failed).__name__)
        return web.Response(status=500)
