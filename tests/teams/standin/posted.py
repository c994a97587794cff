"""Deliveries to the bot's address, with a token as Teams signs it.

In: an activity. Out: what the bot answered, or that it did not.
Never: an unsigned delivery, unless a test asks for one.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

#: learn.microsoft.com, Teams: dialogs; an invoke without an answer in time is an error to whoever pressed.
INVOKE = 5.0
#: learn.microsoft.com, Azure AI Bot Service: anything else is given up then, and sent once more.
MESSAGE = 15.0
#: learn.microsoft.com, Teams: respond to dialog submissions; how often a client tries an invoke that nobody answered.
RETRIES = 2


@dataclass
class Answer:
    """What came back. `status` 0: nothing did in time."""

    activity: dict[str, Any]
    status: int
    body: Any = None
    text: str = ""

    @property
    def taken(self) -> bool:
        """Whether Teams counts this as taken."""
        return 200 <= self.status < 300


async def post(url: str, authorization: str, activity: Mapping[str, Any], waits: float) -> Answer:
    """Send it, and wait as long as Teams does."""
    raw = json.dumps(activity).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)",
    }
    if authorization:
        headers["Authorization"] = authorization
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=waits)) as session,
            session.post(url, data=io.BytesIO(raw), headers=headers, allow_redirects=False) as response,
        ):
            text = await response.text()
            return Answer(dict(activity), response.status, _read(text), text)
    except (TimeoutError, aiohttp.ClientError):
        return Answer(dict(activity), 0)


def _read(text: str) -> Any:
    try:
        return json.loads(text) if text.strip() else None
    except ValueError:
        return text
