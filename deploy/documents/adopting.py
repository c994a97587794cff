"""The command `adopt`: what changes with a wording, clause by clause; then it is put in force.

In: a pack file, the day, the minute, the next review. Out: lines on the terminal; an edition in the database, which a
running bot takes over by itself. Never: puts anything in force that nobody said yes to; half of it.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot import adopting, workdays
from bot.adopting import Wanted
from bot.contents import titled
from bot.differing import Difference, Run
from bot.errors import ProtocolBotError, Stale
from bot.handbook import Handbook
from bot.pack import Heading, Pack
from bot.pairing import number
from bot.review import PROTOCOL
from content import load
from deploy import usual
from deploy.asked import answer
from deploy.kept import at_council, databases, folder
from deploy.kept.at_council import happening
from deploy.kept.keeping import copy_it
from deploy.settings.councils import of
from storage.store import SqlStore

_MARKS: Final = {"out": ("[-", "-]"), "in": ("{+", "+}")}
_RED, _GREEN, _BOLD, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"


def adopt(options: argparse.Namespace) -> int | None:
    """Show what changes, ask, and put it in force. Raises `ProtocolBotError`. 1: somebody said no."""
    pack = load.pack(options.pack)
    wanted = Wanted(pack, options.on, options.minute, options.next_review)
    return asyncio.run(_adopted(wanted, options))


async def _adopted(wanted: Wanted, options: argparse.Namespace) -> int | None:
    async with opened(wanted.pack, options) as (store, book):
        now = datetime.now(UTC)
        if wrong := adopting.problems(wanted, book, workdays.today(now)):
            raise ProtocolBotError(" ".join(wrong.values()))
        if (known := adopting.again(wanted, book)) is not None:
            print(adopting.said_again(known, book.words))
            return None
        print("\n".join(shown(wanted, book, colours=_in_colour())))
        if not (options.yes or _is_agreed()):
            print("Nothing was put in force.")
            return 1
        await _kept(wanted, store, book)
        print("\n".join(_done(wanted, book)))
        return None


async def _kept(wanted: Wanted, store: SqlStore, book: Handbook) -> None:
    """The edition, the record of its adoption, and the word of it, in one transaction."""
    event = happening(book.council, "adopt", "edition")
    review, draft = await store.review(book.council, PROTOCOL), await store.draft(book.council)
    try:
        await store.keep(book.council, event, adopting.adoption(wanted, book, review, event.at, draft))
    except Stale:
        raise ProtocolBotError(
            "Somebody else put a wording in force, or recorded a review, in this very moment. Nothing was done: run "
            "the command again to see what changes now."
        ) from None


def _is_agreed() -> bool:
    """Raises `ProtocolBotError` where there is nobody to ask."""
    return answer("Put it in force? [y/N] ", "Nothing was put in force").casefold() in ("y", "yes")


def _done(wanted: Wanted, book: Handbook) -> Iterator[str]:
    day = workdays.said(wanted.on)
    yield f"It is in force, from {day}. Concerns that were raised before go on by the wording of that time."
    yield f"A bot that is running takes it over by itself. {adopting.tells(wanted.by, book)}"
    yield "“/protocol history” shows what changed."


# ---------------------------------------------------------------- what changes


def shown(wanted: Wanted, book: Handbook, *, colours: bool = False) -> Iterator[str]:
    """What changes and what should be known first, a line at a time."""
    found = adopting.changes(wanted, book)
    yield f"{wanted.pack.name}: adopted under minute {wanted.minute}, in force from {workdays.said(wanted.on)}"
    worded = [one for one in found if one.what == ("worded",)]
    told = [one for one in found if one not in worded]
    if not found:
        yield "It is the same wording as the one in force."
    for one in told:
        yield from _difference(one, colours)
    if worded:
        yield f"{len(worded)} clauses, lines and headings were known in plain words, and are now in the adopted words."
    yield _rules(book.contents.pack, wanted.pack)
    if warnings := adopting.warnings(wanted, book):
        yield "Good to know first:"
        yield from (f"  {line}" for line in warnings)
    yield adopting.tells(wanted.by, book)


def _difference(one: Difference, colours: bool) -> Iterator[str]:
    label = _shown(_label(one))
    name = f"{_BOLD}{label}{_PLAIN}" if colours else label
    yield f"  {name}: {', '.join(_what(one))}"
    if one.runs:
        yield f"      {marked(one.runs, colours=colours)}"
    elif one.old is None or one.new is None:
        run = Run("in" if one.old is None else "out", " ".join(one.stand.wording.split()))
        yield f"      {marked((run,), colours=colours)}"


def _label(one: Difference) -> str:
    node = one.stand.node
    name = titled(node) if isinstance(node, Heading) else one.stand.label
    return " › ".join((*one.stand.path[-1:], name)) if not number(one.stand) else name


def _what(one: Difference) -> Iterator[str]:
    """What became of it, in words."""
    told = {
        "added": "new",
        "gone": "taken out",
        "worded": "now in the adopted words",
        "changed": "changed",
        "renamed": "heading renamed",
        "moved": "moved",
        "renumbered": f"it was {number(one.old) or 'not numbered'}" if one.old else "",
    }
    return (told[what] for what in one.what)


def marked(runs: Iterable[Run], *, colours: bool = False) -> str:
    """The words of both: [-taken out-], {+put in+}; red and green where there are colours."""
    return "".join(_marked(run, colours) for run in runs)


def _marked(run: Run, colours: bool) -> str:
    text = _shown(run.text)
    if run.what == "kept":
        return text
    before, after = _MARKS[run.what]
    colour, plain = (_RED if run.what == "out" else _GREEN, _PLAIN) if colours else ("", "")
    return f"{colour}{before}{text}{after}{plain}"


def _shown(text: str) -> str:
    """Without what would steer the terminal: a document may come from anywhere."""
    return "".join(letter for letter in text if letter.isprintable())


def _rules(old: Pack, new: Pack) -> str:
    """How many rules about concerns are in force, before and after."""
    before, after = (len(pack.routes.rules) for pack in (old, new))
    return f"Rules about concerns in force: {after}" + (f" (now {before})" if before != after else "")


def _in_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


# ---------------------------------------------------------------- the store


@asynccontextmanager
async def opened(pack: Pack, options: argparse.Namespace) -> AsyncIterator[tuple[SqlStore, Handbook]]:
    """The store, and the handbook of the pack's council as it stands. Raises `ProtocolBotError`.

    The wording is not private; who did what is, in the audit trail: that takes the keys.
    """
    if options.settings is None and pack.council not in load.councils():
        raise ProtocolBotError(f"Name the settings of {pack.name} with --settings FILE.")
    own = of(pack.council, options.settings)
    file = _file(options)
    folder.made_up_will_not_do(file, options.settings)
    async with at_council.opened_in(own, file, options.file or folder.keys_meant(file)) as both:
        yield both


def data_of(options: argparse.Namespace) -> Path:
    """Where everything is kept, or will be: a council with its own settings keeps nothing with the try-out's."""
    named: Path | None = options.data
    return named or (usual.RUN_DATA if options.settings else usual.data())


def _file(options: argparse.Namespace) -> Path:
    """The database's file. A council that has its settings may begin with this: nothing has to run before."""
    data = data_of(options)
    if options.settings is None or folder.holds_something(data) or databases.elsewhere():
        return folder.found(data)
    file = folder.made(data, folder.RUN)
    copy_it(folder.keys_meant(file))
    return file
