"""What is past its time: whether something that is kept may be erased now, whoever asks.

In: a concern or a request, a moment. Out: yes or no. Never: what is under a legal hold; what ended and nobody was
warned of yet; anything by the settings of today: how long is fixed when a concern is filed.
"""

from datetime import datetime
from typing import Final

from bot.concern import Concern, Request

ERASE: Final = "erase"
_WARN: Final = "warn"


def is_past(record: Concern | Request, now: datetime) -> bool:
    """Whether its time is over, and everybody who had to be warned was."""
    if isinstance(record, Concern) and (record.hold is not None or record.state != "closed"):
        return False
    if isinstance(record, Request) and record.state != "done":
        return False
    rungs = {one.rung for one in record.promised}
    return _WARN not in rungs and any(one.rung == ERASE and one.due <= now for one in record.promised)
