"""The place where a story is told while Teams misbehaves: the contract's rig, and people whose deliveries come amiss.

In: a folder. Out: a rig with everything that the story needs. Never: a word of the adapter's.
"""

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from tests.contract.teams_rig import TeamsRig
from tests.faults import playing
from tests.faults.amiss import OVERTAKEN, Amiss
from tests.faults.story import BOT, COUNCIL
from tests.teams import SENTENCES, reading
from tests.teams.councils import account, channel_of, settings_of, tenant_of
from tests.teams.standin import Somebody, StandIn
from tests.teams.standin.posted import Answer

#: Who is believed by whatever asks the login for a token; the file that all in this process believe.
_BELIEVED: Final = "REQUESTS_CA_BUNDLE"
_FILE: Final = "the-login-of-all.pem"


class Courier(Somebody):
    """Somebody whose deliveries come amiss. An invoke that is brought again has another id, as Teams gives it."""

    here: "Here"

    async def _post(self, activity: dict[str, Any]) -> Answer:
        if self.here.way == OVERTAKEN:
            self.here.way, self.here.under_way = "", (self, activity)
            return Answer(activity, 0)
        answer = await self._by_some_way(activity)
        if self.here.under_way is not None:
            (person, late), self.here.under_way = self.here.under_way, None
            await Somebody._post(person, late)
        return answer

    async def _by_some_way(self, activity: dict[str, Any]) -> Answer:
        way, whole = self.here.way, self.waits
        self.here.deliveries += 1
        self.here.delivered.append((self, activity))
        if way == "given up after 20 ms":
            self.waits, self.here.way = 0.02, ""
        try:
            if way == "twice at the same time":
                answer, _ = await asyncio.gather(super()._post(activity), super()._post(self._anew(activity)))
            else:
                answer = await super()._post(activity)
        finally:
            self.waits = whole
        if way == "again at once":
            await super()._post(self._anew(activity))
        if way == "its answer is lost, and it comes again":
            self.here.way = ""
            if activity["type"] != "invoke":  # an invoke the client tries again by itself
                return await super()._post(activity)
            return Answer(activity, 0)
        return answer

    @staticmethod
    def _anew(activity: dict[str, Any]) -> dict[str, Any]:
        return activity | ({"id": f"{activity['id']}x"} if activity["type"] == "invoke" else {})


class Beside(StandIn):
    """One of several in a process, which all believe the same login."""

    async def __aenter__(self) -> "Beside":
        await self._server.start_server()
        await self.keys.__aenter__()
        await self.login.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.login.__aexit__()
        await self.keys.__aexit__()
        await self._server.close()


class Here(Amiss, TeamsRig):
    """Teams' rig, at which things go wrong."""

    answers_commands = False
    options: ClassVar[Mapping[str, Any]] = {"paced": False, "patience": 1.0}

    def __init__(self, data: Path) -> None:
        super().__init__(data, COUNCIL)
        self.delivered: list[tuple[Courier, dict[str, Any]]] = []
        self.under_way: tuple[Courier, dict[str, Any]] | None = None
        self._known: dict[str, Courier] = {}

    async def __aenter__(self) -> "Here":
        teams = await self._started.enter_async_context(Beside(self._data))
        self._believe(teams)
        self._standins[self._data] = teams
        self._started.callback(self._standins.pop, self._data)
        tenant = teams.tenant(tenant_of(COUNCIL))
        for one in settings_of(COUNCIL).people:
            tenant.add_person(account(one.id), one.name)
        tenant.add_channel(channel_of(COUNCIL), "council")
        await super().__aenter__()
        return self

    def _believe(self, teams: StandIn) -> None:
        """The certificates of all logins in one process are by one and the same key."""
        kept = playing.folder() / _FILE
        if os.environ.get(_BELIEVED) != str(kept):  # it may be that of the process which began this one
            kept.write_bytes(teams.login.ca.read_bytes())
            os.environ[_BELIEVED] = str(kept)

    async def _start(self) -> None:
        async with playing.beginning():
            await super()._start()

    @property
    def _me(self) -> Courier:
        if self._seat not in self._known:
            made = Courier(self.teams, self.tenant, self.tenant.people[account(self._seat)])
            made.here = self
            self._known[self._seat] = made
        return self._known[self._seat]

    # ------------------------------------------------------------ what the story needs

    def called(self) -> list[str]:
        return [call.name for call in self.teams.calls]

    async def look(self) -> str:
        aad = account(self._seat)
        seen = [post.text for post in await self.posts() if post.by == BOT]
        if self._place != self._chat:
            seen += [reading.text(one.card) for one in self.tenant.seen_by(aad, self._chat) if one.card]
        dialog = self._open
        told = [dialog.words, dialog.banner] if dialog else []
        return "\n".join([*seen, self.form() or "", *self.problems(), *told, *self._me.toasts, *self.teams.troubles])

    async def seen_by(self, seat: str) -> str:
        aad = account(seat)
        said = [one for id in list(self.tenant.conversations) for one in self.tenant.seen_by(aad, id)]
        dialog = self.tenant.dialogs.get(aad)
        shown = [*(one.card for one in said), *(old for one in said for old in one.past), dialog.card if dialog else {}]
        return json.dumps(shown, ensure_ascii=False)

    def said(self) -> str:
        return json.dumps([payload for kind, payload in self.teams.sent if kind == "activity"], ensure_ascii=False)

    def is_kept(self, told: str) -> bool:
        return SENTENCES.unshown in told

    async def once_more(self, way: str) -> None:
        """What was delivered at this step, or all that ever was, comes again, the last first."""
        every = self.delivered
        if way != "again, the ones before too":
            self.delivered = []
        if way == "again, hours later":
            await self.hop(5)
        if way == "again, after a restart":
            await self.restart()
        for person, activity in list(reversed(every[-8:])):
            await Somebody._post(person, Courier._anew(activity))
        await self._arrived()
