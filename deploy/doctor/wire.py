"""One question to an address, for whoever only wants to know whether it answers.

In: an address. Out: its answer, as far as it is JSON. Never: a redirect followed; a token sent; more read
than there can be.
"""

import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, NamedTuple

import aiohttp

from adapters.teams.addresses import proxy
from deploy.doctor.ground import PATIENCE

_LONGEST: Final = 1 << 20  # bytes: 200 workspaces' health is a tenth of that


class Answer(NamedTuple):
    """`body` is None where it is no JSON, `date` where none came."""

    status: int
    body: Any
    date: datetime | None
    headers: Mapping[str, str]


@asynccontextmanager
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Connections for a few questions."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    believed = aiohttp.TCPConnector(ssl=ssl.create_default_context())  # as this computer believes now (SSL_CERT_FILE)
    async with aiohttp.ClientSession(connector=believed, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as made:
        yield made


async def asked(connections: aiohttp.ClientSession, url: str) -> Answer:
    """What it answers. Raises `OSError`, `TimeoutError` or `aiohttp.ClientError`."""
    async with connections.get(url, allow_redirects=False, proxy=proxy(url)) as response:
        raw = await response.content.read(_LONGEST)
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            body = None
        return Answer(response.status, body, _date(response.headers.get("Date", "")), response.headers)


def _date(text: str) -> datetime | None:
    """RFC 9110, Date."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
