"""Words as elements of Adaptive Cards.

In: text that anybody may have written. Out: elements that show it to the letter, and labels on one line.
Never: I/O; words taken for markup; a word left out.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from adapters.teams import limits
from bot import cutting

#: One element of an Adaptive Card, or an action.
Drawn: TypeAlias = dict[str, Any]

#: What a heading would take for markup: it is a `TextBlock`, which reads Markdown and puts dates in place (npm,
#: adaptivecards: card-elements, text-formatters). What a client makes of a backslash before them is published nowhere.
_MARKUP: Final = re.compile(
    r"[\\*_`~\[\]<>|\t\n\r]|&#?\w+;|^\s|\s$|^[#+=-]|^\d+[.)]\s|\{\{|\s\s|://|www\.", re.IGNORECASE
)
#: What no client shows, and some services refuse. Line ends are none of these.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
#: Between two braces: a client would put a date where `{{DATE(…)}}` stands in one run of text, or in a label.
_BRACES: Final = re.compile(r"(?<=\{)(?=\{)")
_DATED: Final = re.compile(r"(?<=\{)(?=\{(?:DATE|TIME)\()")
#: As wide as nothing, and no place to break a line.
_JOINER: Final = "\u2060"
#: Instead of a text that has nothing to show, where one is wanted.
_NOTHING: Final = "–"


def clean(text: str) -> str:
    """Text without what nobody sees: half characters and control characters. Its lines stay."""
    if text.isprintable():
        return text
    return _CONTROL.sub("", text.encode("utf-8", "ignore").decode())


def flat(text: str) -> str:
    """Text on one line, for labels; never empty."""
    line = " ".join(filter(None, map(str.strip, clean(text).splitlines())))
    return _DATED.sub(_JOINER, line) or _NOTHING


def is_markup(text: str) -> bool:
    """Whether a client could take anything in a text for markup, where it reads any."""
    return _MARKUP.search(text) is not None


def runs(text: str, **style: Any) -> list[Drawn]:
    """A line as runs of text: they know no Markdown. `style` as with `TextRun`."""
    pieces = _BRACES.split(text) if "{{" in text else (text,)
    return [{"type": "TextRun", "text": piece, **style} for piece in pieces]


def line(inlines: list[Drawn], spacing: str = "") -> Drawn:
    """Runs of text as one element. `spacing`: above it."""
    gap = {"spacing": spacing} if spacing else {}
    return {"type": "RichTextBlock", **gap, "inlines": inlines}


def nothing() -> Drawn:
    """Where there is nothing to show, and something must be."""
    return line(runs(_NOTHING, isSubtle=True))


def written(
    text: str, *, small: bool = False, bold: bool = False, colour: str = "", spacing: str = ""
) -> Iterator[Drawn]:
    """Words as they stand, one element a line; none for none. A blank line is seen as a gap.

    Each line is an element of its own, because clients differ in what a line end means. `spacing`: above the first.
    """
    style = {
        **({"size": "small", "isSubtle": True} if small else {}),
        **({"weight": "bolder"} if bold else {}),
        **({"color": colour} if colour else {}),
    }
    gap = spacing
    for one in clean(text).splitlines():
        if not one.strip():
            gap = "" if gap == "none" else gap
            continue
        for piece in cutting.pieces(one, limits.PIECE):
            yield line(runs(piece, **style), gap)
            gap = "none"


# ---------------------------------------------------------------- titles


def is_short(title: str) -> bool:
    """Whether a title is a heading: one line, and not a long one."""
    return cutting.length(title) <= limits.HEADING and len(clean(title).strip().splitlines()) == 1


def heading(title: str) -> Drawn:
    """A heading on one line. One that could be taken for markup is in bold only: no screen reader finds it."""
    style = {"size": "large", "weight": "bolder"}
    title = clean(title).strip()
    if is_markup(title):
        return line(runs(title, **style))
    return {"type": "TextBlock", "text": title, "style": "heading", "wrap": True, **style}


def titles(title: str) -> Iterator[Drawn]:
    """A title of any length, on as many lines as it has; none for none."""
    if is_short(title):
        yield heading(title)
    else:
        yield from written(title, bold=True)
