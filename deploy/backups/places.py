"""What the files of a backup folder are called, and which of them this deployment made.

In: a path that somebody gave, a moment. Out: the file to write; the backups that are there, oldest first.
Never: a file taken for ours by its name alone; a link followed to somewhere else.
"""

import re
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from bot.errors import ProtocolBotError
from storage import sealed_file
from storage.sealed_file import Header

#: What a backup is called inside, and the ledger of what was erased.
BACKUP: Final = "backup"
ERASURES: Final = "erasures"
#: The ledger's file, beside the backups.
LEDGER: Final = "protocol-bot.erasures"
_ENDING: Final = ".backup"
_OVER: Final = 86400.0  # seconds: no backup takes a day
_NAMED: Final = re.compile(r"protocol-bot-\d{8}T\d{6}Z(-\d+)?\.backup")


class Found(NamedTuple):
    """A backup, and what can be read of it without a key."""

    file: Path
    header: Header


def to_write(where: Path, now: datetime) -> Path:
    """The file for a new backup: `where` itself if it ends in `.backup`, else a new one in that folder.

    The folder is made, for its owner alone, where there is none. Raises `ProtocolBotError`.
    """
    if where.suffix == _ENDING and not where.is_dir():
        _made(where.parent)
        if where.exists():
            raise ProtocolBotError(f"{where} is there already and was left as it is. Name another file, or a folder.")
        return where
    _made(where)
    stem = f"protocol-bot-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (f"{stem}{ending}{_ENDING}" for ending in ("", *(f"-{number}" for number in range(2, 100))))
    return next(where / name for name in names if not (where / name).exists())


def cleared(folder: Path) -> None:
    """Half a file that somebody was killed over is taken away, once nobody can be writing it any more."""
    for half in (*folder.glob(f".*{_ENDING}.part-*"), *folder.glob(f".{LEDGER}.part-*")):
        with suppress(OSError):
            if time.time() - half.stat().st_mtime > _OVER:
                half.unlink(missing_ok=True)


def folder_of(where: Path) -> Path:
    """The folder that is meant by it."""
    return where.parent if where.suffix == _ENDING and not where.is_dir() else where


def _made(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as refused:
        raise unwritable(folder, refused) from None


def unwritable(where: Path, refused: OSError) -> ProtocolBotError:
    """What to say of a place that takes nothing."""
    return ProtocolBotError(
        f"{where} can't be written ({refused.strerror}). Is there room, and may this account write there? Nothing was "
        "left half done."
    )


def known(file: Path, what: str) -> Header | None:
    """What can be read of a file without a key; None where it is no file of that kind."""
    try:
        header = None if file.is_symlink() or not file.is_file() else sealed_file.header(file)
    except OSError:
        return None
    return header if header is not None and header.what == what else None


def backups(folder: Path, of: str) -> list[Found]:
    """The backups of one database that were made into this folder, the oldest first."""
    there = [file for file in folder.glob(f"*{_ENDING}") if _NAMED.fullmatch(file.name)]
    found = [Found(file, header) for file in there if (header := known(file, BACKUP)) and header.of == of]
    return sorted(found, key=lambda one: (one.header.made, one.file.name))
