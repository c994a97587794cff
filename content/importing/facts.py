"""What a document says of itself: its title, whose it is, when it was adopted and is reviewed, where it is from.

In: an outline. Out: `Facts`. Never: a guess: a day that is not whole stays in the words it stands in, what is left open
is "blank", what is called unknown "unknown", what nobody wrote "not stated"; names of people stay out.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from bot.pack import Document, Nation, Note, Stated, Version
from content.importing import days, records, whose
from content.importing.ids import one_line
from content.reading.structure import Entry, Outline, Passage

_ABOUT = r"(?:protocol|code of|policy|procedure|guidance|guide|charter|concordat|standing order|memorandum)"
_TITLED = re.compile(rf"\b{_ABOUT}", re.IGNORECASE)
#: What stands before or after a title: a section of a constitution, a version, an asterisk that leads to a note.
_BEFORE_TITLE = re.compile(
    r"^(?:[\s#*•_]+|title:\s*|(?:section|part|appendix|annexe?|schedule|item|chapter)\s+[\w.]+\s*[–—:-]\s*)+",
    re.IGNORECASE,
)
_AFTER_TITLE = re.compile(r"[\s*_]+$|\s*[–—-]?\s*\(?\bv(?:ersion)?\.?\s*\d[\d.]*\)?$", re.IGNORECASE)
_SEGMENTS = re.compile(r"\s+[–—|]\s+|\t")
_ADOPTED = re.compile(r"\b(?:adopted|approved|agreed|ratified|adoption|approval)\b", re.IGNORECASE)
_ANOTHERS = re.compile(
    r"\badopted (?:code|polic|procedure|standing|party|by (?:all|every))|\bapproved by the officer", re.IGNORECASE
)
_BY = re.compile(r"\bby (?:the )?(.+?)(?:\s+(?:on|at|in|of)\b|[,;:(]|\s+\d|$)", re.IGNORECASE)
_REVIEW = re.compile(
    r"\b(?:next\s+review(?:ed)?|(?:to be|for|due for)\s+review(?:ed)?|review\s+(?:date|due|by)"
    r"|date\s+(?:of|for)\s+(?:the\s+)?(?:next\s+)?review|(?:looked\s+at|reviewed)\b[^.;]{0,40}\bnext"
    r"|(?:will|shall|must|is\s+to)\s+be\s+(?:formally\s+)?reviewed)\b\s*(?:date|due|on|in|by|is)*\s*[:–—-]?\s*",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"\b(?:last\s+)?(?:updated|revised|reviewed|amended)\b", re.IGNORECASE)
_VERSION = re.compile(r"\bv(?:ersion)?\.?\s*(\d[\d.]*)", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\b((?:report|document ref(?:erence)?|doc\.? ref|policy (?:no|number|ref)|our ref|ref(?:erence)?)\b[.:]?"
    r"(?:\s+no\b\.?)?\s*:?\s*[A-Z]{0,6}[\s/-]?\d[\w/.-]*)",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"^\W*(?:source|taken from|based on|adapted from|reproduced from|extract(?:ed)? from)\b\W*(.+)$", re.IGNORECASE
)
_MODEL = re.compile(r"\b(?:NALC|LGA|SLCC|One Voice|toolkit|model|guidance|national association)\b", re.IGNORECASE)
#: Where a document tells of itself outside its clauses.
_TELLING: Final = (
    "title",
    "adoption",
    "header",
    "footer",
    "letterhead",
    "source",
    "review table",
    "table",
    "web page",
    "footnote",
    "signature",
    "unplaced",
)
_DATED: Final = 60  # characters: a few words and a day
_SHORT: Final = 160  # characters: a line that tells of the document; longer ones are sentences of it


class Facts(Struct, frozen=True, kw_only=True):
    """`council` is empty where the document does not name one, `nation` None where its words do not tell."""

    document: Document
    council: str
    adopted_by: str
    nation: Nation | None
    elsewhere: bool
    notes: tuple[Note, ...]
    warnings: tuple[str, ...]


def facts(outline: Outline, title: str = "") -> Facts:
    """What the document tells of itself. `title` is what the file tells, for want of one on the paper."""
    lines = list(_lines(outline))
    whole = " ".join((*lines, *wording(outline)))
    about = _About(lines, outline, title)
    return Facts(
        document=about.document(),
        council=whose.council(lines, whole),
        adopted_by=about.adopted_by,
        nation=whose.nation(whole),
        elsewhere=whose.elsewhere(whole),
        notes=tuple(about.notes()),
        warnings=tuple(about.warnings()),
    )


def _lines(outline: Outline) -> Iterator[str]:
    """Each line that is no clause and may tell of the document, once."""
    kept = (
        _unsigned(one_line(left.text)) if left.why == "signature" else one_line(left.text)
        for left in outline.left
        if left.why in _TELLING
    )
    yield from dict.fromkeys(line.removeprefix("[bookmark: _GoBack]") for line in kept if line)


def _unsigned(line: str) -> str:
    """What a line to sign on tells of dates, without whose name is on it."""
    found = _REVIEW.search(line) or _ADOPTED.search(line)
    if found is None:
        return ""
    told = line[found.start() :]
    return told if records.left_open(told) or len(told) <= _DATED else told[:_DATED].rsplit(" ", 1)[0]


def wording(outline: Outline) -> Iterator[str]:
    """Each heading, clause and line of a list."""

    def entries(rows: tuple[Entry, ...]) -> Iterator[str]:
        for row in rows:
            yield row.text
            yield from entries(row.entries)

    for node in outline.body:
        yield one_line(node.text)
        if isinstance(node, Passage):
            yield from map(one_line, entries(node.entries))


class _About:
    """The lines that tell of the document, each read for what it tells."""

    def __init__(self, lines: list[str], outline: Outline, title: str) -> None:
        rows = records.rows([left for left in outline.left if left.why == "review table"])
        self._versions = records.versions(rows)
        self._rows = rows
        self._record = "; ".join(one_line(left.text) for left in outline.left if left.why == "review table")
        cells = {_letters("".join(row)) for row in rows}
        self._lines = [line for line in lines if _letters(line) not in cells]
        short = [line for line in wording(outline) if len(line) <= _SHORT]
        self._adoption = self._of_adoption(self._lines) or self._of_adoption(short)
        self._review = next((line for line in (*self._lines, *short) if _REVIEW.search(line)), "")
        self._update = next((line for line in self._lines if _UPDATED.search(line) and not _REVIEW.search(line)), "")
        self._source = next((found for line in self._lines if (found := _SOURCE.match(line))), None)
        self._title = _title(outline, title)

    @staticmethod
    def _of_adoption(lines: Iterable[str]) -> str:
        """The line that tells of the adoption; one with a day before one without."""
        telling = [line for line in lines if _ADOPTED.search(line) and not _ANOTHERS.search(line)]
        return next((line for line in telling if days.day(line)), "") or next(
            (line for line in telling if days.vague(line) or records.left_open(line)), ""
        )

    @property
    def adopted_by(self) -> str:
        found = _BY.search(self._adoption)
        return found[1].strip() if found else ""

    def document(self) -> Document:
        reference = next((found[1] for line in self._lines if (found := _REFERENCE.search(line))), "")
        return Document(
            title=self._title or "not stated",
            reference=reference or "not stated",
            adopted=self._adopted(),
            next_review=self._next_review(),
            source=self._source[1].strip(" “”\"'*.") if self._source else "not stated",
            versions=self._versions or tuple(self._updates()),
        )

    def _adopted(self) -> Stated:
        if self._adoption:
            return days.day(self._adoption) or records.open_or_not(self._adoption)
        return self._versions[0].date if self._versions else "not stated"

    def _next_review(self) -> Stated:
        if not self._review:
            return "not stated"
        after = _REVIEW.split(self._review, maxsplit=1)[-1]
        return days.day(after) or records.open_or_not(after)

    def _updates(self) -> Iterator[Version]:
        """A version that a line tells of, where there is no table."""
        version = next((found[1] for line in self._lines if (found := _VERSION.search(line))), "")
        changed = days.day(self._update) or ""
        if version or changed:
            yield Version(
                version=version or "not stated",
                date=changed or "not stated",
                approved_by="not stated",
                changes="not stated",
            )

    def notes(self) -> Iterator[Note]:
        if self._adoption in self._lines and self._adoption:
            yield Note(id="adopted", where="Title", topics=("adoption-date",), plain=self._adoption)
        if self._rows and self._versions:
            topics = ("review-history", "adoption-date")
            yield Note(id="record", where="Record of reviews", topics=topics, plain=self._record)
        elif self._update and self._update != self._review:
            yield Note(id="updated", where="Title", topics=("review-history",), plain=self._update)
        if self._review in self._lines and self._review not in (self._adoption, ""):
            yield Note(id="review", where="Next review", topics=("next-review",), plain=records.shortened(self._review))
        if self._source:
            model = ("model-guidance",) if _MODEL.search(self._source[0]) else ()
            yield Note(id="source", where="Source note", topics=("document-source", *model), plain=self._source[0])

    def warnings(self) -> Iterator[str]:
        for name, line in (("was adopted", self._adoption), ("is reviewed next", self._review)):
            if line and days.vague(line):
                yield f"The day it {name} is no whole day in the document: “{records.shortened(line)}”."


def _letters(text: str) -> str:
    """What two ways of writing a table's row have in common."""
    return "".join(filter(str.isalnum, text))


def _title(outline: Outline, title: str) -> str:
    """The title as it is printed; else a line at the edge of the pages that is one; else the file's own."""
    printed = [one_line(left.text) for left in outline.left if left.why == "title"]
    edges = [one_line(left.text) for left in outline.left if left.why in ("header", "footer", "letterhead", "web page")]
    parts = [part for line in edges if len(line) <= _SHORT for part in _SEGMENTS.split(line)]
    likely = [part for part in (*parts, one_line(title)) if _TITLED.search(part) and not part.rstrip().endswith(".")]
    for line in (*(one for one in printed if _TITLED.search(one)), *likely, *printed):
        if bare := _AFTER_TITLE.sub("", _BEFORE_TITLE.sub("", line)).strip():
            return bare
    return ""
