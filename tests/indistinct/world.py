"""A council twice over: the same people, the same clock, the same chance; in one of the two somebody is complained of.

In: a folder, a council. Out: what somebody is answered and what they can see in their chat.
Never: a double of anything but time and chance; what other people see.
"""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2s
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import event as happening

from adapters.web.app import Web
from adapters.web.workspace import CHANNEL, PLATFORM
from bot.bot import Bot, opens
from bot.clock import Ticker
from bot.concern import Concern
from bot.conversation import Answer, Command, Event, Form, Open, Person, Place, Post, Press, Submit
from bot.handbook import Handbook
from bot.outbox import Outbox
from content import load
from deploy.handbooks import Handbooks, handbook
from deploy.running import tryout
from deploy.settings import made_up
from storage.seal import new_keys, read_keys
from storage.store import SqlStore, engine
from storage.web_posts import SqlPosts
from tests import databases

#: A Monday morning in term: nothing quiet, no bank holiday.
MONDAY: Final = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SEATS: Final = tuple(person.id for person in made_up.everywhere().people if "guest" not in person.offices)
NAMES: Final = {person.id: person.name for person in made_up.everywhere().people}


class Chance:
    """The same draws for the same event, in whichever world it is heard."""

    def __init__(self) -> None:
        self._of, self._drawn = "", 0

    def now(self, event: str) -> None:
        """From here on it is this event's."""
        self._of, self._drawn = event, 0

    def token_hex(self, size: int) -> str:
        """Instead of `secrets.token_hex`."""
        self._drawn += 1
        return blake2s(f"{self._of} {self._drawn}".encode(), digest_size=32).hexdigest()[: 2 * size]


@cache
def _bare(council: str) -> Handbook:
    sisters = [load.council(id) for id in load.councils()]
    return handbook(load.council(council), sisters=sisters, settings=made_up.settings_of(council))


class World:
    """One of the two. `looked` is how often the last event made the store look anything up."""

    def __init__(self, folder: Path, council: str, chance: Chance) -> None:
        self.council, self.chance, self.now = council, chance, MONDAY
        self.looked = 0
        self._folder = folder
        self._after = AsyncExitStack()

    async def __aenter__(self) -> "World":
        await self._files()
        memory = engine(databases.url(self._folder, "world"))
        self._after.push_async_callback(memory.dispose)
        happening.listen(memory.sync_engine, "before_cursor_execute", self._looks)
        happening.listen(memory.sync_engine, "connect", _never_waiting_for_the_disk)
        self.store = SqlStore(memory, read_keys(self._folder.parent / "keys"))
        seats = {seat.id: seat for seat in tryout.PEOPLE}
        self.chat = Web(SqlPosts(memory), {self.council: self.council}, seats, self._clock, load.words())
        books = Handbooks({self.council: self.book()}, self._clock, self.store)
        self._bot = Bot(self.store, books)
        self._outbox = Outbox(self.store, {PLATFORM: self.chat}, self._clock)
        self._ticker = Ticker(self.store, self.hear, self._clock)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._after.aclose()

    def book(self) -> Handbook:
        """The council's handbook as it begins."""
        return _bare(self.council)

    async def _files(self) -> None:
        """A folder, and keys that are made once for all worlds of a run."""
        self._folder.mkdir()
        if not (self._folder.parent / "keys").exists():
            new_keys(self._folder.parent / "keys")

    def _clock(self) -> datetime:
        return self.now

    def _looks(self, connection: Any, *_: Any) -> None:
        """Reading is done outside transactions: what is written may well be more, for other people."""
        self.looked += databases.only_reads(connection)

    # ------------------------------------------------------------ what happens

    async def hear(self, event: Event) -> Answer | None:
        """What people do, and what falls due."""
        # A promise's number, which nobody sees, is another where more is promised.
        promised, _, number = event.id.rpartition("/")
        self.chance.now(promised if event.id.startswith("due/") and number.isdecimal() else event.id)
        self.looked = 0
        answer = await self._bot.hear(event)
        assert not (isinstance(event, Press) and isinstance(answer, Open)) or opens(event.token), (
            "unnamed: it opens a form"
        )
        return answer

    async def passes(self, **span: float) -> None:
        """Time passes: what waits is delivered, what is due is brought up and delivered too."""
        await self._outbox.deliver()
        self.now += timedelta(**span)
        await self._ticker.tick()
        await self._outbox.deliver()

    # ------------------------------------------------------------ what other people do

    async def sends(self, who: str, form: str, id: str, **values: str) -> Answer | None:
        return await self.hear(Submit(form=form, values=values, **base(self, who, id)))

    async def starts(self, who: str, id: str) -> str:
        """The intake's id."""
        return opened(await self.hear(Press(token="concerns/start/", **base(self, who, id)))).id.rpartition("/")[2]  # noqa: S106

    async def files(self, who: str, about: str, id: str, **values: str) -> Concern:
        """A concern from the first form to the receipt."""
        before = {concern.id for concern in await self.store.concerns(self.council, who, "raiser")}
        given = {"first": "none", "about": about, "story": "He read my letters aloud.", "kind": "informal"}
        given |= {"step": "declined"} | values
        intake = await self.starts(who, f"{id}-start")
        answer = await self.sends(who, f"concerns/way/{intake}", f"{id}-way", **given)
        for number in range(3):  # the last look comes again where somebody else would be told
            if isinstance(answer, Open):
                answer = await self.sends(who, answer.form.id, f"{id}-send-{number}", **given)
        after = await self.store.concerns(self.council, who, "raiser")
        [filed] = [concern for concern in after if concern.id not in before]
        return filed

    async def acts(self, concern: Concern, act: str, id: str, **values: str) -> Concern:
        """The first who deals with it does something; the concern after that."""
        before = await self.store.concern(self.council, concern.id)
        assert before is not None
        done = {"act": act, "text": f"As we said ({id})."} | values
        who = before.parties.handlers[0]
        form = opened(await self.hear(Press(token=f"concerns/open/{concern.id}", **base(self, who, f"{id}-open"))))
        answer = await self.sends(who, form.id, id, **done)
        after = await self.store.concern(self.council, concern.id)
        assert after is not None
        assert after.version > before.version, f"{act} did nothing: {answer}"
        return after

    # ------------------------------------------------------------ what somebody can see

    async def told(self, who: str) -> list[Post]:
        """What the bot said in their own chat."""
        found = await self.chat.posts.of(self.council, who, who)
        return [said.body for said in found if isinstance(said.body, Post)]

    async def seen(self, who: str) -> list[tuple[str, str]]:
        """Every post that this person can see, in order, as the browser would show it."""
        private = await self.chat.posts.of(self.council, who, who)
        channel = await self.chat.posts.of(self.council, CHANNEL, who)
        return [(place, self.chat.entry(post, who)["html"]) for place, posts in
                (("private", private), ("channel", channel)) for post in posts]  # fmt: skip


def base(world: World, who: str, id: str, *, private: bool = True) -> dict[str, Any]:
    """Who, where and when."""
    person = Person(PLATFORM, world.council, who)
    place = Place(PLATFORM, world.council, who if private else CHANNEL, private=private)
    return {"id": id, "who": person, "where": place, "at": world.now}


def says(world: World, who: str, text: str, id: str, *, private: bool = True) -> Command:
    return Command(text=text, **base(world, who, id, private=private))


def opened(answer: Answer | None) -> Form:
    assert isinstance(answer, Open), answer
    return answer.form


def written(answer: Answer | None) -> bytes:
    """The very bytes of an answer."""
    return msgspec.json.encode(answer)


def _never_waiting_for_the_disk(connection: Any, _record: object) -> None:
    connection.cursor().execute("PRAGMA synchronous=OFF")
