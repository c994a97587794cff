"""What comes to one workspace, heard once each.

In: payloads that are known to be Slack's. Out: what Slack is answered with.
Never: hears a delivery a second time while the first is in hand, or after it was answered for good; remembers without
bound; waits for anything but the bot and the answer to it.
"""

import asyncio
import hmac
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from adapters.slack import parse
from adapters.slack.answering import Answering
from adapters.slack.parse import Delivery, Payload
from adapters.slack.refusals import Refused
from adapters.slack.replies import Reply
from adapters.slack.workspace import AT_MOST, Workspace
from bot.conversation import Submit
from bot.hands import Hands
from bot.log_name import log_name
from bot.remembered import Lately

log = logging.getLogger(__name__)

#: docs.slack.dev, "Verifying requests from Slack": what is older than five minutes is not from Slack.
FRESH: Final = 300
#: Seconds for which a delivery is known; Slack brings it again within six minutes (docs.slack.dev, Events API).
_AGAIN: Final = 15 * 60.0
_CHAT: Final = 1.0  # seconds from when it came to find out which chat is somebody's, while they wait
_MARK: Final = 16  # hexadecimal digits


class Came(Struct, frozen=True):
    """A request's own: when it came, in seconds of the loop's clock, and whether Slack brings it no more."""

    at: float
    last: bool = False


class Hearing:
    """The ears of one workspace. What was signed before `since` may have been heard before.

    `since` is by the clock that nobody puts back (`time.monotonic`).
    """

    def __init__(
        self, workspace: Workspace, answering: Answering, clock: Callable[[], datetime], hands: Hands, since: float
    ) -> None:
        self.workspace = workspace
        self._answering = answering
        self._clock = clock
        self._hands = hands
        self._since = since
        self._in_hand: dict[str, asyncio.Future[Reply]] = {}
        self._answered: Lately[Reply] = Lately(_AGAIN, AT_MOST)
        self._seen: OrderedDict[str, float] = OrderedDict()

    # ------------------------------------------------------------ what there is to hear

    async def command(self, body: Payload, came: Came) -> Reply:
        """`/protocol`, typed somewhere."""
        heard = parse.command(body, self.workspace.team, await self._chat(body, came), self._clock())
        return await self._asked(heard, came)

    async def action(self, body: Payload, came: Came) -> Reply:
        """A button."""
        heard = parse.pressed(body, self.workspace.team, await self._chat(body, came), self._clock())
        return await self._asked(heard, came)

    async def view(self, body: Payload, came: Came) -> Reply:
        """A dialog sent in."""
        heard = parse.submitted(body, self.workspace.team, self._clock())
        view = body.get("view")
        return await self._once(heard and self._sealed(heard), came, view if isinstance(view, Mapping) else {})

    async def event(self, body: Payload, came: Came) -> Reply:
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
        return await self._once(heard, came, {})

    # ------------------------------------------------------------ once

    def is_replay(self, timestamp: str, signature: str) -> bool:
        """Whether this very request came before, or may have, to whoever ran before this was begun.

        One too old to be Slack's is not remembered.
        """
        now, signed = time.time(), float(timestamp)
        while self._seen and next(iter(self._seen.values())) < now:
            self._seen.popitem(last=False)
        if signature in self._seen or now - signed > time.monotonic() - self._since:
            return True
        self._seen[signature] = max(now, signed) + FRESH
        return False

    def _sealed(self, heard: Delivery) -> Delivery:
        """A form by what stands in it, too: sent again after a fault it has the same view and hash, edited or not.

        The workspace's own secret is the key, so that nobody can find out what was typed by trying.
        """
        if not isinstance(heard.event, Submit):
            return heard
        typed = json.dumps(sorted(heard.event.values.items())).encode()
        mark = hmac.new(self.workspace.secret.encode(), typed, "sha256").hexdigest()[:_MARK]
        return replace(heard, event=replace(heard.event, id=f"{heard.event.id}.{mark}"))

    async def _asked(self, heard: Delivery | None, came: Came) -> Reply:
        if heard is not None and not heard.event.where.private:
            self.workspace.replies_at(heard.event.where.id, heard.reply)
        return await self._once(heard, came, {})

    async def _chat(self, body: Payload, came: Came) -> str:
        """Where it may come from somebody's own chat with the bot: which that is, as far as Slack can say so fast."""
        user = parse.user_of(body)
        if not user or not parse.is_direct(body):
            return ""
        try:
            return await self.workspace.chat(user, came.at + _CHAT - asyncio.get_running_loop().time())
        except Refused as no:
            log.warning("whose chat it is could not be found out: %s", no.code or "no answer")
            return ""

    async def _once(self, heard: Delivery | None, came: Came, view: Mapping[str, Any]) -> Reply:
        """A delivery that comes again shares what became of the first, and brings nothing to be said again."""
        if heard is None:
            return Reply()
        id = heard.event.id
        if (before := self._answered.get(id)) is not None:
            return before
        if (reply := self._in_hand.get(id)) is None:
            given = replace(heard, came=came.at, last=came.last)
            reply = self._in_hand[id] = asyncio.get_running_loop().create_future()
            self._hands.take(self._taken(given, view, reply)).add_done_callback(lambda _: self._let_go(id, reply))
        return await asyncio.shield(reply)

    async def _taken(self, heard: Delivery, view: Mapping[str, Any], reply: "asyncio.Future[Reply]") -> None:
        """All that comes of it. What Slack is answered with may be known before everything is shown."""
        id = heard.event.id

        def acknowledge(with_: Reply) -> None:
            if reply.done():
                return
            if with_.final:
                kept = with_.body if with_.body and "response_action" in with_.body else None
                self._answered.put(id, Reply(kept))
            reply.set_result(with_)

        try:
            acknowledge(await self._answering.take(heard, view, acknowledge))
        except Exception as failed:
            if reply.done():  # nobody holds the request any more: the hands tell of it
                raise
            reply.set_exception(failed)  # whoever holds it does
        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s was answered", log_name(heard.event))

    def _let_go(self, id: str, reply: "asyncio.Future[Reply]") -> None:
        """Also where it was cut short before it began: nobody waits for what never comes."""
        self._in_hand.pop(id, None)
        reply.cancel()
