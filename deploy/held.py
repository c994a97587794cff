"""The commands for what is held on somebody: hand it out as a file, erase a concern.

In: a folder, a person's id or a reference. Out: a file for the data lead, or nothing left of a concern.
Never: anything of it on the terminal; the file where somebody else can read it; what is under a legal hold erased.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot import held
from bot.concern import Part, Request
from bot.conversation import Due, Place
from bot.errors import ProtocolBotError
from bot.handbook import Handbook
from bot.records import Trace, Turn
from deploy import folder, made_up
from deploy.handbooks import CLOCK, kept_up
from deploy.keeping import keys_of, write_private
from storage.seal import read_keys
from storage.store import SqlStore

# ---------------------------------------------------------------- export


def export(options: argparse.Namespace) -> None:
    """All that is held on a person, as a file. Raises `ProtocolBotError`."""
    text = asyncio.run(_exported(options))
    write_private(options.out, text.encode("utf-8"))
    print(
        f"{options.out} is written. It is for whoever looks after personal data, who decides what can be handed over."
    )


async def _exported(options: argparse.Namespace) -> str:
    council, person = options.council, options.person
    parts: tuple[Part, ...] = ("raiser", "subject", "handler")
    async with _opened(options) as (store, book):
        raised, about, handled = [await store.concerns(council, person, part) for part in parts]
        asked = await _requests(store, book, person)
    if person not in book.roster.seats and not (raised or about or handled or asked):  # somebody who left is not there
        raise ProtocolBotError(f"Nobody in the settings has the id {person!r}. The ids: {_ids(book)}.")
    seen = [held.may_be_seen(concerns, options.lead) for concerns in (raised, about, handled)]
    raised, about, handled = seen
    return held.export(person, raised, about, handled, asked, book)


async def _requests(store: SqlStore, book: Handbook, person: str) -> Sequence[Request]:
    """What they asked, whoever deals with it."""
    leads = [await store.requests(book.council, lead) for lead in ("", *book.roster.seats)]
    return [request for requests in leads for request in requests if request.asker == person]


# ---------------------------------------------------------------- erase


def erase(options: argparse.Namespace) -> None:
    """A concern, whole and for good. Raises `ProtocolBotError`."""
    asyncio.run(_erased(options))
    print("It is erased. What stays is who did what when, without names. Older copies of the database still hold it.")


async def _erased(options: argparse.Namespace) -> None:
    async with _opened(options) as (store, book):
        if options.by not in book.roster.seats:
            raise ProtocolBotError(f"Nobody in the settings has the id {options.by!r}. The ids: {_ids(book)}.")
        concern = await store.called(options.council, options.reference)
        if concern is None:
            raise ProtocolBotError(f"There is no concern {options.reference} at {options.council}.")
        if concern.hold is not None:
            raise ProtocolBotError(f"{options.reference} is under a legal hold. Let it go first, in the chat.")
        now = datetime.now(UTC)
        where = Place(CLOCK, options.council, CLOCK, private=True)
        event = Due(id=f"erase/{concern.id}", where=where, at=now, matter=concern.matter, rung="erase", due=now)
        trace = Trace(concern.matter, options.by, f"erased-{options.why}")
        await store.keep(event, Turn(erase=(concern.matter,), traces=(trace,)))
        await store.tidy(now)  # out of the file too


# ---------------------------------------------------------------- both


@asynccontextmanager
async def _opened(options: argparse.Namespace) -> AsyncIterator[tuple[SqlStore, Handbook]]:
    """The store, and the council's handbook. Raises `ProtocolBotError`."""
    settings = made_up.settings_for(options.council, options.settings)
    keys = read_keys(keys_of(options))
    async with folder.opened(folder.found(options.data)) as memory:
        store = SqlStore(memory, keys)
        if (why := await store.unfit()) is not None:
            raise ProtocolBotError(why)
        books = kept_up([settings], lambda: datetime.now(UTC), store.changes)
        book = await books(Place(CLOCK, options.council, CLOCK, private=True))
        assert book is not None  # noqa: S101  # it was just made for this council
        yield store, book


def _ids(book: Handbook) -> str:
    return ", ".join(book.roster.seats)
