"""A council with everything set, on a real store with keys of its own; and a concern to put into it.

In: settings to change. Out: a bot that hears, and what it then wants to say. Never: a double of anything but time.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bot import Bot
from bot.clock import Ticker
from bot.concern import Concern, Entry, Pace, Parties
from bot.conversation import Answer, Form, Open, Post, Reject, Send, Whisper
from bot.handbook import Handbook
from bot.naming import by_the_clock
from bot.records import Turn
from bot.settings import Body, Group, Settings, Someone
from deploy.handbooks import kept_up
from storage.seal import new_keys, read_keys
from storage.store import SqlStore
from tests import queue
from tests.worlds import NOON, StandingClock, command, press, submit

PEOPLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "ann": ("Ann Lee", ("councillor",)),
    "bea": ("Bea Hall", ("clerk",)),
    "cal": ("Cal Moss", ("officer",)),
    "dee": ("Dee Frost", ("chair", "councillor")),
    "eve": ("Eve O’Neill", ("vice-chair", "councillor")),
    "fay": ("Fay Brook", ("panel", "councillor")),
    "gus": ("Gus Smith-Jones", ("panel", "councillor")),
    "vic": ("Vic Stone", ("guest",)),
}


def settings(council: str = "barrow", **changes: Any) -> Settings:
    people = (
        Someone(id=id, name=name, offices=offices, accounts=(f"test:{id}",)) for id, (name, offices) in PEOPLE.items()
    )
    whole = Settings(
        council=council,
        people=tuple(people),
        alternates={"chair": ("vice-chair",), "clerk": ("chair",)},
        group=Group(name="Staffing Committee", members=("fay", "gus")),
        data_lead=("clerk", "vice-chair"),
        administrators=("cal",),
        bodies={"monitoring-officer": Body(name="Monitoring officer", reach="By post.")},
        paper="In a sealed envelope.",
        meetings=(date(2026, 11, 2), date(2027, 1, 18)),
    )
    return msgspec.structs.replace(whole, **changes)


def without(*ids: str) -> tuple[Someone, ...]:
    """Everybody but these."""
    return tuple(person for person in settings().people if person.id not in ids)


class Council:
    """A bot for one council, and what it wants to say next."""

    def __init__(self, engine: AsyncEngine, clock: StandingClock, folder: Path, *, keys: bool = True, **changes: Any):
        file = folder / "keys"
        if keys and not file.exists():
            new_keys(file)
        self.clock = clock
        self.store = SqlStore(engine, read_keys(file) if keys else None)
        self.books = kept_up([settings(**changes)], clock, self.store)
        self.bot = Bot(self.store, self.books)
        self.ticker = Ticker(self.store, self.bot.hear, clock)

    async def book(self) -> Handbook:
        found = await self.books(by_the_clock("barrow"))
        assert found is not None
        return found

    async def hear(self, event: Any) -> Answer | None:
        """What is heard now, whenever the event says it was said."""
        return await self.bot.hear(msgspec.structs.replace(event, at=self.clock()))

    async def whispered(self, event: Any) -> str:
        answer = await self.hear(event)
        assert isinstance(answer, Whisper), answer
        return answer.post.plain()

    async def opened(self, event: Any) -> Form:
        answer = await self.hear(event)
        assert isinstance(answer, Open), answer
        return answer.form

    async def rejected(self, event: Any) -> dict[str, str]:
        answer = await self.hear(event)
        assert isinstance(answer, Reject), answer
        return answer.problems

    async def notices(self) -> list[Send]:
        """Everything that falls due and waits to be delivered; then it is delivered."""
        await self.ticker.tick()
        waiting = await queue.waiting(self.store, self.clock())
        for one in waiting:
            await self.store.delivered(one)
        rest = await self.notices() if waiting else []
        return [*(one.notice for one in waiting if isinstance(one.notice, Send)), *rest]

    async def unreached(self) -> None:
        """What falls due is brought up; the one notice that comes of it reaches nobody."""
        await self.ticker.tick()
        (waiting,) = await queue.waiting(self.store, self.clock())
        await queue.refused(self.store, waiting.order)

    async def told(self) -> dict[str, str]:
        """What each person is told, by their id."""
        return {notice.to.id: notice.post.plain() for notice in await self.notices()}

    async def file(self, *concerns: Concern) -> None:
        await self.store.keep("barrow", command("x"), Turn(keep=tuple(concerns)))


def tokens(post: Any) -> dict[str, str]:
    """The buttons of a post, by label."""
    rows = [block.buttons for block in post.blocks if hasattr(block, "buttons")]
    return {button.label: button.token for row in rows for button in row}


def concern(id: str, raiser: str, subjects: Sequence[str] = (), **changes: Any) -> Concern:
    parties = {name: changes.pop(name) for name in ("handlers", "avoid", "recused", "unlisted") if name in changes}
    whole = Concern(
        id=id,
        council="barrow",
        reference=f"C-{id}",
        secret="secret",  # noqa: S106  # of a made-up concern
        at=NOON,
        stage="informal",
        state="sent",
        informal="accepted",
        parties=Parties(raiser=raiser, subjects=tuple(subjects), **parties),
        pace=Pace(acknowledge=5, answer=20, speak=10, climb=3, quiet=("18:00", "08:30")),
    )
    return msgspec.structs.replace(whole, **changes)


def said(kind: Any, by: str, text: str, at: datetime = NOON) -> Entry:
    return Entry(kind=kind, by=by, at=at, text=text)


async def complain(council: Council, who: str = "ann", not_to: str = "", what: str = "My file was left on a bus."):
    form = await council.opened(command("complaint", who=who))
    return await council.hear(submit(form.id, {"what": what, "not_to": not_to}, who=who))


async def opened(council: Council, notice) -> str:
    """Everything that stands in the form that a notice leads to."""
    form = await council.opened(press(next(iter(tokens(notice.post).values())), who=notice.to.id))
    return Post(form.intro, title=form.title).plain()


async def see_to_it(council: Council, notice, done: str = "yes"):
    form = await council.opened(press(next(iter(tokens(notice.post).values())), who=notice.to.id))
    return await council.hear(submit(form.id, {"done": done}, who=notice.to.id))
