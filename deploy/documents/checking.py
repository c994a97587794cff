"""What `check` finds at a council: whom nobody could be told about, by the wording that is in force there.

In: councils' settings; the folder of the database, where one is named or the bot's own is here. Out: lines for people.
Never: passes the wording that comes with the project off as the one in force; makes a database, or changes one.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from bot import workdays
from bot.handbook import Handbook
from bot.pack import Pack
from bot.routing import gaps, may_arise
from bot.settings import Settings
from content.wording import ENGLISH
from deploy import usual
from deploy.handbooks import in_english, of_today
from deploy.kept.nothing import NothingKept

_NOBODY: Final = (
    "Nobody who is listed could raise a concern about anybody else. Mend: list the councillors and officers, with "
    "their accounts, under `people`."
)
_NONE: Final = "no wording at all, for none comes with the bot"


def told(all_settings: Sequence[Settings], options: argparse.Namespace) -> Iterator[str]:
    """What is missing at these councils as things stand today, each with the mend. Raises `ProtocolBotError`."""
    file = _database(options)
    books = asyncio.run(_books(all_settings, file))
    if options.settings or options.data:
        yield from (_by_which(book, file) for book in books)
    yield from (_limits(book) for book in books if book.settings.language != ENGLISH)
    found = [f"{book.council}: {gap}" for book in books for gap in gaps(in_english(book))]
    yield from found
    if not found and all(may_arise(book) for book in books):
        yield "Whoever raises a concern about whomever: somebody can be told."
    else:
        yield from (f"{book.council}: {_NOBODY}" for book in books if book.roster.seats and not may_arise(book))


def _by_which(book: Handbook, file: Path | None) -> str:
    """Which wording was looked at."""
    contents = book.contents
    if contents.since is not None:
        return f"{book.council}: by the wording in force since {workdays.said(contents.since)} ({contents.minute})."
    known = _known(book)
    if file is not None:
        return f"{book.council}: by {known}. None was put in force here yet."
    return f"{book.council}: by {known}. To look at the one in force, name the folder of the database with --data DIR."


def _known(book: Handbook) -> str:
    """The wording from before any was adopted."""
    if own := book.settings.pack:
        return f"its own protocol, as {own} has it{waiting(own, book.contents.pack)}"
    return "the wording as it comes with the bot" if book.contents.stands else _NONE


def waiting(file: str, pack: Pack) -> str:
    """How many proposals wait to be confirmed, and how to go through them; empty where there are none."""
    count = len(pack.proposed)
    rules = "one proposed rule" if count == 1 else f"{count} proposed rules"
    return f"; {rules} not in force: protocol-bot confirm {file}" if count else ""


def _limits(book: Handbook) -> str:
    """What another language does not bring."""
    return (
        f"{book.council}: the bot speaks {book.settings.language!r} there. Questions, words of concern and documents "
        f"are understood in English only; tell people so."
    )


def _database(options: argparse.Namespace) -> Path | None:
    """The one that is named; else a council's own, where that is here and its settings are checked."""
    from deploy.kept import databases, folder  # looking a clause up must not wait for it

    here = databases.elsewhere() or folder.file_of(usual.RUN_DATA, folder.RUN).is_file()
    if options.data is None and not (options.settings and here):
        return None
    file = folder.found(options.data or usual.RUN_DATA)
    folder.made_up_will_not_do(file, options.settings)
    return file


async def _books(all_settings: Sequence[Settings], file: Path | None) -> list[Handbook]:
    if file is None:
        return [await of_today(own, NothingKept()) for own in all_settings]
    from deploy.kept import folder
    from storage.store import SqlStore

    async with folder.opened_to_look(file) as memory:
        store = SqlStore(memory)
        return [await of_today(own, store) for own in all_settings]
