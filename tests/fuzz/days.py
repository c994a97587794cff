"""Days: as they are typed, as files state them, and what a calendar then gets of them, on whatever day it is.

In: days that somebody wrote; a council's settings and pack with days in them. Out: doors. Never: a day read otherwise
than it was written; a calendar file that a reader of calendars does not read.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import icalendar
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import cycle, dates, nudges
from bot.days import EARLIEST, LATEST
from bot.errors import UnsoundContent
from bot.handbook import Handbook
from bot.ics import calendar
from bot.pack import Pack
from bot.review import Review
from content import check, load
from content import settings as own
from content.importing import days as stated
from deploy.handbooks import handbook
from tests.fuzz import strange
from tests.fuzz.trying import Door, Try, Wrong

#: Days on which something is otherwise than on others: the ends of all calendars, leap days, changes of clocks, Easter.
_ODD: Final = tuple(
    date.fromisoformat(day)
    for day in (
        "0001-01-01 1066-10-14 1894-12-04 1900-02-28 1916-05-21 1968-10-27 2000-02-29 2026-11-23 2027-03-28 2027-10-31 "
        "2028-02-29 2028-12-31 2100-02-28 2999-12-31 9998-06-01 9999-12-31"
    ).split()
)
_LIKELY: Final = st.dates(date(2015, 1, 1), date(2040, 1, 1))
_DAYS: Final = st.one_of(_LIKELY, _LIKELY, _LIKELY, st.dates(EARLIEST, LATEST), st.sampled_from(_ODD))
#: How a day is written.
_FORMS: Final = (
    "{0:%Y}-{0.month}-{0.day}",
    "{0.day}/{0.month}/{0:%Y}",
    "{0.day:02}.{0.month:02}.{0:%Y}",
    "{0.day} {0:%B} {0:%Y}",
    "{0.day} {0:%b}. {0:%Y}",
    "{0:%A} {0.day}th of {0:%B}, {0:%Y}",
)
#: Zones in which a moment may be told, from one end of the world to the other, and with odd minutes.
_ZONES: Final = tuple(
    map(ZoneInfo, ("UTC", "Europe/London", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"))
)
_STEPS: Final = 40  # reminders that are looked at


# ---------------------------------------------------------------- typed


def _typed() -> st.SearchStrategy[tuple[str, date | None]]:
    """A day in one of the forms in which people here write it, with what it is; or anything, with nothing known."""
    forms = st.sampled_from(_FORMS)
    written = st.builds(lambda form, day: (form.format(day), day), forms, st.dates(date(1000, 1, 1)))
    figures = st.builds("{}-{}-{}".format, *[st.integers(-1, 99999)] * 3)
    anything = st.one_of(strange.text(40), figures, st.builds("{}/{}".format, strange.text(8), figures))
    return st.one_of(written, anything.map(lambda text: (text, None)))


@contextmanager
def _read(_data: Path) -> Iterator[Try]:
    def read(example: tuple[str, date | None]) -> str:
        text, day = example
        found = dates.read_day(text)
        if day and found != day:
            raise Wrong(f"{text!r} is read as {found}")
        for one in stated.days(text):
            date.fromisoformat(one)
        return "a day" if found else "none"

    yield read


# ---------------------------------------------------------------- stated, and in a calendar


def _file(days: Sequence[date | None], meetings: Sequence[date], months: int, annual: bool) -> str:
    """A council's settings, with these days in them."""
    last, next = (f", {name}: {day}" if day else "" for name, day in zip(("last", "next"), days, strict=True))
    cycle, anchor = (f"\n  cycle: {months}" if months else ""), ("\n  anchor: annual-meeting" if annual else "")
    told = f"meetings: [{', '.join(map(str, meetings))}]\nreviews:{cycle}{anchor}\n"
    return f"council: barrow\n{told}  documents:\n    - {{id: code, name: Code of Conduct{last}{next}}}\n"


def _books() -> st.SearchStrategy[tuple[str, str, str, datetime]]:
    """Settings, what the document states of its adoption and its next review, and what moment it is."""
    maybe = st.one_of(st.none(), _DAYS)
    settings = st.builds(
        _file,
        st.tuples(maybe, maybe),
        st.lists(_DAYS, max_size=3, unique=True),
        st.sampled_from((0, 1, 12, 60)),
        st.booleans(),
    )
    states = st.one_of(_DAYS.map(str), st.sampled_from(("not stated", "unknown", "blank", "2027-02-29")))
    today = st.datetimes(datetime(2000, 1, 1), datetime(2400, 1, 1), timezones=st.sampled_from(_ZONES))  # noqa: DTZ001
    return st.tuples(settings, states, states, today)


@contextmanager
def _calendars(data: Path) -> Iterator[Try]:
    file, topics, pack = data / "protocol-bot.yaml", load.topics(), load.council("barrow")

    def made(example: tuple[str, str, str, datetime]) -> str:
        text, adopted, next_review, now = example
        file.write_text(text, encoding="utf-8")
        states = replace(pack.document, adopted=adopted, next_review=next_review)
        book = _book(file, replace(pack, document=states), topics)
        return "refused" if book is None else _all_of_it(book, now.astimezone(UTC))

    yield made


def _book(file: Path, pack: Pack, topics: Any) -> Handbook | None:
    """As the files' own doors let it in."""
    if any(check.problems(pack, topics)):
        return None
    try:
        return handbook(pack, settings=own.settings(file))
    except UnsoundContent:
        return None


def _all_of_it(book: Handbook, now: datetime) -> str:
    """How each review stands, what is promised of it, who is reminded when, and the file for a calendar."""
    reviews = []
    for document in cycle.documents(book):
        review, terms = cycle.fresh(book, document, now), cycle.terms(book, document)
        assert review is not None
        assert terms is not None
        reviews += [review, nudges.planned(review, terms, now)][1:]
        moved = cycle.dated(review, min(now.date() + timedelta(days=400), date.max), now)
        for one in (review, moved):
            due = [step.due for step in islice(nudges.steps(one, terms, now), _STEPS)]
            if due != sorted(due):
                raise Wrong(f"reminders are not in order: {due}")
    return _read_back(calendar(book, reviews), reviews)


def _read_back(file: bytes, reviews: Sequence[Review]) -> str:
    """Each entry is of a whole day, once, and on a day that a review has."""
    if not file:
        return "no date"
    events = icalendar.Calendar.from_ical(file).walk("VEVENT")
    names = [str(event["uid"]) for event in events]
    if len(set(names)) != len(names) or len(names) > 2 * len(reviews):
        raise Wrong(f"entries stand twice: {names}")
    if any(event.decoded("dtend") - event.decoded("dtstart") != timedelta(days=1) for event in events):
        raise Wrong("an entry is not of one whole day")
    return f"{len(events)} entries"


DOORS: Final = (
    Door("days: as people write them", _typed(), _read),
    Door("days: in files, and in a calendar", _books(), _calendars),
)
