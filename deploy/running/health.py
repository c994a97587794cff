"""How a running bot is: for whoever looks after it, for a balancer, for Prometheus.

In: the chats, the bot at work, its clock. Out: `/healthz` (whether all is well) and `/readyz` (whether requests may be
sent here), in detail for whoever asks on this computer.
Never: more than yes or no to anybody else, for the port may be on the internet; a person; a token; a question to the
database for each question from outside.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from importlib import metadata
from typing import Any, Final, NamedTuple

from aiohttp import web

from bot import hosts
from bot.outbox import PATIENCE
from deploy.running.chats import Attended, is_well
from deploy.running.serving import Work, now
from storage import figures

#: Seconds: how old the clock's last tick may be, how old Slack's last word, how long the database may take, and how
#: long an answer is good for.
FRESH: Final = 60.0
_ANSWER: Final = 2.0
_COUNT: Final = 10.0
_KEPT: Final = 1.0
#: What a proxy says of whom it asks for.
_FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


def version() -> str:
    """Of this Protocol Bot."""
    try:
        return metadata.version("council-protocol-bot")
    except metadata.PackageNotFoundError:  # run from a folder that was never installed
        return "unknown"


class Database(NamedTuple):
    """The database's kind and the step of its tables; how late the latest notice is; how many were given up."""

    kind: str
    step: str
    late: timedelta
    aside: int


class State(NamedTuple):
    """`database`, `amiss`: what is wrong, or empty. `last_tick`: seconds ago.

    `empty`: a chat is open that no workspace is in yet: somebody has to reach the page where it is installed.
    """

    database: str
    amiss: str
    last_tick: float | None
    ending: bool
    empty: bool
    workspaces: Sequence[Mapping[str, Any]]

    @staticmethod
    def is_alive(state: Mapping[str, Any]) -> bool:
        """Of a workspace: people can be heard here; where it is Socket Mode, Slack said something of late.

        That a platform refuses the bot is so in every replica: none would be left for whoever installs it again.
        """
        if state["refused"] and state.get("transport") == "http":
            return True
        last = state.get("last_ping")
        return bool(state["connected"]) and (last is None or float(last) < FRESH)

    @property
    def well(self) -> bool:
        """Nothing is amiss anywhere."""
        return not (self.database or self.amiss) and all(is_well(state) for state in self.workspaces)

    @property
    def ready(self) -> bool:
        """Requests may be sent here: one workspace of many that is cut off is no reason to send them elsewhere.

        Nor is it that nothing private can be kept, for that is so everywhere.
        """
        ticks = self.last_tick is not None and self.last_tick < FRESH
        heard = any(map(self.is_alive, self.workspaces)) or self.empty
        return ticks and heard and not (self.database or self.ending)


class Health:
    """Asked at most once a second, however often somebody wants to know. `clock`: seconds."""

    def __init__(self, chats: Sequence[Attended], work: Work, clock: Callable[[], float] = time.monotonic) -> None:
        self._chats = chats
        self._work = work
        self._clock = clock
        self._asking = asyncio.Lock()
        self._last: tuple[float, State] | None = None

    async def state(self) -> State:
        """As it is now, or was less than a second ago; that it is ending is told at once."""
        async with self._asking:
            if self._last is None or self._clock() - self._last[0] >= _KEPT:
                self._last = self._clock(), await self._look()
        return self._last[1]._replace(ending=self._work.clockwork.closed)

    async def _look(self) -> State:
        states = [(one, await one.health()) for one in self._chats]
        return State(
            database=(wrong := await self._database()),
            amiss=wrong or await self._work.amiss(),
            last_tick=self._work.clockwork.last_tick,
            ending=self._work.clockwork.closed,
            empty=any(one.is_open and not those for one, those in states),
            workspaces=[state for _, those in states for state in those],
        )

    async def _database(self) -> str:
        try:
            async with asyncio.timeout(_ANSWER):
                await figures.answers(self._work.memory)
        except TimeoutError:
            return f"The database did not answer within {_ANSWER:g} seconds."
        except figures.ReadOnly:
            return "The database takes nothing: it only reads. See that it can be written to, and has room."
        except Exception as failed:  # an error may hold an address or a row: only its kind is told
            return f"The database can't be used ({type(failed).__name__})."
        return ""

    async def kept(self) -> Database | None:
        """What is kept, in numbers. None where the database does not tell in time."""
        memory = self._work.memory
        try:
            async with asyncio.timeout(_COUNT):
                return Database(
                    kind=memory.dialect.name,
                    step=await figures.step(memory),
                    late=await figures.late(memory, now(), PATIENCE),
                    aside=await figures.aside(memory),
                )
        except Exception:  # `state` tells what is wrong
            return None


# ---------------------------------------------------------------- asked


def routes(health: Health) -> list[web.RouteDef]:
    """Both of them."""

    async def healthz(request: web.Request) -> web.Response:
        state = await health.state()
        whole = {"well": state.well, "version": version(), "store": state.amiss, "workspaces": state.workspaces}
        return _told(request, "well", whole)

    async def readyz(request: web.Request) -> web.Response:
        state = await health.state()
        tick = None if state.last_tick is None else round(state.last_tick, 1)
        whole = {
            "ready": state.ready,
            "database": state.database,
            "last_tick": tick,
            "ending": state.ending,
            "workspaces": state.workspaces,
        }
        return _told(request, "ready", whole)

    return [web.get("/healthz", healthz), web.get("/readyz", readyz)]


def _told(request: web.Request, verdict: str, whole: Mapping[str, Any]) -> web.Response:
    told = whole if is_here(request) else {verdict: whole[verdict]}
    return web.json_response(told, status=200 if whole[verdict] else 503, headers={"Cache-Control": "no-store"})


def is_here(request: web.Request) -> bool:
    """Whether whoever asks is on this computer, and asks for nobody else: no proxy, and no page in a browser.

    A page could ask for a stranger's name that leads here; it would stand in Host.
    """
    if any(name in request.headers for name in _FORWARDED):
        return False
    return hosts.is_here(request.remote or "") and hosts.is_here(_host(request.host))


def _host(named: str) -> str:
    if named.startswith("["):
        return named[1:].partition("]")[0]
    return named.rpartition(":")[0] or named
