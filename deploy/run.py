"""The bot itself, in the council's own chat: the platforms that are set up, what falls due, and one small server.

In: councils' settings, a folder, the environment. Out: lines that say what is served and what is missing, and the bot,
until somebody stops it. Never: the try-out's chat, where anybody could be anybody; a token or a person in a line.
"""

import asyncio
import logging
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack import PLATFORM as SLACK
from bot.conversation import Place
from bot.errors import ProtocolBotError, UnsoundContent
from bot.ports import Platform
from bot.settings import Settings
from content import load
from content.settings import settings
from deploy import folder, keeping, mail, serving, slack
from deploy.clockwork import END, end_for_certain
from deploy.serving import Work, complain

if TYPE_CHECKING:
    from adapters.slack.app import Slack

log = logging.getLogger(__name__)

#: The settings that are looked for where none are named.
USUAL: Final = Path("protocol-bot.yaml")
_NOTHING: Final = (
    f"No chat is set up, so there is nothing to run. For Slack, set {slack.BOT} and {slack.APP}: the guide "
    "deploy/guide/slack.md says how, step by step. To look at the bot with made-up people: protocol-bot try"
)
_BOTH: Final = "Nothing is done twice by that; but if nobody meant it, stop one of the two."
_BY: Final[Mapping[str, str]] = {"socket": "Socket Mode", "http": "HTTP"}
#: Seconds to end in before anything is in hand: where a network is cut off, asking for a name may take far longer.
_NOTHING_IN_HAND: Final = 3.0
_LOOK: Final = 0.1  # seconds between looks whether Slack is connected
_SLOW: Final = 15.0  # seconds after which it is said that it is not yet


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
    chats = slack.carriers(os.environ, serving.now)
    if not chats:
        raise ProtocolBotError(_NOTHING)
    councils, chat = read(files), chats[SLACK]
    platforms: dict[str, Platform] = {**chats, **mail.carriers(os.environ, serving.now)}
    async with AsyncExitStack() as after:
        door = serving.listening(host, port)
        after.callback(door.close)
        memory, keys = await _kept(data, after)
        after.push_async_callback(chat.close)
        await chat.open()
        work = await serving.wired(memory, keys, platforms, councils)
        by = {str(one["team"]): str(one["transport"]) for one in await chat.health()}
        await _say(chat.teams, by, work, councils)
        begun.set()
        await after.enter_async_context(work.clockwork.running())
        address = await after.enter_async_context(serving.served(_application(chat, work, by.values()), door))
        await after.enter_async_context(chat.listening(work.bot))
        after.callback(work.clockwork.close)  # at the first sign of the end nothing more is begun
        await _ready(chat, address)
        await asyncio.Event().wait()


# ---------------------------------------------------------------- what it begins with


def read(files: Sequence[Path]) -> list[Settings]:
    """The councils' settings, each council's once. Raises `UnsoundContent` with file, line and mend."""
    if not files and not USUAL.is_file():
        raise UnsoundContent(
            f"There is no {USUAL} here. Name each council's settings with --settings FILE; deploy/try.yaml is an "
            "example of one."
        )
    found: dict[str, tuple[Path, Settings]] = {}
    for file in files or (USUAL,):
        own = settings(file)
        try:
            load.council(own.council)
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


# ---------------------------------------------------------------- what is said at the start


async def _say(teams: Mapping[str, str], by: Mapping[str, str], work: Work, councils: Iterable[Settings]) -> None:
    """Each council with its workspaces, and what does not fit together. `by`: the transport of each."""
    whose: dict[str, list[str]] = {own.council: [] for own in councils}
    for team, name in teams.items():
        book = await work.books(Place(SLACK, team, team))
        told = f"the Slack workspace {name} ({team}), {_BY[by[team]]}"
        if book is None:
            complain(_no_council(told, team))
        else:
            whose[book.council].append(told)
    for own in councils:
        print(f"{own.council}: {' and '.join(whose[own.council]) or 'no workspace'}.", flush=True)
        if not whose[own.council]:
            complain(_no_workspace(own, teams))


def _no_council(told: str, team: str) -> str:
    return (
        f"{told[:1].upper()}{told[1:]}, belongs to no council, so that nobody is answered there. Add this line to the "
        f"settings of the council it belongs to:  workspaces: {{slack: {team}}}"
    )


def _no_workspace(own: Settings, teams: Iterable[str]) -> str:
    """A council that nobody can speak to: its workspace has no token, or it names none."""
    if named := own.workspaces.get(SLACK):
        return (
            f"{own.council}: its Slack workspace {named} has no token here. Add that workspace's token to {slack.BOT}, "
            f"or correct `workspaces` in its settings: the tokens here are for {', '.join(teams)}."
        )
    return (
        f"{own.council}: its settings name no Slack workspace. Add:  workspaces: {{slack: {next(iter(teams), 'T…')}}}"
    )


async def _ready(chat: "Slack", address: str) -> None:
    """Says that it is ready, once every workspace is connected; after a while, once, which ones are not."""
    late = asyncio.get_running_loop().time() + _SLOW
    while cut_off := [one for one in await chat.health() if not _is_well(one)]:
        if asyncio.get_running_loop().time() >= late:
            late = inf
            teams = ", ".join(str(one["team"]) for one in cut_off)
            complain(f"Not connected yet, and tried again and again: the Slack workspace {teams}.")
        await asyncio.sleep(_LOOK)
    print(f"Ready: {address}healthz tells how it is.", flush=True)


# ---------------------------------------------------------------- the server


def _application(chat: "Slack", work: Work, transports: Collection[str]) -> web.Application:
    """What is served: how the bot is, and, where Slack calls the bot, the address that it calls."""

    async def health(_request: web.Request) -> web.Response:
        states = await chat.health()
        amiss = await work.amiss()
        well = not amiss and all(_is_well(one) for one in states)
        told = {"well": well, "store": amiss, "workspaces": states}
        return web.json_response(told, status=200 if well else 503, headers={"Cache-Control": "no-store"})

    app = web.Application(middlewares=[_no_tracebacks])
    app.add_routes([web.get("/healthz", health), *(chat.routes(work.bot) if "http" in transports else ())])
    return app


def _is_well(state: Mapping[str, Any]) -> bool:
    return bool(state["connected"]) and not state["refused"]


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
