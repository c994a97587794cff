"""When a document is to be reviewed, where that date comes from, and how a review moves on.

In: a review, a council's handbook, a day. Out: how it stands, the review's next version.
Never: looks at a clock; a date that nobody set, no document states and no cycle of the council's gives.

What counts, the first that there is: the date it was put off to; the one set or decided in the chat; the one the
document states; the council's own cycle from the adoption or the last review. A council that set no cycle has none:
then a document that leaves its next review blank is "not set", and the clerk is asked to set it. It is "unknown" where
the document says that it was adopted or reviewed, and not when. Months are counted to the same day, or to the last day
of a shorter month: a year after 29 February is 28 February, never later than a year.
"""

from calendar import monthrange
from datetime import UTC, date, datetime
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bot.handbook import Handbook
from bot.meetings import annual_meeting
from bot.pack import Nation, Stated, day
from bot.review import PROTOCOL, Outcome, Review
from bot.settings import Linked, Reviews
from bot.workdays import months_after, today

State: TypeAlias = Literal["set", "not-set", "unknown", "overdue"]
#: `decided`: at the last review recorded here; `settings`: the `next` of a linked document.
Source: TypeAlias = Literal["", "chat", "decided", "protocol", "settings", "cycle", "annual-meeting"]

#: Months from one review to the next where the council set none: only ever proposed, never reckoned with.
USUAL: Final = 12
_ANY: Final = datetime.min.replace(tzinfo=UTC)


class Terms(Struct, frozen=True, kw_only=True):
    """All that a document's dates are reckoned by: what it says of itself, and what the council set.

    `rows` are the dates in its own record of reviews. `months` is None where the council set no cycle.
    """

    adopted: Stated = "not stated"
    stated: Stated = "not stated"
    rows: tuple[Stated, ...] = ()
    states: Source = "protocol"
    months: int | None = None
    annual: bool = False
    reviews: Reviews
    meetings: tuple[date, ...] = ()
    nation: Nation = "england"
    quiet: tuple[str, str] = ("18:00", "08:30")


class Standing(Struct, frozen=True, kw_only=True):
    """How a review stands on a day. `due` is what counts; `original` what it was before it was put off.

    `stated` is what the document says of its next review. `last` is the day the cycle counts from, `last_was` what was
    done on it. `assumed`: the annual meeting is not in the council's list, and the last day of May stands for it.
    """

    state: State
    due: date | None = None
    source: Source = ""
    stated: Stated = "not stated"
    original: date | None = None
    last: date | None = None
    last_was: Literal["", "adopted", "reviewed"] = ""
    cycle: int | None = None
    assumed: bool = False


# ---------------------------------------------------------------- what it is reckoned by


def documents(handbook: Handbook) -> tuple[str, ...]:
    """What has reviews at a council, by id: the protocol, then the linked documents of its settings."""
    return (PROTOCOL, *(linked.id for linked in handbook.settings.reviews.documents))


def terms(handbook: Handbook, document: str) -> Terms | None:
    """What a document's dates are reckoned by; None for one that is not linked, or no longer."""
    reviews, pack = handbook.settings.reviews, handbook.contents.pack
    bare = Terms(
        months=reviews.cycle or (USUAL if reviews.anchor == "annual-meeting" else None),
        annual=reviews.anchor == "annual-meeting",
        reviews=reviews,
        meetings=handbook.settings.meetings,
        nation=pack.nation,
        quiet=handbook.settings.quiet.hours,
    )
    if document == PROTOCOL:
        own, rows = pack.document, tuple(row.date for row in pack.document.versions)
        return replace(bare, adopted=own.adopted, stated=own.next_review, rows=rows)
    linked = next((one for one in reviews.documents if one.id == document), None)
    return _of_linked(bare, linked) if linked else None


def _of_linked(bare: Terms, linked: Linked) -> Terms:
    """A cycle of its own counts from its own last review, whatever the council does with the others."""
    return replace(
        bare,
        stated=linked.next.isoformat() if linked.next else "not stated",
        rows=("not stated", linked.last.isoformat()) if linked.last else (),
        states="settings",
        months=linked.cycle or bare.months,
        annual=bare.annual and linked.cycle is None,
    )


def fresh(handbook: Handbook, document: str, now: datetime) -> Review | None:
    """A review that nobody kept yet, as the bot finds it; None for a document that is not linked."""
    found = terms(handbook, document)
    if found is None:
        return None
    linked = {one.id: one.name for one in handbook.settings.reviews.documents}
    name = linked.get(document) or _title(handbook)
    bare = Review(council=handbook.council, document=document, name=name, begun=today(now), since=now)
    return replace(bare, following=state(bare, found, today(now)).due)


def _title(handbook: Handbook) -> str:
    title = handbook.contents.pack.document.title
    return "" if title == "not stated" else title


# ---------------------------------------------------------------- how it stands


def state(review: Review, terms: Terms, today: date) -> Standing:
    """How a review stands on a day."""
    last, last_was = _last(review, terms)
    due, source, assumed = _due(review, terms, last)
    original = due if due and review.put_off and review.put_off > due else None
    if review.put_off and original:
        due, assumed = review.put_off, False
    return Standing(
        state=_state(due, last, terms, today),
        due=due,
        source=source,
        stated=terms.stated,
        original=original,
        last=last,
        last_was=last_was,
        cycle=terms.months,
        assumed=assumed,
    )


def _state(due: date | None, last: date | None, terms: Terms, today: date) -> State:
    if due is not None:
        return "overdue" if due < today else "set"
    lost = terms.stated == "unknown" or (last is None and "unknown" in (terms.adopted, *terms.rows))
    return "unknown" if lost else "not-set"


def _due(review: Review, terms: Terms, last: date | None) -> tuple[date | None, Source, bool]:
    """The date that counts if nobody put it off, where it comes from, and whether it is only assumed."""
    if review.due:
        decided = bool(review.outcomes) and review.outcomes[-1].next == review.due
        return review.due, "decided" if decided else "chat", False
    stated = day(terms.stated)
    if stated and not _superseded(review, terms):
        return stated, terms.states, False
    if terms.months is None:
        return None, "", False
    if terms.annual:
        return _at_annual_meeting(review, terms, last)
    return (months_after(last, terms.months), "cycle", False) if last else (None, "", False)


def _superseded(review: Review, terms: Terms) -> bool:
    """A review recorded here, later than anything in the document, is the one that the document's date was for."""
    own = max(listed(terms), default=date.min)
    return any(outcome.on > own for outcome in review.outcomes)


def listed(terms: Terms) -> list[date]:
    """The days that a document gives for its adoption and its reviews."""
    return [found for found in map(day, (terms.adopted, *terms.rows)) if found]


def is_newest(on: date, review: Review, terms: Terms) -> bool:
    """Whether no review after this day is known: neither recorded here nor listed in the document."""
    return on >= max((*listed(terms), *(outcome.on for outcome in review.outcomes)), default=date.min)


def _at_annual_meeting(review: Review, terms: Terms, last: date | None) -> tuple[date | None, Source, bool]:
    """The last annual meeting within the cycle, by whole months; in any case one after the last review.

    Where no review is known, it is the first annual meeting from the day on which the bot began to look.
    """
    if last is None:
        if review.begun is None:
            return None, "", False
        begun = review.begun
        found = next(one for one in _annual_meetings(terms, begun) if one[0] >= begun)
    else:
        latest = _month_end(months_after(last, terms.months or USUAL))
        later = [one for one in _annual_meetings(terms, last, latest.year) if _is_after(*one, last)]
        found = next((one for one in reversed(later) if one[0] <= latest), later[0])
    return found[0], "annual-meeting", found[1]


def _is_after(meeting: date, assumed: bool, last: date) -> bool:
    """A review in May, of a year whose meetings are off the list, was the one at the annual meeting."""
    return meeting > (_month_end(last) if assumed else last)


def _annual_meetings(terms: Terms, start: date, until: int = 0) -> list[tuple[date, bool]]:
    """From the year of a day to another year, and at least to the next."""
    return [annual_meeting(terms.meetings, year) for year in range(start.year, max(until, start.year + 1) + 1)]


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _last(review: Review, terms: Terms) -> tuple[date | None, Literal["", "adopted", "reviewed"]]:
    """The adoption or the last review, the later; the first row of a document's own record is its adoption."""
    adopted = [found for found in map(day, (terms.adopted, *terms.rows[:1])) if found]
    reviewed = [found for found in map(day, terms.rows[1:]) if found]
    reviewed += [outcome.on for outcome in review.outcomes]
    latest = max((*adopted, *reviewed), default=None)
    if latest is None:
        return None, ""
    return latest, "reviewed" if latest in reviewed else "adopted"


def suggested(review: Review, terms: Terms, on: date) -> date:
    """What a form proposes as the next review after one on this day: by the council's cycle, else a year later.

    At a council that reviews at the annual meeting, it is that meeting.
    """
    held = Outcome(kind="no-change", on=on, minute="", approved_by="", changes="", next=None, by="", at=_ANY)
    after = replace(review, due=None, put_off=None, outcomes=(held,), begun=on)
    months = terms.months or USUAL
    bare = replace(terms, adopted="not stated", stated="not stated", rows=(), months=months)
    return state(after, bare, on).due or months_after(on, months)


# ---------------------------------------------------------------- how it moves on


def dated(review: Review, due: date, now: datetime) -> Review:
    """Somebody set the date."""
    return _moved(review, now, due=due, put_off=None, agenda=None)


def put_off(review: Review, to: date, now: datetime) -> Review:
    """Somebody put it off to a later day."""
    return _moved(review, now, put_off=to, agenda=None)


def put_on(review: Review, meeting: date, now: datetime) -> Review:
    """Somebody put it on the agenda of a meeting."""
    return _moved(review, now, agenda=meeting)


def snooze(review: Review, until: datetime) -> Review:
    """The clerk is left in peace until then. No date changes by it."""
    return replace(review, snoozed=until)


def recorded(review: Review, outcome: Outcome, terms: Terms | None = None) -> Review:
    """A review took place. One from before another that is known is only added to the record: it moves no date.

    With `terms`, those that the document itself lists are known too.
    """
    outcomes = tuple(sorted((*review.outcomes, outcome), key=lambda one: one.on))
    if outcomes[-1] != outcome or (terms and not is_newest(outcome.on, review, terms)):
        return replace(review, outcomes=outcomes)
    return _moved(review, outcome.at, outcomes=outcomes, due=outcome.next, put_off=None, agenda=None)


def corrected(review: Review, wrong: Outcome, right: Outcome, now: datetime) -> Review:
    """A record was wrong. Where the date that counts was decided at the last review, what is right decides it.

    What it was put off to since stays, where that is later still.
    """
    others = (one for one in review.outcomes if one != wrong)
    outcomes = tuple(sorted((*others, right), key=lambda one: one.on))
    before, after = review.outcomes[-1].next, outcomes[-1].next
    if review.due != before or after == before:
        return replace(review, outcomes=outcomes)
    later = review.put_off if after and review.put_off and review.put_off > after else None
    return _moved(review, now, outcomes=outcomes, due=after, put_off=later)


def _moved(review: Review, now: datetime, **dates: object) -> Review:
    """With other dates, which a person settled; calendars learn of it by `sequence`."""
    return replace(review, sequence=review.sequence + 1, changed=now, since=None, snoozed=None, **dates)
