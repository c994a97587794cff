"""The command `backup`: the whole database as it stands at one moment, in one sealed file; the bot may go on meanwhile.

In: a database, its key file, settings. Out: a file that was read back before it has its name; the ledger beside it.
Never: a key file in a backup; a backup under keys that don't open what is in it; older ones removed before a new one
is whole.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import ProtocolBotError, UnsoundContent
from bot.workdays import LONDON
from content.settings import every
from deploy.backups import contents, ledger, places
from deploy.backups.ledger import Counts
from deploy.backups.places import BACKUP
from deploy.backups.progress import teller
from deploy.kept import databases, folder
from deploy.kept.keeping import keys_of
from deploy.running.health import version
from deploy.usual import SETTINGS
from storage import copies, sealed_file
from storage.database import snapshot
from storage.seal import Keys, UnusableKeys, has_a_key, read_keys

#: Tables of which a count would tell how many concerns there are, to somebody who may be the one concerned.
_TELLING: Final = frozenset(("audit", "heard", "keys", "matters", "outbox", "parts", "promises", "tags"))
_DAMAGED: Final = (
    "A row of the database can't be read ({}), so no backup was made: something wrote into it what the bot never does. "
    "Bring back the last backup (protocol-bot restore), and keep the damaged database for whoever is to mend it."
)
_KEYS: Final = 65536  # bytes: no key file is so large


class Made(NamedTuple):
    """A backup that was just made."""

    file: Path
    of: str
    rows: int
    tables: int
    settings: tuple[str, ...]
    rejected: int


def backup(options: argparse.Namespace) -> None:
    """Make one, or look into one, as the options say. Raises `ProtocolBotError`."""
    if options.verify is not None:
        contents.header(options.verify)  # where there is no backup, nobody need look for keys
        print("\n".join(_looked_into(options.verify, read_keys(keys_for(options)))))
        return
    if options.to is None:
        raise ProtocolBotError("Say where to, with --to FOLDER; or which backup to look into, with --verify FILE.")
    file, keys = folder.found(options.data), read_keys(keys_of(options))
    if options.erasures_only:
        kept = asyncio.run(_erasures(file, keys, options.to))
        print(f"{places.folder_of(options.to) / places.LEDGER} is up to date.")  # how many lines would tell of concerns
        _warned(passed_over(kept.rejected))
        return
    began = time.monotonic()
    made = asyncio.run(_backed_up(file, keys, options.to, _settings(options.settings)))
    print("\n".join(_told(made, keys_of(options), time.monotonic() - began)))
    _warned((*passed_over(made.rejected), *_beside_a_key(made.file.parent)))
    for old in _too_many(made, options.keep):
        old.unlink()
        print(f"Removed: {old}")


def keys_for(options: argparse.Namespace) -> Path:
    """The key file for what is in a backup: nothing else has to be kept here. Raises `UnusableKeys`.

    New keys are not offered: they open no backup.
    """
    meant = [folder.keys_meant(folder.file_of(options.data, name)) for name in (folder.RUN, folder.TRY)]
    named: Path = options.file or next((file for file in meant if file.exists()), meant[0])
    if not named.exists():
        raise UnusableKeys(
            f"There is no key file at {named}, and a backup opens only with the key file of the bot that made it. "
            "Bring back a copy of that, or name one with --file KEYS."
        )
    return named


# ---------------------------------------------------------------- made


async def _backed_up(file: Path, keys: Keys, to: Path, settings: Sequence[tuple[str, bytes]]) -> Made:
    now = datetime.now(UTC)
    async with databases.as_it_is(databases.of(file)) as memory:
        try:
            of = await _of(memory, keys, places.folder_of(to))
            path = places.to_write(to, now)
            made = await _written(memory, keys, path, settings, (of, now))
        except OSError as refused:
            raise places.unwritable(to, refused) from None
        except DBAPIError as refused:
            raise _unread(memory, refused) from None
        except (ValueError, TypeError) as failed:
            raise ProtocolBotError(_DAMAGED.format(type(failed).__name__)) from None
        try:
            kept = await ledger.keep(memory, keys, path.parent, datetime.now(UTC))
        except (ProtocolBotError, DBAPIError) as why:
            said = why if isinstance(why, ProtocolBotError) else type(why).__name__
            raise ProtocolBotError(
                f"{path} is written, and is whole. What was erased is not written down: {said}"
            ) from None
    return made._replace(rejected=kept.rejected)


async def _written(
    memory: AsyncEngine, keys: Keys, path: Path, settings: Sequence[tuple[str, bytes]], which: tuple[str, datetime]
) -> Made:
    (of, now), rows, tell = which, 0, teller("Writing the backup")
    places.cleared(path.parent)
    with sealed_file.written(path, keys, BACKUP, made=now.isoformat(), of=of, version=version()) as (writer, half):
        for name, body in settings:
            writer.put((copies.FILE, name, body))
        async with snapshot(memory) as connection, aclosing(copies.read(connection)) as things:
            async for thing in things:
                writer.put(thing)
                rows += thing[0] == copies.ROW
                tell(rows)
        writer.end()
        sealed_file.on_disk(writer)
        whole = contents.read(half, keys)
        if whole.whole != rows:
            raise sealed_file.damaged(path)
    return Made(path, of, rows, len(whole.rows), tuple(name for name, _ in settings), 0)


async def _of(memory: AsyncEngine, keys: Keys, where: Path) -> str:
    """Which database it is. Raises `ProtocolBotError`."""
    try:
        return await ledger.of(memory, keys, where)
    except UnusableKeys as why:
        raise UnusableKeys(f"{why} No backup was made: it would open with keys that open nothing in it.") from None


async def _erasures(file: Path, keys: Keys, to: Path) -> Counts:
    async with databases.as_it_is(databases.of(file)) as memory:
        try:
            places.folder_of(to).mkdir(mode=0o700, parents=True, exist_ok=True)
            return await ledger.keep(memory, keys, places.folder_of(to), datetime.now(UTC))
        except OSError as refused:
            raise places.unwritable(places.folder_of(to), refused) from None
        except DBAPIError as refused:
            raise _unread(memory, refused) from None


def _unread(memory: AsyncEngine, refused: DBAPIError) -> ProtocolBotError:
    if getattr(refused.orig, "sqlstate", None) == "42501":  # insufficient_privilege (PostgreSQL's manual, appendix A)
        return ProtocolBotError(
            f"The database role {memory.url.username!r} may not read every table, so no backup was made. Use the role "
            "of the bot or of the tables' owner, as after `protocol-bot migrate`."
        )
    return ProtocolBotError(
        f"The database can't be read ({type(refused.orig).__name__}), so no backup was made. Does `protocol-bot "
        "doctor` say why?"
    )


# ---------------------------------------------------------------- settings


def _settings(files: Sequence[Path]) -> list[tuple[str, bytes]]:
    """The settings, and the packs that they name, each by its file's name."""
    named = list(files) or ([SETTINGS] if SETTINGS.is_file() else [])
    found: dict[str, bytes] = {}
    for file in named:
        for one in (file, *_packs(file)):
            body = _read(one)
            if found.setdefault(one.name, body) != body:
                raise ProtocolBotError(f"Two files are called {one.name}. Give one of them another name.")
    return list(found.items())


def _packs(file: Path) -> Iterator[Path]:
    """What is unsound goes into the backup as it is: somebody may need it to see what was wrong."""
    with suppress(UnsoundContent):
        yield from (Path(own.pack) for own in every(file) if own.pack)


def _read(file: Path) -> bytes:
    try:
        body = file.read_bytes()
    except OSError as refused:
        raise ProtocolBotError(f"{file} can't be read ({refused.strerror}), so no backup was made.") from None
    if has_a_key(body):
        raise ProtocolBotError(f"{file} holds a key, and no key goes into a backup. Name the settings with --settings.")
    return body


# ---------------------------------------------------------------- told


def _told(made: Made, keys: Path, seconds: float) -> Iterator[str]:
    size = made.file.stat().st_size
    yield (
        f"{made.file} is written: {_many(made.rows, 'row')} of {made.tables} tables, {_size(size)}, in {seconds:.1f} "
        "seconds. It was read back, and is whole."
    )
    if made.settings:
        yield f"In it too: {', '.join(made.settings)}."
    else:
        yield "The settings are not in it: name them with --settings FILE."
    yield (
        f"It opens with the key file {keys} and with nothing else. The key file is not in it: keep a copy of that, and "
        "not where backups are kept. Take the backup to another computer or building."
    )


def passed_over(rejected: int) -> Iterator[str]:
    """What to say of lines that nobody with the key wrote."""
    if rejected:
        yield (
            f"{_many(rejected, 'line')} of the trail that would have something erased, or held, passed over: nobody "
            "with the key wrote it so. Somebody changed the database: `protocol-bot audit verify` says where."
        )


def _beside_a_key(where: Path) -> Iterator[str]:
    """Whoever has both can read everything."""
    small = (one for one in where.iterdir() if one.is_file() and one.stat().st_size < _KEYS)
    for one in small:
        with suppress(OSError):
            if sealed_file.header(one) is None and has_a_key(one.read_bytes()):  # what is sealed may look like anything
                yield f"{one} is a key file, and lies where the backups are. Move the one or the other elsewhere."


def _warned(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr)


def _looked_into(file: Path, keys: Keys) -> Iterator[str]:
    """What is in a backup; by counts only where they tell nobody how many concerns there are."""
    found = contents.read(file, keys)
    made = datetime.fromisoformat(found.header.made).astimezone(LONDON)
    yield f"{file} is whole, and these keys open it."
    yield f"Made on {made:%Y-%m-%d at %H:%M}, by version {found.header.version}."
    yield f"Tables of step {found.step}:"
    for name, count in sorted(found.rows.items()):
        yield f"  {name}: {_how_many(name, count)}"
    yield f"Settings in it: {', '.join(found.files) or 'none'}."


def _how_many(table: str, count: int) -> str:
    if table in _TELLING:
        return "some" if count else "none"
    return f"{count:,}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, size // 1000)} kB"


def _too_many(made: Made, keep: int | None) -> list[Path]:
    """The oldest of this database's, beyond so many."""
    if keep is None:
        return []
    there = [one.file for one in places.backups(made.file.parent, made.of) if one.file != made.file]
    return there[: max(0, len(there) - (keep - 1))]
