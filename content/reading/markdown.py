"""Reads Markdown, and text that is written with its marks.

In: the bytes of a .md file, or text. Out: `Paper`, a line for each paragraph, heading and row, in the file's order.
Never: takes a mark for the wording, or a number that somebody typed for a list's.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from msgspec.structs import replace

from content.reading.decoded import decoded
from content.reading.lines import Line, Paper, Whence
from content.reading.marked_up import front_matter, plain_of_html, prepared
from content.reading.mended import joined
from content.reading.pages import running_heads
from content.reading.printed import Mark, mark
from content.reading.refusals import EMPTY, NO_TEXT, NOT_INSTALLED, TOO_MUCH, Unreadable
from content.reading.segments import Segment, Softly, segments
from content.reading.sentences import final, lower

#: Lists in lists in lists: past this the parser leaves out what it finds.
_DEEPEST = 60
#: A paragraph is a few thousand letters at most; the time that some take grows with the square of their length.
_LONGEST = 40_000
_NOTE = re.compile(r"\[\^[^\]\s]+\]:\s*")
_ATTRIBUTES = re.compile(r"\s*\{[#.][^{}]*\}$")


def read(data: bytes, progress: Callable[[int, int], None] | None = None) -> Paper:
    """The paragraphs of a Markdown file. `progress` hears how many of how many steps are done.

    Raises `Unreadable` where there is no text in it or far too much.
    """
    if not data.strip():
        raise Unreadable(EMPTY)
    text, warnings = decoded(data)
    return paper(text, warnings, progress=progress)


def paper(
    text: str,
    warnings: tuple[str, ...] = (),
    kind: Literal["markdown", "text"] = "markdown",
    progress: Callable[[int, int], None] | None = None,
) -> Paper:
    """The same for characters that were decoded."""
    if any(len(line) > _LONGEST for line in text.split("\n")):
        raise Unreadable(TOO_MUCH)
    head, body = front_matter(text.replace("\f", "\n\n").replace("\u00ad\n", ""))
    said = [Line(text=line, whence="header") for line in head.lines]
    lines = said + _over_heads(_Walk(_tokens(prepared(body)), progress).lines())
    if not any(letter.isalnum() for line in lines for letter in line.text):
        raise Unreadable(NO_TEXT)
    return Paper(kind=kind, lines=tuple(lines), title=head.title, warnings=warnings)


def _tokens(text: str) -> list[Any]:
    try:
        from markdown_it import MarkdownIt
    except ModuleNotFoundError:
        raise Unreadable(NOT_INSTALLED) from None
    # What is set in by four columns is a further paragraph, or a list, in what people write: nobody means "code".
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").disable("code")
    try:
        found = parser.parse(text)
    except RecursionError:
        raise Unreadable(TOO_MUCH) from None
    if any(token.level >= _DEEPEST - 1 for token in found):
        raise Unreadable(TOO_MUCH)
    return found


class _Item(NamedTuple):
    """A list's item: what is printed before its words."""

    number: str = ""
    bullet: str = ""


class _Walk:
    """Goes through the parser's tokens in order, and knows which list, item and row it is in."""

    def __init__(self, tokens: list[Any], progress: Callable[[int, int], None] | None) -> None:
        self._tokens = tokens
        self._progress = progress
        self._items = _items(tokens)
        self._blocks = {id(token): segments(token) for token in tokens if token.type == "inline"}
        self._soft = Softly(list(self._blocks.values()))
        self._found: list[Line] = []
        self._depth = -1
        self._layout: list[bool] = []
        self._item: _Item | None = None
        self._heading = 0
        self._drawn = False
        self._row: list[str] | None = None
        self._ended = 0

    def lines(self) -> list[Line]:
        """Every one of them."""
        for place, token in enumerate(self._tokens):
            step = self._steps.get(token.type)
            if step:
                step(self, token)
            if token.map and not token.nesting:
                self._ended = max(self._ended, token.map[1])
            if self._progress and not place % 2000:
                self._progress(place, len(self._tokens))
        return self._found

    def _list_opens(self, _token: Any) -> None:
        # "- 1. text": the dash is there for the layout alone.
        self._layout.append(self._item is not None)
        self._depth += not self._layout[-1]

    def _list_closes(self, _token: Any) -> None:
        self._depth -= not self._layout.pop()
        self._item = None

    def _item_opens(self, token: Any) -> None:
        self._item = self._items[id(token)]

    def _item_closes(self, _token: Any) -> None:
        self._item = None

    def _heading_opens(self, token: Any) -> None:
        self._heading = int(token.tag[1:])
        self._drawn = token.markup in ("-", "=")

    def _heading_closes(self, _token: Any) -> None:
        self._heading = 0

    def _row_opens(self, _token: Any) -> None:
        self._row = []

    def _row_closes(self, _token: Any) -> None:
        cells = tuple(self._row or ())
        self._row = None
        if any(cells):
            self._found.append(Line(text="\t".join(cells), cells=cells, whence="table"))

    def _fence(self, token: Any) -> None:
        from content.reading.text import read_lines

        self._found += read_lines(f"{token.info}\n\n{token.content}")

    def _html(self, token: Any) -> None:
        from content.reading.text import read_lines

        self._found += read_lines(plain_of_html(token.content))

    def _inline(self, token: Any) -> None:
        block = self._blocks[id(token)]
        if self._row is not None:
            self._row.append(joined([one.text for one in block]) if block else "")
            return
        if not block:
            return
        apart = token.map[0] > self._ended
        whole = self._heading and (not self._drawn or _is_heading(block))
        groups = [block] if whole else self._soft.groups(block)
        for place, group in enumerate(groups):
            self._found.append(self._line(group, apart=apart and not place, whole=bool(whole)))

    def _line(self, group: Sequence[Segment], *, apart: bool, whole: bool) -> Line:
        text = joined([one.text for one in group])
        whence: Whence = "body"
        if note := _NOTE.match(text):
            text, whence = text[note.end() :], "note"
        if whole:
            text = _ATTRIBUTES.sub("", text)
        typed = mark(text)
        number, bullet, depth, goes_on = self._place(typed)
        return Line(
            text=text,
            number=number,
            bullet="" if typed and _is_typed(typed) else bullet,
            depth=depth,
            goes_on=goes_on,
            heading=self._heading if whole else 0,
            bold=all(one.bold for one in group),
            italic=all(one.italic for one in group),
            apart=apart,
            whence=whence,
        )

    def _place(self, typed: Mark | None) -> tuple[str, str, int | None, bool]:
        """Number, bullet, depth, and whether it carries on: what an item's first line has, and what those after it."""
        item, self._item = self._item, None
        if self._depth < 0:
            return "", "", None, False
        if item:
            return item.number, item.bullet, self._depth, False
        if typed is None:
            return "", "", self._depth, True
        # Set in under the item by its indent alone: a clause with a number of its own is no part of it.
        return "", "", None if typed.sort == "number" else self._depth + 1, False

    _steps: dict[str, Callable[["_Walk", Any], None]] = {  # noqa: RUF012 never changed
        "bullet_list_open": _list_opens,
        "ordered_list_open": _list_opens,
        "bullet_list_close": _list_closes,
        "ordered_list_close": _list_closes,
        "list_item_open": _item_opens,
        "list_item_close": _item_closes,
        "heading_open": _heading_opens,
        "heading_close": _heading_closes,
        "tr_open": _row_opens,
        "tr_close": _row_closes,
        "fence": _fence,
        "html_block": _html,
        "inline": _inline,
    }


def _items(tokens: Sequence[Any]) -> dict[int, _Item]:
    """What is printed before each item: numbers as they are written, counted where all of them are the same."""
    found: dict[int, _Item] = {}
    lists: list[list[Any]] = []
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append([])
        elif token.type == "list_item_open":
            lists[-1].append(token)
            found[id(token)] = _Item(token.info + token.markup, "") if token.info else _Item("", token.markup)
        elif token.type == "ordered_list_close":
            items = lists.pop()
            if len(items) > 1 and len({item.info for item in items}) == 1:
                for number, item in enumerate(items, start=int(items[0].info)):
                    found[id(item)] = _Item(f"{number}{item.markup}")
        elif token.type == "bullet_list_close":
            lists.pop()
    return found


def _is_heading(block: Sequence[Segment]) -> bool:
    """A line of dashes stands under it; that makes a heading of one short line, not of a paragraph."""
    return len(block) == 1 and len(block[0].text) <= 100 and not block[0].text.endswith((".", ";", ","))


def _is_typed(found: Mark) -> bool:
    """A number or a letter with the dot or the bracket that makes it one: "1.1", "(a)", "i." and no "3 councillors"."""
    return found.sort != "bullet" and bool(found.rest) and not found.ref.isdigit()


def _over_heads(lines: Sequence[Line]) -> list[Line]:
    """The same, with a page's head that stands again and again marked as such, and what it cut in two as one."""
    texts = [_as_printed(line) for line in lines]
    heads = running_heads(texts, frozenset(place for place, line in enumerate(lines) if line.heading))
    found: list[Line] = []
    open_at = -1
    for place, line in enumerate(lines):
        if place in heads:
            found.append(replace(line, whence="header"))
            continue
        if place - 1 in heads and open_at >= 0 and _cut(found[open_at], line):
            found[open_at] = replace(found[open_at], text=joined([found[open_at].text, line.text]))
            continue
        open_at = len(found)
        found.append(line)
    return found


def _as_printed(line: Line) -> str:
    """With the number or bullet that the format adds; a table's row is an item too, and may well be repeated."""
    return f"{line.number or line.bullet or ('•' if line.cells else '')} {line.text}".strip()


def _cut(before: Line, line: Line) -> bool:
    plain = before.whence == line.whence == "body" and not (
        before.heading or line.heading or line.number or line.bullet
    )
    return plain and not final(before.text) and lower(line.text) and mark(line.text) is None
