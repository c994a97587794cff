"""Where a restore goes to: a new file beside the one in use, which it then takes the place of at once; or a PostgreSQL.

In: a data folder, the environment. Out: an engine of an empty database; the file of SQLite's in its place.
Never: a moment without a whole database; one that a bot is using; an old file thrown away.
"""

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from bot.errors import ProtocolBotError
from deploy.kept import folder
from deploy.kept.folder import RESTORING

_LOGS = ("-wal", "-shm", "-journal")


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Nobody else uses the folder meanwhile. Raises `ProtocolBotError` where a bot does: its mark is locked.

    Where no database came of it, a mark that was not there before goes again: it says that a database was.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = folder.mark_of(file)
    if mark.is_symlink():  # whoever put it there would have another file given away
        raise ProtocolBotError(f"{mark} is a link. Delete it and try again. Nothing was changed.")
    new = not mark.exists()
    try:
        with folder.marked(file) as alone:
            owned_as(file if file.exists() else file.parent, mark)
            if not alone:
                raise ProtocolBotError(
                    f"A Protocol Bot is running on {file.parent}. Stop it, restore, and start it again. Nothing was "
                    "changed."
                )
            yield
    finally:
        if new and not file.exists():
            with suppress(OSError):
                mark.unlink(missing_ok=True)


def is_there(file: Path) -> bool:
    """Whether a database is there that has anything in it."""
    return file.exists() and file.stat().st_size > 0


def begun(file: Path) -> Path:
    """The file to restore into: whatever an earlier restore left unfinished there is gone."""
    half = file.with_name(file.name + RESTORING)
    dropped(half)
    half.touch(mode=0o600, exist_ok=False)
    return half


def dropped(half: Path) -> None:
    """Nothing stays of what could not be restored."""
    for leftover in (half, *(half.with_name(half.name + log) for log in _LOGS)):
        with suppress(OSError):
            leftover.unlink(missing_ok=True)


def in_place(half: Path, file: Path, now: datetime) -> Path | None:
    """Put the restored file where the old one is, at once; says where the old one is now. Raises `ProtocolBotError`.

    It is whose the old one was, or the folder is, whoever restores it: the bot must be able to open it.
    """
    closed(half)
    if is_there(file):
        half.chmod(stat.S_IMODE(file.stat().st_mode))
    owned_as(file if file.exists() else file.parent, half)
    aside = None
    if is_there(file):
        closed(file)
        aside = _second(file, now)
    half.replace(file)
    return aside


def owned_as(like: Path, file: Path) -> None:
    """An administrator who restores must not shut the bot's own account out. Nobody else can give a file away."""
    if os.name != "nt":
        owner = like.stat()
        with suppress(PermissionError):
            os.chown(file, owner.st_uid, owner.st_gid, follow_symlinks=False)


def closed(file: Path) -> None:
    """All of it in the one file, without a log beside it. Raises `ProtocolBotError` where another program has it open.

    A log that is left from another file would be taken for this one's.
    """
    with closing(sqlite3.connect(file, timeout=2, isolation_level=None)) as database:
        try:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            mode = database.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError:
            mode = None
        except sqlite3.DatabaseError:  # too damaged to be opened: why it is restored, perhaps
            _log_aside(file)
            return
    if mode != ("delete",):
        raise ProtocolBotError(
            f"Another program has {file} open, so it was left as it is. Stop it and restore again. Nothing was changed."
        )


def _log_aside(file: Path) -> None:
    for log in _LOGS:
        beside = file.with_name(file.name + log)
        if beside.exists():
            beside.replace(beside.with_name(f"{beside.name}.replaced"))


def _second(file: Path, now: datetime) -> Path:
    """The old file under a second name, before it loses the first. What has that name already keeps it."""
    name = f"{file.stem}.replaced-{now:%Y%m%dT%H%M%SZ}"
    aside = file.with_name(f"{name}{file.suffix}")
    number = 1
    while aside.exists() and not aside.samefile(file):  # the same: a restore in this second was cut short here
        number += 1
        aside = file.with_name(f"{name}-{number}{file.suffix}")
    if not aside.exists():
        try:
            os.link(file, aside)
        except OSError:  # not every disk has links
            shutil.copy2(file, aside)
    return aside
