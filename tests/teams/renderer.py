"""A card as Microsoft's own renderer draws it in a browser (npm, `adaptivecards`), and what a person does with it.

In: an Adaptive Card. Out: what Teams' client would send for it. Never: a value that a person could not have put in;
a word of the bot's own drawing.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, async_playwright

from tests.browser.conftest import FLAGS
from tests.tools import chromium, teams_cards

#: How wide a dialog is on a computer, and a telephone's screen.
DESKTOP, PHONE = 600, 360
_PAGE = '<!doctype html><html lang="en-GB"><head><title>Card</title></head><body>{}</body></html>'
#: Where the card goes, and nothing else.
_BARE = '<main id="card"></main>'


class Screen:
    """A card on a screen. What went wrong in the page itself is in `wrong`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type in ("error", "warning") else None)

    async def open(self, inside: str = _BARE) -> None:
        """A page with room for a card; `inside` has an element of the id `card`."""
        folder = teams_cards()
        await self.page.goto("about:blank")  # what a page before this one declared is gone
        await self.page.set_content(_PAGE.format(inside))
        await self.page.add_style_tag(path=folder / "show.css")
        await self.page.add_script_tag(path=folder / "node_modules/adaptivecards/dist/adaptivecards.min.js")
        await self.page.add_script_tag(path=folder / "show.js")

    async def show(self, card: Mapping[str, Any]) -> None:
        """Instead of what was there. On neither screen may it stand out at the side."""
        await self.page.evaluate("card => { pressed.length = 0; show(card); }", card)
        for width in (PHONE, DESKTOP):
            await self.page.set_viewport_size({"width": width, "height": 800})
            assert await self.page.evaluate("document.documentElement.scrollWidth") <= width

    async def words(self) -> str:
        """All that can be read, as a person reads it."""
        return await self.page.locator("#card").inner_text()

    async def fill(self, values: Mapping[str, str]) -> None:
        """Fields by their labels: a choice by its words, a date as the client gives it, year-month-day."""
        for label, value in values.items():
            await _fill(await self._field(label), value)

    async def typed(self, label: str) -> str:
        """What stands in a field that is typed in."""
        field = await self._field(label)
        return await field.locator("input").or_(field).last.input_value()

    async def beside(self, label: str) -> str:
        """What stands below a field, in the same box."""
        box = (await self._field(label)).locator("xpath=ancestor::div[contains(@class, 'ac-container')][1]")
        return (await box.locator(".ac-richTextBlock:not(label)").first.inner_text()).strip()

    async def press(self, label: str) -> dict[str, Any] | None:
        """A button. What the client would send for it, with what was filled in; None if it sends nothing."""
        await self.page.get_by_role("button", name=label, exact=True).click()
        pressed = await self.page.evaluate("pressed.splice(0)")
        assert len(pressed) <= 1
        return pressed[0]["data"] if pressed else None

    async def offered(self, label: str) -> list[str]:
        """What a list that is searched by typing finds things in."""
        found = (await self._field(label)).locator("datalist option")
        return [await option.get_attribute("value") or "" for option in await found.all()]

    async def picture(self, file: Path, width: int = DESKTOP) -> None:
        """The whole of it, on a screen of this width."""
        await self.page.set_viewport_size({"width": width, "height": 100})
        await self.page.screenshot(path=file, full_page=True)

    async def _field(self, label: str) -> Locator:
        """What is labelled so; the renderer puts a star behind what must be filled in."""
        whole = re.compile(rf"^\s*{re.escape(label)}(\s\*)?\s*$")
        labelled = self.page.locator("label", has_text=whole)
        assert await labelled.count() == 1, label
        return self.page.locator(f"[id='{await labelled.get_attribute('for')}']")


async def _fill(field: Locator, value: str) -> None:
    tag = await field.evaluate("it => it.tagName")
    if tag == "SELECT":
        await field.select_option(label=value)
    elif await field.get_by_role("radio").count():
        await field.get_by_text(value, exact=True).click()
    elif tag == "DIV":  # a list that is searched by typing: what is typed is taken for what it finds
        await field.locator("input").fill("")
        await field.locator("input").press_sequentially(value)
    else:
        await field.fill(value)


@asynccontextmanager
async def screen() -> AsyncIterator[Screen]:
    """A browser with nothing on it yet; at the end nothing may have gone wrong in it."""
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = await browser.new_page(viewport={"width": DESKTOP, "height": 800}, locale="en-GB")
        shown = Screen(page)
        await shown.open()
        yield shown
        await browser.close()
    assert shown.wrong == []
