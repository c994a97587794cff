"""Days that people write: how they are read, and which nobody can mean.

In: text. Out: the day, or None. Never: a guess at a day that no calendar has.
"""

import re
from datetime import date
from typing import Final

#: The Local Government Act 1894 made parish councils: nothing of one is older.
EARLIEST: Final = date(1894, 12, 4)
#: Whoever writes a later day means none: beyond the last that a calendar has there is nothing to reckon with.
LATEST: Final = date(2999, 12, 31)
#: How far ahead a review may be.
YEARS_AHEAD: Final = 10
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FIGURES = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
_WORDS = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]{3,9})\.?,? (\d{4})")


def read_day(text: str) -> date | None:
    """A day as people here write it: 2027-05-06, 6/5/2027, 6 May 2027. None for anything else, and for 31 February."""
    bare = " ".join(text.casefold().split())
    if found := _ISO.fullmatch(bare):
        year, month, of_month = found.groups()
    elif found := _FIGURES.fullmatch(bare):
        of_month, month, year = found.groups()
    elif found := _WORDS.fullmatch(bare):
        of_month, month, year = found[1], _month(found[2]), found[3]
    else:
        return None
    try:
        return date(int(year), int(month), int(of_month))
    except ValueError:
        return None


def is_likely(day: date) -> bool:
    """Whether something of a parish council's can be dated so; `0001-01-01` and `9999-12-31` stand for no day."""
    return EARLIEST <= day <= LATEST


def _month(name: str) -> str:
    """In figures; 0, which is no month, for what is none."""
    full = [date(2000, number, 1).strftime("%B").casefold() for number in range(1, 13)]
    return str(next((n for n, month in enumerate(full, 1) if month.startswith(name) or (name, n) == ("sept", 9)), 0))
