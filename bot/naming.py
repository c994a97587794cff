"""Names for what is kept: ids that a repeated delivery gets again, references that people say aloud, the clock's place.

In: an event, or bytes. Out: short texts. Never: tells what a thing is about, how many there are, or when it was kept.
"""

from collections.abc import Iterable
from hashlib import blake2s
from typing import Final

from bot.conversation import Place, Said

#: Letters and figures that nobody takes for one another.
_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
#: What the clock is called where people have a platform; nothing comes from there but what falls due.
CLOCK: Final = "clock"


def delivery_id(event: Said, *parts: str) -> str:
    """An id that the same delivery always gets; of other parts, if given, than the delivery's own id."""
    whole = "\n".join((event.where.platform, event.where.tenant, *(parts or (event.id,))))
    return blake2s(whole.encode("utf-8", "replace"), digest_size=10).hexdigest()


def letters(numbers: Iterable[int]) -> str:
    """One letter or figure for each number."""
    return "".join(_LETTERS[number % len(_LETTERS)] for number in numbers)


def by_the_clock(council: str) -> Place:
    """Where a council's clock is: its tenant is the council's id."""
    return Place(CLOCK, council, CLOCK, private=True)
