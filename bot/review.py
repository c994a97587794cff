"""A review: what is remembered of one document's reviews, from the day the bot first looked at its date.

In: `bot.recording`, `bot.correcting`, `bot.reminding` and `bot.adopting` make the next version of it, by way of
`bot.cycle` and `bot.nudges`. Out: the store keeps it as it is: nothing in it is private.
Never: a date that nobody set, stated or reckoned; a version that overwrites another's.
"""

from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from bot.concern import Promise

#: The document that every council has; linked documents have the ids of the settings.
PROTOCOL: Final = "protocol"

Kind: TypeAlias = Literal["no-change", "amended"]


class Outcome(Struct, frozen=True, kw_only=True):
    """A review that took place: one row of the record of reviews.

    `on` is the day it was approved on, `by` the id of the seat that recorded it, `at` when. `next` is the next review
    as it was decided then; None where nothing was. `corrected_by` and `corrected` are the same of its last correction.
    """

    kind: Kind
    on: date
    minute: str
    approved_by: str
    changes: str
    next: date | None
    by: str
    at: datetime
    corrected_by: str = ""
    corrected: datetime | None = None


class Review(Struct, frozen=True, kw_only=True):
    """One document's reviews. `document` is `protocol` or a linked document's id; `name` is what it is called.

    `due` is the date that was set in the chat, `put_off` the later one it was put off to, `agenda` the meeting it is
    put on, `snoozed` until when the clerk is left in peace. `sequence` moves on with every change of date, for
    calendars, and `changed` is when it last did (None: never).
    `begun` is the day on which the bot first looked. `following` is the date the reminders go by, `meeting` the one
    they aim at, and `since` the moment at which the bot found that date by itself: nobody is chased for what was
    overdue before anybody knew. `since` is None where a person settled the date. `said` is the moment of the last step
    that somebody was reminded of: none up to it is promised again, whatever another replica's clock says.
    `version` is 0 for one that was never kept.
    """

    council: str
    document: str = PROTOCOL
    name: str = ""
    due: date | None = None
    agenda: date | None = None
    put_off: date | None = None
    snoozed: datetime | None = None
    outcomes: tuple[Outcome, ...] = ()
    sequence: int = 0
    changed: datetime | None = None
    begun: date | None = None
    following: date | None = None
    meeting: date | None = None
    since: datetime | None = None
    said: datetime | None = None
    promised: tuple[Promise, ...] = ()
    version: int = 0

    @property
    def id(self) -> str:
        """What it is called at its council, in letters that a matter may have."""
        return self.document

    @property
    def matter(self) -> str:
        """What promises, notices and the audit trail call it."""
        return f"review/{self.council}.{self.document}"
