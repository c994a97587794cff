"""The limits of Teams and of Adaptive Cards, in one table; and text cut into pieces that keep within them.

In: text, cards. Out: how much they take; pieces that put together again are the same text.
Never: a word left out in silence, half a character.
"""

import json
import re
import unicodedata
from typing import Any, Final

# ---------------------------------------------------------------- the table

#: What a whole message may take, and what is left for all that the service adds to it: who, where, when; in bytes of
#: UTF-16, two a unit (learn.microsoft.com, Teams: format your bot messages: 100 KB, else 413 `MessageSizeTooBig`).
_MESSAGE_BYTES: Final = 100_000
_ADDED_BYTES: Final = 10_000
#: Units of UTF-16 that a message or a dialog may take as JSON. Nothing is published for dialogs: they are messages too.
MESSAGE: Final = (_MESSAGE_BYTES - _ADDED_BYTES) // 2
#: The version of Adaptive Cards (learn.microsoft.com, Teams: types of cards: bots may send 1.5 or earlier).
VERSION: Final = "1.5"
#: Buttons in one row. Teams shows six (learn.microsoft.com, Teams: types of cards: six primary actions), Microsoft's
#: own reader of cards five (npm, adaptivecards: host-config, `maxActions`).
ACTIONS: Final = 5
# For the rest Adaptive Cards publish no limit. These keep things in sight on a telephone 360 points wide.
#: A button's label: one line, cut by the client where it is longer.
BUTTON_TEXT: Final = 40
#: A card's heading; it stands in what a lock screen shows too.
HEADING: Final = 150
#: A choice in a list that opens: one line, cut by the client where it is longer.
OPTION_TEXT: Final = 60
#: A label where it names a problem on top of a dialog.
NAMED: Final = 80
#: How many choices are all in sight; more are in a list that opens.
FEW: Final = 10
#: Units that any field takes at least; what the bot takes is less, and it says so.
TYPED: Final = 10_000
#: One line of text in one element; and elements in one box. Small enough to be spread over several messages.
PIECE: Final = 8000
#: The title of a dialog: cut by the client where it is longer (learn.microsoft.com, Teams: the `TaskInfo` object).
DIALOG_TITLE: Final = 50

# ---------------------------------------------------------------- how much


def length(text: str) -> int:
    """Units of UTF-16: a character beyond U+FFFF counts as two, for browsers and for the size of messages."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def size(made: Any) -> int:
    """Units of UTF-16 that something takes as JSON."""
    return length(json.dumps(made, ensure_ascii=False))


# ---------------------------------------------------------------- pieces

#: Where text is cut, best first: after a sentence, a word.
_SEAMS: Final = tuple(re.compile(seam) for seam in (r"(?<=[.!?;:])[\"”’)]?\s+", r"\s+"))
_JOINER: Final = "\u200d"
#: What goes with the character before it, beside marks: what joins two pictures, tones of skin, and the letters of a
#: flag that is spelt out (unicode.org, UTS #51, emoji).
_GOES_BEFORE: Final = re.compile(r"[\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
#: Two of these are a flag.
_REGIONS: Final = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def pieces(text: str, size: int) -> list[str]:
    """A line in pieces of at most `size` units, which put together are the line; nothing for none.

    It is cut after a sentence, else after a word, and only else between two characters.
    """
    found = []
    while length(text) > size:
        end = _end(text, size)
        found.append(text[:end])
        text = text[end:]
    return [*found, text] if text else found


def shortened(text: str, size: int) -> str:
    """The text, or as much of it as fits with an ellipsis. Whoever shortens shows the whole elsewhere."""
    if length(text) <= size:
        return text
    return text[: _end(text, size - 1)].rstrip() + "…"


def _end(text: str, size: int) -> int:
    """Where the first piece of `size` ends: at the last seam in its second half, else wherever it is full."""
    full = _full(text, size)
    for seam in _SEAMS:
        ends = [found.end() for found in seam.finditer(text, 0, full) if found.end() > full // 2]
        if ends:
            return ends[-1]
    return _between(text, full)


def _full(text: str, size: int) -> int:
    """How many characters of the text are as long as `size`."""
    end = min(len(text), size)
    while length(text[:end]) > size:
        end -= max(1, (length(text[:end]) - size) // 2)
    return end


def _between(text: str, end: int) -> int:
    """The nearest place before `end` that is not inside of what is seen as one character."""
    return next((place for place in range(end, max(end - 20, 0), -1) if not _inside(text, place)), end)


def _inside(text: str, place: int) -> bool:
    """Whether an accent, a joined picture or a flag would be torn there."""
    after = text[place]
    if text[place - 1] == _JOINER or unicodedata.category(after).startswith("M") or _GOES_BEFORE.match(after):
        return True
    begun = text[: place + 1]
    regions = len(begun) - len(begun.rstrip(_REGIONS))
    return regions > 0 and regions % 2 == 0
