"""A concern in the real browser, to its end: who raises it, who deals with it, who knows nothing of it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.barriers import barriers

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
LOOKS = {"desktop": {}, "phone": PHONE, "phone, dark": {**PHONE, "color_scheme": "dark"}}
REFERENCE = re.compile(r"CN-\w{4}-\w{4}")
STORY = "On 3 November he called my report zebra-canary before everybody."
SUBJECT = "Owen Pritchard, the vice-chair"


def sits(open_page, seat: str, **look) -> Page:
    return open_page(f"?council=barrow&seat={seat}", **look)


def ask(page: Page, words: str) -> None:
    page.get_by_label("Message").fill(words)
    page.get_by_label("Message").press("Enter")
    expect(page.get_by_label("Message")).to_have_value("")


def newest(page: Page) -> Locator:
    return page.locator("#private .post").last


def form(page: Page, title: str | re.Pattern[str]) -> Locator:
    """The form of this title, open at its top."""
    opened = page.get_by_role("dialog", name=title)
    expect(opened.get_by_role("heading", name=title)).to_be_focused()
    assert page.locator(".sheet").evaluate("sheet => sheet.scrollTop") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return opened


def begin(page: Page, about: str = SUBJECT) -> Locator:
    """As far as the second form."""
    ask(page, "/protocol concern")
    newest(page).get_by_role("button", name="Raise a concern").click()
    first = form(page, "Raise a concern in confidence")
    expect(first).to_contain_text("Who will see what you write")
    first.get_by_label("Who is it about?").select_option(label=about)
    first.get_by_role("button", name="Go on").click()
    return form(page, "How this goes, and what happened")


def raise_it(page: Page) -> str:
    """From the command to the receipt, of which the reference comes back."""
    second = begin(page)
    second.get_by_label("What happened?").fill(STORY)
    second.get_by_role("button", name="Look it over").click()
    last = form(page, "A last look")
    expect(last.locator(".intro")).to_contain_text(STORY)
    expect(last.locator(".intro")).to_contain_text("the chair (Priya Nair)")
    last.get_by_role("button", name="Send").click()
    expect(newest(page)).to_contain_text("Your receipt")
    expect(newest(page)).to_be_focused()
    return REFERENCE.search(newest(page).inner_text())[0]


def do(page: Page, reference: str, act: str, text: str = "", sees: str = "") -> None:
    """Opens it from the newest notice, reads, and does one thing."""
    expect(newest(page)).to_contain_text(reference)
    page.get_by_role("button", name="Open it").last.click()
    opened = form(page, reference)
    if sees:
        expect(opened.locator(".intro")).to_contain_text(sees)
    opened.get_by_label(act).check()
    opened.get_by_label("In your words").fill(text)
    opened.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize("look", LOOKS)
def test_a_concern_goes_its_way_to_the_end_and_whom_it_is_about_sees_nothing(open_page, look):
    reporter, chair = sits(open_page, "councillor", **LOOKS[look]), sits(open_page, "chair", **LOOKS[look])
    subject = sits(open_page, "vice-chair", **LOOKS[look])
    before = subject.locator("body").inner_text()
    reference = raise_it(reporter)
    do(chair, reference, "Acknowledge it", sees=STORY)
    expect(newest(reporter)).to_contain_text("has been acknowledged")
    do(chair, reference, "Write to the person who raised it", "Would you like me to speak with him?")
    expect(newest(reporter)).to_contain_text("something for you to read")
    do(reporter, reference, "Answer what I was asked", "Yes, please.", sees="Would you like me to speak with him?")
    expect(newest(chair)).to_contain_text("something new")
    do(chair, reference, "Record what came of it informally", "He has said that he is sorry.", sees="Yes, please.")
    expect(newest(reporter)).to_contain_text("has been closed")
    newest(reporter).get_by_role("button", name="Open it").click()
    expect(form(reporter, reference).locator(".intro")).to_contain_text("He has said that he is sorry.")
    for page in (reporter, chair):
        said = page.locator("#private").inner_text()
        assert not re.search("zebra|Owen|speak with him|sorry", said), said
    assert subject.locator("body").inner_text() == before
    for command, nothing in (("waiting", "Nothing waits for you."), ("concerns", "You have raised nothing")):
        ask(subject, f"/protocol {command}")
        expect(newest(subject)).to_contain_text(nothing)
    assert not re.search(f"zebra|{reference}", subject.content())


@pytest.mark.parametrize("look", LOOKS)
def test_its_forms_put_no_barrier_in_anybodys_way(open_page, look):
    reporter, chair = sits(open_page, "councillor", **LOOKS[look]), sits(open_page, "chair", **LOOKS[look])
    barriers(reporter)
    second = begin(reporter)
    barriers(reporter)
    second.get_by_label("What happened?").fill(STORY)
    second.get_by_role("button", name="Look it over").click()
    last = form(reporter, "A last look")
    barriers(reporter)
    last.get_by_role("button", name="Send").click()
    expect(newest(reporter)).to_contain_text("Your receipt")
    barriers(reporter)
    newest(chair).get_by_role("button", name="Open it").click()
    form(chair, REFERENCE)
    barriers(chair)


def test_a_story_typed_into_the_chat_is_taken_away_again_and_the_form_is_offered(open_page):
    page = sits(open_page, "councillor")
    ask(page, "The vice-chair shouted at me and called my report zebra-canary")
    expect(newest(page)).to_contain_text("press Remove under your message")
    expect(newest(page)).not_to_contain_text("zebra")
    page.get_by_role("button", name="Remove what I wrote").click()
    expect(page.locator("#private .typed")).to_have_count(0)
    assert "zebra" not in page.content()
    newest(page).get_by_role("button", name="Raise a concern").click()
    form(page, "Raise a concern in confidence")


def test_a_half_written_concern_waits_for_a_moment_but_not_for_the_next_person(open_page):
    page = sits(open_page, "councillor")
    begin(page).get_by_label("What happened?").fill(STORY)
    page.keyboard.press("Escape")
    second = begin(page)
    expect(second.get_by_label("What happened?")).to_have_value(STORY)
    page.keyboard.press("Escape")
    for who in ("Tom Whitlock, other officer", "Jo Hartley, councillor"):
        page.get_by_label("You are").select_option(label=who)
        expect(page.locator("#about")).to_contain_text(who.partition(",")[0])
    expect(begin(page).get_by_label("What happened?")).to_have_value("")


def test_a_concern_sent_twice_from_two_pages_is_filed_once(open_page):
    page, chair = sits(open_page, "councillor"), sits(open_page, "chair")
    expect(newest(chair)).to_contain_text("I look things up")
    sent = []
    page.on("request", lambda request: sent.append(request.post_data_json) if request.method == "POST" else None)
    reference = raise_it(page)
    again = {**sent[-1], "id": "from-elsewhere"}
    page.evaluate(
        """body => fetch("/api/events", {
          method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body),
        })""",
        again,
    )
    expect(page.locator("#private .post").filter(has_text="Your receipt")).to_have_count(2)
    expect(newest(page)).to_contain_text(reference)
    expect(newest(chair)).to_contain_text(reference)
    expect(chair.locator("#private .post")).to_have_count(2)  # the greeting, and one notice
