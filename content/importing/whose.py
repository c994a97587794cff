"""Whose document it is: the council's name, and the nation, as far as its words tell.

In: lines and wording of a document. Out: both, or nothing. Never: a name that does not stand in it.
"""

import re
from collections import Counter
from collections.abc import Iterable

from bot.pack import Nation
from bot.stems import folded

_KIND = r"(?:Parish|Town|City|Community|Village|Neighbourhood|District|Borough|County)"
_WORD = r"(?:[A-Z][\w’'.]*(?:-[\w’'.]+)*)"
_COUNCIL = re.compile(
    rf"\b({_WORD}(?:[ ,](?:{_WORD}|and|with|of|on|in|le|la|the|under|upon|next|cum|&)){{0,10}}? {_KIND}) Council\b"
)
_KINDS = re.compile(rf"\s+(?:{_KIND} )?Council\b.*$", re.IGNORECASE)
_PRINCIPAL = re.compile(r"\b(?:District|Borough|County) Council$")
_NOBODY = frozenset(
    "the a an this that our your any all each every parish town city community village district borough county by of "
    "for in on to and with adopted approved principal local whole full under members officers councillors clerk clerks "
    "chair chairman mayor staff employees protocol policy".split()
)  # fmt: skip
_WALES = re.compile(r"\bWales\b|\bWelsh\b|\bSenedd\b|\bCyngor\b|\bCymru\b")
#: Wales has no parish councils and no district councils, and boroughs there are county boroughs (Local Government
#: (Wales) Act 1994); the Localism Act's rules on conduct hold in England.
_ENGLAND = re.compile(
    r"\bEngland\b|\bLocalism Act\b|\bLGA\b|(?i:\bparish (?:council|meeting)|\bdistrict council\b"
    r"|(?<!county )\bborough council\b)"
)
_ELSEWHERE = re.compile(r"\bScotland\b|\bScottish\b|\bNorthern Ireland\b")


def council(lines: Iterable[str], wording: str) -> str:
    """The council that is named most; lines outside the clauses tell more than the clauses do."""
    counted = Counter[str]()
    for text, weight in (*((line, 3) for line in lines), (wording, 1)):
        for found in _COUNCIL.finditer(_in_capitals_no_more(text)):
            name = _own_name(found[1])
            if name:
                counted[f"{name} Council"] += weight
    return max(counted, key=lambda name: (counted[name], -len(name), name), default="")


def another(known: str, named: str, wording: str) -> str:
    """The council that a document names instead of the one it is imported for; empty where it may well be that one's.

    `known` and `named` are whole names, `wording` all that stands in it. A principal council is nobody's mistake: the
    document of a parish may name its district alone.
    """
    own = _simplified(_KINDS.sub("", known))
    if not named or _PRINCIPAL.search(named) or not own or f" {own} " in f" {_simplified(wording)} ":
        return ""
    return named


def _simplified(text: str) -> str:
    return " ".join(re.findall(r"\w+", folded(text.replace("&", " and ").replace("-", " "))))


def _own_name(words: str) -> str:
    """Without what only stands before it: "Adopted by Ash Parish" is Ash Parish; "the Parish" is nobody's name."""
    kept = words.split()
    while kept and kept[0].casefold() in _NOBODY:
        kept.pop(0)
    return " ".join(kept) if len(kept) > 1 else ""


def _in_capitals_no_more(text: str) -> str:
    """NETHER STOWEY PARISH COUNCIL as Nether Stowey Parish Council."""
    return re.sub(
        rf"\b(?:[A-Z][A-Z’'-]+ ){{1,10}}?{_KIND.upper()} COUNCIL\b",
        lambda found: _capitalised(found[0]),
        text,
    )


def _capitalised(words: str) -> str:
    small = {"on", "of", "the", "and", "with", "in", "le", "under", "upon", "by"}
    return " ".join(
        "-".join(part if part in small else part.capitalize() for part in word.casefold().split("-"))
        if word.casefold() not in small
        else word.casefold()
        for word in words.split()
    )


def nation(wording: str) -> Nation | None:
    """Where it holds, as far as its words tell."""
    if _ELSEWHERE.search(wording):
        return None
    if _WALES.search(wording):
        return "wales"
    return "england" if _ENGLAND.search(wording) else None


def elsewhere(wording: str) -> bool:
    """Whether it seems to be from a nation whose law the bot does not know."""
    return bool(_ELSEWHERE.search(wording))
