"""The review dates as a file for the clerk's calendar (RFC 5545).

In: a council's handbook, its reviews. Out: the file's bytes; the same for the same, whatever day it is.
Never: looks at a clock; a person's name, or anything private.

Each document has two entries, whole days: the review, with alarms when the clerk is reminded here too, and the last day
for the summons of the meeting it is for. Each keeps its UID for good, and SEQUENCE moves on with every change of date:
so a calendar moves the entry instead of adding another, and takes away one that no longer holds.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from icalendar import Alarm, Calendar, Event

from bot import nudges, reviewing
from bot.cycle import Standing, Terms, state, terms
from bot.handbook import Handbook
from bot.meetings import SUMMONS, last_summons
from bot.review import Review
from bot.workdays import LONDON, today

#: When a review was last changed that nobody has changed yet: before any that somebody did.
_NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


def calendar(handbook: Handbook, reviews: Sequence[Review]) -> bytes:
    """The file, in UTF-8 with the line ends and folds of RFC 5545. What is not linked any more is left out.

    Nothing where there is no entry: a calendar has one at least (RFC 5545, section 3.6).
    """
    linked = [(review, terms(handbook, review.document)) for review in sorted(reviews, key=lambda one: one.document)]
    events = [event for review, facts in linked if facts for event in _events(review, facts, handbook)]
    return _file(events, handbook) if events else b""


def _file(events: Sequence[Event], handbook: Handbook) -> bytes:
    made = Calendar()
    made.add("prodid", "-//Protocol Bot//Reviews//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("X-WR-CALNAME", handbook.words("calendar-name", place=handbook.place))
    for event in events:
        made.add_component(event)
    return bytes(made.to_ical())


def _events(review: Review, facts: Terms, handbook: Handbook) -> Iterator[Event]:
    """What stands, and where a date changed before, that what may have stood holds no longer."""
    standing = state(review, facts, date.min)
    meeting = review.agenda or nudges.aim(standing, facts)
    if standing.due:
        yield _review(review, facts, standing, standing.due, handbook)
    elif review.sequence:
        yield _gone("review", review, handbook)
    if meeting:
        yield _summons(review, facts, standing, meeting, handbook)
    elif review.sequence:
        yield _gone("summons", review, handbook)


def _review(review: Review, facts: Terms, standing: Standing, due: date, handbook: Handbook) -> Event:
    words, name = handbook.words, reviewing.name(review, handbook)
    told = [words("calendar-due-told", council=handbook.contents.pack.name, name=name, due=words.day(due))]
    if standing.original:
        told.append(words("calendar-put-off", original=words.day(standing.original)))
    if standing.assumed:
        told.append(words("calendar-assumed"))
    event = _event("review", review, due, words("calendar-due", name=name), " ".join(told))
    for moment in sorted({step.due for step in nudges.leads(facts, due)}):
        event.add_component(_alarm(moment, due, words("calendar-due", name=name)))
    return event


def _summons(review: Review, facts: Terms, standing: Standing, meeting: date, handbook: Handbook) -> Event:
    words, name, days = handbook.words, reviewing.name(review, handbook), facts.reviews.notice
    law = {"count": days, "paragraph": SUMMONS[facts.nation]}
    about = {"council": handbook.contents.pack.name, "name": name, "meeting": words.day(meeting), **law}
    if review.agenda or standing.due is None:
        told = words("calendar-summons-put-on", **about)
    else:
        told = words("calendar-summons-told", due=words.day(standing.due), **about)
    day, title = last_summons(meeting, days, facts.nation), words("calendar-summons", name=name)
    event = _event("summons", review, day, title, told)
    for before in sorted({facts.reviews.agenda, 0}, reverse=True):
        event.add_component(_alarm(nudges.before(day - before * _DAY, facts), day, title))
    return event


def _event(kind: str, review: Review, day: date, title: str, told: str) -> Event:
    event = _bare(kind, review, day)
    event.add("summary", title)
    event.add("description", told)
    return event


def _gone(kind: str, review: Review, handbook: Handbook) -> Event:
    """What a calendar may still have from an earlier file, and what holds no longer."""
    event = _bare(kind, review, today(review.changed or _NEVER))
    event.add("summary", reviewing.name(review, handbook))
    event.add("status", "CANCELLED")
    return event


def _bare(kind: str, review: Review, day: date) -> Event:
    event = Event()
    event.add("uid", f"{kind}.{review.council}.{review.document}@protocol-bot")
    event.add("dtstamp", (review.changed or _NEVER).astimezone(UTC).replace(microsecond=0))
    event.add("sequence", review.sequence)
    event.add("dtstart", day)
    event.add("dtend", day + _DAY)
    event.add("transp", "TRANSPARENT")
    return event


def _alarm(moment: datetime, day: date, told: str) -> Alarm:
    """A day has no time zone in a calendar, so the alarm is so long before or after its own midnight, by the clock."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", moment.astimezone(LONDON).replace(tzinfo=None) - datetime.combine(day, time(0)))
    alarm.add("description", told)
    return alarm
