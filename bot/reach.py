"""Who can be told anything, looked into every day, before an escalation depends on it; and who has what in hand.

In: once an hour, a council. Out: what is known of each account; `Due` events for what follows from it, by day.
Never: takes "nobody can say" for "can't be told"; decides what comes of it: the desks do; lets one failure hold up
the rest.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from bot import workdays
from bot.conversation import Due, Event, Person
from bot.handbook import Handbook, Reached, Seat
from bot.naming import by_the_clock
from bot.ports import Clock, Handbooks, Platform, Store
from bot.resting import Workspace

log = logging.getLogger(__name__)

#: Why somebody can't be told anything, in a word (`unreached-WORD` in the bot's sentences). `no-platform`: this
#: deployment has no such platform, or it is not set up; `bad-address`: there can't be such an account.
WHYS: Final = ("not-there", "blocked", "left", "not-installed", "bad-address", "refused", "no-platform", "other")
REFUSED: Final = "refused"
_NO_PLATFORM: Final = "no-platform"
#: What is known without the platform's word.
_OURS: Final = ("bad-address", _NO_PLATFORM)
#: Longer than from one day's look to the next.
_OF_LATE: Final = timedelta(days=2)

#: The kind of matter that tells the administrators who can't be reached.
MATTER: Final = "reach"
#: What an open matter hears in the daily look: perhaps nobody has it any more.
LOST: Final = "lost"


class CutOff(Struct, frozen=True):
    """Somebody who can't be told anything at any of their accounts: the reason for the first, and since when."""

    seat: Seat
    why: str
    since: datetime


def cut_off(handbook: Handbook, reached: Iterable[Reached]) -> list[CutOff]:
    """Everybody who holds an office, has an account and can't be told anything, as the daily look found."""
    known = {one.who: one for one in reached if one.known}
    found = []
    for seat in handbook.roster.seats.values():
        rows = [known[account] for account in seat.accounts if account in known]
        if "guest" not in seat.offices and rows and len(rows) == len(seat.accounts):
            found.append(CutOff(seat, rows[0].why, max(row.since for row in rows)))
    return found


class Reach:
    """Looks into it. `hear` is the bot's; a platform that does not answer within `patience` seconds can't say."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Platform],
        handbooks: Handbooks,
        hear: Callable[[Event], Awaitable[object]],
        clock: Clock,
        *,
        patience: float = 20.0,
        at_once: int = 4,
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._handbooks = handbooks
        self._hear = hear
        self._clock = clock
        self._patience = patience
        self._few = asyncio.Semaphore(at_once)

    async def look(self, council: str) -> None:
        """Once an hour: ask about each account once a day, about one out of reach every time, and see what follows.

        What follows is brought up only when people may be disturbed, and once a day.
        """
        handbook = await self._handbooks(by_the_clock(council))
        if handbook is None:
            return
        try:
            await self._ask(handbook)
        except Exception as failed:  # what is known already still counts; an error may hold somebody's account
            log.error("who can be told could not be looked into, and will be again: %s", type(failed).__name__)
        now = self._clock()
        if workdays.next_open(now, handbook.nation, handbook.settings.quiet.hours) > now:
            return
        await self._tell(handbook, now)
        await self._bring_up(council, now)

    # ------------------------------------------------------------ asking

    async def _ask(self, handbook: Handbook) -> None:
        council, now = handbook.council, self._clock()
        known = {one.who: one for one in await self._store.reach(council)}
        accounts = [account for seat in handbook.roster.seats.values() for account in seat.accounts]
        here = [who for who in accounts if who.platform in self._platforms]
        whys = await self._whys(who for who in here if _is_to_be_asked(known.get(who), now))
        whys = await self._unless_of_everybody(whys, here)
        whys |= {who: _NO_PLATFORM for who in accounts if who not in here and not _has_been_there(who, known, now)}
        found = [_found(known.get(who), who, why, now) for who, why in whys.items()]
        forget = [who for who in known if who not in accounts]
        if found or forget:
            await self._store.keep_reach(council, found, forget)

    async def _unless_of_everybody(self, whys: dict[Person, str], here: Iterable[Person]) -> dict[Person, str]:
        """Where a workspace takes nobody, nobody can say: it is the bot that it refuses, or it is in trouble.

        Where not everybody was asked about, because the others could be told today, one of them bears witness.
        """
        refusing = Counter(_workspace(who) for who, why in whys.items() if why and why not in _OURS)
        doubted = {at for at, times in refusing.items() if times > 1} - _taking(whys)
        others = {_workspace(who): who for who in here if who not in whys and _workspace(who) in doubted}
        doubted -= _taking(await self._whys(others.values()))
        if doubted:
            log.warning("a workspace takes nobody at all, so that it can't be said who can be told anything there")
        return {who: why for who, why in whys.items() if why in _OURS or _workspace(who) not in doubted}

    async def _whys(self, asked: Iterable[Person]) -> dict[Person, str]:
        """Empty, or a word for why not; without those of whom nobody can say."""
        people = tuple(asked)
        whys = await asyncio.gather(*(self._why(who) for who in people))
        return {who: why for who, why in zip(people, whys, strict=True) if why is not None}

    async def _why(self, who: Person) -> str | None:
        try:
            async with self._few, asyncio.timeout(self._patience):
                why = await self._platforms[who.platform].reaches(who)
        except Exception as unsure:  # also a fault of ours: only its kind is told
            log.info("a platform could not say whether somebody can be told anything: %s", type(unsure).__name__)
            return None
        return why if why in ("", *WHYS) else "other"

    # ------------------------------------------------------------ what follows

    async def _tell(self, handbook: Handbook, now: datetime) -> None:
        """The administrators are told when somebody is cut off, and again every week while it is so."""
        out = cut_off(handbook, await self._store.reach(handbook.council))
        if not out:
            return
        newest = max(one.since for one in out)
        weeks = (workdays.today(now) - workdays.today(newest)).days // 7
        id = f"unreached/{newest.isoformat()}/{weeks}"
        await self._heard(id, f"{MATTER}/{handbook.council}", "unreached", handbook.council, now)

    async def _bring_up(self, council: str, now: datetime) -> None:
        """Every open matter hears that perhaps nobody has it any more; the desks know, and mostly do nothing."""
        if await self._store.unfit() is not None:
            return
        for matter in await self._store.dealt_with(council):
            await self._heard(f"lost/{matter}/{workdays.today(now)}", matter, LOST, council, now)

    async def _heard(self, id: str, matter: str, rung: str, council: str, now: datetime) -> None:
        try:
            await self._hear(Due(id=id, where=by_the_clock(council), at=now, matter=matter, rung=rung, due=now))
        except Exception as failed:  # only its kind is told: an error may hold somebody's words
            log.error("what the daily look found could not be brought up: %s", type(failed).__name__)


def _is_to_be_asked(known: Reached | None, now: datetime) -> bool:
    return known is None or bool(known.why) or workdays.today(known.checked) < workdays.today(now)


def _has_been_there(who: Person, known: Mapping[Person, Reached], now: datetime) -> bool:
    """Whether some replica knew their platform of late: then only this one does not, and can't say."""
    of_platform = (one for one in known.values() if one.who.platform == who.platform and one.why != _NO_PLATFORM)
    return any(now - one.checked < _OF_LATE for one in of_platform)


def _workspace(who: Person) -> Workspace:
    return who.platform, who.tenant


def _taking(whys: Mapping[Person, str]) -> set[Workspace]:
    return {_workspace(who) for who, why in whys.items() if not why}


def _found(known: Reached | None, who: Person, why: str, now: datetime) -> Reached:
    """Since now, where it was not so already. A refused delivery does not count: when it was would tell of it."""
    same = known is not None and bool(known.why) == bool(why) and known.known == bool(why)
    return Reached(who=who, why=why, since=known.since if known and same else now, checked=now)


def able(seats: Sequence[Seat]) -> list[Seat]:
    """Those of them who can be told something."""
    return [seat for seat in seats if seat.told]
