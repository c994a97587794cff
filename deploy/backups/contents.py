"""What is in a backup: its head, the settings that go with it, how many rows of each table; read to its end.

In: a backup, keys. Out: what it holds, known to be whole; its rows, one at a time.
Never: a row on the terminal; a count of what was not read.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bot.errors import ProtocolBotError
from deploy.backups.places import BACKUP
from deploy.backups.progress import told
from storage import copies, sealed_file
from storage.seal import Keys
from storage.sealed_file import Header


class Contents(NamedTuple):
    """What a backup holds. `step` is that of its tables, `numbers` the last number each gave; `files` are settings."""

    header: Header
    step: str
    numbers: dict[str, int]
    files: dict[str, bytes]
    rows: dict[str, int]

    @property
    def whole(self) -> int:
        """How many rows there are of all tables."""
        return sum(self.rows.values())


def read(file: Path, keys: Keys) -> Contents:
    """All of it, to the end. Raises `ProtocolBotError` for one that is not whole."""
    found_header = header(file)
    head: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    found: Counter[str] = Counter()
    counted: dict[str, int] | None = None
    table = ""
    for thing in told(opened(file, keys), "Reading the backup"):
        match thing[0]:
            case copies.HEAD:
                head = thing[1]
            case copies.FILE:
                files[thing[1]] = thing[2]
            case copies.TABLE:
                table = thing[1]
                found[table] = 0
            case copies.ROW:
                found[table] += 1
            case copies.END:
                counted = thing[1]
    if counted != dict(found):
        raise sealed_file.damaged(file)
    return Contents(found_header, head["step"] or "", head["numbers"], files, dict(found))


def opened(file: Path, keys: Keys) -> Iterator[Any]:
    """Its things, one after the other. Raises `ProtocolBotError`."""
    try:
        yield from sealed_file.opened(file, keys, BACKUP)
    except OSError as refused:
        raise _unread(file, refused) from None


def header(file: Path) -> Header:
    """What can be read of a backup without a key. Raises `ProtocolBotError` for what is none, or not there."""
    try:
        found = sealed_file.header(file)
    except OSError as refused:
        raise _unread(file, refused) from None
    if found is None or found.what != BACKUP:
        raise ProtocolBotError(f"{file} is no backup that Protocol Bot made, or its first lines were changed.")
    return found


def _unread(file: Path, refused: OSError) -> ProtocolBotError:
    if isinstance(refused, FileNotFoundError):
        return ProtocolBotError(f"There is no backup at {file}. Name it with the folder it is in.")
    return ProtocolBotError(f"{file} can't be read ({refused.strerror}). Is it there, and may this account read it?")
