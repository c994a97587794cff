"""What the clerk and the chair do about a review: set a date, put it on an agenda, record what came of it, put it off.

In: buttons and forms of the desk. Out: forms, a complaint at the field, or the review as it then stands.
Never: takes a date that can't be; records one review twice; puts one person's date over another's unseen.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import blake2s
from typing import Final

from msgspec.structs import replace

from bot import cycle, dates, nudges, timeline
from bot.conversation import Answer, Field, Form, Open, Option, Paragraph, Post, Press, Reject, Submit, Whisper
from bot.days import read_day
from bot.forms import problems, written
from bot.handbook import Handbook
from bot.meetings import last_summons
from bot.ports import Records
from bot.posts import buttons, note
from bot.records import Turn
from bot.review import Kind, Outcome, Review
from bot.reviewing import AGENDA, DATE, DESK, LATER, Found, found, newest, of_outcome, pressed, rows, ways
from bot.tokens import Token

_OTHER: Final = "other"  # a meeting that is not in the settings
_WEEK = timedelta(days=7)
LINE, SUMMARY = 200, 1000  # characters
_MEETINGS = 6  # coming meetings to choose from


# ---------------------------------------------------------------- what came of it


async def no_change(event: Press, value: str, handbook: Handbook, records: Records) -> Turn:
    """The form for a review that left everything as it was."""
    return _open(await pressed(event, value, handbook, records), "no-change")


async def amended(event: Press, value: str, handbook: Handbook, records: Records) -> Turn:
    """The form for a review that changed something."""
    return _open(await pressed(event, value, handbook, records), "amended")


def _open(here: Found | Turn, kind: Kind) -> Turn:
    return here if isinstance(here, Turn) else Turn(answer=Open(_outcome_form(here, kind)))


def _outcome_form(here: Found, kind: Kind) -> Form:
    words, review = here.words, here.review
    on = review.agenda if review.agenda and review.agenda <= here.today else here.today
    following = cycle.suggested(review, here.facts, on)
    hint = words("outcome-next-hint" if here.standing.cycle else "outcome-next-hint-none")
    changes = Field("changes", words("outcome-changes"), "text", hint=words("outcome-changes-hint"), limit=SUMMARY)
    fields = (
        Field("on", words("outcome-on"), "date", value=on.isoformat(), hint=words("outcome-on-hint")),
        Field("minute", words("outcome-minute"), hint=words("outcome-minute-hint"), required=False, limit=LINE),
        Field("approved_by", words("outcome-approved-by"), value=_approved_by(here), limit=LINE),
        *((changes,) if kind == "amended" else ()),
        Field("next", words("outcome-next"), "date", value=_iso(following), hint=hint, required=False),
    )
    title = words("outcome-title-amended" if kind == "amended" else "outcome-title-no-change", name=here.name)
    id = str(Token(DESK, kind, f"{len(review.outcomes)}.{review.document}"))
    return Form(id, title, fields, words("outcome-send"), (Paragraph(words("outcome-intro")),))


def _approved_by(here: Found) -> str:
    """Whoever approved it the last time; the council by its name where that was never."""
    names = [row.approved_by for row in rows(here.review, here.handbook) if row.approved_by]
    return names[-1] if names else here.handbook.contents.pack.name


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


async def no_change_sent(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    """A review without change, into the record."""
    return await _outcome_sent(event, value, "no-change", handbook, records)


async def amended_sent(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    """A review with changes, into the record."""
    return await _outcome_sent(event, value, "amended", handbook, records)


async def _outcome_sent(event: Submit, value: str, kind: Kind, handbook: Handbook, records: Records) -> Turn:
    count, _, document = value.partition(".")
    here = await found(event, document, handbook, records)
    if isinstance(here, Turn):
        return here
    outcome = as_written(here, kind, event.values)
    if before := _recorded_before(here, outcome, count):
        return Turn(answer=before)
    wrong = outcome_problems(here, _outcome_form(here, kind), event.values)
    if wrong or outcome is None:
        return Turn(answer=Reject(wrong))
    after = nudges.acted(cycle.recorded(here.review, outcome, here.facts), here.facts, here.now)
    return Turn(answer=Whisper(in_the_record(here._replace(review=after), outcome)), keep=(after,))


def outcome_problems(here: Found, form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by field: with what every form may have wrong, then with what only a review may."""
    wrong = problems(form, values, here.words)
    on, following = written(values, "on"), written(values, "next")
    names = dates.outcome_problems(here.review, here.facts, here.today, on=on, next=following)
    return {field: bad(here, name) for field, name in names.items()} | wrong


def bad(here: Found, name: str) -> str:
    """A complaint about a date or a line, in words."""
    due = here.standing.due
    gaps = {"today": here.words.day(here.today), "due": here.words.day(due) if due else ""}
    return here.words(f"review-bad-{name}", **gaps)


def as_written(here: Found, kind: Kind, values: Mapping[str, str]) -> Outcome | None:
    """What a form says took place; None where it names no day."""
    on = read_day(written(values, "on"))
    if on is None:
        return None
    return Outcome(
        kind=kind,
        on=on,
        minute=_line(values, "minute"),
        approved_by=_line(values, "approved_by"),
        changes=written(values, "changes") if kind == "amended" else "",
        next=read_day(written(values, "next")),
        by=here.seat.id,
        at=here.now,
    )


def _line(values: Mapping[str, str], name: str) -> str:
    return " ".join(written(values, name).split())


def _recorded_before(here: Found, outcome: Outcome | None, count: str) -> Answer | None:
    """That it is recorded already: by the same form, on another device, by somebody else."""
    words, outcomes = here.words, here.review.outcomes
    if outcome and any(replace(one, at=outcome.at) == outcome for one in outcomes):
        return Whisper(note(words, "outcome-again", *ways(words)))
    if outcomes and count != str(len(outcomes)):
        return Reject({"on": words("outcome-twice", **of_outcome(here, newest(here)))})
    return None


def in_the_record(here: Found, outcome: Outcome) -> Post:
    """What stands in the record now, and when it is next."""
    words, due, on = here.words, here.standing.due, outcome.on
    row = next(row for row in reversed(rows(here.review, here.handbook)) if row.on == on.isoformat())
    then = words("outcome-then", due=words.day(due)) if due else words("outcome-then-none")
    said = words("outcome-recorded", name=here.name, on=words.day(on))
    return Post((Paragraph(said), timeline.table((row,), words), Paragraph(then), *buttons(*ways(words))))


# ---------------------------------------------------------------- a date


async def set_date(event: Press, value: str, handbook: Handbook, records: Records) -> Turn:
    """The form for a date of its own."""
    here = await pressed(event, value, handbook, records)
    return here if isinstance(here, Turn) else Turn(answer=Open(_date_form(here, DATE)))


async def put_off(event: Press, value: str, handbook: Handbook, records: Records) -> Turn:
    """The form for a later date; where there is none to put off, for a date."""
    here = await pressed(event, value, handbook, records)
    if isinstance(here, Turn):
        return here
    return Turn(answer=Open(_date_form(here, LATER if here.standing.due else DATE)))


def _date_form(here: Found, step: str) -> Form:
    words, due = here.words, here.standing.due
    later = step == LATER
    proposed = None if later else due or cycle.suggested(here.review, here.facts, here.today)
    label = words("date-label-later") if later else words("date-label-set")
    told = words("date-later-intro", due=words.day(due)) if later and due else words("date-set-intro")
    field = Field("due", label, "date", value=_iso(proposed))
    title = words("date-title-later", name=here.name) if later else words("date-title-set", name=here.name)
    sends = words("date-send-later") if later else words("date-send-set")
    return Form(_form_id(step, here), title, (field,), sends, (Paragraph(told),))


async def set_date_sent(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    """A date, instead of none or of another."""
    return await _date_sent(event, value, DATE, handbook, records)


async def put_off_sent(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    """A later date than the one that counts."""
    return await _date_sent(event, value, LATER, handbook, records)


async def _date_sent(event: Submit, value: str, step: str, handbook: Handbook, records: Records) -> Turn:
    """A form that is sent twice, or by two people with one wish, is told that it stands so already."""
    stood, _, document = value.partition(".")
    here = await found(event, document, handbook, records)
    if isinstance(here, Turn):
        return here
    text, standing = written(event.values, "due"), here.standing
    set_so = None if step == LATER else here.review.due
    stands = standing.due if standing.original else set_so
    if stands and read_day(text) == stands:
        return Turn(answer=Whisper(note(here.words, "date-same", *ways(here.words), name=here.name)))
    return _moved_on(here, stood, "due") or _dated(here, text, step)


def _dated(here: Found, text: str, step: str) -> Turn:
    """Where there is no date that could be put off, one is set."""
    words, review, later = here.words, here.review, step == LATER and here.standing.due is not None
    wrong = problems(_date_form(here, step), {"due": text}, words)
    if not wrong and (name := dates.date_problem(review, here.facts, here.today, text, "put-off" if later else "due")):
        wrong = {"due": bad(here, name)}
    to = None if wrong else read_day(text)
    if to is None:
        return Turn(answer=Reject(wrong))
    moved = cycle.put_off(review, to, here.now) if later else cycle.dated(review, to, here.now)
    said = words("date-later" if later else "date-set", name=here.name, due=words.day(to))
    return _moved(here, moved, said)


def _moved(here: Found, review: Review, said: str) -> Turn:
    after = nudges.acted(review, here.facts, here.now)
    return Turn(answer=Whisper(Post((Paragraph(said), *buttons(*ways(here.words))))), keep=(after,))


# ---------------------------------------------------------------- an agenda


async def put_on(event: Press, value: str, handbook: Handbook, records: Records) -> Turn:
    """The form for a meeting."""
    here = await pressed(event, value, handbook, records)
    return here if isinstance(here, Turn) else Turn(answer=Open(_agenda_form(here)))


def _agenda_form(here: Found) -> Form:
    words = here.words
    meetings = [day for day in sorted(here.facts.meetings) if day >= here.today][:_MEETINGS]
    options = (*(_meeting(day, here) for day in meetings), Option(_OTHER, words("agenda-other")))
    chosen = next((str(day) for day in meetings if _summons(day, here) >= here.today), _OTHER)
    intro = words("agenda-intro", count=here.facts.reviews.notice)
    choice = Field("meeting", words("agenda-meeting"), "choice", options=options, value=chosen)
    other = Field("date", words("agenda-date"), "date", required=not meetings)
    fields = (choice, other) if meetings else (other,)
    title = words("agenda-title", name=here.name)
    return Form(_form_id(AGENDA, here), title, fields, words("agenda-send"), (Paragraph(intro),))


def _meeting(day: date, here: Found) -> Option:
    words, summons = here.words, _summons(day, here)
    told = {"meeting": words.day(day), "summons": words.day(summons)}
    label = words("agenda-meeting-gone", **told) if summons < here.today else words("agenda-meeting-option", **told)
    return Option(day.isoformat(), label)


def _summons(day: date, here: Found) -> date:
    return last_summons(day, here.facts.reviews.notice, here.facts.nation)


async def put_on_sent(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    """Down for a meeting: nobody is reminded until the day after it."""
    stood, _, document = value.partition(".")
    here = await found(event, document, handbook, records)
    if isinstance(here, Turn):
        return here
    return _agenda_same(here, event.values) or _moved_on(here, stood, "date") or _put_on(here, event.values)


def _put_on(here: Found, values: Mapping[str, str]) -> Turn:
    words = here.words
    wrong = problems(_agenda_form(here), values, words)
    field, text = _which(here, values, wrong)
    if not wrong and (name := dates.date_problem(here.review, here.facts, here.today, text, "agenda")):
        wrong[field] = bad(here, name)
    meeting = None if wrong else read_day(text)
    if meeting is None:
        return Turn(answer=Reject(wrong))
    summons = _summons(meeting, here)
    told = {"meeting": words.day(meeting), "summons": words.day(summons), "name": here.name}
    said = words("agenda-put-gone", **told) if summons < here.today else words("agenda-put", **told)
    return _moved(here, cycle.put_on(here.review, meeting, here.now), said)


def _agenda_same(here: Found, values: Mapping[str, str]) -> Turn | None:
    wrong: dict[str, str] = {}
    meeting, (_, text) = here.review.agenda, _which(here, values, wrong)
    if wrong or meeting is None or read_day(text) != meeting:
        return None
    gaps = {"name": here.name, "meeting": here.words.day(meeting)}
    return Turn(answer=Whisper(note(here.words, "agenda-same", *ways(here.words), **gaps)))


def _which(here: Found, values: Mapping[str, str], wrong: dict[str, str]) -> tuple[str, str]:
    """The field that names the meeting, and the day in it; what is wrong with the two together is added."""
    chosen, other = written(values, "meeting"), written(values, "date")
    if chosen in ("", _OTHER):
        if not other:
            wrong.setdefault("date", here.words("agenda-which"))
        return "date", other
    if other:
        wrong.setdefault("date", here.words("agenda-both"))
    return "meeting", chosen


# ---------------------------------------------------------------- a week's peace


async def snooze(event: Press, value: str, handbook: Handbook, records: Records) -> Turn:
    """One tap: reminded again in a week."""
    here = await pressed(event, value, handbook, records)
    if isinstance(here, Turn):
        return here
    words, review = here.words, here.review
    if review.agenda and review.agenda >= here.today:
        gaps = {"name": here.name, "meeting": words.day(review.agenda)}
        return Turn(answer=Whisper(note(words, "snoozed-agenda", *ways(words), **gaps)))
    before = nudges.acted(review, here.facts, here.now)
    after = nudges.acted(cycle.snooze(review, here.now + _WEEK), here.facts, here.now)
    gaps = {"name": here.name, "day": words.day_of(after.promised[0].due)}
    if after.promised == before.promised:
        return Turn(answer=Whisper(note(words, "snoozed-already", *ways(words), **gaps)))
    return Turn(answer=Whisper(note(words, "snoozed", *ways(words), **gaps)), keep=(after,))


# ---------------------------------------------------------------- two at one review


def _form_id(step: str, here: Found) -> str:
    return str(Token(DESK, step, f"{_as_they_stand(here.review)}.{here.review.document}"))


def _as_they_stand(review: Review) -> str:
    """A name for the dates as they stand, so that nobody's is put over another's unseen."""
    stand = (review.due, review.put_off, review.agenda, len(review.outcomes))
    return blake2s(repr(stand).encode(), digest_size=4).hexdigest()


def _moved_on(here: Found, stood: str, field: str) -> Turn | None:
    """Why nothing is done, where the dates are not what they were when the form was opened."""
    if stood == _as_they_stand(here.review):
        return None
    return Turn(answer=Reject({field: here.words("date-moved-on")}))
