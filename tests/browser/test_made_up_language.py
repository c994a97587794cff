"""The page in a browser, in a language in which every letter is marked: its script says nothing of its own either."""

import re

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.words import Words
from tests.browser.conftest import FLAGS
from tests.contract.web_rig import MONDAY
from tests.languages.marked import WORDS
from tests.languages.test_talks_in_a_made_up_language import MarkedRig
from tests.tools import chromium

pytestmark = pytest.mark.browser

COUNCIL, SEAT = "twywell", "councillor"


class Rig(MarkedRig):
    """The page is in a language that there is; this browser need not know it."""

    words = Words({**WORDS.beginning(""), "language-tag": "cy"}, "marked")


def said(name: str, **facts: str) -> str:
    return WORDS(name, **facts)


async def test_whatever_the_page_says_while_somebody_uses_it_is_in_the_councils_language(tmp_path):
    async with Rig(tmp_path, COUNCIL) as rig, async_playwright() as player:
        browser = await player.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = await browser.new_page()
        await page.clock.set_fixed_time(MONDAY)  # what was said on another day bears a day, which the browser writes
        await page.goto(str(rig.client.make_url(f"/?council={COUNCIL}&seat={SEAT}")))
        async for _ in _used(page):
            rig.read(await page.content())
        await browser.close()
        assert rig.hard_coded() == []


async def _used(page: Page):
    """Step by step; after each there is something to read."""
    words, status = page.locator("#words"), page.locator("#status")
    await expect(page.locator("#private .post")).to_have_count(1)
    await expect(page.locator("html")).to_have_attribute("lang", "cy")
    await expect(page).to_have_title(re.compile(f"^{said('web-name')} – "))
    yield
    await words.press("Enter")
    await expect(status).to_have_text(said("web-type-first"))
    yield
    await words.press_sequentially("/protocol wr")
    await expect(status).to_have_text("")
    await expect(page.locator("#hints li:visible")).to_have_count(1)
    yield
    await words.press("Escape")
    await words.fill("/protocol concern")
    await words.press("Enter")
    await expect(page.locator("#private .post")).to_have_count(3)
    await page.locator("#private .post").last.locator("[data-token]").first.click()
    await expect(page.locator("#dialog form")).to_be_visible()
    yield
    await page.locator("#dialog [type=submit]").click()
    await expect(page.get_by_text(said("web-needed")).first).to_be_visible()
    yield
    await page.keyboard.press("Escape")
    await page.route("**/api/events", lambda route: route.abort())
    await words.fill("training")
    await words.press("Enter")
    await expect(status).to_have_text(said("web-not-sent"))
    yield
    await page.locator("[data-place=channel]").click()
    await expect(page.locator("#title")).to_have_text(said("web-channel-title"))
    yield
