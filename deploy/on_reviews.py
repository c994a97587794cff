"""The commands on reviews: `reminders`, a dry run of what will be said to whom, and `calendar`, a file for the clerk.

In: a council, its settings, what is recorded, a last day. Out: lines or JSON on the terminal; a calendar file.
Never: sends anything; changes a row; a person's private words, for there are none in a review.
"""

import argparse
import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, TypeAlias

from msgspec.structs import replace as changed

from bot import cycle, nudges, reminding, reviewing, workdays
from bot.cycle import Source, Standing, Terms
from bot.days import read_day
from bot.errors import ProtocolBotError
from bot.handbook import Handbook, Seat
from bot.nudges import Step
from bot.review import Review
from bot.settings import Settings
from bot.workdays import LONDON
from content import load
from deploy import usual
from deploy.commands import Commands, command
from deploy.handbooks import of_today, seats
from deploy.kept.nothing import NothingKept
from deploy.settings.councils import of, read

_YEARS: Final = 10
#: What each step is for, in words.
_WHAT: Final = {
    "unset": "no date is set: please set one",
    "lead": "it is due",
    "agenda": "put it on the agenda",
    "outcome": "it was on the agenda: what came of it?",
    "late": "it is overdue",
}

#: Where a date comes from, in words.
_BY: Final[dict[Source, str]] = {
    "chat": "set in the chat",
    "decided": "decided at the last review",
    "protocol": "stated in the document",
    "settings": "set in the council's settings",
    "cycle": "by the council's cycle",
    "annual-meeting": "the annual meeting",
}
#: A review, and what its dates are reckoned by.
Known: TypeAlias = tuple[Review, Terms]


def add_to(commands: Commands) -> None:
    """Both of them."""
    reminders = command(
        commands,
        "reminders",
        "show which reminders of reviews would go to whom, and when",
        "protocol-bot reminders --until 2028-12-31 --council barrow",
    )
    reminders.add_argument("--until", required=True, type=_day, metavar="DATE", help="the last day, such as 2028-12-31")
    reminders.add_argument("--json", action="store_true", help="JSON for scripts")
    reminders.set_defaults(run=_reminders)
    calendar = command(
        commands,
        "calendar",
        "write the review dates to a file for a calendar",
        "protocol-bot calendar --council barrow --out reviews.ics",
    )
    calendar.add_argument("--out", required=True, type=Path, metavar="FILE.ics", help="where to")
    calendar.set_defaults(run=_calendar)
    for made in (reminders, calendar):
        made.add_argument("--council", metavar="ID", help=f"one council's: {', '.join(load.councils())}, or its own")
        made.add_argument("--settings", type=Path, metavar="FILE", help="the council's own settings")
        made.add_argument("--data", type=Path, metavar="DIR", help="where everything is kept")


def _day(text: str) -> date:
    day = read_day(text)
    if day is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no day that a calendar has: write it like 2028-12-31")
    return day


# ---------------------------------------------------------------- the two commands


def _reminders(options: argparse.Namespace) -> None:
    """Raises `ProtocolBotError`."""
    now = datetime.now(UTC)
    _sensible(options.until, workdays.today(now))
    found = [_of(own, options) for own in _councils(options)]
    if options.json:
        records = [record for book, kept in found for record in told(book, kept, now, options.until)]
        print(json.dumps(records, ensure_ascii=False, indent=2))
        return
    print("\n\n".join("\n".join(shown(book, kept, now, options.until)) for book, kept in found))


def _sensible(until: date, today: date) -> None:
    if until < today:
        raise ProtocolBotError(f"{until} is over. Name a day from today on.")
    if until > workdays.months_after(today, _YEARS * 12):
        raise ProtocolBotError(f"{until} is too far ahead. Name a day within {_YEARS} years.")


def _calendar(options: argparse.Namespace) -> None:
    """Raises `ProtocolBotError`."""
    from bot.ics import calendar  # nothing else needs it

    councils = _councils(options)
    if len(councils) > 1:
        raise ProtocolBotError("A calendar file is for one council. Name it with --council ID, or --settings FILE.")
    book, kept = _of(councils[0], options)
    now = datetime.now(UTC)
    file = calendar(book, [nudges.planned(*known, now) for known in _known(book, kept, now)])
    if not file:
        print(f"There is no date yet to put into a calendar, so {options.out} was not written.")
        return
    try:
        options.out.write_bytes(file)
    except OSError as refused:
        raise ProtocolBotError(f"{options.out} can't be written ({refused.strerror}). Name another file.") from None
    print(
        f"{options.out} is written. Open it with your calendar; when a date changes, write it again and open it anew."
    )
    if not kept:
        print(
            "Nothing is recorded here yet, so your calendar can't tell this file from an older one: "
            "take the entries of an older one out of it first."
        )


def _councils(options: argparse.Namespace) -> Sequence[Settings]:
    """The one that is named; else all of the file; else all that come with the bot."""
    if options.council and not options.settings and options.council not in load.councils():
        raise ProtocolBotError(
            f"No protocol of {options.council!r} comes with the bot. Name the settings of that council with --settings "
            f"FILE, or one of: {', '.join(load.councils())}."
        )
    if options.settings and not options.council:
        return read([options.settings])
    return [of(id, options.settings) for id in ([options.council] if options.council else load.councils())]


# ---------------------------------------------------------------- a council as things stand


def _of(own: Settings, options: argparse.Namespace) -> tuple[Handbook, Sequence[Review]]:
    """Its handbook with all that was adopted and confirmed, and the reviews recorded."""
    return asyncio.run(_kept(own, options))


async def _kept(own: Settings, options: argparse.Namespace) -> tuple[Handbook, Sequence[Review]]:
    """Without a folder nothing is recorded yet. Raises `ProtocolBotError` where one was named and there is nothing."""
    from deploy.kept import databases, folder  # looking a clause up must not wait for it
    from storage.store import SqlStore

    data = options.data or usual.data()
    if options.data is None and not databases.elsewhere() and not folder.holds_something(data):
        return await of_today(own, NothingKept()), ()
    file = folder.found(data)
    folder.made_up_will_not_do(file, options.settings)
    async with folder.opened_to_look(file) as memory:
        store = SqlStore(memory)
        return await of_today(own, store), await store.reviews(own.council)


def _known(book: Handbook, kept: Iterable[Review], now: datetime) -> list[Known]:
    """One for each document: as it is kept, else as the bot would find it now."""
    reviews = {review.document: review for review in kept}
    found = [
        (reviews.get(document) or cycle.fresh(book, document, now), cycle.terms(book, document))
        for document in cycle.documents(book)
    ]
    return [(review, facts) for review, facts in found if review and facts]


# ---------------------------------------------------------------- what would be said


def reminders(book: Handbook, kept: Iterable[Review], now: datetime, until: date) -> list[tuple[Known, Step]]:
    """Every step by the end of a day, in order, if nobody does anything; first what waits already."""
    found = [
        (known, step)
        for known in _known(book, kept, now)
        for step in takewhile(lambda step: workdays.today(step.due) <= until, _steps(*known, now))
    ]
    return sorted(found, key=lambda one: one[1].due)


def _steps(review: Review, facts: Terms, now: datetime) -> Iterator[Step]:
    """As the desk goes: planned; what is promised is said at its moment; then comes whatever is next, without end."""
    review, moment = nudges.planned(review, facts, now), now
    for promise in review.promised:
        moment = workdays.next_open(max(now, promise.due), facts.nation, facts.quiet)
        if first := nudges.said_now(review, facts, promise, moment):
            yield changed(first, due=moment)
    yield from nudges.steps(review, facts, moment)


def _on(book: Handbook, day: date) -> Handbook:
    """The handbook with whoever holds the offices on a day: some end by themselves."""
    return replace(book, roster=book.roster.of(seats(book.settings, day)))


def told(book: Handbook, kept: Iterable[Review], now: datetime, until: date) -> Iterator[dict[str, Any]]:
    """Every reminder as scripts rely on it."""
    for (review, facts), step in reminders(book, kept, now, until):
        due = cycle.state(review, facts, workdays.today(step.due)).due
        yield {
            "council": book.council,
            "document": review.document,
            "name": reviewing.name(review, book),
            "at": step.due.isoformat(),
            "rung": step.rung,
            "to": [seat.id for seat in _to(book, step)],
            "due": due.isoformat() if due else None,
            "days": step.days,
            "meeting": step.meeting.isoformat() if step.meeting else None,
            "summons": step.summons.isoformat() if step.summons else None,
            "late": step.late,
        }


def _to(book: Handbook, step: Step) -> list[Seat]:
    return reminding.told(step, _on(book, workdays.today(step.due)))


def shown(book: Handbook, kept: Sequence[Review], now: datetime, until: date) -> Iterator[str]:
    """The same for people, a line at a time."""
    yield f"{book.contents.pack.name}: reminders of reviews until {workdays.said(until)}, if nobody does anything"
    if not kept:
        yield "Nothing is recorded yet."
    for review, facts in _known(book, kept, now):
        yield f"{reviewing.name(review, book)}: {_standing(cycle.state(review, facts, workdays.today(now)))}"
    for (review, _), step in reminders(book, kept, now, until):
        at = step.due.astimezone(LONDON)
        who = ", ".join(seat.name for seat in _to(book, step)) or "nobody who could be told"
        yield f"  {at:%a} {workdays.said(at.date())}, {at:%H:%M}  {who}: {reviewing.name(review, book)}, {_what(step)}"


def _standing(standing: Standing) -> str:
    if standing.due is None:
        return f"no date is set (in the document: {standing.stated})"
    over = "overdue since" if standing.state == "overdue" else "due on"
    return f"{over} {workdays.said(standing.due)} ({_BY[standing.source]})"


def _what(step: Step) -> str:
    days = {None: "", 0: " today"}.get(step.days)
    if days is None and step.days is not None:
        days = f" in {step.days} days" if step.days > 0 else f" by {-step.days} days"
    meeting = ""
    if step.rung not in ("unset", "outcome") and step.meeting and step.summons:
        meeting = f"; the meeting on {workdays.said(step.meeting)} needs it by {workdays.said(step.summons)}"
    late = "; this comes late" if step.late else ""
    return f"{_WHAT[step.rung]}{days if step.rung in ('lead', 'late') else ''}{meeting}{late}"
