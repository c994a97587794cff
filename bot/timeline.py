"""The record of versions and reviews, in the shape of Crickhowell's own table: version, date, approved by, changes.

In: a document's own versions and the reviews recorded here. Out: rows, blocks, and a sentence for `/protocol about`.
Never: a date that the record does not hold; who recorded it.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation import Facts
from bot.pack import Document, Stated, Version, day
from bot.review import Kind, Outcome, Review
from bot.words import Words

#: What documents say of a review that changed nothing.
_NO_CHANGES: Final = ("", "none made", "no amendments made")


class Row(Struct, frozen=True, kw_only=True):
    """A row of the record of reviews; `recorded` where it was recorded here, else it stands in the document.

    `corrected_by` is the id of the seat that corrected what was recorded, `corrected` when.
    """

    version: str
    on: Stated
    approved_by: str
    changes: str
    minute: str = ""
    kind: Kind | Literal["", "adopted"] = ""
    recorded: bool = False
    corrected_by: str = ""
    corrected: datetime | None = None


def history(review: Review, document: Document | None = None) -> tuple[Row, ...]:
    """One timeline of the document's own versions and the reviews recorded here, oldest first, as Crickhowell's has it.

    A review after the last version gets the next number where the versions are numbered; one before it, or of the same
    day, has none. One that the document lists by now in the same words is there once. `document` is the protocol's;
    linked documents have none.
    """
    rows = list(_own(document)) if document else []
    last = max((found for found in (day(row.on) for row in rows) if found), default=date.min)
    for outcome in review.outcomes:
        same = next((i for i, row in enumerate(rows) if _says(row, outcome)), None)
        if same is not None:
            rows[same] = replace(_row(outcome, rows[same].version), changes=rows[same].changes, recorded=False)
        elif outcome.on > last:
            rows.append(_row(outcome, _next_version(rows)))
        else:
            rows.insert(_place(rows, outcome.on), _row(outcome, ""))
    return tuple(rows)


def _says(row: Row, outcome: Outcome) -> bool:
    """Whether a row of the document says all that was recorded of a review, but for the minute. An adoption is none."""
    if row.recorded or row.kind or row.on != outcome.on.isoformat():
        return False
    changes = row.changes.casefold()
    same = changes in _NO_CHANGES if outcome.kind == "no-change" else changes == outcome.changes.casefold()
    return same and row.approved_by.casefold() == outcome.approved_by.casefold()


def _place(rows: list[Row], on: date) -> int:
    """Before the first that is later; what has no known day stays where the document has it."""
    later = (i for i, row in enumerate(rows) if (day(row.on) or date.min) > on)
    return next(later, len(rows))


def _own(document: Document) -> Iterator[Row]:
    if not document.versions and day(document.adopted):
        yield Row(version="1", on=document.adopted, approved_by="", changes="", kind="adopted")
    for row in document.versions:
        yield _stated(row)


def _stated(row: Version) -> Row:
    return Row(version=row.version, on=row.date, approved_by=row.approved_by, changes=row.changes)


def _row(outcome: Outcome, version: str) -> Row:
    return Row(
        version=version,
        on=outcome.on.isoformat(),
        approved_by=outcome.approved_by,
        changes=outcome.changes,
        minute=outcome.minute,
        kind=outcome.kind,
        recorded=True,
        corrected_by=outcome.corrected_by,
        corrected=outcome.corrected,
    )


def _next_version(rows: list[Row]) -> str:
    """The number after the last that there is; empty where versions are called something else."""
    last = next((row.version for row in reversed(rows) if row.version), "" if rows else "0")
    return str(int(last) + 1) if last.isdecimal() else ""


# ---------------------------------------------------------------- as people read it


def table(rows: tuple[Row, ...], words: Words) -> Facts:
    """One row for each version and review, oldest first."""
    return Facts(tuple((_version(row, words), _told(row, words)) for row in rows))


def sentence(row: Row, words: Words) -> str:
    """A row in one line."""
    facts = {"date": when(row, words), "approved_by": row.approved_by, "changes": _changes(row, words)}
    if row.recorded:
        return words("history-about", minute=row.minute or words("history-minute-none"), **facts)
    return words("version", version=row.version, **facts)


def when(row: Row, words: Words) -> str:
    """The day as people write it, or that it is unknown."""
    known = day(row.on)
    return words.day(known) if known else words("date-unknown")


def _version(row: Row, words: Words) -> str:
    if row.version:
        return words("history-row", version=row.version, date=when(row, words))
    return words("history-row-unnumbered", date=when(row, words))


def _told(row: Row, words: Words) -> str:
    if row.kind == "adopted":
        return words("history-adopted")
    lines = (
        words("history-approved", approved_by=row.approved_by),
        words("history-changes", changes=words("history-unknown") if _is_unknown(row) else _changes(row, words)),
        words("history-minute", minute=row.minute or words("history-minute-none")),
        *((words("history-recorded"),) if row.recorded else ()),
        *((words("history-corrected", by=row.corrected_by, day=words.day_of(row.corrected)),) if row.corrected else ()),
    )
    return "\n".join(lines)


def _changes(row: Row, words: Words) -> str:
    return words("changes-unknown") if _is_unknown(row) else row.changes or words("history-no-changes")


def _is_unknown(row: Row) -> bool:
    return row.changes.casefold() == "unknown"
