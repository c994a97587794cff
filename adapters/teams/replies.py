"""What a request of Teams' is answered with.

In: what is to be told. Out: replies as plain values. Never: I/O.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from bot.conversation import Paragraph, Post

#: learn.microsoft.com, Teams: Universal Actions for Adaptive Cards: an answer that is read once and goes away.
_MESSAGE: Final = "application/vnd.microsoft.activity.message"


class Reply(Struct, frozen=True):
    """What Teams' request is answered with. `final`: the same delivery again is not heard again."""

    body: Mapping[str, Any] | None = None
    status: int = 200
    final: bool = True


def sentence(text: str) -> Post:
    """One of our own."""
    return Post((Paragraph(text),))


def toast(text: str) -> Reply:
    """What a press of a card's button is answered with; whoever pressed it alone sees it.

    Never empty: Teams takes that for no answer at all, says so, and presses again (vercel/chat, issue 731).
    """
    return Reply({"statusCode": 200, "type": _MESSAGE, "value": text})


def dialog(drawn: Mapping[str, Any], *, final: bool = True) -> Reply:
    """Another dialog in the place of the one that stands there; with nothing in it that one is closed."""
    return Reply(drawn or None, final=final)
