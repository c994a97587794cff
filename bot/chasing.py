"""When something promised of a concern falls due: reminders, climbing to the next in line, warnings, erasing.

In: `Due` events from the clock. Out: notices without content, and the concern with its next promise.
Never: reminds of what somebody has done meanwhile; lets an open concern have nothing promised; erases what is held.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from bot import course, telling, workdays
from bot.concern import Concern, Done, Promise
from bot.conversation import Due, Send
from bot.handbook import Handbook
from bot.leads import candidates
from bot.naming import CLOCK
from bot.ports import Records
from bot.reach import LOST
from bot.records import Trace, Turn


async def due(event: Due, id: str, handbook: Handbook, records: Records) -> Turn:
    """What comes of a promise."""
    concern = await records.concern(handbook.council, id)
    if concern is None:
        return Turn(erase=(event.matter,))
    handbook = handbook.as_of(concern.edition)
    if event.rung == "undelivered":
        return _undelivered(event, concern, handbook)
    if event.rung == LOST:
        return _lost(event, concern, handbook)
    promise = next((one for one in concern.promised if one.rung == event.rung and one.due <= event.at), None)
    if promise is None:
        return Turn(keep=(concern,))  # kept as it is, so that a promise nobody made goes
    early = workdays.next_open(event.at, handbook.nation, concern.pace.quiet)
    if early > event.at and promise.rung != "erase":  # it ended at night, or nobody was here to bring it up by day
        return Turn(keep=(_put_off(concern, promise.rung, early),))
    match promise.rung:
        case "speak" | "outside":
            sentence = "raiser-speak" if promise.rung == "speak" else "raiser-outside-again"
            said = telling.to_raiser(concern, sentence, handbook)
            return _turn(concern, course.again(concern, promise, event.at, handbook.nation), said, "reminded")
        case "warn":
            return _warned(event, concern, promise, handbook)
        case "erase":
            return _erased(event, concern)
        case _:
            return _chased(event, concern, promise, handbook)


def _erased(event: Due, concern: Concern) -> Turn:
    """Erased, once the warning was given and has had its time. Kept with it: a hold that came meanwhile is not lost."""
    if any(one.rung == "warn" for one in concern.promised):
        return Turn(keep=(_put_off(concern, "erase", event.at + timedelta(days=concern.warn)),))
    return Turn(keep=(concern,), erase=(concern.matter,), traces=(Trace(concern.matter, CLOCK, "erased"),))


def _put_off(concern: Concern, rung: str, due: datetime) -> Concern:
    promised = tuple(replace(one, due=due) if one.rung == rung else one for one in concern.promised)
    return replace(concern, promised=promised)


def _chased(event: Due, concern: Concern, promise: Promise, handbook: Handbook) -> Turn:
    """First those who deal with it are reminded; then the next in line deals with it too.

    Where nobody is left, the person who raised it is told; where nobody here deals with it any more, it goes outside.
    """
    after = course.again(concern, promise, event.at, handbook.nation)
    if promise.step == 0 and any(_able(concern, handbook)):
        told = telling.to_handlers(after, concern.parties.handlers, f"notice-{promise.rung}", handbook)
        return _turn(concern, after, told, "reminded")
    return _climbed(event, concern, after, "raiser-climbed", handbook)


def _able(concern: Concern, handbook: Handbook) -> list[str]:
    gone = telling.gone(concern, handbook)
    return [seat for seat in concern.parties.handlers if seat not in gone]


def _higher(concern: Concern, handbook: Handbook) -> Concern | None:
    return course.climbed(concern, telling.gone(concern, handbook), telling.left(concern, handbook))


def _climbed(event: Due, before: Concern, after: Concern, to_raiser: str, handbook: Handbook) -> Turn:
    higher = _higher(after, handbook)
    if higher is None:
        return _nobody_left(event, before, after, handbook)
    new = [seat for seat in higher.parties.handlers if seat not in before.parties.handlers]
    known = replace(higher, history=(*higher.history, Done("lost" if event.rung == LOST else "climbed", event.at)))
    theirs = "notice-new" if known.state == "sent" else "notice-joined"
    told = (
        *telling.to_handlers(known, new, theirs, handbook),
        *telling.to_raiser(known, to_raiser, handbook),
    )
    return _turn(before, known, told, "climbed")


def _nobody_left(event: Due, before: Concern, after: Concern, handbook: Handbook) -> Turn:
    """The person who raised it is told once; those who have it are reminded, now and then.

    After an election perhaps none of them holds an office any more: then it is for a body outside.
    """
    able = _able(before, handbook)
    if not set(before.parties.handlers) - telling.left(before, handbook):
        outside = course.given(after, (), "outside", event.at, handbook.nation)
        return _turn(before, outside, telling.to_raiser(outside, "raiser-outside", handbook), "outside")
    told_before = any(done.did == "nobody-left" for done in before.history)
    known = after if told_before else replace(after, history=(*after.history, Done("nobody-left", event.at)))
    slow = course.slower(known, event.rung, event.at, handbook.nation)
    told = (
        *telling.to_handlers(slow, able, "notice-again", handbook),
        *(() if told_before else telling.to_raiser(slow, "raiser-nobody", handbook)),
    )
    return _turn(before, slow, told, "reminded")


#: Since one of these, somebody else deals with it: a notice of before that does not arrive matters no more.
_HANDED_OVER = ("stepped-out", "referred", "outside", "to-formal", "not-settled", "other-handler", "lost")


def _undelivered(event: Due, concern: Concern, handbook: Handbook) -> Turn:
    """A notice could not be delivered: the next in line is told at once, also at night.

    Where there is none, only the person who raised it is told, once: the same notice again would not arrive either.
    """
    late = any(done.at > event.due and done.did in _HANDED_OVER for done in concern.history)
    if concern.state not in ("sent", "taken") or late:
        return Turn(keep=(concern,))
    if _higher(concern, handbook) is not None:
        return _climbed(event, concern, concern, "raiser-unreached", handbook)
    return _unreached(event, concern, handbook)


def _unreached(event: Due, concern: Concern, handbook: Handbook) -> Turn:
    if any(done.did == "nobody-left" for done in concern.history):
        return Turn(keep=(concern,))
    known = replace(concern, history=(*concern.history, Done("nobody-left", event.at)))
    return _turn(concern, known, telling.to_raiser(known, "raiser-none-reached", handbook), "unreached")


def _lost(event: Due, concern: Concern, handbook: Handbook) -> Turn:
    """The daily look: where all who deal with it have lost their office, or can't be told, the next in line has it.

    A turn that changes nothing where one of them is left, or where nobody comes after them and that was said before.
    """
    if concern.state not in ("sent", "taken") or _able(concern, handbook):
        return Turn()
    if _higher(concern, handbook) is not None:
        return _climbed(event, concern, concern, "raiser-lost", handbook)
    if any(done.did == "nobody-left" for done in concern.history):
        return Turn()
    return _unreached(event, concern, handbook)


def _warned(event: Due, concern: Concern, promise: Promise, handbook: Handbook) -> Turn:
    """It will be erased soon; whoever dealt with it can still say that it must be kept.

    A warning that comes late leaves as much time as one that comes when it should.
    """
    late = event.at - promise.due
    rest = tuple(replace(one, due=one.due + late) for one in concern.promised if one.rung != "warn")
    after = replace(concern, promised=rest)
    able = [seat for seat in concern.parties.handlers if seat in _able(concern, handbook)]
    leads = [seat.id for seat in candidates(handbook) if seat.told and seat.id not in concern.parties.barred][:1]
    told = (
        *telling.to_handlers(after, able, "notice-warn", handbook),
        *(() if able else telling.done_with(after, leads, "lead-warn", handbook)),
        *telling.to_raiser(after, "raiser-warn", handbook),
    )
    return _turn(concern, after, told, "warned")


def _turn(before: Concern, after: Concern, notices: tuple[Send, ...], did: str) -> Turn:
    return Turn(keep=(after,), notices=notices, traces=(Trace(before.matter, CLOCK, did),))
