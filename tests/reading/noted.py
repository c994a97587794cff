"""Small documents for the tests of the structure, in a notation of their own, and outlines drawn as text.

In: text, a line for each paragraph. Out: a `Paper`; an outline's drawing. Never: reads a file.

Before a line's text: `H2:` a heading's tag, `T:` a title's, `B:` bold, `I:` italic, `S14:` its size, `@24:` its indent,
`P2:` its page, `A:` space before it, `N[1.1|1]` an automatic number and its depth, `U[•|0]` a bullet likewise,
`G:` it goes on, `W[header]` whence. ` ¦ ` parts the cells of a table's row.
"""

import re
from typing import Literal

from content.reading.lines import Line, Paper
from content.reading.structure import Entry, Outline, Passage, Title

_SIGN = re.compile(
    r"(?:(?P<plain>[TBIAG])|H(?P<heading>\d)|S(?P<size>\d+)|@(?P<indent>\d+)|P(?P<page>\d+)):|"
    r"(?P<auto>[NU])\[(?P<mark>[^|\]]*)(?:\|(?P<depth>\d+))?\]|W\[(?P<whence>\w+)\]"
)
_PLAIN = {"T": "title", "B": "bold", "I": "italic", "A": "apart", "G": "goes_on"}


def paper(text: str, kind: Literal["docx", "pdf", "html", "markdown", "text"] = "text", title: str = "") -> Paper:
    return Paper(kind=kind, title=title, lines=tuple(_line(line) for line in text.strip("\n").split("\n") if line))


def _line(text: str) -> Line:
    told: dict = {}
    while found := _SIGN.match(text):
        text = text[found.end() :]
        if found["plain"]:
            told[_PLAIN[found["plain"]]] = True
        elif found["auto"]:
            told["number" if found["auto"] == "N" else "bullet"] = found["mark"]
            told["depth"] = int(found["depth"]) if found["depth"] else None
        elif found["whence"]:
            told["whence"] = found["whence"]
        else:
            told |= {name: int(found[name]) for name in ("heading", "size", "indent", "page") if found[name]}
    if " ¦ " in text:
        told |= {"cells": tuple(text.split(" ¦ ")), "whence": "table"}
        text = text.replace(" ¦ ", "\t")
    return Line(text=text, **told)


def drawn(found: Outline) -> str:
    """`#` and the level for a heading, `=` and its number for a clause, `-` and its depth for a list's line."""
    return "\n".join(line for piece in found.body for line in _drawn(piece))


def _drawn(piece: Title | Passage) -> list[str]:
    if isinstance(piece, Title):
        return [" ".join(filter(None, ("#" * piece.level, piece.ref, piece.text)))]
    goes_on = f" <{piece.continues}" if piece.continues else ""
    own = " ".join(filter(None, ("=", piece.ref, piece.text + goes_on)))
    return [own, *_entries(piece.entries, 1)]


def _entries(entries: tuple[Entry, ...], depth: int) -> list[str]:
    lines = []
    for entry in entries:
        lines.append(" ".join(filter(None, ("-" * depth, entry.ref or entry.marker, entry.text))))
        lines += _entries(entry.entries, depth + 1)
    return lines


def left(found: Outline) -> list[tuple[str, str]]:
    return [(one.why, one.text) for one in found.left]
