"""What goes wrong at a platform's stand-in when a test wants it to.

In: what is called, and a fault. Out: what the next such call meets, and is answered with. Never: by chance.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from aiohttp import web

#: Whatever is called; for a platform that is down altogether.
ANY = "*"


@dataclass(frozen=True)
class Amiss:
    """`takes`: what was asked is done all the same, as when only the answer is lost.

    `after` is a Retry-After in seconds; `delay` seconds before the answer; `drops`: the connection ends without an
    answer, `halves` in the middle of it; `location` is where a redirect leads.
    """

    status: int = 200
    after: str | None = None
    delay: float = 0.0
    drops: bool = False
    halves: bool = False
    takes: bool = False
    body: str | None = None
    location: str = ""


_Fault = TypeVar("_Fault", bound=Amiss)


class Faults(Generic[_Fault]):
    """What is still to go wrong, by what is called."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[_Fault | None]] = defaultdict(list)

    def put(self, call: str, fault: _Fault | None, times: int = 1) -> None:
        """The next so many of these calls meet this; with None they go well."""
        self._waiting[call].extend([fault] * times)

    def take(self, call: str) -> _Fault | None:
        """What this call meets; None where all is well."""
        for name in (call, ANY):
            if self._waiting[name]:
                return self._waiting[name].pop(0)
        return None

    def clear(self) -> None:
        """All is well again."""
        self._waiting.clear()


async def given(
    request: web.Request, fault: Amiss | None, status: int, answer: Any, beside: Mapping[str, str] | None = None
) -> web.StreamResponse:
    """The answer, as it arrives. `beside`: headers of one that meets no fault."""
    if fault is None:
        return web.json_response(answer, status=status, headers=beside)
    await asyncio.sleep(fault.delay)
    if fault.drops and request.transport is not None:
        request.transport.abort()
    headers = {"Retry-After": fault.after} if fault.after is not None else {}
    if fault.location:
        headers["Location"] = fault.location
    if fault.body is not None:
        return web.Response(text=fault.body, status=fault.status, headers=headers, content_type="text/html")
    whole = web.json_response(answer, status=status, headers=headers)
    return await _halved(request, whole) if fault.halves else whole


async def _halved(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """The connection ends in the middle of this answer."""
    body = whole.body if isinstance(whole.body, bytes) else b""
    begun = web.StreamResponse(status=whole.status, headers=whole.headers)
    begun.content_length = len(body)
    await begun.prepare(request)
    await begun.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return begun
