"""What was typed, as it stood in the message box.

In: a message's activity. Out: its words, and whether the bot was named in them; JSON's values, one by one.
Never: I/O; a mention found by how it looks: what Teams says is one is one, and nothing else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot import cutting

#: learn.microsoft.com, Teams: format your bot messages. What was typed comes with these written out, and with spaces
#: that do not break; whatever has no semicolon is somebody's own ampersand.
_ENTITY: Final = re.compile(
    r"&(?:(?P<name>nbsp|amp|lt|gt|quot|apos)|#(?P<code>\d{1,7})|#[xX](?P<hex>[0-9a-fA-F]{1,6}));"
)
_BY_NAME: Final = {"nbsp": " ", "amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
#: Where the bot is named; no text has this character in it (`whole`).
_US: Final = "\0"
_CALLED_US: Final = re.compile(r"\A\s*(?:\0\s*)+[,:]?")
_NAMED_US: Final = re.compile(r"\s*\0\s*")


def said(given: Mapping[str, Any]) -> tuple[str, bool]:
    """What was said as it stood in the message box, and whether the bot was named in it.

    By what Teams says is a mention, never by how it looks: the bot's own go, other people's become their names.
    """
    text, us = text_of(given.get("text")), text_of(inside(given, "recipient", "id"))
    parts, end, named = [], 0, False
    for begin, upto, who, name in sorted(_mentions(given, text)):
        ours = who == us != ""
        parts += [_plain(text[end:begin]), _US if ours else _plain(name)]
        end, named = upto, named or ours
    words = "".join((*parts, _plain(text[end:])))
    return _NAMED_US.sub(" ", _CALLED_US.sub("", words)).strip(), named


def _mentions(given: Mapping[str, Any], text: str) -> Iterator[tuple[int, int, str, str]]:
    """From where to where in the text, whose id, whose name; none within another."""
    taken: list[tuple[int, int]] = []
    for entity in list_of(given.get("entities")):
        if inside(entity, "type") != "mention":
            continue
        name = text_of(inside(entity, "mentioned", "name"))
        written = text_of(inside(entity, "text")) or f"<at>{name}</at>"
        begin = _free(text, written, taken)
        if begin >= 0:
            taken.append((begin, begin + len(written)))
            inner = re.sub(r"<[^<>]*>", "", written)
            yield begin, begin + len(written), text_of(inside(entity, "mentioned", "id")), name or inner


def _free(text: str, written: str, taken: Sequence[tuple[int, int]]) -> int:
    begin = text.find(written)
    while begin >= 0 and any(begin < upto and begin + len(written) > start for start, upto in taken):
        begin = text.find(written, begin + 1)
    return begin


def _plain(text: str) -> str:
    return _ENTITY.sub(_character, text).replace("\xa0", " ").replace("\r\n", "\n")


def _character(entity: re.Match[str]) -> str:
    if entity["name"]:
        return _BY_NAME[entity["name"]]
    code = int(entity["code"]) if entity["code"] else int(entity["hex"], 16)
    is_one = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_one else entity[0]


# ---------------------------------------------------------------- JSON


def whole(held: Any) -> Any:
    """A value as a database can keep it: half a character, and the one that is none (U+0000), are dropped."""
    match held:
        case str():
            return cutting.whole(held)
        case dict():
            return {whole(name): whole(value) for name, value in held.items()}
        case list() | tuple():
            return [whole(value) for value in held]
    return held


def inside(held: object, *path: str) -> object:
    """What stands there, or None: Teams leaves out whatever does not apply."""
    for name in path:
        held = held.get(name) if isinstance(held, Mapping) else None
    return held


def text_of(held: object) -> str:
    """A text, or an empty one."""
    return str(whole(held)) if isinstance(held, str) else ""


def list_of(held: object) -> Sequence[object]:
    """A list, or an empty one."""
    return held if isinstance(held, list) else ()
