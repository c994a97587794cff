"""The desk for reviews: where each document's review stands, what was recorded of it, and what the clock brings up.

In: `/protocol review`, `/protocol history`, words that mean nothing but that, its buttons and forms, `Due` events.
Out: whispers; what changes something is `bot.recording`'s, what falls due `bot.reminding`'s.
Never: keeps a date from anybody who asks; offers a button to somebody who may not press it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from msgspec.structs import replace

from bot import changed, correcting, cycle, nudges, recording, reminding, reviewing, timeline, workdays
from bot.clauses import look_up
from bot.conversation import Block, Facts, File, Paragraph, Person, Post, Press, Whisper
from bot.cycle import Standing, Terms
from bot.desk import Asking, Desk
from bot.handbook import Handbook
from bot.ics import calendar
from bot.meetings import ANNUAL
from bot.ports import Records
from bot.posts import buttons, note, nothing_yet
from bot.records import Turn
from bot.review import PROTOCOL, Review
from bot.reviewing import AGENDA, AMENDED, CALENDAR, CORRECT, DATE, HISTORY, LATER, OPEN, SNOOZE, UNCHANGED
from bot.words import Words

_REVIEW: Final = "review"
_YEAR = 12  # months
#: Nothing but this: a question about reviews is looked up, for the protocol itself may answer it.
_MEANT = re.compile(
    r"(?:record|note|enter|log) (?:a|the|our|this year's) (?:protocol )?review(?: of the protocol)?"
    r"|(?:set|put off|postpone) the (?:next )?review date"
    r"|put the (?:protocol )?review on (?:the|an) agenda"
)

#: A document's reviews, and what its dates are reckoned by.
Known = tuple[Review, Terms]


async def _review(event: Asking, text: str, handbook: Handbook, records: Records) -> Turn:
    """Where every document's review stands."""
    if text and _recognises(event.text, handbook) is None:
        return await look_up(event, handbook, records)
    turn = await _open(event, "", handbook, records)
    # Whoever means to record something is shown how: that is not for others.
    return Turn(answer=Whisper(turn.answer.post)) if text and isinstance(turn.answer, Whisper) else turn


def _recognises(text: str, _handbook: Handbook) -> str | None:
    return _REVIEW if _MEANT.fullmatch(" ".join(text.casefold().strip(" .!?").split())) else None


async def _open(event: Asking | Press, value: str, handbook: Handbook, records: Records) -> Turn:
    """Where they stand; with a document's button, that one alone and what can be done about it."""
    kept, today = await _listed(event.at, handbook, records, value.partition(".")[2]), workdays.today(event.at)
    if not kept:
        return Turn(answer=Whisper(note(handbook.words, "review-gone")))
    shown = _page(kept, today, handbook, able=reviewing.may_record(event.who, handbook))
    return Turn(answer=Whisper(shown, aloud=_page(kept, today, handbook, aloud=True)))


async def overview(who: Person, now: datetime, handbook: Handbook, records: Records) -> Post | None:
    """Where they stand and what this person can do about it."""
    kept = await _kept(now, handbook, records)
    able = reviewing.may_record(who, handbook)
    return _page(kept, workdays.today(now), handbook, able=able) if kept else None


async def _listed(now: datetime, handbook: Handbook, records: Records, document: str) -> list[Known]:
    return [known for known in await _kept(now, handbook, records) if document in ("", known[0].document)]


async def _kept(now: datetime, handbook: Handbook, records: Records) -> list[Known]:
    """Every document's reviews with what its dates are reckoned by: the protocol first, then those linked."""
    found = [await reviewing.of(id, now, handbook, records) for id in cycle.documents(handbook)]
    return [known for known in found if known]


# ---------------------------------------------------------------- where they stand


def _page(kept: Sequence[Known], today: date, handbook: Handbook, *, able: bool = False, aloud: bool = False) -> Post:
    """`able`: with what can be done about it. `aloud`: for everybody, without anything of the people who see to it."""
    words = handbook.words
    (review, facts), *others = kept
    shown = (_facts(one, cycle.state(one, its, today), today, handbook, aloud) for one, its in kept)
    title = words("review-title", place=handbook.place)
    if review.document != PROTOCOL:
        title = words("review-of-title", name=reviewing.name(review, handbook))
    standing = cycle.state(review, facts, today)
    offered = reviewing.offered(review, standing, words, today) if able else ()
    nothing = nothing_yet(handbook) if review.document == PROTOCOL else None
    others_offered = (reviewing.open_button(one, handbook) for one, _ in others if able)
    return Post(
        (
            *(nothing.blocks if nothing else ()),
            *shown,
            *(Paragraph(line, small=True) for line in _notes(today, handbook) if not aloud),
            *buttons(*offered),
            *buttons(*others_offered, *correcting.offered(review, able, words), *reviewing.ways(words)[1:]),
        ),
        title=title,
    )


def _notes(today: date, handbook: Handbook) -> Iterator[str]:
    words, names = handbook.words, ", ".join(seat.name for seat in reviewing.recorders(handbook))
    yield words("review-who-records", names=names) if names else words("review-nobody-records")
    if reviewing.no_more_meetings(handbook.settings.meetings, today):
        yield words("review-no-meetings")


def _facts(review: Review, standing: Standing, today: date, handbook: Handbook, aloud: bool) -> Facts:
    words = handbook.words
    return Facts(
        (
            (words("review-document"), reviewing.name(review, handbook)),
            (words("review-standing"), _state(standing, today, words)),
            (words("review-next"), _next(standing, review, words)),
            *(((words("review-source"), _source(standing, handbook)),) if standing.due else ()),
            (words("review-last"), _last(standing, words)),
            (words("review-cycle"), _cycle(standing.cycle, words)),
            (words("review-agenda"), _agenda(review, today, words)),
            *(() if aloud else _snoozed(review, today, words)),
            *_named_in(review, handbook),
        )
    )


def _state(standing: Standing, today: date, words: Words) -> str:
    if standing.due and standing.state == "overdue":
        return words(
            "review-state-overdue", due=words.day(standing.due), ago=reviewing.away(standing.due, today, words)
        )
    return words(f"review-state-{standing.state}")


def _next(standing: Standing, review: Review, words: Words) -> str:
    if standing.due is None:
        return words("review-next-none", why=reviewing.why_none(review, standing, words))
    due = words.day(standing.due)
    if standing.original is None:
        return due
    return words("review-was-put-off", due=due, original=words.day(standing.original))


def _source(standing: Standing, handbook: Handbook) -> str:
    words = handbook.words
    if standing.source == "annual-meeting":
        assumed = words("review-source-assumed", paragraph=ANNUAL[handbook.nation])
        return assumed if standing.assumed else words("review-source-annual-meeting")
    if standing.source == "cycle" and standing.last:
        return words("review-source-cycle", cycle=_cycle(standing.cycle, words), last=_last(standing, words))
    return words(f"review-source-{standing.source}")


def _last(standing: Standing, words: Words) -> str:
    if standing.last is None or not standing.last_was:
        return words("review-last-none")
    return words(f"review-last-{standing.last_was}", last=words.day(standing.last))


def _cycle(months: int | None, words: Words) -> str:
    if months is None:
        return words("review-cycle-none")
    years, rest = divmod(months, _YEAR)
    if rest:
        return words("review-months", count=months)
    return words("review-years", count=years)


def _agenda(review: Review, today: date, words: Words) -> str:
    if review.agenda is None:
        return words("review-agenda-none")
    meeting = words.day(review.agenda)
    past = review.agenda < today
    return words("review-agenda-was", meeting=meeting) if past else words("review-agenda-on", meeting=meeting)


def _snoozed(review: Review, today: date, words: Words) -> Iterator[tuple[str, str]]:
    if review.snoozed and workdays.today(review.snoozed) > today:
        yield words("review-snoozed"), words("review-snoozed-until", day=words.day_of(review.snoozed))


def _named_in(review: Review, handbook: Handbook) -> Iterator[tuple[str, str]]:
    """The clauses that name a linked document."""
    contents = handbook.contents
    same = [policy for policy in contents.pack.policies if policy.name.casefold() == review.name.casefold()]
    for policy in same if review.document != PROTOCOL else ():
        yield handbook.words("review-named-in"), ", ".join(contents[id].label for id in policy.clauses)


# ---------------------------------------------------------------- the record


async def _history(event: Asking, text: str, handbook: Handbook, records: Records) -> Turn:
    """Versions and reviews, oldest first."""
    if text:
        return await look_up(event, handbook, records)
    return await _show_history(event, "", handbook, records)


async def _show_history(event: Asking | Press, _value: str, handbook: Handbook, records: Records) -> Turn:
    kept, title = await _kept(event.at, handbook, records), handbook.words("history-title")
    shown, aloud = (Post(tuple(_timelines(kept, handbook, aloud)), title=title) for aloud in (False, True))
    return Turn(answer=Whisper(shown, aloud=aloud))


def _timelines(kept: Iterable[Known], handbook: Handbook, aloud: bool) -> Iterator[Block]:
    """The protocol's, and below it that of each linked document of which something was recorded.

    Who corrected a record is told to whoever asks, not before everybody.
    """
    words, several = handbook.words, False
    for review, _ in kept:
        rows = reviewing.rows(review, handbook)
        rows = tuple(replace(row, corrected_by="", corrected=None) for row in rows) if aloud else rows
        if rows and review.document != PROTOCOL:
            yield Paragraph(words("history-of", name=reviewing.name(review, handbook)))
        if rows:
            yield timeline.table(rows, words)
            several = several or any(row.recorded for row in rows)
        elif review.document == PROTOCOL:
            nothing = nothing_yet(handbook)
            yield from nothing.blocks if nothing else (Paragraph(words("history-none", place=handbook.place)),)
    if several:
        yield Paragraph(words("history-note"), small=True)
    yield from buttons(reviewing.ways(words)[0], *changed.buttons(handbook))


# ---------------------------------------------------------------- for a calendar


async def _calendar(event: Press, _value: str, handbook: Handbook, records: Records) -> Turn:
    """The dates as a file, where there is one: nothing of it is private.

    What the settings changed since the last daily plan is taken up first, so that calendars learn of it.
    """
    words, kept = handbook.words, await _kept(event.at, handbook, records)
    planned = [nudges.planned(review, facts, event.at) for review, facts in kept]
    text = calendar(handbook, planned).decode()
    if not text:
        return Turn(answer=Whisper(note(words, "calendar-empty", *reviewing.ways(words)[:1])))
    moved = tuple(new for new, (old, _) in zip(planned, kept, strict=True) if new.sequence != old.sequence)
    file = File(name=f"{handbook.council}-reviews.ics", media="text/calendar", text=text, label=words("calendar-take"))
    dates = _dates(zip(planned, (facts for _, facts in kept), strict=True), workdays.today(event.at), handbook)
    post = Post((Paragraph(words("calendar-here")), *dates, file), title=words("calendar-title"))
    return Turn(answer=Whisper(post), keep=moved)


def _dates(kept: Iterable[Known], today: date, handbook: Handbook) -> Iterator[Facts]:
    """The dates to read, too: not every chat can hand a file over."""
    standing = [(review, cycle.state(review, facts, today)) for review, facts in kept]
    rows = [(reviewing.name(one, handbook), _next(how, one, handbook.words)) for one, how in standing if how.due]
    if rows:
        yield Facts(tuple(rows))


DESK = Desk(
    reviewing.DESK,
    commands={_REVIEW: _review, HISTORY: _history},
    buttons={
        OPEN: _open,
        HISTORY: _show_history,
        CALENDAR: _calendar,
        DATE: recording.set_date,
        AGENDA: recording.put_on,
        LATER: recording.put_off,
        SNOOZE: recording.snooze,
        UNCHANGED: recording.no_change,
        AMENDED: recording.amended,
        CORRECT: correcting.correct,
    },
    forms={
        DATE: recording.set_date_sent,
        AGENDA: recording.put_on_sent,
        LATER: recording.put_off_sent,
        UNCHANGED: recording.no_change_sent,
        AMENDED: recording.amended_sent,
        CORRECT: correcting.correct_sent,
    },
    opens=frozenset({DATE, AGENDA, LATER, UNCHANGED, AMENDED, CORRECT}),
    due={_REVIEW: reminding.due},
    recognises=_recognises,
)
