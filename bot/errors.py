"""What can go wrong in the core, each as a sentence for the person who has to mend it.

In: nothing. Out: exceptions. Never: anybody's private words.
"""


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
    """A platform did not take a notice. `again` tells whether trying later can help."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again
