"""A backup's rows into an empty database, and everything that has to be done before it can serve; or nothing at all.

In: a backup that is known to be whole, an empty database, what is known to have been erased since. Out: what was done.
Never: half of it: it is one transaction; what was erased since the backup was made left in it; a step left out.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import dropwhile
from pathlib import Path
from typing import Any, NamedTuple

from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import ProtocolBotError
from bot.records import COMMAND_LINE, Trace
from deploy.backups import contents
from deploy.backups.contents import Contents
from deploy.backups.progress import told
from storage import audit, copies, erasures, migrate, seal, sealed_file
from storage.database import EVERY, rewrite, within
from storage.erasures import Erasure, Replayed
from storage.guard import grant
from storage.ring import Ring
from storage.seal import Keys

_DID = "restored"


class Filled(NamedTuple):
    """What was done: what was erased once more, how much was past its time, how many notices were set aside.

    `damaged` keys of matters did not open.
    """

    replayed: Replayed
    past: int
    aside: int
    councils: tuple[str, ...]
    damaged: int


async def fill(
    memory: AsyncEngine,
    role: str | None,
    backup: tuple[Path, Contents],
    keys: Keys,
    known: Sequence[Erasure],
    now: datetime,
) -> Filled:
    """Fill it from a backup that was read to its end. Raises `ProtocolBotError`, and leaves it as it was."""
    file, held = backup
    try:
        async with within(memory, EVERY) as transaction:
            if not await copies.is_empty(transaction):
                raise ProtocolBotError(
                    f"The database {memory.url.database} is not empty, and nothing in it is written over. Restore into "
                    "a new one."
                )
            await _rows(transaction, file, keys, held)
            await transaction.run_sync(migrate.upgrade)
            if role and role != memory.url.username and memory.dialect.name == "postgresql":
                await transaction.run_sync(grant, role)
            done = await _made_right(transaction, keys, known, now, held.header.made)
    except (CommandError, ResolutionError):
        raise ProtocolBotError(f"{file} was made by a newer Protocol Bot. Restore it with that one.") from None
    except DBAPIError as refused:
        raise _refused(memory, refused) from None
    await rewrite(memory)
    return done


async def _rows(transaction: AsyncConnection, file: Path, keys: Keys, held: Contents) -> None:
    await copies.made(transaction, held.step)
    rows = dropwhile(lambda thing: thing[0] != copies.TABLE, contents.opened(file, keys))
    written = await copies.put(transaction, _shown(rows), held.numbers)
    if written != held.rows:
        raise sealed_file.damaged(file)


def _shown(things: Iterator[Any]) -> Iterator[Any]:
    return told(things, "Restoring")


async def _made_right(
    transaction: AsyncConnection, keys: Keys, known: Sequence[Erasure], now: datetime, made: str
) -> Filled:
    """What was erased goes again, what was in anybody's hand is in nobody's, and the trail says what happened."""
    ring = Ring(keys)
    if (why := await ring.unfit(transaction)) is not None:
        raise ProtocolBotError(f"{why} Nothing was restored.")
    opened = await seal.wrapped_anew(transaction, keys)
    replayed, councils = await erasures.replay(transaction, ring, known, now)
    past = await erasures.purge(transaction, ring, now)
    aside = await copies.let_out_of_hand(transaction, now)
    await copies.without_typed(transaction)
    everybody = sorted({*await copies.councils(transaction), *councils})
    for council in everybody:
        await audit.mine(transaction, council)
        await audit.append(transaction, ring, council, (Trace(f"backup/{made}", COMMAND_LINE, _DID),), now)
    return Filled(replayed, len(past), aside, tuple(everybody), opened.damaged)


def _refused(memory: AsyncEngine, refused: DBAPIError) -> ProtocolBotError:
    if getattr(refused.orig, "sqlstate", None) == "42501":  # insufficient_privilege (PostgreSQL's manual, appendix A)
        return ProtocolBotError(
            f"The database role {memory.url.username!r} may not make tables. Put the role that owns them into "
            "DATABASE_OWNER_URL and restore again. Nothing was changed."
        )
    return ProtocolBotError(
        f"The database could not take the rows ({type(refused.orig).__name__}). Is there room, and is it reached? "
        "Nothing was changed in it."
    )
