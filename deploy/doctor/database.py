"""The database: reached, up to date, careful enough, with room; and what waits in it to be delivered.

In: where it is. Out: an engine that only reads, findings. Never: a database made, or brought to today's tables; whom a
notice is for, or to the hour when it was said.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import ProtocolBotError, UnusableStore
from deploy.doctor.findings import DATABASE as AREA
from deploy.doctor.findings import Finding, parted
from deploy.doctor.ground import PATIENCE, Ground
from deploy.kept import databases, folder
from deploy.kept.folder import RESTORING
from storage.looking import astray, is_taking, looker, waits
from storage.migrate import needed, unguarded
from storage.store import SqlStore

#: Bytes that are left on the disk: below the first somebody should look, below the second nothing may be kept soon.
_LITTLE: Final = 1 << 30
_NONE: Final = 100 << 20
_MIGRATE: Final = "Run `protocol-bot migrate` once, before the bot is started."
_BRING_BACK: Final = "Bring back a copy of the database from before (protocol-bot restore): deploy/guide/backups.md."
_SLOW: Final = timedelta(days=1)


class Opened(NamedTuple):
    """`memory` is None where it can't be read, and `why` says so; empty where there is none yet."""

    memory: AsyncEngine | None
    why: str
    found: list[Finding]


async def opened(file: Path, environ: Mapping[str, str]) -> Opened:
    """Whether it can be read, and is as it should be."""
    try:
        which = databases.of(file, environ)
        databases.owners(file, environ)
        if _is_to_be_made(which):
            return _none_yet(which, file)
        memory = looker(which)
    except UnusableStore as why:
        return _shut(str(why))
    try:
        async with asyncio.timeout(PATIENCE):
            lacking = await needed(memory)
            found = [AREA.fine("reached", _called(which)), *_steps(lacking, memory), _disk(which)]
            found += [] if await is_taking(memory, which) else [_reads_only(which)]
            found += [] if lacking else [await _role(memory)]
    except UnusableStore as why:
        await memory.dispose()
        return _shut(str(why))
    except TimeoutError:
        await memory.dispose()
        return _shut(f"The database did not answer within {PATIENCE:.0f} seconds. Is its server running?")
    if not lacking:
        return Opened(memory, "", found)
    await memory.dispose()
    return Opened(None, "The database is an older one.", found)


def _is_to_be_made(which: URL) -> bool:
    return which.get_backend_name() == "sqlite" and not Path(which.database or "").is_file()


def _shut(why: str) -> Opened:
    return Opened(None, why, [AREA.wrong("reached", *parted(why))])


def _none_yet(which: URL, usual: Path) -> Opened:
    file = Path(which.database or "")
    if file.with_name(f"{file.name}{RESTORING}").exists():
        told = f"A restore in {file.parent} goes on, or did not come to its end."
        mend = "Wait until it says that it is done; or run `protocol-bot restore` again with the same backup."
        return Opened(None, told, [AREA.wrong("reached", told, mend)])
    if file == usual:
        try:
            folder.is_there_still(file)
        except ProtocolBotError as why:
            return _shut(str(why))
    told = f"There is no database at {which.database} yet."
    mend = "The bot makes it when it first starts; if it did already, name its folder with --data DIR."
    return Opened(None, "", [AREA.look("reached", told, mend)])


def _called(which: URL) -> str:
    if which.get_backend_name() == "sqlite":
        return f"SQLite, in the file {which.database}."
    return f"PostgreSQL: the database {which.database} on {which.host or 'this computer'}."


def _steps(lacking: list[str], memory: AsyncEngine) -> Iterator[Finding]:
    if not lacking:
        yield AREA.fine("migrations", "The tables are today's.")
        return
    told = f"The database lacks {len(lacking)} of the steps to today's tables."
    if memory.dialect.name == "sqlite":
        yield AREA.look("migrations", told, "The bot runs them when it next starts; or run `protocol-bot migrate`.")
    else:
        yield AREA.wrong("migrations", told, _MIGRATE)


async def _role(memory: AsyncEngine) -> Finding:
    if memory.dialect.name == "sqlite":
        return AREA.fine("role", "A file knows no roles: who may read it may read all of it.")
    if why := await unguarded(memory):
        return AREA.look("role", *parted(why))
    return AREA.fine("role", "PostgreSQL itself keeps one council's rows out of another's reach.")


def _disk(which: URL) -> Finding:
    """Of a file's own disk; that of a server is seen there."""
    if which.get_backend_name() != "sqlite":
        return AREA.untried("disk", "How much room the database's server has can't be seen from here.")
    free = shutil.disk_usage(Path(which.database or "").resolve().parent).free
    told = f"{free / (1 << 30):.1f} GB are free on the disk of the database."
    if free < _NONE:
        return AREA.wrong("disk", told, "Make room: without it nothing more can be kept.")
    return AREA.look("disk", told, "Make room before it is full.") if free < _LITTLE else AREA.fine("disk", told)


def _reads_only(which: URL) -> Finding:
    """Whoever looks may be somebody else than the bot, and a file may be closed to them alone."""
    if which.get_backend_name() != "sqlite":
        told = "The database only reads: it takes nothing, so that nothing can be kept."
        return AREA.wrong(
            "writable", told, "Give the bot the server that takes writes; if its disk is full, make room."
        )
    told = "This account can't write to the file of the database. If the bot runs with it, nothing can be kept."
    mend = f"See who may write to {which.database} and its folder, and that the disk is not mounted to be read only."
    return AREA.look("writable", told, mend)


# ---------------------------------------------------------------- what is in it


async def findings(ground: Ground) -> AsyncIterator[Finding]:
    """What can be looked at once it is open."""
    if ground.memory is None:
        yield AREA.untried("delivery", "What waits to be delivered can't be seen without the database.")
        return
    for own in ground.councils:
        for one in await _delivery(ground, ground.memory, own.council):
            yield one
        for one in await _damaged(ground, ground.memory, own.council):
            yield one
    if not ground.unread:
        for one in _astray(await astray(ground.memory, [own.council for own in ground.every])):
            yield one


async def _damaged(ground: Ground, memory: AsyncEngine, council: str) -> list[Finding]:
    """By names that tell nobody anything. Where the keys are not the right ones, that is told where they are."""
    store = SqlStore(memory, ground.ring)
    found = []
    if unread := await store.unread(council):
        told = f"Of what is kept this can't be read: {', '.join(unread)}."
        found.append(
            AREA.wrong("records", told, f"What rests on it fails, with a line in the log. {_BRING_BACK}", council)
        )
    if ground.ring is None or await store.unfit() is not None:
        return [*found, AREA.untried("sealed", "Whether all that is sealed opens is not known.", council=council)]
    shut, unlisted, unpromised = await store.amiss(council)
    if shut:
        told = f"Of what is sealed this does not open: {', '.join(map(str, shut))}."
        found.append(
            AREA.wrong("sealed", told, f"Whoever it concerns is told of it in their list. {_BRING_BACK}", council)
        )
    if unlisted:
        told = f"Not everybody who has a part in these finds them in their list: {', '.join(map(str, unlisted))}."
        found.append(AREA.wrong("sealed", told, _BRING_BACK, council))
    if unpromised:
        told = f"Nobody would be reminded in time of: {', '.join(map(str, unpromised))}."
        found.append(AREA.wrong("sealed", told, _BRING_BACK, council))
    return found or [AREA.fine("sealed", "All that is kept can be read, and what is sealed opens.", council)]


def _astray(rows: Mapping[str, int]) -> Iterator[Finding]:
    """Of a council that left the settings, or damaged: nobody reads them."""
    if rows:
        told = f"Rows that belong to no council of the settings, or to nothing: {', '.join(map(_rows, rows.items()))}."
        yield AREA.look("astray", told, f"If a council left the settings, they are its own. Else: {_BRING_BACK}")


def _rows(of: tuple[str, int]) -> str:
    return f"{of[1]} in {of[0]}"


async def _delivery(ground: Ground, memory: AsyncEngine, council: str) -> list[Finding]:
    aside = await SqlStore(memory, ground.ring).set_aside(council)
    waiting = await waits(memory, council, ground.now)
    found = []
    if aside:
        told = f"{aside} {'message was' if aside == 1 else 'messages were'} given up and not delivered."
        found.append(AREA.look("set-aside", told, "`protocol-bot outbox` says why, and sends them again.", council))
    if waiting.late:
        told = f"{waiting.late} {'notice waits' if waiting.late == 1 else 'notices wait'}, and nobody delivers."
        found.append(AREA.wrong("delivery", told, "Start the bot; if it runs, look at its log.", council))
    elif waiting.tried is not None and ground.now - waiting.tried > _SLOW:
        told = f"Something could not be delivered for {(ground.now - waiting.tried).days} days, and is tried again."
        found.append(AREA.look("delivery", told, "See below who can be told, and whether the chats answer.", council))
    return found or [AREA.fine("delivery", "Nothing was given up, and nothing waits for long.", council)]
