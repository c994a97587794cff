"""What a person does on the local Slack's page, and what they see there.

In: a browser page. Out: its parts, by what a person calls them. Never: speaks to the bot; knows what the bot sends.

The page shows everybody's private chats and whatever is "only visible to you" to whoever looks at it, and one form for
all. So each test sits at one page and changes who it is; who may see what is tested at the wire, not here.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

ONLY_YOU = ".badge-eph"


class Form:
    """The form that is open. Whatever is filled in has to be: this page sends no value that stood there before."""

    def __init__(self, box: Locator) -> None:
        self.box = box

    def fill(self, values: Mapping[str, str]) -> None:
        """Fill in fields by their labels; a choice by the words of the option."""
        for label, value in values.items():
            _fill(self._field(label), value)

    def _field(self, label: str) -> Locator:
        labelled = self.box.page.locator(".bk-label", has_text=_whole(label))
        field = self.box.locator(".bk-input").filter(has=labelled)
        expect(field).to_have_count(1)
        return field

    def send(self, label: str) -> None:
        self.box.get_by_role("button", name=label, exact=True).click()


class Window:
    """One person at a time at the page; `become` says who."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def become(self, name: str) -> None:
        self.page.get_by_label("Act as").select_option(label=name)

    def go(self, where: str) -> None:
        """To a channel, to somebody's chat with the bot by that person's name, to the bot's own page by its name."""
        self.page.locator(".sidebar-item").filter(has_text=re.compile(rf"^\W*{re.escape(where)}$")).click()

    def type(self, words: str) -> None:
        self.page.locator(".composer-input").fill(words)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".composer-input")).to_have_value("")

    @property
    def newest(self) -> Locator:
        """The newest post of the place that is open."""
        return self.page.locator(".messages > .msg").last

    @property
    def home(self) -> Locator:
        """The bot's own page, as it is drawn for this person."""
        return self.page.locator(".home .blocks")

    def form(self, *words: str) -> Form:
        """The form that is open, once all these words stand in it."""
        box = self.page.locator(".modal")
        for said in words:
            expect(box).to_contain_text(said)
        return Form(box)

    def no_form(self) -> None:
        expect(self.page.locator(".modal")).to_have_count(0)

    def close(self) -> None:
        self.page.locator(".modal-x").click()
        self.no_form()

    def picture(self, file: Path) -> None:
        self.page.screenshot(path=file)


def _fill(field: Locator, value: str) -> None:
    if field.locator("select").count():
        field.locator("select").select_option(label=value)
    elif field.locator(".bk-options").count():
        field.locator("label", has_text=_whole(value)).get_by_role("radio").check()
    else:
        field.locator("input").fill("")  # the same words again would be no change, and not be sent
        field.locator("input").fill(value)


def press(post: Locator, label: str) -> None:
    post.get_by_role("button", name=label, exact=True).click()


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(words)}\s*$")
