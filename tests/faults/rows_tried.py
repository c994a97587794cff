"""Two councils with a row of every kind, and everything that a bot does with rows: what each of them then sees.

In: a folder with a database, of which one row may be spoilt. Out: what people were told, what was delivered, what the
log and the doctor say. Never: a look at how the rows are read.
"""

import asyncio
import io
import logging
from collections import Counter, defaultdict
from collections.abc import Awaitable
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
from slack_sdk.oauth.installation_store import Bot as Install
from sqlalchemy import insert

from bot.bot import Bot
from bot.concern import Concern
from bot.conversation import Answer, Command, Form, Notice, Open, Paragraph, Person, Place, Post, Press, Send, Whisper
from bot.edition import Draft, Edition
from bot.outbox import Outbox
from bot.reach import Reach
from bot.records import Passed, Pin, Trace, Turn
from bot.review import Review
from bot.settings import Change
from content import load
from deploy.cli import main
from deploy.documents.bringing import reader
from deploy.handbooks import kept_up
from deploy.running import clockwork
from deploy.running.clockwork import Clockwork
from deploy.running.named import Named
from storage.database import EVERY, engine, within
from storage.seal import read_keys
from storage.slack_installs import SqlInstalls
from storage.store import SqlStore
from storage.tables import slack_states
from storage.teams_places import SqlPlaces
from storage.web_posts import SqlPosts
from tests.concerns.world import CANARY, MONDAY, PLATFORM, Chat, World, people_of
from tests.storage.matters import request
from tests.worlds import NOON

SPOILT: Final = "barrow"
OTHER: Final = "twywell"
_LATER: Final = timedelta(days=8)  # by then somebody is reminded of every concern
MINE: Final = "the raiser's list"
ONE_MORE: Final = "One more can't be opened just now"
OPENED: Final = ("the raiser, by its button", "the handler, by its button")
SHUT: Final = "This can't be opened just now"
FELL: Final = "a command fell over:"
_ASKED: Final = "can I ring the groundsman directly?"


class Seen(msgspec.Struct):
    """What was seen: at the other council, of another concern of the same one, of the row's own; who was told.

    `found` is what the doctor found, of all that is told.
    """

    others: dict[str, str]
    beside: dict[str, str]
    own: dict[str, str]
    backup: str
    told: set[str]
    found: set[str]
    leaks: list[str]


def file_in(folder: Path) -> Path:
    return folder / "protocol-bot.sqlite3"


class _Chat(Chat):
    """The platform; it knows everybody. `by` council: whom it carried what to."""

    def __init__(self) -> None:
        super().__init__()
        self.by: defaultdict[str, list[str]] = defaultdict(list)

    async def deliver(self, notice: Notice, key: str) -> None:
        await super().deliver(notice, key)
        assert isinstance(notice, Send)
        self.by[notice.to.tenant].append(notice.to.id)

    async def reaches(self, _who: Person) -> str:
        return ""


# ---------------------------------------------------------------- a row of every kind


async def prepared(folder: Path) -> None:
    """Both councils, each with two concerns of the same people's, and a row in every table."""
    made = World(folder, *(people_of(council) for council in (SPOILT, OTHER)))
    await made.open()
    try:
        for council in (SPOILT, OTHER):
            made.council = council
            raised = [await made.raises(who, "officer", step="declined") for who in ("councillor", "councillor-2")]
            if council == SPOILT:
                _buttons_in(folder).write_bytes(msgspec.json.encode(_buttons(raised[0])))
            await _one_of_each(made, council)
        await _deployments(made)
    finally:
        await made.close()
    _named(folder)


def _buttons_in(folder: Path) -> Path:
    return folder / "buttons.json"


def _buttons(of: Concern) -> list[tuple[str, str, str]]:
    """What stands with its raiser and its handler, and leads to it: what is seen then, who presses it, its token."""
    steps = ((of.parties.raiser, "follow"), (of.parties.handlers[0], "open"))
    return [(name, who, f"concerns/{step}/{of.id}") for name, (who, step) in zip(OPENED, steps, strict=True)]


def _named(folder: Path) -> None:
    """As the command line looks for them."""
    (folder / "bot.sqlite3").rename(file_in(folder))
    (folder / "keys").rename(folder / "protocol-bot.keys")
    for left in folder.glob("bot.sqlite3-*"):
        left.unlink()


async def _one_of_each(made: World, council: str) -> None:
    at, ask = MONDAY, Person(PLATFORM, council, "councillor")
    records = (
        request(f"r-{council}", council, asker="councillor", lead="clerk", words=f"{CANARY} what do you hold?"),
        Passed(id=f"p-{council}", council=council, asker=ask, words="why?", at=at),
        Pin(key=f"k-{council}", council=council, words="why?", clause="1", by=ask, at=at),
        Change(id=f"c-{council}", council=council, what="group", name="", value="x", by="clerk", at="2026-11-22"),
        Review(council=council),
        Edition(council=council, number=1, pack=load.council(council), on=NOON.date(), minute="31", at=NOON),
        Draft(council=council, pack=load.council(council), at=NOON),
    )
    post = Post((Paragraph("hello"),))
    told = tuple(Send(to=Person(PLATFORM, council, who), post=post) for who in ("clerk", "chair"))
    traces = (Trace(f"person/{council}", "councillor", "kept"),)
    event = made.command("councillor", "x", council=council)
    await made.store.keep(council, event, Turn(answer=Whisper(post), keep=records, notices=told, traces=traces))
    await made.store.out_of_reach(council, Person(PLATFORM, council, "councillor-3"), "left", at)
    places = SqlPlaces(made.engine, {f"T-{council}": council})
    await places.keep(f"T-{council}", "a:1", service_url="https://example.org/", who="ann", at=at)
    posts = SqlPosts(made.engine)
    await posts.add(council, "councillor", "1", author="bot", body=post, at=at, only_for="councillor")


async def _deployments(made: World) -> None:
    """What belongs to no council: installs of the hosted Slack app."""
    installs = SqlInstalls("1.2", made.engine, made.keys)
    await installs.async_save_bot(
        Install(
            app_id="A1",
            team_id="T1",
            bot_token="xoxb-1",  # noqa: S106  # of nobody
            bot_id="B1",
            bot_user_id="U1",
            installed_at=MONDAY.timestamp(),
        )
    )
    async with within(made.engine, EVERY) as transaction:
        await transaction.execute(insert(slack_states).values(state="a" * 64, expire_at=MONDAY))


# ---------------------------------------------------------------- everything that a bot does


class _At:
    """The bot at work on what a folder holds, and everybody who uses it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, MONDAY + _LATER
        self.memory = engine(f"sqlite+aiosqlite:///{file_in(folder)}")
        store = SqlStore(self.memory, read_keys(folder / "protocol-bot.keys"))
        settings = [people_of(council) for council in (SPOILT, OTHER)]
        self.chat = _Chat()
        self.outbox = Outbox(store, {PLATFORM: self.chat}, self.clock)
        books = kept_up(settings, self.clock, store, reader())
        self.bot = Named(Bot(store, books, self.outbox.nudge), books.council)
        reach = Reach(store, {PLATFORM: self.chat}, books, self.bot.hear, self.clock)
        self.work = Clockwork(self.bot, store, self.outbox, reach, (SPOILT, OTHER), self.clock)
        self.store = store
        self._events = 0

    def clock(self) -> datetime:
        return self.now

    def _place(self, council: str, who: str) -> dict[str, Any]:
        self._events += 1
        place, person = Place(PLATFORM, council, who, private=True), Person(PLATFORM, council, who)
        return {"id": f"now-{self._events}", "who": person, "where": place, "at": self.now}

    async def says(self, council: str, who: str, text: str) -> str:
        return _seen(await self.bot.hear(Command(text=text, **self._place(council, who))))

    async def presses(self, council: str, who: str, token: str) -> str:
        return _seen(await self.bot.hear(Press(token=token, **self._place(council, who))))

    async def raises(self, council: str, who: str, about: str) -> str:
        """From the first button to the receipt."""
        here = World(self.folder, people_of(council), at=self.now)
        here.hear = self.bot.hear  # type: ignore[method-assign]  # the same people, at this bot
        here._ids = iter(range(1000, 2000))  # type: ignore[assignment]
        form: Form = await here.looks(who, about, step="declined")
        answer = await here.sends(who, form)
        if isinstance(answer, Open):
            answer = await here.sends(who, answer.form)
        return "a receipt" if isinstance(answer, Whisper) and "Reference" in answer.post.plain() else repr(type(answer))


def _seen(answer: Answer | None) -> str:
    return answer.post.plain() if isinstance(answer, Whisper) else type(answer).__name__


def tried(folder: Path) -> Seen:
    """All of it, once; what fails is written down by its kind, as the adapters would tell it."""
    heard, root = _Log(), logging.getLogger()
    doctor = _command(
        "doctor", "--offline", "--data", folder, "--settings", _settings(folder)
    )  # before it mends itself
    root.addHandler(heard)
    try:
        said, delivered = asyncio.run(_at_work(folder))
    finally:
        root.removeHandler(heard)
    backup = _command("backup", "--to", folder / "backups", "--data", folder)
    trail = _command("audit", "verify", "--data", folder)
    found = _findings(doctor)
    told = heard.lines | found | _findings(trail)
    told |= set() if backup.startswith("0 ") else _findings(backup)
    everything = "\n".join((*heard.lines, backup, doctor, trail))
    leaks = ["a private word stands in the log or on the terminal"] if CANARY in everything else []
    leaks += [said for said in (backup, doctor, trail) if said.startswith(FELL)]
    others = {name: text for name, text in said.items() if name.startswith(OTHER)} | delivered[OTHER]
    beside = {name: text for name, text in said.items() if name.startswith("beside")}
    own = {name: text for name, text in said.items() if name not in others and name not in beside} | delivered[SPOILT]
    return Seen(others, beside, own, backup.split(" ")[0], told, found, leaks)


async def _at_work(folder: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    here = _At(folder)
    try:
        return await _used(here)
    finally:
        await here.memory.dispose()


async def _used(here: _At) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    said = dict[str, str]()

    async def note(name: str, work: Awaitable[object]) -> None:
        try:
            said[name] = str(await work)
        except Exception as failed:  # whatever it is: the adapters say that something went wrong
            said[name] = f"failed ({type(failed).__name__})"

    for council in (OTHER, SPOILT):
        await note(f"{council}: a question", here.says(council, "officer", _ASKED))
        await note(f"{council}: the handler's list", here.says(council, "chair", "waiting"))
        await note(f"{council}: a new concern", here.raises(council, "officer", "councillor-2"))
        await note(f"{council}: the review", here.says(council, "clerk", "review"))
    await note(MINE, here.says(SPOILT, "councillor", "concerns"))
    for name, who, token in msgspec.json.decode(_buttons_in(here.folder).read_bytes()):
        await note(name, here.presses(SPOILT, who, token))
    await note("beside: the other raiser's list", here.says(SPOILT, "councillor-2", "concerns"))
    for name in ("_tick", "_ask", "_reached", "_tidy"):
        await note(name, clockwork._tried(getattr(here.work, name)))
    await note("the outbox", here.outbox.deliver())
    await note("_tick again", clockwork._tried(here.work._tick))
    await note("the outbox again", here.outbox.deliver())
    return said, _delivered(here)


def _delivered(here: _At) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for council in (OTHER, SPOILT):
        told = Counter(here.chat.by[council])
        found[council] = {f"{council}: notices": str(sorted(told.items()))}
    return found


class _Log(logging.Handler):
    """What an administrator reads: warnings and worse, without the numbers that differ from run to run."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.add(f"{record.name}: {record.msg} {record.exc_info[0] if record.exc_info else ''}")


def _settings(folder: Path) -> Path:
    file = folder / "protocol-bot.yaml"
    councils = [msgspec.to_builtins(people_of(council)) for council in (SPOILT, OTHER)]
    file.write_bytes(msgspec.json.encode({"councils": councils}))
    return file


def _command(*words: object) -> str:
    """A command's exit status and whatever it says."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            status = main([str(word) for word in words])
        except SystemExit as ended:
            status = int(ended.code or 0)
        except Exception as failed:  # it is to say so in a sentence
            return f"{FELL} {words[0]} ({type(failed).__name__})"
    return f"{status} {said.getvalue()}"


def _findings(said: str) -> set[str]:
    """Its lines that are not well, without what differs each time."""
    return {
        line.strip()
        for line in said.splitlines()
        if line.strip() and not line.strip().startswith(("fine", "not tried"))
    }
