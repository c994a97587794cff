"""Reads the number, letter or bullet that a printed line begins with.

In: a line's text. Out: a `Mark`, or None where it begins with words. Never: decides what the line is.
"""

import re
from typing import Literal, NamedTuple, TypeAlias

Sort: TypeAlias = Literal["number", "letter", "roman", "bullet"]

_BULLETS = "•·‣▪▫●○◦■□◆◇➢➤►▶✓✔★–—*o§-"
_NUMBER = re.compile(r"\s*(?P<ref>\(?(?P<digits>\d{1,3}(?:\.\d{1,3})*)(?P<end>[.):]*))(?:\s+|$)(?P<rest>.*)", re.DOTALL)
_LETTER = re.compile(r"\s*(?P<ref>\(?(?P<letter>[a-zA-Z]|[ivxlcIVXLC]{1,6})[.)])(?:\s+|$)(?P<rest>.*)", re.DOTALL)
_BULLET = re.compile(rf"\s*(?P<ref>[{re.escape(_BULLETS)}\uf000-\uf0ff])(?:\s+|$)(?P<rest>.*)", re.DOTALL)
_ROMAN = re.compile(r"(?=.)x{0,3}(ix|iv|v?i{0,3})", re.IGNORECASE)


class Mark(NamedTuple):
    """What a line begins with: `ref` as printed ("1.", "2.2)", "(a)", "i.", "•"), `parts` the numbers in it.

    `rest` is the text after it. `sort` of a single letter that is a Roman number too is `letter` but for i, v and x:
    only what stands before it tells.
    """

    sort: Sort
    ref: str
    parts: tuple[int, ...]
    rest: str


def mark(text: str) -> Mark | None:
    """The number, letter or bullet at the beginning."""
    if found := _NUMBER.match(text):
        return Mark("number", found["ref"], tuple(map(int, found["digits"].split("."))), found["rest"].strip())
    if found := _LETTER.match(text):
        roman = bool(_ROMAN.fullmatch(found["letter"])) and (len(found["letter"]) > 1 or found["letter"] in "ivxIVX")
        if len(found["letter"]) == 1 or roman:
            return Mark("roman" if roman else "letter", found["ref"], (), found["rest"].strip())
    if found := _BULLET.match(text):
        return Mark("bullet", found["ref"], (), found["rest"].strip())
    return None
