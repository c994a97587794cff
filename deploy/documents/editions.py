"""The command `edition`: a wording that was adopted, as a pack file, to lay the next document beside.

In: the council's settings, the folder of the database, the edition's number where it is not the one in force.
Out: the file. Never: writes over another file; changes what is in force.
"""

import argparse
import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bot import workdays
from bot.edition import Wording, counted
from bot.errors import ProtocolBotError
from bot.handbook import Handbook
from content.importing.written import written
from deploy.documents.adopting import data_of
from deploy.handbooks import of_today
from deploy.kept import folder
from deploy.settings.councils import of
from storage.store import SqlStore


def edition(options: argparse.Namespace) -> None:
    """Write it. Raises `ProtocolBotError`."""
    wording = asyncio.run(_found(options))
    out: Path = options.out
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(written(wording.pack, out.name))
    except FileExistsError:
        raise ProtocolBotError(f"{out} is there already. Nothing was written: name another file with --out.") from None
    except OSError as broken:
        why = broken.strerror or type(broken).__name__
        raise ProtocolBotError(f"{out} can't be written: {why}. Name another place with --out.") from None
    since = f", in force since {workdays.said(wording.on)} (minute {wording.minute})" if wording.on else ""
    print(f"{wording.pack.name}: the wording{since} is written to {out}.")


async def _found(options: argparse.Namespace) -> Wording:
    own = of(options.council, options.settings)
    async with folder.opened(folder.found(data_of(options))) as memory:
        return _chosen(await of_today(own, SqlStore(memory)), options.number)


def _chosen(book: Handbook, number: int | None) -> Wording:
    known = [one for one in book.editions if one.number == (book.edition if number is None else number)]
    if not known or not known[0].pack.body:
        there = ", ".join(str(one.number) for one in counted(book.editions, datetime.now(UTC).date()) if one.pack.body)
        raise ProtocolBotError(f"There is no such wording. There are: {there or 'none yet'}.")
    return known[0]
