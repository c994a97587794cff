"""What a review is reckoned by in these tests, and moments in the council's own time.

In: what differs. Out: `Terms`, moments in UTC. Never: a clock.
"""

from datetime import UTC, date, datetime, time
from typing import Any

from bot.cycle import Terms
from bot.review import Outcome, Review
from bot.settings import Reviews
from bot.workdays import LONDON

MEETINGS = (date(2027, 1, 18), date(2027, 3, 15), date(2027, 5, 10), date(2027, 7, 12), date(2027, 9, 13))


def terms(**changes: Any) -> Terms:
    """The defaults: no cycle, meetings in 2027. What is a field of the settings goes there."""
    own = {name: changes.pop(name) for name in tuple(changes) if name in Reviews.__struct_fields__}
    if own.get("anchor") == "annual-meeting":
        changes |= {"annual": True, "months": own.get("cycle", 12)}
    elif "cycle" in own:
        changes |= {"months": own["cycle"]}
    return Terms(**({"reviews": Reviews(**own), "meetings": MEETINGS} | changes))


def review(**changes: Any) -> Review:
    return Review(**({"council": "barrow"} | changes))


def outcome(on: date, next: date | None = None, **changes: Any) -> Outcome:
    facts = {"kind": "no-change", "minute": "27/45", "approved_by": "Council", "changes": "", "by": "bea"}
    return Outcome(on=on, next=next, at=at(on, 20), **(facts | changes))


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """A moment by the council's own clock."""
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)
