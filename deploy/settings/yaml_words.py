"""Names and ids as they stand in a settings file.

In: names as people write them. Out: ids, and text that YAML reads back to the letter. Never: an id that is an office's.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Final, get_args

from bot.settings import GROUP, Office
from content.quoting import quoted

_ID_LENGTH: Final = 40
#: A name that YAML takes for nothing but itself; any other stands in quotation marks.
_PLAIN: Final = re.compile(r"[^\W\d_][\w.’'-]*( [\w.’'(-][\w.’')-]*)*")
#: Words that YAML's readers take for something else.
_NOT_PLAIN: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def short_id(name: str, taken: Collection[str] = (), other: str = "someone") -> str:
    """A short name that is nobody else's and no office's: `jo-hartley`. `other` where a name has no letters for one."""
    letters = unicodedata.normalize("NFKD", one_line(name)).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", letters.replace("'", ""))
    id = "-".join(words)[:_ID_LENGTH].strip("-") or other.lower()
    if id in get_args(Office) or id == GROUP:
        id = f"{id}-{other.lower()}"
    return next(one for one in _numbered(id) if one not in taken)


def _numbered(id: str) -> Iterator[str]:
    yield id
    number = 2
    while True:
        yield f"{id}-{number}"
        number += 1


def written(text: str) -> str:
    """A name, an id or a sentence, as YAML reads it back, to the letter."""
    text = one_line(text)
    if _PLAIN.fullmatch(text) and text.casefold() not in _NOT_PLAIN:
        return text
    return quoted(text)


def one_line(text: str) -> str:
    """Without what would break a line."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
