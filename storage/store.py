"""Keeps turns and gives back what was kept.

In: a turn, whole. Out: records, answers, waiting notices. Never: keeps half a turn; opens a transaction to read.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.concern import Concern, Part, Request
from bot.conversation import Answer, Event
from bot.errors import AlreadyHeard, Stale
from bot.records import Kept, Passed, Pin, Promised, Turn, Waiting
from bot.settings import Change
from storage import audit, erasing, heard, outbox, promises, records, sealed, tables
from storage.database import empty_log, engine, erased, reading, rewrite
from storage.ring import Ring
from storage.seal import Keys

__all__ = ["SqlStore", "engine"]

P = TypeVar("P", Passed, Pin, Change)
F = TypeVar("F", Concern, Request)

#: How long a delivery is known again.
KNOWN: Final = timedelta(days=30)


class SqlStore:
    """The store of `bot.ports`, on any database that SQLAlchemy speaks to.

    Without keys, or with those of another database, whatever concerns or requests need raises `UnusableKeys`; all else
    goes on.
    """

    def __init__(self, engine: AsyncEngine, keys: Keys | None = None) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._ring = Ring(keys)

    async def heard(self, event: Event) -> Sequence[Answer | None]:
        """The answer once given to this very delivery, as a sequence of one; empty if it was never kept.

        Forms and their problems are not kept, for they may hold private words: None stands for them, and for an answer
        that the keys given now do not open.
        """
        async with self._reading.connect() as connection:
            return await heard.answers(connection, self._ring, event)

    # ------------------------------------------------------------ what desks read

    async def passed(self, council: str, id: str) -> Passed | None:
        """One question passed to the clerk."""
        return await self._plain(Passed, council, id)

    async def pin(self, council: str, key: str) -> Pin | None:
        """The clause the clerk pinned a question to."""
        return await self._plain(Pin, council, key)

    async def change(self, council: str, id: str) -> Change | None:
        """One change to the settings proposed in the chat."""
        return await self._plain(Change, council, id)

    async def changes(self, council: str) -> Sequence[Change]:
        """Every change of a council's, in the order they were proposed."""
        async with self._reading.connect() as connection:
            return await records.changes(connection, council)

    async def unfit(self) -> str | None:
        """Why nothing private can be kept now, in a sentence for the administrator; None where all is well."""
        async with self._reading.connect() as connection:
            return await self._ring.unfit(connection)

    async def concern(self, council: str, id: str) -> Concern | None:
        """One concern, whole."""
        return await self._sealed(Concern, council, f"concern/{id}")

    async def called(self, council: str, reference: str) -> Concern | None:
        """The concern that people call so, in capitals or not. For the command line: it opens one after the other."""
        listed = select(tables.matters.c.matter).where(tables.matters.c.council == council)
        async with self._reading.connect() as connection:
            for matter in (await connection.execute(listed)).scalars().all():
                name = await sealed.reference(connection, self._ring, matter)
                kind, _, id = matter.partition("/")
                if kind == "concern" and name and name.casefold() == reference.strip().casefold():
                    return await self.concern(council, id)
        return None

    async def concerns(self, council: str, seat: str, part: Part) -> Sequence[Concern]:
        """The concerns in which somebody has this part, oldest first."""
        return await self._having(Concern, council, seat, part)

    async def request(self, council: str, id: str) -> Request | None:
        """One request about personal data."""
        return await self._sealed(Request, council, f"request/{id}")

    async def requests(self, council: str, lead: str) -> Sequence[Request]:
        """The requests that somebody deals with, oldest first."""
        return await self._having(Request, council, lead, "lead")

    async def asked(self, council: str, asker: str) -> Sequence[Request]:
        """The requests that somebody made, whoever deals with them, oldest first."""
        return await self._having(Request, council, asker, "asker")

    async def _plain(self, kind: type[P], council: str, key: str) -> P | None:
        async with self._reading.connect() as connection:
            return await records.one(connection, kind, council, key)

    async def _sealed(self, kind: type[F], council: str, matter: str) -> F | None:
        async with self._reading.connect() as connection:
            return await sealed.one(connection, self._ring, kind, council, matter)

    async def _having(self, kind: type[F], council: str, seat: str, part: str) -> Sequence[F]:
        async with self._reading.connect() as connection:
            return await sealed.having(connection, self._ring, kind, council, seat, part)

    # ------------------------------------------------------------ keeping and erasing

    async def keep(self, event: Event, turn: Turn) -> None:
        """Keep all of a turn in one transaction. Raises `AlreadyHeard` and `Stale`; nothing is kept then."""
        try:
            async with self._engine.begin() as transaction:
                gone = await self._write(transaction, event, turn)
        except IntegrityError as twice:
            if await self.heard(event):
                raise AlreadyHeard("this delivery was kept before") from None
            raise Stale("somebody kept this first") from twice
        if gone:
            await empty_log(self._engine)

    async def _write(self, transaction: AsyncConnection, event: Event, turn: Turn) -> bool:
        """Write all of it; says whether something was erased."""
        await heard.add(transaction, self._ring, event, turn.answer)
        for record in turn.keep:  # before erasing: what moved on meanwhile, a legal hold perhaps, is `Stale`
            await self._keep(transaction, record)
        council = next((record.council for record in turn.keep), event.where.tenant)
        await audit.append(transaction, self._ring, turn.traces, event.at, council)  # before the key they need is gone
        gone = [await erasing.erase(transaction, self._ring, matter) for matter in turn.erase]
        if any(gone):
            await erased(transaction)
        await outbox.add(transaction, self._ring, event, turn.notices)  # after erasing: the word of it must arrive
        return any(gone)

    async def _keep(self, transaction: AsyncConnection, record: Kept) -> None:
        if isinstance(record, Concern | Request):
            await sealed.keep(transaction, self._ring, record)
            await promises.replace(transaction, record)
        else:
            await records.keep(transaction, record)

    async def tidy(self, now: datetime) -> None:
        """Let go of what was needed for a while only: deliveries heard long ago.

        Then see that nothing of what was erased is left in the file. Once an hour does, and when the bot starts.
        """
        sent = tables.outbox.c
        async with self._engine.begin() as transaction:
            await transaction.execute(delete(tables.heard).where(tables.heard.c.at < now - KNOWN))
            arrived = sent.due.is_(None), sent.notice.is_(None)  # an earlier version left these behind
            await transaction.execute(delete(tables.outbox).where(*arrived))
        await rewrite(self._engine)

    # ------------------------------------------------------------ what is to be brought up, and sent

    async def due(self, now: datetime, at_most: int) -> Sequence[Promised]:
        """Promises due by `now`, the earliest first."""
        async with self._reading.connect() as connection:
            return await promises.due(connection, now, at_most)

    async def waiting(self, now: datetime, at_most: int) -> Sequence[Waiting]:
        """Notices due by `now`, oldest first; none that an earlier one to the same recipient still holds up."""
        async with self._reading.connect() as connection:
            return await outbox.waiting(connection, self._ring, now, at_most)

    async def delivered(self, order: int) -> None:
        """This notice arrived: nothing of it stays."""
        async with self._engine.begin() as transaction:
            await outbox.delivered(transaction, order)

    async def put_off(self, order: int, until: datetime | None, why: str) -> None:
        """This notice was refused: try again at `until`, or, with None, set it aside with its body.

        What is set aside and has a matter is promised at once as `undelivered`, so that somebody else is told.
        """
        async with self._engine.begin() as transaction:
            await outbox.put_off(transaction, self._ring, order, until, why)
