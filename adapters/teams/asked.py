"""What was asked for and waits behind the button of an Open form card.

In: what was asked, or a form as it is to be shown. Out: the same, for whoever asked.
Never: kept for longer than a day, or once it is dealt with; more of it than there is room for; given to anybody else.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from bot.conversation import Form, Person, Said

#: Whoever asks and does not open it in a day asks again.
_DAY: Final = 24 * 3600.0
_AT_MOST: Final = 500
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Shown(NamedTuple):
    """A form as it is to be shown: `nonce` that of its dialog, so that sent as it stands it is the same event.

    `without`: the token of a form that is carried without its introduction.
    """

    form: Form
    nonce: str
    problems: Mapping[str, str] = _NONE
    values: Mapping[str, str] | None = None
    without: str = ""


class Waits(NamedTuple):
    """What somebody asked: words or a button, which are heard again; or a form. `end`: when it is over anyway."""

    who: Person
    what: Said | Shown
    end: asyncio.TimerHandle


class Asked:
    """By the nonce of the card. `longest`: for how many seconds."""

    def __init__(self, longest: float = _DAY, at_most: int = _AT_MOST) -> None:
        self._longest, self._at_most = longest, at_most
        self._waits: dict[str, Waits] = {}

    def put(self, nonce: str, who: Person, what: Said | Shown) -> None:
        """Of too many, the one that was asked for longest ago is forgotten."""
        self._forget(nonce)
        end = asyncio.get_running_loop().call_later(self._longest, self._forget, nonce)
        self._waits[nonce] = Waits(who, what, end)
        if len(self._waits) > self._at_most:
            self._forget(next(iter(self._waits)))

    def get(self, nonce: str, who: Person) -> Said | Shown | None:
        """None for what is not known, or is somebody else's."""
        waits = self._waits.get(nonce)
        return waits.what if waits is not None and waits.who == who else None

    def dealt_with(self, way: str, nonce: str) -> None:
        """A form was taken: what it was opened from, by the nonce of that card, and the form itself by its own."""
        self._forget(way)
        for card in [
            card for card, waits in self._waits.items() if isinstance(waits.what, Shown) and waits.what.nonce == nonce
        ]:
            self._forget(card)

    def _forget(self, nonce: str) -> None:
        """Its clock with it, which would hold what was said around it for a day."""
        if (waits := self._waits.pop(nonce, None)) is not None:
            waits.end.cancel()
