"""The hosted app: workspaces that take it and leave it while the bot runs, and their tokens, which run out.

In: where installs are kept. Out: workspaces entered, each with a token that holds. Never: a call with a token that is
over where there is another; a renewal begun at the end; a workspace served that left; a look into the store for each
call; two renewals of one token at a time; an install deleted that Slack did not say is over.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Coroutine, Iterable
from functools import partial
from typing import Any, Final

from adapters.slack.doors import Entered
from adapters.slack.installs import Ending, Hosted, Install
from adapters.slack.refusals import Refused
from bot.hands import Hands
from bot.remembered import Remembered

log = logging.getLogger(__name__)

#: Seconds until a renewal that Slack refused is tried again.
_REFUSED: Final = 300.0
#: Seconds for Slack to tell whether the bot is let in still; it waits for an answer itself meanwhile.
_ASK: Final = 1.5
#: Seconds that a call waits for a token which another call, or a round, renews already.
_WAIT: Final = 4.0
#: Seconds between looks into the store for another token than one that is over, or for what it could not tell.
_LATELY: Final = 5.0
_EXPIRED: Final = "token_expired"
#: Slack's words for that the bot is not in the workspace any more. With any other it may be let in again by itself, as
#: where the workspace is being moved into an organisation: the install is kept.
_GONE: Final = ("token_revoked", "account_inactive", "invalid_auth", "not_authed", "app_not_installed")


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
        #: When what is known of each was begun to be read: what was begun before that is older, however late it comes.
        self._as_of: Remembered[float] = Remembered()
        self._damaged: set[str] = set()
        self._failed: set[str] = set()
        self._unrenewed: dict[str, str] = {}
        self._wait: dict[str, float] = {}
        self._lately: dict[str, tuple[str, float]] = {}
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._rounds: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Every workspace that has the app. Raises `UnusableStore` where installs can't be read."""
        await self._look_at_all()

    def go_round(self) -> None:
        """From now on tokens are renewed before they are over, and who took the app or left is noticed."""
        self._rounds = asyncio.create_task(self._go_round())

    def ending(self) -> None:
        """The first sign of the end: no more rounds and no new renewals; what Slack was asked goes on, in the hands."""
        self._installs.end()
        if self._rounds is not None:
            self._rounds.cancel()

    async def end(self) -> None:
        """The same, and nothing of a round is left."""
        self.ending()
        if self._rounds is not None:
            await asyncio.gather(self._rounds, return_exceptions=True)

    # ------------------------------------------------------------ how it is

    def amiss(self, team: str) -> str:
        """Slack's word for why a token can't be renewed, "damaged" where its install can't be read; or empty."""
        known = self._known.get(team)
        over = known is not None and known.expires is not None and known.expires <= time.time()
        late = _EXPIRED if over and team in self._wait else ""
        return "damaged" if team in self._damaged else self._unrenewed.get(team, late)

    def unsure(self, team: str) -> bool:
        """Whether it is not known if this workspace has the app: its install can't be read."""
        return team in self._failed or team in self._damaged

    def outside(self) -> list[dict[str, object]]:
        """Workspaces that have the app, and can't be served since their install is damaged."""
        return [
            {"team": team, "transport": "http", "connected": False, "last_ping": None, "refused": "damaged"}
            for team in sorted(self._damaged - self._here.keys())
        ]

    # ------------------------------------------------------------ who is here

    async def find(self, team: str) -> Entered | None:
        """A workspace that has the app. One that another process learnt of is looked for, once in a while."""
        looked = self._looked.get(team)
        if looked is None or time.monotonic() - looked > self._hosted.look:
            await self.look(team)
        return self._here.get(team)

    async def look(self, team: str) -> None:
        """How it is with this workspace now. Where the store can't be read it stays as it was."""
        begun = time.monotonic()
        try:
            install = await self._installs.of(team)
        except Exception as failed:  # an error may hold a row: only its kind is told
            told = type(failed).__name__
            if self._is_older(team, begun):
                return
            if team not in self._damaged:
                log.error("whether the Slack workspace %s has the app can’t be found out: %s", team, told)
            self._failed.add(team)
            self._looked.put(team, time.monotonic() - max(0.0, self._hosted.look - _LATELY))
            return
        self._is(team, install, begun)

    async def left(self, team: str) -> None:
        """Slack says that the app was taken out; that may be of before it was installed again, so it is asked.

        Raises `Refused` where it does not say that it was: it then tells of it again.
        """
        await self.look(team)
        install, entered = self._known.get(team), self._here.get(team)
        if install is None or entered is None:
            return
        try:
            await entered.workspace.calls("auth.test", _ASK)
        except Refused as no:
            if no.code not in _GONE:
                raise
            await self._installs.gone(install)
            await self.look(team)
            return
        log.info("the Slack workspace %s has the app still", team)

    async def _look_at_all(self) -> None:
        begun = time.monotonic()
        self._all(*await self._installs.every(), begun)

    def _all(self, found: Iterable[Install], damaged: Collection[str], begun: float) -> None:
        installs = {install.team: install for install in found}
        damaged = {team for team in damaged if not self._is_older(team, begun)}
        for team in damaged - self._damaged:
            log.error(
                "The install of the Slack workspace %s is damaged. It stays as it was for as long as its token holds; "
                "somebody there installs the app again, at /slack/install.",
                team,
            )
        self._damaged = damaged
        for team in [*self._known.keys() - installs.keys() - self._damaged, *installs]:
            self._is(team, installs.get(team), begun)

    def _is_older(self, team: str, begun: float) -> bool:
        """Whether more is known of it by now than what it was begun to read then."""
        return begun < (self._as_of.get(team) or 0.0)

    def _is(self, team: str, install: Install | None, begun: float) -> None:
        if self._is_older(team, begun):
            return
        self._as_of.put(team, begun)
        self._looked.put(team, time.monotonic())
        self._failed.discard(team)
        self._damaged.discard(team)
        before, entered = self._known.get(team), self._here.get(team)
        if install is None or before is None or (before.number, before.token) != (install.number, install.token):
            for of in (self._unrenewed, self._wait, self._lately):
                of.pop(team, None)
        if install is None:
            if before is not None:
                log.warning("The app was taken out of the Slack workspace %s. It is served no more.", team)
                self._here.pop(team, None)
            self._known.pop(team, None)
            return
        if before is None or entered is None or (before.bot_user, before.bot_id) != (install.bot_user, install.bot_id):
            self._here[team] = entered = self._made(install)
        self._known[team] = install
        entered.workspace.calls.take(install.token, install.expires, team)

    # ------------------------------------------------------------ tokens

    async def another(self, team: str, used: str, code: str) -> None:
        """This token is over. What is begun goes on whoever stops waiting: a refresh token serves once."""
        token, until = self._lately.get(team, ("", 0.0))
        if token == used and time.monotonic() < until:
            return
        await asyncio.wait({self._once(team, partial(self._another, team, used, code))}, timeout=_WAIT)

    def _once(self, team: str, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        """What is in hand for this workspace already; else this."""
        task = self._in_hand.get(team)
        if task is None or task.done():
            task = self._in_hand[team] = self._hands.take(work())
        return task

    async def _another(self, team: str, used: str, code: str) -> None:
        await self.look(team)
        known = self._known.get(team)
        if known is not None and known.token == used and known.expires is not None and code == _EXPIRED:
            await self._renew(team, used)
            known = self._known.get(team)
        if known is not None and known.token == used:
            self._lately[team] = used, time.monotonic() + min(self._hosted.look, _LATELY)

    async def _renew(self, team: str, over: str = "") -> None:
        if time.monotonic() < self._wait.get(team, 0.0):
            return
        before = self._known.get(team)
        try:
            install = await self._installs.renewed(team, self._hosted.margin, over)
        except Ending:
            return
        except Refused as no:
            self._not_renewed(team, no)
        except Exception as failed:
            log.error("the token of the Slack workspace %s is not renewed yet: %s", team, type(failed).__name__)
            self._wait[team] = time.monotonic() + self._hosted.away
        else:
            if self._known.get(team) == before:
                self._is(team, install, time.monotonic())
            else:  # installed again, or taken out, while Slack was asked: which came last the store knows
                await self.look(team)

    def _not_renewed(self, team: str, no: Refused) -> None:
        """What is the same as before is not said again."""
        if no.ours:
            if self._unrenewed.get(team) != no.code:
                log.error("The token of the Slack workspace %s can’t be renewed. %s", team, no)
            self._unrenewed[team] = no.code
        elif team not in self._wait:
            log.warning("the token of the Slack workspace %s is not renewed yet: %s", team, no.code or "no answer")
        asked_for = no.after.total_seconds() if no.after else 0.0
        self._wait[team] = time.monotonic() + (_REFUSED if no.ours else max(self._hosted.away, asked_for))

    # ------------------------------------------------------------ rounds

    async def _go_round(self) -> None:
        while True:
            for team, install in list(self._known.items()):
                if install.expires is not None and install.expires - time.time() <= self._hosted.margin:
                    # Whatever becomes of one, the rounds go on; and it goes on where they end.
                    await asyncio.wait({self._once(team, partial(self._renew, team))})
            await asyncio.sleep(self._hosted.pause)
            try:
                await self._look_at_all()
            except Exception as failed:
                log.error("which Slack workspaces have the app can’t be found out: %s", type(failed).__name__)
