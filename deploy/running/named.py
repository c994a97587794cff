"""The bot's door with a name on whatever comes in: the log says which delivery a line is about.

In: events. Out: the bot's answer; a line and a figure where it fails.
Never: a word of an event; what kind of event it was; an answer of its own.
"""

import logging
import time
from collections.abc import Callable

from structlog.contextvars import bind_contextvars, reset_contextvars

from bot.conversation import Answer, Event, Place
from bot.log_name import log_name
from bot.ports import Ears
from deploy.running.figures import Figures

log = logging.getLogger(__name__)


class Named:
    """`council`: which council a place belongs to, empty for none. `figures`: where turns are counted, if anywhere."""

    def __init__(self, bot: Ears, council: Callable[[Place], str], figures: Figures | None = None) -> None:
        self._bot = bot
        self._council = council
        self._figures = figures

    async def hear(self, event: Event) -> Answer | None:
        """One event. What fails is told with its place in the code, which nobody else knows, and raised as it came."""
        where, began = event.where, time.monotonic()
        about = {"delivery": log_name(event), "platform": where.platform, "council": self._council(where)}
        told = bind_contextvars(**about)  # and put back: `bound_contextvars` looks at all that is bound, every time
        try:
            answer = await self._bot.hear(event)
        except Exception:
            log.exception("a turn failed")
            self._count(where.platform, began, failed=True)
            raise
        finally:
            reset_contextvars(**told)
        self._count(where.platform, began, failed=False)
        return answer

    def _count(self, platform: str, began: float, *, failed: bool) -> None:
        if self._figures is not None:
            self._figures.turn(platform, time.monotonic() - began, failed=failed)
