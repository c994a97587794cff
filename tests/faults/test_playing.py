"""Stories are told side by side, and what is written into the log is held against the one in which it was written."""

import asyncio
import logging

from tests.faults import playing
from tests.faults.story import Outcome


async def tell(which, _data, logged) -> Outcome:
    log = logging.getLogger("bot")
    await asyncio.create_task(asyncio.to_thread(log.warning, "the key server is away in %s", which))
    await asyncio.sleep(0.05)
    return Outcome(which, broken=[line for line in logged().splitlines() if line.startswith("bot ")])


def test_what_is_logged_in_one_story_tells_nothing_of_another():
    first, second = playing.told(["one", "two"], tell)
    assert first.broken == ["bot the key server is away in one"]
    assert second.broken == ["bot the key server is away in two"]
