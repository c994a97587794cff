"""What a person does on the local Teams' page, and what they see there.

In: a browser page. Out: its parts, by what a person calls them; what went to and fro, by the page's own log.
Never: speaks to the bot; knows how the bot draws.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Locator, Page, expect

Where = Literal["Personal Chat", "Group Chat", "General"]
_STEP, _MOST = 50, 60_000  # milliseconds


class Window:
    """The page, and whoever sits at it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log: list[dict[str, Any]] = []
        self._where: Where = "Personal Chat"
        page.on("websocket", lambda socket: socket.on("framereceived", self._heard))

    def go(self, where: Where) -> None:
        """To their own chat with the bot, to the group chat, to the channel."""
        self._where = where
        self.page.get_by_text(where, exact=True).last.click()
        expect(self._box).to_be_visible()

    def type(self, words: str, mention: str = "") -> None:
        """Words, with somebody named before them; in the channel they begin a thread."""
        self._box.click()
        if mention:
            self.page.keyboard.type(f"@{mention.partition(' ')[0]}", delay=20)
            self.page.get_by_role("menuitem", name=mention).click()
            self.page.keyboard.type(" ")
        self.page.keyboard.type(words)
        send = "Post" if self._where == "General" else "Send Message"
        self.page.get_by_role("button", name=send, exact=True).first.click()

    def card(self, *words: str) -> Locator:
        """The newest card here with all of these words, once there is one."""
        found = self.page.locator(".ac-adaptiveCard")
        for said in words:
            found = found.filter(has_text=said)
        expect(found.last).to_be_visible()
        return found.last

    def picture(self, file: Path) -> None:
        self.page.screenshot(path=file)

    @property
    def _box(self) -> Locator:
        """Where one types; in the channel the first of them begins a thread, the others answer in one."""
        return self.page.locator("[role=textbox][contenteditable=true]").first

    # ------------------------------------------------------------ what went to and fro

    def until(self, found: Callable[[dict[str, Any]], Any], since: int = 0) -> Any:
        """What is found of the newest entry of the log in which anything is, once there is one.

        `since`: how many entries there were before.
        """
        for _ in range(0, _MOST, _STEP):
            for entry in reversed(self.log[since:]):
                if (seen := found(entry)) is not None:
                    return seen
            self.page.wait_for_timeout(_STEP)
        raise AssertionError("it was not in the log")

    def traffic(self) -> str:
        """The log as the page shows it: what it was, how it ended, and what the page warned of."""
        return "\n".join(_line(entry) for entry in self.log)

    def _heard(self, frame: str | bytes) -> None:
        told = json.loads(frame)
        if isinstance(told, dict) and told.get("logAction") == "appendLog":
            self.log.append(told["log"])


def press(card: Locator, label: str) -> None:
    card.get_by_role("button", name=label, exact=True).click()


def _line(entry: dict[str, Any]) -> str:
    answer = entry.get("response") or {}
    told = [
        entry.get("from", ""),
        entry.get("activityName", ""),
        answer.get("statusCode", ""),
        entry.get("message", ""),
    ]
    return " ".join(str(part) for part in told if part)
