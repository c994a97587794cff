"""The door: one event, one turn, one transaction.

In: an event from an adapter. Out: the answer for whoever holds the request; notices through the outbox.
Never: talks to a platform; decides anything but that guests are not served.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot import clauses, help, questions
from bot.conversation import Answer, Event, Whisper
from bot.errors import AlreadyHeard, Stale
from bot.handbook import Handbook
from bot.ports import Handbooks, Records, Store
from bot.posts import clerks, note
from bot.records import Turn


class Desk(Protocol):
    """Takes an event or leaves it to the next desk (None). Reads records, changes nothing."""

    async def __call__(self, event: Event, handbook: Handbook, records: Records, /) -> Turn | None:
        """The turn, or None for the next desk."""
        ...


#: Asked in order; the last takes whatever is left.
DESKS: Sequence[Desk] = (questions.take, clauses.take, help.take)

_TRIES = 3


class Bot:
    """Hears events. `nudge` is called when there is something new to deliver."""

    def __init__(self, store: Store, handbooks: Handbooks, nudge: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._handbooks = handbooks
        self._nudge = nudge

    async def hear(self, event: Event) -> Answer | None:
        """One event, one turn, one transaction.

        A turn that changes nothing opens no transaction. A delivery heard before changes nothing and gets the answer
        it got then. Two people at one record: the later decides again; if that does not settle, they are told so.
        """
        for answer in await self._store.heard(event):
            return answer
        busy: Answer | None = None
        for _ in range(_TRIES):
            handbook = await self._handbooks(event.where)
            if handbook is None:
                return None
            turn = await self._decide(event, handbook)
            if not turn.changes:
                return turn.answer
            try:
                await self._store.keep(event, turn)
            except Stale:
                busy = Whisper(note(handbook.words, "busy"))
                continue
            except AlreadyHeard:
                return (await self._store.heard(event))[0]
            self._nudge()
            return turn.answer
        return busy

    async def _decide(self, event: Event, handbook: Handbook) -> Turn:
        if handbook.roster.is_guest(event.who):
            return Turn(answer=Whisper(note(handbook.words, "guest", clerk=clerks(handbook))))
        for desk in DESKS:
            if (turn := await desk(event, handbook, self._store)) is not None:
                return turn
        raise AssertionError("the last desk takes everything")
