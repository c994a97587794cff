"""The clerk sets the protocol up in the real browser: a Word file handed over, then agreed, then in force."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.browser.barriers import barriers
from tests.browser.test_concern import LOOKS, ask, form, newest

pytestmark = pytest.mark.browser

LINES = (
    "Protocol for councillors and officers",
    "1. General",
    "1.1 Councillors must answer the clerk’s letters within nine working days.",
    "2. When something goes wrong",
    "2.1 A councillor who is dissatisfied with an officer should raise it with the Clerk in the first instance.",
)


def word_file(folder: Path) -> Path:
    document, held = Document(), BytesIO()
    for line in LINES:
        document.add_paragraph(line)
    document.save(held)
    file = folder / "Our protocol (final).docx"
    file.write_bytes(held.getvalue())
    return file


def hand_over(page: Page, file: Path) -> None:
    ask(page, "/protocol setup")
    newest(page).get_by_role("button", name="Hand over the document").click()
    asked = form(page, "Hand over the document")
    asked.get_by_label("The document").set_input_files(file)
    asked.get_by_role("button", name="Read it").click()


def pressed(page: Page, name: str | re.Pattern[str]) -> None:
    """Press it in the newest post, and see what came of it."""
    newest(page).get_by_role("button", name=name).click()
    expect(page.locator("#private [aria-disabled=true]")).to_have_count(0)


def is_asked_on(page: Page) -> bool:
    """Whether there is another rule to go through, once the newest post tells."""
    expect(
        newest(page).get_by_role("button", name=re.compile("No, leave it out|Put it in force")).first
    ).to_be_visible()
    return newest(page).get_by_role("button", name="No, leave it out").count() > 0


@pytest.mark.parametrize("look", sorted(LOOKS))
def test_from_a_word_file_to_an_answer_in_the_adopted_words(open_page, tmp_path, look):
    page = open_page("?council=barrow&seat=clerk", **LOOKS[look])
    hand_over(page, word_file(tmp_path))
    expect(newest(page)).to_contain_text("It is a draft")
    barriers(page)

    pressed(page, re.compile("Go through the rules"))
    expect(newest(page)).to_contain_text("in the first instance")
    pressed(page, "Yes, that is our rule")
    while is_asked_on(page):
        pressed(page, "No, leave it out")
    newest(page).get_by_role("button", name="Put it in force").click()
    last = form(page, "Put it in force")
    last.get_by_label("Adopted on").fill("2026-01-12")
    last.get_by_label("Minute").fill("2026/4")
    barriers(page)
    last.get_by_role("button", name="Put it in force").click()
    expect(newest(page)).to_contain_text("in force from 12 January 2026")

    ask(page, "1.1")
    expect(newest(page)).to_contain_text("within nine working days")
    expect(newest(page)).to_contain_text("minute 2026/4")


def test_a_file_that_is_no_document_is_refused_in_the_form(open_page, tmp_path):
    page = open_page("?council=barrow&seat=clerk")
    picture = tmp_path / "scan.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 999)
    hand_over(page, picture)

    expect(page.get_by_role("dialog")).to_contain_text("picture")


def test_without_a_file_nothing_is_sent(open_page):
    page = open_page("?council=barrow&seat=clerk")
    ask(page, "/protocol setup")
    newest(page).get_by_role("button", name="Hand over the document").click()
    asked = form(page, "Hand over the document")
    asked.get_by_role("button", name="Read it").click()

    expect(asked).to_contain_text("This is needed.")


PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


def test_on_a_phone_the_file_is_chosen_with_a_button_as_large_as_any_other(open_page):
    page = open_page("?council=barrow&seat=clerk", **PHONE)
    ask(page, "/protocol setup")
    newest(page).get_by_role("button", name="Hand over the document").click()
    chosen = form(page, "Hand over the document").get_by_label("The document")
    tall = chosen.evaluate("one => parseFloat(getComputedStyle(one, '::file-selector-button').minHeight)")
    box = chosen.bounding_box()

    assert tall >= 44
    assert box["height"] >= 44
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    barriers(page)


def test_the_commands_are_suggested_in_one_order_and_setting_up_comes_last(open_page):
    page = open_page("?council=barrow&seat=clerk")
    page.locator("#words").press_sequentially("/")
    ids = page.locator("#hints li").evaluate_all("all => all.map(one => one.id)")

    assert ids == [f"hint-{number}" for number in range(len(ids))]
    expect(page.locator("#hints li").last).to_contain_text("/protocol setup")
