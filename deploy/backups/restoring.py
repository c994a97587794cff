"""The command `restore`: a backup back into a database, without anything that was erased since it was made.

In: a backup, the key file, what tells of erasures. Out: a database at today's tables, and what was done, in sentences.
Never: a database in use written over; an old one thrown away; said to be done before what was erased is erased again.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from bot.errors import ProtocolBotError, UnusableStore
from bot.workdays import LONDON
from deploy.backups import contents, filling, ledger, places, target
from deploy.backups.contents import Contents
from deploy.backups.filling import Filled
from deploy.backups.ledger import Source
from deploy.backups.making import keys_for, passed_over
from deploy.kept import databases, folder
from deploy.kept.keeping import damaged_keys
from storage.database import engine
from storage.erasures import Erasure
from storage.seal import Keys, read_keys, write_new


class Done(NamedTuple):
    """A restore that came to its end."""

    filled: Filled
    until: str
    aside: Path | None
    notes: tuple[str, ...]


def restore(options: argparse.Namespace) -> None:
    """Restore a backup. Raises `ProtocolBotError`, with the old database in its place."""
    contents.header(options.backup)  # where there is no backup, nobody need look for keys
    file = folder.file_of(options.data, folder.RUN)
    folder.is_free_for(options.data, folder.RUN)
    keys_file = keys_for(options)
    keys = read_keys(keys_file)
    held = contents.read(options.backup, keys)
    try:
        done = asyncio.run(_restored(options, file, keys, held))
    except OSError as refused:
        raise places.unwritable(options.data, refused) from None
    print("\n".join(_told(options.backup, held, done)))
    if options.settings_to is not None:
        print("\n".join(_written(held.files, options.settings_to)))
        print(_LINES)
    elif held.files:
        print(f"Settings are in it too ({', '.join(held.files)}): to have them, `--settings-to FOLDER`.")
    if not databases.elsewhere() and keys_file != folder.keys_meant(file):
        print(f"Before the bot starts, put the key file where it is looked for, {folder.keys_meant(file)}.")


async def _restored(options: argparse.Namespace, file: Path, keys: Keys, held: Contents) -> Done:
    now = datetime.now(UTC)
    sources = list(_sources(options.backup, options.erased, held, keys))
    of = held.header.of
    if databases.of(file).get_backend_name() == "postgresql":
        until, known = ledger.together(sources, of)
        role = databases.of(file).username
        filled = await _filled(databases.owners(file), role, (options.backup, held), keys, known, now)
        return Done(filled, until, None, tuple(passed_over(_rejected(sources))))
    file = Path(str(databases.of(file).database))
    with target.alone(file):
        real = file.resolve() if file.is_symlink() else file  # a link goes on to where it goes
        return await _replaced(options, real, (keys, held), sources, now)


async def _replaced(
    options: argparse.Namespace, file: Path, given: tuple[Keys, Contents], sources: list[Source], now: datetime
) -> Done:
    """Into a new file, which then takes the old one's place."""
    (keys, held), notes = given, tuple[str, ...]()
    if target.is_there(file):
        if not options.replace:
            raise ProtocolBotError(
                f"{file} is there already. Restore into another folder with --data FOLDER; or, to put the backup in "
                "its place and keep it beside, add --replace. Nothing was changed."
            )
        before = await _of_old(file, keys, now, held.header.of)
        sources, notes = [*sources, *before], () if before else (_UNREAD.format(file),)
    until, known = ledger.together(sources, held.header.of)
    half = target.begun(file)
    try:
        which = URL.create("sqlite+aiosqlite", database=str(half))
        filled = await _filled(which, None, (options.backup, held), keys, known, now)
        aside = target.in_place(half, file, now)
    except BaseException:
        target.dropped(half)
        raise
    return Done(filled, until, aside, (*passed_over(_rejected(sources)), *notes))


async def _filled(
    which: URL, role: str | None, backup: tuple[Path, Contents], keys: Keys, known: Sequence[Erasure], now: datetime
) -> Filled:
    memory = engine(which)
    try:
        return await filling.fill(memory, role, backup, keys, known, now)
    finally:
        await memory.dispose()


# ---------------------------------------------------------------- what is known to have been erased


_LINES = (
    "The settings are those of the backup's day: take out whoever was erased, or left, since, before the bot starts."
)
_MATTERS = "concern or request", "concerns and requests"
_OTHERS = (
    "{} tells what was erased in another database than the one that this backup is of, so nothing was restored. Fetch "
    "the ledger that belongs to it; or, to go on without one, move this one to another folder."
)
_UNREAD = "The old database {} could not be read: what was erased in it since the last ledger is not known."


def _sources(backup: Path, named: Sequence[Path], held: Contents, keys: Keys) -> Iterator[Source]:
    """The ledger beside the backup, backups there that are newer than both, and whatever else was named.

    Raises `ProtocolBotError`.
    """
    beside, of = backup.parent / places.LEDGER, held.header.of
    written = places.known(beside, places.ERASURES)
    since = max(held.header.made, written.made if written else "")
    newer = [one.file for one in places.backups(backup.parent, of) if one.header.made > since and one.file != backup]
    yield Source(of, held.header.made, ())  # what was erased before is not in it
    for file in (*((beside,) if beside.exists() else ()), *newer, *named):
        try:
            source = ledger.read(file, keys)
        except ProtocolBotError as why:
            raise ProtocolBotError(
                f"{why} It may tell of what was erased since, so nothing was restored. To go on without it, move it to "
                "another folder."
            ) from None
        if source.of != of:
            raise ProtocolBotError(_OTHERS.format(file))
        yield source


async def _of_old(file: Path, keys: Keys, now: datetime, of: str) -> list[Source]:
    """What the database tells that is to be replaced; nothing where it can't be read, which may be why it is.

    What was erased in another one says nothing of this.
    """
    try:
        async with databases.as_it_is(URL.create("sqlite+aiosqlite", database=str(file))) as memory:
            told = await ledger.of_database(memory, keys, now)
    except (DBAPIError, UnusableStore):
        return []
    return [told if told.of == of else Source(of, "", ())]


def _rejected(sources: Sequence[Source]) -> int:
    return sum(source.rejected for source in sources)


# ---------------------------------------------------------------- told


def _told(backup: Path, held: Contents, done: Done) -> Iterator[str]:
    replayed, filled = done.filled.replayed, done.filled
    yield f"{backup} is restored: {held.whole:,} rows, made on {_day(held.header.made)}."
    yield (
        f"Erased once more, because it was erased since: {_many(replayed.matters, *_MATTERS)}, what was held of "
        f"{_many(replayed.people, 'account', 'accounts')}."
    )
    if replayed.holds:
        yield f"Under a legal hold since, and held again: {_many(replayed.holds, 'concern', 'concerns')}."
    if replayed.let_go:
        yield f"Let go of since, and under no legal hold: {_many(replayed.let_go, 'concern', 'concerns')}."
    if filled.past:
        yield f"Past its time, and erased: {_many(filled.past, *_MATTERS)}."
    yield (
        f"What was erased after {_day(done.until)} is not known: erase it again, if you know of any. With a newer "
        "ledger or backup, name it with --erased FILE."
    )
    if filled.aside:
        yield (
            f"{_many(filled.aside, 'message that must', 'messages that must')} not arrive twice and may have arrived "
            "since: set aside. `protocol-bot outbox` shows them. All other messages that waited then are sent."
        )
    if filled.damaged:
        yield damaged_keys(filled.damaged)
    yield from done.notes
    if done.aside is not None:
        yield f"The database of before is now {done.aside}. It holds what was erased above: delete it when all is well."
    yield "The trail goes on from the backup, with a line that says so. Heads that were kept outside: begin a new file."


def _written(files: dict[str, bytes], to: Path) -> Iterator[str]:
    """The settings, where nothing stands yet."""
    for name, body in files.items():
        file = to / Path(name).name
        try:
            to.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(file, body)
            yield f"{file} is written."
        except FileExistsError:
            yield f"{file} is there already and was left as it is."
        except OSError as refused:
            yield f"{file} can't be written ({refused.strerror})."


def _day(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(LONDON):%Y-%m-%d at %H:%M}" if moment else "then"


def _many(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}" if count else f"no {one}"
