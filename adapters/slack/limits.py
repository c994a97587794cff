"""Slack's limits, in one table; and text cut into pieces that keep within them.

In: text. Out: pieces that put together again are the same text. Never: a word left out in silence, half a character.
"""

import re
import unicodedata
from typing import Final

# Each from docs.slack.dev, reference, block-kit (blocks, block elements, composition objects) and views; lengths are
# in characters. The few that stand elsewhere say where.
MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
SECTION_TEXT: Final = 3000
SECTION_FIELDS: Final = 10
FIELD_TEXT: Final = 2000
CONTEXT_ELEMENTS: Final = 10
CONTEXT_TEXT: Final = 3000
ACTIONS: Final = 25
HEADER: Final = 150
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2000
OPTION_LABEL: Final = 75
OPTION_VALUE: Final = 150
OPTION_DESCRIPTION: Final = 75
SELECT_OPTIONS: Final = 100
OPTION_GROUPS: Final = 100
GROUP_LABEL: Final = 75
RADIO_OPTIONS: Final = 10
#: The title of a dialog and the labels of its two buttons.
DIALOG_LABEL: Final = 24
METADATA: Final = 3000
IDENTIFIER: Final = 255  # of a block, an action, a callback
INPUT_LABEL: Final = 2000
INPUT_HINT: Final = 2000
PLACEHOLDER: Final = 150
INPUT_TEXT: Final = 3000
#: Bytes of a whole view as JSON (docs.slack.dev, views.push: 250 KB); some are left for what Slack adds.
VIEW_BYTES: Final = 240_000
#: Characters of all blocks of a message as JSON. Slack refuses more than some 13,200 (`msg_blocks_too_long`) and does
#: not document how it counts, so this counts everything.
MESSAGE_JSON: Final = 12_000
#: Characters of a message's own text, which is what screen readers read out (docs.slack.dev, chat.postMessage; more
#: can't be edited, chat.update: `msg_too_long`).
MESSAGE_TEXT: Final = 4000

#: Where text is cut, best first: after a paragraph, a line, a sentence, a word.
_SEAMS: Final = tuple(re.compile(seam) for seam in (r"\n\s*\n", r"\n", r"(?<=[.!?;:])[\"”’)]?\s+", r"\s+"))
_JOINER: Final = "\u200d"
#: What goes with the character before it, beside marks: what joins two pictures, tones of skin, and the letters of a
#: flag that is spelt out (unicode.org, UTS #51, emoji).
_GOES_BEFORE: Final = re.compile(r"[\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
#: Two of these are a flag.
_REGIONS: Final = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def length(text: str) -> int:
    """How long Slack may take a text to be: its clients count a character beyond U+FFFF as two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: str, size: int) -> list[str]:
    """The text in pieces of at most `size`, which put together are the text; nothing for none.

    It is cut at paragraphs, else at lines, sentences, words, and only else between two characters.
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
