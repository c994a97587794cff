"""Every chat of a process, each by itself: one that is away holds no other up.

In: chats that are not open yet, the bot's ears. Out: chats in which people are heard, until the end; lines about those
that are not let in. Never: an end because one of several is refused; a chat forgotten that may still be let in.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import chain, repeat
from typing import Final, TypeAlias

from aiohttp import web

from bot.errors import ProtocolBotError
from bot.ports import Ears
from deploy.running.chats import Attended
from deploy.running.serving import complain

log = logging.getLogger(__name__)

#: Seconds that those which are open wait for the others, so that most starts are told of at once.
_TOGETHER: Final = 3.0
#: Seconds between tries to open one, where something failed that may pass: the database was away.
_PAUSES: Final = (0.5, 1.0, 2.0, 5.0, 10.0)
_LONGEST: Final = 30.0
_REFUSED: Final = "{} is not served until this is mended and the bot is started again: {}"

_Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Attending:
    """All of them. `opened` is called with each lot that is let in."""

    def __init__(
        self, chats: Sequence[Attended], bot: Ears, opened: Callable[[Sequence[Attended]], Awaitable[None]]
    ) -> None:
        self._chats = chats
        self._bot = bot
        self._opened = opened
        self._end = asyncio.Event()
        self._opening: dict[asyncio.Task[None], Attended] = {}
        self._heard: list[asyncio.Task[None]] = []
        self._later: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Until people are heard in one chat at least; the others follow by themselves.

        Raises what the first one raised where none is ever let in.
        """
        self._opening = {asyncio.create_task(_open(one)): one for one in self._chats}
        first = await self._next(None)
        rest = [task for task in self._opening if not task.done()]
        if rest:
            await asyncio.wait(rest, timeout=_TOGETHER)
        await self._take([*first, *await self._next(0.0)])
        self._later = asyncio.create_task(self._rest())

    async def _next(self, patience: float | None) -> list[Attended]:
        """Those let in next; with patience, those that are by then. Raises where there is none left, and none open."""
        opened: list[Attended] = []
        while self._opening and not opened:
            done, _ = await asyncio.wait(self._opening, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                one = self._opening.pop(task)
                if (why := task.exception()) is None:
                    opened.append(one)
                elif self._opening or opened or self._heard or any(other.is_open for other in self._chats):
                    complain(_REFUSED.format(f"The {one.served.kind}", why))
                else:
                    raise why
            if patience is not None:
                break
        return opened

    async def _take(self, chats: Sequence[Attended]) -> None:
        """People are heard there first: that it could not be said keeps nobody from being answered."""
        await self._listen(chats)
        try:
            await self._opened(chats)
        except Exception as failed:  # only its kind and its place are told
            log.error("which councils are served there could not be said", exc_info=failed)

    async def _listen(self, chats: Sequence[Attended]) -> None:
        ready = [asyncio.Event() for _ in chats]
        tasks = [asyncio.create_task(self._hear(*one)) for one in zip(chats, ready, strict=True)]
        self._heard += tasks
        for task, event in zip(tasks, ready, strict=True):
            waits = asyncio.create_task(event.wait())
            await asyncio.wait({task, waits}, return_when=asyncio.FIRST_COMPLETED)
            waits.cancel()
            if task.done():
                task.result()

    async def _hear(self, one: Attended, ready: asyncio.Event) -> None:
        async with one.served.chat.listening(self._bot):
            ready.set()
            await self._end.wait()

    async def _rest(self) -> None:
        """Those that were away at first."""
        while self._opening:
            try:
                if opened := await self._next(None):
                    await self._take(opened)
            except Exception as failed:  # only its kind and its place are told
                log.error("a chat could not be listened to", exc_info=failed)

    async def end(self) -> None:
        """Nobody is heard any more; what is in hand goes on."""
        self._end.set()
        over = [*self._opening, *([self._later] if self._later else [])]
        for task in over:
            task.cancel()
        for failed in await asyncio.gather(*over, *self._heard, return_exceptions=True):
            if isinstance(failed, Exception) and not isinstance(failed, ProtocolBotError):
                log.error("a chat could not be listened to", exc_info=failed)
        self._opening, self._heard, self._later = {}, [], None


async def _open(one: Attended) -> None:
    """Until it is let in. Raises `ProtocolBotError` where somebody has to mend something first."""
    pauses = chain(_PAUSES, repeat(_LONGEST))
    while True:
        try:
            await one.open()
        except ProtocolBotError:
            raise
        except Exception as failed:  # only its kind and its place are told
            if one.refused != type(failed).__name__:
                log.error("a chat could not be opened; it is tried again", exc_info=failed)
            one.refused = type(failed).__name__
        else:
            return
        await asyncio.sleep(next(pauses))


# ---------------------------------------------------------------- where platforms call


def routes(one: Attended, bot: Ears) -> list[web.RouteDef]:
    """A chat's, from the start: to be called later (503) until it is let in, and not there where nothing calls it."""
    found: dict[str, dict[str, _Handler]] = {}
    for route in one.served.chat.routes(bot):
        found.setdefault(route.path, {})[route.method] = route.handler
    return [web.route("*", path, _gate(one, handlers)) for path, handlers in found.items()]


def pages(one: Attended) -> list[web.RouteDef]:
    """What a chat serves beside them, for anybody: once it is let in."""
    return [web.RouteDef(of.method, of.path, _gate_of_page(one, of.handler), of.kwargs) for of in one.served.pages]


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": "10"})


def _gate_of_page(one: Attended, handler: _Handler) -> _Handler:
    async def gate(request: web.Request) -> web.StreamResponse:
        return await handler(request) if one.is_open else _later()

    return gate


def _gate(one: Attended, handlers: dict[str, _Handler]) -> _Handler:
    async def gate(request: web.Request) -> web.StreamResponse:
        if not one.is_open:
            return _later()
        if not one.is_called:
            raise web.HTTPNotFound
        if (handler := handlers.get(request.method)) is None:
            raise web.HTTPMethodNotAllowed(request.method, list(handlers))
        return await handler(request)

    return gate
