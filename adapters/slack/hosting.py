"""The hosted app: workspaces that take it and leave it while the bot runs, and their tokens, which run out.

In: where installs are kept. Out: workspaces entered, each with a token that holds. Never: a call with a token that is
over where there is another; a workspace served that left; a look into the store for each call.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Final

from adapters.slack.doors import Entered
from adapters.slack.installs import Hosted, Install
from adapters.slack.refusals import Refused
from bot.hands import Hands
from bot.remembered import Remembered

log = logging.getLogger(__name__)

#: Seconds until a renewal that Slack refused is tried again.
_REFUSED: Final = 300.0
#: Seconds for Slack to tell whether the bot is let in still; it waits for an answer itself meanwhile.
_ASK: Final = 1.5


class Hosting:
    """`here` holds the workspaces that are entered, and is kept up; `made` enters one."""

    def __init__(
        self, hosted: Hosted, here: dict[str, Entered], made: Callable[[Install], Entered], hands: Hands
    ) -> None:
        self._hosted = hosted
        self._installs = hosted.installs
        self._here = here
        self._made = made
        self._hands = hands
        self._known: dict[str, Install] = {}
        self._looked: Remembered[float] = Remembered()
        self._unrenewed: dict[str, tuple[str, float]] = {}
        self._rounds: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Every workspace that has the app. Raises `UnusableStore` where installs can't be read."""
        self._all(await self._installs.every())
        self._rounds = asyncio.create_task(self._go_round())

    async def end(self) -> None:
        """No more rounds; what is being renewed goes on, in the hands."""
        if self._rounds is not None:
            self._rounds.cancel()
            await asyncio.gather(self._rounds, return_exceptions=True)

    def unrenewed(self, team: str) -> str:
        """Slack's word for why a token can't be renewed; empty where it can."""
        return self._unrenewed.get(team, ("", 0.0))[0]

    # ------------------------------------------------------------ who is here

    async def find(self, team: str) -> Entered | None:
        """A workspace that has the app. One that another process learnt of is looked for, once in a while."""
        looked = self._looked.get(team)
        if looked is None or time.monotonic() - looked > self._hosted.look:
            await self.look(team)
        return self._here.get(team)

    async def look(self, team: str) -> None:
        """How it is with this workspace now. Where the store can't be read it stays as it was."""
        try:
            install = await self._installs.of(team)
        except Exception as failed:  # an error may hold a row: only its kind is told
            log.error("whether the Slack workspace %s has the app can’t be found out: %s", team, type(failed).__name__)
            return
        self._is(team, install)

    async def left(self, team: str) -> None:
        """Slack says that the app was taken out; that may be of before it was installed again, so it is asked.

        Raises `Refused` where it does not answer: it then tells of it again.
        """
        await self.look(team)
        install, entered = self._known.get(team), self._here.get(team)
        if install is None or entered is None:
            return
        try:
            await entered.workspace.calls("auth.test", _ASK)
        except Refused as no:
            if not no.ours:
                raise
            await self._installs.gone(install)
            await self.look(team)
            return
        log.info("the Slack workspace %s has the app still", team)

    def _all(self, found: Iterable[Install]) -> None:
        installs = {install.team: install for install in found}
        for team in [*self._known.keys() - installs.keys(), *installs]:
            self._is(team, installs.get(team))

    def _is(self, team: str, install: Install | None) -> None:
        self._looked.put(team, time.monotonic())
        before, entered = self._known.get(team), self._here.get(team)
        if install is None:
            if before is not None:
                log.warning("The app was taken out of the Slack workspace %s. It is served no more.", team)
                self._here.pop(team, None)
            self._known.pop(team, None)
            self._unrenewed.pop(team, None)
            return
        if before is None or entered is None or (before.bot_user, before.bot_id) != (install.bot_user, install.bot_id):
            self._here[team] = entered = self._made(install)
        if before is None or before.number != install.number:
            self._unrenewed.pop(team, None)
        self._known[team] = install
        entered.workspace.calls.take(install.token, install.expires, team)

    # ------------------------------------------------------------ tokens

    async def another(self, team: str, used: str, code: str) -> None:
        """This token is over. What is begun goes on whoever stops waiting: a refresh token serves once."""
        await asyncio.shield(self._hands.take(self._another(team, used, code)))

    async def _another(self, team: str, used: str, code: str) -> None:
        await self.look(team)
        known = self._known.get(team)
        if known is not None and known.token == used and known.expires is not None and code == "token_expired":
            await self._renew(team, used)

    async def _renew(self, team: str, over: str = "") -> None:
        before = self._unrenewed.get(team)
        if before is not None and time.monotonic() - before[1] < _REFUSED:
            return
        try:
            install = await self._installs.renewed(team, self._hosted.margin, over)
        except Refused as no:
            if no.ours and (before is None or before[0] != no.code):
                log.error("The token of the Slack workspace %s can’t be renewed. %s", team, no)
            elif not no.ours:
                log.warning("the token of the Slack workspace %s is not renewed yet: %s", team, no.code or "no answer")
            if no.ours:
                self._unrenewed[team] = no.code, time.monotonic()
            return
        except Exception as failed:
            log.error("the token of the Slack workspace %s is not renewed yet: %s", team, type(failed).__name__)
            return
        self._unrenewed.pop(team, None)
        self._is(team, install)

    # ------------------------------------------------------------ rounds

    async def _go_round(self) -> None:
        while True:
            for team, install in list(self._known.items()):
                if install.expires is not None and install.expires - time.time() <= self._hosted.margin:
                    await asyncio.shield(self._hands.take(self._renew(team)))
            await asyncio.sleep(self._hosted.pause)
            try:
                self._all(await self._installs.every())
            except Exception as failed:
                log.error("which Slack workspaces have the app can’t be found out: %s", type(failed).__name__)
