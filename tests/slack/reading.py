"""What a person reads in Slack's client: blocks, buttons, forms.

In: blocks as Slack has them. Out: their words, labels and choices. Never: the adapter's drawing run backwards; it knows
of Slack only what docs.slack.dev says, and that people read on where one text is full and the next begins.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

Block = dict[str, Any]
#: docs.slack.dev, section block; Slack counts in UTF-16. A text this near to it was cut in the middle.
_FULL = 3000 - 25
_TOPS = ("header", "context", "section")
_MARKS = re.compile(r"(?<![^\W_])([*_~`])(?=\S)([^*_~`\n]+?)(?<=\S)\1(?![^\W_])")
_LINK = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


class Button(Struct, frozen=True):
    """What can be pressed: its whole words, the block it stands in, and itself."""

    label: str
    block_id: str
    element: Block


class Choice(Struct, frozen=True):
    """One option: all of its words, and itself."""

    words: str
    option: Block


class Input(Struct, frozen=True):
    """A field as it is read: its label, its hint, what can be chosen."""

    label: str
    hint: str
    block_id: str
    kind: str
    choices: tuple[Choice, ...]


def text(blocks: Sequence[Block]) -> str:
    """All words, from top to bottom, but those on buttons."""
    whole, full = "", False
    for block in blocks:
        words = _words(block)
        if not words:
            continue
        whole += ("" if full or not whole else "\n") + words
        full = block["type"] == "section" and len(words.encode("utf-16-le")) // 2 >= _FULL
    return whole


def buttons(blocks: Sequence[Block]) -> list[Button]:
    """From top to bottom. One that is cut short stands in full above."""
    above = [_words(block) for block in blocks]
    found = []
    for block in blocks:
        elements = block["elements"] if block["type"] == "actions" else [block.get("accessory") or {}]
        for element in elements:
            if element.get("type") == "button":
                label = _in_full(shown(element["text"]), above)
                found.append(Button(label, block["block_id"], element))
    return found


def inputs(blocks: Sequence[Block]) -> list[Input]:
    """The fields of a form."""
    above = [_words(block) for block in blocks]
    found = []
    for block in blocks:
        if block["type"] == "input":
            choices = tuple(Choice(_choice(one, above), one) for one in options(block["element"]))
            hint = shown(block["hint"]) if block.get("hint") else ""
            found.append(Input(shown(block["label"]), hint, block["block_id"], block["element"]["type"], choices))
    return found


def options(element: Block) -> Iterator[Block]:
    """Everything that can be chosen."""
    yield from element.get("options", ())
    for group in element.get("option_groups", ()):
        yield from group["options"]


def part(blocks: Sequence[Block]) -> tuple[int, int] | None:
    """Which part of how many this message says that it is, at its top; None for one that is whole."""
    first = _words(blocks[0]) if blocks else ""
    found = re.search(r"(?:^|\()(\d+)/(\d+)\)?$", first) if blocks and blocks[0]["type"] in _TOPS else None
    return (int(found[1]), int(found[2])) if found else None


def whole(parts: Sequence[Sequence[Block]]) -> list[Block]:
    """Messages that go on one from another, as one: their marks, and the title said again, are not read twice."""
    if len(parts) == 1:
        return list(parts[0])
    first, *others = parts
    unmarked = first[1:] if first[0]["type"] == "context" else first
    return [*unmarked, *(block for part in others for block in part[1:])]


def shown(words: Block | str) -> str:
    """A text object as it is read."""
    if isinstance(words, str):
        return words
    return marked(words["text"]) if words["type"] == "mrkdwn" else str(words["text"])


def marked(markup: str) -> str:
    """mrkdwn without its marks (docs.slack.dev, formatting message text)."""
    named = _LINK.sub(lambda link: link[2] or link[1], markup)
    return _MARKS.sub(r"\2", named).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


# ---------------------------------------------------------------- one block


def _words(block: Block) -> str:
    match block["type"]:
        case "header":
            return shown(block["text"])
        case "section":
            parts = [block["text"]] if block.get("text") else []
            return "\n".join([shown(part) for part in parts] + _rows(block.get("fields", [])))
        case "context":
            return "\n".join(shown(one) for one in block["elements"] if one["type"] != "image")
        case "input":
            return _asked(block)
    return ""


def _rows(fields: Sequence[Block]) -> list[str]:
    """Fields stand two in a row."""
    return [" ".join(map(shown, fields[at : at + 2])) for at in range(0, len(fields), 2)]


def _asked(block: Block) -> str:
    hint = [shown(block["hint"])] if block.get("hint") else []
    return "\n".join([shown(block["label"]), *map(_together, options(block["element"])), *hint])


# ---------------------------------------------------------------- what was too long for its place


def _in_full(label: str, above: Sequence[str]) -> str:
    if not label.endswith("…"):
        return label
    begins = label.removesuffix("…")
    return next((words for words in above if words.startswith(begins) and words != label), label)


def _choice(option: Block, above: Sequence[str]) -> str:
    """All of an option's words. A number in front of it stands for the words behind the same number above."""
    words = _together(option)
    if (number := re.match(r"\d+\. ", words)) is not None:
        for line in above:
            if line.startswith(number[0]):
                return line.removeprefix(number[0])
    return words


def _together(option: Block) -> str:
    """An option's text and the small line below it."""
    words = shown(option["text"])
    if option.get("description"):
        more = shown(option["description"])
        begun, goes_on = words.endswith("…"), more.startswith("…")
        return words.removesuffix("…").rstrip() + " " + more.removeprefix("…").lstrip() if begun and goes_on else words
    return words
