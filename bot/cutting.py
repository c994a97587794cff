"""Text, and what a post is drawn as, cut into pieces that keep within a platform's limits, and to what can be kept.

In: text or drawn blocks, a limit. Out: pieces that put together again are the same.
Never: a word or a block left out in silence, half a character.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

_Block = TypeVar("_Block")
_Weight = TypeVar("_Weight")

#: Where text is cut, best first: after a paragraph, a line, a sentence, a word.
_SEAMS: Final = tuple(re.compile(seam) for seam in (r"\n\s*\n", r"\n", r"(?<=[.!?;:])[\"”’)]?\s+", r"\s+"))
_JOINER: Final = "\u200d"
#: What goes with the character before it, beside marks: what joins two pictures, tones of skin, and the letters of a
#: flag that is spelt out (unicode.org, UTS #51, emoji).
_GOES_BEFORE: Final = re.compile(r"[\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
#: Two of these are a flag.
_REGIONS: Final = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def length(text: str) -> int:
    """How long a platform takes a text to be, in units of UTF-16: a character beyond U+FFFF counts as two there."""
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


def packed(
    groups: Iterable[Iterable[_Block]], weighed: Callable[[_Block], _Weight], fit: Callable[[Sequence[_Weight]], bool]
) -> list[list[_Block]]:
    """The groups on pages, as many on each as it holds; one that no page holds is cut between its blocks.

    `weighed` tells how much of a page a block takes, `fit` whether a page holds blocks of such weights. At least one
    page, and on each at least one block where there are any.
    """
    pages: list[list[tuple[_Block, _Weight]]] = [[]]

    def has_room(more: Iterable[tuple[_Block, _Weight]]) -> bool:
        return not pages[-1] or fit([weight for _, weight in (*pages[-1], *more)])

    for group in ([(block, weighed(block)) for block in group] for group in groups):
        if not has_room(group):
            pages.append([])
        for one in group:
            if not has_room([one]):
                pages.append([])
            pages[-1].append(one)
    return [[block for block, _ in page] for page in pages]


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


def one_line(text: str) -> str:
    """A text without ends of lines, with single spaces."""
    return " ".join(text.split())


def whole(text: str) -> str:
    """A text as a database can keep it: half a character, and the one that is none (U+0000), are dropped."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")
