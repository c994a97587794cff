"""Slack's rig: the real adapter on its HTTP route, spoken to by a stand-in of Slack's, read as a person reads Slack.

In: a folder for the data. Out: a `Rig`. Never: the adapter's own reading or drawing run backwards.

What somebody types themselves stands in the place as on Slack: a message does, a command does not. What Slack's own
client says is given in the words of the talks: that only you see an ephemeral message, that a field is required.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, ClassVar

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack.app import Secrets, Slack
from bot.bot import Bot
from bot.conversation import Notice, Person, Place
from bot.settings import Settings
from content import load
from deploy.platforms.slack import sentences
from deploy.settings import made_up
from tests.contract.behind import MONDAY as MONDAY
from tests.contract.behind import Behind
from tests.contract.rig import Seen, Where, flat
from tests.slack import reading
from tests.slack.standin import Said, Somebody, StandIn, View, Workspace
from tests.slack.standin.people import REQUIRED

CHANNEL = "C0COUNCIL"
_BOT = "Protocol Bot"
_ONLY_YOU = "Only you can see this"


def team(council: str) -> str:
    """The workspace of a council."""
    return "T" + council.upper().replace("-", "")


def user(seat: str) -> str:
    """Somebody's id on Slack."""
    return "U" + seat.upper().replace("-", "")


def settings_of(council: str) -> Settings:
    """The made-up council, with its people on Slack."""
    made = made_up.settings_of(council)
    people = (replace(one, accounts=(f"slack:{team(council)}:{user(one.id)}",)) for one in made.people)
    return replace(made, people=tuple(people), workspaces={"slack": team(council)})


def settled(slack: StandIn) -> Workspace:
    """Every council's workspace, with its people; the last of them is returned."""
    for council in load.councils():
        space = slack.workspace(team(council))
        for seat in made_up.settings_of(council).people:
            space.add_user(user(seat.id), seat.name)
        space.add_channel(CHANNEL, "council")
    return space


class SlackRig(Behind):
    """One person at their Slack. Rigs on one folder have one Slack: each council's bot has its own workspace there."""

    _slacks: ClassVar[dict[Path, StandIn]] = {}
    #: What the adapter is given beside what it needs.
    options: ClassVar[Mapping[str, Any]] = {"pace": 0}
    platform = "slack"

    def __init__(self, data: Path, council: str) -> None:
        super().__init__(data, council)
        self._started = AsyncExitStack()

    async def __aenter__(self) -> "SlackRig":
        slack = self._slacks.get(self._data)
        if slack is None:
            self._slacks[self._data] = slack = await self._started.enter_async_context(StandIn())
            self._started.callback(self._slacks.pop, self._data)
            settled(slack)
        self.slack, self.space = slack, slack.spaces[team(self._council)]
        await self._start()
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._after.aclose()
        complaints, troubles = self.slack.complaints, self.slack.troubles
        await self._started.aclose()
        if raised == (None, None, None):
            assert not complaints, complaints
            assert not troubles, troubles

    async def _opened(self, _memory: AsyncEngine) -> None:
        spaces = self.slack.spaces.values()
        tokens = [Secrets(one.token, "" if one.app_token else one.secret, one.app_token) for one in spaces]
        words = sentences(load.words())
        self.chat = Slack(tokens, lambda _team: words, self._clock, api_url=self.slack.api_url, **self.options)
        self._after.push_async_callback(self.chat.close)
        await self.chat.open()

    async def _served(self, bot: Bot) -> None:
        self.space.url = await self._door(bot, "/slack/events")
        await self._after.enter_async_context(self.chat.listening(self.ears(bot)))
        self._people: dict[str, Somebody] = {}

    def _settings(self, council: str) -> Settings:
        return settings_of(council)

    # ------------------------------------------------------------ doing

    async def become(self, seat: str) -> None:
        """Whoever comes finds nothing open."""
        self._seat = seat
        if user(seat) in self.space.users:
            self._me.closes()

    async def type(self, text: str) -> None:
        self._me.closes()
        command, _, rest = text.partition(" ")
        if command == "/protocol":
            await self._me.command(self._place, rest)
        else:
            await self._me.say(self._place, text)
        await self._done()

    async def greet(self) -> None:
        await self._me.opens("messages")
        await self._done()

    async def press(self, label: str) -> None:
        """In front of everything is what is open; what is behind it can be pressed once that is closed."""
        if (sheet := self._sheet()) is not None and (found := _button(sheet.blocks, label)) is not None:
            await self._me.press_on(sheet, (found.block_id, found.element))
            return await self._done()
        self._me.closes()
        for said in reversed(self._seen()):
            if (found := _button(said.blocks, label)) is not None:
                await self._me.press(said, (found.block_id, found.element))
                return await self._done()
        raise AssertionError(f"there is no button {label!r} to be seen")

    async def press_old(self, token: str) -> None:
        gone = Said("1400000000.000001", self._place, self.space.bot.id, "gone", [])
        words = {"type": "plain_text", "text": "Old", "emoji": False}
        await self._me.press(gone, ("b1", {"type": "button", "action_id": "b1", "text": words, "value": token}))
        await self._done()

    async def fill(self, label: str, value: str) -> None:
        asked = [one for one in reading.inputs(self._form().blocks) if one.label == label]
        assert asked, f"the form has no field {label!r}"
        choices = {flat(choice.words): choice.option for choice in asked[0].choices}
        self._me.fill(asked[0].block_id, choices[flat(value)] if choices else value)

    async def send(self, label: str) -> None:
        form = self._form()
        button = reading.shown(form.body["submit"])
        assert label == button or f"{button}: {label}" in reading.text(form.blocks), button
        await self._me.submit()
        await self._done()

    async def again(self) -> None:
        await self._me.again()
        await self._done()

    async def deliver(self, notice: Notice, key: str) -> None:
        await self.chat.deliver(notice, key)

    async def _done(self) -> None:
        """What was sent has been taken, and whatever came of it has arrived."""
        answer = self._me.answer
        assert answer is None or answer.taken, (answer.status, answer.text)
        while self.chat.busy:  # noqa: ASYNC110  # on a slow machine an answer follows its acknowledgement
            await asyncio.sleep(0.005)
        await self.outbox.deliver()

    def person(self, seat: str) -> Person:
        return Person("slack", self.space.team, user(seat))

    def place(self, where: Where) -> Place:
        if where == "channel":
            return Place("slack", self.space.team, CHANNEL)
        return Place("slack", self.space.team, self.space.chat(user(self._seat)).id, private=True)

    # ------------------------------------------------------------ seeing

    async def posts(self) -> list[Seen]:
        """A sheet that is open is in front of them all."""
        posts = [self._read(messages) for messages in _together(self._seen())]
        sheet = self._sheet()
        return posts if sheet is None else [*posts, _seen(sheet.id, _BOT, sheet.blocks, f"\n{_ONLY_YOU}")]

    def _sheet(self) -> View | None:
        view = self._me.modal if user(self._seat) in self.space.users else None
        return view if view is not None and view.body.get("submit") is None else None

    def _seen(self) -> list[Said]:
        """As they came; an ephemeral answer that was changed is where the eye is."""
        seen = self.space.seen_by(user(self._seat), self._place)
        return sorted(seen, key=lambda said: said.drawn if said.only_for else int(said.ts.partition(".")[2]))

    def _read(self, messages: list[Said]) -> Seen:
        """As it stands there, under the name of whoever said it."""
        said = messages[0]
        if not said.blocks:
            by = self.space.users[said.user].name
            return Seen(said.ts, by, f"{by}\n{said.text}", ())
        only = f"\n{_ONLY_YOU}" if said.only_for else ""
        return _seen(said.ts, _BOT, reading.whole([one.blocks for one in messages]), only)

    def form(self) -> str | None:
        view = self._me.modal
        if view is None or view.body.get("submit") is None:
            return None
        around = [reading.shown(view.body[name]) for name in ("title", "submit", "close") if view.body.get(name)]
        return "\n".join([around[0], reading.text(view.blocks), *_held(view), *around[1:]])

    def problems(self) -> list[str]:
        """Beside the fields, and on top of the form."""
        view = self._me.modal
        if view is None:
            return []
        labels = {one.block_id: one.label for one in reading.inputs(view.blocks)}
        beside = [
            f"Please fill this in: {labels[id]}." if told == REQUIRED else told for id, told in view.problems.items()
        ]
        return [*beside, *(words for words in map(_words, view.blocks) if words.startswith("⚠"))]

    # ------------------------------------------------------------ who and where

    @property
    def _me(self) -> Somebody:
        if self._seat not in self._people:
            self._people[self._seat] = Somebody(self.slack, self.space, self.space.users[user(self._seat)])
        return self._people[self._seat]

    @property
    def _place(self) -> str:
        return CHANNEL if self._where == "channel" else self.space.chat(user(self._seat)).id

    def _form(self) -> View:
        view = self._me.modal
        assert view is not None, "no form is open"
        return view


def _seen(id: str, by: str, blocks: list[dict[str, Any]], more: str) -> Seen:
    labels = tuple(button.label for button in reading.buttons(blocks))
    return Seen(id, by, f"{by}\n{reading.text(blocks)}{more}", labels)


def _together(seen: list[Said]) -> list[list[Said]]:
    """Messages that say that they are parts of one post are one."""
    posts: list[list[Said]] = []
    for said in seen:
        number, _ = reading.part(said.blocks) or (1, 1)
        if number > 1 and posts and posts[-1][0].user == said.user and len(posts[-1]) == number - 1:
            posts[-1].append(said)
        else:
            posts.append([said])
    return posts


def _button(blocks: list[dict[str, Any]], label: str) -> reading.Button | None:
    return next((button for button in reading.buttons(blocks) if button.label == label), None)


def _words(block: dict[str, Any]) -> str:
    return reading.text([block])


def _held(view: View) -> list[str]:
    """What stands in the inputs."""
    held = [value for inputs in view.values.values() for value in inputs.values()]
    return [str(one[name]) for one in held for name in ("value", "selected_date") if one.get(name)]
