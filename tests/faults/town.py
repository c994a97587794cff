"""A council on a stand-in of Slack, its bot a process of its own: people ask and raise concerns while things go wrong.

In: a folder, an environment, what goes wrong. Out: what people were told, and which of the bot's promises were broken.
Never: a real Slack; a look into the bot's memory.
"""

import asyncio
import json
import os
import re
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
from sqlalchemy import make_url

from deploy.kept import folder
from storage.seal import read_keys
from tests.doctor import made
from tests.faults.promises import Filed, broken
from tests.slack import reading
from tests.slack.standin import Said, Somebody, StandIn, Workspace

ROOT: Final = Path(__file__).parents[2]
COUNCIL: Final = "southwell"
TEAM: Final = "T0TOWN"
#: Who is on the council, by what they are called in the settings.
PEOPLE: Final = ("ruth", "priya", "owen", "sheila", "harriet", "dev", "jo", "mark", "tom")
#: Stands in everything private that somebody writes, with a number after it.
CANARY: Final = "zebra-canary"
#: What is asked, and what the answer then holds.
QUESTION: Final = "expectations"
_DONE: Final = "Reference"
_PATIENCE: Final = 60.0  # seconds for a start


class NeverReady(Exception):
    """What it said instead."""


class NotServed(Exception):
    """What somebody was told instead of getting a form."""


def user(who: str) -> str:
    """Somebody's id on Slack."""
    return f"U0{who.upper()}99"


def settled(where: Path) -> None:
    """The council's settings: nobody is missing."""
    people = [one | {"accounts": [f"slack:{user(one['id'])}"]} for one in made.council()["people"]]
    whole = made.council(COUNCIL, workspaces={"slack": TEAM}, people=people)
    (where / "protocol-bot.yaml").write_text(json.dumps(whole), encoding="utf-8")


@dataclass
class Town:
    """Everything in it. `url` is its database's; `data` where its keys are, and its file if it has one."""

    slack: StandIn
    space: Workspace
    where: Path
    environ: dict[str, str]
    log: Path
    patience: float = 15.0
    said: str = ""
    address: str = ""
    filed: list[Filed] = field(default_factory=list)
    _numbers: int = 0
    _stories: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    _process: Process = field(init=False)

    @property
    def data(self) -> Path:
        return self.where / "kept"

    @property
    def keys(self) -> Path:
        return self.data / "protocol-bot.keys"

    @property
    def file(self) -> Path:
        """Of SQLite's, where nothing else is set."""
        return folder.file_of(self.data, folder.RUN)

    @property
    def url(self) -> str:
        return self.environ.get("DATABASE_URL") or f"sqlite+aiosqlite:///{self.file}"

    def given(self) -> dict[str, str]:
        """The environment that serves its workspace."""
        return {
            "SLACK_API_URL": self.slack.api_url,
            "SLACK_BOT_TOKEN": self.space.token,
            "SLACK_SIGNING_SECRET": self.space.secret,
            **self.environ,
        }

    @asynccontextmanager
    async def running(self, log: Path | None = None, user: str | None = None, **environ: str) -> AsyncIterator["Town"]:
        """The bot, from when it says that it is ready; told to stop at the end where it has not ended.

        Its complaints go into the file `log`, where one is named. It may be run as another `user`.
        """
        with (log or self.log).open("ab") as said:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-W", "error", "-m", "deploy.cli", "run", "--port", "0", "--data", str(self.data)),
                cwd=self.where,
                env={"PYTHONPATH": str(ROOT), "PATH": os.defpath, **self.given(), **environ},
                stdout=PIPE,
                stderr=said,
                user=user,
            )
        self._process, self.said = process, ""
        try:
            self.address = await self._ready()
            self.space.url = f"{self.address}slack/events"
            yield self
        finally:
            self.status = await self.ended()

    async def _ready(self) -> str:
        """Its address, once it says that it is ready. Raises `NeverReady`."""
        assert self._process.stdout is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while line := (await self._process.stdout.readline()).decode():
                    self.said += line
                    if found := re.match(r"Ready: (\S+/)healthz", line):
                        return found[1]
        raise NeverReady(f"{self.said[-300:]} {self.complaints[-600:]}")

    async def ended(self) -> int:
        """Told to stop, where it still runs; killed where it does not end. Its exit status."""
        process = self._process
        with suppress(ProcessLookupError, TimeoutError):
            async with asyncio.timeout(20):
                process.terminate()
                return await process.wait()
        with suppress(ProcessLookupError):
            process.kill()
        return await process.wait()

    @property
    def complaints(self) -> str:
        """All that its log said so far."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    # ------------------------------------------------------------ what people do

    def person(self, who: str) -> Somebody:
        """Patient, for a machine that has much else to do: Slack itself waits three seconds."""
        someone = Somebody(self.slack, self.space, self.space.users[user(who)])
        someone.waits = self.patience
        return someone

    def sees(self, who: str) -> list[str]:
        """What the bot said to somebody in their own chat, the oldest first."""
        here = self.space.seen_by(user(who), self.space.chat(user(who)).id)
        return [reading.text(said.blocks) for said in here if said.user == self.space.bot.id]

    async def asks(self, who: str, what: str = QUESTION) -> str:
        """A question in the private chat; what they read then, or what Slack's client says for want of an answer."""
        someone, before, troubles = self.person(who), len(self.sees(who)), len(self.slack.troubles)
        await someone.command(self.space.chat(user(who)).id, what)
        await self.until(lambda: len(self.sees(who)) > before or len(self.slack.troubles) > troubles, self.patience)
        told = self.sees(who)[before:] or self.slack.troubles[troubles:]
        return "\n".join(told)

    async def looks(self, who: str, about: str) -> Somebody:
        """As far as the last form before a concern is sent: it is open before them, with their words in it."""
        someone = self.person(who)
        await someone.command(self.space.chat(user(who)).id, "concern")
        await self.until(lambda: self._ways_in(who), self.patience)
        if not (begins := self._ways_in(who)):
            raise NotServed(f"{who} was told: {self.sees(who)[-1:]} {self.slack.troubles[-1:]}")
        said, button = begins[-1]
        await someone.press(said, (button.block_id, button.element))
        await self.until(lambda: someone.modal is not None, self.patience)
        self._numbers += 1
        story = f"{CANARY}-{self._numbers} he shouted"
        for _ in range(2):
            self._fills(someone, about, story)
            await someone.submit()
        self._stories[who] = story
        return someone

    def _ways_in(self, who: str) -> list[tuple[Said, reading.Button]]:
        """The buttons that begin a concern, the oldest first."""
        here = self.space.seen_by(user(who), self.space.chat(user(who)).id)
        return [(said, one) for said in here for one in reading.buttons(said.blocks) if _starts(one)]

    def _fills(self, someone: Somebody, about: str, story: str) -> None:
        if someone.modal is None:
            raise NotServed(f"no form is open: {self.sees(someone.user.name.lower())[-1:]} {self.slack.troubles[-1:]}")
        for one in reading.inputs(someone.modal.blocks):
            if one.choices:
                values = [choice.option for choice in one.choices]
                named = [value for value in values if value["value"].endswith(about)]
                someone.fill(one.block_id, (named or values)[0])
            else:
                someone.fill(one.block_id, story)

    async def sends(self, someone: Somebody, about: str) -> str:
        """The last form; what they read then: a receipt, or why it was not taken. What was taken is known from then."""
        who = next(name for name in PEOPLE if user(name) == someone.user.id)
        if someone.modal is None:
            self._acknowledged(who, about)
            return ""
        before, troubles = len(self.sees(who)), len(self.slack.troubles)
        await someone.submit()
        if someone.modal is None:  # a receipt may come a moment after the form is gone
            await self.until(lambda: len(self.sees(who)) > before, 5)
        said = [*self.sees(who)[before:], *self.slack.troubles[troubles:], *_in_form(someone)]
        self._acknowledged(who, about, *said)
        return "\n".join(said)

    def _acknowledged(self, who: str, about: str, *said: str) -> None:
        for reference in _receipts((*self.sees(who), *said)) - {one.reference for one in self.filed}:
            self.filed.append(Filed(reference, who, about, self._stories[who]))

    def told_of(self, which: int = -1) -> list[str]:
        """Who was told of a concern that was acknowledged, the last one if nothing else is said; once for each time."""
        if not -len(self.filed) <= which < len(self.filed):
            return []
        one = self.filed[which]
        return [who for who in PEOPLE for said in self.sees(who) if one.reference in said and who != one.who]

    async def raises(self, who: str, about: str) -> str:
        """A concern from the first button to the receipt, or to what they are told instead."""
        return await self.sends(await self.looks(who, about), about)

    # ------------------------------------------------------------ how it is

    async def ready(self) -> tuple[int, Mapping[str, Any]]:
        return await self.told("readyz")

    async def told(self, path: str) -> tuple[int, Mapping[str, Any]]:
        """What it says of itself: the status, and all of it."""
        async with aiohttp.ClientSession() as page, page.get(f"{self.address}{path}") as answer:
            return answer.status, await answer.json()

    async def until(self, true: Callable[[], object], patience: float = 30.0) -> float:
        """Waits for it, and says for how many seconds; gives up without a word, for what follows tells."""
        began = time.monotonic()
        while not true() and time.monotonic() - began < patience:  # noqa: ASYNC110  # it happens in another process
            await asyncio.sleep(0.05)
        return time.monotonic() - began

    async def broken(self) -> list[str]:
        """Which of its promises were broken, in words; to be asked when all is well again and delivered."""
        heard = {who: self.sees(who) for who in PEOPLE}
        said = f"{self.said}{self.complaints}"
        return await broken(make_url(self.url), read_keys(self.keys), self.filed, heard, said, private=CANARY)


def _receipts(said: Iterable[str]) -> set[str]:
    """The references of all receipts."""
    return {found for one in said for found in re.findall(rf"{_DONE} (CN-[A-Z0-9]{{4}}-[A-Z0-9]{{4}})", one)}


def _starts(button: reading.Button) -> bool:
    return str(button.element.get("value", "")).startswith("concerns/start")


def _in_form(someone: Somebody) -> list[str]:
    """What stands in the form, where one is still open: why it was not taken, or what came of it."""
    if someone.modal is None:
        return []
    return [*someone.modal.problems.values(), reading.text(someone.modal.blocks)]


@asynccontextmanager
async def town(where: Path, **environ: str) -> AsyncIterator[Town]:
    """A town whose bot is not running yet."""
    async with AsyncExitStack() as after:
        slack = await after.enter_async_context(StandIn())
        space = slack.workspace(TEAM)
        for who in PEOPLE:
            space.add_user(user(who), who.title())
        space.add_channel("C0COUNCIL", "council")
        settled(where)
        log = Path(after.enter_context(tempfile.TemporaryDirectory())) / "log"
        yield Town(slack, space, where, environ, log)
