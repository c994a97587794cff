"""Who looks after personal data: who may deal with a request about it, and what is promised of one.

In: a request, the settings, the concerns of whoever asks. Out: its next version, a notice without content.
Never: gives a request to a party to a matter that it may show; says in a notice who asks, or what.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from bot import workdays
from bot.concern import Part, Promise, Request
from bot.conversation import Button, Send
from bot.handbook import Handbook, Seat
from bot.ports import Records
from bot.posts import note
from bot.settings import GROUP
from bot.stems import has_name
from bot.tokens import Token

OPEN: Final = "open"
REMIND: Final = "remind"
_PARTS: tuple[Part, ...] = ("raiser", "subject", "handler")
_RESERVES = ("clerk", "chair", "vice-chair", GROUP, "councillor")
_WEEK = timedelta(days=7)
#: Days within which a complaint must be acknowledged. Source: Data Protection Act 2018 s. 164A, in force 19 June 2026.
_COMPLAINT_DAYS = timedelta(days=30)


# ---------------------------------------------------------------- who


def candidates(handbook: Handbook) -> list[Seat]:
    """Whoever looks after personal data, then the administrators, as the settings have it."""
    settings, seats = handbook.settings, handbook.roster.seats
    found = [seat for name in settings.data_lead for seat in handbook.standing_for(name)]
    found += [seats[id] for id in settings.administrators if id in seats]
    return _able_to_act(found)


def everyone(handbook: Handbook) -> list[Seat]:
    """The candidates, and after them those who get one that would otherwise reach nobody: they hold an office."""
    reserves = [seat for name in _RESERVES for seat in handbook.standing_for(name)]
    return _able_to_act([*candidates(handbook), *reserves])


def _able_to_act(found: Iterable[Seat]) -> list[Seat]:
    return list({seat.id: seat for seat in found if seat.accounts and "guest" not in seat.offices}.values())


def looks_after(handbook: Handbook) -> str:
    """Who looks after personal data here, as the settings have it, in brackets; nothing where nobody is set."""
    words = handbook.words
    names = [seat.name for name in handbook.settings.data_lead for seat in handbook.standing_for(name)]
    return words("data-lead-named", names=", ".join(dict.fromkeys(names))) if names else ""


# ---------------------------------------------------------------- given to somebody


async def given(
    request: Request, now: datetime, handbook: Handbook, records: Records
) -> tuple[Request, tuple[Send, ...]]:
    """In the hands of the first who may have it, or of the one after who has it now; with what is promised next.

    Nothing is logged where it reaches nobody: whoever asks may be who reads the log, and it would tell of a concern.
    """
    able = await _able(request, handbook, records)
    ids = [seat.id for seat in able]
    after = able[ids.index(request.lead) + 1 :] if request.lead in ids else able
    if not after:
        lead = request.lead if request.lead in ids else ""
        return promising(replace(request, lead=lead), now, handbook), ()
    handed = promising(replace(request, lead=after[0].id), now, handbook)
    return handed, (notice(handed, after[0], now, handbook),)


async def _able(request: Request, handbook: Handbook, records: Records) -> list[Seat]:
    """Who may deal with it and can be told, in order.

    Nobody who asked, is named in it, or is kept out of a matter that it may show.
    """
    out = await _kept_out(request.asker, handbook, records)
    able = [seat for seat in everyone(handbook) if seat.told]
    return [seat for seat in able if seat.id not in out and not _is_named(seat, request)]


async def shown(requests: Iterable[Request], lead: str, handbook: Handbook, records: Records) -> list[Request]:
    """Those that whoever looks after personal data may see: theirs, and those that could be given to them.

    One that was given to somebody else, because it tells of them, is not among them: that there is one would tell.
    """
    seat, seen = handbook.roster.seats.get(lead), []
    for request in requests:
        out = await _kept_out(request.asker, handbook, records)
        if request.lead == lead or (lead not in out and seat is not None and not _is_named(seat, request)):
            seen.append(request)
    return seen


async def _kept_out(asker: str, handbook: Handbook, records: Records) -> set[str]:
    """Whoever asked, and everybody kept out of a matter that a request of theirs may show."""
    out = {asker}
    for part in _PARTS:
        concerns = await records.concerns(handbook.council, asker, part)
        out |= {seat for concern in concerns for seat in concern.parties.barred}
        if concerns.shut:  # nobody can tell whom it is about: it waits until that opens again
            out |= set(handbook.roster.seats)
    return out


def _is_named(seat: Seat, request: Request) -> bool:
    return has_name(request.words, seat.name)


def notice(request: Request, seat: Seat, now: datetime, handbook: Handbook) -> Send:
    """A reference, what to do, by when; nothing else."""
    by = due_by(request.kind, request.at, handbook)
    facts = {"reference": request.reference, "by": handbook.words.day(by)}
    words, open_it = handbook.words, open_button(request, handbook)
    title = words("request-notice-title")
    if workdays.today(now) > by:
        post = note(words, "request-late", open_it, title=title, **facts)
    else:
        post = note(words, "request-waits", open_it, title=title, **facts)
    return Send(to=seat.told[0], post=post, matter=request.matter, hushed=True)


def open_button(request: Request, handbook: Handbook) -> Button:
    """Opens it in a form view, for whoever deals with it."""
    label = handbook.words("request-open", reference=request.reference)
    return Button(label, str(Token("requests", OPEN, request.id)), primary=True)


# ---------------------------------------------------------------- promised


def due_by(kind: str, at: datetime, handbook: Handbook) -> date:
    """By when somebody has to hear. UK GDPR article 12(3) gives one month."""
    day, nation = workdays.today(at), handbook.nation
    if kind == "held":
        return workdays.a_month_after(day, nation)
    return workdays.working(day + _COMPLAINT_DAYS, nation)


def promising(request: Request, now: datetime, handbook: Handbook) -> Request:
    """The next reminder: a week before the day, on the day, then every week; soon, where nobody has it."""
    nation = handbook.nation
    quiet = handbook.settings.quiet.hours
    if not request.lead:
        return replace(request, promised=(Promise(REMIND, workdays.after(now, 1, nation, quiet)),))
    step, day = 0, due_by(request.kind, request.at, handbook) - _WEEK
    while (due := workdays.opening(day, nation, quiet)) <= now:
        step, day = step + 1, day + _WEEK
    return replace(request, promised=(Promise(REMIND, due, step),))
