"""What somebody does in Slack's own client, and what the client then does of itself.

In: what a person types, presses and fills in. Out: deliveries to the bot, over HTTP or Socket Mode.
Never: an action that the client would not let them do.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from tests.slack.standin import payloads, posted, views
from tests.slack.standin.posted import Answer, Request, as_fields, as_json, as_payload
from tests.slack.standin.server import StandIn
from tests.slack.standin.state import Said, User, View, Workspace

Body = dict[str, Any]
#: What Slack's client says by itself, without asking the app.
REQUIRED = "Please complete this required field."
_TROUBLE = "the app did not respond"


@dataclass
class Somebody:
    """One person at their Slack. `last` is the last thing that was sent to the bot, `answer` what came back.

    `waits` is how many seconds Slack waits for that; where a test knows the moment, it `gives_up`.
    """

    slack: StandIn
    space: Workspace
    user: User
    last: Request | None = field(default=None, init=False)
    answer: Answer | None = field(default=None, init=False)
    waits: float = posted.WAITS
    _waiting: asyncio.Task[Answer] | None = field(default=None, init=False)
    _what: str = field(default="", init=False)
    _of: str = field(default="", init=False)

    def __getstate__(self) -> dict[str, object]:
        """Who is taken from one process to another leaves behind what is on its way."""
        return self.__dict__ | {"_waiting": None}

    # ------------------------------------------------------------ saying

    async def say(self, channel: str, text: str, thread: str | None = None) -> Said:
        """Words in a place. The bot hears them in its direct messages, and where it is named and is a member."""
        here = self.space.channels[channel]
        said = self.space.say(channel, self.user.id, text, [], self.slack.time(), thread=thread)
        mention = not here.dm and f"<@{self.space.bot.id}>" in payloads.typed(text, self.space)
        if here.dm or (mention and self.space.bot.id in here.members):
            await self.event(payloads.message(self.space, self.user, here, said, mention=mention))
        return said

    async def event(self, inner: Body) -> Answer:
        """Any event, as it would come."""
        return await self._deliver("events_api", payloads.event(self.space, inner, self.slack.time()))

    async def opens(self, tab: str) -> Answer:
        """The app's own page: `home` or `messages`."""
        return await self.event(payloads.home(self.space, self.user, tab, self.slack.time()))

    async def command(self, channel: str, text: str) -> Answer:
        """`/protocol TEXT`, which nobody else sees."""
        now = self.slack.time()
        trigger = payloads.trigger(self.space, self.user.id, now)
        url = payloads.reply(self.space, self.slack.hooks, channel, self.user.id, now)
        here = self.space.channels[channel]
        fields = payloads.command(self.space, self.user, here, text, trigger, url)
        return await self._deliver("slash_commands", fields, of=url.rpartition("/")[2])

    # ------------------------------------------------------------ pressing

    async def press(self, said: Said, button: tuple[str, Body]) -> Answer:
        """A button under a message: its block's id, and the button."""
        now = self.slack.time()
        trigger = payloads.trigger(self.space, self.user.id, now)
        source = said.ts if said.only_for or said.user == self.space.bot.id else None
        url = payloads.reply(self.space, self.slack.hooks, said.channel, self.user.id, now, source)
        body = payloads.pressed_in(self.space, self.user, said, button, trigger, url, now)
        return await self._deliver("interactive", body)

    async def press_on(self, view: View, button: tuple[str, Body]) -> Answer:
        """A button in a modal or on the Home tab."""
        now = self.slack.time()
        trigger = payloads.trigger(self.space, self.user.id, now, view.id if view.body["type"] == "modal" else "")
        body = payloads.pressed_on(self.space, self.user, view, button, trigger, now)
        return await self._deliver("interactive", body)

    # ------------------------------------------------------------ forms

    @property
    def modal(self) -> View | None:
        """What is open, uppermost."""
        stack = self.space.modals.get(self.user.id)
        return stack[-1] if stack else None

    def fill(self, block_id: str, value: Any) -> None:
        """An input of the open modal."""
        assert self.modal is not None, "no form is open"
        views.put(self.modal, block_id, value)

    async def submit(self) -> Answer | None:
        """Send the open modal. None where Slack's client says that something is missing, and sends nothing."""
        view = self.modal
        assert view is not None, "no form is open"
        view.problems = _missing(view)
        if view.problems:
            return None
        trigger = payloads.trigger(self.space, self.user.id, self.slack.time(), view.id)
        return await self._deliver("interactive", payloads.submitted(self.space, self.user, view, trigger), of=view.id)

    def closes(self) -> None:
        """The open modal, unsent."""
        self.space.modals[self.user.id] = []

    # ------------------------------------------------------------ once more

    async def again(self, retry: tuple[int, str] | None = (1, "http_error")) -> Answer:
        """The last delivery: an event as Slack tries again, anything else signed anew."""
        assert self.last is not None, "nothing was done yet"
        return await self._deliver(self._what, self.last.body, of=self._of, retry=retry)

    async def replay(self) -> Answer:
        """The last delivery as somebody would send it who listened: the same signature."""
        assert self.last is not None, "nothing was done yet"
        return await posted.post(self.space.url, self.last, self.waits)

    def gives_up(self) -> None:
        """Slack waits no more for what was sent last."""
        assert self._waiting is not None, "nothing is on its way"
        self._waiting.cancel()

    # ------------------------------------------------------------ the way to the bot

    async def _deliver(self, what: str, body: Body, *, of: str = "", retry: tuple[int, str] | None = None) -> Answer:
        self._what, self._of = what, of
        retry = retry if what == "events_api" else None
        send = self._by_socket if self.space.app_token else self._by_post
        self._waiting = waiting = asyncio.create_task(send(what, body, retry))
        try:
            answer = await waiting
        except asyncio.CancelledError:
            if (here := asyncio.current_task()) is None or here.cancelling() or self.last is None:
                raise
            answer = Answer(self.last, 0)
        finally:
            self._waiting = None
        self.answer = answer
        if not answer.taken:
            if what != "events_api":
                self.slack.troubles.append(f"{what}: {_TROUBLE} ({answer.status})")
        elif what == "slash_commands" and answer.body:
            self.slack.answered(self.space, self.space.replies[of], answer.body, "ack")
        elif body.get("type") == "view_submission":
            self.slack.form_answered(self.space, self.user.id, of, answer.body)
        return answer

    async def _by_post(self, what: str, body: Body, retry: tuple[int, str] | None) -> Answer:
        encode = {"events_api": as_json, "slash_commands": as_fields, "interactive": as_payload}[what]
        raw, kind = encode(body)
        at = time.time()
        if self.last is not None and body is self.last.body:  # signed anew is signed at another second
            at = max(at, float(self.last.headers["X-Slack-Request-Timestamp"]) + 1)
        self.last = Request(raw, kind, posted.signed(self.space.secret, raw, kind, at=at, retry=retry), body)
        return await posted.post(self.space.url, self.last, self.waits)

    async def _by_socket(self, what: str, body: Body, retry: tuple[int, str] | None) -> Answer:
        self.last = Request(b"", what, {}, body)
        told = await self.slack.links.send(self.space, what, body, self.waits, retry)
        return Answer(self.last, 0) if told is None else Answer(self.last, 200, told)


def _missing(view: View) -> dict[str, str]:
    """What Slack's client asks for by itself."""
    needed = (block for block in view.blocks if block["type"] == "input" and not block.get("optional"))
    empty = {block["block_id"]: _empty(view, block["block_id"]) for block in needed}
    return {id: REQUIRED for id, is_empty in empty.items() if is_empty}


def _empty(view: View, block_id: str) -> bool:
    (held,) = view.values[block_id].values()
    return not next((held[name] for name in ("value", "selected_option", "selected_date") if name in held), None)
