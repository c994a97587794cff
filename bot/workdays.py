"""Working days and quiet hours, in the council's own time.

In: a moment, a number of working days, a nation, quiet hours. Out: a moment in UTC, or a day.
Never: looks at a clock; falls at night, at a weekend or on a bank holiday.
"""

from calendar import monthrange
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.pack import Nation

LONDON = ZoneInfo("Europe/London")

_DAY = timedelta(days=1)
_SATURDAY = 5
_MIDNIGHT = time(0)
#: How `holidays` calls the two nations: their bank holidays could differ one day.
_SUBDIVISIONS: dict[Nation, str] = {"england": "ENG", "wales": "WLS"}


def after(start: datetime, working_days: int, nation: Nation, quiet: tuple[str, str]) -> datetime:
    """So many working days after the day of `start`, at the same time of day, or when that day's quiet hours are over.

    Nought is the first moment from `start` on at which somebody may be disturbed.
    """
    if working_days == 0:
        return next_open(start, nation, quiet)
    here = start.astimezone(LONDON)
    day = last_day(start, working_days, nation)
    hour = here.time()
    return _moment(day, _ends(quiet) if _is_quiet(hour, quiet) else hour)


def next_open(moment: datetime, nation: Nation, quiet: tuple[str, str]) -> datetime:
    """This moment if somebody may be disturbed at it, else the first one after it."""
    here = moment.astimezone(LONDON)
    hour, day = here.time(), here.date()
    if not is_working(day, nation):
        return _moment(_next_working(day, nation), _opens(quiet))
    if not _is_quiet(hour, quiet):
        return moment.astimezone(UTC)
    if hour < _ends(quiet):
        return _moment(day, _ends(quiet))
    return _moment(_next_working(day, nation), _opens(quiet))


def last_day(start: datetime, working_days: int, nation: Nation) -> date:
    """The day that many working days after the day of `start`."""
    day = start.astimezone(LONDON).date()
    for _ in range(working_days):
        day = _next_working(day, nation)
    return day


def a_month_after(day: date, nation: Nation) -> date:
    """The same day of the next month, or its last day; the next working day where that is none.

    So the Information Commissioner counts the month of UK GDPR article 12(3).
    """
    return working(months_after(day, 1), nation)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it is shorter; the last day there is."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if year > MAXYEAR:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def working(day: date, nation: Nation) -> date:
    """This day if it is a working day, else the next one."""
    return day if is_working(day, nation) else _next_working(day, nation)


def is_working(day: date, nation: Nation) -> bool:
    """Monday to Friday, and no bank holiday."""
    return day.weekday() < _SATURDAY and day not in _bank_holidays(nation, day.year)


def today(moment: datetime) -> date:
    """The council's own day."""
    return moment.astimezone(LONDON).date()


def opening(day: date, nation: Nation, quiet: tuple[str, str]) -> datetime:
    """The first moment of a day, or after it, at which somebody may be disturbed."""
    return next_open(_moment(day, _MIDNIGHT), nation, quiet)


def months(number: int) -> timedelta:
    """That many months of mean length, to the nearest day: how long something is kept."""
    return timedelta(days=round(number * 365.2425 / 12))


def said(day: date) -> str:
    """A day for the command line, which speaks English: 27 November 2026. In the chat a council's words say it."""
    return f"{day.day} {day:%B %Y}"


def _next_working(day: date, nation: Nation) -> date:
    day += _DAY
    while not is_working(day, nation):
        day += _DAY
    return day


@cache
def _bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    """Substitute days too. The library is slow to load, so it waits for the first question."""
    from holidays import country_holidays

    return frozenset(country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=year))


# ---------------------------------------------------------------- quiet hours


def _is_quiet(hour: time, quiet: tuple[str, str]) -> bool:
    """From the first time up to the second, over midnight if need be; two equal times are no quiet hours at all."""
    begins, ends = time.fromisoformat(quiet[0]), _ends(quiet)
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


def _ends(quiet: tuple[str, str]) -> time:
    return time.fromisoformat(quiet[1])


def _opens(quiet: tuple[str, str]) -> time:
    """The first time of day that is not quiet."""
    return _ends(quiet) if _is_quiet(_MIDNIGHT, quiet) else _MIDNIGHT


def _moment(day: date, hour: time) -> datetime:
    """Clocks change on Sundays, so that on a working day every time of day happens once."""
    return datetime.combine(day, hour, LONDON).astimezone(UTC)
