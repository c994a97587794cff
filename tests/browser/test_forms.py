"""Forms in the dialog: read from the top, sent once, and what is wrong said where it is."""

import pytest
from playwright.sync_api import expect

from tests.browser.barriers import barriers
from tests.browser.desk import BARROW, first, opened, second, send, top

pytestmark = pytest.mark.browser


def test_a_form_begins_at_its_top_and_so_does_the_one_after_it(open_page):
    page = open_page(BARROW)
    opened(page, first("a1"), second("a1"))
    dialog = page.get_by_role("dialog", name="Before you write")
    expect(dialog.get_by_role("heading", name="Before you write")).to_be_focused()
    assert top(page) == 0
    dialog.get_by_label("Who is it about?").select_option(label="Person 3")
    page.locator(".sheet").evaluate("sheet => { sheet.scrollTop = 100_000; }")
    assert top(page) > 0
    send(page)
    following = page.get_by_role("dialog", name="What happened")
    expect(following.get_by_role("heading", name="What happened")).to_be_focused()
    assert top(page) == 0
    expect(page.locator("dialog form")).to_have_count(1)


def test_half_a_date_and_a_day_that_no_month_has_are_not_taken_for_an_empty_field(open_page):
    page = open_page(BARROW)
    desk = opened(page, first("a1"), None)
    sent = len(desk.sent)
    page.get_by_label("Who is it about?").select_option(label="Person 3")
    for typed in ("0231", "02312027"):  # month and day first: so the browser of these tests writes them
        page.get_by_label("When was it?").focus()
        page.keyboard.type(typed)
        send(page)
        expect(page.get_by_role("dialog").get_by_text("There is no such day.")).to_be_visible()
        assert len(desk.sent) == sent


LOOKS = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "color_scheme": "dark"},
    "small": {"viewport": {"width": 320, "height": 568}, "is_mobile": True, "has_touch": True},
    "forced colours": {"forced_colors": "active"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_the_title_and_the_buttons_of_a_long_form_stay_in_reach(open_page, look):
    page = open_page(BARROW, **LOOKS[look])
    opened(page, first("a1"))
    dialog = page.get_by_role("dialog")
    for place in (0, 600, 100_000):
        page.locator(".sheet").evaluate("(sheet, place) => { sheet.scrollTop = place; }", place)
        expect(dialog.get_by_role("heading")).to_be_in_viewport(ratio=1)
        expect(dialog.get_by_role("button", name="Go on")).to_be_in_viewport(ratio=1)
        expect(dialog.get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".sheet").evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth")
    pressed = dialog.locator("button:visible, .option label, select, input:not([type=radio])")
    assert all(
        height >= 44 for height in pressed.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    )


@pytest.mark.parametrize("look", LOOKS)
def test_a_long_form_puts_no_barrier_in_anybodys_way(open_page, look):
    page = open_page(BARROW, **LOOKS[look])
    opened(page, first("a1"), {"thing": "Please choose.", "about": "Please choose.", "": "Nobody was told."})
    page.get_by_label("Who is it about?").select_option(label="Person 3")
    barriers(page)
    send(page)
    expect(page.get_by_text("Please look at these again:")).to_be_visible()
    barriers(page)
    page.keyboard.press("Escape")
    opened(page, first("a1"))
    expect(page.get_by_text("What you had typed is back.")).to_be_visible()
    barriers(page)


def test_with_very_little_height_the_whole_form_scrolls(open_page):
    page = open_page(BARROW, viewport={"width": 640, "height": 360})
    opened(page, first("a1"))
    page.get_by_role("button", name="Go on").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Go on")).to_be_in_viewport(ratio=1)


def test_what_is_wrong_is_said_above_them_all_and_leads_to_its_field(open_page):
    page = open_page(BARROW)
    opened(page, first("a1"), {"about": "Not this one.", "name": "Not that name."})
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Who is it about?").select_option(label="Person 3")
    dialog.get_by_label("If they are not listed").fill("Somebody Else")
    send(page)
    expect(dialog.get_by_role("group", name="Please look at these again:")).to_be_focused()
    assert top(page) == 0
    expect(dialog.get_by_label("If they are not listed")).to_have_value("Somebody Else")
    expect(dialog.get_by_label("Who is it about?")).to_have_value("p3")
    dialog.get_by_role("link", name="If they are not listed: Not that name.").click()
    expect(dialog.get_by_label("If they are not listed")).to_be_focused()
    expect(dialog.get_by_label("If they are not listed")).to_be_in_viewport(ratio=1)


def test_a_form_that_did_not_arrive_says_so_at_its_buttons_and_keeps_everything(open_page):
    page = open_page(BARROW)
    desk = opened(page, second("a1"))
    page.get_by_label("What happened?").fill("my story")
    page.unroute("**/api/events")
    page.route("**/api/events", lambda route: route.abort())
    send(page)
    expect(page.get_by_text("Not sent – press “Send” again; what you typed is kept.")).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("What happened?")).to_have_value("my story")
    page.unroute("**/api/events")
    page.route("**/api/events", lambda route: (desk.sent.append(route.request.post_data_json), route.abort()))
    for _ in range(2):
        with page.expect_event("requestfailed"):
            send(page)
    assert desk.sent[-1]["id"] == desk.sent[-2]["id"]


def test_pressed_twice_a_form_is_sent_once_and_does_not_go_meanwhile(open_page):
    page = open_page(BARROW)
    desk = opened(page, second("a1"), None)
    page.get_by_label("What happened?").fill("my story")
    desk.holding = True
    button = page.get_by_role("dialog").get_by_role("button", name="Send")
    button.dblclick()
    button.press("Enter")
    for _ in range(3):
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    desk.let_go()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert [one["kind"] for one in desk.sent] == ["press", "submit"]


def test_enter_in_one_field_of_several_sends_nothing(open_page):
    page = open_page(BARROW)
    desk = opened(page, second("a1"))
    page.get_by_label("What happened?").fill("my story")
    page.get_by_label("Where was it?").press("Enter")
    page.get_by_label("What happened?").press("Enter")
    expect(page.get_by_label("What happened?")).to_have_value("my story\n")
    assert len(desk.sent) == 1
