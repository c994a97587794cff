"""Keeps turns and gives back what was kept.

In: a turn of a council's, whole. Out: records, answers, waiting notices.
Never: keeps half a turn; reaches a row of another council's; keeps anybody waiting to read.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias, TypeVar, cast

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.concern import Concern, Listed, Part, Request
from bot.conversation import Answer, Event, Person
from bot.edition import Draft, Edition
from bot.errors import AlreadyHeard, Stale
from bot.handbook import Reached
from bot.records import AsItStands, Passed, Pin, Promised, Trace, Turn, Waiting
from bot.review import Review
from bot.settings import Change
from storage import (
    aside,
    audit,
    erasures,
    heard,
    outbox,
    people,
    promises,
    reach,
    records,
    sealed,
    tables,
    teams_places,
    turns,
)
from storage.at_once import Ask, at_once
from storage.database import (
    EVERY,
    empty_log,
    engine,
    erased,
    is_of,
    looking,
    moved_on,
    reading,
    rewrite,
    within,
    writing,
)
from storage.ring import Ring
from storage.seal import Keys
from storage.unchanged import Mark, unchanged

__all__ = ["SqlStore", "engine"]

P = TypeVar("P", Passed, Pin, Change, Review, Edition, Draft)
F = TypeVar("F", Concern, Request)
T = TypeVar("T")
#: What reads something of a council's in one go: with what makes it the council's, to be asked first.
Reading: TypeAlias = Callable[[AsyncConnection, str, Sequence[Ask]], Awaitable[T]]

#: How long a delivery is known again.
KNOWN: Final = timedelta(days=30)
#: How long a notice that was given up is kept: the administrators were told of it every day.
ASIDE: Final = timedelta(days=180)
#: How long somebody has in hand what they took to bring it up or send it. Longer than a platform is waited for.
LEASE: Final = timedelta(minutes=2)


class SqlStore:
    """The store of `bot.ports`, on any database that SQLAlchemy speaks to.

    Without keys, or with those of another database, whatever concerns or requests need raises `UnusableKeys`; all else
    goes on.
    """

    def __init__(self, engine: AsyncEngine, keys: Keys | None = None, lease: timedelta = LEASE) -> None:
        self._engine = engine
        self._ring = Ring(keys)
        self._lease = lease
        self._unchanged = unchanged(engine)
        self._known: dict[tuple[Reading[Any], str], tuple[Mark, Any]] = {}

    async def heard(self, council: str, event: Event) -> Sequence[Answer | None]:
        """The answer once given to this very delivery, as a sequence of one; empty if it was never kept.

        Forms and their problems are not kept, for they may hold private words: None stands for them, and for an answer
        that the keys given now do not open.
        """
        async with looking(self._engine) as connection:
            return await heard.answers(connection, self._ring, council, event, is_of(connection, council))

    # ------------------------------------------------------------ what desks read

    async def passed(self, council: str, id: str) -> Passed | None:
        """One question passed to the clerk."""
        return await self._plain(Passed, council, id)

    async def pin(self, council: str, key: str) -> Pin | None:
        """The clause the clerk pinned a question to."""
        return (await self._unless_unchanged(records.pins, council)).get(key)

    async def change(self, council: str, id: str) -> Change | None:
        """One change to the settings proposed in the chat."""
        return await self._plain(Change, council, id)

    async def changes(self, council: str) -> Sequence[Change]:
        """Every change of a council's, in the order they were proposed."""
        async with self._read(council) as connection:
            return await records.changes(connection, council)

    async def review(self, council: str, document: str) -> Review | None:
        """When a document of a council's is looked at again, and what came of it before."""
        return await self._plain(Review, council, document)

    async def reviews(self, council: str) -> Sequence[Review]:
        """The review of every document of a council's that has one."""
        async with self._read(council) as connection:
            return await records.reviews(connection, council)

    async def edition(self, council: str, number: int) -> Edition | None:
        """One wording that a council adopted."""
        return await self._plain(Edition, council, number)

    async def editions(self, council: str) -> Sequence[Edition]:
        """Every wording that a council adopted, by number."""
        async with self._read(council) as connection:
            return await records.editions(connection, council)

    async def draft(self, council: str) -> Draft | None:
        """The wording that a council is setting up."""
        return await self._plain(Draft, council, council)

    async def unread(self, council: str) -> Sequence[str]:
        """The records of a council's, of those that are not sealed, which can't be read."""
        async with self._read(council) as connection:
            return await records.unread(connection, council)

    async def as_it_stands(self, council: str) -> AsItStands:
        """What a council's handbook is made of: asked for with every event, and the same object until it changes."""
        return await self._unless_unchanged(_standing, council)

    async def unfit(self) -> str | None:
        """Why nothing private can be kept now, in a sentence for the administrator; None where all is well."""
        if self._unchanged.for_nothing:
            return await self._unless_unchanged(self._unfit, EVERY)
        return await self._look(self._unfit, EVERY)

    async def _unfit(self, connection: AsyncConnection, _council: str, first: Sequence[Ask]) -> str | None:
        return await self._ring.unfit(connection, first)

    async def concern(self, council: str, id: str) -> Concern | None:
        """One concern, whole."""
        return await self._sealed(Concern, council, f"concern/{id}")

    async def called(self, council: str, reference: str) -> Concern | None:
        """The concern that people call so, in capitals or not. For the command line: it opens one after the other."""
        listed = select(tables.matters.c.matter).where(tables.matters.c.council == council)
        async with self._read(council) as connection:
            for matter in (await connection.execute(listed)).scalars().all():
                name = await sealed.reference(connection, self._ring, council, matter)
                kind, _, id = matter.partition("/")
                if kind == "concern" and name and name.casefold() == reference.strip().casefold():
                    return await self.concern(council, id)
        return None

    async def concerns(self, council: str, seat: str, part: Part) -> Listed[Concern]:
        """The concerns in which somebody has this part, oldest first, and how many don't open."""
        return await self._having(Concern, council, seat, part)

    async def amiss(self, council: str) -> sealed.Amiss:
        """Which of a council's concerns and requests are damaged. For the command line: it opens each."""
        async with self._read(council) as connection:
            return await sealed.amiss(connection, self._ring, council)

    async def request(self, council: str, id: str) -> Request | None:
        """One request about personal data."""
        return await self._sealed(Request, council, f"request/{id}")

    async def requests(self, council: str, lead: str) -> Listed[Request]:
        """The requests that somebody deals with, oldest first."""
        return await self._having(Request, council, lead, "lead")

    async def asked(self, council: str, asker: str) -> Listed[Request]:
        """The requests that somebody made, whoever deals with them, oldest first."""
        return await self._having(Request, council, asker, "asker")

    async def _unless_unchanged(self, read: Reading[T], council: str) -> T:
        """What is read for nearly every event, of a database that seldom changes."""
        mark = await self._unchanged.mark()
        before, known = self._known.get((read, council), (None, None))
        if before != mark:
            known = await self._look(read, council)
            self._known[read, council] = mark, known
        return cast("T", known)

    async def _look(self, read: Reading[T], council: str) -> T:
        async with looking(self._engine) as connection:
            return await read(connection, council, is_of(connection, council))

    def _read(self, council: str) -> AbstractAsyncContextManager[AsyncConnection]:
        return reading(self._engine, council)

    async def _plain(self, kind: type[P], council: str, key: str | int) -> P | None:
        async with self._read(council) as connection:
            return await records.one(connection, kind, council, key)

    async def _sealed(self, kind: type[F], council: str, matter: str) -> F | None:
        async with looking(self._engine) as connection:
            return await sealed.one(connection, self._ring, kind, council, matter, is_of(connection, council))

    async def _having(self, kind: type[F], council: str, seat: str, part: str) -> Listed[F]:
        async with looking(self._engine) as connection:
            first = is_of(connection, council)
            return await sealed.having(connection, self._ring, kind, council, seat, part, first)

    # ------------------------------------------------------------ keeping and erasing

    async def keep(self, council: str, event: Event, turn: Turn) -> None:
        """Keep all of a turn of a council's in one transaction.

        Raises `AlreadyHeard` and `Stale`; nothing is kept then. Where the database went away meanwhile it raises as
        SQLAlchemy does: all was kept or nothing, and the same delivery once more finds out which.
        """
        try:
            async with writing(self._engine) as transaction:
                gone = await turns.write(transaction, self._ring, council, event, turn)
        except IntegrityError:  # not as its cause: it names the row
            if await self.heard(council, event):
                raise AlreadyHeard("this delivery was kept before") from None
            raise Stale("somebody kept this first") from None
        except DBAPIError as refused:
            if moved_on(refused):
                raise Stale("somebody else's turn was in the way") from None
            raise
        if gone:
            await empty_log(self._engine)

    async def stands_under(self, council: str, who: Collection[str]) -> dict[str, int]:
        """How much stands under somebody's accounts beside their concerns and requests, by kind (`storage.people`)."""
        async with self._read(council) as connection:
            return await people.count(connection, self._ring, council, who)

    async def questions_of(self, council: str, accounts: Collection[str]) -> Sequence[Passed]:
        """The questions that these accounts passed to the clerk, oldest first."""
        async with self._read(council) as connection:
            return await people.questions(connection, council, accounts)

    async def talks_with(self, council: str, accounts: Collection[str]) -> Collection[str]:
        """Where they talk with the bot: `people.CHATS` in Teams, `people.POSTS` in the browser."""
        async with self._read(council) as connection:
            return await people.talks(connection, council, accounts)

    async def forget(self, council: str, who: Collection[str], but: Collection[str], by: str, at: datetime) -> None:
        """Erase that, but for some kinds. The trail says by whom, and a restore erases it again."""
        did = erasures.PERSON if but else erasures.WHOLE
        traces = [Trace(people.matter(one), by, did) for one in sorted(who)]
        async with within(self._engine, council) as transaction:
            await audit.mine(transaction, council)
            await people.erase(transaction, self._ring, council, who, but)
            await audit.append(transaction, self._ring, council, traces, at)
            await erased(transaction)
        await rewrite(self._engine)

    async def tidy(self, now: datetime) -> None:
        """Drop what was needed for a while only: deliveries heard long ago, notices given up half a year ago.

        Then see that nothing of what was erased is left in the file. Once an hour does, and when the bot starts.
        """
        sent = tables.outbox.c
        async with within(self._engine, EVERY) as transaction:
            await heard.drop_old(transaction, now - KNOWN)
            arrived = sent.due.is_(None), sent.notice.is_(None)  # an earlier version left these behind
            await transaction.execute(delete(tables.outbox).where(*arrived))
            await aside.drop_old(transaction, now - ASIDE)
        await rewrite(self._engine)

    # ------------------------------------------------------------ what is to be brought up, and sent

    async def due(self, now: datetime, at_most: int) -> Sequence[Promised]:
        """Take promises due by `now` in hand, the earliest first, for the time of a lease."""
        async with within(self._engine, EVERY) as transaction:
            return await promises.take(transaction, now, at_most, self._lease)

    async def release(self, these: Sequence[Promised]) -> None:
        """Promises are in nobody's hand any more: those that still stand are there for anybody at once."""
        async with within(self._engine, EVERY) as transaction:
            await promises.release(transaction, these)

    async def waiting(self, now: datetime, at_most: int) -> Sequence[Waiting]:
        """Take notices due by `now` in hand, for the time of a lease: of each recipient's the first that waits."""
        async with within(self._engine, EVERY) as transaction:
            return await outbox.take(transaction, self._ring, now, at_most, self._lease)

    async def sending(self, waiting: Waiting) -> bool:
        """The platform is now asked to take a notice that must not arrive twice; False where it must not be."""
        async with within(self._engine, waiting.council) as transaction:
            return await outbox.sending(transaction, waiting)

    async def delivered(self, waiting: Waiting) -> None:
        """This notice arrived: nothing of it stays."""
        async with within(self._engine, waiting.council) as transaction:
            await outbox.delivered(transaction, waiting)

    async def put_off(self, waiting: Waiting, until: datetime | None, why: str, *, asked: bool = True) -> None:
        """This notice did not arrive: try again at `until`, or, with None, set it aside with its body.

        What is set aside and has a matter is promised at once as `undelivered`, so that somebody else is told.
        """
        with suppress(Stale):  # its lease ran out: what becomes of it is for whoever has it now
            async with within(self._engine, waiting.council) as transaction:
                await outbox.put_off(transaction, self._ring, waiting, until, why, asked=asked)

    async def set_aside(self, council: str) -> int:
        """How many notices of a council's were given up, but for those that are nobody's business (`Send.hushed`)."""
        async with self._read(council) as connection:
            return await aside.count(connection, self._ring, council)

    # ------------------------------------------------------------ who can be told

    async def reach(self, council: str) -> Sequence[Reached]:
        """What is known of each account of a council's: whether anything can be told there."""
        async with self._read(council) as connection:
            return await reach.of(connection, council)

    async def keep_reach(self, council: str, found: Sequence[Reached], forget: Sequence[Person] = ()) -> None:
        """What was found out now, instead of what was known; nothing stays of the accounts to forget."""
        async with within(self._engine, council) as transaction:
            await reach.keep(transaction, council, found, forget)
            await teams_places.leave(transaction, council, forget)

    async def out_of_reach(self, council: str, who: Person, why: str, at: datetime) -> None:
        """A delivery was refused because this person can't be told anything there; the next look finds out more."""
        async with within(self._engine, council) as transaction:
            await reach.out(transaction, council, who, why, at)

    async def dealt_with(self, council: str) -> Sequence[str]:
        """The matters of a council's that somebody here deals with."""
        async with self._read(council) as connection:
            return await reach.dealt_with(connection, council)


async def _standing(connection: AsyncConnection, council: str, first: Sequence[Ask]) -> AsItStands:
    asks = records.asked_changes(council), reach.asked(council), records.stamp(council)
    *_, changes, reached, ((stamp,),) = await at_once(connection, [*first, *asks])
    return AsItStands(records.changes_of(changes), reach.known(reached), int(stamp))
