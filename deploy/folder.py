"""The folder in which everything is kept: the database, and the key file that opens what is private in it.

In: a folder; DATABASE_URL, where the database is elsewhere. Out: both, for their owner's eyes only.
Never: a key on the terminal; a key file written over.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import ProtocolBotError
from deploy import databases
from storage.seal import new_keys

FILE: Final = "protocol-bot-try.sqlite3"
KEYS: Final = "protocol-bot-try.keys"


def made(data: Path) -> Path:
    """The database's file. It is made where there is none and the database is not elsewhere; so are folder and keys.

    New keys open nothing that was sealed before; the store says so then. Raises `ProtocolBotError`.
    """
    file = data / FILE
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not databases.elsewhere():
            file.touch(mode=0o600)
    except OSError as refused:
        raise ProtocolBotError(
            f"The folder {data} can’t be used ({refused.strerror}). Choose another with --data FOLDER."
        ) from None
    if not (data / KEYS).exists():
        new_keys(data / KEYS)
    return file


def found(data: Path) -> Path:
    """The database's file. Raises `ProtocolBotError` where there is none, and the database is not elsewhere."""
    if not databases.elsewhere() and not (data / FILE).is_file():
        raise ProtocolBotError(f"Nothing is kept in {data}. Name the folder with --data FOLDER.")
    return data / FILE


@asynccontextmanager
async def opened(file: Path, which: URL | None = None) -> AsyncIterator[AsyncEngine]:
    """The database, at today's tables: `which`, or that of the environment, or this file. Raises `UnusableStore`."""
    async with databases.opened(which or databases.of(file)) as memory:
        yield memory
