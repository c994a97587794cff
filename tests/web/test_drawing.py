"""How posts and forms look as HTML: goldens, drawn anew with UPDATE_GOLDENS=1 and read as a diff."""

import os
import re
from base64 import b64decode
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from adapters.web import render
from bot.bot import COMMANDS, DESKS
from bot.conversation import (
    Button,
    Buttons,
    Cited,
    Facts,
    Field,
    File,
    Form,
    Line,
    Option,
    Outline,
    Paragraph,
    Place,
    Post,
    Quote,
)
from bot.lists import LISTS
from content import load
from tests.worlds import NOON, channel, command, message, press, submit

WORDS = load.words()
GOLDENS = Path(__file__).parent / "goldens"
FLOWS = {
    "help": [command("")],
    **{listed.name: [command(listed.name + (" training" if listed.name == "compare" else ""))] for listed in LISTS},
    "review": [command("review")],
    "review-clerk": [command("review", who="bea")],
    "history": [command("history")],
    "review-form": [press("reviews/amended/0.protocol", who="bea")],
    "review-problem": [
        submit("reviews/no-change/0.protocol", {"on": "2026-02-31", "approved_by": "", "next": "1066-10-14"}, who="bea")
    ],
    "review-date-form": [press("reviews/date/0.protocol", who="bea")],
    "review-agenda-form": [press("reviews/agenda/0.protocol", who="bea")],
    "review-recorded": [
        submit(
            "reviews/amended/0.protocol",
            {
                "on": "2026-11-20",
                "minute": "4/<b>",
                "approved_by": "Full Council",
                "changes": "A comma & more.",
                "next": "",
            },
            who="bea",
        ),
        command("history"),
    ],
    "number": [command("section 2")],
    "no-number": [command("9.9")],
    "answer": [command("do I get any training")],
    "answer-in-channel": [command("do I get any training", where=channel("barrow"))],
    "does-not-say": [message("do we get hampers at christmas")],
    "outside": [message("when are the bins emptied")],
    "care": [message("the chair shouted at me")],
    "nonsense": [message("😀")],
    "old-button": [press("gone/for/good")],
    "guest": [message("3.2", who="vic")],
    "pass-form": [press("questions/pass/where is the key to the noticeboard")],
    "pass-problem": [submit("questions/pass/", {"question": ""})],
    "passed": [submit("questions/pass/", {"question": "where is the key to the noticeboard"})],
    "pin-form": [press("questions/pin/where is the key to the noticeboard", who="bea")],
    "pinned": [
        submit(
            "questions/pin/", {"question": "where is the key to the noticeboard", "clause": "Expectations"}, who="bea"
        ),
        message("where is the key to the noticeboard"),
    ],
}


def at_council(event, council: str):
    where = channel(council) if not event.where.private else Place("test", council, event.who.id, private=True)
    return replace(event, who=replace(event.who, tenant=council), where=where)


def drawn(answer) -> str:
    if hasattr(answer, "form"):
        return str(render.form(answer.form, WORDS))
    if hasattr(answer, "problems"):
        return str(answer.problems)
    return str(render.post(answer.post, WORDS))


@pytest.mark.parametrize("council", ["barrow", "crickhowell", "leigh-on-sea", "southwell", "twywell"])
@pytest.mark.parametrize("flow", FLOWS)
async def test_what_is_shown_is_what_was_agreed(bot, council, flow):
    for event in FLOWS[flow]:
        answer = await bot.hear(at_council(event, council))
    agreed(council, flow, drawn(answer))


async def test_what_is_brought_to_people_is_what_was_agreed(bot, store):
    """A question's way to the clerk and back, and an answer that is shared: what others are shown."""
    council, question = "twywell", "where is the key to the noticeboard"
    await bot.hear(submit("questions/pass/", {"question": question}, council=council, id="pass"))
    asked = await delivered(store)
    agreed(council, "brought-to-the-clerk", drawn(asked))
    form = await bot.hear(press(asked.post.blocks[-1].buttons[0].token, who="bea", council=council))
    agreed(council, "answer-form", drawn(form))
    reply = {"reply": "On the hook\nby <my> door.", "clause": "4.4", "pin": "yes"}
    await bot.hear(submit(form.form.id, reply, who="bea", council=council))
    agreed(council, "brought-to-the-asker", drawn(await delivered(store)))
    found = await bot.hear(command("4.4", council=council, where=channel(council)))
    await bot.hear(press(found.post.blocks[-1].buttons[0].token, council=council, where=channel(council)))
    agreed(council, "shared", drawn(await delivered(store)))


async def delivered(store):
    """The one notice that waits, taken from the outbox."""
    (waiting,) = await store.waiting(NOON, 2)
    await store.delivered(waiting)
    return waiting.notice


def agreed(council: str, flow: str, drawn: str) -> None:
    html = re.sub(r"(</(?:p|li|div|figure|figcaption|h2|dl|ul|label|option|fieldset|button)>)", r"\1\n", drawn)
    golden = GOLDENS / council / f"{flow}.html"
    if os.environ.get("UPDATE_GOLDENS"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(html, encoding="utf-8")
    assert html == golden.read_text(encoding="utf-8")


@given(st.text(max_size=120))
@settings(max_examples=150, deadline=None)
def test_no_words_become_markup(words):
    """Whatever somebody wrote, wherever it stands: the same elements are drawn as for plain words."""

    def page(text: str) -> str:
        post = Post(
            (
                Paragraph(text),
                Quote(text, by=text),
                Cited("Barrow", text, (text,), "should", text, (text,)),
                Facts(((text, text),)),
                Outline((Line(0, text), Line(1, text, text))),
                File(name=text, media="text/calendar", text=text, label=text),
                Buttons((Button(text, text),)),
            ),
            title=text,
        )
        fields = (
            Field(text, text, "text", value=text, hint=text),
            Field("b", text, "choice", options=(Option(text, text),)),
        )
        return (
            str(render.post(post, WORDS))
            + str(render.form(Form(text, text, fields, text), WORDS))
            + str(render.typed(text))
        )

    def shape(html: str) -> list[tuple[str, list[str]]]:
        return [(tag.name, sorted(tag.attrs)) for tag in BeautifulSoup(html, "html.parser").find_all()]

    assert shape(page(words)) == shape(page("plain" if words else ""))


@pytest.mark.parametrize(
    ("depths", "outline"),
    [
        ((0,), "a"),
        ((0, 0), "a b"),
        ((0, 1, 1, 0), "a(b c) d"),
        ((0, 1, 2, 1, 0), "a(b(c) d) e"),
        ((0, 2, 2, 0), "a(b c) d"),
        ((1, 1, 2), "a b(c)"),
    ],
)
def test_an_outline_is_lists_within_lists(depths, outline):
    post = Post((Outline(tuple(Line(depth, "abcde"[i]) for i, depth in enumerate(depths))),))

    def read(tag) -> str:
        steps = tag.find_all("li", recursive=False)
        return " ".join(s.bdi.text + (f"({read(s.ul)})" if s.ul else "") for s in steps)

    assert read(BeautifulSoup(str(render.post(post, WORDS)), "html.parser").ul) == outline


def test_a_file_is_in_its_own_link_and_is_saved_not_opened():
    text = 'BEGIN:VCALENDAR\r\nSUMMARY:Ökö & "so" <on>\r\n'
    file = File(name="dates.ics", media="text/calendar", text=text, label="Put it into my calendar")
    link = BeautifulSoup(str(render.post(Post((file,)), WORDS)), "html.parser").a
    kind, _, inside = str(link["href"]).partition(",")
    assert (kind, link["download"], link.text) == (
        "data:text/calendar;charset=utf-8;base64",
        "dates.ics",
        "Put it into my calendar",
    )
    assert b64decode(inside).decode() == text


def test_the_page_suggests_the_lists_and_the_commands_that_there_are():
    page = (Path(render.__file__).parent / "page" / "index.html").read_text(encoding="utf-8")
    suggested = set(re.findall(r'data-command="/protocol ?(\w*)', page))
    lists = {listed.name for listed in LISTS}
    assert lists <= suggested
    assert suggested <= {"", *lists, *COMMANDS}


@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.name)
def test_the_page_suggests_each_command_by_one_of_its_names(desk):
    page = (Path(render.__file__).parent / "page" / "index.html").read_text(encoding="utf-8")
    for step in set(desk.commands.values()):
        names = [name for name, other in desk.commands.items() if other is step]
        assert any(f'data-command="/protocol {name}"' in page for name in names), names


@pytest.mark.parametrize(("kind", "long", "opens"), [("choice", 20, True), ("choice", 50, False), ("person", 50, True)])
def test_many_choices_are_a_list_that_opens_unless_it_would_cut_them_off(kind, long, opens):
    options = tuple(Option(str(number), f"{number}".ljust(long, "x")) for number in range(12))
    drawn = BeautifulSoup(
        str(render.form(Form("a/b", "T", (Field("f", "F", kind, options=options),), "Go"), WORDS)), "html.parser"
    )
    assert bool(drawn.select_one("select")) == opens
    assert len(drawn.select("option[value!=''], [type=radio]")) == 12


def test_an_answer_that_may_stay_empty_is_offered_once():
    options = (Option("", "Nobody"), *(Option(str(number), f"Person {number}") for number in range(9)))
    drawn = BeautifulSoup(
        str(render.form(Form("a/b", "T", (Field("f", "F", "person", options=options),), "Go"), WORDS)), "html.parser"
    )
    assert [option.text for option in drawn.select("option[value='']")] == ["Nobody"]
