"""Teams' rig: the real adapter on its HTTP route, spoken to by a stand-in of Microsoft's, read as a person reads Teams.

In: a folder for the data. Out: a `Rig`. Never: the adapter's own reading or drawing run backwards.

In the channel `/protocol …` is a slash command, which the client makes a targeted message of, and `@protocol …` names
the bot in a thread of its own; all else there is talk that Teams does not send the bot. A card with an *Open form*
button is answered by pressing it, as a person does. What Teams' own client says is given in the words of the talks:
that only you see a targeted message, that a field is required.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.teams.app import App, Teams
from bot.bot import Bot, opens
from bot.conversation import Notice, Person, Place
from bot.settings import Settings
from content import load
from deploy.platforms.teams import sentences
from storage.teams_places import SqlPlaces
from tests.contract.behind import Behind
from tests.contract.rig import Seen, Where, flat
from tests.teams import reading
from tests.teams.councils import account, channel_of, settings_of, settled, tenant_of
from tests.teams.standin import BOT, Dialog, Said, Somebody, StandIn
from tests.teams.standin.server import APP_ID, PASSWORD

_BOT = "Protocol Bot"
_ONLY_YOU = "Only you can see this"
_SENTENCES = sentences(load.words())
_OPEN = _SENTENCES.open_form
_REQUIRED = _SENTENCES.needed


class TeamsRig(Behind):
    """One person at their Teams. Rigs on one folder have one Microsoft: each council has its own tenant there."""

    _standins: ClassVar[dict[Path, StandIn]] = {}
    #: What the adapter is given beside what it needs.
    options: ClassVar[Mapping[str, Any]] = {"paced": False}
    platform = "teams"

    def __init__(self, data: Path, council: str) -> None:
        super().__init__(data, council)
        self._pressed: Said | None = None
        self._settled: list[Said] = []
        self._upto = 0
        self._started = AsyncExitStack()

    async def __aenter__(self) -> "TeamsRig":
        teams = self._standins.get(self._data)
        if teams is None:
            self._standins[self._data] = teams = await self._started.enter_async_context(StandIn(self._data))
            self._started.callback(self._standins.pop, self._data)
            settled(teams)
        self.teams, self.tenant = teams, teams.tenants[tenant_of(self._council)]
        self.tenant.clock = self._clock
        await self._start()
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._after.aclose()
        complaints, troubles = self.teams.complaints, self.teams.troubles
        await self._started.aclose()
        if raised == (None, None, None):
            assert not complaints, complaints
            assert not troubles, troubles

    async def _opened(self, memory: AsyncEngine) -> None:
        councils = {tenant_of(council): council for council in load.councils()}
        self.chat = Teams(
            App(id=APP_ID, tenant=self.tenant.id, password=PASSWORD),
            frozenset(councils),
            lambda _tenant: _SENTENCES,
            SqlPlaces(memory, councils),
            opens,
            self._clock,
            openid_url=self.teams.keys.openid_url,
            login_url=self.teams.login.url,
            hosts=(self.teams.host,),
            service_url=self.teams.service_url,
            **self.options,
        )
        self._after.push_async_callback(self.chat.close)
        await self.chat.open()

    async def _served(self, bot: Bot) -> None:
        self.tenant.url = await self._door(bot, "/api/messages")
        await self._after.enter_async_context(self.chat.listening(self.ears(bot)))
        self._people: dict[str, Somebody] = {}

    def _settings(self, council: str) -> Settings:
        return settings_of(council)

    # ------------------------------------------------------------ doing

    async def become(self, seat: str) -> None:
        """Whoever comes finds nothing open."""
        self._seat = seat
        if account(seat) in self.tenant.people:
            self._me.closes()

    async def type(self, text: str) -> None:
        self._acts()
        self._me.closes()
        if self._where == "private":
            await self._me.say(text)
        elif text.startswith("/"):
            await self._me.slash(self._place, text)
        elif text.startswith("@protocol "):
            await self._me.mention(self._place, text.removeprefix("@protocol "))
        else:
            await self._me.talk(self._place, text)
        await self._done()

    async def greet(self) -> None:
        self._acts()
        await self._me.install()
        await self._done()

    async def press(self, label: str) -> None:
        """In front of everything is what is open; what is behind it can be pressed once that is closed.

        Where a press has put something else in the place of the card, a second one comes from a client that does not
        show that yet: the person's telephone, perhaps.
        """
        self._acts()
        if self._me.dialog is not None and (found := _button(self._me.dialog.card, label)) is not None:
            await self._me.press_in(found.action)
            return await self._done()
        self._me.closes()
        seen = [(said, said.card) for said in reversed(self._seen()) if said.card is not None]
        late = [(said, card) for said, _ in seen if said in self._settled for card in reversed(said.past)]
        for said, card in (*seen, *late):
            if (found := _button(card, label)) is not None:
                self._pressed = said
                self._settled.append(said)
                await self._me.press(said, found.action)
                return await self._done()
        raise AssertionError(f"there is no button {label!r} to be seen")

    async def press_old(self, token: str) -> None:
        self._acts()
        gone = Said("1400000000000", self._place, BOT)
        data = {"protocol": {"nonce": "0" * 32, "token": token}}
        await self._me.press(gone, {"type": "Action.Execute", "title": "Old", "verb": "press", "data": data})
        await self._done()

    async def fill(self, label: str, value: str) -> None:
        asked = [one for one in reading.inputs(self._form().card) if one.label == label]
        assert asked, f"the form has no field {label!r}"
        choices = {flat(words): of for words, of in asked[0].choices.items()}
        self._me.fill(asked[0].id, choices[flat(value)] if choices else value)

    async def send(self, label: str) -> None:
        """What comes of it and is said nowhere else stands in the place of the card that the form was opened from."""
        self._acts()
        source, found = self._form().source, _button(self._form().card, label)
        assert found is not None, f"the form has no button {label!r}"
        await self._me.press_in(found.action)
        await self._done()
        if not any(said.drawn > self._upto for said in self._seen() if said is not source):
            self._pressed = source

    async def again(self) -> None:
        await self._me.again()
        await self._done()

    async def deliver(self, notice: Notice, key: str) -> None:
        await self.chat.deliver(notice, key)

    def _acts(self) -> None:
        """From here on it is seen what comes of it."""
        self._pressed, self._upto = None, next(self.tenant.count)

    async def _done(self) -> None:
        """What was sent has been taken, and whatever came of it has arrived; a form that is offered is opened."""
        await self._arrived()
        offered = [said for said in self.tenant.seen_by(account(self._seat), self._chat) if said.drawn > self._upto]
        found = _button(offered[-1].card or {}, _OPEN) if offered else None
        if found is not None and found.opens:
            self._upto = offered[-1].drawn
            await self._me.press(offered[-1], found.action)
            await self._arrived()

    async def _arrived(self) -> None:
        answer = self._me.answer
        assert answer is None or answer.taken, (answer.status, answer.text)
        while self.chat.busy:  # noqa: ASYNC110  # on a slow machine an answer follows what it answers
            await asyncio.sleep(0.005)
        await self.outbox.deliver()

    def person(self, seat: str) -> Person:
        return Person("teams", self.tenant.id, account(seat))

    def place(self, where: Where) -> Place:
        if where == "channel":
            return Place("teams", self.tenant.id, channel_of(self._council))
        return Place("teams", self.tenant.id, self._chat, private=True)

    # ------------------------------------------------------------ seeing

    async def posts(self) -> list[Seen]:
        """A dialog in which a post is read is in front of them all."""
        posts = [self._read(messages) for messages in _together(self._seen())]
        sheet = self._open
        if sheet is None or _asks(sheet):
            return posts
        return [*posts, _seen("dialog", _BOT, sheet.card, f"\n{sheet.words}\n{_ONLY_YOU}")]

    @property
    def _open(self) -> Dialog | None:
        return self.tenant.dialogs.get(account(self._seat))

    def _seen(self) -> list[Said]:
        """As they came; a card whose button was pressed, and that was changed by it, is where the eye is."""
        seen = self.tenant.seen_by(account(self._seat), self._place)
        if (pressed := self._pressed) in seen and pressed is not None and pressed.drawn > self._upto:
            seen.remove(pressed)
            seen.append(pressed)
        return seen

    def _read(self, messages: list[Said]) -> Seen:
        """As it stands there, under the name of whoever said it."""
        said = messages[0]
        if said.by != BOT:
            by = self.tenant.people[said.by].name
            return Seen(said.id, by, f"{by}\n{said.text}", ())
        only = f"\n{_ONLY_YOU}" if said.only_for else ""
        return _seen(said.id, _BOT, reading.whole([one.card or {} for one in messages]), only)

    def form(self) -> str | None:
        dialog = self._open
        if dialog is None or not _asks(dialog):
            return None
        labels = [button.label for button in reading.buttons(dialog.card)]
        held = [dialog.values[one.id] for one in reading.inputs(dialog.card) if not one.choices]
        return "\n".join([dialog.title, reading.text(dialog.card), *held, *labels])

    def problems(self) -> list[str]:
        """Beside the fields, and on top of the form."""
        dialog = self._open
        if dialog is None:
            return []
        labels = {one.id: one.label for one in reading.inputs(dialog.card)}
        missing = [
            f"Please fill this in: {labels[id]}." if told == _REQUIRED else told for id, told in dialog.missing.items()
        ]
        return [*filter(None, [dialog.banner]), *missing, *reading.complaints(dialog.card)]

    # ------------------------------------------------------------ who and where

    @property
    def _me(self) -> Somebody:
        if self._seat not in self._people:
            self._people[self._seat] = Somebody(self.teams, self.tenant, self.tenant.people[account(self._seat)])
        return self._people[self._seat]

    @property
    def _chat(self) -> str:
        return self.tenant.chat(account(self._seat)).id

    @property
    def _place(self) -> str:
        return channel_of(self._council) if self._where == "channel" else self._chat

    def _form(self) -> Dialog:
        dialog = self._open
        assert dialog is not None, "no form is open"
        return dialog


def _seen(id: str, by: str, card: Any, more: str) -> Seen:
    labels = tuple(button.label for button in reading.buttons(card))
    return Seen(id, by, f"{by}\n{reading.text(card)}{more}", labels)


def _asks(dialog: Dialog) -> bool:
    return bool(reading.inputs(dialog.card))


def _together(seen: list[Said]) -> list[list[Said]]:
    """Messages that say that they are parts of one post are one."""
    posts: list[list[Said]] = []
    for said in seen:
        number, _ = reading.part(said.card or {}) or (1, 1)
        if number > 1 and posts and posts[-1][0].by == said.by and len(posts[-1]) == number - 1:
            posts[-1].append(said)
        else:
            posts.append([said])
    return posts


def _button(card: Any, label: str) -> reading.Button | None:
    return next((button for button in reading.buttons(card) if button.label == label), None)
