"""Forms to show in the real browser, and a desk that answers them with what it is told to.

In: a page. Out: what was sent. Never: a word from the bot.
"""

from playwright.sync_api import Page, Route, expect

from adapters.web import render
from bot.conversation import Cited, Facts, Field, Form, Line, Option, Outline, Paragraph, Quote
from content import load

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
