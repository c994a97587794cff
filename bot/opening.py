"""One concern, opened by its button or its form: for whoever has a part in it.

In: who asks, an id that came from outside. Out: the concern, or why it is not shown.
Never: tells anybody whose it is not whether there is such a concern, nor whether it is damaged.
"""

from collections.abc import Callable
from contextlib import suppress

from bot import telling
from bot.concern import Concern, Part
from bot.conversation import Said
from bot.errors import UnusableStore
from bot.handbook import Handbook, Seat
from bot.ports import Records
from bot.records import Turn


async def raised(event: Said, id: str, handbook: Handbook, records: Records) -> tuple[Concern, Seat] | Turn:
    """The concern and who they are, if they raised it."""
    return await _theirs(event, id, "raiser", lambda one, seat: one.parties.raiser == seat.id, handbook, records)


async def handled(event: Said, id: str, handbook: Handbook, records: Records) -> tuple[Concern, Seat] | Turn:
    """The concern and who they are, if they deal with it."""
    return await _theirs(
        event, id, "handler", lambda one, seat: telling.handles(one, seat, handbook), handbook, records
    )


async def _theirs(
    event: Said,
    id: str,
    part: Part,
    is_theirs: Callable[[Concern, Seat], bool],
    handbook: Handbook,
    records: Records,
) -> tuple[Concern, Seat] | Turn:
    """The concern and who they are, if it is theirs; to everybody else it is not there, whether it exists or not.

    Who has a part in one that is damaged nobody can tell by itself. Whoever misses one of theirs is told so whatever
    they ask for: it may be that one, and the answer says nothing of any other.
    """
    if await records.unfit() is not None:
        return telling.refused(event, "cannot-keep", handbook)
    seat = handbook.roster.seat(event.who)
    with suppress(UnusableStore):  # the store writes down which does not open
        concern = await records.concern(handbook.council, id)
        if seat is not None and concern is not None and is_theirs(concern, seat):
            return concern, seat
    missing = seat is not None and (await records.concerns(handbook.council, seat.id, part)).shut
    return telling.refused(event, "concern-shut" if missing else "not-here", handbook)
