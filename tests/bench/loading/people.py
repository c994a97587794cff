"""One person at their chat, whichever it is: what they can do, and what they then see.

In: a stand-in of Slack's or of Teams', somebody in it. Out: `One`. Never: looks into the bot; presses what is not
there.

Buttons and fields are found by what they carry, not by their words: those are the contract suite's business.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final, Protocol

from tests.slack import reading as slack_reading
from tests.slack.standin import Somebody as SlackSomebody
from tests.teams import reading as teams_reading
from tests.teams.standin import Somebody as TeamsSomebody
from tests.teams.standin.state import BOT

#: docs.slack.dev, Events API: an event that was not taken comes again so often. Teams does the same with words.
_AGAIN: Final = 3
_PAUSE: Final = 1.0  # seconds before it does; both take longer
#: What is wrong with what was taken, and came to nothing that anybody can see.
NOT_SHOWN: Final = "nothing was shown"
#: How much is kept of what was said in one chat, so that the stand-in stays quick.
_KEPT: Final = 60
#: How many ways to answer are kept of a workspace's: each is good for half an hour, and used at once.
_HELD: Final = 500


class One(Protocol):
    """One person. What they do comes back with what was wrong with it; empty where the platform took it.

    `form`: whether one is open. `mark` is another one after whatever they are shown.
    """

    platform: str
    workspace: str
    seat: str

    async def ask(self, text: str) -> str:
        """Ask the bot in their own chat."""
        ...

    async def press(self, token: str) -> str:
        """Press the newest button that begins so."""
        ...

    async def send(self, values: Mapping[str, str]) -> str:
        """Send the open form with these filled in; what has to be chosen is, the first there is."""
        ...

    async def again(self) -> str:
        """The last thing they did arrives once more."""
        ...

    def buttons(self) -> Iterator[str]:
        """What the buttons before them carry, the newest first."""
        ...

    @property
    def form(self) -> bool: ...

    @property
    def mark(self) -> object: ...

    def told(self, words: str) -> bool:
        """Whether the bot has said this in their own chat."""
        ...


def forget(said: list[Any], theirs: Callable[[Any], bool]) -> None:
    """Leave the last of what was said in one chat; what others have before them stays, however much is said here."""
    before = [id(one) for one in said if theirs(one)][:-_KEPT]
    if before:
        gone = frozenset(before)
        said[:] = [one for one in said if id(one) not in gone]


def carried(one: One, begins: str) -> str | None:
    """What the newest button carries that begins so."""
    return next((token for token in one.buttons() if token.startswith(begins)), None)


# ---------------------------------------------------------------- Slack


class OnSlack:
    """Somebody in one of Slack's workspaces. They ask by the command and in the chat by turns."""

    platform = "slack"

    def __init__(self, me: SlackSomebody, seat: str) -> None:
        self.me, self.seat, self.workspace = me, seat, me.space.team
        self._asked = 0

    async def ask(self, text: str) -> str:
        self._asked += 1
        self._forget()
        if self._asked % 2:
            await self.me.command(self._chat, text)
        else:
            await self.me.say(self._chat, text)
            await self._until_taken()
        return self._wrong()

    async def press(self, token: str) -> str:
        for said in reversed(self._seen()):
            for button in slack_reading.buttons(said.blocks):
                if button.element.get("value", "").startswith(token):
                    await self.me.press(said, (button.block_id, button.element))
                    return self._wrong()
        return "no such button"

    async def send(self, values: Mapping[str, str]) -> str:
        view = self.me.modal
        if view is None:
            return "no form"
        for block in (block for block in view.blocks if block["type"] == "input"):
            if (value := _filled(block, view.values[block["block_id"]], values)) is not None:
                self.me.fill(block["block_id"], value)
        return "not filled in" if await self.me.submit() is None else self._wrong()

    async def again(self) -> str:
        await self.me.again()
        return self._wrong()

    def buttons(self) -> Iterator[str]:
        for said in reversed(self._seen()):
            yield from (button.element.get("value", "") for button in slack_reading.buttons(said.blocks))

    @property
    def form(self) -> bool:
        return self.me.modal is not None and self.me.modal.body.get("submit") is not None

    @property
    def mark(self) -> object:
        bot = self.me.space.bot.id
        return self.me.modal and self.me.modal.hash, max(
            (one.drawn for one in self._seen() if one.user == bot), default=0
        )

    def told(self, words: str) -> bool:
        return any(words in json.dumps(said.blocks, ensure_ascii=False) for said in self._seen())

    @property
    def _chat(self) -> str:
        return self.me.space.chat(self.me.user.id).id

    def _seen(self) -> list[Any]:
        return self.me.space.seen_by(self.me.user.id, self._chat)

    async def _until_taken(self) -> None:
        """An event that was not taken comes again."""
        for number in range(1, _AGAIN + 1):
            if self.me.answer is None or self.me.answer.taken:
                return
            await asyncio.sleep(_PAUSE)
            await self.me.again((number, "http_error"))

    def _wrong(self) -> str:
        answer = self.me.answer
        return "" if answer is not None and answer.taken else f"status {answer.status if answer else 'none'}"

    def _forget(self) -> None:
        space = self.me.space
        forget(space.said, lambda said: said.channel == self._chat)
        for held in (space.replies, space.triggers):
            for name in list(held)[:-_HELD]:
                del held[name]


def _filled(block: Mapping[str, Any], held: Mapping[str, Any], values: Mapping[str, str]) -> Any:
    """What is put into an input; None for what stays as it is."""
    given = values.get(block["block_id"].removeprefix("f.").partition("@")[0])  # behind it: which form of a row
    options = list(slack_reading.options(block["element"]))
    if given is not None:
        meant = next((one for one in options if one["value"].removeprefix("=") == given), None)
        return meant if options else given
    stands = next(value for one in held.values() for name, value in one.items() if name != "type")
    if block.get("optional") or stands:
        return None
    return options[0] if options else "As said."


# ---------------------------------------------------------------- Teams


class OnTeams:
    """Somebody in one of Teams' tenants."""

    platform = "teams"

    def __init__(self, me: TeamsSomebody, seat: str) -> None:
        self.me, self.seat, self.workspace = me, seat, me.tenant.id

    async def ask(self, text: str) -> str:
        forget(self.me.tenant.said, lambda said: said.conversation == self.me.chat.id)
        await self.me.say(text)
        for _ in range(_AGAIN):
            if not self._wrong():
                break
            await asyncio.sleep(_PAUSE)
            await self.me.again()
        return self._wrong()

    async def press(self, token: str) -> str:
        """A form that is only offered is opened at once."""
        for said in reversed(self._seen()):
            for button in teams_reading.buttons(said.card or {}):
                if _token(button.action).startswith(token):
                    await self.me.press(said, button.action)
                    return self._wrong()
        return "no such button"

    async def offered(self) -> str:
        """The button that opens the form, under the newest thing said."""
        for said in reversed(self._seen()[-3:]):
            for button in teams_reading.buttons(said.card or {}):
                if button.opens:
                    await self.me.press(said, button.action)
                    return self._wrong()
        return "no form"

    async def send(self, values: Mapping[str, str]) -> str:
        dialog = self.me.dialog
        if dialog is None:
            return "no form"
        for asked in teams_reading.inputs(dialog.card):
            choices = list(asked.choices.values())
            given = values.get(asked.id.removeprefix("f."))
            if given is not None:
                given = next((one for one in choices if one.removeprefix("=") == given), "") if choices else given
            elif asked.required is not None and not dialog.values.get(asked.id):
                given = choices[0] if choices else "As said."
            if given is not None:
                self.me.fill(asked.id, given)
        button = next(one for one in teams_reading.buttons(dialog.card) if one.action.get("associatedInputs") != "none")
        return "not filled in" if await self.me.press_in(button.action) is None else self._wrong()

    async def again(self) -> str:
        await self.me.again()
        return self._wrong()

    def buttons(self) -> Iterator[str]:
        for said in reversed(self._seen()):
            yield from (_token(button.action) for button in teams_reading.buttons(said.card or {}))

    @property
    def form(self) -> bool:
        return self.me.dialog is not None and bool(teams_reading.inputs(self.me.dialog.card))

    @property
    def mark(self) -> object:
        return id(self.me.dialog), max((said.drawn for said in self._seen() if said.by == BOT), default=0)

    def told(self, words: str) -> bool:
        return any(words in json.dumps(said.card, ensure_ascii=False) for said in self._seen() if said.card)

    def _seen(self) -> list[Any]:
        return self.me.tenant.seen_by(self.me.person.aad, self.me.chat.id)

    def _wrong(self) -> str:
        answer = self.me.answer
        return "" if answer is not None and answer.taken else f"status {answer.status if answer else 'none'}"


def _token(action: Mapping[str, Any]) -> str:
    return str(((action.get("data") or {}).get("protocol") or {}).get("token", ""))


async def seen(true: Callable[[], bool], within: float) -> bool:
    """Whether it becomes so in so many seconds."""
    until = asyncio.get_running_loop().time() + within
    while not true():
        if asyncio.get_running_loop().time() > until:
            return False
        await asyncio.sleep(0.02)
    return True


async def after(doing: Awaitable[str], one: One, within: float) -> str:
    """What was wrong with it; also where it was taken and they were shown nothing."""
    before = one.mark
    if wrong := await doing:
        return wrong
    return "" if await seen(lambda: one.mark != before, within) else NOT_SHOWN
