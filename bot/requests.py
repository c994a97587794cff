"""The desk for what is held on somebody, and for complaints about how their personal data is handled.

In: `/protocol held`, `/protocol complaint`, plain words that mean one of the two, its own buttons and forms.
Out: the same reply to everybody; a kept request; notices without content to whoever looks after personal data.
Never: shows in a chat what is held; lets a reply tell whether there is anything.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2s
from shlex import quote

from msgspec.structs import replace

from bot import leads, naming, telling, workdays
from bot.clauses import look_up
from bot.concern import Listed, Promise, Request
from bot.conversation import (
    Block,
    Due,
    Facts,
    Field,
    Form,
    Open,
    Option,
    Paragraph,
    Person,
    Post,
    Press,
    Quote,
    Reject,
    Said,
    Send,
    Submit,
    Whisper,
)
from bot.desk import Asking, Desk
from bot.forms import problems, written
from bot.handbook import Handbook, Seat
from bot.naming import CLOCK
from bot.own_data import meant
from bot.ports import Records
from bot.posts import note
from bot.reach import LOST
from bot.records import Trace, Turn
from bot.tokens import Token

log = logging.getLogger(__name__)

_HELD, _COMPLAINT, _DONE = "held", "complaint", "done"
_GIVE, _ERASE = "give", "erase"


# ---------------------------------------------------------------- what is held on me


async def _held(event: Asking, text: str, handbook: Handbook, records: Records) -> Turn:
    """The same reply whoever asks and whatever is held; one request is kept while it is open, and its day stands."""
    if text and meant(event.text) != _HELD:
        return await look_up(event, handbook, records)
    if (refused := await _unfit(handbook, records)) is not None:
        return refused
    asker = _asker(event.who, handbook)
    if (before := await _open_already(asker, handbook, records)) is not None:
        return Turn(answer=Whisper(_held_reply(before.at, handbook)))
    answer = Whisper(_held_reply(event.at, handbook))
    kept = _new(event, _HELD, naming.delivery_id(event, _HELD, event.id), asker, "", handbook)
    return _filed(kept, answer)


def _held_reply(at: datetime, handbook: Handbook) -> Post:
    words = handbook.words
    by = words.day(leads.due_by(_HELD, at, handbook))
    said = (Paragraph(words("held", by=by, who=leads.looks_after(handbook))), Paragraph(words("data-commissioner")))
    return Post(said, title=words("held-title"))


async def _open_already(asker: str, handbook: Handbook, records: Records) -> Request | None:
    """Whoever has it, also somebody who is not here any more."""
    asked = await records.asked(handbook.council, asker)
    return next((request for request in asked if (request.kind, request.state) == (_HELD, "open")), None)


# ---------------------------------------------------------------- a complaint


async def _complaint(event: Asking, text: str, handbook: Handbook, records: Records) -> Turn:
    if text and meant(event.text) != _COMPLAINT:
        return await look_up(event, handbook, records)
    refused = await _unfit(handbook, records)
    return refused or Turn(
        answer=Open(_complaint_form(naming.delivery_id(event, "form", event.id), event.who, handbook))
    )


def _complaint_form(id: str, who: Person, handbook: Handbook) -> Form:
    """Who it goes to is told as the settings have it: for whom it is in the end would tell of a concern."""
    words, asker = handbook.words, _asker(who, handbook)
    people = tuple(Option(seat.id, seat.name) for seat in leads.candidates(handbook) if seat.id != asker)
    what = Field("what", words("complaint-what"), "text", hint=words("complaint-what-hint"))
    label, hint = words("complaint-not-to-label"), words("complaint-not-to-hint")
    keep_from = Field("not_to", label, "person", options=people, required=False, hint=hint)
    intro = (
        Paragraph(words("complaint-intro", who=leads.looks_after(handbook))),
        Paragraph(words("complaint-elsewhere"), small=True),
    )
    fields = (what, keep_from) if people else (what,)
    return Form(
        str(Token("requests", _COMPLAINT, id)), words("complaint-title"), fields, words("complaint-send"), intro
    )


async def _complaint_sent(event: Submit, form: str, handbook: Handbook, records: Records) -> Turn:
    words = handbook.words
    wrong = problems(_complaint_form(form, event.who, handbook), event.values, words)
    if not wrong and await _unfit(handbook, records) is not None:
        wrong["what"] = words("complaint-unfit")  # the form stays open, so that nothing written is lost
    if wrong:
        return Turn(answer=Reject(wrong))
    asker, text = _asker(event.who, handbook), _complaint_text(event, handbook)
    id = naming.delivery_id(event, _COMPLAINT, form, asker)
    before = await records.request(handbook.council, id)
    if before is not None and before.words == text:
        return Turn(answer=Whisper(_acknowledged(before, handbook)))
    if before is not None:  # the same form with other words in it is another complaint
        id = naming.delivery_id(event, _COMPLAINT, event.id)
    kept = _new(event, _COMPLAINT, id, asker, text, handbook)
    return _filed(kept, Whisper(_acknowledged(kept, handbook)))


def _complaint_text(event: Submit, handbook: Handbook) -> str:
    """What was written, and before it whom it must not go to."""
    text = written(event.values, "what")
    seat = handbook.roster.seats.get(event.values.get("not_to", ""))
    return handbook.words("complaint-not-to", name=seat.name) + f"\n\n{text}" if seat else text


def _acknowledged(request: Request, handbook: Handbook) -> Post:
    words = handbook.words
    facts = {"reference": request.reference, "on": words.day_of(request.at)}
    said = words("complaint-kept", by=words.day(leads.due_by(_COMPLAINT, request.at, handbook)), **facts)
    return Post((Paragraph(said), Paragraph(words("data-commissioner"))), title=words("complaint-kept-title"))


# ---------------------------------------------------------------- kept, and brought up again


async def _unfit(handbook: Handbook, records: Records) -> Turn | None:
    """On paper, where nothing private can be kept; the same for everybody."""
    if (why := await records.unfit()) is None:
        return None
    log.error("a request about personal data could not be taken: %s", why)
    said = handbook.words("request-paper", who=leads.looks_after(handbook))
    paper = handbook.settings.paper
    blocks: list[Block] = [Paragraph(said), *([Paragraph(paper)] if paper else [])]
    return Turn(answer=Whisper(Post((*blocks, Paragraph(handbook.words("data-commissioner"))))))


def _new(event: Said, kind: str, id: str, asker: str, text: str, handbook: Handbook) -> Request:
    return Request(
        id=id,
        council=handbook.council,
        reference=_reference(id),
        kind="held" if kind == _HELD else "complaint",
        asker=asker,
        lead="",
        at=event.at,
        words=text,
    )


def _filed(request: Request, answer: Whisper) -> Turn:
    """Kept, and given to somebody by the clock: to choose whom takes longer the more there is about whoever asks."""
    kept = replace(request, promised=(Promise(_GIVE, request.at),))
    return Turn(answer=answer, keep=(kept,), traces=(Trace(kept.matter, kept.asker, "kept"),))


async def _fell_due(event: Due, id: str, handbook: Handbook, records: Records) -> Turn:
    """Somebody is reminded; whoever has lost their office, or can't be reached, is followed by the next."""
    request = await records.request(handbook.council, id)
    if request is None:
        return Turn(erase=(event.matter,))
    if request.state == "done":
        ends = any(promise.rung == event.rung and promise.due <= event.at for promise in request.promised)
        erased = Turn(erase=(event.matter,), traces=(Trace(event.matter, CLOCK, "erased"),))
        return erased if ends else Turn(keep=(request,))
    seat = next((seat for seat in leads.everyone(handbook) if seat.id == request.lead and seat.told), None)
    if event.rung == LOST:
        return await _looked_after(request, seat, event, handbook, records)
    if seat is None or event.rung != leads.REMIND:
        given, notices = await leads.given(request, event.at, handbook, records)
        return Turn(keep=(given,), notices=notices)
    return Turn(
        keep=(leads.promising(request, event.at, handbook),), notices=(leads.notice(request, seat, event.at, handbook),)
    )


async def _looked_after(request: Request, seat: Seat | None, event: Due, handbook: Handbook, records: Records) -> Turn:
    """The daily look: whoever lost their office, or can't be told, is followed by the next, where there is one."""
    if seat is not None or not request.lead:  # where nobody has it, the next day it is tried again anyway
        return Turn()
    given, notices = await leads.given(request, event.at, handbook, records)
    return Turn(keep=(given,), notices=notices) if notices else Turn()


# ---------------------------------------------------------------- dealing with it


async def _mine(who: Person, handbook: Handbook, records: Records) -> Listed[Request]:
    seat = handbook.roster.seat(who)
    if seat is None or seat not in leads.everyone(handbook):
        return Listed()
    given = await records.requests(handbook.council, seat.id)
    return Listed((request for request in given if request.state == "open"), given.shut)


async def _opened(event: Press, id: str, handbook: Handbook, records: Records) -> Turn:
    request = await _to_deal_with(event, id, handbook, records)
    if isinstance(request, Turn):
        return request
    read = Trace(request.matter, request.lead, "read")
    return Turn(answer=Open(_view(request, handbook)), traces=(read,))


async def _to_deal_with(event: Said, id: str, handbook: Handbook, records: Records) -> Request | Turn:
    """The request, or the one answer to everybody who has nothing to do with it."""
    if await records.unfit() is not None:  # what is sealed can't be opened now
        return telling.refused(event, "request-shut", handbook)
    mine = await _mine(event.who, handbook, records)
    found = next((request for request in mine if request.id == id), None)
    if found is None and mine.shut:  # it may be one of those
        return telling.refused(event, "request-shut", handbook)
    return found or Turn(answer=Whisper(note(handbook.words, "request-gone")))


def _view(request: Request, handbook: Handbook) -> Form:
    words = handbook.words
    options = (Option("yes", words("request-done-yes")), Option("no", words("request-done-no")))
    field = Field("done", words("request-done-label"), "choice", options=options, value="no")
    title, intro = words("request-title", reference=request.reference), tuple(_shown(request, handbook))
    return Form(_token(_DONE, request.id), title, (field,), words("request-done-send"), intro)


def _shown(request: Request, handbook: Handbook) -> Iterable[Block]:
    """Who asks, by when, and how: what is held never comes into a chat, this one included."""
    words, name = handbook.words, _name(request.asker, handbook)
    by = words.day(leads.due_by(request.kind, request.at, handbook))
    rows = [
        (words("request-row-who"), name),
        (words("request-row-on"), words.day_of(request.at)),
        (words("request-row-by"), by),
    ]
    yield Facts(tuple(rows))
    if request.kind == _COMPLAINT:
        yield Paragraph(words("request-complaint-how"))
        yield Quote(request.words, by=name)
        return
    facts = {"council": request.council, "person": request.asker, "lead": request.lead}
    yield Paragraph(words("request-held-how", **{name: quote(value) for name, value in facts.items()}))
    yield Paragraph(words("request-held-care"))


async def _done(event: Submit, id: str, handbook: Handbook, records: Records) -> Turn:
    words = handbook.words
    request = await _to_deal_with(event, id, handbook, records)
    if isinstance(request, Turn):
        return request
    if wrong := problems(_view(request, handbook), event.values, words):
        return Turn(answer=Reject(wrong))
    if event.values["done"] != "yes":
        return Turn(answer=Whisper(note(words, "request-kept-open", reference=request.reference)))
    done = replace(request, state="done", promised=_erasing(event.at, handbook))
    told = tuple(Send(to=who, post=_ended(request, handbook), hushed=True) for who in _account(request.asker, handbook))
    trace = Trace(request.matter, request.lead, "done")
    said = note(words, "request-done", reference=request.reference)
    return Turn(answer=Whisper(said), keep=(done,), notices=told, traces=(trace,))


def _erasing(now: datetime, handbook: Handbook) -> tuple[Promise, ...]:
    """Kept for as long as a concern that ended informally."""
    months = handbook.settings.retention.informal
    return () if months == "never" else (Promise(_ERASE, now + workdays.months(months)),)


def _ended(request: Request, handbook: Handbook) -> Post:
    words = handbook.words
    name = "held-ended" if request.kind == _HELD else "complaint-ended"
    on = words.day_of(request.at)
    return Post(
        (Paragraph(words(name, on=on)), Paragraph(words("data-commissioner"))), title=words("request-ended-title")
    )


# ---------------------------------------------------------------- who, and which


def _asker(who: Person, handbook: Handbook) -> str:
    """A seat's id; the account of somebody who is on no list: they have the same right."""
    seat = handbook.roster.seat(who)
    return seat.id if seat else who.account


def _account(asker: str, handbook: Handbook) -> tuple[Person, ...]:
    seat = handbook.roster.seats.get(asker)
    if seat is not None:
        return seat.told[:1]
    who = Person.of(asker)
    return (who,) if who else ()


def _name(asker: str, handbook: Handbook) -> str:
    seat = handbook.roster.seats.get(asker)
    return seat.name if seat else handbook.words("request-unlisted", account=asker)


def _reference(id: str) -> str:
    """A reference that tells nothing, not even the id."""
    digest = blake2s(id.encode(), digest_size=6, person=b"referenc").digest()
    return "DP-" + naming.letters(digest)


def _token(step: str, id: str) -> str:
    return str(Token("requests", step, id))


DESK = Desk(
    "requests",
    commands={_HELD: _held, _COMPLAINT: _complaint},
    buttons={leads.OPEN: _opened},
    forms={_COMPLAINT: _complaint_sent, _DONE: _done},
    opens=frozenset({leads.OPEN}),
    due={"request": _fell_due},
    recognises=lambda text, _handbook: meant(text),
)
