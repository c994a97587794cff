"""Days as documents write them.

In: a line of text. Out: an ISO day where one whole day stands there. Never: a day made of a month or a year alone.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.days import is_likely

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = re.compile(
    rf"""
    \b(?P<d1>\d{{1,2}}) (?:st|nd|rd|th)? (?:\s+(?:day\s+)?of)? [\s-]+ {_MONTH.format("m1")} [\s,-]+ (?P<y1>\d{{4}}) \b
    | \b{_MONTH.format("m2")} \s+ (?P<d2>\d{{1,2}}) (?:st|nd|rd|th)? ,? \s+ (?P<y2>\d{{4}}) \b
    | \b(?P<y3>\d{{4}})-(?P<m3>\d{{2}})-(?P<d3>\d{{2}}) \b
    | \b(?P<d4>\d{{1,2}}) (?P<sep>[/.]) (?P<m4>\d{{1,2}}) (?P=sep) (?P<y4>\d{{4}}|\d{{2}}) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_VAGUE = re.compile(rf"\b(?:{_MONTH.format('m')}\s+)?(?:19|20)\d{{2}}\b|\bannual(?:ly)?\b", re.IGNORECASE)


def day(text: str) -> str | None:
    """The first whole day in a text, ISO; a day of figures is day first, as it is written here."""
    return next(days(text), None)


def days(text: str) -> Iterator[str]:
    """Every whole day in a text that a calendar has and a parish council can have, ISO."""
    for found in _DAY.finditer(text):
        try:
            day = _day(found)
        except ValueError:
            continue
        if is_likely(day):
            yield day.isoformat()


def vague(text: str) -> bool:
    """Whether it names a time that is no whole day: "September 2024", "Annual Meeting 2025"."""
    return bool(_VAGUE.search(text)) and day(text) is None


def _day(found: re.Match[str]) -> date:
    for n in "1234":
        if found[f"y{n}"]:
            year = int(found[f"y{n}"])
            month = found[f"m{n}"].casefold()
            return date(
                year + 2000 if len(found[f"y{n}"]) == 2 else year,
                int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1,
                int(found[f"d{n}"]),
            )
    raise ValueError(found[0])
