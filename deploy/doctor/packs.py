"""The wording in force at each council: which it is, whether its rules were confirmed, when it is reviewed.

In: handbooks as things stand today, the reviews that are kept. Out: findings. Never: a wording passed off as the one in
force where the database could not be asked.
"""

from collections.abc import AsyncIterator, Iterator

from bot import cycle, workdays
from bot.handbook import Handbook
from bot.review import PROTOCOL
from deploy.doctor.findings import PACKS as AREA
from deploy.doctor.findings import Finding
from deploy.doctor.ground import Ground
from storage.store import SqlStore


async def findings(ground: Ground) -> AsyncIterator[Finding]:
    """All of them."""
    for own in ground.councils:
        book = ground.books[own.council]
        yield _wording(book, ground)
        for one in _proposed(book):
            yield one
        yield await _review(book, ground)


def _wording(book: Handbook, ground: Ground) -> Finding:
    contents = book.contents
    if contents.since is not None:
        told = f"The wording in force since {workdays.said(contents.since)} ({contents.minute})."
        return AREA.fine("wording", told, book.council)
    if ground.memory is None and ground.unopened:
        told = "Whether a wording was adopted here is not known, because the database can't be read."
        return AREA.untried("wording", told, council=book.council)
    if not contents.stands:
        told = "There is no wording: the bot can look nothing up."
        mend = "Bring the council's own: `/protocol setup` in the chat, or protocol-bot import and protocol-bot adopt."
        return AREA.look("wording", told, mend, book.council)
    whose = "from the council's own file" if book.settings.pack else "as it comes with the bot"
    told = f"The wording {whose}; none was adopted here."
    if book.settings.pack:
        return AREA.fine("wording", told, book.council)
    mend = "It is told in other words than the adopted ones. To answer in those: deploy/guide/import.md."
    return AREA.look("wording", told, mend, book.council)


def _proposed(book: Handbook) -> Iterator[Finding]:
    count = len(book.contents.pack.proposed)
    if count:
        told = f"{count} {'rule is' if count == 1 else 'rules are'} only proposed, and not in force."
        mend = "Go through them: `/protocol setup` in the chat, or protocol-bot confirm."
        yield AREA.look("proposed", told, mend, book.council)


async def _review(book: Handbook, ground: Ground) -> Finding:
    kept = await SqlStore(ground.memory).review(book.council, PROTOCOL) if ground.memory is not None else None
    review, terms = kept or cycle.fresh(book, PROTOCOL, ground.now), cycle.terms(book, PROTOCOL)
    standing = cycle.state(review, terms, workdays.today(ground.now)) if review and terms else None
    if standing is None or standing.due is None:
        told = "No date is set for the review of the protocol."
        return AREA.look("review", told, "Set one: `/protocol review` in the chat.", book.council)
    day = workdays.said(standing.due)
    if standing.state == "overdue":
        told = f"The review of the protocol is overdue since {day}."
        return AREA.look("review", told, "Record it, or put it off: `/protocol review` in the chat.", book.council)
    return AREA.fine("review", f"The protocol is reviewed next by {day}.", book.council)
