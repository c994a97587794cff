"""A platform to deliver to, and notices to keep for it.

In: what it is to do with each. Out: what arrived. Never: a double of anything but the platform.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bot.conversation import Paragraph, Person, Post, Send
from bot.records import Turn
from storage.store import SqlStore
from tests.worlds import command, person


class Carrier:
    """Carries everything, but does `first` before it does: refuse, be slow, fall over."""

    def __init__(self, first: Callable[[str, str], Awaitable[None]] | None = None) -> None:
        self.first = first
        self.asked: list[tuple[str, str]] = []
        self.arrived: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.at_once = 0
        self.most = 0

    async def deliver(self, notice, key: str) -> None:
        to, said = notice.to.id, notice.post.plain()
        self.asked.append((to, said))
        self.keys.append(key)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await asyncio.sleep(0)
            if self.first is not None:
                await self.first(to, said)
            self.arrived.append((to, said))
        finally:
            self.at_once -= 1

    async def reaches(self, _who: Person) -> str:
        return ""

    def to(self, who: str) -> list[str]:
        return [said for to, said in self.arrived if to == who]


def refusing(why: Exception, *whom: str) -> Callable[[str, str], Awaitable[None]]:
    """Refuses these people, or, if none are named, everybody."""

    async def refuse(to: str, _said: str) -> None:
        if not whom or to in whom:
            raise why

    return refuse


def notice(who: str, said: str, *, once: bool = False, platform: str = "test", matter: str = "") -> Send:
    to = person(who, "barrow")
    return Send(to=Person(platform, to.tenant, to.id), post=Post((Paragraph(said),)), once=once, matter=matter)


async def keep(store: SqlStore, *notices: Send, council: str = "barrow", id: str | None = None) -> None:
    await store.keep(council, command("x", id=id), Turn(notices=notices))


async def crowd(store: SqlStore, count: int, platform: str = "test", prefix: str = "p") -> None:
    """One notice for each of so many people."""
    await keep(store, *(notice(f"{prefix}{number}", "hello", platform=platform) for number in range(count)))
