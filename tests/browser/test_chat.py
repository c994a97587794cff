"""The browser chat in a real Chromium, as a councillor and a clerk use it."""

import re
import signal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import barriers

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
SOUTHWELL = "?council=southwell&seat=councillor"


def ask(page: Page, words: str) -> None:
    page.get_by_label("Message").fill(words)
    page.keyboard.press("Enter")


def newest(page: Page):
    return page.locator(".log:not([hidden]) .post").last


def become(page: Page, name: str) -> None:
    page.get_by_label("You are").select_option(label=name)


def test_a_question_is_answered_with_a_clause(open_page):
    page = open_page(SOUTHWELL)
    expect(newest(page)).to_contain_text("I look things up in Southwell's protocol")
    ask(page, "can I have a go at the clerk on Facebook?")
    expect(newest(page).locator(".clause").first).to_contain_text("social media")
    expect(newest(page).locator(".strength").first).to_contain_text("should")
    expect(newest(page)).to_contain_text("The adopted document is what counts.")


def test_buttons_do_what_they_say(open_page):
    page = open_page("?council=leigh-on-sea&seat=clerk")
    page.get_by_role("button", name="What we can expect").click()
    expect(newest(page)).to_contain_text("What we can expect of one another")
    expect(newest(page).locator(".clause")).to_have_count(2)


def test_an_answer_is_shared_in_the_channel_and_seen_there_at_once(open_page):
    councillor, clerk = open_page(SOUTHWELL + "&in=channel"), open_page("?council=southwell&seat=clerk&in=channel")
    ask(councillor, "/protocol mediation")
    expect(newest(councillor)).to_contain_text("Only you can see this")
    expect(clerk.locator("#channel .post")).to_have_count(0)
    councillor.get_by_role("button", name="Share in this channel").click()
    expect(newest(clerk)).to_contain_text("Jo Hartley shared this")
    expect(newest(clerk)).not_to_contain_text("Only you can see this")


def test_a_question_goes_to_the_clerk_and_the_answer_comes_back(open_page):
    page = open_page("?council=barrow&seat=councillor")
    ask(page, "where is the key to the noticeboard")
    page.get_by_role("button", name="Ask the clerk").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_label("Your question")).to_have_value("where is the key to the noticeboard")
    form.get_by_label("Your question").fill("")
    form.get_by_role("button", name="Send to the clerk").click()
    expect(form.get_by_text("This is needed.")).to_be_visible()
    expect(form.get_by_label("Your question")).to_be_focused()
    form.get_by_label("Your question").fill("Where is the key to the noticeboard?")
    form.get_by_role("button", name="Send to the clerk").click()
    expect(form).to_be_hidden()
    expect(newest(page)).to_contain_text("Your question is with the clerk (Ruth Ellison)")
    become(page, "Ruth Ellison, clerk")
    expect(newest(page)).to_contain_text("Jo Hartley asked")
    page.get_by_role("button", name="Answer").click()
    form.get_by_label("Your answer").fill("On the hook by my door.")
    form.get_by_role("button", name="Send the answer").click()
    become(page, "Jo Hartley, councillor")
    expect(newest(page)).to_contain_text("On the hook by my door.")


def test_each_question_has_a_draft_of_its_own(open_page):
    page = open_page("?council=barrow&seat=councillor")
    form = page.get_by_role("dialog")
    ask(page, "where is the key to the noticeboard")
    newest(page).get_by_role("button", name="Ask the clerk").click()
    form.get_by_label("Your question").fill("where is the BLUE key")
    page.keyboard.press("Escape")
    newest(page).get_by_role("button", name="Ask the clerk").click()
    expect(form.get_by_label("Your question")).to_have_value("where is the BLUE key")
    page.keyboard.press("Escape")
    ask(page, "who waters the flower baskets")
    expect(page.locator("#private .typed").last).to_have_text("who waters the flower baskets")
    newest(page).get_by_role("button", name=re.compile("Ask the clerk|None of these")).click()
    expect(form.get_by_label("Your question")).to_have_value("who waters the flower baskets")


def test_an_answer_is_not_shown_to_whoever_sits_there_next(open_page):
    page = open_page("?council=barrow&seat=councillor")
    ask(page, "where is the key to the noticeboard")
    expect(newest(page).get_by_role("button", name="Ask the clerk")).to_be_visible()
    held = []
    page.route("**/api/events", lambda route: route.continue_() if held else held.append(route))
    newest(page).get_by_role("button", name="Ask the clerk").click()
    become(page, "Priya Nair, chair")
    expect(page.get_by_text("Private to you, Priya Nair")).to_be_visible()
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(newest(page)).to_contain_text("I look things up")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_mistyped_command_is_not_published(open_page):
    page = open_page("?council=barrow&seat=councillor&in=channel")
    ask(page, "/protcol what about the chair")
    expect(page.get_by_text("nothing was sent to anybody")).to_be_visible()
    expect(page.get_by_label("Message")).to_have_value("/protcol what about the chair")
    expect(page.locator("#channel .post")).to_have_count(0)


def test_the_list_of_commands_goes_when_one_is_sent(open_page):
    page = open_page()
    page.get_by_label("Message").press_sequentially("/protocol ro")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_one_can_be_every_seat_that_the_protocol_knows(open_page):
    page = open_page()
    roles = page.get_by_label("You are").locator("option").all_text_contents()
    for role in ("councillor", "clerk", "other officer", "chair", "vice-chair", "member of the panel"):
        assert any(option.endswith(f", {role}") for option in roles), role
    councils = page.get_by_label("Council", exact=True).locator("option").all_text_contents()
    assert len(councils) == 5


def test_the_page_is_usable_with_the_keyboard_alone(open_page):
    page = open_page(SOUTHWELL)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to writing a message")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message")).to_be_focused()
    page.keyboard.type("/pro")
    expect(page.get_by_role("listbox", name="Commands")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message")).to_have_value("/protocol expectations")
    page.keyboard.press("Enter")
    expect(newest(page)).to_contain_text("What we can expect of one another")
    ask(page, "where is the key to the noticeboard")
    expect(newest(page).get_by_role("button", name="Ask the clerk")).to_be_visible()
    newest(page).get_by_role("button", name="Ask the clerk").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(newest(page).get_by_role("button", name="Ask the clerk")).to_be_focused()


def test_on_a_phone_everything_fits_and_can_be_pressed(open_page):
    page = open_page(SOUTHWELL, **PHONE)
    for words in ("compare mediation", "gaps", "contents", "can I have a go at the clerk on Facebook?"):
        ask(page, words)
        expect(page.get_by_label("Message")).to_have_value("")  # it has arrived, and so has its answer
        expect(newest(page)).not_to_contain_text(words)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = page.locator("button:visible").evaluate_all(
        "all => all.map(b => b.getBoundingClientRect()).map(r => [r.width, r.height])"
    )
    assert sizes
    assert all(width >= 44 and height >= 44 for width, height in sizes)


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\u202eright to left",
        "x" * 10_000,
        "😀😀",
        "'; DROP TABLE web_posts; --",
        "<!channel>",
    ],
)
def test_odd_words_are_shown_to_the_letter_and_nothing_happens(open_page, words):
    page = open_page(SOUTHWELL)
    ask(page, words)
    expect(page.locator("#private .typed").last).to_have_text(words)
    expect(newest(page)).to_contain_text("Protocol Bot")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_conversations_survive_a_reload_and_a_restart(open_page, chat):
    page = open_page(SOUTHWELL)
    ask(page, "training")
    expect(newest(page)).to_contain_text("development")
    page.reload()
    expect(newest(page)).to_contain_text("development")
    status, complaints = chat.stop()
    assert (status, complaints) == (0, "")
    expect(page.get_by_text("Connection lost")).to_be_visible()
    chat.start()
    expect(page.get_by_text("Connection lost")).to_be_hidden()
    page.reload()
    expect(newest(page)).to_contain_text("development")


def test_words_that_could_not_be_sent_are_kept_and_arrive_once(open_page, chat):
    page = open_page(SOUTHWELL)
    chat.stop(signal.SIGKILL)
    ask(page, "who hears a grievance")
    expect(page.get_by_text("your words are kept")).to_be_visible()
    expect(page.get_by_label("Message")).to_have_value("who hears a grievance")
    chat.start()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(newest(page)).to_contain_text("small group")
    expect(page.locator("#private .typed")).to_have_count(1)


def test_nothing_is_fetched_from_anywhere_else(open_page, chat):
    page = open_page(SOUTHWELL)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    ask(page, "roles")
    expect(newest(page)).to_contain_text("Who does what")
    assert asked
    assert all(url.startswith((chat.address, "data:")) for url in asked)


def test_it_says_that_it_is_for_trying_out(open_page):
    expect(open_page().get_by_text(re.compile("for trying out", re.IGNORECASE)).first).to_be_visible()


LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": PHONE,
    "phone, dark": {**PHONE, "color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "large print": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
}


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_puts_no_barrier_in_anybodys_way(open_page, look):
    """axe-core, the rules for WCAG 2.2 AA and best practice, with everything on the page that can be there."""
    page = open_page(SOUTHWELL + "&in=channel", **LOOKS[look])
    for words in (
        "morning all",
        "/protocol contents",
        "/protocol about",
        "/protocol gaps",
        "/protocol compare training",
        "/protocol can I have a go at the clerk on Facebook?",
    ):
        ask(page, words)
        expect(page.get_by_label("Message")).to_have_value("")  # it has arrived, and so has its answer
        expect(newest(page)).not_to_contain_text(words) if words.startswith("/") else None
    newest(page).get_by_role("button", name="Share").click()
    expect(page.locator("#channel .post").filter(has_text="Jo Hartley shared this")).to_have_count(1)
    barriers(page)
    ask(page, "/protocol where is the key to the noticeboard")
    page.get_by_role("button", name="Ask the clerk").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").get_by_label("Your question").fill("")
    page.get_by_role("dialog").get_by_role("button", name="Send to the clerk").click()
    expect(page.get_by_text("This is needed.")).to_be_visible()
    barriers(page)
