"""Who can be told anything, by account; and what is in hand, for those who look whether somebody still has it.

In: what the daily look found, or a refused delivery. Out: what is known of each account; the names of matters.
Never: what was sent to somebody, or about what; an account that nobody has any more.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Person
from bot.handbook import Reached
from storage.at_once import Ask, Rows, at_once
from storage.database import add_unless_there
from storage.tables import promises, reach

log = logging.getLogger(__name__)

#: What is promised of a matter only while somebody here deals with it.
_IN_HAND: Final = ("acknowledge", "answer", "remind")
_MOMENT: Final = timedelta(microseconds=1)
_KNOWN: Final = select(reach.c.account, reach.c.why, reach.c.since, reach.c.checked).where(
    reach.c.council == bindparam("council")
)


async def of(connection: AsyncConnection, council: str) -> Sequence[Reached]:
    """What is known of a council's accounts."""
    return known(*await at_once(connection, [asked(council)]))


def asked(council: str) -> Ask:
    """The same, to be asked with something else; `known` makes it of the answer."""
    return Ask(_KNOWN, {"council": council})


def known(rows: Rows) -> Sequence[Reached]:
    """What is known of each account."""
    return list(_known(rows))


def _known(rows: Rows) -> Iterator[Reached]:
    """SQLite keeps anything anywhere. What is nobody's account is left out: the next look finds out all of it again."""
    for account, why, since, checked in rows:
        who = Person.of(account) if isinstance(account, str) else None
        if who is None:
            log.error("a row of the database holds an account that is none")
            continue
        yield Reached(who=who, why=why, since=since, checked=checked)


async def keep(
    transaction: AsyncConnection, council: str, found: Sequence[Reached], forget: Sequence[Person] = ()
) -> None:
    """What was found out now, instead of what was known; nothing stays of accounts that nobody has any more."""
    accounts = [who.account for who in (*forget, *(one.who for one in found))]
    await transaction.execute(delete(reach).where(reach.c.council == council, reach.c.account.in_(accounts)))
    rows = [
        {
            "council": council,
            "account": one.who.account,
            "why": one.why,
            "since": one.since,
            "checked": one.checked,
        }
        for one in found
    ]
    await add_unless_there(transaction, reach, rows)


async def out(transaction: AsyncConnection, council: str, who: Person, why: str, at: datetime) -> None:
    """A delivery was refused, because this person can't be told anything there: the next look finds out more.

    What is known already stands. `checked` stays before `since`, so that it can be told from what a look found. When it
    was is not written down: it would tell when something was said to them.
    """
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = {"council": council, "account": who.account, "why": why, "since": day, "checked": day - _MOMENT}
    await add_unless_there(transaction, reach, [first])
    here = reach.c.council == council, reach.c.account == who.account, reach.c.why == ""
    checked = (await transaction.execute(select(reach.c.checked).where(*here))).scalar()
    if checked is not None:
        await transaction.execute(update(reach).where(*here).values(why=why, since=checked + _MOMENT))


async def dealt_with(connection: AsyncConnection, council: str) -> Sequence[str]:
    """The matters of a council's that somebody here deals with, by what is promised of them."""
    mine = promises.c.council == council, promises.c.rung.in_(_IN_HAND)
    return (await connection.execute(select(promises.c.matter).where(*mine).distinct())).scalars().all()
