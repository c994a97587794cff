"""The try-out: the browser chat with made-up people, on this computer alone.

In: a port, a folder. Out: a page to open, until somebody stops it. Never: listens to another computer; a real person.
"""

import asyncio
import os
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiohttp import web
from msgspec.structs import replace as with_

from adapters.web.app import Web, application
from adapters.web.workspace import PLATFORM, Seat
from bot.ports import Platform
from bot.words import Words
from content import load
from content.wording import ENGLISH
from deploy.kept import folder
from deploy.platforms import mail
from deploy.running import lasting, logs, serving
from deploy.running.clockwork import Clockwork, end_for_certain
from deploy.settings import made_up
from deploy.settings.environment import given
from storage.web_posts import SqlPosts

FILE: Final = folder.FILE
_BOTH: Final = "What is said there shows here after a reload; --data FOLDER gives this one a folder of its own."


def people(words: Words) -> tuple[Seat, ...]:
    """Everybody is made up, and is called by their first office. The same people sit on every council."""
    everybody = made_up.everywhere().people
    return tuple(Seat(one.id, one.name, words(f"seat-{one.offices[0]}")) for one in everybody)


PEOPLE: Final = people(load.words())


async def try_out(port: int, data: Path, language: str = ENGLISH, *, open_browser: bool = True) -> None:
    """Serve the browser chat until SIGINT or SIGTERM; every council speaks that language there.

    Raises `ProtocolBotError` where the folder can't be used, or the language is not there.
    """
    ended = logs.begin(os.environ)
    try:
        await _tried_out(port, data, language, open_browser=open_browser)
    finally:
        ended()


async def _tried_out(port: int, data: Path, language: str, *, open_browser: bool) -> None:
    logs.watch(asyncio.get_running_loop())
    stop = serving.told_to_stop()
    file = folder.made(data)
    with serving.marked(file, _BOTH):
        await _serve(file, port, language, stop, open_browser=open_browser)


async def _serve(file: Path, port: int, language: str, stop: asyncio.Event, *, open_browser: bool) -> None:
    async with (
        _chat(file, language) as (app, clockwork),
        serving.served(app, serving.listening(serving.HERE, port, or_another=True)) as address,
    ):
        serving.tell(f"Open {address}")
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        await stop.wait()
        end_for_certain()
        clockwork.close()


@asynccontextmanager
async def _chat(file: Path, language: str) -> AsyncIterator[tuple[web.Application, Clockwork]]:
    """The chat and the bot behind it; whatever the bot does by itself is done meanwhile."""
    async with folder.opened(file) as memory:
        names = {id: load.council(id).name for id in load.councils()}
        words = load.words(language)
        chat = Web(SqlPosts(memory), names, {seat.id: seat for seat in people(words)}, serving.now, words)
        councils = [with_(made_up.settings_of(council), language=language) for council in names]
        platforms: dict[str, Platform] = {PLATFORM: chat, **mail.carriers(given(), serving.now, councils)}
        work = await serving.wired(memory, folder.keys_beside(file), platforms, councils)
        await serving.complain_of_gaps(work, councils)
        lasting.begun()
        async with work.clockwork.running():
            yield application(work.bot, chat), work.clockwork
