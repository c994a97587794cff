"""A document's record of its reviews, and spaces that were left open in it.

In: rows of a table, lines of text. Out: versions, and what a line leaves open. Never: a date that is not there.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.pack import Stated, Version
from content.importing import days
from content.reading.structure import Left

_OPEN = re.compile(r"[.…_]{3,}|…|\s[-–]{3,}|:\s*$")
_UNKNOWN = re.compile(r"\b(?:unknown|not known|n/?k)\b", re.IGNORECASE)
_DATE = re.compile(r"\bdate|\bwhen\b", re.IGNORECASE)
_HEAD: Final = ("Version", "Date", "Approved by", "Changes")
#: "2 15 February 2022 Ash Town Council None made": a row whose cells ran together.
_ROW = re.compile(
    r"(?:v(?:ersion)?\.?\s*)?(?P<version>\d+(?:\.\d+)*)\s+"
    r"(?P<date>unknown|\d{1,2}(?:st|nd|rd|th)?\s+[A-Z][a-z]+\s+\d{4}|[A-Z][a-z]+\s+\d{4}|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4})"
    r"\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_BODY = re.compile(r".*?\b(?:Council|Committee|Clerk|Panel|Board)\b")
#: What a column is, by the words over it.
_COLUMNS: Final = (
    ("version", re.compile(r"\bversion|\bissue|\brevision no|\bno\b", re.IGNORECASE)),
    ("date", _DATE),
    ("approved_by", re.compile(r"\bapproved|\badopted|\bby\b|\bbody\b|\bauthor", re.IGNORECASE)),
    ("changes", re.compile(r"\bchange|\bamend|\bsummary|\bdetail|\bcomment|\bdescription|\bnotes?\b", re.IGNORECASE)),
)


def versions(rows: Sequence[Sequence[str]]) -> tuple[Version, ...]:
    """Every row that tells of a version, in the table's order; empty where the table has no head that is understood."""
    head = next((i for i, row in enumerate(rows) if any(_DATE.search(cell) for cell in row)), None)
    if head is None:
        return ()
    columns = _columns(rows[head])
    found = (_version(row, columns) for row in rows[head + 1 :] if any(cell.strip() for cell in row))
    return tuple(found)


def rows(left: Sequence[Left]) -> list[tuple[str, ...]]:
    """The table's rows, cell by cell; where only lines are left of it, cut where a number, a day, a body ends."""
    found = [one.cells or _cut(" ".join(one.text.split())) for one in left]
    return [row for row in found if len(row) > 1]


def _cut(line: str) -> tuple[str, ...]:
    if "date" in line.casefold() and not any(character.isdigit() for character in line):
        return _HEAD
    found = _ROW.fullmatch(line)
    if found is None:
        return (line,)
    by = _BODY.match(found["rest"])
    return (
        found["version"],
        found["date"],
        by[0].strip() if by else "",
        found["rest"][by.end() if by else 0 :].strip(),
    )


def _columns(head: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for i, cell in enumerate(head):
        # "Date of policy approval" is a date, "Approved by" is none: the date is looked for first.
        order = sorted(_COLUMNS, key=lambda column: column[0] != "date")
        name = next((name for name, words in order if name not in columns and words.search(cell)), None)
        if name:
            columns[name] = i
    return columns


def _version(row: Sequence[str], columns: dict[str, int]) -> Version:
    def cell(name: str) -> str:
        i = columns.get(name)
        return " ".join(row[i].split()) if i is not None and i < len(row) else ""

    def told(name: str) -> str:
        said = cell(name)
        return "unknown" if _UNKNOWN.fullmatch(said) else said or "not stated"

    return Version(
        version=told("version"),
        date=days.day(cell("date")) or open_or_not(cell("date") or "…"),
        approved_by=told("approved_by"),
        changes=told("changes"),
    )


def open_or_not(line: str) -> Stated:
    """Why there is no day on a line that should have one."""
    if _UNKNOWN.search(line):
        return "unknown"
    return "not stated" if days.vague(line) or not left_open(line) else "blank"


def left_open(line: str) -> bool:
    """Whether a space was left for somebody to write on."""
    return not line.strip() or bool(_OPEN.search(line.strip()))


def shortened(line: str) -> str:
    """A line without the dots of a space that was left open."""
    return re.sub(r"\s*(?:[.…_]\s*){3,}|\s*…+[.…]*", " …", line).strip()
