"""The desk for concerns: every command, button and form of it by name, and who takes it.

In: nothing. Out: `DESK`. Never: a step that is not listed here, so that a test can go through them all.
"""

from bot import chasing, following, handling, raising, telling
from bot.desk import Desk
from bot.handbook import Handbook


def _recognises(text: str, handbook: Handbook) -> str | None:
    """Plain words that ask for the way in, and are nothing but that."""
    return "concern" if handbook.care.wants_in(text) else None


DESK = Desk(
    telling.DESK,
    commands={
        "concern": raising.begin,
        "complain": raising.begin,
        "concerns": following.mine,
        "waiting": handling.waiting,
    },
    buttons={
        "start": raising.start,
        "mine": following.mine,
        "follow": following.opened,
        "open": handling.opened,
        "ended": handling.ended,
        "recuse": handling.recused,
    },
    forms={
        "first": raising.first_sent,
        "way": raising.way_sent,
        "send": raising.sent,
        "letter": raising.letter_done,
        "mine": following.done,
        "further": following.went_further,
        "handle": handling.done,
    },
    opens=frozenset({"start", "follow", "open"}),
    due={"concern": chasing.due},
    recognises=_recognises,
)
