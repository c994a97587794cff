"""What time it is here, and what time it is elsewhere; time zones and bank holidays.

In: Slack's and Microsoft's answers to anybody, the database's clock. Out: findings. Never: a clock set.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final, get_args

import aiohttp
from sqlalchemy.exc import SQLAlchemyError

from bot import workdays
from bot.errors import ProtocolBotError
from bot.pack import Nation
from deploy.doctor import wire
from deploy.doctor.findings import CLOCK as AREA
from deploy.doctor.findings import Finding
from deploy.doctor.ground import PATIENCE, Ground
from deploy.platforms import slack, slack_hosted, teams_given
from deploy.platforms.addresses import address
from storage.looking import its_time

#: From here on signatures are refused, and people are reminded at another time than was said.
_APART: Final = timedelta(seconds=30)
_NTP: Final = "Let this computer set its clock by itself (NTP): timedatectl set-ntp true, or the settings of Windows."
_TZDATA: Final = "Install the time zones: the package tzdata of the system, or pip install tzdata."
#: England and Wales have eight; substitute days make sure that all fall on working days.
_HOLIDAYS: Final = 8


async def findings(ground: Ground) -> AsyncIterator[Finding]:
    """All of them."""
    asked = dict(_asked(ground))
    for whose, found in zip(asked, await asyncio.gather(*(_apart(one) for one in asked.values())), strict=True):
        yield _compared(whose, found)
    if not asked:
        yield AREA.untried("clock", "Nothing is set up, or may be asked, that could tell what time it is.")
    yield _zone(ground.now)
    yield _holidays(ground.now)


# ---------------------------------------------------------------- elsewhere

_Asks = Callable[[], Awaitable[datetime | None]]


def _asked(ground: Ground) -> Iterator[tuple[str, _Asks]]:
    """Who can be asked what time it is: by whom it is told in a line."""
    if not ground.offline:
        for whose, url in _urls(ground):
            yield whose, lambda url=url: _date(url)  # type: ignore[misc]  # each has its own
    if (memory := ground.memory) is not None and memory.dialect.name == "postgresql":
        yield "the database", lambda: its_time(memory)


def _urls(ground: Ground) -> Iterator[tuple[str, str]]:
    try:
        if any(ground.environ.get(name, "").strip() for name in (slack.BOT, slack_hosted.CLIENT)):
            yield "Slack", f"{slack.api_url(ground.environ)}api.test"
        if ground.environ.get(teams_given.APP, "").strip():
            from adapters.teams.app import OPENID_URL  # what it needs may not be installed

            yield "Microsoft", address(ground.environ, teams_given.OPENID, OPENID_URL, "Microsoft's key server")
    except (ProtocolBotError, ModuleNotFoundError):  # said where it belongs
        return


async def _date(url: str) -> datetime | None:
    async with wire.session() as connections:
        return (await wire.asked(connections, url)).date


async def _apart(asks: _Asks) -> timedelta | None:
    """How far this computer is ahead, by the middle of the time that the question took; None where nobody said."""
    before = datetime.now(UTC)
    try:
        async with asyncio.timeout(PATIENCE):
            there = await asks()
    except (OSError, TimeoutError, aiohttp.ClientError, SQLAlchemyError):
        return None
    after = datetime.now(UTC)
    return before + (after - before) / 2 - there if there is not None else None


def _compared(whose: str, apart: timedelta | None) -> Finding:
    begins = f"{whose[:1].upper()}{whose[1:]}"
    if apart is None:
        return AREA.untried("clock", f"{begins} did not say what time it is there.")
    if abs(apart) > _APART:
        way = "ahead of" if apart > timedelta() else "behind"
        told = f"This computer's clock is {_span(abs(apart))} {way} that of {whose}."
        return AREA.wrong("clock", told, _NTP)
    return AREA.fine("clock", f"{begins} and this computer agree on what time it is.")


def _span(apart: timedelta) -> str:
    seconds = round(apart.total_seconds())
    return f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"


# ---------------------------------------------------------------- zones and holidays


def _zone(now: datetime) -> Finding:
    """Summer time is an hour ahead, winter time is not."""
    summer, winter = (datetime(now.year, month, 1, tzinfo=workdays.LONDON).utcoffset() for month in (7, 1))
    if (summer, winter) == (timedelta(hours=1), timedelta()):
        return AREA.fine("time-zone", "The time zone Europe/London is known, with summer time.")
    return AREA.wrong("time-zone", "The time zone Europe/London is not what it should be.", _TZDATA)


def _holidays(now: datetime) -> Finding:
    for year in (now.year, now.year + 1):
        days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
        for nation in get_args(Nation):
            off = sum(day.weekday() < 5 and not workdays.is_working(day, nation) for day in days)
            if off < _HOLIDAYS:
                told = f"Of the bank holidays of {year} in {nation.title()} only {off} are known."
                return AREA.wrong("holidays", told, "Install a newer package: pip install --upgrade holidays.")
    return AREA.fine("holidays", f"The bank holidays of {now.year} and {now.year + 1} are known.")
