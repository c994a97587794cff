"""What comes to one workspace, heard once each.

In: payloads that are known to be Slack's. Out: what Slack is answered with.
Never: hears a delivery a second time while the first is in hand, or after it was answered for good; remembers without
bound; waits for anything but the bot and the answer to it.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from adapters.slack import parse
from adapters.slack.answering import Answering
from adapters.slack.hands import Hands
from adapters.slack.parse import Delivery, Payload
from adapters.slack.refusals import Refused
from adapters.slack.replies import Reply
from adapters.slack.workspace import Remembered, Workspace

log = logging.getLogger(__name__)

#: docs.slack.dev, "Verifying requests from Slack": what is older than five minutes is not from Slack.
FRESH: Final = 300
_CHAT: Final = 1.0  # seconds to find out which chat is somebody's, while they wait


class Hearing:
    """The ears of one workspace."""

    def __init__(self, workspace: Workspace, answering: Answering, clock: Callable[[], datetime], hands: Hands) -> None:
        self.workspace = workspace
        self._answering = answering
        self._clock = clock
        self._hands = hands
        self._in_hand: dict[str, asyncio.Task[Reply]] = {}
        self._answered: Remembered[Reply] = Remembered()
        self._seen: OrderedDict[str, float] = OrderedDict()

    # ------------------------------------------------------------ what there is to hear

    async def command(self, body: Payload) -> Reply:
        """`/protocol`, typed somewhere."""
        heard = parse.command(body, self.workspace.team, await self._chat(body), self._clock())
        return await self._asked(heard)

    async def action(self, body: Payload) -> Reply:
        """A button."""
        heard = parse.pressed(body, self.workspace.team, await self._chat(body), self._clock())
        return await self._asked(heard)

    async def view(self, body: Payload) -> Reply:
        """A modal sent in."""
        heard = parse.submitted(body, self.workspace.team, self._clock())
        view = body.get("view")
        return await self._once(heard, view if isinstance(view, Mapping) else {})

    async def event(self, body: Payload) -> Reply:
        """Something said to the bot, or one of its tabs opened; every other event is passed over."""
        team, at = self.workspace.team, self._clock()
        match parse.event_of(body):
            case "message":
                heard = parse.message(body, team, at)
            case "app_mention":
                heard = parse.mention(body, team, at, self.workspace.bot_user)
            case "app_home_opened":
                heard = parse.opened(body, team, at)
            case _:
                heard = None
        return await self._once(heard, {})

    # ------------------------------------------------------------ once

    def is_replay(self, timestamp: str, signature: str) -> bool:
        """Whether this very request came before. One too old to be Slack's is not asked about, and not remembered."""
        now = time.time()
        while self._seen and next(iter(self._seen.values())) < now:
            self._seen.popitem(last=False)
        if signature in self._seen:
            return True
        self._seen[signature] = max(now, float(timestamp)) + FRESH
        return False

    async def _asked(self, heard: Delivery | None) -> Reply:
        if heard is not None and not heard.event.where.private:
            self.workspace.replies_at(heard.event.where.id, heard.reply)
        return await self._once(heard, {})

    async def _chat(self, body: Payload) -> str:
        """Where it may come from somebody's own chat with the bot: which that is, as far as Slack can say so fast."""
        user = parse.user_of(body)
        if not user or not parse.is_direct(body):
            return ""
        try:
            return await self.workspace.chat(user, _CHAT)
        except Refused as no:
            log.warning("whose chat it is could not be found out: %s", no.code or "no answer")
            return ""

    async def _once(self, heard: Delivery | None, view: Mapping[str, Any]) -> Reply:
        """A delivery that comes again shares what became of the first, and brings nothing to be said again."""
        if heard is None:
            return Reply()
        id = heard.event.id
        if (before := self._answered.get(id)) is not None:
            return before
        if (task := self._in_hand.get(id)) is None:
            task = self._in_hand[id] = self._hands.take(self._taken(heard, view))
        return await asyncio.shield(task)

    async def _taken(self, heard: Delivery, view: Mapping[str, Any]) -> Reply:
        id = heard.event.id
        try:
            reply = await self._answering.take(heard, view)
        finally:
            self._in_hand.pop(id, None)
        if reply.final:
            body = reply.body if reply.body and "response_action" in reply.body else None
            self._answered.put(id, Reply(body))
        log.info("%s %s: %d", heard.from_, id, reply.status)
        return reply
