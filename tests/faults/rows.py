"""Corrupted rows: every column of every table in turn, and what it then keeps from whom.

In: `storage.tables`, so that a new column is tried by itself. Out: a table; a column of which no row was tried is told.
Never: a row that is corrupted in any but a copy; a word of what stands in a row.

One row of one council's is spoilt. The other council must go on as if nothing were, another concern of the same council
too, nothing private may be said anywhere, and whoever looks after it must be told.
"""

import asyncio
import logging
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table
from sqlalchemy.types import JSON

from storage.moments import Instant
from storage.tables import metadata
from tests import report
from tests.faults import rows_tried
from tests.faults.outcomes import Outcome, read, table
from tests.faults.rows_tried import MINE, ONE_MORE, OPENED, SHUT, SPOILT, Seen, prepared, tried
from tests.report import Table as Told

#: What a kind of column is spoilt with: what the row then is, in words, and as SQLite is told.
_KINDS: Final[Sequence[tuple[type, tuple[tuple[str, str], ...]]]] = (
    (
        LargeBinary,
        (("a byte in the middle differs", "{flipped}"), ("it is cut short", "substr({it}, 1, length({it}) / 2)")),
    ),
    (JSON, (("it is cut short", "substr({it}, 1, length({it}) / 2)"), ("it is a number", "7"))),
    (
        Instant,
        (("no moment, in the past", "'0000-00-00 99:99'"), ("a moment far away", "'9999-12-31 23:59:59.999999'")),
    ),
    (Boolean, (("no yes or no", "'perhaps'"),)),
    (Integer, (("an impossible number", "4611686018427387904"),)),
)
_WORDS: Final = (("no text", "x'fffe00ff'"), ("another text", "'zebra:spoilt/text'"))
_NULL: Final = ("nothing", "NULL")


#: Who is what, and which wording is in force, rest on these: by wrong ones somebody would be told who must not be. The
#: council of a row that can't be read waits until that is mended.
_STOPS: Final = ("changes", "editions")
#: Without a row of these a concern does not open, and who raised it and who deals with it are told so.
_OF_A_CONCERN: Final = ("matters", "keys", "parts")


class Spoilt(NamedTuple):
    """One way to spoil one column: what it then is, and what SQLite is told."""

    table: str
    column: str
    how: str
    statement: str


def every() -> list[Spoilt]:
    """Each column of each table, in each way that is known for its kind."""
    return [one for of in metadata.sorted_tables for column in of.c for one in _ways(of, column)]


def once_each() -> list[Spoilt]:
    """Each column, in one way: whichever is first in the list."""
    seen: dict[tuple[str, str], Spoilt] = {}
    for one in every():
        seen.setdefault((one.table, one.column), one)
    return list(seen.values())


def _ways(of: Table, column: Column[Any]) -> Iterator[Spoilt]:
    ways = next((ways for kind, ways in _KINDS if isinstance(column.type, kind)), _WORDS)
    it = f'"{column.name}"'
    middle = f"length({it}) / 2"
    flipped = f"CAST(substr({it}, 1, {middle}) || x'00ff00ff' || substr({it}, {middle} + 5) AS BLOB)"
    for how, value in (*ways, *((_NULL,) if column.nullable else ())):
        new = value.format(it=it, flipped=flipped)
        spoil = f'UPDATE "{of.name}" SET {it} = {new} WHERE rowid = ({_row(of)})'  # noqa: S608  # our own words
        yield Spoilt(of.name, column.name, how, spoil)


def _row(of: Table) -> str:
    """Of the council whose rows are spoilt; where rows are of matters, of the one that is."""
    mine = [f"council = '{SPOILT}'"] if "council" in of.c else []
    if "matter" in of.c and of.name != "audit":
        mine.append(f"matter = (SELECT matter FROM matters WHERE council = '{SPOILT}' ORDER BY rowid LIMIT 1)")  # noqa: S608
    where = f" WHERE {' AND '.join(mine)}" if mine else ""
    return f'SELECT min(rowid) FROM "{of.name}"{where}'  # noqa: S608


# ---------------------------------------------------------------- one after the other


def spoil(folder: Path, whole: Path, one: Spoilt | None) -> bool:
    """A copy of everything, with this spoilt in it; says whether there was a row."""
    shutil.copytree(whole, folder)
    if one is None:
        return True
    with closing(sqlite3.connect(rows_tried.file_in(folder), isolation_level=None)) as file:
        return file.execute(one.statement).rowcount == 1


def look(whole: Path, one: Spoilt | None) -> Seen | None:
    """What comes of it; None where there was no row to spoil."""
    logging.disable(logging.NOTSET)
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder) / "copy"
        return tried(here) if spoil(here, whole, one) else None


def outcomes(which: Sequence[Spoilt], hands: int = 2) -> list[Outcome]:
    """A row of the report for each table."""
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(hands) as pool:
        whole = Path(folder) / "whole"
        whole.mkdir()
        asyncio.run(prepared(whole))
        begun = [pool.submit(look, whole, one) for one in (None, *which)]
        usual, *seen = [one.result() for one in begun]
    assert usual is not None
    found = {one.table: Outcome(f"`{one.table}`", _columns(which, one.table), times=0) for one in which}
    for one, then in zip(which, seen, strict=True):
        _compare(found[one.table], one, usual, then)
    return [_summed(one) for one in found.values()]


def _columns(which: Sequence[Spoilt], of: str) -> str:
    return ", ".join(dict.fromkeys(one.column for one in which if one.table == of))


def _compare(to: Outcome, one: Spoilt, usual: Seen, then: Seen | None) -> None:
    to.times += 1
    what = f"{one.column}: {one.how}"
    if then is None:
        to.wrong.append(f"{one.column}: no row of it was tried")
        return
    of_all = "council" not in metadata.tables[one.table].c  # the deployment's own: it is everybody's
    for name in () if of_all else usual.others:
        if then.others[name] != usual.others[name]:
            to.wrong.append(f"{what}: at another council {name}: {read(then.others[name])}")
    for name in () if of_all or one.table in _STOPS else usual.beside:
        if then.beside[name] != usual.beside[name]:
            to.wrong.append(f"{what}: another concern's {name}: {read(then.beside[name])}")
    to.wrong += [f"{what}: {leak}" for leak in then.leaks]
    noticed = (then.own, then.beside, then.others) != (
        usual.own,
        usual.beside,
        usual.others,
    ) or then.backup != usual.backup
    told, found = then.told - usual.told, then.found - usual.found
    if one.table in _STOPS and then.beside != usual.beside and not (told - found and found):
        to.wrong.append(f"{what}: it stops its council, and the log and doctor do not both say so")
    if one.table in _OF_A_CONCERN and ONE_MORE not in then.own[MINE]:
        to.wrong.append(f"{what}: who raised it reads {read(then.own[MINE])}")
    for by in OPENED if one.table in _OF_A_CONCERN else ():
        if SHUT not in then.own[by]:
            to.wrong.append(f"{what}: {by}: {read(then.own[by])}")
    if noticed and not told:
        to.wrong.append(f"{what}: something did not work, and nobody is told")
    to.seen.append("told" if told else "refused" if noticed else "nothing to see")


def _summed(one: Outcome) -> Outcome:
    told, quiet = one.seen.count("told"), one.seen.count("nothing to see")
    one.seen = [f"told {told} times; {quiet} times as good a value as any"]
    return one


def tables(which: Sequence[Spoilt] | None = None) -> Iterator[Told]:
    """One, of every column of every table."""
    which = once_each() if which is None else which
    yield table("A row is corrupted", outcomes(which), "Tried on SQLite, which keeps anything anywhere.")


if __name__ == "__main__":
    named = [one for one in every() if not sys.argv[1:] or one.table in sys.argv[1:]]
    sys.exit(report.tell(tables(named if sys.argv[1:] else None)))
