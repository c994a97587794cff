"""What two pieces of wording are compared by: their words, the list under them, the offices that they name.

In: pieces of a wording. Out: words, offices, whether they are the same. Never: takes likeness for sameness.
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.contents import Stand
from bot.pack import Clause, Item
from content.importing.offices import tagged, tags

#: Tags of offices and bodies that act; councillors and officers at large stand in nearly every sentence.
_OFFICES: Final = frozenset(
    "mo ombudsman slcc association convener committee standards group vice chair aside clerk manager third "
    "adviser".split()
)
_VICE: Final = re.compile(r"\bvice chair", re.IGNORECASE)
_WITH_ITS_LIST: Final = "\n"
_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛“”„‟«»`´\"'", None),
        **dict.fromkeys("‐‑‒–—―−-", " "),
        "\u00ad": None,
    }
)


def offices(text: str) -> frozenset[str]:
    """The offices and bodies that a wording names, whatever a council calls them.

    Where it speaks of committees' chairs and vice-chairs, no chair in it is told apart from those.
    """
    found = frozenset(tags(tagged(_VICE.sub("vice-chair", text))))
    return (found - {"chair", "vice"} if "aside" in found else found) & _OFFICES


def whole(stand: Stand) -> str:
    """The wording of a clause or item with the list under it."""
    return _WITH_ITS_LIST.join(_lines(stand.node)) if isinstance(stand.node, Clause | Item) else stand.wording


def placed(stand: Stand) -> str:
    """The same, after the line that leads the list it is in."""
    return f"{stand.lead_in}\n{whole(stand)}"


def same_words(one: str, other: str) -> bool:
    """Whether two wordings are the same, white space, quotation marks and dashes aside."""
    return simple(one) == simple(other)


def simple(text: str) -> str:
    """A wording without white space, quotation marks and dashes that make no difference."""
    return " ".join(text.translate(_SIGNS).split())


def _lines(node: Clause | Item) -> Iterator[str]:
    yield node.text or node.plain
    for item in node.items:
        yield from _lines(item)
