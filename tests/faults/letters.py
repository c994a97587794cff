"""A council that is told things by e-mail alone: what waits for its people, what arrives, what is given up.

In: a folder, a mail server of the tests' own. Out: the real store, outbox, bot and adapter. Never: another platform.
"""

from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from adapters.mail.app import Mail, Server
from adapters.mail.render import Sentences
from bot.bot import Bot
from bot.conversation import Due, Paragraph, Person, Post, Send
from bot.naming import by_the_clock
from bot.outbox import Outbox
from bot.records import Turn
from bot.settings import Settings
from deploy.handbooks import kept_up
from deploy.settings import made_up
from storage import aside
from storage.database import EVERY, engine, within
from storage.seal import new_keys, read_keys
from storage.store import SqlStore
from tests import databases
from tests.contract.slack_rig import MONDAY
from tests.faults.story import CANARY, COUNCIL
from tests.mail import server as wire

_WORDS: Final = Sentences("Open the chat.", "Sent by Protocol Bot.", "Protocol Bot")
#: Seconds that a conversation may take; a server that says nothing is left then.
_PATIENCE: Final = 0.6
#: What the outbox waits (`bot.outbox.PATIENCE`), with something over, in hours.
_HOURS: Final = (0.02, 0.1, 2.0)


class Here:
    """One, as it begins on whatever its folder holds."""

    def __init__(self, folder: Path, post: wire.Post) -> None:
        if not (folder / "keys").exists():
            new_keys(folder / "keys")
        self.now, self.post = MONDAY, post
        self.memory = engine(databases.url(folder))
        self.store = SqlStore(self.memory, read_keys(folder / "keys"), timedelta())
        mail = Mail(
            Server(host="127.0.0.1", port=post.port, encrypted="here"),
            "bot@parish.example.org",
            lambda _council: _WORDS,
            self.clock,
            patience=_PATIENCE,
        )
        self.outbox = Outbox(self.store, {"email": mail}, self.clock)
        self._bot = Bot(self.store, kept_up([_settings()], self.clock, self.store))
        self._numbers = iter(range(10**9))

    def clock(self) -> datetime:
        return self.now

    async def keeps(self, who: str) -> str:
        """A notice to somebody; the word that it is known by."""
        said = f"{CANARY}-{next(self._numbers)}."
        notice = Send(to=Person("email", COUNCIL, f"{who}@example.org"), post=Post((Paragraph(said),)))
        await self.store.keep(COUNCIL, self._due("kept"), Turn(notices=(notice,)))
        return said

    async def passes(self) -> None:
        """Until nothing can wait any more."""
        for hours in _HOURS:
            self.now += timedelta(hours=hours)
            await self.outbox.deliver()

    async def watches(self) -> str:
        """What the bot's daily look tells the administrator."""
        self.now += timedelta(days=1)
        self.now = self.now.replace(hour=10)
        before = len(self.post.messages)
        await self._bot.hear(self._due("day"))
        await self.outbox.deliver()
        return "".join(_read(body) for _, to, body in self.post.messages[before:] if "clerk@" in to)

    def arrived(self, said: str) -> list[str]:
        """The Message-ID of each time that it arrived."""
        letters = (message_from_bytes(body) for *_, body in self.post.messages)
        return [str(one["Message-ID"]) for one in letters if said in one.get_payload()]

    async def given_up(self) -> int:
        async with within(self.memory, EVERY) as connection:
            return len(await aside.every(connection))

    def _due(self, rung: str) -> Due:
        place = by_the_clock(COUNCIL)
        id = f"watch/{next(self._numbers)}"
        return Due(id=id, where=place, at=self.now, matter=f"watch/{COUNCIL}", rung=rung, due=self.now)


def _read(body: bytes) -> str:
    return message_from_bytes(body).get_payload(decode=True).decode()  # type: ignore[union-attr]


def _settings() -> Settings:
    own = made_up.settings_of(COUNCIL)
    people = (replace(one, accounts=(f"email:{one.id}@example.org",)) for one in own.people)
    return replace(own, people=tuple(people))
