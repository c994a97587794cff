"""Forms that were closed: kept for some minutes, and nowhere but in the page; forgotten when they should be."""

import json

import pytest
from playwright.sync_api import Page, expect

from bot.conversation import Field, Paragraph
from tests.browser.desk import BARROW, OPENER, SECOND, Desk, first, opened, second, send

pytestmark = pytest.mark.browser


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


def test_an_answer_that_comes_late_leaves_the_form_of_whoever_sits_there_by_then(open_page):
    page = open_page(BARROW)
    desk = opened(page, second("a1"))
    page.get_by_label("What happened?").fill("my story")
    desk.holding = True
    send(page)
    page.locator("dialog").evaluate("dialog => dialog.close()")
    page.get_by_label("You are").select_option(label="Tom Whitlock, other officer")
    desk.holding = False
    desk.answers.append(second("b1"))
    page.get_by_role("button", name=OPENER).click()
    page.get_by_label("What happened?").fill("another story")
    desk.answers.append(None)
    with page.expect_response("**/api/events"):
        desk.let_go()
    page.evaluate("new Promise(done => setTimeout(done, 200))")  # for the page to take it
    expect(page.get_by_label("What happened?")).to_have_value("another story")
