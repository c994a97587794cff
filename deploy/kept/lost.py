"""The command `keys lost`: what nobody can open any more is laid aside, and the bot can take concerns again.

In: a database without its key file. Out: a copy of it as it is, a new key file, a trail that begins with what was done.
Never: while a key file is there that may be the right one; without somebody who typed that they mean it; anything taken
out before the new key file is written; the database of before thrown away; how many concerns there were.
"""

import argparse
import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from bot.errors import ProtocolBotError
from bot.records import COMMAND_LINE, Trace
from deploy.asked import answer
from deploy.backups import target
from deploy.kept import databases, folder
from deploy.kept.keeping import copy_it
from storage import audit, copies
from storage import lost as sealed
from storage.database import EVERY, engine, rewrite, within
from storage.ring import Ring
from storage.seal import LOST, new_keys, read_keys

_SENTENCE = "the key file is lost"


def lost(options: argparse.Namespace) -> int:
    """Begin again without it; 1 where the answer was no. Raises `ProtocolBotError`."""
    file = folder.found(options.data)
    keys: Path = options.file or folder.keys_meant(file)
    if keys.exists():
        raise ProtocolBotError(
            f"A key file is at {keys}. `protocol-bot keys check` says whether it opens what is kept. If it does not, "
            "move it away first: it may open another database, or a backup. If `keys lost` was cut short before, it "
            "made this one: keep it beside all the same, and run `keys lost` again."
        )
    which = databases.owners(file)
    if which.get_backend_name() == "postgresql" and not options.copied:
        raise ProtocolBotError(
            "Make a copy of the database first, with pg_dump as a superuser: the key may turn up one day. Then stop "
            "every replica, and add --copied. Nothing was changed."
        )
    print(f"{LOST} Look once more for a copy: `protocol-bot keys check --file COPY` tries one.")
    if not _is_meant(options):
        print("Nothing was changed.")
        return 1
    _begun_again(which, keys)
    return 0


def _begun_again(which: URL, keys: Path) -> None:
    now = datetime.now(UTC)
    new_keys(keys)
    try:
        if which.get_backend_name() == "postgresql":
            asyncio.run(_taken_out(which))
        else:
            _laid_aside(which, now)
    except BaseException:  # nothing is sealed with it yet, and the next try needs its place
        keys.unlink(missing_ok=True)
        raise
    asyncio.run(_traced(which, keys, now))
    print(
        "Whatever was sealed, all concerns and requests, left the database in use. A new key file is made, and the "
        "trail begins anew."
    )
    print("Backups go into a new folder from now on: those in the one of before, and its ledger, are of the lost key.")
    copy_it(keys)


def _laid_aside(which: URL, now: datetime) -> None:
    file = Path(str(which.database))
    with target.alone(file):
        target.closed(file)
        aside = file.with_name(f"{file.stem}.sealed-{now:%Y%m%dT%H%M%SZ}{file.suffix}")
        try:
            shutil.copy2(file, aside)
        except OSError as refused:
            aside.unlink(missing_ok=True)
            raise ProtocolBotError(f"{aside} can't be written ({refused.strerror}). Nothing was changed.") from None
        print(f"The database as it was is now {aside}. Keep it: a copy of the key file would still open it.")
        asyncio.run(_taken_out(which))


async def _taken_out(which: URL) -> None:
    memory = engine(which)
    try:
        async with within(memory, EVERY) as transaction:
            await sealed.taken_out(transaction)
        await rewrite(memory)
    except DBAPIError as refused:
        raise ProtocolBotError(
            f"The database would not have it ({type(refused.orig).__name__}): on PostgreSQL it takes the role that "
            "owns the tables, in DATABASE_OWNER_URL. Nothing was changed."
        ) from None
    finally:
        await memory.dispose()


async def _traced(which: URL, keys: Path, now: datetime) -> None:
    """The first line of each council's new trail."""
    memory, ring = engine(which), Ring(read_keys(keys))
    try:
        async with within(memory, EVERY) as transaction:
            for council in sorted(await copies.councils(transaction)):
                await audit.mine(transaction, council)
                await audit.append(transaction, ring, council, (Trace("keys/lost", COMMAND_LINE, "keys-lost"),), now)
    finally:
        await memory.dispose()


def _is_meant(options: argparse.Namespace) -> bool:
    """Raises `ProtocolBotError` where nobody can be asked."""
    question = f"To begin again without it, type: {_SENTENCE}\n"
    return bool(options.yes or answer(question, "Nothing was changed").casefold() == _SENTENCE)
