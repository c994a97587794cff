"""A database whose key file is lost: without what nobody can open any more, so that something can be sealed again.

In: a transaction of every council's, of whoever owns the tables. Out: nothing.
Never: anything that is not sealed, but for promises about what was; a trail under two keys.
"""

from sqlalchemy import ColumnElement, Table, delete, or_, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import heard, tables
from storage.audit import SEALED
from storage.database import erased
from storage.ring import sealed_in


async def taken_out(transaction: AsyncConnection) -> None:
    """Take out all that is sealed.

    The trail goes too: its chain can't be followed or gone on with. So do Slack's installs, whose tokens are sealed.
    """
    promised = or_(*(tables.promises.c.matter.startswith(kind, autoescape=True) for kind in SEALED))
    these: tuple[tuple[Table, ColumnElement[bool]], ...] = (
        (tables.promises, promised),
        (tables.outbox, sealed_in(tables.outbox.c.notice)),
        *((table, true()) for table in (tables.keys, tables.parts, tables.tags)),
        *((table, true()) for table in (tables.audit, tables.slack_installs, tables.ring)),
    )
    for table, which in these:
        await transaction.execute(delete(table).where(which))
    answers = update(tables.heard).where(sealed_in(tables.heard.c.answer))
    await transaction.execute(answers.values(answer=heard.NOTHING))  # the same delivery still changes nothing
    await transaction.execute(delete(tables.matters))
    await erased(transaction)
