"""Who may do something about a review, which review that is, and the buttons for it.

In: somebody's event. Out: the review for them to act on, or why nothing is done; buttons.
Never: lets a button of a reminder long answered do anything; lets somebody act without the office.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, NamedTuple

from msgspec.structs import replace

from bot import cycle, timeline, workdays
from bot.conversation import Button, Paragraph, Person, Post, Press, Reject, Said, Submit, Whisper
from bot.cycle import Standing, Terms
from bot.handbook import Handbook, Seat
from bot.ports import Records
from bot.posts import note
from bot.records import Turn
from bot.review import PROTOCOL, Outcome, Review
from bot.timeline import Row
from bot.tokens import Token
from bot.words import Words

DESK = "reviews"
AGENDA, LATER, DATE, SNOOZE, OPEN, CALENDAR = "agenda", "later", "date", "snooze", "open", "calendar"
CORRECT: Final = "correct"
HISTORY = "history"
UNCHANGED, AMENDED = "no-change", "amended"
_YEAR, _MONTH = 365.2425, 365.2425 / 12  # days
_TO_THE_DAY: Final = 92  # days; about three months


class Found(NamedTuple):
    """A review, and somebody who may do something about it."""

    review: Review
    facts: Terms
    seat: Seat
    now: datetime
    handbook: Handbook

    @property
    def words(self) -> Words:
        """The bot's sentences."""
        return self.handbook.words

    @property
    def today(self) -> date:
        """The council's own day."""
        return workdays.today(self.now)

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        return cycle.state(self.review, self.facts, self.today)

    @property
    def name(self) -> str:
        """What the document is called."""
        return name(self.review, self.handbook)


# ---------------------------------------------------------------- who may, and which


def recorders(handbook: Handbook) -> tuple[Seat, ...]:
    """The clerk and the chair; for a vacant office whoever stands in first."""
    found = {seat.id: seat for office in ("clerk", "chair") for seat in handbook.acting_for(office)}
    return tuple(seat for seat in found.values() if "guest" not in seat.offices)


def may_record(who: Person, handbook: Handbook) -> bool:
    """Whether somebody may record reviews and set their dates."""
    return handbook.roster.seat(who) in recorders(handbook)


async def of(document: str, now: datetime, handbook: Handbook, records: Records) -> tuple[Review, Terms] | None:
    """A document's reviews as they are kept, or as they would be; None for one that the council does not list."""
    facts = cycle.terms(handbook, document)
    review = await records.review(handbook.council, document) or cycle.fresh(handbook, document, now)
    return (review, facts) if facts and review else None


def name(review: Review, handbook: Handbook) -> str:
    """What the document is called, at the beginning of a sentence too."""
    if review.document == PROTOCOL:
        return handbook.words("review-protocol")
    return next((one.name for one in handbook.settings.reviews.documents if one.id == review.document), review.name)


async def found(event: Said, document: str, handbook: Handbook, records: Records) -> Found | Turn:
    """The review, for somebody who may do something about it; or why nothing was done."""
    words, seat = handbook.words, handbook.roster.seat(event.who)
    if seat is None or seat not in recorders(handbook):
        return _refused(event, words("review-not-yours"))
    known = await of(document, event.at, handbook, records)
    return Found(*known, seat, event.at, handbook) if known else _refused(event, words("review-gone"))


def _refused(event: Said, why: str) -> Turn:
    """Said where somebody is: a form stays open with what was written into it."""
    return Turn(answer=Reject({"": why}) if isinstance(event, Submit) else Whisper(Post((Paragraph(why),))))


async def pressed(event: Press, value: str, handbook: Handbook, records: Records) -> Found | Turn:
    """As above, for a button: one of a reminder of a review that is recorded meanwhile does nothing."""
    count, _, document = value.partition(".")
    here = await found(event, document, handbook, records)
    if isinstance(here, Turn) or not here.review.outcomes or count == str(len(here.review.outcomes)):
        return here
    told = of_outcome(here, newest(here))
    return Turn(answer=Whisper(note(here.words, "review-over", *ways(here.words), **told)))


def newest(here: Found) -> Outcome:
    """The one recorded last, whatever day it is of."""
    return max(here.review.outcomes, key=lambda outcome: outcome.at)


def of_outcome(here: Found, outcome: Outcome) -> dict[str, str]:
    """Who recorded it, and what."""
    return {
        "by": named(outcome.by, here.handbook),
        "on": here.words.day(outcome.on),
        "approved_by": outcome.approved_by,
        "minute": outcome.minute,
    }


def rows(review: Review, handbook: Handbook) -> tuple[Row, ...]:
    """A document's record: for the protocol the versions that stand in it too. `corrected_by` is then a name."""
    found = timeline.history(review, handbook.contents.pack.document if review.document == PROTOCOL else None)
    return tuple(replace(row, corrected_by=named(row.corrected_by, handbook)) for row in found)


def named(id: str, handbook: Handbook) -> str:
    """Whoever it was, by the name they have now."""
    seat = handbook.roster.seats.get(id)
    return seat.name if seat else handbook.words("review-somebody")


def why_none(review: Review, standing: Standing, words: Words) -> str:
    """Why there is no date."""
    if review.document != PROTOCOL:
        return words("review-why-linked")
    if standing.stated not in ("not stated", "unknown", "blank"):
        return words("review-why-done")
    return words(f"review-why-{standing.stated.replace(' ', '-')}")


def away(day: date, today: date, words: Words) -> str:
    """How far a day is from today, in words."""
    days = (day - today).days
    near = {0: words("review-today"), 1: words("review-tomorrow"), -1: words("review-yesterday")}
    return near.get(days) or _far(abs(days), days > 0, words)


def _far(days: int, ahead: bool, words: Words) -> str:
    """To the day for about three months; from there in months, and from two years on in years."""
    months, years = round(days / _MONTH), round(days / _YEAR)
    if days <= _TO_THE_DAY:
        return words("review-in-days", count=days) if ahead else words("review-days-ago", count=days)
    if days < 2 * _YEAR:
        return words("review-in-months", count=months) if ahead else words("review-months-ago", count=months)
    return words("review-in-years", count=years) if ahead else words("review-years-ago", count=years)


def no_more_meetings(meetings: Iterable[date], today: date) -> bool:
    """Whether the list in the council's settings has run out."""
    last = max(meetings, default=None)
    return last is not None and last < today


# ---------------------------------------------------------------- buttons


def button(step: str, review: Review, label: str, *, primary: bool = False) -> Button:
    """A button about a review. It carries how many were recorded, so that an old one is known for what it is."""
    return Button(label, str(Token(DESK, step, f"{len(review.outcomes)}.{review.document}")), primary)


def offered(
    review: Review, standing: Standing, words: Words, today: date, *, nudged: bool = False, snooze: bool = False
) -> tuple[Button, ...]:
    """What can be done about it; first what most would do now. `nudged`: under a reminder there are fewer."""
    coming = review.agenda is not None and review.agenda > today
    labels = {
        AGENDA: words("review-put-on-another") if coming else words("review-put-on"),
        UNCHANGED: words("review-no-change"),
        AMENDED: words("review-amended"),
        LATER: words("review-put-off"),
        DATE: words("review-set-another") if standing.due else words("review-set-date"),
        SNOOZE: words("review-snooze"),
    }
    out = {LATER} if standing.due is None else {DATE} if nudged else set[str]()
    out |= set() if snooze else {SNOOZE}
    held = review.agenda is not None and review.agenda <= today
    first = DATE if standing.due is None else UNCHANGED if held else AGENDA
    shown = [first, *(name for name in labels if name not in (first, *out))]
    return tuple(button(name, review, labels[name], primary=name == first and not coming) for name in shown)


def open_button(review: Review, handbook: Handbook) -> Button:
    """Shows one document's review by itself."""
    return button(OPEN, review, handbook.words("review-open", name=name(review, handbook)))


def ways(words: Words) -> tuple[Button, ...]:
    """Where to look next: where reviews stand, the record of them, the dates as a file."""
    return (
        Button(words("review-button"), str(Token(DESK, OPEN))),
        Button(words("history-button"), str(Token(DESK, HISTORY))),
        Button(words("review-calendar"), str(Token(DESK, CALENDAR))),
    )
