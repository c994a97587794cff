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


async def erase(transaction: AsyncConnection, ring: Ring, council: str, matter: str) -> bool:
    """Erase one matter of a council's; says whether it was there. One that is not, or no more, is quietly fine."""
    await sealed.lock(transaction, council, matter)
    reference = await sealed.reference(transaction, ring, council, matter)
    await sealed.erase(transaction, council, matter)
    await promises.drop(transaction, council, matter)
    await outbox.about(transaction, ring, council, matter, reference or "")
    if reference:
        await heard.forget(transaction, ring, council, reference)
        await _mentions(transaction, council, reference)
    return reference is not None


async def _mentions(transaction: AsyncConnection, council: str, reference: str) -> None:
    for column in _MENTIONING:
        its = column.table.c.council == council, _has(transaction, column, reference)
        await transaction.execute(delete(column.table).where(*its))
    answer = tables.heard.c.answer  # its row stays: the same delivery once more must still change nothing
    told = update(tables.heard).where(tables.heard.c.council == council, _has(transaction, answer, reference))
    await transaction.execute(told.values(answer=msgspec.json.encode(None)))


def _has(connection: AsyncConnection, column: Column[Any], reference: str) -> ColumnElement[bool]:
    """Whether a reference stands in a row, in capitals or not: people type it too."""
    if isinstance(column.type, LargeBinary) and connection.dialect.name == "postgresql":
        # Not convert_from: it would end the transaction at the first row that is sealed, and no text at all.
        return func.encode(column, "escape").icontains(reference, autoescape=True)
    return cast(column, Text).icontains(reference, autoescape=True)
