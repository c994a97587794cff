"""Reads the number, letter or bullet that a printed line begins with.

In: a line's text. Out: a `Mark`, or None where it begins with words. Never: decides what the line is.
"""

import re
from typing import Literal, NamedTuple, TypeAlias

Sort: TypeAlias = Literal["number", "letter", "roman", "bullet"]

_BULLETS = "•·∙⋅‣⁃▪▫■□●○◦◘◉◆◇❖➢➤►▶▸→⇒✓✔✗★☆☐☑–—−*o§-"
#: "1.Background" was typed without a space, and Word prints "3.4.1The" where its tab has no room.
_AFTER = r"(?:\s+|$|(?<=[.)\]])(?=[A-Z“\"‘'])|(?<=\.\d)(?=[A-Z][a-z])|(?<=\.\d\d)(?=[A-Z][a-z]))"
_NUMBER = re.compile(
    rf"\s*(?P<ref>[(\[]?(?P<digits>\d{{1,3}}(?:\.\d{{1,3}})*)(?P<put_in>[A-Z](?=[\s.)\]]|$))?(?P<end>[.):\]]*)){_AFTER}(?P<rest>.*)",
    re.DOTALL,
)
_LETTER = re.compile(
    rf"\s*(?P<ref>[(\[]?(?P<letter>[a-zA-Z]|[a-z]{{2}}|[ivxIVX]{{1,6}})[.)\]]+){_AFTER}(?P<rest>.*)", re.DOTALL
)
_CODED = re.compile(
    r"\s*(?P<ref>(?P<letter>[A-Z])(?:\.(?P<digits>\d{1,2}(?:\.\d{1,2})*)|(?P<close>\d{1,2}(?:\.\d{1,2})*))[.):]?)"
    r"\s+(?P<rest>.*)",
    re.DOTALL,
)
_ENCLOSED = re.compile(r"\s*(?P<ref>\((?P<letter>[a-z]|[ivx]{1,6})\))(?P<rest>\S.*)", re.DOTALL)  # "(a)order": no space
_BULLET = re.compile(rf"\s*(?P<ref>[{re.escape(_BULLETS)}\uf000-\uf0ff])(?:\s+|$)(?P<rest>.*)", re.DOTALL)
_GLYPH = re.compile(r"\s*(?P<ref>[•·▪■●○◦➢➤►✓✔\uf000-\uf0ff])(?P<rest>\w.*)", re.DOTALL)  # a bullet without a space
_ROMAN = re.compile(r"(?=.)x{0,3}(ix|iv|v?i{0,3})", re.IGNORECASE)
_NO_NUMBER = re.compile(
    r"(?:[a-z]|%|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"
)
_MEASURE = re.compile(r"(?:[ap]\.?m\b|%|per\b|hours?\b|miles?\b|met(?:re|er)s?\b|million\b)")


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
    if (found := _NUMBER.match(text)) and not _counts(found):
        return Mark("number", found["ref"], parts(found["digits"]), found["rest"].strip())
    if (found := _CODED.match(text)) and (found["digits"] or not found["rest"][:1].islower()):
        digits = found["digits"] or found["close"]
        return Mark("number", found["ref"], parts(digits, found["letter"]), found["rest"].strip())
    if found := _LETTER.match(text) or _ENCLOSED.match(text):
        roman, letter = _is_roman(found["letter"]), found["letter"]
        if roman or len(letter) == 1 or letter[0] == letter[1]:
            return Mark("roman" if roman else "letter", found["ref"], (), found["rest"].strip())
    if found := _BULLET.match(text) or _GLYPH.match(text):
        return Mark("bullet", found["ref"], (), found["rest"].strip())
    return None


def parts(digits: str, letter: str = "") -> tuple[int, ...]:
    """The numbers in one: "2.1" (2, 1), "1.0" (1,) as it stands over 1.1, "B2" (102, 2) so that no 2 is over it."""
    told = [int(part) for part in digits.split(".") if part]
    while len(told) > 1 and told[-1] == 0:
        told.pop()
    return (100 + ord(letter) - ord("A") + 1, *told) if letter else tuple(told)


def _is_roman(letters: str) -> bool:
    """Whether letters are to be taken for a Roman number where nothing before them tells: c and d are letters."""
    return bool(_ROMAN.fullmatch(letters)) and (len(letters) > 1 or letters in "ivxIVX")


def value(ref: str, sort: Sort) -> int:
    """What a printed letter or Roman number counts: "(b)" 2, "iv." 4; of a number its last part. 0 for bullets."""
    core = re.sub(r"[^0-9a-z.]", "", ref.lower()).strip(".")
    if sort == "bullet" or not core:
        return 0
    if sort == "number":
        return int(core.split(".")[-1])
    if sort == "letter":
        return ord(core[0]) - ord("a") + 1 + 26 * (len(core) - 1)
    worth = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
    digits = [worth.get(letter, 0) for letter in core]
    return sum(-digit if digit < max(digits[at:]) else digit for at, digit in enumerate(digits))


def _counts(found: re.Match[str]) -> bool:
    """A number that counts or dates something ("3 councillors", "9 May 2024", "10.30 am") and marks nothing."""
    if found["end"] or not found["ref"][0].isdigit():
        return False
    if found["put_in"] and "." not in found["digits"]:
        return True
    return bool((_MEASURE if "." in found["digits"] else _NO_NUMBER).match(found["rest"]))
