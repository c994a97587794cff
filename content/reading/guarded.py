"""Tells what is the council's own wording whatever it speaks of, so that no likeness takes it for a page's furniture.

In: a piece. Out: whether it stays. Never: looks at where it stands.
"""

import re

from content.reading import wording
from content.reading.pieces import Piece
from content.reading.sentences import whole_sentence

_NUMBERED = 3
_LINE = 4
#: What stands before the room for a signature where a rule or tabs, that have no letters, are the room.
_LABELS = re.compile(
    r"\W*(?:(?:signed|signature|sign here|(?:print )?name|dated?)\b\s*(?:\([^)]*\)|[:.…_])*\s*)+", re.IGNORECASE
)


def never_furniture(piece: Piece) -> bool:
    """A sentence of six words with its stop, or a shorter one with a number; none that leaves room to be filled in.

    Only the format's own word sets it aside, the very same text at the edges of pages, or the day it was adopted on.
    """
    if wording.blank(piece.text):
        return False
    return whole_sentence(piece.text) or (_numbered(piece) and whole_sentence(piece.text, _NUMBERED))


def leaves_room(piece: Piece) -> bool:
    """There is something to write a name or a date on, and not only a word on signing."""
    return wording.blank(piece.text) or bool(_LABELS.fullmatch(piece.text)) or not piece.text.strip(" .…_·-")


def of_the_body(piece: Piece) -> bool:
    """It shows that a section goes on, though its lines have no stops: a numbered line, a bullet of some length."""
    if wording.dated(piece.text) or wording.blank(piece.text) or wording.letterhead(piece.text):
        return never_furniture(piece) and piece.sort is not None and not wording.adoption(piece.text)
    if _numbered(piece):
        return piece.words > 1
    return piece.listed and piece.words >= _LINE


def _numbered(piece: Piece) -> bool:
    """A clause's number, and not a house's or a version's: "1.2", "1." or "(a)", and not "1"."""
    ref = piece.ref or ""
    return bool(ref) and not ref.isdigit()
