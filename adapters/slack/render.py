"""Posts as Slack's Block Kit.

In: the core's `Post`. Out: messages as plain dicts, each within Slack's limits; blocks for `views.py`.
Never: I/O; a word that anybody wrote taken for markup, a mention or a link; a word left out in silence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
from msgspec import Struct

from adapters.slack import limits
from bot import cutting
from bot.conversation import (
    Block,
    Button,
    Buttons,
    Cited,
    Facts,
    File,
    Line,
    Outline,
    Paragraph,
    Post,
    Quote,
)

Message: TypeAlias = dict[str, Any]
#: One block of Block Kit, and a text object.
Drawn: TypeAlias = dict[str, Any]

#: What mrkdwn would take for markup though it is escaped (docs.slack.dev, formatting message text): marks, emoji by
#: name, a quotation at the beginning of a line, and an edge that would keep bold from being bold.
_MARKUP: Final = re.compile(r"[*_~`\n\r]|:[\w+'’-]+:|^\s|^>|\s$")
#: Characters of the values in one section, and of the buttons in one row as JSON: so that a message can be cut there.
_ROWS: Final = 2500
_BUTTONS: Final = 6000
#: Instead of a text that has nothing to show, where Slack wants one.
_NOTHING: Final = "–"
#: How many posts are drawn once: some megabytes at most.
_KNOWN: Final = 256
_INDENT: Final = "\u2003"  # as wide as a letter is high: several spaces would be shown as one
#: In front of a line of an outline, by how deep it is: some clients drop what is empty at the beginning of a line.
_BULLETS: Final = ("", "• ", "◦ ", "▪ ")


class Sentences(Struct, frozen=True, kw_only=True):
    """Every sentence of the adapter's own. `name`, `close` and `go_on` have at most 24 characters."""

    name: str
    close: str
    go_on: str
    moment: str
    choose: str
    continued: str
    not_all: str
    failed: str
    unshown: str
    no_council: str


# ---------------------------------------------------------------- text


def plain(text: str) -> Drawn:
    """Text that is shown to the letter."""
    whole = text.encode("utf-8", "ignore").decode()
    return {"type": "plain_text", "text": whole if whole.strip() else _NOTHING, "emoji": False}


def bold(text: str) -> Drawn:
    """A label in bold; plain where anything in it could be taken for markup."""
    if not text.strip() or _MARKUP.search(text):
        return plain(text)
    return {"type": "mrkdwn", "text": f"*{escaped(plain(text)['text'])}*", "verbatim": True}


def escaped(text: str) -> str:
    """Text without Slack's three control characters (docs.slack.dev, formatting message text: escaping)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# ---------------------------------------------------------------- messages


@lru_cache(maxsize=_KNOWN)
def known_messages(post: Post) -> Sequence[Message]:
    """`messages` of what anybody may see, which many ask for: drawn once, and not to be changed."""
    return messages(post)


def messages(post: Post, *, notice: bool = False) -> list[Message]:
    """A post as one message, or as several that are numbered.

    Their `text` is what a screen reader reads out: all of it. A notice with a title has that alone there, because a
    lock screen shows it.
    """
    pages = cutting.packed(_groups(post), _weighed, _fit_a_message)
    return [_message(post.title, page, number, len(pages), notice) for number, page in enumerate(pages, 1)]


def _message(title: str, page: list[Drawn], number: int, pages: int, notice: bool) -> Message:
    mark = f"{number}/{pages}" if pages > 1 else ""
    shown = [*_top(title, mark), *page]
    spoken = title if notice and title else "\n".join(filter(None, map(_spoken, shown)))
    return {"text": _text(spoken or _NOTHING), "blocks": numbered(shown)}


def _top(title: str, mark: str) -> Iterator[Drawn]:
    if title.strip():
        yield from heading(f"{title} ({mark})" if mark else title)
    elif mark:
        yield small(mark)


def heading(title: str) -> Iterator[Drawn]:
    """A title. One too long for a heading is a paragraph."""
    if cutting.length(title) <= limits.HEADER:
        yield {"type": "header", "text": plain(title)}
    else:
        yield from sections(title)


def _groups(post: Post) -> list[list[Drawn]]:
    """The blocks, those together that belong together: a clause, and buttons with what stands above them."""
    groups: list[list[Drawn]] = []
    for block in post.blocks:
        drawn = list(_drawn(block))
        if isinstance(block, Buttons) and groups:
            groups[-1].extend(drawn)
        elif drawn:
            groups.append(drawn)
    return groups or [[]] if post.title else groups or [[small(_NOTHING)]]


class _Weight(NamedTuple):
    """How much of a message a block takes: of its text, and of its JSON."""

    spoken: int
    size: int


def _weighed(block: Drawn) -> _Weight:
    return _Weight(cutting.length(escaped(_spoken(block))) + 1, _json(block) + 2)


def _json(made: Drawn) -> int:
    """Not less than it takes however it is written: Slack's own library puts a space after every colon and comma."""
    written = msgspec.json.encode(made)
    return cutting.length(written.decode()) + written.count(b":") + written.count(b",")


def _fit_a_message(page: Sequence[_Weight]) -> bool:
    """Whether a message holds blocks of such weights, with room for a title."""
    return (
        len(page) < limits.MESSAGE_BLOCKS
        and sum(one.spoken for one in page) <= limits.MESSAGE_TEXT - limits.HEADER
        and sum(one.size for one in page) <= limits.MESSAGE_JSON - 2 * limits.HEADER
    )


def _spoken(block: Drawn) -> str:
    """What a block says, as bare text."""
    if block["type"] == "context":
        return "\n".join(map(_bare, block["elements"]))
    if "fields" in block:
        bare = [_bare(field) for field in block["fields"]]
        return "\n".join(f"{name}: {value}" for name, value in zip(bare[::2], bare[1::2], strict=True))
    return _bare(block["text"]) if "text" in block else ""


def _bare(text: Drawn) -> str:
    """A text object's words; where it is a label, without what makes it bold."""
    if text["type"] == "plain_text":
        return str(text["text"])
    return str(text["text"][1:-1]).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _text(spoken: str) -> str:
    """A message's own text. What the blocks say in full may be cut here, and shows that it is."""
    room = limits.MESSAGE_TEXT
    while cutting.length(escaped(spoken)) > limits.MESSAGE_TEXT:
        room = room * 9 // 10
        spoken = cutting.shortened(spoken, room)
    return escaped(spoken)


def numbered(shown: Iterable[Drawn]) -> list[Drawn]:
    """All blocks of a message or a view, with its buttons numbered: their `action_id` is what tells them apart."""
    numbers = count(1)
    return [_named(block, numbers) if block["type"] == "actions" else block for block in shown]


def _named(actions: Drawn, numbers: Iterator[int]) -> Drawn:
    elements = [{**element, "action_id": f"b{next(numbers)}"} for element in actions["elements"]]
    return {**actions, "elements": elements}


# ---------------------------------------------------------------- blocks


def blocks(parts: Iterable[Block]) -> list[Drawn]:
    """What posts and forms are made of, as blocks. Buttons have no `action_id` yet: see `numbered`."""
    return [drawn for part in parts for drawn in _drawn(part)]


def _drawn(block: Block) -> Iterator[Drawn]:
    match block:
        case Paragraph():
            yield from map(small, _cut(block.text, limits.CONTEXT_TEXT)) if block.small else sections(block.text)
        case Quote():
            yield from sections(f"“{block.text}”")
            if block.by.strip():
                yield from map(small, _cut(f"— {block.by}", limits.CONTEXT_TEXT))
        case Cited():
            yield from _cited(block)
        case Facts():
            yield from _facts(block.rows)
        case Outline():
            yield from sections("\n".join(map(_line, block.lines)))
        case File():
            yield from map(small, _cut(block.name, limits.CONTEXT_TEXT))  # what can't be pressed is not offered
        case Buttons():
            yield from _rows(block.buttons)


def sections(text: str) -> Iterator[Drawn]:
    """Words as they stand, in as many sections as they need; none for none."""
    for piece in _cut(text, limits.SECTION_TEXT):
        yield {"type": "section", "text": plain(piece)}


def small(text: str) -> Drawn:
    """Small words, at most 3000 characters."""
    return {"type": "context", "elements": [plain(text)]}


def _cut(text: str, size: int) -> Iterator[str]:
    """Pieces with anything to show. A line's end where one is cut off is the gap between two blocks."""
    return (piece.strip("\n") for piece in cutting.pieces(text, size) if piece.strip())


def bold_line(text: str) -> Iterator[Drawn]:
    """A line in bold above what it is about; plain where as bold it would be too long."""
    label = bold(text)
    if cutting.length(label["text"]) <= limits.SECTION_TEXT:
        yield {"type": "section", "text": label}
    else:
        yield from sections(text)


def _cited(cited: Cited) -> Iterator[Drawn]:
    """A clause: its number, where it stands and how strong it is, then its words. Adopted words are in quotes."""
    yield from bold_line(cited.label)
    known = (" › ".join((cited.council, *cited.path)), cited.told or cited.strength, cited.sure or "")
    yield from map(small, _cut(" · ".join(filter(None, known)), limits.CONTEXT_TEXT))
    words = "\n".join((cited.text, *(f"• {item}" for item in cited.items)))
    yield from sections(f"“{words}”" if cited.adopted else words)


def _line(line: Line) -> str:
    bullet = _BULLETS[min(line.depth, len(_BULLETS) - 1)]
    return _INDENT * line.depth + bullet + line.name + (f" · {line.refs}" if line.refs else "")


def _facts(rows: Iterable[tuple[str, str]]) -> Iterator[Drawn]:
    """Names in bold with their values beside them; a long one below its name."""
    fields: list[Drawn] = []
    for name, value in rows:
        row = [bold(name), plain(value)]
        long = max(cutting.length(text["text"]) for text in row) > limits.FIELD_TEXT
        if fields and (long or len(fields) == limits.SECTION_FIELDS or _size([*fields, *row]) > _ROWS):
            yield {"type": "section", "fields": fields}
            fields = []
        if long:
            yield from (*bold_line(name), *sections(value))
        else:
            fields = [*fields, *row]
    if fields:
        yield {"type": "section", "fields": fields}


def _size(fields: Iterable[Drawn]) -> int:
    return sum(cutting.length(field["text"]) for field in fields)


def _rows(buttons: Sequence[Button]) -> Iterator[Drawn]:
    """Buttons side by side. The words of one that is too long for a button stand above it."""
    for button in buttons:
        if cutting.length(button.label) > limits.BUTTON_TEXT:
            yield from map(small, _cut(button.label, limits.CONTEXT_TEXT))
    for row in cutting.packed([map(_button, buttons)], _json, _fit_a_row):
        if row:
            yield {"type": "actions", "elements": row}


def _fit_a_row(buttons: Sequence[int]) -> bool:
    """Whether a row holds buttons of so much JSON."""
    return len(buttons) <= limits.ACTIONS and sum(buttons) <= _BUTTONS


def _button(button: Button) -> Drawn:
    """Raises `ValueError` for a token that no button holds: the core's tokens are short, or something is wrong."""
    if cutting.length(button.token) > limits.BUTTON_VALUE:
        raise ValueError("a button's token is longer than Slack takes")
    label = plain(cutting.shortened(button.label, limits.BUTTON_TEXT))
    style = {"style": "primary"} if button.primary else {}
    return {"type": "button", "text": label, "value": button.token, **style}
