"""One person at the browser chat's page, which is open all the while.

In: the page's address, a council, a seat. Out: a `One`. Never: the page's own script; a post read twice.
"""

import asyncio
import html
import itertools
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from aiohttp import ClientError, ClientSession
from bs4 import BeautifulSoup, Tag

_TOKEN: Final = re.compile(r'data-token="([^"]*)"')
_KEPT: Final = 60  # posts that a person still has before their eyes
_ids = itertools.count(1)


class OnThePage:
    """Somebody in one of the try-out's councils."""

    platform = "browser"

    def __init__(self, session: ClientSession, url: str, council: str, seat: str) -> None:
        self._session, self._url, self.workspace, self.seat = session, url, council, seat
        self._last: dict[str, Any] = {}
        self._form: Tag | None = None
        self._shown: deque[str] = deque(maxlen=_KEPT)
        self._count = 0
        self._live = asyncio.create_task(self._listening())

    async def close(self) -> None:
        """The page is closed."""
        self._live.cancel()
        with suppress(asyncio.CancelledError):
            await self._live

    async def ask(self, text: str) -> str:
        return await self._do(kind="text", text=text)

    async def press(self, token: str) -> str:
        found = next((one for one in self.buttons() if one.startswith(token)), None)
        return "no such button" if found is None else await self._do(kind="press", token=found)

    async def send(self, values: Mapping[str, str]) -> str:
        if self._form is None:
            return "no form"
        form = self._form.form or self._form
        filled = {str(field["data-name"]): _value(field, values) for field in form.select(".field")}
        return await self._do(kind="submit", form=str(form["data-form"]), values=filled)

    async def again(self) -> str:
        return await self._post(self._last)

    def buttons(self) -> Iterator[str]:
        for shown in reversed(self._shown):
            yield from map(html.unescape, _TOKEN.findall(shown))

    @property
    def form(self) -> bool:
        return self._form is not None

    @property
    def mark(self) -> object:
        return self._count

    def told(self, words: str) -> bool:
        return any(words in shown for shown in self._shown)

    # ------------------------------------------------------------ the wire

    async def _do(self, **what: Any) -> str:
        base = {"id": f"e{next(_ids)}", "council": self.workspace, "seat": self.seat, "place": "private"}
        self._last = base | what
        return await self._post(self._last)

    async def _post(self, body: Mapping[str, Any]) -> str:
        try:
            async with self._session.post(f"{self._url}api/events", json=body) as response:
                answer = await response.json()
                status = response.status
        except (ClientError, TimeoutError) as lost:
            return type(lost).__name__
        if status != 200:
            return f"status {status}"
        if answer["problems"]:
            return "not filled in"
        self._form = BeautifulSoup(answer["form"], "html.parser") if answer["form"] else None
        self._count += bool(answer["form"])
        return ""

    async def _listening(self) -> None:
        """What is said in their own chat, as it is said."""
        asked = {"council": self.workspace, "seat": self.seat}
        async with self._session.get(f"{self._url}api/live", params=asked, timeout=None) as lines:  # type: ignore[arg-type]
            async for line in lines.content:
                if line.startswith(b"data: "):
                    entry = json.loads(line[6:])
                    if entry["place"] == "private" and not entry.get("mine") and "html" in entry:
                        self._shown.append(entry["html"])
                        self._count += 1


def _value(field: Tag, values: Mapping[str, str]) -> str:
    """What was filled in; else what stands there; else, where something has to, the first there is."""
    if (given := values.get(str(field["data-name"]))) is not None:
        return given
    if (text := field.select_one("textarea")) is not None:
        return text.get_text().removeprefix("\n") or ("As said." if field.has_attr("data-required") else "")
    offered = field.select("input[type=radio], option")
    chosen = field.select_one("input[checked], option[selected]")
    if chosen is None and field.has_attr("data-required"):
        chosen = next((one for one in offered if one["value"]), None)
    if chosen is not None:
        return str(chosen["value"])
    line = field.select_one("input:not([type=radio])")
    return str(line["value"]) if line is not None else ""
