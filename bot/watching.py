"""Tells the administrators what keeps concerns from being taken, whether anybody has tried or not.

In: a `Due` from the clock, once a day for each council. Out: notices to the administrators, where something is wrong.
Never: depends on somebody's having tried to raise a concern: that would tell of it.
"""

from bot import routing
from bot.conversation import Due, Paragraph, Post, Send
from bot.desk import Desk
from bot.handbook import Handbook
from bot.ports import Records
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


async def _watch(_event: Due, _council: str, handbook: Handbook, records: Records) -> Turn:
    """One notice a day to each administrator, as long as it is so."""
    found = troubles(handbook, await records.unfit())
    if not found:
        return Turn()
    words, known = handbook.words, handbook.roster.seats
    post = Post((Paragraph(words("no-concerns-now")), *map(Paragraph, found)), title=words("notice-title"))
    able = (known[id] for id in handbook.settings.administrators if id in known and known[id].accounts)
    return Turn(notices=tuple(Send(to=seat.accounts[0], post=post) for seat in able))


DESK = Desk("watch", due={MATTER: _watch})
