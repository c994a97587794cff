"""What falls due of reviews: once a day what is to come is planned, and at its time somebody is reminded.

In: `Due` events from the clock. Out: the review with its next promise; notices to those of the council's ladder.
Never: reminds in quiet hours, or of what was done meanwhile; asks twice for what is asked once; leaves nobody to tell.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from msgspec.structs import replace

from bot import cycle, nudges, reviewing, workdays
from bot.conversation import Due, Paragraph, Post, Send
from bot.cycle import Standing, Terms
from bot.handbook import Handbook, Seat
from bot.meetings import SUMMONS
from bot.nudges import CLERK, Step
from bot.ports import Records
from bot.posts import buttons
from bot.records import Turn
from bot.review import Review

#: The rung of the daily look at everything: `Due(matter="review/<council>", rung="plan")`.
PLAN: Final = "plan"


async def due(event: Due, id: str, handbook: Handbook, records: Records) -> Turn:
    """The daily plan, or what comes of a promise."""
    if event.rung == PLAN:
        return await _planned(event, handbook, records)
    document = id.partition(".")[2]
    review, facts = await records.review(handbook.council, document), cycle.terms(handbook, document)
    if review is None:
        return Turn(erase=(event.matter,))
    if facts is None:  # not linked any more: what is recorded stays
        return Turn(keep=(replace(review, promised=()),))
    found = nudges.planned(review, facts, event.at)
    if found.following != review.following:  # the settings moved since the daily plan: what was promised is out of date
        return Turn(keep=(found,))
    promise = next((one for one in review.promised if one.rung == event.rung and one.due <= event.at), None)
    if promise is None:
        return Turn(keep=(review,))  # kept as it is, so that a promise nobody made goes
    if workdays.next_open(event.at, facts.nation, facts.quiet) > event.at:  # nobody was here to bring it up by day
        return Turn(keep=(nudges.held(review, facts, event.at),))
    step = nudges.said_now(review, facts, promise, event.at)
    told = replace(review, said=step.due) if step else review
    after = nudges.again(told, facts, event.at)
    return Turn(keep=(after,), notices=tuple(_notices(event, step, review, facts, handbook)) if step else ())


async def _planned(event: Due, handbook: Handbook, records: Records) -> Turn:
    """The next promise of each document's review, where the settings or the dates moved; else nothing is kept."""
    found = [await reviewing.of(id, event.at, handbook, records) for id in cycle.documents(handbook)]
    planned = [(review, nudges.planned(review, facts, event.at)) for review, facts in filter(None, found)]
    known = {review.document for review, _ in planned}
    gone = [one for one in await records.reviews(handbook.council) if one.document not in known and one.promised]
    kept = (*(after for before, after in planned if after is not before), *(replace(o, promised=()) for o in gone))
    return Turn(keep=kept)


# ---------------------------------------------------------------- who is told


def told(step: Step, handbook: Handbook) -> list[Seat]:
    """Those the step is for; the next of the council's ladder where none of them can be told, then the administrators.

    An office that nobody holds goes to whoever stands in for it.
    """
    ladder = [handbook.standing_for(name) for name in handbook.settings.reviews.ladder]
    last = [seat for id in handbook.settings.administrators for seat in handbook.standing_for(id)]
    return next((able for seats in (nudges.whom(step, handbook), *ladder, last) if (able := _able(seats))), [])


def _able(seats: Iterable[Seat]) -> list[Seat]:
    able = {seat.id: seat for seat in seats if seat.told and "guest" not in seat.offices}
    return list(able.values())


# ---------------------------------------------------------------- what is said


class _Nudge(NamedTuple):
    """A step on its day, for those it is for."""

    step: Step
    seats: Sequence[Seat]
    review: Review
    standing: Standing
    today: date
    handbook: Handbook

    @property
    def name(self) -> str:
        """What the document is called."""
        return reviewing.name(self.review, self.handbook)


def _notices(event: Due, step: Step, review: Review, facts: Terms, handbook: Handbook) -> Iterator[Send]:
    """To each of them one, at most once and by day: better that one is lost than that two come."""
    seats, today = told(step, handbook), workdays.today(event.at)
    nudge = _Nudge(step, seats, review, cycle.state(review, facts, today), today, handbook)
    for seat in seats:
        yield Send(to=seat.told[0], post=_post(nudge, seat), once=True, rests=(facts.nation, *facts.quiet))


def _post(nudge: _Nudge, seat: Seat) -> Post:
    """What is asked, and the buttons for whoever may press them."""
    words, able = nudge.handbook.words, seat in reviewing.recorders(nudge.handbook)
    clerks = told(replace(nudge.step, to=CLERK), nudge.handbook)
    facts = (nudge.review, nudge.standing, words, nudge.today)
    offered = reviewing.offered(*facts, nudged=True, snooze=seat in clerks) if able else ()
    whole = (*_said(nudge), *((_not_yours(nudge.handbook),) if not able else ()))
    names = words("nudge-told", names=", ".join(one.name for one in nudge.seats))
    shown = (*map(Paragraph, whole), Paragraph(names, small=True), *buttons(*offered))
    return Post(shown, title=words("nudge-title", name=nudge.name))


def _not_yours(handbook: Handbook) -> str:
    return handbook.words("nudge-not-yours") if reviewing.recorders(handbook) else handbook.words("nudge-vacant")


def _said(nudge: _Nudge) -> Iterator[str]:
    words, step = nudge.handbook.words, nudge.step
    yield _asked(nudge)
    if step.rung != "outcome":
        yield from _agendas(nudge)
    if step.late:
        yield words("nudge-after-its-day", due=words.day_of(step.due))
    if step.woken:
        yield words("nudge-woken")
    meant = {seat.id for name in step.to for seat in nudge.handbook.standing_for(name)}
    if not meant & {seat.id for seat in nudge.seats}:
        yield words("nudge-nobody")


def _asked(nudge: _Nudge) -> str:
    """What it is about, by where the review stands on the day; so that it holds if it is delivered days later."""
    words, due, review = nudge.handbook.words, nudge.standing.due, nudge.review
    if nudge.step.rung == "outcome" and review.agenda:
        return words("nudge-outcome", name=nudge.name, meeting=words.day(review.agenda))
    if due is None:
        return words("nudge-unset", name=nudge.name, why=reviewing.why_none(review, nudge.standing, words))
    gaps = {"name": nudge.name, "due": words.day(due)}
    if due < nudge.today:
        return words("nudge-late", **gaps)
    return words("nudge-lead", **gaps)


def _agendas(nudge: _Nudge) -> Iterator[str]:
    """The meeting it was put on, and the one it can be put on, or that there is none to name."""
    words, step, agenda = nudge.handbook.words, nudge.step, nudge.review.agenda
    if agenda and agenda < nudge.today:
        yield words("nudge-agenda-was", meeting=words.day(agenda))
    elif agenda is None and nudge.standing.due and nudge.today <= nudge.standing.due:
        yield words("nudge-no-agenda")
    if step.rung != "unset" and step.meeting and step.summons:
        yield _on_agenda(nudge, step.meeting, step.summons)
    elif step.rung != "unset" and reviewing.no_more_meetings(nudge.handbook.settings.meetings, nudge.today):
        yield words("nudge-no-meetings")


def _on_agenda(nudge: _Nudge, meeting: date, summons: date) -> str:
    """The meeting it can be put on, and by when: the law wants the business in the summons."""
    words = nudge.handbook.words
    return words(
        "nudge-agenda",
        meeting=words.day(meeting),
        summons=words.day(summons),
        count=nudge.handbook.settings.reviews.notice,
        paragraph=SUMMONS[nudge.handbook.nation],
    )
