"""Who can't be told anything, as the bot's own daily look found.

In: what is kept of that. Out: findings. Never: a name or an account: offices alone; what was refused since the last
look, for that would tell that something was sent.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot import workdays
from bot.handbook import Handbook, Reached
from bot.reach import CutOff, cut_off
from deploy.doctor.findings import REACH as AREA
from deploy.doctor.findings import Finding
from deploy.doctor.ground import NEEDED, Ground, office_of, why_unreached
from storage.store import SqlStore

#: The look is made every day.
_OLD: Final = timedelta(days=2)
_MEND: Final = (
    "Ask them to let the bot in again, or correct their accounts in the settings; a second account is used when the "
    "first does not work: deploy/guide/delivery.md."
)


async def findings(ground: Ground) -> AsyncIterator[Finding]:
    """All of them."""
    for own in ground.councils:
        book = ground.books[own.council]
        for seat in book.roster.seats.values():
            if seat.offices and "guest" not in seat.offices and not seat.accounts:
                told = f"{_begins(office_of(seat))} has no account at which they could be told anything."
                yield AREA.look("accounts", told, "Give them one, under `people` in the settings.", own.council)
        if ground.memory is None:
            yield AREA.untried("told", "Who can be told is not known without the database.", council=own.council)
            continue
        for one in _told(book, await SqlStore(ground.memory).reach(own.council), ground):
            yield one


def _told(book: Handbook, known: Sequence[Reached], ground: Ground) -> list[Finding]:
    if not known:
        why = "The bot has not looked yet who can be told: it does so within an hour after it starts."
        return [AREA.untried("told", why, council=book.council)]
    looked = max(one.checked for one in known)
    found = list(_cut_off(cut_off(book, known), book.council))
    if ground.now - looked > _OLD:
        told = f"The bot last looked who can be told on {_day(looked)}."
        found.append(AREA.look("told", told, "Start the bot; if it runs, look at its log.", book.council))
    elif not found:
        found.append(AREA.fine("told", "Everybody on the council's list can be told something.", book.council))
    return found


def _cut_off(these: Iterable[CutOff], council: str) -> Iterator[Finding]:
    """Those of one office of whom the same is to be said are one line."""
    alike = Counter((office_of(one.seat), _day(one.since), one.why, _is_needed(one)) for one in these)
    for (office, since, why, needed), many in alike.items():
        who = _begins(office) if many == 1 else f"{_begins(office)} ({many} people)"
        told = f"{who} can't be told anything since {since}: {why_unreached(why)}."
        yield (AREA.wrong if needed else AREA.look)("told", told, _MEND, council)


def _is_needed(one: CutOff) -> bool:
    return not one.seat.offices.isdisjoint(NEEDED)


def _day(moment: datetime) -> str:
    return workdays.said(workdays.today(moment))


def _begins(office: str) -> str:
    return f"{office[:1].upper()}{office[1:]}"
