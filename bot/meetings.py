"""What the law says of a council's meetings: when the summons must go out, and when the annual meeting is.

In: a day, a nation, the council's own list of meetings. Out: days. Never: looks at a clock; a day that comes too late.

The Local Government Act 1972 has it for parish councils in England in Schedule 12, paragraphs 7 and 10(2)(b), and in
the same words for community councils in Wales in paragraphs 23 and 26(2)(b): a summons that specifies the business goes
out "three clear days at least before a meeting"; the annual meeting is held "on such day in May" as the council
determines, or, in a year of ordinary elections, within fourteen days after the new councillors take office.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Final

from bot.pack import Nation
from bot.workdays import is_working

#: Paragraphs of Schedule 12 to the Local Government Act 1972, for people to look up.
SUMMONS: Final[dict[Nation, str]] = {"england": "10(2)(b)", "wales": "26(2)(b)"}
ANNUAL: Final[dict[Nation, str]] = {"england": "7", "wales": "23"}

_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6
_MAY = 5


def last_summons(meeting: date, clear_days: int, nation: Nation) -> date:
    """The last day on which the summons can go out, with so many clear days between it and the meeting.

    Neither day is a clear one itself. Saturdays count; what `counts` leaves out does not. Where the summons would go
    out on such a day, it is the one before: by section 243(1) it would move on, and a clear day would be lost.
    """
    day = meeting
    for _ in range(clear_days + 1):
        day = _counting(day - _DAY, nation)
    return day


def _counting(day: date, nation: Nation) -> date:
    """This day if it counts, else the last one before it that does."""
    while not counts(day, nation):
        day -= _DAY
    return day


@cache
def counts(day: date, nation: Nation) -> bool:
    """Whether a day counts as clear: no Sunday, nor of the Christmas, the Easter or a bank holiday break.

    These are the days of section 243(1) of the Act, and the breaks as section 270(1) has them. Section 243(4), which
    leaves them out of a period, names other provisions than Schedule 12; the National Association of Local Councils
    reads it so for the summons too (Legal Topic Note 5). To leave them out is the safe reading: the summons then goes
    out earlier, never later. Days of public thanksgiving or mourning are not known beforehand, and not left out here.
    """
    return not (day.weekday() == _SUNDAY or _of_christmas(day, nation) or _of_break(day, nation))


def _of_christmas(day: date, nation: Nation) -> bool:
    """From the last week day before Christmas Day to the first after it that is no bank holiday."""
    if day.month != 12:
        return False
    christmas = date(day.year, 12, 25)
    return _week_day(christmas, -1) <= day <= _week_day_open(christmas, 1, nation)


def _of_break(day: date, nation: Nation) -> bool:
    """From the last week day before a bank holiday to the next one after it that is no bank holiday.

    A week day is any but Sunday: a bank holiday on a Monday makes a break from Saturday to Tuesday. The two of Easter
    make the Easter break by that: from Thursday to Tuesday.
    """
    if _is_bank_holiday(day, nation):
        return True
    return _is_bank_holiday(_week_day(day, -1), nation) or _is_bank_holiday(_week_day(day, 1), nation)


def _week_day(day: date, step: int) -> date:
    """The next week day in a direction, 1 or -1."""
    day += step * _DAY
    return day + step * _DAY if day.weekday() == _SUNDAY else day


def _week_day_open(day: date, step: int, nation: Nation) -> date:
    day = _week_day(day, step)
    while _is_bank_holiday(day, nation):
        day = _week_day(day, step)
    return day


def _is_bank_holiday(day: date, nation: Nation) -> bool:
    """From Monday to Friday; for one on a Saturday another day is appointed, and its break takes the Saturday in."""
    return day.weekday() < _SATURDAY and not is_working(day, nation)


def annual_meeting(meetings: Iterable[date], year: int) -> tuple[date, bool]:
    """The annual meeting of a year, and whether that is only assumed.

    It is the first meeting in May that the council's list has. Where the list has none, it is assumed for the last day
    of May, the latest it may be in most years: nobody is told too soon that it was missed.
    """
    listed = sorted(day for day in meetings if (day.year, day.month) == (year, _MAY))
    return (listed[0], False) if listed else (date(year, _MAY, 31), True)
