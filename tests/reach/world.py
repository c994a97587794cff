"""A council whose people can be out of reach, and a clock that looks into it every hour.

In: settings. Out: what people are told and what follows. Never: a double of anything but time and the platforms.
"""

from dataclasses import replace
from datetime import timedelta

from bot.conversation import Notice, Person, Place, Send
from bot.errors import NotDelivered
from bot.handbook import Handbook, Reached, Roster
from bot.outbox import Outbox
from bot.reach import Reach
from bot.settings import Settings
from deploy.handbooks import seats
from tests.concerns.world import PLATFORM, Chat, World, _bare

#: A second platform, for those who have two accounts.
OTHER = "email"


class Reachable(Chat):
    """A platform that knows whom it reaches, and may not be able to say."""

    def __init__(self) -> None:
        super().__init__()
        self.out: dict[str, str] = {}
        self.unsure = False
        self.asked: list[str] = []

    async def deliver(self, notice: Notice, key: str) -> None:
        assert isinstance(notice, Send)
        if notice.to.id in self.out:
            raise NotDelivered("They can't be told anything.", again=False, unreachable=True)
        await super().deliver(notice, key)

    async def reaches(self, who: Person) -> str:
        self.asked.append(who.id)
        if self.unsure:
            raise NotDelivered("The platform is away.", again=True)
        return self.out.get(who.id, "")


class Reaching(World):
    """The same council, looked after every hour."""

    chat: Reachable

    async def open(self, *args: object, **more: object) -> "Reaching":
        self.chat, self.mail = Reachable(), Reachable()
        await super().open(*args, **more)  # type: ignore[arg-type]
        platforms = {PLATFORM: self.chat, OTHER: self.mail}
        self.outbox = Outbox(self.store, platforms, lambda: self.now)
        self.reach = Reach(self.store, platforms, self._handbook, self.hear, lambda: self.now)
        return self

    async def _handbook(self, where: Place) -> Handbook | None:
        if where.tenant not in self.settings:
            return None
        settings: Settings = self.settings[where.tenant]
        seated = seats(settings, self.now.date(), await self.store.reach(where.tenant))
        return replace(_bare(settings.council), settings=settings, roster=Roster(seated))

    async def live(self) -> Handbook:
        """The handbook as desks get it."""
        found = await self._handbook(Place(PLATFORM, self.council, "anywhere"))
        assert found is not None
        return found

    async def looks_after(self) -> None:
        """What the clock does every hour."""
        await self.reach.look(self.council)
        await self.tick()

    async def hours(self, number: int) -> None:
        """Time passes, with a look every hour."""
        for _ in range(number):
            self.now += timedelta(hours=1)
            await self.looks_after()

    async def known(self) -> dict[str, Reached]:
        """What is known of each account, by its id."""
        return {one.who.id: one for one in await self.store.reach(self.council)}


def to(here, who: str, text: str) -> list[str]:
    """What somebody was told that has this in it."""
    return [said for said in here.chat.to(who) if text in said]
