"""Erasing: nothing of a matter stays in any table but its lines in the audit trail.

In: a matter. Out: nothing. Never: another matter's row; a matter of which half is gone.
"""

from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, LargeBinary, Text, cast, delete, func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import heard, outbox, promises, sealed, tables
from storage.ring import Ring

#: Where the reference can stand besides, in the clear. A row goes as a whole.
_MENTIONING = (tables.outbox.c.notice, tables.web_posts.c.body, tables.passed.c.record, tables.pins.c.record)


async def erase(transaction: AsyncConnection, ring: Ring, matter: str) -> bool:
    """Erase one matter; says whether it was there. One that is not, or not any more, is quietly fine."""
    reference = await sealed.reference(transaction, ring, matter)
    await sealed.erase(transaction, matter)
    await promises.drop(transaction, matter)
    await outbox.about(transaction, ring, matter, reference or "")
    if reference:
        await heard.forget(transaction, ring, reference)
        await _mentions(transaction, reference)
    return reference is not None


async def _mentions(transaction: AsyncConnection, reference: str) -> None:
    for column in _MENTIONING:
        await transaction.execute(delete(column.table).where(_has(transaction, column, reference)))
    answer = tables.heard.c.answer  # its row stays: the same delivery once more must still change nothing
    told = update(tables.heard).where(_has(transaction, answer, reference))
    await transaction.execute(told.values(answer=msgspec.json.encode(None)))


def _has(connection: AsyncConnection, column: Column[Any], reference: str) -> ColumnElement[bool]:
    """Whether a reference stands in a row, in capitals or not: people type it too."""
    if isinstance(column.type, LargeBinary) and connection.dialect.name == "postgresql":
        return func.convert_from(column, "UTF8").icontains(reference, autoescape=True)
    return cast(column, Text).icontains(reference, autoescape=True)
