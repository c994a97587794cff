"""Deliveries to the bot's address, signed as Slack signs them.

In: a body. Out: what the bot answered, or that it did not. Never: an unsigned delivery, unless a test asks for one.
"""

import hashlib
import hmac
import io
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

#: docs.slack.dev, events and interactivity: how long Slack waits, in seconds.
WAITS = 3.0


@dataclass
class Request:
    """What was sent: its raw bytes and headers, so that it can be sent once more."""

    raw: bytes
    kind: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Answer:
    """What came back. `status` 0: nothing did in time."""

    request: Request
    status: int
    body: dict[str, Any] = field(default_factory=dict)
    text: str = ""

    @property
    def taken(self) -> bool:
        """Whether Slack counts this as taken."""
        return self.status == 200


def as_json(body: dict[str, Any]) -> tuple[bytes, str]:
    """An event."""
    return json.dumps(body).encode(), "application/json"


def as_payload(body: dict[str, Any]) -> tuple[bytes, str]:
    """An interaction."""
    return urlencode({"payload": json.dumps(body)}).encode(), "application/x-www-form-urlencoded"


def as_fields(body: dict[str, str]) -> tuple[bytes, str]:
    """A command."""
    return urlencode(body).encode(), "application/x-www-form-urlencoded"


def signature(secret: str, stamp: str, raw: bytes) -> str:
    """docs.slack.dev, verifying requests from Slack: version 0."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()


def signed(
    secret: str, raw: bytes, kind: str, *, at: float | None = None, retry: tuple[int, str] | None = None
) -> dict[str, str]:
    """The headers; `at` is when it was signed, in seconds since 1970, if not now."""
    stamp = str(int(time.time() if at is None else at))
    headers = {
        "Content-Type": kind,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(secret, stamp, raw),
    }
    if retry:
        headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
    return headers


async def post(url: str, request: Request, waits: float = WAITS) -> Answer:
    """Send it, and wait as long as Slack does."""
    patience = aiohttp.ClientTimeout(total=waits)
    try:
        async with (
            aiohttp.ClientSession(timeout=patience) as session,
            session.post(url, data=io.BytesIO(request.raw), headers=request.headers, allow_redirects=False) as response,
        ):
            text = await response.text()
            return Answer(request, response.status, _read(text), text)
    except (TimeoutError, aiohttp.ClientError):
        return Answer(request, 0)


def _read(text: str) -> dict[str, Any]:
    """JSON, where it is an object; a command may be answered with bare words."""
    try:
        body = json.loads(text)
    except ValueError:
        return {"text": text} if text.strip() else {}
    return body if isinstance(body, dict) else {}
