"""What people ask about: the topics that councillor/officer protocols deal with, and the many ways of asking.

In: `content/topics.yaml`. Out: `bot.matcher` learns from it; clauses are tagged with it.
Never: anything of one council; which clauses belong to a topic is said by each council's pack.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

_WORTH: Final = (1.0, 0.6, 0.5, 0.45, 0.4)


def worth(rank: int) -> float:
    """What one of a clause's topics counts beside its first, by its rank among them: 0 is the first."""
    return _WORTH[min(rank, len(_WORTH) - 1)]


class Topic(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing to ask about. `asks` are example questions.

    `concern`: somebody who asks this may be in the middle of a concern, so their words are never passed to the clerk.
    `outside`: no protocol of this kind deals with it (bins, dates of meetings).
    `near`: where to look, best first, in a protocol that has nothing on this one.
    """

    id: str
    name: str
    asks: tuple[str, ...]
    concern: bool = False
    outside: bool = False
    near: tuple[str, ...] = ()


class Topics:
    """All topics, by id, in their order."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        self._topics = {topic.id: topic for topic in topics}

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._topics.values())

    def __len__(self) -> int:
        return len(self._topics)

    def __getitem__(self, id: str) -> Topic:
        return self._topics[id]

    def __contains__(self, id: object) -> bool:
        return id in self._topics
