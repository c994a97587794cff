"""One workspace as the bot knows it: its own chat with each person, what was said already, how fast it may speak.

In: messages that are drawn. Out: calls to Slack, paced. Never: decides who may see what; says a second time what was
said under the same key.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from adapters.slack import PLATFORM
from adapters.slack.calls import Calls
from adapters.slack.refusals import WHYS, Refused, out_of_reach, unanswered
from adapters.slack.render import Message
from bot.conversation import Place
from bot.remembered import Lately, Remembered

#: docs.slack.dev, "Handling user interaction": a response_url can be used for thirty minutes.
REPLY_LASTS: Final = 30 * 60.0
#: And five times.
REPLY_USES: Final = 5
#: How much of what one workspace said and did is remembered at least: for a quarter of an hour where all of a busy town
#: hall asks at once.
AT_MOST: Final = 1000
#: For how many seconds it is known what was said. A notice in parts that waits for longer, or for longer than so many
#: others, may show its first part twice.
_SAID: Final = 24 * 3600.0
#: There is no such chat, or nothing can be said there any more.
_GONE: Final = ("channel_not_found", "is_archived")
#: Nothing of what is said is a preview of some web page, and its text is nobody's markup.
_BARE: Final[Mapping[str, object]] = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}


class Workspace:
    """`team` is Slack's id of it, `bot_user` who the bot is there.

    `pace`: seconds between two notices in one channel. `seconds` is a clock that only ever goes on. `secret` is what
    nobody else knows, and stays the same; the token where none is given.
    """

    def __init__(
        self,
        team: str,
        name: str,
        bot_user: str,
        calls: Calls,
        pace: float,
        seconds: Callable[[], float] = time.monotonic,
        secret: str = "",
    ) -> None:
        self.team = team
        self.secret = secret or calls.web.token or ""
        self.name = name
        self.bot_user = bot_user
        self.calls = calls
        self._pace = pace
        self._seconds = seconds
        self._chats: Remembered[str] = Remembered()
        self._said: Lately[bool] = Lately(_SAID, AT_MOST)
        self._replies: Remembered[_Address] = Remembered()
        self._turns: Remembered[_Turn] = Remembered()
        self._begun: Remembered[bool] = Remembered()

    # ------------------------------------------------------------ chats

    async def chat(self, user: str, within: float) -> str:
        """The id of this person's own chat with the bot; it is opened where there is none. Raises `Refused`."""
        known = self._chats.get(user)
        if known is None:
            answer = await self.calls("conversations.open", within, users=user)
            channel = answer.get("channel")
            if not isinstance(channel, Mapping) or not channel.get("id"):
                raise unanswered("Slack opened no chat.", says=False)
            known = str(channel["id"])
            self._chats.put(user, known)
        return known

    async def is_new(self, channel: str, within: float) -> bool:
        """Whether nothing was ever said in somebody's own chat with the bot. Raises `Refused`."""
        if self._begun.get(channel):
            return False
        answer = await self.calls("conversations.history", within, channel=channel, limit=1)
        if answer.get("messages"):
            self._begun.put(channel, True)
        return not answer.get("messages")

    async def why_not(self, user: str, within: float) -> str:
        """Empty where this person can be told something now, or a word of `bot.reach.WHYS`. Raises `Refused`."""
        if why := await why_unknown(self.calls, user, within):
            return why
        self._chats.forget(user)
        try:
            await self.chat(user, within)
        except Refused as no:
            return _why(no)
        return ""

    async def send(self, user: str, key: str, messages: Sequence[Message], within: float, *, paced: bool) -> None:
        """Say it to one person, in private. Raises `Refused`. A chat that is gone is opened anew, once."""
        if self._chats.get(user) is not None:
            try:
                return await self._told(user, key, messages, within, paced=paced)
            except Refused as no:
                if no.code not in _GONE:
                    raise
                self._chats.forget(user)
        try:
            await self._told(user, key, messages, within, paced=paced)
        except Refused as no:
            if no.code not in _GONE:
                raise
            raise out_of_reach(no.code) from None

    async def _told(self, user: str, key: str, messages: Sequence[Message], within: float, *, paced: bool) -> None:
        place = Place(PLATFORM, self.team, await self.chat(user, within), private=True)
        await self.say(place, key, messages, within, paced=paced)

    # ------------------------------------------------------------ saying

    async def say(
        self, where: Place, key: str, messages: Sequence[Message], within: float, *, paced: bool = False
    ) -> None:
        """Post each message once for each `key`, in order; what was posted already is not again. Raises `Refused`."""
        for number, message in enumerate(messages):
            known = f"{key}/{number}"
            if self._said.get(known):
                continue
            if paced:
                await self._turn(where.id).come(self._pace)
            await self.calls("chat.postMessage", within, channel=where.id, thread_ts=where.thread, **_BARE, **message)
            self._said.put(known, True)

    def unsaid(self, key: str, messages: Sequence[Message]) -> list[Message]:
        """Those that were not said under this key yet."""
        return [one for number, one in enumerate(messages) if not self._said.get(f"{key}/{number}")]

    async def whisper(self, where: Place, user: str, key: str, messages: Sequence[Message], within: float) -> None:
        """Say it in a channel to one person alone (an ephemeral message). Raises `Refused`."""
        for number, message in enumerate(messages):
            known = f"{key}/{number}"
            if not self._said.get(known):
                await self.calls(
                    "chat.postEphemeral", within, channel=where.id, user=user, thread_ts=where.thread, **message
                )
                self._said.put(known, True)

    async def edit(self, where: Place, ts: str, key: str, messages: Sequence[Message], within: float) -> None:
        """Put the first message in the place of one that stands there; say the others below. Raises `Refused`."""
        first, *others = messages
        await self._turn(where.id).come(self._pace)
        await self.calls("chat.update", within, channel=where.id, ts=ts, **first)
        await self.say(where, key, others, within, paced=True)

    def _turn(self, channel: str) -> "_Turn":
        turn = self._turns.get(channel) or _Turn()
        self._turns.put(channel, turn)
        return turn

    # ------------------------------------------------------------ where a reply can still be made

    def replies_at(self, channel: str, url: str) -> None:
        """Somebody did something in this channel a moment ago; by this address the bot may speak there."""
        if channel and url:
            self._replies.put(channel, _Address(url, self._seconds() + REPLY_LASTS))

    async def reply_to_all(self, where: Place, key: str, messages: Sequence[Message], within: float) -> bool:
        """Say it in a channel the bot is not in, where somebody asked of late; whether there was such an address.

        All that is not said yet, or nothing. Raises `Refused`.
        """
        missing = {f"{key}/{n}": one for n, one in enumerate(messages) if not self._said.get(f"{key}/{n}")}
        address = self._replies.get(where.id)
        if address is None or self._seconds() >= address.until or len(missing) > address.uses:
            return False
        thread: dict[str, Any] = {"thread_ts": where.thread} if where.thread else {}
        for known, message in missing.items():
            address.uses -= 1
            said = {"response_type": "in_channel", "replace_original": False, **_BARE, **thread, **message}
            await self.calls.reply(address.url, within, said)
            self._said.put(known, True)
        return True


async def why_unknown(calls: Calls, user: str, within: float) -> str:
    """Empty for a person of the workspace, or a word of `bot.reach.WHYS`; no chat is opened. Raises `Refused`."""
    try:
        who = (await calls("users.info", within, user=user)).get("user")
    except Refused as no:
        return _why(no)
    known = who if isinstance(who, Mapping) else {}
    return "left" if known.get("deleted") else "other" if known.get("is_bot") else ""


def _why(no: Refused) -> str:
    """Raises it again where it says nothing of the person."""
    if not no.unreachable:
        raise no
    return WHYS.get(no.code, "refused")


class _Address:
    """Where a reply can be made, until when, and how often still."""

    def __init__(self, url: str, until: float) -> None:
        self.url = url
        self.until = until
        self.uses = REPLY_USES


class _Turn:
    """One channel: one message after the other, and not too fast (docs.slack.dev, rate limits: one a second)."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._next = 0.0

    async def come(self, pace: float) -> None:
        async with self._lock:
            await asyncio.sleep(max(0.0, self._next - time.monotonic()))
            self._next = time.monotonic() + pace
