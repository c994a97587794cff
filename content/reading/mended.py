"""Puts the lines of a paragraph together again, and the words that a line's end broke.

In: the lines' texts, and the words that stand whole elsewhere in the file. Out: one text. Never: drops a letter.
"""

import re
from collections.abc import Sequence

from content.reading.hyphens import belongs

_BROKEN = re.compile(r"(\w+)([-\u2010\u00ad])$")
_SLASH = re.compile(r"\w/$")
_BLANKS = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u3000]+")


def joined(texts: Sequence[str], known: frozenset[str] = frozenset()) -> str:
    """The lines of a paragraph as one. `known` are the file's words, in small letters: a broken word that stands whole
    among them is mended so; one that stands with its hyphen keeps it."""
    pieces = [texts[0].strip()]
    for text in texts[1:]:
        following = text.strip()
        if broken := _BROKEN.search(pieces[-1][-80:]):
            keep = broken[2] != "\u00ad" and _keeps_hyphen(pieces[-1][-80:-1], following, known)
            pieces[-1] = pieces[-1][:-1] + ("-" if keep else "")
        elif not _SLASH.search(pieces[-1][-2:]):
            pieces.append(" ")
        pieces.append(following)
    return _BLANKS.sub(" ", "".join(pieces).replace("\u00ad", "")).strip()


def _keeps_hyphen(before: str, after: str, known: frozenset[str]) -> bool:
    if not after[:1].islower() or not before[-1].isalpha():
        return True
    return belongs(before, after, known.__contains__)


def vocabulary(texts: Sequence[str]) -> frozenset[str]:
    """The words of a file in small letters, those with hyphens too, and none that a line's end broke."""
    return frozenset(word for text in texts for word in re.findall(r"\w+(?:-\w+)*(?![-\w])", text.lower()))
