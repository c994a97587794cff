"""What a delivery is called in the log.

In: an event. Out: a short name, the same wherever the event is heard.
Never: any of its own id, in which a person's chat, a concern or what kind of thing they did may stand.
"""

from hashlib import blake2s
from typing import Final

from bot.conversation import Event

_SIZE: Final = 6  # bytes: enough to tell a week's deliveries apart


def log_name(event: Event) -> str:
    """Twelve signs. Made of the whole id, in which the message counts too: no two of one person's are alike."""
    return blake2s(event.id.encode(errors="replace"), digest_size=_SIZE).hexdigest()
