"""Changes to offices, alternates, the group or how long things are kept: one office-holder proposes, another confirms.

In: the buttons and forms under `/protocol offices`. Out: a `Change` in its next state, notices to those it concerns.
Never: lets anybody confirm what they proposed, or what gives them something; adds a reader to a concern already filed.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from bot import telling, workdays
from bot.conversation import (
    Button,
    Field,
    Form,
    Open,
    Option,
    Paragraph,
    Post,
    Press,
    Reject,
    Said,
    Send,
    Submit,
    Whisper,
)
from bot.forms import problems
from bot.handbook import Handbook, Seat
from bot.naming import delivery_id
from bot.ports import Records
from bot.posts import buttons, note
from bot.proposals import KINDS, OUTCOMES, gainers, may_change, office_holders, proposed, still_fits, told
from bot.records import Trace, Turn
from bot.settings import HELD, Change
from bot.tokens import Token

PROPOSE, LOOK, CONFIRM, DECLINE = "propose", "look", "confirm", "decline"

_LIMIT = 200  # characters of a list of names


def button(handbook: Handbook) -> Button:
    """The way in, for whoever may change something."""
    return Button(handbook.words("change-propose"), _token(PROPOSE))


def look_button(change: Change, number: int, handbook: Handbook) -> Button:
    """Shows again what waits for somebody's word."""
    return Button(handbook.words("change-look", number=number), _token(LOOK, change.id), primary=True)


def confirmers(change: Change, handbook: Handbook) -> list[Seat]:
    """The office-holders who may confirm: not who proposed it, nor who would gain by it."""
    out = {change.by} | gainers(change, handbook)
    return [seat for seat in office_holders(handbook) if seat.id not in out]


# ---------------------------------------------------------------- proposing


async def propose(event: Press, _value: str, handbook: Handbook, records: Records) -> Turn:
    """The form."""
    refused = await _refusal(event, handbook, records)
    return refused or Turn(answer=Open(_form(handbook)))


async def _refusal(event: Said, handbook: Handbook, records: Records) -> Turn | None:
    """Why this person can change nothing now."""
    seat = handbook.roster.seat(event.who)
    if seat is None or not may_change(seat):
        return telling.refused(event, "change-not-yours", handbook)
    if await records.unfit() is not None:  # who changed what could not be written down
        return telling.refused(event, "change-unfit", handbook)
    return None


def _form(handbook: Handbook) -> Form:
    words = handbook.words
    people = tuple(Option(seat.id, seat.name) for seat in handbook.roster.seats.values() if "guest" not in seat.offices)
    offices = tuple(Option(office, words(f"office-{office}")) for office in HELD)
    kinds = tuple(Option(kind, words(label)) for kind, label in KINDS.items())
    outcomes = tuple(Option(outcome, words(label)) for outcome, label in OUTCOMES.items())
    hint = words("change-value-hint")
    fields = (
        Field("what", words("change-what"), "choice", options=kinds),
        Field("person", words("change-person"), "person", options=people, required=False),
        Field("office", words("change-office"), "choice", options=offices, required=False),
        Field("until", words("change-until"), "date", required=False, hint=words("change-until-hint")),
        Field("outcome", words("change-outcome"), "choice", options=outcomes, required=False),
        Field("value", words("change-value"), "line", required=False, hint=hint, limit=_LIMIT),
    )
    intro = (Paragraph(words("change-intro")), Paragraph(words("change-no-reader")))
    return Form(_token(PROPOSE), words("change-title"), fields, words("change-send"), intro)


async def sent(event: Submit, _value: str, handbook: Handbook, records: Records) -> Turn:
    """A proposal, if it holds together; it goes to everybody who may confirm it."""
    if (refused := await _refusal(event, handbook, records)) is not None:
        return refused
    seat = handbook.roster.seat(event.who)
    wrong = problems(_form(handbook), event.values, handbook.words)
    found = None if wrong else proposed(event.values, workdays.today(event.at), handbook, wrong)
    if wrong or found is None or seat is None:
        return Turn(answer=Reject(wrong))
    what, name, value = found
    change = Change(
        id=delivery_id(event),
        council=handbook.council,
        what=what,
        name=name,
        value=value,
        by=seat.id,
        at=event.at.isoformat(),
    )
    return await _kept(event, change, seat, handbook, records)


async def _kept(event: Submit, change: Change, seat: Seat, handbook: Handbook, records: Records) -> Turn:
    words, said = handbook.words, told(change, handbook)
    same = (change.what, change.name, change.value)
    waiting = [one for one in await records.changes(handbook.council) if one.state == "proposed"]
    if any((one.what, one.name, one.value) == same for one in waiting):
        return _whisper(note(words, "change-twice", change=said))
    others = confirmers(change, handbook)
    if not others:
        return telling.refused(event, "change-no-second", handbook, change=said)
    post = _proposal(change, handbook)
    names = ", ".join(other.name for other in others)
    answer = (Paragraph(words("change-proposed", change=said, names=names)), Paragraph(words("change-no-reader")))
    return Turn(
        answer=Whisper(Post(answer, title=words("change-title"))),
        notices=tuple(Send(to=other.told[0], post=post) for other in others if other.told),
        keep=(change,),
        traces=(_trace(change, seat, "proposed"),),
    )


def _proposal(change: Change, handbook: Handbook) -> Post:
    """What waits for somebody's word."""
    words, seats = handbook.words, handbook.roster.seats
    name = seats[change.by].name if change.by in seats else words("change-somebody")
    said = words("change-waits", name=name, change=told(change, handbook))
    offered = (
        Button(words("change-confirm"), _token(CONFIRM, change.id), primary=True),
        Button(words("change-decline"), _token(DECLINE, change.id)),
    )
    shown = (Paragraph(said), Paragraph(words("change-no-reader")), *buttons(*offered))
    return Post(shown, title=words("change-waits-title"))


# ---------------------------------------------------------------- confirming


async def look(event: Press, id: str, handbook: Handbook, records: Records) -> Turn:
    """A proposal once more."""
    found = await _to_settle(event, id, handbook, records)
    return found if isinstance(found, Turn) else _whisper(_proposal(found[0], handbook))


async def confirm(event: Press, id: str, handbook: Handbook, records: Records) -> Turn:
    """It counts from now on."""
    found = await _to_settle(event, id, handbook, records)
    if isinstance(found, Turn):
        return found
    change, seat = found
    if not still_fits(change, handbook):
        return _whisper(note(handbook.words, "change-unfitting", change=told(change, handbook)))
    settled = await _after_the_last(event.at, handbook, records)
    return _settled(replace(change, state="confirmed", second=seat.id, settled=settled), seat, handbook)


async def _after_the_last(at: datetime, handbook: Handbook, records: Records) -> datetime:
    """Now, or just after the last that was settled: two clocks differ, and what is confirmed later counts."""
    before = [one.settled for one in await records.changes(handbook.council) if one.settled]
    return max([at, *(settled + timedelta(microseconds=1) for settled in before)])


async def decline(event: Press, id: str, handbook: Handbook, records: Records) -> Turn:
    """It never counts."""
    found = await _to_settle(event, id, handbook, records)
    if isinstance(found, Turn):
        return found
    change, seat = found
    return _settled(replace(change, state="declined", second=seat.id, settled=event.at), seat, handbook)


async def _to_settle(event: Press, id: str, handbook: Handbook, records: Records) -> tuple[Change, Seat] | Turn:
    """The proposal and who settles it, or why this person can't now."""
    if (refused := await _refusal(event, handbook, records)) is not None:
        return refused
    words, seat = handbook.words, handbook.roster.seat(event.who)
    change = await records.change(handbook.council, id)
    if change is None or seat is None:
        return _whisper(note(words, "change-gone"))
    if change.state == "confirmed":
        return _whisper(note(words, "change-already-confirmed", change=told(change, handbook)))
    if change.state == "declined":
        return _whisper(note(words, "change-already-declined", change=told(change, handbook)))
    if seat not in confirmers(change, handbook):
        return _whisper(note(words, "change-needs-another"))
    return change, seat


def _settled(change: Change, seat: Seat, handbook: Handbook) -> Turn:
    """Kept, written down, and told to every office-holder and to whom it concerns."""
    words, confirmed = handbook.words, change.state == "confirmed"
    name = "change-confirmed" if confirmed else "change-declined"
    said = (Paragraph(words(name, change=told(change, handbook), name=seat.name)),)
    shown = (*said, Paragraph(words("change-no-reader"))) if confirmed else said
    post = Post(shown, title=words("change-settled-title"))
    return Turn(
        answer=Whisper(post),
        notices=tuple(Send(to=one.told[0], post=post) for one in _concerned(change, handbook) if one.id != seat.id),
        keep=(change,),
        traces=(_trace(change, seat, change.state),),
    )


def _concerned(change: Change, handbook: Handbook) -> list[Seat]:
    """The office-holders, who proposed it; and, once it counts, whom it gives something or takes it from."""
    ids = [seat.id for seat in office_holders(handbook)] + [change.by]
    if change.state == "confirmed":
        ids += sorted(gainers(change, handbook))
        ids += [change.value[1:]] if change.what == "office" and change.value.startswith("-") else []
    seats = handbook.roster.seats
    return [seats[id] for id in dict.fromkeys(ids) if id in seats and seats[id].told]


# ---------------------------------------------------------------- small things


def _whisper(post: Post) -> Turn:
    return Turn(answer=Whisper(post))


def _trace(change: Change, seat: Seat, did: str) -> Trace:
    return Trace(f"settings/{change.id}", seat.id, did)


def _token(step: str, value: str = "") -> str:
    return str(Token("offices", step, value))
