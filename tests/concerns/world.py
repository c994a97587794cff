"""A council on a real database, with keys, a clock that moves when told to, and a platform that may refuse.

In: a folder, a council's settings. Out: what people see, what is sent, what stands in the database.
Never: a double of anything but time and the platform.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import select

from bot.bot import Bot
from bot.clock import Ticker
from bot.concern import Concern
from bot.conversation import (
    Answer,
    Buttons,
    Command,
    Event,
    Form,
    Message,
    Notice,
    Open,
    Person,
    Place,
    Post,
    Press,
    Reject,
    Send,
    Submit,
    Whisper,
)
from bot.errors import NotDelivered
from bot.handbook import Handbook, Roster
from bot.outbox import Outbox
from bot.settings import Settings
from content import load
from deploy.handbooks import handbook, seats
from deploy.settings import made_up
from storage.database import EVERY, engine, reading
from storage.seal import Keys, new_keys, read_keys
from storage.store import SqlStore
from storage.tables import matters
from tests import databases

#: Stands in everything private that a test writes, with a number after it.
CANARY: Final = "zebra-canary"
#: A Monday morning in term: nothing quiet, no bank holiday.
MONDAY: Final = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LONG_AFTER: Final = datetime(2200, 1, 1, tzinfo=UTC)
PLATFORM: Final = "web"


@cache
def _bare(council: str) -> Handbook:
    """What a council's handbook is before anybody is in it: it takes a while to make."""
    return handbook(load.council(council))


def people_of(council: str, **changes: Any) -> Settings:
    """The made-up people as this council's, with these settings changed."""
    return msgspec.structs.replace(made_up.settings_of(council), **changes)


def changed(settings: Settings, id: str, **changes: Any) -> Settings:
    """The settings with one person of them changed."""
    listed = tuple(msgspec.structs.replace(one, **changes) if one.id == id else one for one in settings.people)
    return msgspec.structs.replace(settings, people=listed)


def without(settings: Settings, *ids: str) -> Settings:
    """The settings without these people."""
    return msgspec.structs.replace(settings, people=tuple(one for one in settings.people if one.id not in ids))


class Chat:
    """A platform that carries notices, except to those it was told to refuse."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, Post]] = []
        self.refuses: set[str] = set()
        self.away = False

    async def deliver(self, notice: Notice, _key: str) -> None:
        assert isinstance(notice, Send), "everything about a concern goes to one person"
        if self.away:
            raise NotDelivered("The platform is away.", again=True)
        if notice.to.id in self.refuses:
            raise NotDelivered("There is no such person.", again=False)
        self.arrived.append((notice.to.id, notice.post))

    def to(self, who: str) -> list[str]:
        """What somebody was told, in plain lines."""
        return [post.plain() for id, post in self.arrived if id == who]


class World:
    """One bot for one council or several, on one file."""

    def __init__(self, folder: Path, *councils: Settings, at: datetime = MONDAY) -> None:
        self.folder = folder
        self.file = folder / "bot.sqlite3"
        self.settings = {settings.council: settings for settings in councils}
        self.council = councils[0].council
        self.now = at
        self.chat = Chat()
        self._ids = itertools.count(1)

    async def open(self, keys: Keys | None = None, *, keyless: bool = False) -> "World":
        """Start, with the keys of the folder unless others are given."""
        file = self.folder / "keys"
        if not file.exists():
            new_keys(file)
        self.keys = None if keyless else keys or read_keys(file)
        self.engine = engine(databases.url(self.folder))
        self.store = SqlStore(self.engine, self.keys)
        self.bot = Bot(self.store, self._handbook)
        self.outbox = Outbox(self.store, {PLATFORM: self.chat}, lambda: self.now)
        self.ticker = Ticker(self.store, self.hear, lambda: self.now)
        return self

    async def close(self) -> None:
        await self.engine.dispose()

    async def restart(self, keys: Keys | None = None, *, keyless: bool = False) -> None:
        await self.close()
        await self.open(keys, keyless=keyless)

    # ------------------------------------------------------------ the council

    async def _handbook(self, where: Place) -> Handbook | None:
        return self.book(where.tenant) if where.tenant in self.settings else None

    def book(self, council: str = "") -> Handbook:
        """A council's handbook as things stand now."""
        settings = self.settings[council or self.council]
        return replace(_bare(settings.council), settings=settings, roster=Roster(seats(settings, self.now.date())))

    def set(self, **changes: Any) -> None:
        """Change settings of the council's."""
        self.settings[self.council] = msgspec.structs.replace(self.settings[self.council], **changes)

    # ------------------------------------------------------------ what people do

    def _base(self, who: str, id: str | None, council: str | None) -> dict[str, Any]:
        tenant = council or self.council
        place = Place(PLATFORM, tenant, who, private=True)
        return {"id": id or f"e{next(self._ids)}", "who": Person(PLATFORM, tenant, who), "where": place, "at": self.now}

    def command(self, who: str, text: str, *, id: str | None = None, council: str | None = None) -> Command:
        return Command(text=text, **self._base(who, id, council))

    def message(self, who: str, text: str, *, id: str | None = None) -> Message:
        return Message(text=text, **self._base(who, id, None))

    def press(self, who: str, token: str, *, id: str | None = None, council: str | None = None) -> Press:
        return Press(token=token, **self._base(who, id, council))

    def submit(
        self, who: str, form: str, values: Mapping[str, str], *, id: str | None = None, council: str | None = None
    ) -> Submit:
        return Submit(form=form, values=dict(values), **self._base(who, id, council))

    async def hear(self, event: Event) -> Answer | None:
        """Everything goes through here: what people do and what falls due."""
        return await self.bot.hear(event)

    async def says(self, who: str, text: str, **more: Any) -> Answer | None:
        return await self.hear(self.command(who, text, **more))

    async def presses(self, who: str, token: str, **more: Any) -> Answer | None:
        return await self.hear(self.press(who, token, **more))

    async def sends(self, who: str, form: Form, **values: str) -> Answer | None:
        """Send a form as it stands, with these fields filled in."""
        return await self.hear(self.submit(who, form.id, filled(form, **values)))

    # ------------------------------------------------------------ a whole story

    async def looks(self, who: str, about: str, **values: str) -> Form:
        """As far as the last look."""
        form = opened(await self.presses(who, "concerns/start/"))
        given = {"about": about, "story": f"{CANARY} he shouted", **values}
        for _ in range(2):
            form = opened(await self.sends(who, form, **given))
        return form

    async def raises(self, who: str, about: str, **values: str) -> Concern:
        """From the first button to the receipt."""
        form, before = await self.looks(who, about, **values), {one.id for one in await self.concerns()}
        extra = {name: value for name, value in values.items() if name in ("handler", "avoid")}
        answer = await self.sends(who, form, **extra)
        if isinstance(answer, Open):  # who is told has changed by what was chosen: they look again
            answer = await self.sends(who, answer.form)
        assert isinstance(answer, Whisper), answer
        (filed,) = [one for one in await self.concerns() if one.id not in before]
        return filed

    async def handles(self, who: str, concern: Concern, act: str, **values: str) -> Answer | None:
        """Open it as whoever deals with it, and do one thing."""
        form = opened(await self.presses(who, f"concerns/open/{concern.id}"))
        return await self.sends(who, form, act=act, **values)

    async def follows(self, who: str, concern: Concern, act: str, **values: str) -> Answer | None:
        """Open it as the person who raised it, and do one thing."""
        form = opened(await self.presses(who, f"concerns/follow/{concern.id}"))
        return await self.sends(who, form, act=act, **values)

    # ------------------------------------------------------------ time

    async def passes(self, **span: float) -> None:
        """Time passes, from one thing that falls due to the next: it is heard, and what waits is delivered."""
        until = self.now + timedelta(**span)
        while (due := databases.next_due(self.engine.url, self.now)) is not None and due <= until:
            self.now = due
            await self.tick()
        self.now = until
        await self.tick()

    async def tick(self) -> None:
        await self.outbox.deliver()
        await self.ticker.tick()
        await self.outbox.deliver()

    # ------------------------------------------------------------ what is kept

    async def concerns(self) -> list[Concern]:
        """Every concern there is."""
        async with reading(self.engine, EVERY) as connection:
            rows = (await connection.execute(select(matters.c.matter, matters.c.council))).all()
        found = [await self.store.concern(row.council, row.matter.removeprefix("concern/")) for row in rows]
        return [one for one in found if one is not None]

    async def concern(self, before: Concern) -> Concern:
        """A concern as it stands now."""
        found = await self.store.concern(before.council, before.id)
        assert found is not None, "it is gone"
        return found

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        return databases.every_row(self.engine.url)

    def raw(self) -> bytes:
        """The bytes of the database, as `databases.raw` finds them."""
        return databases.raw(self.folder)


# ---------------------------------------------------------------- forms and buttons


def opened(answer: Answer | None) -> Form:
    assert isinstance(answer, Open), answer
    return answer.form


def told(answer: Answer | None) -> str:
    """What somebody reads: a post, or why a form can't be taken."""
    if isinstance(answer, Reject):
        return "\n".join(answer.problems.values())
    assert isinstance(answer, Whisper), answer
    return answer.post.plain()


def filled(form: Form, **values: str) -> dict[str, str]:
    """What a form brings back as it stands, with these filled in; the first choice where nothing was chosen."""
    names = {field.name for field in form.fields}
    first = {field.name: next((o.value for o in field.options), "") for field in form.fields if field.required}
    stands = {field.name: field.value or first.get(field.name, "") for field in form.fields}
    return stands | {name: value for name, value in values.items() if name in names}


def tokens(post: Post) -> list[str]:
    return [button.token for block in post.blocks if isinstance(block, Buttons) for button in block.buttons]


def everything(found: object) -> str:
    """All there is in a form, a post or a record, as one text."""
    return msgspec.json.encode(found).decode()


def options(form: Form, name: str) -> list[str]:
    return next(([one.value for one in field.options] for field in form.fields if field.name == name), [])


def named(people: Iterable[Any]) -> list[str]:
    return [person.name for person in people]
