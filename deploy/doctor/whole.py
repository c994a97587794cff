"""All of it: what there is to look at is read, then every area is looked at, those on a network side by side.

In: what was given on the command line, the environment. Out: findings. Never: an area's failure that hides the others;
a secret or an account, whatever failed.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import ProtocolBotError, UnsoundContent
from bot.handbook import Handbook
from bot.naming import by_the_clock
from bot.settings import Settings
from deploy.doctor import (
    address,
    backups,
    clock,
    database,
    environment,
    keys,
    mail,
    packs,
    reach,
    running,
    settings,
    slack,
    teams,
)
from deploy.doctor import findings as told
from deploy.doctor.findings import Area, Finding, hidden, without_accounts
from deploy.doctor.ground import Ground, secrets
from deploy.handbooks import kept_up
from deploy.kept import folder
from deploy.kept.nothing import NothingKept
from deploy.settings import councils
from storage.seal import Keys, UnusableKeys, read_keys
from storage.store import SqlStore

_DAMAGED: Final = "Bring back a copy of the database from before (protocol-bot restore): deploy/guide/backups.md."


@dataclass(frozen=True)
class Asked:
    """What was given on the command line. `url` ends in a slash."""

    files: Sequence[Path]
    data: Path
    url: str
    council: str | None = None
    offline: bool = False
    backups: Path | None = None


async def looked(asked: Asked, environ: Mapping[str, str], say: Callable[[str], None]) -> list[Finding]:
    """Everything that was found; `say` hears how far it is. Raises `ProtocolBotError` where nothing can be begun."""
    given, found = environment.given(environ)
    every, unread = _read(asked.files)
    file = folder.file_of(asked.data, folder.RUN)
    opened = await database.opened(file, given)
    try:
        ground = await _ground(asked, given, every, unread, opened, file)
        found += opened.found
        if ground.unopened != opened.why:
            found.append(told.DATABASE.wrong("rows", ground.unopened, _DAMAGED))
        areas = [_of(area, look, ground, say) for area, look in _AREAS]
        for of_area in await asyncio.gather(*areas):
            found += of_area
    finally:
        if opened.memory is not None:
            await opened.memory.dispose()
    return hidden(found, secrets({**environ, **given}, every))


def _read(files: Sequence[Path]) -> tuple[list[Settings], str]:
    """The settings, or why they can't be read."""
    try:
        return councils.read(files), ""
    except UnsoundContent as why:
        return [], without_accounts(str(why))


async def _ground(
    asked: Asked, given: Mapping[str, str], every: Sequence[Settings], unread: str, opened: database.Opened, file: Path
) -> Ground:
    """Raises `ProtocolBotError` where a council is named that the settings do not have."""
    chosen = [own for own in every if asked.council in (None, own.council)]
    if asked.council and not chosen and not unread:
        raise ProtocolBotError(f"The settings have no council {asked.council!r}. Name one of theirs with --council ID.")
    key_file = folder.keys_meant(file, given)
    now = datetime.now(UTC)
    books, memory, unopened = await _by(chosen, opened, now)
    return Ground(
        environ=given,
        councils=chosen,
        every=every,
        unread=unread,
        books=books,
        memory=memory,
        unopened=unopened,
        data=asked.data,
        keys=key_file,
        ring=_ring(key_file),
        url=asked.url,
        offline=asked.offline,
        now=now,
        backups=asked.backups,
    )


def _ring(file: Path) -> Keys | None:
    """What is wrong with them is told where they are looked at."""
    try:
        return read_keys(file)
    except UnusableKeys:
        return None


async def _by(
    chosen: Sequence[Settings], opened: database.Opened, now: datetime
) -> tuple[dict[str, Handbook], AsyncEngine | None, str]:
    """The handbooks by what is kept; where that can't be asked for, without it, and without the database."""
    try:
        return await _books(chosen, opened.memory, now, opened.found), opened.memory, opened.why
    except SQLAlchemyError as failed:
        why = f"What is kept in the database can't be read ({type(failed).__name__})."
        return await _books(chosen, None, now, opened.found), None, why


async def _books(
    chosen: Sequence[Settings], memory: AsyncEngine | None, now: datetime, found: list[Finding]
) -> dict[str, Handbook]:
    """As things stand today: with what was confirmed and adopted since, where the database can be read.

    A council of which that is damaged is looked at without it; `found` is told.
    """
    nothing = kept_up(chosen, lambda: now, NothingKept())
    books = kept_up(chosen, lambda: now, SqlStore(memory)) if memory is not None else nothing
    made = dict[str, Handbook | None]()
    for council in (own.council for own in chosen):
        place = by_the_clock(council)
        try:
            made[council] = await books(place)
        except SQLAlchemyError:
            raise
        except Exception as failed:  # a row that nothing can be made of raises whatever read it
            why = f"What is kept of this council can't be read ({type(failed).__name__}): nobody is served there."
            found.append(told.DATABASE.wrong("rows", why, _DAMAGED, council))
            made[council] = await nothing(place)
    return {council: book for council, book in made.items() if book is not None}


# ---------------------------------------------------------------- area by area

_Look = Callable[[Ground], "Iterable[Finding] | AsyncIterator[Finding] | Awaitable[Sequence[Finding]]"]

_AREAS: Final[Sequence[tuple[Area, _Look]]] = (
    (told.SETTINGS, settings.findings),
    (told.PACKS, packs.findings),
    (told.KEYS, keys.findings),
    (told.DATABASE, database.findings),
    (told.BACKUPS, backups.findings),
    (told.CLOCK, clock.findings),
    (told.SLACK, slack.findings),
    (told.TEAMS, teams.findings),
    (told.MAIL, mail.findings),
    (told.RUNNING, running.findings),
    (told.ADDRESS, address.findings),
    (told.REACH, reach.findings),
    (told.ENVIRONMENT, lambda ground: environment.findings(ground.environ)),
)


async def _of(area: Area, look: _Look, ground: Ground, say: Callable[[str], None]) -> list[Finding]:
    """One area's. What fails there, which would be a fault of ours, is told by its kind: an error may hold anything."""
    found: list[Finding] = []
    try:
        looking = look(ground)
        if isinstance(looking, AsyncIterator):
            found += [one async for one in looking]
        elif isinstance(looking, Awaitable):
            found += await looking
        else:
            found += looking
    except Exception as failed:
        why = f"This could not be looked at to its end ({type(failed).__name__})."
        found.append(area.untried("whole", why, "That is a fault of Protocol Bot: please report it, with this word."))
    say(area.title)
    return found
