"""Notices on their way, in rows.

In: notices of a turn. Out: those that are due, in order for each recipient, each in one hand at a time.
Never: with keys, anything in the clear of whom a notice is for, what it says or what it is about, nor a row of one that
arrived; without keys, a notice about a matter; one that was refused for good and that nobody is told of.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Update,
    and_,
    bindparam,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Edit, Notice, Person, Place, Send
from bot.errors import Stale
from bot.records import Waiting
from storage import leases, promises
from storage.at_once import Ask, Rows
from storage.ring import Index, Ring, is_sealed, sealed_in
from storage.seal import Damaged
from storage.tables import fingerprint, outbox

_notice = msgspec.json.Decoder(Notice)

#: How long a sealed notice waits while there is no key to tell what it is about.
_NO_KEY: Final = timedelta(hours=1)
_SEALED: Final = sealed_in(outbox.c.notice)
#: What it takes to read a notice.
WHOLE: Final = outbox.c["order", "council", "notice", "name"]
_ADD: Final = insert(outbox).inline()
_TO: Final = and_(outbox.c.council == bindparam("council"), outbox.c.recipient == bindparam("recipient"))
#: Those that wait and those set aside have an index each; neither is of use for both at once.
_UNSEALED: Final = select(*WHOLE).where(
    or_(and_(_TO, outbox.c.due.is_not(None)), and_(_TO, outbox.c.due.is_(None))), ~_SEALED
)
_SEAL: Final = (
    update(outbox)
    .where(outbox.c.council == bindparam("its_council"), outbox.c.order == bindparam("its_order"))
    .values(recipient=bindparam("recipient"), notice=bindparam("notice"))
)
_CLAIMED: Final = outbox.c["recipient", "tries", "once", "sending", "lease", "due"]


# ---------------------------------------------------------------- in


def asked(council: str, notices: Sequence[Notice]) -> list[Ask]:
    """What is to be known before notices are put in the queue: those for the same places that stand there unsealed."""
    places = sorted({_plain_recipient(notice) for notice in notices})
    return [Ask(_UNSEALED, {"council": council, "recipient": place}) for place in places]


def is_private(notices: Iterable[Notice]) -> bool:
    """Whether one is about a matter: without keys it can't be kept."""
    return any(isinstance(notice, Send) and notice.matter for notice in notices)


def added(
    index: Index | None, council: str, at: datetime, notices: Sequence[Notice], earlier: Iterable[Rows]
) -> Iterator[Ask]:
    """Put notices in the queue, sealed where there is an index, all of them alike.

    `earlier` were kept before there were keys: sealed as well, so that whatever is for one place stays in order.
    """
    if index is not None:
        yield Ask(_SEAL, [one for rows in earlier for row in rows for one in _sealed_now(_Whole(*row), index)])
    rows = [_added(notice, council, at, index) for notice in notices]
    yield Ask(_ADD, rows)


def _added(notice: Notice, council: str, at: datetime, index: Index | None) -> dict[str, Any]:
    name = secrets.token_hex(12)
    once = isinstance(notice, Send) and notice.once
    begins = {"due": at, "at": at, "once": once, "tries": 0, "why": "", "sending": False}
    return {"council": council, "name": name} | _row(notice, council, name, index) | begins


def _sealed_now(row: "_Whole", index: Index) -> Iterator[dict[str, Any]]:
    if (notice := read(row, index)) is not None:
        anew = _row(notice, row.council, row.name, index)
        yield {"its_order": row.order, "its_council": row.council} | anew


class _Whole(NamedTuple):
    """A row of `WHOLE`."""

    order: int
    council: str
    notice: bytes
    name: str


def _row(notice: Notice, council: str, name: str, index: Index | None) -> dict[str, Any]:
    """What tells whom it is for and what it says."""
    to, body = _to(notice), msgspec.json.encode(notice)
    if index is None:
        return {"recipient": _plain_recipient(notice), "notice": body}
    return {
        "recipient": index.recipient(to.platform, to.tenant, to.id),
        "notice": index.sealed(body, *_bound(council, name)),
    }


def _plain_recipient(notice: Notice) -> str:
    to = _to(notice)
    return fingerprint(to.platform, to.tenant, to.id)


def _to(notice: Notice) -> Person | Place:
    return notice.of.place if isinstance(notice, Edit) else notice.to


def _bound(council: str, name: str) -> tuple[str, ...]:
    return ("notice", council, name)


# ---------------------------------------------------------------- out


async def take(
    transaction: AsyncConnection, ring: Ring, now: datetime, at_most: int, lease: timedelta
) -> Sequence[Waiting]:
    """Take in hand notices due by `now`: of each recipient's, only the first that waits.

    Those that are sealed wait for the keys where there are none.
    """
    index = await ring.fit(transaction)
    rows = (await transaction.execute(taking(transaction, now, at_most, lease, sealed=index is not None))).all()
    return [_waiting(row, index) for row in sorted(rows, key=lambda row: (row.due, row.order))]


def taking(
    connection: AsyncConnection, now: datetime, at_most: int, lease: timedelta, *, sealed: bool = True
) -> Update:
    """The statement for it: its cost grows with what is due, not with what is kept.

    The first of a recipient's is asked for one by one, because a join might read the whole table for it.
    """
    queue = outbox.alias("one")
    one = queue.c
    ready = one.due <= now, leases.free(connection, one.lease, lease), is_first(queue, now)
    readable: ColumnElement[bool] = true() if sealed else ~sealed_in(one.notice)
    some = select(one.order).where(*ready, readable).order_by(one.due, one.order).limit(at_most)
    chosen = some.with_for_update(skip_locked=True, of=one.order).cte("chosen")
    taken = update(outbox).where(outbox.c.order.in_(select(chosen.c.order)))
    return taken.values(lease=leases.until(connection, lease)).returning(*WHOLE, *_CLAIMED)


def is_first(queue: FromClause, now: datetime) -> ColumnElement[bool]:
    """Whether a row of the queue is its recipient's first that waits. What waits for the day holds up nothing."""
    one, other = queue.c, outbox.alias("other").c
    same = other.council == one.council, other.recipient == one.recipient, other.due.is_not(None)
    sleeps = and_(other.once, other.tries == 0, other.due > now)
    return one.order == select(func.min(other.order)).where(*same, not_(sleeps)).scalar_subquery()


def _waiting(row: Any, index: Index | None) -> Waiting:
    return Waiting(
        order=row.order,
        council=row.council,
        recipient=row.recipient,
        notice=read(row, index),
        tries=row.tries,
        name=row.name or str(row.order),
        once=row.once,
        begun=row.sending,
        lease=row.lease,
    )


async def sending(transaction: AsyncConnection, waiting: Waiting) -> bool:
    """The platform is asked now. False where it is in another's hand, or gone. The same hand may say so twice."""
    mine = update(outbox).where(*_in_hand(waiting)).values(sending=True)
    return (await transaction.execute(mine)).rowcount == 1


async def delivered(transaction: AsyncConnection, waiting: Waiting) -> None:
    """This notice arrived, whoever has it in hand now: nothing of it stays. Its number is never given to another."""
    here = outbox.c.council == waiting.council, outbox.c.order == waiting.order
    await transaction.execute(delete(outbox).where(*here))


async def put_off(
    transaction: AsyncConnection, ring: Ring, waiting: Waiting, until: datetime | None, why: str, *, asked: bool
) -> None:
    """Try again at `until`, or, with None, set it aside with its body and promise that somebody else is told.

    Raises `Stale` where another has it in hand, and where it was erased while the platform was asked.
    """
    row = (await transaction.execute(select(*WHOLE, outbox.c.at).where(*_in_hand(waiting)))).first()
    if row is not None and until is None:
        until = await _told_of(transaction, ring, row)
    told = {"due": until, "why": why, "tries": outbox.c.tries + int(asked), "lease": None, "sending": False}
    changed = await transaction.execute(update(outbox).where(*_in_hand(waiting)).values(told))
    if changed.rowcount != 1:
        raise Stale("another has this notice in hand")


def _in_hand(waiting: Waiting) -> tuple[ColumnElement[bool], ...]:
    """Nobody else was given it since: every lease ends at a moment of its own."""
    column = outbox.c
    return column.council == waiting.council, column.order == waiting.order, column.lease == waiting.lease


async def _told_of(transaction: AsyncConnection, ring: Ring, row: Any) -> datetime | None:
    """Promise it at once. Without a key the notice waits for one: set aside, its matter would be forgotten."""
    due: datetime = row.at  # who had it in hand then is who should have been told
    index = await ring.fit(transaction)
    if index is None and is_sealed(row.notice):
        return max(due, datetime.now(UTC)) + _NO_KEY
    notice = read(row, index)
    if isinstance(notice, Send) and notice.matter:
        await promises.undelivered(transaction, row.council, notice.matter, due)
    return None


# ---------------------------------------------------------------- erasing


async def about(transaction: AsyncConnection, ring: Ring, council: str, matter: str, reference: str) -> None:
    """Remove every sealed notice about a matter or with its reference in it, set aside or not."""
    index = await ring.fit(transaction)
    if index is None:
        return
    rows = (await transaction.execute(select(*WHOLE).where(outbox.c.council == council, _SEALED))).all()
    for row in rows:
        notice = read(row, index)
        named = bool(reference) and reference.casefold() in msgspec.json.encode(notice).decode().casefold()
        if named or (isinstance(notice, Send) and notice.matter == matter):
            await transaction.execute(delete(outbox).where(outbox.c.order == row.order))


# ---------------------------------------------------------------- rows


def read(row: Any, index: Index | None) -> Notice | None:
    """The notice of a row that has all of `WHOLE`. None for what can't be read, now or ever."""
    body: bytes = row.notice or b""
    try:
        if index is not None and is_sealed(body):
            body = index.opened(body, *_bound(row.council, row.name))
        notice: Notice = _notice.decode(body)
    except (Damaged, msgspec.DecodeError):
        return None
    return notice
