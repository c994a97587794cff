"""The guides' pictures of the browser chat, taken anew: `python -m tests.browser.pictures [FOLDER]`.

By default into deploy/pictures.

In: `protocol-bot try` with its made-up people, a real Chromium. Out: `clerk-*.png` and `handler-*.png`.
Never: a real council's words; a page that the bot did not serve.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import FLAGS, Chat
from tests.browser.test_concern import LOOKS, ask, form, newest, raise_it
from tests.browser.test_setup import hand_over
from tests.importing.made import word_file
from tests.tools import chromium

PICTURES: Final = Path(__file__).parents[2] / "deploy" / "pictures"
_DESK: Final = {"viewport": {"width": 1100, "height": 700}}
_PASSED: Final = "may the allotment holders use the hall on Sundays?"


def taken(folder: Path) -> None:
    """All of them, into a folder."""
    with tempfile.TemporaryDirectory() as data, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium(), args=FLAGS)
        chat = Chat(Path(data))
        try:
            for name, look, take in _PICTURES:
                _still(take(_opener(browser, chat, look), Path(data)), folder / f"{name}.png")
        finally:
            chat.stop()
            browser.close()


def _still(page: Page, file: Path) -> None:
    page.wait_for_timeout(400)  # what slides in has come to rest
    page.screenshot(path=file)


def _opener(browser: Browser, chat: Chat, look: dict[str, Any]) -> Callable[[str], Page]:
    def opened(seat: str) -> Page:
        page = browser.new_context(**look).new_page()
        page.goto(f"{chat.address}?council=barrow&seat={seat}")
        expect(newest(page)).to_be_visible()
        return page

    return opened


def _waiting(opened: Callable[[str], Page], _data: Path) -> Page:
    """What the chair is told: a reference, a day, and what to do."""
    chair = opened("chair")
    raise_it(opened("councillor"))
    newest(chair).get_by_role("button", name="Open it").scroll_into_view_if_needed()
    return chair


def _reading(opened: Callable[[str], Page], _data: Path) -> Page:
    """The form in which it is read and dealt with, at what can be done."""
    chair = opened("chair")
    ask(chair, "/protocol waiting")
    newest(chair).get_by_role("button").first.click()
    sheet = form(chair, chair.get_by_role("dialog").get_attribute("aria-label") or "")
    sheet.get_by_label("Acknowledge it").check()
    sheet.get_by_label("Acknowledge it").scroll_into_view_if_needed()
    return chair


def _passed(opened: Callable[[str], Page], _data: Path) -> Page:
    """A question that no clause answered, in the clerk's own chat."""
    clerk, asker = opened("clerk"), opened("councillor")
    ask(asker, _PASSED)
    newest(asker).get_by_role("button", name="Ask the clerk").click()
    passing = asker.get_by_role("dialog")
    passing.get_by_role("button", name="Send").click()
    expect(newest(clerk)).to_contain_text("allotment")
    newest(clerk).get_by_role("button").last.scroll_into_view_if_needed()
    return clerk


def _rules(opened: Callable[[str], Page], data: Path) -> Page:
    """A rule that was read in the council's own document, and waits for the clerk's word."""
    clerk = opened("clerk")
    hand_over(clerk, word_file(data / "ashcombe.docx"))
    expect(newest(clerk)).to_contain_text("It is a draft")
    newest(clerk).get_by_role("button", name="Go through the rules").click()
    expect(newest(clerk)).to_contain_text("Yes, that is our rule")
    return clerk


def _offices(opened: Callable[[str], Page], _data: Path) -> Page:
    clerk = opened("clerk")
    ask(clerk, "/protocol offices")
    expect(newest(clerk)).to_contain_text("chair")
    return clerk


_PHONE: Final = LOOKS["phone"]
_PICTURES: Final = (
    ("handler-notice", _PHONE, _waiting),
    ("handler-reading", _PHONE, _reading),
    ("clerk-question", _DESK, _passed),
    ("clerk-offices", _DESK, _offices),
    ("clerk-rules", _DESK, _rules),
)


if __name__ == "__main__":
    taken(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
