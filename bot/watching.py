"""Tells the administrators what keeps concerns from being taken, and who can't be told anything.

In: `Due` events from the clock, for each council. Out: notices to the administrators, where something is wrong.
Never: depends on somebody's having tried to raise a concern: that would tell of it.
"""

from collections.abc import Iterable
from datetime import datetime

from bot import reach, routing, telling, workdays
from bot.conversation import Due, Paragraph, Post, Send
from bot.desk import Desk
from bot.handbook import Handbook, Seat
from bot.ports import Records
from bot.proposals import office_holders
from bot.reach import CutOff
from bot.records import Turn

MATTER = "watch"


def troubles(handbook: Handbook, unfit: str | None) -> list[str]:
    """Why no concern can be taken now, each as a sentence with its mend; empty where all is well."""
    found = [unfit] if unfit else []
    if not handbook.roster.seats:
        return [*found, handbook.words("gap-roster")]
    if not routing.has_chair(handbook):
        found.append(handbook.words("gap-vacant", office=handbook.words("office-chair")))
    return found


async def _watch(event: Due, _council: str, handbook: Handbook, records: Records) -> Turn:
    """One notice a day to each administrator, as long as it is so; what can wait is told by day."""
    words = handbook.words
    found = troubles(handbook, await records.unfit())
    said = [words("no-concerns-now"), *found] if found else []
    aside = await records.set_aside(handbook.council)
    if aside and (found or _by_day(event.at, handbook)):
        said.append(words("set-aside", messages=aside))
    return _told(said, handbook) if said else Turn()


def _by_day(now: datetime, handbook: Handbook) -> bool:
    return workdays.next_open(now, handbook.nation, handbook.settings.quiet.hours) == now


async def _unreached(_event: Due, _council: str, handbook: Handbook, records: Records) -> Turn:
    """Who holds an office and can't be told anything, since when, and the mend."""
    out, words = reach.cut_off(handbook, await records.reach(handbook.council)), handbook.words
    if not out:
        return Turn()
    return _told([words("unreached"), *(row(one, handbook) for one in out), words("unreached-mend")], handbook)


def row(one: CutOff, handbook: Handbook) -> str:
    """One person who can't be told anything, in a sentence."""
    words = handbook.words
    facts = {"name": telling.seat_named(one.seat, handbook), "since": words.day_of(one.since)}
    return words("unreached-row", why=words(f"unreached-{one.why}"), **facts)


def _told(said: Iterable[str], handbook: Handbook) -> Turn:
    post = Post(tuple(map(Paragraph, said)), title=handbook.words("notice-title"))
    return Turn(notices=tuple(Send(to=seat.told[0], post=post) for seat in _administrators(handbook)))


def _administrators(handbook: Handbook) -> list[Seat]:
    """Those who can be told; where none can, the office-holders who can."""
    known = handbook.roster.seats
    able = reach.able([known[id] for id in handbook.settings.administrators if id in known])
    return able or reach.able(office_holders(handbook))


DESK = Desk("watch", due={MATTER: _watch, reach.MATTER: _unreached})
