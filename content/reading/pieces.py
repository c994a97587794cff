"""Turns a document's lines into pieces: each with its printed number or bullet apart from its words.

In: a `Paper`. Out: `Piece`s in order, and what is no text at all. Never: decides what is a heading.
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from content.reading.lines import Line, Paper
from content.reading.parts import name_alone
from content.reading.printed import Mark, Sort, mark

_ARTEFACT = re.compile(r"\[bookmark:[^\[\]]*\]|<!--(?:(?!<!--|-->).)*-->", re.DOTALL)
_MOSTLY = 0.6
_NAMED_WORDS = 16  # of a heading after "Section 3:"
_OPEN_END = re.compile(r"[\w,)’'”\"&/–-]$")
_OPEN_BRACKET = re.compile(r"\([^()]{0,80}$")
_LAST_WORDS = (
    "and or of the to for with on in by a an & – / within under between at from that which who whose is are be been "
    "was were has have had must should shall will would may can their its this these those any all as not into upon"
).split()
#: How a text ends that goes on.
_ENDINGS = tuple(f" {word}" for word in _LAST_WORDS)


class Piece(Struct, frozen=True, kw_only=True):
    """A paragraph: `ref` its printed number or letter, `marker` its bullet, at most one of the two; `text` the rest.

    `at` counts the lines of the paper from 0. `parts` are the numbers in a ref of sort `number`. `line` is the line it
    was printed as, for its style.
    """

    at: int
    line: Line
    text: str
    ref: str | None = None
    marker: str | None = None
    sort: Sort | None = None
    parts: tuple[int, ...] = ()

    @property
    def whole(self) -> str:
        """All of its words as printed, number or bullet first."""
        return " ".join(word for word in (self.ref or self.marker, self.text) if word)

    @property
    def words(self) -> int:
        """How many words there are."""
        return len(self.text.split())

    @property
    def leads(self) -> bool:
        """It announces a list: it ends in a colon, or a colon and a dash."""
        return bool(re.search(r":\s*[-–—]?$", self.text))

    @property
    def listed(self) -> bool:
        """It has a bullet or a letter, as a list's line has."""
        return self.sort in ("bullet", "letter", "roman")

    @property
    def capitals(self) -> bool:
        """All of its letters are capitals, and there are more than a mere abbreviation's."""
        return self.text.upper() == self.text and sum(letter.isalpha() for letter in self.text) > 3

    @property
    def stopped(self) -> bool:
        """It ends as a sentence does, or as a line of a list does."""
        return bool(re.search(r"[.;,](?:\s+(?:and|or|but))?[\"”’')]*$", self.text))


def pieces(paper: Paper) -> tuple[list[Piece], list[tuple[int, str]]]:
    """The paragraphs with their marks apart, and with the number of their line what a program left behind in them."""
    made: list[Piece] = []
    artefacts: list[tuple[int, str]] = []
    for at, line in enumerate(paper.lines):
        artefacts += [(at, found) for found in _ARTEFACT.findall(line.text)]
        text = " ".join(_ARTEFACT.sub(" ", line.text).split()) if not line.cells else line.text
        if text or line.number or line.cells:
            made.append(_piece(at, line, text))
            artefacts += [(at, number) for number in _superseded(line, made[-1], text)]
    return made, artefacts


def _piece(at: int, line: Line, text: str) -> Piece:
    cells = [" ".join(cell.split()) for cell in line.cells if cell.strip()]
    if len(cells) == 1:
        text = cells[0]  # a frame around a paragraph
    elif len(cells) == 2 and (found := mark(cells[0])) and not found.rest:
        return _marked(at, line, found, cells[1])
    elif cells:
        return Piece(at=at, line=line, text=" ".join(line.text.split()))
    if (name := name_alone(line.number)) and text and len(text.split()) <= _NAMED_WORDS and text[-1] not in ".;,":
        return Piece(at=at, line=line, text=f"{name}: {text}")
    if line.number and not _twice(text):
        found = mark(line.number)
        parts = found.parts if found else tuple(int(digits) for digits in re.findall(r"\d{1,3}", line.number))
        sort: Sort = found.sort if found and found.sort != "bullet" else "number"
        return Piece(at=at, line=line, text=text, ref=name or line.number, sort=sort, parts=parts)
    return _typed(at, line, text)


def _twice(text: str) -> bool:
    """A number such as 3.1 was typed though Word numbers the paragraph too: the typed one is what people go by."""
    found = mark(text)
    return bool(found and len(found.parts) > 1)


def _superseded(line: Line, piece: Piece, text: str) -> list[str]:
    """The automatic number that a typed one stands behind."""
    if (name := name_alone(line.number)) and (piece.ref == name or piece.text.startswith(f"{name}: ")):
        return []
    found = mark(text)
    printed = (
        [found.ref] if found and found.sort == "number" and piece.ref not in (None, found.ref, line.number) else []
    )
    return printed + ([line.number] if line.number and (_twice(text) or piece.ref != line.number) else [])


def _typed(at: int, line: Line, text: str) -> Piece:
    found = mark(text)
    bullet = line.bullet
    if found and found.sort == "bullet":
        bullet, found = found.ref, mark(found.rest) if _numbered(mark(found.rest)) else found._replace(sort="bullet")
    elif bullet and not _numbered(found):
        found = None
    if found and found.sort != "bullet":
        inner = mark(found.rest)
        twice = inner and len(inner.parts) > 1 and len(found.parts) > 1 and inner.rest
        return _marked(at, line, inner, inner.rest) if inner and twice else _marked(at, line, found, found.rest)
    if bullet:
        return Piece(at=at, line=line, text=found.rest if found else text, marker=bullet, sort="bullet")
    return Piece(at=at, line=line, text=text)


def _marked(at: int, line: Line, found: Mark, text: str) -> Piece:
    ref, marker = (None, found.ref) if found.sort == "bullet" else (found.ref, None)
    return Piece(at=at, line=line, text=text, ref=ref, marker=marker, sort=found.sort, parts=found.parts)


def _numbered(found: Mark | None) -> bool:
    """Whether what stands after a bullet is a number of its own: the bullet is then a converter's work."""
    return bool(found and found.sort != "bullet" and (len(found.parts) > 1 or not found.ref[-1].isdigit()))


def joined(given: list[Piece], *, wrapped: bool = False, whole: bool = False) -> list[Piece]:
    """Numbers that stand alone are put before the text on the next line; paragraphs cut in two are made whole.

    `wrapped`: the format ends lines where the page does, so that a reader may have taken one line for a paragraph.
    `whole`: it never does, so that only what was set aside in between can have cut one in two.
    """
    made: list[Piece] = []
    wrapped = wrapped and sum(piece.line.apart for piece in given) > len(given) * _MOSTLY
    for at, piece in enumerate(given):
        before = made[-1] if made else None
        near = at > 0 and piece.at == given[at - 1].at + 1
        if before and not before.text and before.ref and not piece.ref and not piece.marker:
            kept = piece.line if piece.line.bold or piece.line.heading or not before.line.heading else before.line
            made[-1] = replace(before, text=piece.text, line=kept)
        elif (
            before
            and not (near and (whole or _closes(before, piece)))
            and (cut_in_two(before, piece) or (wrapped and _wrapped(before, piece)))
        ):
            made[-1] = replace(before, text=f"{before.text} {piece.text}")
        elif before and near and _closes_bracket(before, piece):
            made[-1] = replace(before, text=f"{before.text} {piece.whole}")
        else:
            made.append(piece)
    return made


def cut_in_two(before: Piece, after: Piece) -> bool:
    """Whether a sentence runs from one piece into the next: no stop, then a small letter."""
    if after.ref or after.marker or not after.text or before.line.cells or after.line.cells:
        return False
    if before.line.heading or after.line.heading:
        return before.line.heading == after.line.heading and before.text.lower().endswith(_ENDINGS)
    if _hangs(before, after):
        return True
    small = after.text[0].islower() and not before.capitals
    same = before.line.bold == after.line.bold and before.capitals == after.capitals
    if small and _OPEN_END.search(before.text) and before.line.bold == after.line.bold:
        return True
    return same and before.text.lower().endswith(_ENDINGS)


def _closes(before: Piece, after: Piece) -> bool:
    """The end of a sentence that a list stands in: it belongs to all of the list."""
    if not before.listed or after.sort:
        return False
    set_apart = after.line.apart and before.line.page == after.line.page
    return before.stopped or (set_apart and not before.text.lower().endswith((*_ENDINGS, ",")))


def _closes_bracket(before: Piece, after: Piece) -> bool:
    """A number such as 4.5) that only ends what a bracket in the line before began, and begins nothing."""
    plain = not after.line.apart and not after.line.number and not before.line.cells
    return plain and bool(_OPEN_BRACKET.search(before.text) and re.fullmatch(r"[\d.]+\)[.,;]?", after.ref or ""))


def _wrapped(before: Piece, after: Piece) -> bool:
    """Where paragraphs stand apart: a line straight under one that had not ended."""
    if after.line.apart or after.sort or before.stopped or before.leads or before.line.bold != after.line.bold:
        return False
    if re.search(r"[.?!][)\"”’]*$", before.text) or before.line.heading or after.line.heading or before.capitals:
        return False
    return before.words > 9 or (before.listed and after.words < 8 and after.stopped)


def _hangs(before: Piece, after: Piece) -> bool:
    """The second line of a numbered heading that was too long for one: it stands further in, straight under it."""
    near = not after.line.apart and after.line.indent > before.line.indent and after.line.bold == before.line.bold
    return (
        bool(before.parts)
        and near
        and not before.stopped
        and not before.leads
        and after.words < 7
        and not after.stopped
    )
