"""Which platforms are left alone for a while, because they refused everybody.

In: who was refused where, and who was not. Out: until when a workspace is left alone.
Never: for one person's sake, whoever it is: what can't be delivered to somebody holds up nobody else.
"""

from datetime import datetime, timedelta
from typing import TypeAlias

#: A platform, and the workspace on it: one that locked us out says nothing of the others.
Workspace: TypeAlias = tuple[str, str]

#: So many recipients refused in a row, and nobody served between them, are everybody.
EVERYBODY = 3
#: How long it is left alone for the first time, and longer each time that has helped nothing; never longer than the
#: last, unless the platform itself asks for more.
RESTS = tuple(timedelta(seconds=s) for s in (5, 10, 20, 40, 80, 160, 300))
#: What a platform asks for is honoured up to this; a number of seconds gone wrong must not silence it for good.
AT_MOST = timedelta(hours=1)


class Rests:
    """What one process found out. Another finds out for itself."""

    def __init__(self) -> None:
        self._refused: dict[Workspace, set[str]] = {}
        self._until: dict[Workspace, datetime] = {}
        self._times: dict[Workspace, int] = {}

    def until(self, where: Workspace, now: datetime) -> datetime | None:
        """When it may be asked again; None for at once."""
        until = self._until.get(where)
        return until if until is not None and now < until else None

    def served(self, where: Workspace) -> None:
        """Somebody was: all is well there."""
        for known in (self._refused, self._until, self._times):
            known.pop(where, None)

    def refused(self, where: Workspace, recipient: str, now: datetime, asked_for: timedelta | None = None) -> None:
        """Somebody was, and may be served later. `asked_for` is how long the platform asked to be left alone."""
        refused = self._refused.setdefault(where, set())
        refused.add(recipient)
        if len(refused) < EVERYBODY or self.until(where, now) is not None:
            return
        times = self._times.get(where, 0)
        asked = min(asked_for or timedelta(), AT_MOST)
        self._until[where] = now + max(RESTS[min(times, len(RESTS) - 1)], asked)
        self._times[where] = times + 1
