"""The last recorded review, corrected: the form as it was filled in, and what is then put in its place.

In: a button and its form. Out: the form, a complaint at the field, or the review with the record as it should be.
Never: a correction that does not say who made it and when; one over another's unseen; an older record touched.
"""

from collections.abc import Mapping
from datetime import date
from hashlib import blake2s

from msgspec.structs import replace

from bot import cycle, nudges
from bot.conversation import Button, Field, Form, Open, Paragraph, Press, Reject, Submit, Whisper
from bot.days import read_day
from bot.forms import written
from bot.handbook import Handbook
from bot.ports import Records
from bot.posts import note
from bot.recording import LINE, SUMMARY, as_written, in_the_record, outcome_problems
from bot.records import Turn
from bot.review import Kind, Outcome, Review
from bot.reviewing import CORRECT, DESK, Found, button, found, newest, of_outcome, pressed, ways
from bot.tokens import Token
from bot.words import Words


def offered(review: Review, able: bool, words: Words) -> tuple[Button, ...]:
    """The button, for whoever may press it, once there is a record."""
    return (button(CORRECT, review, words("review-correct")),) if able and review.outcomes else ()


async def correct(event: Press, value: str, handbook: Handbook, records: Records) -> Turn:
    """The form for the last record, as it was filled in."""
    here = await pressed(event, value, handbook, records)
    if isinstance(here, Turn):
        return here
    if not here.review.outcomes:
        return Turn(answer=Whisper(note(here.words, "correct-nothing", *ways(here.words))))
    return Turn(answer=Open(_form(here, newest(here))))


def _form(here: Found, wrong: Outcome) -> Form:
    words, following = here.words, wrong.next.isoformat() if wrong.next else ""
    fields = (
        Field("on", words("outcome-on"), "date", value=wrong.on.isoformat(), hint=words("outcome-on-hint")),
        Field("minute", words("outcome-minute"), value=wrong.minute, required=False, limit=LINE),
        Field("approved_by", words("outcome-approved-by"), value=wrong.approved_by, limit=LINE),
        Field(
            "changes",
            words("outcome-changes"),
            "text",
            value=wrong.changes,
            hint=words("correct-changes-hint"),
            required=False,
            limit=SUMMARY,
        ),
        Field("next", words("outcome-next"), "date", value=following, required=False),
    )
    told = words("correct-intro", **of_outcome(here, wrong))
    id = str(Token(DESK, CORRECT, f"{_as_it_stands(wrong)}.{here.review.document}"))
    return Form(id, words("correct-title", name=here.name), fields, words("correct-send"), (Paragraph(told),))


async def correct_sent(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    """What is right, in the place of what was recorded last."""
    stood, _, document = value.partition(".")
    here = await found(event, document, handbook, records)
    if isinstance(here, Turn):
        return here
    if not here.review.outcomes:
        return Turn(answer=Reject({"on": here.words("correct-moved-on")}))
    wrong = newest(here)
    right = _right(here, wrong, event.values)
    if right and replace(right, corrected_by=wrong.corrected_by, corrected=wrong.corrected) == wrong:
        return Turn(answer=Whisper(note(here.words, "correct-same", *ways(here.words))))
    if stood != _as_it_stands(wrong):
        return Turn(answer=Reject({"on": here.words("correct-moved-on")}))
    problems = _problems(here, wrong, event.values)
    if problems or right is None:
        return Turn(answer=Reject(problems))
    after = nudges.acted(cycle.corrected(here.review, wrong, right, here.now), here.facts, here.now)
    return Turn(answer=Whisper(in_the_record(here._replace(review=after), right)), keep=(after,))


def _right(here: Found, wrong: Outcome, values: Mapping[str, str]) -> Outcome | None:
    """It stays whoever's record it was; without a summary of changes nothing was changed."""
    kind: Kind = "amended" if written(values, "changes") else "no-change"
    right = as_written(here, kind, values)
    return right and replace(right, by=wrong.by, at=wrong.at, corrected_by=here.seat.id, corrected=here.now)


def _problems(here: Found, wrong: Outcome, values: Mapping[str, str]) -> dict[str, str]:
    """As for a new record, as if this one were not there. A day that stays was right when it was recorded.

    The document may list it by now, and a next date may be over.
    """
    others = tuple(one for one in here.review.outcomes if one != wrong)
    beside = here._replace(review=replace(here.review, outcomes=others))
    on, following = read_day(written(values, "on")), read_day(written(values, "next"))
    stays = {"on"} if on == wrong.on else set[str]()
    if on and following and following == wrong.next and _may_decide(on, following, beside):
        stays.add("next")
    problems = outcome_problems(beside, _form(here, wrong), values)
    return {field: problem for field, problem in problems.items() if field not in stays}


def _may_decide(on: date, following: date, beside: Found) -> bool:
    return on < following and cycle.is_newest(on, beside.review, beside.facts)


def _as_it_stands(outcome: Outcome) -> str:
    return blake2s(repr(outcome).encode(), digest_size=4).hexdigest()
