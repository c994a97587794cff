"""Deliveries that were heard, in rows.

In: an event and the answer to it. Out: the same answer when the same delivery comes again.
Never: a form, or what was wrong with one; with keys, an answer in the clear.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Answer, Event, Whisper
from storage.ring import Index, Ring, is_sealed, sealed_in
from storage.seal import Damaged
from storage.tables import fingerprint, heard

_answer = msgspec.json.Decoder(Answer | None)
_NOTHING = msgspec.json.encode(None)


async def add(transaction: AsyncConnection, ring: Ring, event: Event, answer: Answer | None) -> None:
    """That it was heard, and what was answered."""
    told = answer if isinstance(answer, Whisper) else None  # a form may hold private words
    row = {"tenant": event.where.tenant, "delivery": _delivery(event)}
    kept = _kept(msgspec.json.encode(told), row["tenant"], row["delivery"], await ring.made_if_fit(transaction))
    await transaction.execute(insert(heard).values(row | {"answer": kept, "at": event.at}))


async def answers(connection: AsyncConnection, ring: Ring, event: Event) -> Sequence[Answer | None]:
    """The answer to this very delivery, as a sequence of one. None stands for what can't be read now."""
    tenant, delivery = event.where.tenant, _delivery(event)
    told = select(heard.c.answer).where(heard.c.tenant == tenant, heard.c.delivery == delivery)
    rows = (await connection.execute(told)).scalars().all()
    index = await ring.fit(connection) if rows else None
    return [_answer.decode(_read(row, tenant, delivery, index)) for row in rows]


async def forget(transaction: AsyncConnection, ring: Ring, reference: str) -> None:
    """Every sealed answer with this reference in it. Its row stays: the same delivery must still change nothing."""
    index = await ring.fit(transaction)
    if index is None:
        return
    column = heard.c
    rows = (
        await transaction.execute(select(column.tenant, column.delivery, column.answer).where(sealed_in(column.answer)))
    ).all()
    for tenant, delivery, answer in rows:
        if reference.casefold() in _read(answer, tenant, delivery, index).decode().casefold():
            here = column.tenant == tenant, column.delivery == delivery
            nothing = _kept(_NOTHING, tenant, delivery, index)
            await transaction.execute(update(heard).where(*here).values(answer=nothing))


def _delivery(event: Event) -> str:
    """A delivery id of any length, as one of fixed length; two platforms may use the same."""
    return fingerprint(event.where.platform, event.id)


def _kept(answer: bytes, tenant: str, delivery: str, index: Index | None) -> bytes:
    return index.sealed(answer, "answer", tenant, delivery) if index else answer


def _read(answer: bytes, tenant: str, delivery: str, index: Index | None) -> bytes:
    if not is_sealed(answer):
        return answer
    try:
        return index.opened(answer, "answer", tenant, delivery) if index else _NOTHING
    except Damaged:
        return _NOTHING
