"""The ledger of erasures: what no restore may bring back, in a file beside the backups.

In: a database's trails, the ledger that is there. Out: the ledger with every line of both; the lines of a source.
Never: a line that was in it lost; a line of a trail taken that was not written with the key; the ledger of one database
gone on with for another; a name, a reference or a word in it.
"""

import asyncio
import errno
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from msgspec.structs import astuple
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import ProtocolBotError
from deploy.backups import places
from deploy.backups.places import BACKUP, ERASURES
from deploy.running.health import version
from storage import copies, erasures, sealed_file
from storage.database import EVERY, snapshot, within
from storage.erasures import Erasure, Told
from storage.ring import Ring, index_of
from storage.seal import Damaged, Keys, UnusableKeys

_LINE: Final = "line"
_PATIENCE: Final = 30.0  # seconds
_STALE: Final = 600.0  # seconds after which whoever wrote it does not live any more


class Source(NamedTuple):
    """What is known from one place, of which database (`Header.of`), until when (an ISO time in UTC)."""

    of: str
    until: str
    lines: tuple[Erasure, ...]
    rejected: int = 0


class Counts(NamedTuple):
    """How many lines it has now, and how many of the trails were passed over."""

    lines: int
    rejected: int


# ---------------------------------------------------------------- whose it is


async def of(memory: AsyncEngine, keys: Keys, folder: Path) -> str:
    """Which database it is, so that its backups and its ledger know one another.

    One in which nothing was ever sealed gets its secret now: what is kept in it may be erased later. Raises
    `ProtocolBotError` where the ledger there is another database's, or does not open: then nothing more is written.
    """
    ring, file = Ring(keys), folder / places.LEDGER
    async with snapshot(memory) as connection:
        index = await ring.index(connection)
    _before(file, keys, index.copies if index else "")
    if index is None:
        async with within(memory, EVERY) as transaction:
            index = await ring.made(transaction)
    return index.copies


# ---------------------------------------------------------------- kept


async def keep(memory: AsyncEngine, keys: Keys, folder: Path, now: datetime) -> Counts:
    """Write the ledger of a folder anew. Raises `ProtocolBotError`, and leaves the one that is there as it was."""
    file = folder / places.LEDGER
    its = await of(memory, keys, folder)
    try:
        async with _alone(file):
            fresh = await _told(memory, keys)
            lines = list(dict.fromkeys((*_before(file, keys, its), *fresh.lines)))
            about = {"made": now.isoformat(), "of": its, "version": version()}
            with sealed_file.written(file, keys, ERASURES, **about) as (writer, _):
                for one in lines:
                    writer.put((_LINE, astuple(one)))
                writer.end()
                sealed_file.on_disk(writer)
    except OSError as refused:
        raise places.unwritable(file, refused) from None
    return Counts(len(lines), fresh.rejected)


@asynccontextmanager
async def _alone(file: Path) -> AsyncIterator[None]:
    """Nobody else writes it meanwhile: a line of theirs would be lost.

    By a lock of the system's, which ends with whoever holds it; where there is none, by a file that is there.
    """
    mark, until = file.with_name(f".{file.name}.lock"), time.monotonic() + _PATIENCE
    take = _with_a_file if sys.platform == "win32" else _with_a_lock
    while (let_go := take(mark)) is None:
        if time.monotonic() > until:
            raise ProtocolBotError(f"Another backup writes {file} just now. It was left as it is: try again.")
        await asyncio.sleep(0.05)
    try:
        yield
    finally:
        let_go()


def _with_a_lock(mark: Path) -> Callable[[], None] | None:
    """How to let it go again; None where somebody else has it."""
    import fcntl  # Windows has none

    number = os.open(mark, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_still(mark, number):
            return partial(_unlocked, mark, number)
    except BlockingIOError:
        pass
    except OSError as refused:
        os.close(number)
        if refused.errno not in (errno.ENOLCK, errno.ENOTSUP):
            raise
        mark.unlink(missing_ok=True)  # not every disk has locks
        return _with_a_file(mark.with_suffix(".held"))
    os.close(number)
    return None


def _is_still(mark: Path, number: int) -> bool:
    """Whether the file that was locked is the one there: whoever had it before took it away."""
    try:
        return os.path.samestat(os.fstat(number), mark.stat())
    except FileNotFoundError:
        return False


def _unlocked(mark: Path, number: int) -> None:
    mark.unlink(missing_ok=True)
    os.close(number)


def _with_a_file(mark: Path) -> Callable[[], None] | None:
    """The same, by the file itself; one that was left there long ago is nobody's any more."""
    try:
        mark.open("x").close()
    except FileExistsError:
        with suppress(FileNotFoundError):
            if time.time() - mark.stat().st_mtime > _STALE:
                mark.unlink(missing_ok=True)
        return None
    return partial(mark.unlink, missing_ok=True)


def _before(file: Path, keys: Keys, its: str) -> tuple[Erasure, ...]:
    """The lines that are there: after a restore they stand nowhere else."""
    if not file.exists():
        return ()
    header = places.known(file, ERASURES)
    if header is not None and header.of and header.of != its:
        raise ProtocolBotError(
            f"{file} tells what was erased in another database, and no restore may forget it: it was left as it is, "
            "and so were the backups beside it. Nothing was written. Each database has a folder of its own: name "
            "another one."
        )
    try:
        return read(file, keys).lines
    except (Damaged, UnusableKeys) as why:
        raise ProtocolBotError(
            f"{file} does not open, and it tells what a restore must not bring back: it was left as it is, and nothing "
            f"was written. {why} Where that can't be mended, name another folder: a new one is begun there."
        ) from None


async def _told(memory: AsyncEngine, keys: Keys) -> Told:
    async with snapshot(memory) as connection:
        return await erasures.told(connection, await Ring(keys).index(connection))


# ---------------------------------------------------------------- read


def read(file: Path, keys: Keys) -> Source:
    """What a ledger, or a backup, tells. Raises `ProtocolBotError`."""
    try:
        header = sealed_file.header(file)
        if header is not None and header.what == BACKUP:
            told = _of_backup(sealed_file.opened(file, keys, BACKUP), keys)
            return Source(header.of, header.made, *told)
        things = sealed_file.opened(file, keys, ERASURES)
        lines = tuple(Erasure(*thing[1]) for thing in things)
    except OSError as refused:
        raise ProtocolBotError(f"{file} can't be read ({refused.strerror}). Is it there?") from None
    return Source(header.of, header.made, lines) if header else Source("", "", lines)


def _of_backup(things: Iterable[Any], keys: Keys) -> Told:
    """The lines of the trails in a backup, by the key of the database that it is of."""
    table, names, wrapped = "", list[str](), b""
    found = list[dict[str, Any]]()
    for thing in things:
        if thing[0] == copies.TABLE:
            table, names = thing[1], thing[2]
        elif thing[0] == copies.ROW and table in ("audit", "ring"):
            row = dict(zip(names, thing[1], strict=True))
            if table == "ring":
                wrapped = row["wrapped"]
            elif erasures.matters_to(str(row["did"])):
                found.append(row)
    return erasures.taken(found, index_of(keys, wrapped) if wrapped else None)


async def of_database(memory: AsyncEngine, keys: Keys, now: datetime) -> Source:
    """What the trails of a database tell that is there. Raises `UnusableStore`."""
    async with snapshot(memory) as connection:
        index = await Ring(keys).index(connection)
        told = await erasures.told(connection, index)
    return Source(index.copies if index else "", now.isoformat(), *told)


def together(sources: Iterable[Source], of: str) -> tuple[str, list[Erasure]]:
    """Until when erasures of this database are known, and all of them, each once, in the order in which they were."""
    by_age = sorted((one for one in sources if one.of == of), key=lambda one: one.until)
    lines = dict.fromkeys(line for one in by_age for line in one.lines)
    return (by_age[-1].until if by_age else ""), list(lines)
