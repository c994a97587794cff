"""The ledger of erasures: what no restore may bring back, in a file beside the backups.

In: a database's trails, the ledger that is there. Out: the ledger with every line of both; the lines of a source.
Never: a line that was in it lost; a name, a reference or a word in it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from msgspec.structs import astuple
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import ProtocolBotError
from deploy.backups import places
from deploy.backups.places import BACKUP, ERASURES
from deploy.running.health import version
from storage import copies, erasures, sealed_file
from storage.database import snapshot
from storage.erasures import Erasure
from storage.ring import Ring
from storage.seal import Damaged, Keys

_LINE: Final = "line"


class Source(NamedTuple):
    """What is known from one place, of which database (`Header.of`), until when (an ISO time in UTC)."""

    of: str
    until: str
    lines: tuple[Erasure, ...]


# ---------------------------------------------------------------- kept


async def keep(memory: AsyncEngine, keys: Keys, folder: Path, now: datetime) -> int:
    """Write the ledger of a folder anew; says how many lines it has. Raises `ProtocolBotError`."""
    file = folder / places.LEDGER
    async with snapshot(memory) as connection:
        of = index.copies if (index := await Ring(keys).index(connection)) else ""
        fresh = [one async for one in erasures.told(connection)]
    lines = list(dict.fromkeys((*_before(file, keys, of), *fresh)))
    try:
        with sealed_file.written(file, keys, ERASURES, made=now.isoformat(), of=of, version=version()) as (writer, _):
            for one in lines:
                writer.put((_LINE, astuple(one)))
            writer.end()
            sealed_file.on_disk(writer)
    except OSError as refused:
        raise places.unwritable(file, refused) from None
    return len(lines)


def _before(file: Path, keys: Keys, of: str) -> tuple[Erasure, ...]:
    """The lines that are there: after a restore they stand nowhere else."""
    if not file.exists():
        return ()
    header = places.known(file, ERASURES)
    if header is not None and header.of and of and header.of != of:
        raise ProtocolBotError(
            f"{file} tells what was erased in another database. Each has a folder of its own for its backups: name "
            "another one."
        )
    try:
        return read(file, keys).lines
    except Damaged as why:
        raise ProtocolBotError(
            f"{why} It tells what a restore must not bring back: move it away to begin one anew."
        ) from None


# ---------------------------------------------------------------- read


def read(file: Path, keys: Keys) -> Source:
    """What a ledger, or a backup, tells. Raises `ProtocolBotError`."""
    try:
        header = sealed_file.header(file)
        if header is not None and header.what == BACKUP:
            return Source(header.of, header.made, tuple(_of_backup(sealed_file.opened(file, keys, BACKUP))))
        things = sealed_file.opened(file, keys, ERASURES)
        lines = tuple(Erasure(*thing[1]) for thing in things)
    except OSError as refused:
        raise ProtocolBotError(f"{file} can't be read ({refused.strerror}). Is it there?") from None
    return Source(header.of, header.made, lines) if header else Source("", "", lines)


def _of_backup(things: Iterable[Any]) -> Iterator[Erasure]:
    """The lines of the trails in a backup."""
    table, names = "", list[str]()
    for thing in things:
        if thing[0] == copies.TABLE:
            table, names = thing[1], thing[2]
        elif thing[0] == copies.ROW and table == "audit":
            row = dict(zip(names, thing[1], strict=True))
            if erasures.matters_to(row["did"]):
                yield erasures.line(row["council"], row["did"], row["matter"], str(row["at"]), row["mac"])


async def of_database(memory: AsyncEngine, keys: Keys, now: datetime) -> Source:
    """What the trails of a database tell that is there. Raises `UnusableStore`."""
    async with snapshot(memory) as connection:
        index = await Ring(keys).index(connection)
        lines = tuple([one async for one in erasures.told(connection)])
    return Source(index.copies if index else "", now.isoformat(), lines)


def together(sources: Iterable[Source], of: str) -> tuple[str, list[Erasure]]:
    """Until when erasures of this database are known, and all of them, each once, in the order in which they were."""
    by_age = sorted((one for one in sources if one.of == of), key=lambda one: one.until)
    lines = dict.fromkeys(line for one in by_age for line in one.lines)
    return (by_age[-1].until if by_age else ""), list(lines)
