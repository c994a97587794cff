"""The place where a story is told while Slack misbehaves: the contract's rig, and people whose deliveries come amiss.

In: a folder. Out: a rig with everything that the story needs. Never: a word of the adapter's.
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from bot.conversation import Command, Press
from tests.contract.slack_rig import CHANNEL, SlackRig, settings_of, team, user
from tests.faults import playing
from tests.faults.amiss import OVERTAKEN, Amiss
from tests.faults.story import BOT, COUNCIL
from tests.slack import SENTENCES, reading
from tests.slack.standin import Somebody, StandIn
from tests.slack.standin.posted import Answer, Request

#: Seconds that a call with a notice may take; the others have the adapter's own time.
_PATIENCE: Final = 1.0
#: How a delivery may come: its Socket Mode connection is gone before it is answered.
IN_HAND: Final = "cut while it is heard"


class Courier(Somebody):
    """Somebody whose deliveries come amiss."""

    here: "Here"

    async def _by_post(self, what: str, body: dict[str, Any], retry: tuple[int, str] | None) -> Answer:
        if self.here.way == OVERTAKEN:
            self.here.way, self.here.under_way = "", (self, what, body)
            return Answer(Request(b"", "", {}, {}), 0)
        answer = await self._by_some_way(what, body, retry)
        if self.here.under_way is not None:
            (person, *late), self.here.under_way = self.here.under_way, None
            await Somebody._by_post(person, *late, None)
        return answer

    async def _by_some_way(self, what: str, body: dict[str, Any], retry: tuple[int, str] | None) -> Answer:
        whole, self.waits = self.waits, 0.02 if self.here.way == "given up after 20 ms" else self.waits
        try:
            first = super()._by_post(what, body, retry)
            if self.here.way != "twice at the same time":
                answer = await first
            else:
                answer, _ = await asyncio.gather(first, self._sent_too(what, body))
        finally:
            self.waits = whole
        self.here.deliveries += 1
        self.here.delivered.append((self, what, body))
        if self.here.way == "again at once":
            await super()._by_post(what, body, retry)
        if self.here.way == "its acknowledgement is lost":
            return Answer(answer.request, 0)
        return answer

    async def _by_socket(self, what: str, body: dict[str, Any], retry: tuple[int, str] | None) -> Answer:
        self.here.deliveries += 1
        if self.here.way == IN_HAND:
            asyncio.get_running_loop().call_later(0.01, lambda: asyncio.ensure_future(self.slack.links.cut(self.space)))
        return await super()._by_socket(what, body, retry)

    async def _sent_too(self, what: str, body: dict[str, Any]) -> None:
        """The same, signed at another second."""
        await asyncio.sleep(0.005)
        await super()._by_post(what, body, None)


class Slow:
    """A bot that takes so many seconds to hear what somebody waits at."""

    def __init__(self, bot: Any, seconds: float) -> None:
        self._bot, self._seconds = bot, seconds

    async def hear(self, event: Any) -> Any:
        if isinstance(event, Command | Press):
            await asyncio.sleep(self._seconds)
        return await self._bot.hear(event)


class Here(Amiss, SlackRig):
    """Slack's rig, at which things go wrong."""

    answers_commands = True
    options: ClassVar[Mapping[str, Any]] = {"pace": 0, "patience": _PATIENCE, "hold": 1.0}

    def __init__(self, data: Path, *, sockets: bool = False, slow: float = 0.0) -> None:
        super().__init__(data, COUNCIL)
        self.slow = slow
        self.delivered: list[tuple[Courier, str, dict[str, Any]]] = []
        self.under_way: tuple[Courier, str, dict[str, Any]] | None = None
        self._sockets = sockets
        self._known: dict[str, Courier] = {}

    async def __aenter__(self) -> "Here":
        slack = await self._started.enter_async_context(StandIn())
        self._slacks[self._data] = slack
        self._started.callback(self._slacks.pop, self._data)
        space = slack.workspace(team(COUNCIL), sockets=self._sockets)
        for one in settings_of(COUNCIL).people:
            space.add_user(user(one.id), one.name)
        space.add_channel(CHANNEL, "council")
        await super().__aenter__()
        return self

    async def _start(self) -> None:
        async with playing.beginning():
            await super()._start()
        if self._sockets:
            await self.slack.links.until(self.slack.links.opened + 1)

    def ears(self, bot: Any) -> Any:
        heard = super().ears(bot)
        return Slow(heard, self.slow) if self.slow else heard

    @property
    def _me(self) -> Courier:
        if self._seat not in self._known:
            made = Courier(self.slack, self.space, self.space.users[user(self._seat)])
            made.here = self
            self._known[self._seat] = made
        return self._known[self._seat]

    async def _done(self) -> None:
        """Slack brings an event again that nobody took; then what is in hand is waited for."""
        me = self._me
        for number in (1, 2, 3):
            if me.answer is None or me.answer.taken or me._what != "events_api":
                break
            self.way = ""
            await asyncio.sleep(self.pause if number > 1 else 0.0)  # Slack's second try is a minute later
            await me.again((number, "http_error"))
        await self._arrived()

    # ------------------------------------------------------------ what the story needs

    def called(self) -> list[str]:
        return [call.method for call in self.slack.calls]

    async def home(self) -> None:
        await self._me.opens("home")
        await self._done()

    async def look(self) -> str:
        me, place = self._me, self._place
        private = [post.text for post in await self.posts() if post.by == BOT]
        if place == CHANNEL:
            private += [
                reading.text(one.blocks) for one in self.space.seen_by(me.user.id, self.space.chat(me.user.id).id)
            ]
        home = self.space.homes.get(me.user.id)
        page = reading.text(home.blocks) if home else ""
        return "\n".join([*private, self.form() or "", *self.problems(), page, *self.slack.troubles])

    async def seen_by(self, seat: str) -> str:
        who = user(seat)
        places = [self.space.seen_by(who, channel) for channel in list(self.space.channels)]
        views = [*self.space.modals.get(who, ()), *filter(None, [self.space.homes.get(who)])]
        blocks = [one.blocks for here in places for one in here] + [view.blocks for view in views]
        return "\n".join(json.dumps(one, ensure_ascii=False) for one in blocks)

    def said(self) -> str:
        messages = [payload for kind, payload in self.slack.sent if kind in ("message", "ephemeral", "ack", "home")]
        return json.dumps(messages, ensure_ascii=False)

    def is_kept(self, told: str) -> bool:
        return SENTENCES.unshown in told

    async def once_more(self, way: str) -> None:
        """What was delivered at this step, or all that ever was, comes again, the last first."""
        every, self.delivered = self.delivered, [] if way != "again, the ones before too" else self.delivered
        if way == "again, hours later":
            await self.hop(5)
            self.slack.ahead += 5 * 3600
        if way == "again, after a restart":
            await self.restart()
        for person, what, body in reversed(every[-8:]):
            await Somebody._by_post(person, what, body, (1, "http_error") if what == "events_api" else None)
        await self._arrived()
