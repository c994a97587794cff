"""Deliveries that were heard, in rows.

In: an event and the answer to it. Out: the same answer when the same delivery comes again.
Never: a form, or what was wrong with one; with keys, an answer in the clear.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Answer, Event, Whisper
from storage.at_once import Ask, at_once
from storage.ring import Index, Ring, is_sealed, sealed_in
from storage.seal import Damaged
from storage.tables import fingerprint, heard

_answer = msgspec.json.Decoder(Answer | None)
#: What stands where no answer is kept.
NOTHING = msgspec.json.encode(None)
_ADD: Final = insert(heard)
_TOLD: Final = select(heard.c.delivery, heard.c.answer).where(
    heard.c.council == bindparam("council"),
    or_(heard.c.delivery == bindparam("delivery"), heard.c.delivery == bindparam("before")),
)


def kept(index: Index | None, council: str, event: Event, answer: Answer | None) -> Ask:
    """That it was heard, and what was answered: sealed where there is an index."""
    told = answer if isinstance(answer, Whisper) else None  # a form may hold private words
    delivery = _delivery(event)
    body = _kept(msgspec.json.encode(told), council, delivery, index)
    return Ask(_ADD, {"council": council, "delivery": delivery, "answer": body, "at": event.at})


async def answers(
    connection: AsyncConnection, ring: Ring, council: str, event: Event, first: Sequence[Ask] = ()
) -> Sequence[Answer | None]:
    """The answer to this very delivery, as a sequence of one. None stands for what can't be read now.

    `first` is asked before all else, in the same go.
    """
    here = {"council": council, "delivery": _delivery(event), "before": _delivery_before(event)}
    *_, rows = await at_once(connection, [*first, Ask(_TOLD, here)])
    index = await ring.fit(connection) if rows else None
    return [_answer.decode(_read(answer, council, delivery, index)) for delivery, answer in rows[:1]]


async def old(connection: AsyncConnection, before: datetime) -> int:
    """How many were heard before then."""
    return (await connection.execute(select(func.count()).where(heard.c.at < before))).scalar_one()


async def drop_old(transaction: AsyncConnection, before: datetime) -> None:
    """Know what was heard before then no more."""
    await transaction.execute(delete(heard).where(heard.c.at < before))


async def forget(transaction: AsyncConnection, ring: Ring, council: str, reference: str) -> None:
    """Every sealed answer with this reference in it. Its row stays: the same delivery must still change nothing."""
    index = await ring.fit(transaction)
    if index is None:
        return
    column = heard.c
    those = select(column.delivery, column.answer).where(column.council == council, sealed_in(column.answer))
    for delivery, answer in (await transaction.execute(those)).all():
        if reference.casefold() in _read(answer, council, delivery, index).decode().casefold():
            here = column.council == council, column.delivery == delivery
            nothing = _kept(NOTHING, council, delivery, index)
            await transaction.execute(update(heard).where(*here).values(answer=nothing))


def _delivery(event: Event) -> str:
    """A delivery id of any length, as one of fixed length; two platforms, or workspaces, may use the same."""
    return fingerprint(event.where.platform, event.where.tenant, event.id)


def _delivery_before(event: Event) -> str:
    """What it was called while a council had one workspace: what was heard then is known for its thirty days."""
    return fingerprint(event.where.platform, event.id)


def _kept(answer: bytes, council: str, delivery: str, index: Index | None) -> bytes:
    return index.sealed(answer, "answer", council, delivery) if index else answer


def _read(answer: bytes, council: str, delivery: str, index: Index | None) -> bytes:
    if not is_sealed(answer):
        return answer
    try:
        return index.opened(answer, "answer", council, delivery) if index else NOTHING
    except Damaged:
        return NOTHING
