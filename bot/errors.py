"""What can go wrong in the core, each as a sentence for the person who has to mend it.

In: nothing. Out: exceptions. Never: anybody's private words.
"""

from datetime import timedelta


class ProtocolBotError(Exception):
    """Anything this project raises on purpose; the message says what happened and the mend."""


class UnsoundContent(ProtocolBotError):
    """A content file can't be used: names file, line, field and the mend."""


class AlreadyHeard(ProtocolBotError):
    """This delivery was kept before: nothing is kept a second time."""


class Stale(ProtocolBotError):
    """Somebody changed a record between reading and keeping it: decide again."""


class UnusableStore(ProtocolBotError):
    """What was kept can't be opened: says why and the mend."""


class NotDelivered(ProtocolBotError):
    """A platform did not take a notice, or nobody can tell whether it did. `why` is in our words, never content.

    `again`: whether trying later can help. `unsure`: it may have arrived all the same, as after a time-out or a fault
    of the platform's own (HTTP 5xx). `after`: how long the platform asked to be left alone (RFC 9110, Retry-After).
    `unreachable`: this person can't be told anything there, because they blocked the bot, left or never had it.
    `asked`: whether the platform was; where it was not, that was no try, and says nothing of it.
    """

    def __init__(
        self,
        why: str,
        *,
        again: bool,
        unsure: bool = False,
        after: timedelta | None = None,
        unreachable: bool = False,
        asked: bool = True,
    ) -> None:
        super().__init__(why)
        self.again = again
        self.unsure = unsure
        self.after = after
        self.unreachable = unreachable
        self.asked = asked
