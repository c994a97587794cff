"""The bot itself, in the council's own chat: the platforms that are set up, what falls due, and one small server.

In: councils' settings, a folder, the environment. Out: lines that say what is served and what is missing, and the bot,
until somebody stops it. Never: the try-out's chat, where anybody could be anybody; a token or a person in a line.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import ProtocolBotError, UnsoundContent
from bot.ports import Clock, Platform
from bot.settings import Settings
from content.settings import settings
from deploy import folder, keeping, mail, serving, slack, starting, teams, teams_given
from deploy.chats import Made, Served, is_well
from deploy.clockwork import END, end_for_certain
from deploy.handbooks import shipped
from deploy.serving import Work
from deploy.usual import SETTINGS

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
#: Seconds to end in before anything is in hand: where a network is cut off, asking for a name may take far longer.
_NOTHING_IN_HAND: Final = 3.0


async def run(files: Sequence[Path], data: Path, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Raises `ProtocolBotError` for whatever has to be mended first."""
    stop = asyncio.create_task(serving.told_to_stop().wait())
    begun = asyncio.Event()
    serves = asyncio.create_task(_serve(files, data, host, port, begun))
    try:
        await asyncio.wait({stop, serves}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if not serves.done():
            end_for_certain(END if begun.is_set() else _NOTHING_IN_HAND)
        stop.cancel()
        serves.cancel()
    with suppress(asyncio.CancelledError):
        await serves


async def _serve(files: Sequence[Path], data: Path, host: str, port: int, begun: asyncio.Event) -> None:
    """Until cancelled. What is begun last ends first, so that whatever is in hand can still be told.

    `begun` is set before there can be anything in hand.
    """
    prepared = [made for one in _CHATS if (made := one(os.environ, serving.now, host))]
    if not prepared:
        raise ProtocolBotError(_NOTHING)
    councils = read(files)
    mailing = mail.carriers(os.environ, serving.now, councils)
    async with AsyncExitStack() as after:
        door = serving.listening(host, port)
        after.callback(door.close)
        memory, keys = await _kept(data, after)
        chats = [made(memory, councils) for made in prepared]
        after.push_async_callback(_closed, chats)
        await _opened(chats)
        platforms: dict[str, Platform] = {**{one.platform: one.chat for one in chats}, **mailing}
        work = await serving.wired(memory, keys, platforms, councils)
        await starting.say(chats, work, councils)
        begun.set()
        await after.enter_async_context(work.clockwork.running())
        address = await after.enter_async_context(serving.served(await _application(chats, work), door))
        for one in chats:
            await after.enter_async_context(one.chat.listening(work.bot))
        after.callback(work.clockwork.close)  # at the first sign of the end nothing more is begun
        await starting.ready(chats, address)
        await asyncio.Event().wait()


async def _opened(chats: Sequence[Served]) -> None:
    """All of them at a time, for one may be away for long. The first that is not let in ends it for all."""
    tasks = [asyncio.create_task(one.chat.open()) for one in chats]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _closed(chats: Sequence[Served]) -> None:
    """All of them at a time, so that the few seconds that each has are the same."""
    for failed in await asyncio.gather(*(one.chat.close() for one in chats), return_exceptions=True):
        if failed is not None:
            log.error("a chat could not be closed: %s", type(failed).__name__)


# ---------------------------------------------------------------- what it begins with


def read(files: Sequence[Path]) -> list[Settings]:
    """The councils' settings, each council's once. Raises `UnsoundContent` with file, line and mend."""
    if not files and not SETTINGS.is_file():
        raise UnsoundContent(
            f"There is no {SETTINGS} here. Name each council's settings with --settings FILE; deploy/try.yaml is an "
            "example of one."
        )
    found: dict[str, tuple[Path, Settings]] = {}
    for file in files or (SETTINGS,):
        own = settings(file)
        try:
            shipped(own)
        except UnsoundContent as why:
            raise UnsoundContent(f"{file.name}, council: {why}") from None
        if other := found.get(own.council):
            raise UnsoundContent(
                f"{other[0]} and {file} are both for {own.council}. Each council has one file: take one of them away."
            )
        found[own.council] = file, own
    return [own for _, own in found.values()]


async def _kept(data: Path, after: AsyncExitStack) -> tuple[AsyncEngine, Path]:
    """The database and its key file; where that is new, whoever looks after it is told to keep a copy."""
    keys = folder.keys_beside(folder.file_of(data, folder.RUN))
    before = keys.exists()
    file = folder.made(data, folder.RUN)
    after.enter_context(serving.marked(file, _BOTH))
    memory = await after.enter_async_context(folder.opened(file))
    await folder.keyed(memory, file)
    if keys.exists() and not before:
        keeping.copy_it(keys)
    return memory, keys


# ---------------------------------------------------------------- the server


async def _application(chats: Sequence[Served], work: Work) -> web.Application:
    """What is served: how the bot is, and, where a platform calls the bot, the address that it calls."""

    async def health(_request: web.Request) -> web.Response:
        states = [state for one in chats for state in await one.health()]
        amiss = await work.amiss()
        well = not amiss and all(is_well(state) for state in states)
        told = {"well": well, "store": amiss, "workspaces": states}
        return web.json_response(told, status=200 if well else 503, headers={"Cache-Control": "no-store"})

    app = web.Application(middlewares=[_no_tracebacks])
    app.add_routes([web.get("/healthz", health)])
    for one in chats:
        if any(state["transport"] != "socket" for state in await one.chat.health()):
            app.add_routes(one.chat.routes(work.bot))
        app.add_routes(one.pages)
    return app


@web.middleware
async def _no_tracebacks(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A failure is a class in the log: a traceback may hold somebody's words."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as failed:
        log.error("a request to %s failed: %s", request.path, type(failed).__name__)
        return web.Response(status=500)
