"""The folder in which everything is kept: the database, and the key file that opens what is private in it.

In: a folder; DATABASE_URL, where the database is elsewhere. Out: both, for their owner's eyes only.
Never: a key on the terminal; a key file written over; new keys in the place of a council's that are gone, or where the
environment says which file; made-up people and a council's own in one folder; an unfinished restore taken for a start.
"""

import os
import sqlite3
import sys
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import ProtocolBotError
from deploy import usual
from deploy.kept import databases
from storage.seal import Keys, new_keys, new_secret
from storage.store import SqlStore

#: The key file, for every command and `run`, where it is not the one beside the database.
KEYS_NAME: Final = "PROTOCOL_BOT_KEYS_FILE"
#: What is put behind the name of a database's file while it is restored.
RESTORING: Final = ".restoring"
_DATABASE: Final = ".sqlite3"
_KEYS: Final = ".keys"
_MARK: Final = ".mark"
#: What the files are called, without their endings: a council's own, and the try-out's.
RUN: Final = "protocol-bot"
TRY: Final = "protocol-bot-try"
FILE: Final = f"{TRY}{_DATABASE}"
KEYS: Final = f"{TRY}{_KEYS}"


def made(data: Path, name: str = TRY) -> Path:
    """The database's file. It is made where there is none and the database is not elsewhere; so is the folder.

    A new file gets new keys, before anything is in it. A council's keys that are gone are not replaced: others open
    nothing that was sealed before. The try-out's are. Raises `ProtocolBotError`.
    """
    file = file_of(data, name)
    _is_restored(file)
    is_there_still(file)
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_free_for(data, name)
        new = not databases.elsewhere() and not (file.exists() and file.stat().st_size)
        if not databases.elsewhere():
            file.touch(mode=0o600)
    except OSError as refused:
        raise ProtocolBotError(
            f"The folder {data} can’t be used ({refused.strerror}). Choose another with --data FOLDER."
        ) from None
    if (new or name == TRY) and not named_keys(file) and not keys_beside(file).exists():
        new_keys(keys_beside(file))
    return file


async def keyed(memory: AsyncEngine, file: Path) -> None:
    """A database that is elsewhere gets new keys where it has none and nothing was ever sealed in it.

    Raises `UnusableKeys` where they can't be written.
    """
    if databases.elsewhere() and not named_keys(file) and not keys_beside(file).exists():
        fresh = Keys([urlsafe_b64encode(new_secret())])
        if await SqlStore(memory, fresh).unfit() is None:  # new keys would do
            new_keys(keys_beside(file))


def is_free_for(data: Path, name: str) -> None:
    """Raises `ProtocolBotError` where the other of the two keeps its things."""
    if any((data / f"{other}{ending}").is_file() for other in {RUN, TRY} - {name} for ending in (_DATABASE, _KEYS)):
        whose = "a council's own" if name == TRY else "the try-out's, with made-up people"
        raise ProtocolBotError(f"What is kept in {data} is {whose}. Choose another folder with --data FOLDER.")


def found(data: Path) -> Path:
    """The database's file, whoever's it is. Raises `ProtocolBotError` where there is none that is not elsewhere."""
    names = _there(data)
    _is_restored(file_of(data, names[0] if names else RUN))
    if len(names) > 1:
        raise ProtocolBotError(
            f"{data} holds a council's own files and the try-out's. Move the one or the other, {TRY}.*, elsewhere."
        )
    if not names and not databases.elsewhere():
        looked = f"{usual.RUN_DATA}, nor in {data}" if data == usual.TRY_DATA else data
        raise ProtocolBotError(f"Nothing is kept in {looked}. Name the folder with --data FOLDER.")
    return file_of(data, names[0] if names else RUN)


def _is_restored(file: Path) -> None:
    """Raises `ProtocolBotError` where a restore did not come to its end and nothing else is there."""
    which = databases.of(file)
    if which.get_backend_name() != "sqlite" or not which.database:
        return
    real = Path(which.database).resolve()
    half = real.with_name(real.name + RESTORING)
    if not half.exists():
        return
    begun, busy = real.exists() and bool(real.stat().st_size), _in_use(Path(which.database))
    if busy and not begun:
        raise ProtocolBotError(f"A restore in {real.parent} is going on just now. Wait until it says that it is done.")
    if not begun:
        raise ProtocolBotError(
            f"A restore in {real.parent} did not come to its end, so nothing is there to work with yet. Run "
            f"`protocol-bot restore` again with the same backup; or, to begin with nothing, delete {half}."
        )
    if not busy:
        print(f"A restore was cut short before it changed anything. Delete {half}: it is half a copy.", file=sys.stderr)


def is_there_still(file: Path) -> None:
    """Raises `ProtocolBotError` where a council's database was, and is no more: a disk that is not mounted, perhaps.

    An empty one in its place would answer as if nothing had ever been raised.
    """
    mark = mark_of(file)
    if file.stem == RUN and mark.exists() and not file.exists() and not databases.elsewhere():
        raise ProtocolBotError(
            f"There was a database in {file.parent}, and it is gone. Is it the right folder, and is its disk there? "
            f"Bring it back, or restore a backup: protocol-bot restore. To begin with nothing, delete {mark}."
        )


def _in_use(file: Path) -> bool:
    """Whether somebody has the folder's mark, as `restore` does and a running bot."""
    if not mark_of(file).exists():
        return False
    with marked(file) as alone:
        return not alone


def mark_of(file: Path) -> Path:
    """What says that a bot, or a restore, has used the folder of this database."""
    return file.with_suffix(_MARK)


@contextmanager
def marked(file: Path) -> Iterator[bool]:
    """Meanwhile the folder's mark is locked; False where another process has it. The lock goes with its process."""
    with closing(sqlite3.connect(mark_of(file), timeout=0, isolation_level=None)) as mark:
        try:
            mark.execute("BEGIN EXCLUSIVE")
            alone = True
        except sqlite3.OperationalError:
            alone = False
        yield alone


def file_of(data: Path, name: str) -> Path:
    """Where the database's file is, or would be."""
    return data / f"{name}{_DATABASE}"


def holds_something(data: Path) -> bool:
    """Whether anything is kept there."""
    return bool(_there(data))


def made_up_will_not_do(file: Path, settings: Path | None) -> None:
    """Raises `ProtocolBotError` where a council's own things are kept, and its settings are not named."""
    if settings is None and file.stem == RUN and (file.is_file() or keys_beside(file).is_file()):
        raise ProtocolBotError(
            f"What is kept in {file.parent} is a council's own. Name its settings with --settings FILE."
        )


def _there(data: Path) -> list[str]:
    """Whose things are kept there. A database that is elsewhere leaves nothing here but the keys."""
    ending = _KEYS if databases.elsewhere() else _DATABASE
    return [name for name in (RUN, TRY) if (data / f"{name}{ending}").is_file()]


def keys_beside(file: Path) -> Path:
    """The key file that belongs to a database's file."""
    return file.with_suffix(_KEYS)


def keys_meant(file: Path, environ: Mapping[str, str] | None = None) -> Path:
    """The key file that is meant: the one the environment names, or the one beside the database."""
    return named_keys(file, environ) or keys_beside(file)


def named_keys(file: Path, environ: Mapping[str, str] | None = None) -> Path | None:
    """The key file that the environment names. The try-out has its own, always: its people are made up."""
    named = (os.environ if environ is None else environ).get(KEYS_NAME, "").strip()
    return Path(named) if named and file.stem == RUN else None


@asynccontextmanager
async def opened(file: Path, which: URL | None = None) -> AsyncIterator[AsyncEngine]:
    """The database, at today's tables: `which`, or that of the environment, or this file. Raises `UnusableStore`."""
    async with databases.opened(which or databases.of(file)) as memory:
        yield memory


@asynccontextmanager
async def opened_to_look(file: Path) -> AsyncIterator[AsyncEngine]:
    """The same, but tables of an earlier day are not brought to today's. Raises `ProtocolBotError` for such."""
    if not databases.elsewhere() and await databases.lacking(file):
        raise ProtocolBotError(f"The database of {file.parent} is an older one. Run `protocol-bot migrate` first.")
    async with opened(file) as memory:
        yield memory
