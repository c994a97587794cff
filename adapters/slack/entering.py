"""Workspaces that a token is given for: each is entered, and tried again where it can't be.

In: tokens. Out: workspaces entered, and what keeps the bot out of the others. Never: one that can't be entered keeps
the others waiting; gives up.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import chain, repeat
from typing import Final

from adapters.slack.calls import NotLetIn
from adapters.slack.doors import Secrets
from bot.errors import ProtocolBotError

log = logging.getLogger(__name__)

#: Seconds that workspaces which are entered wait for the others; those are entered once they can be.
HOLD: Final = 5.0
#: Seconds between tries where Slack refuses a token: somebody has to mend that first.
_PAUSES: Final = (30.0, 60.0, 120.0)
_LONGEST: Final = 300.0


class Entering:
    """`enter` enters one workspace, however long Slack is away; it raises `ProtocolBotError` for what it can't mend."""

    def __init__(
        self,
        given: Sequence[Secrets],
        enter: Callable[[Secrets], Awaitable[str]],
        pauses: Callable[[], Iterator[float]] | None = None,
    ) -> None:
        self._given = given
        self._enter = enter
        self._pauses = pauses or (lambda: chain(_PAUSES, repeat(_LONGEST)))
        self._outside = {number: "" for number, _ in enumerate(given, 1)}
        self._tasks: list[asyncio.Task[None]] = []
        self._begun = False

    async def begin(self, hold: float = HOLD) -> None:
        """Enter all of them at once, until one is in and the others are, or had so many seconds.

        Raises `ProtocolBotError` where Slack refuses the only one, or all of them.
        """
        loop = asyncio.get_running_loop()
        firsts: list[asyncio.Future[None]] = [loop.create_future() for _ in self._given]
        for number, (secrets, first) in enumerate(zip(self._given, firsts, strict=True), 1):
            self._tasks.append(asyncio.create_task(self._try(number, secrets, first)))
        if firsts:
            await asyncio.wait(firsts, timeout=hold)
        while firsts and len(self._outside) == len(firsts) and not all(first.done() for first in firsts):
            await asyncio.wait([first for first in firsts if not first.done()], return_when=asyncio.FIRST_COMPLETED)
        self._begun = True
        wrong = [why for first in firsts if first.done() and (why := first.exception()) is not None]
        for why in wrong:
            if not isinstance(why, NotLetIn) or len(wrong) == len(firsts):
                raise why
        for why in wrong:
            log.error("%s It is left out meanwhile, and tried again now and then.", why)

    async def _try(self, number: int, secrets: Secrets, first: "asyncio.Future[None]") -> None:
        """Until it is in. What the first try came to is told to whoever waits for it, later ones to the log."""
        pauses, said = self._pauses(), ""
        while True:
            try:
                team = await self._enter(secrets)
            except ProtocolBotError as why:
                self._outside[number] = said = self._refused(why, said, first)
                await asyncio.sleep(next(pauses))
            except Exception as failed:  # a fault of ours: whoever waits for the first try hears of it
                if self._begun:
                    log.error("a Slack workspace could not be entered: %s", type(failed).__name__)
                else:
                    first.set_exception(failed)
                return
            else:
                self._outside.pop(number)
                if self._begun:
                    log.warning("The Slack workspace %s is served now.", team)
                elif not first.done():
                    first.set_result(None)
                return

    def _refused(self, why: ProtocolBotError, said: str, first: "asyncio.Future[None]") -> str:
        code = why.code if isinstance(why, NotLetIn) else "twice"
        if not self._begun and not first.done():
            first.set_exception(why)
        elif self._begun and code != said:
            log.error("%s It is left out meanwhile, and tried again now and then.", why)
        return code

    def outside(self) -> list[dict[str, object]]:
        """How each one is that is not entered: `refused` is Slack's word for why, empty where it can't be reached."""
        return [
            {
                "team": f"of token {number}",
                "transport": "socket" if self._given[number - 1].app_token else "http",
                "connected": False,
                "last_ping": None,
                "refused": code,
            }
            for number, code in self._outside.items()
        ]

    async def end(self) -> None:
        """Nothing is tried any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
