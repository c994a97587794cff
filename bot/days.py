"""A day as people write it, in any form.

In: text. Out: the day, or None. Never: a guess at a day that no calendar has.
"""

import re
from datetime import date

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


def _month(name: str) -> str:
    """In figures; 0, which is no month, for what is none."""
    full = [date(2000, number, 1).strftime("%B").casefold() for number in range(1, 13)]
    return str(next((n for n, month in enumerate(full, 1) if month.startswith(name) or (name, n) == ("sept", 9)), 0))
