"""Who is reminded of a review, when and of what, if nobody does anything: one rule for the promises and for a dry run.

In: a review, what it is reckoned by, a moment. Out: steps, each at a moment when somebody may be disturbed.
Never: looks at a clock; two steps on one day; a step that nothing comes after.

Where it falls on a day of rest, what comes before a date moves to the working day before, and the rest to the next. The
clerk is told of what is to come, and reminded now and then to set a date where there is none. Once a review is
overdue, one more of the council's ladder is told with each step. While it is on the agenda of a meeting, nobody is
reminded until the day after. Snoozed is what goes to the clerk alone. Of several steps that were missed, the latest
stands for all. What was overdue when the bot first found it starts at the foot of the ladder.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import chain, count, dropwhile, groupby, takewhile
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bot.concern import Promise
from bot.cycle import Standing, Terms, state
from bot.handbook import Handbook, Seat
from bot.meetings import last_summons
from bot.review import Review
from bot.settings import GROUP
from bot.workdays import is_working, next_open, opening, today

#: `unset`: no date is set. `lead`: it comes. `agenda`: the summons goes out soon. `outcome`: the meeting has been.
#: `late`: it is overdue.
Rung: TypeAlias = Literal["unset", "lead", "agenda", "outcome", "late"]

CLERK = ("clerk",)
#: Who is told where nobody holds the office, and nobody stands in for it.
_ELSE = ("chair", "vice-chair", GROUP)
#: Of two steps on one day, the later in this order is said.
_WEIGHT: Final[dict[Rung, int]] = {"unset": 0, "lead": 1, "agenda": 2, "outcome": 3, "late": 4}
_DAY = timedelta(days=1)
_OLD = timedelta(days=183)  # councils meet four times a year at least (Local Government Act 1972, Schedule 12, para. 8)
_MOMENT = timedelta(microseconds=1)


class Step(Struct, frozen=True, kw_only=True):
    """One reminder: `due` is its moment in UTC, `to` are offices, ids of people or `group`, the first to be told first.

    `number` counts the steps of a rung; of a `lead` it is the days before, as they were set. `days` are those until the
    review is due on the day of the step, less than nought where it is overdue; None where no date is set. `meeting` is
    one that it can still be put on, `summons` the last day for that. `late`: it comes after its own day. `woken`: it
    was snoozed.
    """

    rung: Rung
    due: datetime
    to: tuple[str, ...] = CLERK
    number: int = 0
    days: int | None = None
    meeting: date | None = None
    summons: date | None = None
    late: bool = False
    woken: bool = False


# ---------------------------------------------------------------- what the desk asks for


def planned(review: Review, terms: Terms, now: datetime) -> Review:
    """The review with its next step promised, as things stand now; the very same where nothing is to be kept.

    Where the document or the settings gave it another date, the bot takes that up. A step that is due or held stays
    promised.
    """
    found = _taken_up(review, terms, now)
    if found.following == review.following and _still_to_say(found, terms, now):
        return found
    if found is not review or not review.promised:
        return _promised(found, terms, now - _MOMENT)
    sooner = next(steps(review, terms, now)).due < review.promised[0].due  # a meeting was put on the list, perhaps
    return _promised(review, terms, now) if sooner else review


def again(review: Review, terms: Terms, now: datetime) -> Review:
    """The review with the step that comes next, after one was said."""
    followed = _following(review, terms, now)
    if followed != (review.following, review.meeting):
        due, meeting = followed
        review = replace(review, following=due, meeting=meeting, sequence=review.sequence + 1, changed=now)
    return _promised(review, terms, now)


def acted(review: Review, terms: Terms, now: datetime) -> Review:
    """As `again`, after somebody did something: what was due or held by then and is to be said still stays promised."""
    after = again(review, terms, now)
    stays = after.following == review.following and _still_to_say(review, terms, now)
    return replace(after, promised=review.promised) if stays else after


def _still_to_say(review: Review, terms: Terms, now: datetime) -> bool:
    """Whether what is promised was to be said by now: it is due, or held until somebody may be disturbed."""
    return any(said_now(review, terms, promise, now) for promise in review.promised)


def said_now(review: Review, terms: Terms, promise: Promise, now: datetime) -> Step | None:
    """What to say when a promise falls due: of all that was to be said by now, only the latest, and that it is late.

    None where nothing is: the date was moved meanwhile. Then only the next step is promised.
    """
    by_now = takewhile(lambda step: step.due <= now, _all(review, terms, now))
    missed = list(dropwhile(lambda step: not _promised_by(promise, step), by_now))
    if not missed:
        return None
    found = missed[-1]
    if found.rung == "agenda" and found.summons and found.summons < today(now):
        found = replace(found, rung="lead", number=0)  # too late for that meeting
    late = today(now) > today(found.due)
    return _with_facts(replace(found, late=late), review, terms, today(now))


def _promised_by(promise: Promise, step: Step) -> bool:
    """Whether a step is what was promised, or later. A promise that was held has a later time than its step."""
    return step.due >= promise.due or (step.rung, step.number) == (promise.rung, promise.step)


def held(review: Review, terms: Terms, now: datetime) -> Review:
    """The same promise, at the first moment from now on at which somebody may be disturbed."""
    due = next_open(now, terms.nation, terms.quiet)
    return replace(review, promised=tuple(replace(one, due=max(one.due, due)) for one in review.promised))


def whom(step: Step, handbook: Handbook) -> tuple[Seat, ...]:
    """Who is told, each once: holders of the offices, else those who stand in for them, else the chair and so on."""
    found = [seat for name in step.to for seat in handbook.acting_for(name)]
    found = found or next(filter(None, (list(handbook.standing_for(name)) for name in _ELSE)), [])
    return tuple({seat.id: seat for seat in found if "guest" not in seat.offices}.values())


def _taken_up(review: Review, terms: Terms, now: datetime) -> Review:
    """Following the date that counts now. Whoever is on the ladder already stays on it where both dates are over."""
    due, meeting = _following(review, terms, now)
    if (due, meeting) == (review.following, review.meeting):
        return review
    moved = replace(review, following=due, meeting=meeting)
    if review.version == 0:
        return moved
    both_over = review.following and due and max(review.following, due) < today(now)
    since = review.since if both_over or due == review.following else now
    return replace(moved, since=since, sequence=review.sequence + 1, changed=now)


def _following(review: Review, terms: Terms, now: datetime) -> tuple[date | None, date | None]:
    """The date that counts, and the meeting before it."""
    standing = state(review, terms, today(now))
    return standing.due, aim(standing, terms)


def _promised(review: Review, terms: Terms, after: datetime) -> Review:
    step = next(steps(review, terms, after))
    promised = (Promise(step.rung, step.due, step.number),)
    return review if promised == review.promised else replace(review, promised=promised)


# ---------------------------------------------------------------- all that would be said


def steps(review: Review, terms: Terms, after: datetime) -> Iterator[Step]:
    """Every step after a moment, in order and without end, if nobody does anything; none that was said already."""
    told = _told(review, after)
    found = (step for step in _all(review, terms, after) if step.due > told)
    return (_with_facts(step, review, terms, today(step.due)) for step in found)


def _told(review: Review, after: datetime) -> datetime:
    """A replica whose clock is fast says a step before its time here. One fast by days was wrong, and soon is not."""
    said = review.said
    return said if said and after < said <= after + _DAY else after


def _all(review: Review, terms: Terms, base: datetime) -> Iterator[Step]:
    """From the first; `base` is the moment from which a review is counted that was never planned."""
    standing = state(review, terms, today(base))
    bound = _of_date(review, terms, standing, standing.due) if standing.due else _unset(review, terms, base)
    free = (step for step in merge(bound, _outcome(review, terms), key=_when) if not _on_agenda(step, review))
    return _woken(_one_a_day(free), review, terms)


def _when(step: Step) -> datetime:
    return step.due


def _unset(review: Review, terms: Terms, base: datetime) -> Iterator[Step]:
    """At once where the bot found it so, and then now and then; nobody who has just settled it is asked at once."""
    start = review.since or review.changed or base
    if review.since or not review.changed:
        yield Step(rung="unset", due=next_open(start, terms.nation, terms.quiet))
    for number in count(1):
        day = today(start) + number * terms.reviews.unset * _DAY
        yield Step(rung="unset", due=_opening(day, terms), number=number)


def _of_date(review: Review, terms: Terms, standing: Standing, due: date) -> Iterator[Step]:
    ahead = sorted((*leads(terms, due), *_agenda(review, terms, standing)), key=_when)
    found = _found(review, terms, due, ahead)
    kept = (step for step in ahead if not (review.since and step.due <= review.since))
    return merge(found, kept, _late(review, terms, due), key=_when)


def leads(terms: Terms, due: date) -> Iterator[Step]:
    """The reminders before a date."""
    for days in sorted(terms.reviews.lead, reverse=True):
        yield Step(rung="lead", due=before(due - days * _DAY, terms), number=days)


def _agenda(review: Review, terms: Terms, standing: Standing) -> Iterator[Step]:
    """Before the summons goes out for the last meeting by the day it is due; where that is over, as it goes out."""
    meeting, settled = aim(standing, terms), review.changed or review.since
    if meeting is None:
        return
    summons = _summons(meeting, terms)
    moments = [before(summons - days * _DAY, terms) for days in (terms.reviews.agenda, 0)]
    moment = next((one for one in moments if settled is None or one > settled), None)
    if moment:
        yield Step(rung="agenda", due=moment, summons=summons)


def _found(review: Review, terms: Terms, due: date, ahead: list[Step]) -> Iterator[Step]:
    """What the bot found by itself too late for the first reminders is told when it is found."""
    if review.since is None:
        return
    moment = next_open(review.since, terms.nation, terms.quiet)
    if today(moment) > due:
        yield Step(rung="late", due=moment, to=terms.reviews.ladder[:1])
    elif any(step.due < moment for step in ahead if step.rung == "lead"):
        yield Step(rung="lead", due=moment, number=(due - today(moment)).days)


def _late(review: Review, terms: Terms, due: date) -> Iterator[Step]:
    """One more of the ladder with each step, and in the end everybody on it every so often."""
    reviews = terms.reviews
    start = max(due, today(review.since)) if review.since else due
    then = sorted(reviews.late)
    days = chain(then, count(then[-1] + reviews.again, reviews.again))
    for number, late in enumerate(days, 1):
        yield Step(rung="late", due=_opening(start + late * _DAY, terms), to=reviews.ladder[:number], number=number)


def _outcome(review: Review, terms: Terms) -> Iterator[Step]:
    if review.agenda:
        yield Step(rung="outcome", due=_opening(review.agenda + _DAY, terms))


def _on_agenda(step: Step, review: Review) -> bool:
    """Until its meeting is over, there is nothing to remind of."""
    return bool(review.agenda) and step.rung != "outcome" and today(step.due) <= (review.agenda or date.min)


def _one_a_day(found: Iterator[Step]) -> Iterator[Step]:
    for _, same_day in groupby(found, key=lambda step: today(step.due)):
        yield max(reversed(list(same_day)), key=lambda step: _WEIGHT[step.rung])


def _woken(found: Iterator[Step], review: Review, terms: Terms) -> Iterator[Step]:
    """Where it is snoozed, the latest that was for the clerk alone comes when that is over; unless another does."""
    if review.snoozed is None:
        yield from found
        return
    wake, slept = next_open(review.snoozed, terms.nation, terms.quiet), None
    for step in found:
        if step.due < wake and step.to == CLERK and today(step.due) < today(wake):
            slept = step
            continue
        if slept and today(step.due) >= today(wake):
            if today(step.due) > today(wake):
                yield replace(slept, due=wake, woken=True)
            slept = None
        yield step


# ---------------------------------------------------------------- moments and meetings


def before(day: date, terms: Terms) -> datetime:
    """When that day may be disturbed, or the last working day before it."""
    while not is_working(day, terms.nation):
        day -= _DAY
    return _opening(day, terms)


def _opening(day: date, terms: Terms) -> datetime:
    return opening(day, terms.nation, terms.quiet)


def aim(standing: Standing, terms: Terms) -> date | None:
    """The last meeting by the day it is due; not one before the last review, nor from an old list."""
    due = standing.due
    if due is None:
        return None
    first = max(standing.last or date.min, due - _OLD)
    return max((meeting for meeting in terms.meetings if first < meeting <= due), default=None)


def _summons(meeting: date, terms: Terms) -> date:
    return last_summons(meeting, terms.reviews.notice, terms.nation)


def _with_facts(step: Step, review: Review, terms: Terms, on: date) -> Step:
    """With the days that are left, and the meeting it can still be put on: the last by its date, else the next one."""
    due = state(review, terms, on).due
    open_yet = sorted(meeting for meeting in terms.meetings if _summons(meeting, terms) >= on)
    in_time = [meeting for meeting in open_yet if due and meeting <= due]
    meeting = in_time[-1] if in_time else next(iter(open_yet), None)
    return replace(
        step,
        days=(due - on).days if due else None,
        meeting=meeting,
        summons=_summons(meeting, terms) if meeting else None,
    )
