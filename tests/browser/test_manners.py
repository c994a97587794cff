"""Small things that a person would miss: words kept, what is new, where the focus is."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

BARROW = "?council=barrow&seat="


def ask(page: Page, words: str) -> None:
    page.get_by_label("Message").fill(words)
    page.get_by_label("Message").focus()
    page.keyboard.press("Enter")


def conversation(page: Page, name: str):
    return page.get_by_role("navigation", name="Conversations").get_by_role("button", name=name)


def test_what_others_said_elsewhere_is_counted_until_one_looks(open_page):
    clerk, chair = open_page(BARROW + "clerk"), open_page(BARROW + "chair&in=channel")
    ask(chair, "morning all")
    ask(chair, "is anybody there?")
    expect(conversation(clerk, "council channel")).to_have_accessible_name("council channel 2 unread")
    assert clerk.title().startswith("(2) ")
    expect(conversation(chair, "council channel")).to_have_accessible_name("council channel")
    conversation(clerk, "council channel").click()
    expect(conversation(clerk, "council channel")).to_have_accessible_name("council channel")
    expect(clerk.locator("#channel .post")).to_have_count(2)
    clerk.reload()
    expect(clerk.locator("#channel .post")).to_have_count(2)
    expect(conversation(clerk, "council channel")).to_have_accessible_name("council channel")


def test_what_comes_for_whoever_sat_here_before_is_not_shown_to_the_next_person(open_page):
    page, other = open_page(BARROW + "clerk"), open_page(BARROW + "clerk")
    held = []
    page.route("**/api/workspace?*", lambda route: held.append(route))
    page.get_by_label("You are").select_option(label="Priya Nair, chair")
    while not held:  # the page waits to be told what the chair has been told
        page.wait_for_timeout(20)
    ask(other, "zebra crossing at the hall")
    expect(other.locator("#private .typed")).to_have_text(["zebra crossing at the hall"])
    page.wait_for_timeout(300)
    expect(page.locator("#private .typed")).to_have_count(0)
    held[0].continue_()
    expect(page.locator("#about")).to_contain_text("Priya Nair")
    expect(page.locator("#private .typed")).to_have_count(0)


def test_words_begun_in_one_conversation_wait_there(open_page):
    page = open_page(BARROW + "clerk")
    page.get_by_label("Message").fill("half a thought")
    conversation(page, "council channel").click()
    expect(page.get_by_label("Message")).to_have_value("")
    conversation(page, "Protocol Bot").click()
    expect(page.get_by_label("Message")).to_have_value("half a thought")


def test_shift_and_enter_starts_a_line_and_nothing_is_not_sent(open_page):
    page = open_page(BARROW + "clerk&in=channel")
    words = page.get_by_label("Message")
    words.press("Enter")
    expect(page.get_by_text("Type your question first.")).to_be_visible()
    words.press_sequentially("one")
    words.press("Shift+Enter")
    words.press_sequentially("two")
    words.press("Enter")
    expect(page.locator("#channel .typed")).to_have_text("one\ntwo")
    expect(words).to_have_value("")


def test_words_sent_while_others_are_on_their_way_follow_them(open_page):
    page = open_page(BARROW + "clerk&in=channel")
    held = []
    page.route("**/api/events", lambda route: route.continue_() if held else held.append(route))
    ask(page, "the first")
    expect(page.get_by_role("button", name="Send")).to_have_attribute("aria-disabled", "true")
    ask(page, "the second")
    expect(page.get_by_label("Message")).to_have_value("the second")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator("#channel .typed")).to_have_text(["the first", "the second"])
    expect(page.get_by_label("Message")).to_have_value("")


def test_words_that_did_not_arrive_stand_before_those_typed_meanwhile(open_page):
    page = open_page(BARROW + "clerk&in=channel")
    held = []
    page.route("**/api/events", lambda route: held.append(route))
    ask(page, "the first")
    expect(page.get_by_role("button", name="Send")).to_have_attribute("aria-disabled", "true")
    page.get_by_label("Message").fill("and more")
    while not held:  # the page has sent it; pytest ends a test that waits for ever
        page.wait_for_timeout(20)
    held[0].abort()
    expect(page.get_by_text("your words are kept")).to_be_visible()
    expect(page.get_by_label("Message")).to_have_value("the first\nand more")


def test_ones_own_words_are_taken_back_on_every_page_of_ones_own(open_page):
    page, other = open_page(BARROW + "clerk"), open_page(BARROW + "clerk")
    ask(page, "zebra crossing at the hall")
    ask(page, "who does what")
    expect(page.locator("#private .typed")).to_have_count(2)
    expect(other.locator("#private .typed")).to_have_count(2)
    page.get_by_role("button", name="Remove what I wrote").first.press("Enter")
    expect(page.locator("#private .typed")).to_have_text(["who does what"])
    expect(other.locator("#private .typed")).to_have_text(["who does what"])
    expect(page.get_by_text("Removed from this chat.")).to_be_visible()
    assert page.evaluate("document.activeElement.tagName") == "ARTICLE"
    page.reload()
    expect(page.locator("#private .typed")).to_have_text(["who does what"])


def test_a_page_that_was_away_takes_away_what_was_removed_meanwhile(open_page):
    page, other = open_page(BARROW + "clerk"), open_page(BARROW + "clerk")
    ask(page, "zebra crossing at the hall")
    expect(other.locator("#private .typed")).to_have_count(1)
    other.context.set_offline(True)
    other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("button", name="Remove what I wrote").click()
    expect(page.locator("#private .typed")).to_have_count(0)
    expect(other.locator("#private .typed")).to_have_count(1)
    other.context.set_offline(False)
    other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(other.locator("#private .typed")).to_have_count(0)


def test_only_ones_own_words_in_ones_own_chat_have_the_button(open_page):
    page = open_page(BARROW + "clerk&in=channel")
    ask(page, "morning all")
    ask(page, "/protocol roles")
    expect(page.locator("#channel .post")).to_have_count(3)
    expect(page.get_by_role("button", name="Remove what I wrote")).to_have_count(0)
