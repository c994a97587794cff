"""Forms in the dialog: read from the top, sent once, kept for some minutes if closed, and nowhere else."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from adapters.web import render
from bot.conversation import Cited, Facts, Field, Form, Line, Option, Outline, Paragraph, Quote
from content import load
from tests.browser.barriers import barriers

pytestmark = pytest.mark.browser

BARROW = "?council=barrow&seat=councillor"
OPENER = "Who does what"
LONG = (
    Paragraph("Who will see what you write depends on who it is about. " * 4),
    Facts(tuple((f"About somebody {number}", "informally: the chair; formally: the committee") for number in range(8))),
    Paragraph("Not from the protocol, a note on the law. " * 5, small=True),
    Cited("Barrow", "5.1", ("Disputes",), "should", "Talk first. " * 30, ("one", "two")),
    Quote("Words of somebody’s, to the letter. " * 60, by="Jo Hartley"),
    Outline((Line(0, "A heading", "1"), Line(1, "One under it", "1.1"))),
)
MANY = tuple(Option(f"p{number}", f"Person {number}") for number in range(12))
THINGS = tuple(
    Option(f"t{number}", f"Something that must not wait, number {number}, said at length") for number in range(9)
)
FIRST = (
    Field("thing", "Is any of this so?", "choice", options=THINGS, required=False),
    Field("about", "Who is it about?", "person", options=MANY),
    Field("when", "When was it?", "date", required=False),
    Field("name", "If they are not listed", required=False),
)
SECOND = (Field("story", "What happened?", "text"), Field("place", "Where was it?", required=False))


def first(id: str, **change) -> Form:
    return Form(
        **{"id": f"desk/first/{id}", "title": "Before you write", "fields": FIRST, "submit": "Go on", "intro": LONG}
        | change
    )


def second(id: str, **change) -> Form:
    return Form(
        **{"id": f"desk/second/{id}", "title": "What happened", "fields": SECOND, "submit": "Send", "intro": LONG}
        | change
    )


class Desk:
    """Answers presses and forms with what it is told to, instead of the bot; notes what was sent."""

    def __init__(self, page: Page) -> None:
        self.sent: list[dict] = []
        self.answers: list[Form | dict[str, str] | None] = []
        self.holding = False
        self._held: list[Route] = []
        page.route("**/api/events", self._heard)

    def _heard(self, route: Route) -> None:
        if route.request.post_data_json["kind"] not in ("press", "submit"):
            return route.continue_()
        self.sent.append(route.request.post_data_json)
        return self._held.append(route) if self.holding else self._answer(route)

    def let_go(self) -> None:
        self.holding = False
        for route in self._held:
            self._answer(route)

    def _answer(self, route: Route) -> None:
        answer = self.answers.pop(0)
        form = str(render.form(answer, load.words())) if isinstance(answer, Form) else None
        problems = answer if isinstance(answer, dict) else None
        route.fulfill(json={"posts": [], "form": form, "problems": problems})


def opened(page: Page, *answers) -> Desk:
    desk = Desk(page)
    desk.answers += answers
    page.get_by_role("button", name=OPENER).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return desk


def top(page: Page) -> float:
    return page.locator(".sheet").evaluate("sheet => sheet.scrollTop")


def send(page: Page) -> None:
    page.get_by_role("dialog").locator("[type=submit]").click()


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


def test_a_form_that_was_closed_comes_back_as_it_was_left_step_by_step(open_page):
    """From the same button it is the same form, although each time it is drawn for a concern of its own."""
    page = open_page(BARROW)
    desk = opened(page, first("a1"), second("a1"))
    page.get_by_label("Who is it about?").select_option(label="Person 3")
    page.get_by_label("number 4").check()
    page.get_by_label("When was it?").fill("2026-11-03")
    send(page)
    page.get_by_label("What happened?").fill("my story")
    page.keyboard.press("Escape")
    expect(page.get_by_text("What you typed stays in this page for a few minutes.")).to_be_visible()
    desk.answers += [first("b2"), second("b2")]
    page.get_by_role("button", name=OPENER).click()
    expect(page.get_by_text("What you had typed is back.")).to_be_visible()
    expect(page.get_by_label("Who is it about?")).to_have_value("p3")
    expect(page.get_by_label("number 4")).to_be_checked()
    expect(page.get_by_label("When was it?")).to_have_value("2026-11-03")
    send(page)
    expect(page.get_by_label("What happened?")).to_have_value("my story")
    assert desk.sent[-1]["form"] == "desk/first/b2"


def test_words_for_one_concern_are_not_put_into_the_form_of_another(open_page):
    page = open_page(BARROW)
    desk = opened(page, first("", fields=(), intro=()), second("one"))
    send(page)
    page.get_by_label("What happened?").fill("for the one")
    page.keyboard.press("Escape")
    desk.answers += [first("", fields=(), intro=()), second("other")]
    page.get_by_role("button", name=OPENER).click()
    send(page)
    expect(page.get_by_label("What happened?")).to_have_value("")
    page.keyboard.press("Escape")
    for id, intro, value in (("x1", "About the one", ""), ("x2", "About the other", "")):
        desk.answers.append(second(id, intro=(Paragraph(intro),)))
        page.get_by_role("button", name=OPENER).click()
        expect(page.get_by_label("What happened?")).to_have_value(value)
        page.get_by_label("What happened?").fill(f"for {id}")
        page.keyboard.press("Escape")


def test_what_the_server_knows_better_is_not_put_back(open_page):
    """A field that was just sent in comes back as the server has it, whatever was typed in that form before."""
    page = open_page(BARROW)
    changed = (Field("story", "What happened?", "text", value="as sent"), SECOND[1])
    again = (Field("story", "What happened?", "text", value="as typed"), SECOND[1])
    opened(page, second("a1", fields=changed), second("a1", fields=again), second("a1", fields=changed))
    page.get_by_label("What happened?").fill("as typed")
    send(page)
    expect(page.get_by_label("What happened?")).to_have_value("as typed")
    page.get_by_label("What happened?").fill("as sent")
    send(page)
    expect(page.get_by_label("What happened?")).to_have_value("as sent")


def reopened(page: Page, desk: Desk) -> str:
    """What stands in the story when the form is opened anew."""
    desk.answers.append(second("later"))
    page.get_by_role("button", name=OPENER).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page.get_by_label("What happened?").input_value()


def closed(page: Page) -> Desk:
    desk = opened(page, second("a1"))
    page.get_by_label("What happened?").fill("zebra-canary")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("dialog form")).to_have_count(0)
    return desk


def test_a_closed_form_is_kept_for_minutes_and_nowhere_but_in_the_page(open_page):
    page = open_page(BARROW)
    page.clock.install()
    desk = closed(page)
    assert "zebra" not in page.content()
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])")
    assert "zebra" not in stored
    page.clock.fast_forward("14:00")
    assert reopened(page, desk) == "zebra-canary"
    page.keyboard.press("Escape")
    expect(page.locator("dialog form")).to_have_count(0)
    page.clock.fast_forward("15:01")
    assert reopened(page, desk) == ""


def test_a_closed_form_is_forgotten_on_request(open_page):
    page = open_page(BARROW)
    desk = closed(page)
    assert reopened(page, desk) == "zebra-canary"
    page.get_by_role("button", name="Clear it").click()
    expect(page.get_by_label("What happened?")).to_have_value("")
    expect(page.get_by_text("What you had typed is back.")).to_be_hidden()
    page.keyboard.press("Escape")
    assert reopened(page, desk) == ""


def test_a_closed_form_is_forgotten_when_somebody_else_sits_down(open_page):
    page = open_page(BARROW)
    desk = closed(page)
    seat = page.get_by_label("You are")
    for who in ("Tom Whitlock, other officer", "Jo Hartley, councillor"):
        seat.select_option(label=who)
        expect(page.get_by_role("button", name=OPENER)).to_be_visible()
    assert reopened(page, desk) == ""


def test_a_form_that_was_sent_is_forgotten(open_page):
    page = open_page(BARROW)
    desk = closed(page)
    assert reopened(page, desk) == "zebra-canary"
    desk.answers.append(None)
    send(page)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert "zebra" in json.dumps(desk.sent)
    assert reopened(page, desk) == ""


def test_a_no_that_comes_after_the_form_went_brings_it_back(open_page):
    """Some browsers close a dialog at a second Escape whatever the page says."""
    page = open_page(BARROW)
    desk = opened(page, second("a1"), {"story": "Say a little more."})
    page.get_by_label("What happened?").fill("my story")
    desk.holding = True
    send(page)
    page.locator("dialog").evaluate("dialog => dialog.close()")
    expect(page.get_by_role("dialog")).to_be_hidden()
    desk.let_go()
    expect(page.get_by_text("Say a little more.")).to_be_visible()
    expect(page.get_by_label("What happened?")).to_have_value("my story")
