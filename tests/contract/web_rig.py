"""The browser chat's rig: the real server on loopback, spoken to as the page does, its HTML read by another's reader.

In: a folder for the data. Out: a `Rig`. Never: the page's own script; the adapter's drawing run backwards.
"""

import itertools
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup, Tag
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.web import workspace
from adapters.web.app import Web, application
from bot.bot import Bot
from bot.conversation import Notice, Person, Place
from bot.settings import Settings
from content import load
from deploy.running import tryout
from deploy.settings import made_up
from storage.web_posts import SqlPosts
from tests.contract.behind import MONDAY as MONDAY
from tests.contract.behind import Behind
from tests.contract.rig import Seen, Where


class WebRig(Behind):
    """One person at the page. Everything is sent and read over HTTP."""

    words = load.words()
    platform = "web"

    def __init__(self, data: Path, council: str) -> None:
        super().__init__(data, council)
        self._ids = itertools.count(1)
        self._open: Tag | None = None
        self._filled: dict[str, str] = {}
        self._problems: dict[str, str] = {}
        self._last: dict[str, Any] = {}

    async def __aenter__(self) -> "WebRig":
        await self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._after.aclose()

    async def _opened(self, memory: AsyncEngine) -> None:
        names = {id: load.council(id).name for id in load.councils()}
        self.chat = Web(SqlPosts(memory), names, {seat.id: seat for seat in tryout.PEOPLE}, self._clock, self.words)

    async def _served(self, bot: Bot) -> None:
        served = application(bot, self.chat)
        served.middlewares.extend(self.around)
        self.client = TestClient(TestServer(served))
        await self.client.start_server()
        self._after.push_async_callback(self.client.close)

    def _settings(self, council: str) -> Settings:
        return made_up.settings_of(council)

    # ------------------------------------------------------------ doing

    async def become(self, seat: str) -> None:
        self._seat, self._open = seat, None

    async def type(self, text: str) -> None:
        await self._post({"kind": "text", "text": text})

    async def greet(self) -> None:
        await self._post({"kind": "greet"})

    async def press(self, label: str) -> None:
        for article in reversed(await self._articles()):
            for button in article.select("button[data-token]"):
                if button.get_text(strip=True) == label:
                    await self._post({"kind": "press", "token": button["data-token"], "source": article["data-id"]})
                    return
        raise AssertionError(f"there is no button {label!r} to be seen")

    async def press_old(self, token: str) -> None:
        await self._post({"kind": "press", "token": token})

    async def fill(self, label: str, value: str) -> None:
        field = self._field(label)
        choices = {option.get_text(strip=True): str(option["value"]) for option in field.select("option")}
        for option in field.select(".option"):
            choices[option.label.get_text(strip=True)] = str(option.input["value"])
        self._filled[str(field["data-name"])] = choices[value] if choices else value

    async def send(self, label: str) -> None:
        form = self._form()
        assert form.select_one("button[type=submit]").get_text(strip=True) == label
        values = {str(field["data-name"]): self._value(field) for field in form.select(".field")}
        await self._post({"kind": "submit", "form": form["data-form"], "values": values | self._filled})

    async def again(self) -> None:
        await self._deliver(self._last)

    async def _post(self, what: dict[str, Any]) -> None:
        base = {"id": f"e{next(self._ids)}", "council": self._council, "seat": self._seat, "place": self._where}
        self._last = base | what
        await self._deliver(self._last)

    async def _deliver(self, body: dict[str, Any]) -> None:
        response = await self.client.post("/api/events", json=body)
        answer = await response.json()
        assert response.status == 200, answer
        await self.outbox.deliver()
        self._problems = {field: self._told(problem) for field, problem in (answer["problems"] or {}).items()}
        if answer["form"]:
            self._open, self._filled = self._seen(answer["form"]), {}
        elif not self._problems:
            self._open = None

    async def deliver(self, notice: Notice, key: str) -> None:
        await self.chat.deliver(notice, key)

    def person(self, seat: str) -> Person:
        return workspace.person(self._council, seat)

    def place(self, where: Where) -> Place:
        council = self._council
        return workspace.channel(council) if where == "channel" else workspace.private_chat(council, self._seat)

    # ------------------------------------------------------------ seeing

    async def posts(self) -> list[Seen]:
        seen = []
        for article in await self._articles():
            buttons = tuple(button.extract().get_text(strip=True) for button in article.select("button"))
            by = article.select_one(".by").get_text(strip=True)
            seen.append(Seen(str(article["data-id"]), by, article.get_text(" "), buttons))
        return seen

    async def _articles(self) -> list[Tag]:
        asked = {"council": self._council, "seat": self._seat}
        told = await (await self.client.get("/api/workspace", params=asked)).json()
        return [self._seen(entry["html"]).article for entry in told[self._where]]

    def _seen(self, html: str) -> BeautifulSoup:
        return BeautifulSoup(html, "html.parser")

    def _told(self, problem: str) -> str:
        return problem

    def form(self) -> str | None:
        if self._open is None:
            return None
        values = [str(control.get("value", "")) for control in self._open.select("input[type=text]")]
        shown = [text for text in self._open.find_all(string=True) if not text.find_parent(hidden=True)]
        return " ".join((*shown, *values))

    def problems(self) -> list[str]:
        return list(self._problems.values())

    def _form(self) -> Tag:
        assert self._open is not None, "no form is open"
        return self._open.form or self._open

    def _field(self, label: str) -> Tag:
        for field in self._form().select(".field"):
            shown = field.select_one("legend bdi, label bdi")
            if shown.get_text(strip=True) == label:
                return field
        raise AssertionError(f"the form has no field {label!r}")

    @staticmethod
    def _value(field: Tag) -> str:
        """What stands in a field as it was drawn."""
        if (text := field.select_one("textarea")) is not None:
            return text.get_text().removeprefix("\n")
        chosen = field.select_one("input[checked], option[selected]") or field.select_one("option")
        if chosen is not None:
            return str(chosen["value"])
        line = field.select_one("input:not([type=radio])")
        return str(line.get("value", "")) if line is not None else ""  # a file has none
