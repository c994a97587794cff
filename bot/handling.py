"""Dealing with a concern: what waits, reading it, acknowledging, writing, noting, referring, recording how it ended.

In: `/protocol waiting`, buttons of notices, forms. Out: forms, the concern's next version, notices without content.
Never: shows anything to a party to it; a private word in a message; lets one close alone what the protocol has two for.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from bot import course, handler_form, leads, opening, posts, telling
from bot.concern import Concern, Listed, Request
from bot.conversation import (
    Button,
    Open,
    Paragraph,
    Person,
    Post,
    Press,
    Reject,
    Said,
    Send,
    Submit,
    Whisper,
)
from bot.desk import Asking
from bot.forms import problems, written
from bot.handbook import Handbook, Seat
from bot.ports import Records
from bot.records import Trace, Turn
from bot.tokens import Token
from bot.words import Words

#: As what the words are kept that come with an act; with any other they are a private note.
_SAID = {
    "acknowledge": "asked",
    "write": "asked",
    "dates": "dates",
    **dict.fromkeys(("settled", "unsettled", "outcome", "outside"), "outcome"),
}
#: How many that have ended are listed.
_SHOWN = 20


async def waiting(event: Asking, _text: str, handbook: Handbook, records: Records) -> Turn:
    """`/protocol waiting`: what waits for this person, by reference, with what to do by when."""
    words = handbook.words
    if await records.unfit() is not None:
        return telling.refused(event, "cannot-keep", handbook)
    nothing = posts.note(words, "nothing-waits", _to_ended(words), title=words("waiting-for-you"))
    return Turn(answer=Whisper(await awaited(event.who, handbook, records) or nothing))


async def awaited(who: Person, handbook: Handbook, records: Records) -> Post | None:
    """The list of what waits for somebody, where anything does. Asked only while what is private can be read."""
    seat = handbook.roster.seat(who)
    if seat is None:
        return None
    theirs = await records.concerns(handbook.council, seat.id, "waiting")
    open_ones = [c for c in theirs if telling.handles(c, seat, handbook)]
    given = await records.requests(handbook.council, seat.id)
    asked = [one for one in given if one.state == "open"]
    shut = theirs.shut + given.shut
    return _list(open_ones, asked, shut, handbook) if open_ones or asked or shut else None


def _list(concerns: Sequence[Concern], requests: Sequence[Request], shut: int, handbook: Handbook) -> Post:
    words = handbook.words
    rows = [(c.reference, words(f"waits-{c.state}", due=telling.due(c, words))) for c in concerns]
    rows += [
        (r.reference, words("waits-request", due=words.day(leads.due_by(r.kind, r.at, handbook)))) for r in requests
    ]
    offered = [telling.button(words, "open-one", "open", c.id, reference=c.reference) for c in concerns]
    tokens = [(r.reference, str(Token("requests", "open", r.id))) for r in requests]
    offered += [Button(words("open-one", reference=reference), token) for reference, token in tokens]
    offered.append(_to_ended(words))
    return posts.listed(words, rows, offered, shut, title=words("waiting-for-you"))


def _to_ended(words: Words) -> Button:
    return telling.button(words, "ended-ones", "ended")


async def ended(event: Press, _value: str, handbook: Handbook, records: Records) -> Turn:
    """What has ended and is still kept, the latest first: to read it, or to say that it must be kept longer."""
    words, seat = handbook.words, handbook.roster.seat(event.who)
    if await records.unfit() is not None:
        return telling.refused(event, "cannot-keep", handbook)
    theirs = await records.concerns(handbook.council, seat.id, "handler") if seat else Listed[Concern]()
    shown = [c for c in theirs if seat and c.state == "closed" and telling.handles(c, seat, handbook)][
        : -_SHOWN - 1 : -1
    ]
    rows = tuple((c.reference, words("mine-closed", day=words.day_of(c.at))) for c in shown)
    if not rows and not theirs.shut:
        return Turn(answer=Whisper(posts.note(words, "none-ended", title=words("ended-title"))))
    offered = [telling.button(words, "open-one", "open", c.id, reference=c.reference) for c in shown]
    return Turn(answer=Whisper(posts.listed(words, rows, offered, theirs.shut, title=words("ended-title"))))


# ---------------------------------------------------------------- reading


async def opened(event: Press, id: str, handbook: Handbook, records: Records) -> Turn:
    """The concern in a form, for whoever deals with it; that it was read is written down."""
    theirs = await opening.handled(event, id, handbook, records)
    if isinstance(theirs, Turn):
        return theirs
    concern, seat = theirs
    handbook = handbook.as_of(concern.edition)
    form = handler_form.form(concern, seat, handbook)
    return Turn(answer=Open(form), traces=(Trace(concern.matter, seat.id, "read"),))


# ---------------------------------------------------------------- doing


#: What ends it, or puts a name to how it ends: only by somebody who has seen all that was said.
_ENDING = ("settled", "unsettled", "outcome", "sign", "outside")


async def done(event: Submit, value: str, handbook: Handbook, records: Records) -> Turn:
    """One act of somebody who deals with it."""
    id, _, mark = value.partition(".")
    theirs = await opening.handled(event, id, handbook, records)
    if isinstance(theirs, Turn):
        return theirs
    concern, seat = theirs
    handbook = handbook.as_of(concern.edition)
    act, text = event.values.get("act", ""), written(event.values, "text")
    again = act == "acknowledge" and concern.state == "taken" and not text
    if again or course.repeats(concern, _SAID.get(act, "note"), seat.id, text):  # sent twice, or from two devices
        return Turn(answer=Whisper(_receipt("handled", concern, seat, handbook)))
    if wrong := _wrong(concern, seat, event, act, text, handbook):
        return Turn(answer=Reject(wrong))
    if act in _ENDING and mark != handler_form.mark(concern):
        return _anew(concern, seat, act, text, handbook)
    return _acted(event, concern, seat, act, text, handbook)


def _anew(concern: Concern, seat: Seat, act: str, text: str, handbook: Handbook) -> Turn:
    """Something was said or done since they opened it: they are shown it, with what they wrote."""
    form = handler_form.form(concern, seat, handbook)
    filled = {"act": act, "text": text}
    fields = tuple(replace(field, value=filled.get(field.name, field.value)) for field in form.fields)
    news = (Paragraph(handbook.words("news-since")), *form.intro)
    return Turn(answer=Open(replace(form, fields=fields, intro=news)), traces=(Trace(concern.matter, seat.id, "read"),))


def _wrong(concern: Concern, seat: Seat, event: Submit, act: str, text: str, handbook: Handbook) -> dict[str, str]:
    words = handbook.words
    if (refused := _not_alone(concern, seat, act, handbook)) is not None:
        return {"act": refused}
    found = problems(handler_form.form(concern, seat, handbook), event.values, words)
    if not found and not text and act in _WANT_WORDS:
        found["text"] = words("do-text-needed")
    if not found and act == "refer" and event.values.get("to") not in handler_form.able(concern, handbook):
        found["to"] = words("refer-whom")
    return found


#: Acts that are nothing without words.
_WANT_WORDS = ("write", "dates", "note", "settled", "unsettled", "outcome", "outside", "hold")


def _not_alone(concern: Concern, seat: Seat, act: str, handbook: Handbook) -> str | None:
    """Why one alone, or too few, can't end a formal matter, with the clause."""
    words, clause = handbook.words, telling.labels(concern.way.not_alone, handbook)
    if concern.stage != "formal" or concern.state == "closed" or act not in ("outcome", "sign", "outside"):
        return None
    if act == "outside":
        return words("others-can", clause=clause) if handler_form.others_can(concern, handbook) else None
    if handler_form.short(concern, handbook):
        return words("too-few-field", clause=clause)
    return None if course.may_sign(concern, seat.id) else words("group-only", clause=clause)


def _acted(event: Submit, concern: Concern, seat: Seat, act: str, text: str, handbook: Handbook) -> Turn:
    """What comes of an act. Words that go with one that has no place for them are kept as a note."""
    if act == "outcome":
        return _signed(event, concern, seat, text, handbook)
    said = "" if act == "hold" else text
    worded = replace(concern, words=course.spoken(concern, _SAID.get(act, "note"), seat.id, event.at, said))
    if act == "sign":
        return _signed(event, worded, seat, "", handbook)
    if act == "recuse":
        return _stepped_out(worded, seat, telling.gone(concern, handbook), event, handbook)
    if act == "nothing" and not text:
        return Turn(answer=Whisper(posts.note(handbook.words, "nothing-done")))
    after, sentence = _next(event, worded, seat, act, text, handbook)
    return _kept(concern, after, seat, sentence, handbook)


def _next(event: Submit, concern: Concern, seat: Seat, act: str, text: str, handbook: Handbook) -> tuple[Concern, str]:
    """The next version, and what the person who raised it is told."""
    nation, at = handbook.nation, event.at
    match act:
        case "acknowledge":
            return course.moved(concern, "acknowledged", at, nation, state="taken"), "raiser-acknowledged"
        case "write":
            return course.moved(concern, "asked", at, nation, state="taken"), "raiser-news"
        case "dates":
            return course.moved(concern, "dates", at, nation, state="taken"), "raiser-news"
        case "settled":
            return course.closed(concern, "informal", at, nation), "raiser-closed"
        case "unsettled":
            return course.moved(concern, "unsettled", at, nation, state="speaking"), "raiser-unsettled"
        case "refer":
            return course.given(concern, (event.values["to"],), "referred", at, nation, signed=()), "raiser-referred"
        case "outside":
            return course.given(concern, (), "outside", at, nation), "raiser-outside"
        case "hold" | "let-go":
            return course.held(concern, seat.id, text if act == "hold" else "", at, nation), ""
        case _:
            return concern, ""


def _kept(before: Concern, after: Concern, seat: Seat, to_raiser: str, handbook: Handbook) -> Turn:
    """The next version, with everybody told whom it concerns: the person who raised it, and whoever is new to it."""
    new = [one for one in after.parties.handlers if one not in before.parties.handlers]
    left = [one for one in before.parties.handlers if one not in after.parties.handlers and one != seat.id]
    others = [one for one in before.parties.handlers if one in after.parties.handlers and one != seat.id]
    changed = after.state != before.state and after.state == "closed"
    notices: tuple[Send, ...] = (
        *(telling.to_raiser(after, to_raiser, handbook) if to_raiser else ()),
        *telling.to_handlers(after, new, "notice-new", handbook),
        *telling.done_with(after, left, "notice-not-yours", handbook),
        *(telling.done_with(after, others, "notice-ended", handbook) if changed else ()),
    )
    did = after.history[-1].did if len(after.history) > len(before.history) else "noted"
    said = Whisper(_receipt("handled", after, seat, handbook))
    traces = (Trace(after.matter, seat.id, did),)
    return Turn(answer=said, keep=(after,), notices=notices, traces=traces, settles=not _awaited(after, seat, did))


def _awaited(after: Concern, seat: Seat, did: str) -> bool:
    """Whether what was asked of them, an answer by a day or their name, is still wanted: a note is no answer."""
    if after.state == "closed" or seat.id not in after.parties.handlers:
        return False
    return did == "noted" or (bool(after.signed) and all(name.by != seat.id for name in after.signed))


def _receipt(sentence: str, concern: Concern, seat: Seat, handbook: Handbook) -> Post:
    """That it is done. It may stand in the place of the notice that asked, so it leads back in while it is theirs."""
    words, theirs = handbook.words, concern.state != "closed" and telling.handles(concern, seat, handbook)
    back = (telling.button(words, "open-it", "open", concern.id),) if theirs else ()
    return posts.note(words, sentence, *back, reference=concern.reference)


def _signed(event: Submit, before: Concern, seat: Seat, text: str, handbook: Handbook) -> Turn:
    """Closed, or waiting for another name of the group."""
    left, nation = telling.left(before, handbook), handbook.nation
    after = course.signed(before, seat.id, text, left, event.at, nation)
    if after.state == "closed":
        return _kept(before, after, seat, "raiser-closed", handbook)
    turn = _kept(before, after, seat, "", handbook)
    rest = [one for one in after.parties.handlers if all(one != name.by for name in after.signed)]
    said = Whisper(_receipt("signed-first", after, seat, handbook))
    return replace(turn, answer=said, notices=telling.to_handlers(after, rest, "notice-sign", handbook))


# ---------------------------------------------------------------- stepping out


async def recused(event: Press, id: str, handbook: Handbook, records: Records) -> Turn:
    """One tap: they take no part in it, and the next in line has it."""
    theirs = await opening.handled(event, id, handbook, records)
    if isinstance(theirs, Turn):
        return theirs
    concern, seat = theirs
    handbook = handbook.as_of(concern.edition)
    if concern.state == "closed":
        return Turn(answer=Whisper(posts.note(handbook.words, "nothing-done")))
    return _stepped_out(concern, seat, telling.gone(concern, handbook), event, handbook)


def _stepped_out(concern: Concern, seat: Seat, gone: frozenset[str], event: Said, handbook: Handbook) -> Turn:
    after = course.stepped_out(concern, seat.id, gone, event.at, handbook.nation)
    stay = set(after.parties.handlers) & set(concern.parties.handlers)
    sentence = "raiser-stepped" if stay else "raiser-rerouted" if after.parties.handlers else "raiser-outside"
    if concern.state == "speaking" and not after.parties.handlers:
        sentence = ""
    turn = _kept(concern, after, seat, sentence, handbook)
    return replace(turn, answer=Whisper(posts.note(handbook.words, "stepped-out", reference=concern.reference)))
