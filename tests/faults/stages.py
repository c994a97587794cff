"""One council on one platform, put up again as it stood at any moment: the bot's files, the platform's memory.

In: a platform, a council; a folder and what was pickled. Out: a rig with a bot just begun; all of it, for later.
Never: anything of the bot's own memory: that goes with its process.
"""

import asyncio
import io
import json
import pickle
import re
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, TypeAlias

from bot.conversation import Notice, Person
from bot.handbook import Handbook
from bot.outbox import Outbox
from bot.ports import Platform
from content import load
from deploy.documents.bringing import reader
from deploy.handbooks import Handbooks, handbook, shipped
from deploy.settings import made_up
from storage.store import SqlStore
from tests import databases
from tests.contract import slack_rig
from tests.contract.slack_rig import SlackRig
from tests.contract.teams_rig import TeamsRig
from tests.contract.web_rig import WebRig
from tests.faults.points import Point, Points
from tests.faults.steps import Overheard
from tests.slack.standin import StandIn as Slack
from tests.teams import councils as teams_councils
from tests.teams.standin import StandIn as Teams

Rig: TypeAlias = WebRig | SlackRig | TeamsRig
#: What stands on the platform: where, for whom, by whom, what.
Stands: TypeAlias = Counter[tuple[str, str, str, str]]

#: Where stories stand, and the files that are handed over in them.
STORIES: Final = Path(__file__).parent / "stories"
#: What each start of a rig makes anew.
_ANEW: Final = frozenset(
    {"_data", "_started", "_after", "chat", "outbox", "ticker", "client", "slack", "teams", "space", "tenant"}
    | {"lease", "around", "makes"}
)
_SETTINGS: Final = {
    "web": made_up.settings_of,
    "slack": slack_rig.settings_of,
    "teams": teams_councils.settings_of,
}
_MADE_UP: Final = re.compile(r"\b[A-Z]{2}-[A-Z2-9]{4}-?[A-Z2-9]{2,4}\b|[0-9a-f]{16,}|notice-\w+|\d{13}\b|\bs\d{4}\b")


@cache
def book_of(platform: str, council: str) -> Handbook:
    """A council's handbook, as the rig of this platform has it: made once, before anything is forked."""
    sisters = [load.council(id) for id in load.councils()]
    own = _SETTINGS[platform](council)
    return handbook(shipped(own), sisters=sisters, settings=own)


def masked(said: str) -> str:
    """Without what is made up anew each time: references, ids, numbers of notices."""
    return _MADE_UP.sub("…", said)


class Asked:
    """A platform that writes down, before it is asked to take a notice, which it is: `once` must be asked once."""

    def __init__(self, chat: Platform, asked: list[tuple[str, bool]]) -> None:
        self._chat = chat
        self._asked = asked

    async def deliver(self, notice: Notice, key: str) -> None:
        self._asked.append((key, getattr(notice, "once", False)))
        await self._chat.deliver(notice, key)

    async def reaches(self, who: Person) -> str:
        return await self._chat.reaches(who)


class Delivering(Outbox):
    """What stands on the platform more than before, once everything is delivered, is added to `came`."""

    rig: "Rig"
    stage: "Stage"
    came: Stands

    async def deliver(self) -> int:
        before = self.stage.stands(self.rig)
        arrived = await super().deliver()
        self.came.update(self.stage.stands(self.rig) - before)
        return arrived


@dataclass
class Kept:
    """What outlives the bot's process, beside its files: the platform's memory, the time, what was asked and logged.

    `lasting` are the points after which something was done for good; `sent`: the act's one delivery had begun.
    """

    world: bytes = b""
    asked: list[tuple[str, bool]] = field(default_factory=list)
    replied: bool = True
    sent: bool = True
    log: list[str] = field(default_factory=list)
    lasting: tuple[Point, ...] = ()

    def packed(self) -> bytes:
        """To be written to a file."""
        return pickle.dumps(self)

    @staticmethod
    def unpacked(told: bytes) -> "Kept":
        """From a file of ours."""
        found: Kept = pickle.loads(told)  # noqa: S301
        return found


class Stage:
    """Made once for a flow, before anything is forked; `on` is entered in a child. `took`: steps of desks."""

    def __init__(self, platform: str, council: str, home: Path) -> None:
        self.platform, self.council = platform, council
        self.took: set[str] = set()
        self._standin: Slack | Teams | None = None
        book_of(platform, council)
        if platform == "slack":
            self._standin = slack = Slack()
            _at_ports(slack)
            slack_rig.settled(slack)
        elif platform == "teams":
            home.mkdir(parents=True, exist_ok=True)
            self._standin = teams = Teams(home)
            _at_ports(teams, teams.keys, teams.login)

    @asynccontextmanager
    async def on(
        self, folder: Path, kept: Kept, points: Points, *, lease: timedelta | None = None
    ) -> AsyncIterator[Rig]:
        """The bot begins on these files; everybody and everything else is as it was kept."""
        async with AsyncExitStack() as after:
            rig = self._rig(folder)
            rig.around = (points.at_bot,)
            rig.makes = partial(Overheard, self.took.add, book_of(self.platform, self.council))
            rig.lease = rig.lease if lease is None else lease
            told = self._told(rig, kept.world) if kept.world else {}
            if self._standin is not None:
                await after.enter_async_context(self._begun(self._standin, points, told))
            await after.enter_async_context(rig)
            rig.__dict__.update(told.get("rig", {}))
            self._delivering(rig, kept)
            yield rig

    @asynccontextmanager
    async def _begun(self, standin: Slack | Teams, points: Points, told: Mapping[str, Any]) -> AsyncIterator[None]:
        if isinstance(standin, Slack) and told:
            standin.ahead = told["time"] - time.time()
        servers = [
            standin._server,
            *([standin.keys._server, standin.login._server] if isinstance(standin, Teams) else []),
        ]
        for server in servers:
            server.app.middlewares.append(points.at_platform)
        async with standin:
            if isinstance(standin, Teams):
                teams_councils.settled(standin)
            for name in {"spaces", "tenants"} & set(told):
                setattr(standin, name, told[name])
            yield

    def _rig(self, folder: Path) -> Rig:
        made: Rig
        if isinstance(self._standin, Slack):
            made = _SlackStage(folder, self.council)
            SlackRig._slacks[folder] = self._standin
        elif isinstance(self._standin, Teams):
            made = _TeamsStage(folder, self.council)
            TeamsRig._standins[folder] = self._standin
        else:
            made = _WebStage(folder, self.council)
        return made

    def _delivering(self, rig: Rig, kept: Kept) -> None:
        store = rig.outbox._store
        outbox = Delivering(store, {self.platform: Asked(rig.chat, kept.asked)}, rig._clock)
        outbox.rig, outbox.stage, outbox.came = rig, self, Counter()
        rig.outbox = outbox

    # ------------------------------------------------------------ what is kept of it

    def keep(self, rig: Rig, kept: Kept, points: Points, log: list[str]) -> Kept:
        """All but the bot and its files, as it is now."""
        told: dict[str, Any] = {"rig": {n: v for n, v in rig.__dict__.items() if n not in _ANEW}}
        if isinstance(self._standin, Slack):
            told |= {"spaces": self._standin.spaces, "time": self._standin.time()}
        elif isinstance(self._standin, Teams):
            told |= {"tenants": self._standin.tenants}
        out = io.BytesIO()
        _Pickler(out, self._standin, rig).dump(told)
        log = [*kept.log, *log]
        return Kept(out.getvalue(), list(kept.asked), points.replied, points.sent, log, points.lasting())

    def _told(self, rig: Rig, world: bytes) -> dict[str, Any]:
        told: dict[str, Any] = _Unpickler(io.BytesIO(world), self._standin, rig).load()
        return told

    # ------------------------------------------------------------ what can be seen

    def stands(self, rig: Rig) -> Stands:
        """Everything that stands on the platform, whoever may see it."""
        if isinstance(rig, SlackRig):
            said = (one for one in rig.space.said if not one.gone)
            found = ((one.channel, one.only_for or "", one.user, _text(one.text, one.blocks)) for one in said)
        elif isinstance(rig, TeamsRig):
            talk = (one for one in rig.tenant.said if not one.gone)
            whose = {id: place.who or id for id, place in rig.tenant.conversations.items()}  # their ids are made up
            found = ((whose[one.conversation], one.only_for or "", one.by, _text(one.text, one.card)) for one in talk)
        else:
            query = "SELECT place, only_for, author, body FROM web_posts"
            rows = databases.rows(databases.url(rig._data), query)
            found = ((place, only or "", by, _text("", body)) for place, only, by, body in rows)
        return Counter(found)


def _text(words: str, drawn: Any) -> str:
    return masked(words + (drawn if isinstance(drawn, str) else json.dumps(drawn, sort_keys=True)))


# ---------------------------------------------------------------- rigs whose handbooks are there already


def _books(platform: str, rig: Any, store: SqlStore) -> Handbooks:
    book = replace(book_of(platform, rig._council), reads=reader())
    return Handbooks({rig._council: book}, rig._clock, store)


class _WebStage(WebRig):
    """Hands files over as the page does: the file, then the form that speaks of it; both, where that is sent again."""

    def _books(self, store: SqlStore) -> Handbooks:
        return _books("web", self, store)

    async def _post(self, what: dict[str, Any]) -> None:
        handed = {label: name for label, name in self._filled.items() if (STORIES / name).is_file()}
        await super()._post(what | ({"files": handed} if what["kind"] == "submit" and handed else {}))

    async def _deliver(self, body: dict[str, Any]) -> None:
        names = body.get("files", {})
        files = {field: await self._handed_over(name, body["seat"]) for field, name in names.items()}
        await super()._deliver(body | ({"files": files} if files else {}))

    async def _handed_over(self, name: str, seat: str) -> str:
        whose = {"council": self._council, "seat": seat, "name": name}
        sent = {"data": (STORIES / name).read_bytes(), "headers": {"Content-Type": "application/octet-stream"}}
        answer = await (await self.client.post("/api/files", params=whose, **sent)).json()
        return str(answer["file"])


class _SlackStage(SlackRig):
    def _books(self, store: SqlStore) -> Handbooks:
        return _books("slack", self, store)


class _TeamsStage(TeamsRig):
    def _books(self, store: SqlStore) -> Handbooks:
        return _books("teams", self, store)


# ---------------------------------------------------------------- pickling, ports


class _Pickler(pickle.Pickler):
    """What is made anew with each process is only named."""

    def __init__(self, out: io.BytesIO, standin: object, rig: object) -> None:
        super().__init__(out)
        self._names = {id(standin): "standin", id(rig): "rig"}

    def persistent_id(self, given: Any) -> str | None:
        return self._names.get(id(given)) if given is not None else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, given: io.BytesIO, standin: object, rig: object) -> None:
        super().__init__(given)
        self._named = {"standin": standin, "rig": rig}

    def persistent_load(self, name: str) -> object:
        return self._named[name]


def _at_ports(*doors: Any) -> None:
    """Each at a port of its own that stays: addresses are written down on both sides."""
    for door in doors:
        with socket.create_server(("127.0.0.1", 0)) as asked:
            door._server.port = asked.getsockname()[1]


async def settled(rig: Rig, folder: Path, rounds: int = 6) -> None:
    """The clockwork runs until nothing is due any more."""
    for _ in range(rounds):
        await rig.ticker.tick()
        await rig.outbox.deliver()
        now = rig._clock()
        if not any(due <= now for due in dues(folder)):
            break
        await asyncio.sleep(0)


def dues(folder: Path) -> list[datetime]:
    """When each thing that is promised falls due, and each notice is to be sent."""
    promised = [due for (due,) in databases.rows(databases.url(folder), "SELECT due FROM promises")]
    return [*map(_instant, promised), *(due for due in outbox_dues(folder) if due is not None)]


def outbox_dues(folder: Path) -> list[datetime | None]:
    """When each notice is to be sent; None for those that were set aside."""
    found = [due for (due,) in databases.rows(databases.url(folder), "SELECT due FROM outbox")]
    return [None if due is None else _instant(due) for due in found]


def _instant(due: str | datetime) -> datetime:
    return datetime.fromisoformat(due).replace(tzinfo=UTC) if isinstance(due, str) else due
