"""The check of what is sent can say no: to each of Slack's limits, and to what this bot must not send."""

import json

import pytest

from adapters.slack import render, views
from bot.conversation import Button, Buttons, Facts, Field, Form, Option, Paragraph, Place, Post
from tests.slack import SENTENCES
from tests.slack.checks import problems

FINE = {
    "message": render.messages(
        Post(
            (Paragraph("p", small=True), Facts((("a", "b"),)), Buttons((Button("Go", "a/b"), Button("No", "a/c")))),
            title="T",
        )
    )[0],
    "modal": views.form(
        Form(
            "a/b",
            "Title",
            (
                Field("line", "Line", hint="h"),
                Field("day", "Day", "date", value="2026-11-22"),
                Field("who", "Who", "person", options=(Option("a", "A"), Option("b", "B")), value="a"),
            ),
            "Go",
        ),
        Place("slack", "T1", "D1", private=True),
        SENTENCES,
    ),
    "home": views.page([Post((Paragraph("p"),), title="T")], SENTENCES),
}


def text(words="x", kind="plain_text", **more):
    return {"type": kind, "text": words, **more}


def section(words="x", kind="plain_text", **more):
    return {"type": "section", "text": text(words, kind, **more)}


def button(number):
    return {"type": "button", "text": text(), "action_id": f"b{number}"}


def choice(kind, count):
    options = [{"text": text(), "value": f"{number}"} for number in range(count)]
    return {"type": kind, "action_id": "v", "options": options}


TYPED = {"type": "plain_text_input", "action_id": "v", "max_length": 2, "initial_value": "abc"}
DIVIDER = {"type": "divider"}
BLOCK, SMALL, FACTS, ROW = (("blocks", number) for number in range(4))
LINE, DAY, WHO = (("blocks", number) for number in (1, 2, 3))
GO, SECOND = (*ROW, "elements", 0), (*WHO, "element", "options", 1)
#: What is changed to what, in which of the fine ones; None takes it away.
WRONG = {
    "no text": ("message", ("text",), ""),
    "a long text": ("message", ("text",), "x" * 4001),
    "a mention in the text": ("message", ("text",), "<!channel>"),
    "51 blocks": ("message", ("blocks",), [DIVIDER] * 51),
    "13,201 characters of blocks": ("message", ("blocks",), [section("x" * 2700)] * 5),
    "an input in a message": ("message", BLOCK, FINE["modal"]["blocks"][1]),
    "a picture": ("message", BLOCK, {"type": "image", "image_url": "x", "alt_text": "x"}),
    "a long header": ("message", (*BLOCK, "text", "text"), "x" * 151),
    "a blank header": ("message", (*BLOCK, "text", "text"), " "),
    "markup in a header": ("message", (*BLOCK, "text"), text(kind="mrkdwn", verbatim=True)),
    "a section of nothing": ("message", BLOCK, {"type": "section"}),
    "a long section": ("message", BLOCK, section("x" * 3001)),
    "pictures count twice": ("message", BLOCK, section("😀" * 1501)),
    "markup unescaped": ("message", BLOCK, section("a & <b>", "mrkdwn", verbatim=True)),
    "markup that finds links": ("message", BLOCK, section("a", "mrkdwn")),
    "a text of another's": ("message", (*BLOCK, "text", "verbatim"), True),
    "an unknown property": ("message", (*BLOCK, "colour"), "red"),
    "11 small texts": ("message", (*SMALL, "elements"), [text()] * 11),
    "11 fields": ("message", (*FACTS, "fields"), [text()] * 11),
    "a long field": ("message", (*FACTS, "fields", 1, "text"), "x" * 2001),
    "26 buttons": ("message", (*ROW, "elements"), [button(number) for number in range(26)]),
    "a long button": ("message", (*GO, "text", "text"), "x" * 76),
    "a long token": ("message", (*GO, "value"), "x" * 2001),
    "no such style": ("message", (*GO, "style"), "secondary"),
    "the same action twice": ("message", (*GO, "action_id"), "b2"),
    "a long action id": ("message", (*GO, "action_id"), "x" * 256),
    "a long title": ("modal", ("title", "text"), "x" * 25),
    "a long submit": ("modal", ("submit", "text"), "x" * 25),
    "a long close": ("modal", ("close", "text"), "x" * 25),
    "no title": ("modal", ("title",), None),
    "no way to send it in": ("modal", ("submit",), None),
    "long metadata": ("modal", ("private_metadata",), "x" * 3001),
    "a long callback": ("modal", ("callback_id",), "x" * 256),
    "101 blocks": ("modal", ("blocks",), [DIVIDER] * 101),
    "no blocks": ("modal", ("blocks",), []),
    "too many bytes": ("modal", ("blocks",), [section("é" * 2999)] * 40),
    "what Slack adds": ("modal", ("hash",), "1.2"),
    "the same block id twice": ("modal", (*LINE, "block_id"), "f.day"),
    "a long block id": ("modal", (*LINE, "block_id"), "x" * 256),
    "a long label": ("modal", (*LINE, "label", "text"), "x" * 2001),
    "a long hint": ("modal", (*LINE, "hint", "text"), "x" * 2001),
    "a button as input": ("modal", (*LINE, "element"), button(1)),
    "more than may be typed": ("modal", (*LINE, "element", "max_length"), 3001),
    "more typed than may be": ("modal", (*LINE, "element"), TYPED),
    "no date": ("modal", (*DAY, "element", "initial_date"), "2026-02-31"),
    "a long prompt": ("modal", (*WHO, "element", "placeholder", "text"), "x" * 151),
    "101 options": ("modal", (*WHO, "element"), choice("static_select", 101)),
    "11 to see at once": ("modal", (*WHO, "element"), choice("radio_buttons", 11)),
    "an option's long label": ("modal", (*SECOND, "text", "text"), "x" * 76),
    "an option's long value": ("modal", (*SECOND, "value"), "x" * 151),
    "an option's empty value": ("modal", (*SECOND, "value"), ""),
    "an option's long description": ("modal", (*SECOND, "description"), text("x" * 76)),
    "two of the same value": ("modal", (*SECOND, "value"), "=a"),
    "chosen what is not offered": ("modal", (*WHO, "element", "initial_option", "text", "text"), "C"),
    "a page with a title": ("home", ("title",), text()),
    "a page that is a dialog": ("home", ("type",), "modal"),
}


@pytest.mark.parametrize("kind", FINE)
def test_what_is_well_is_well(kind):
    assert problems(kind, FINE[kind]) == []


@pytest.mark.parametrize("name", WRONG)
def test_what_slack_would_refuse_is_told(name):
    kind, path, value = WRONG[name]
    made = json.loads(json.dumps(FINE[kind]))
    at = made
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    told = [problem for problem in problems(kind, made) if not problem.startswith("slack_sdk")]
    assert told
    assert "xxx" not in "".join(told)


@pytest.mark.parametrize(
    ("answer", "fine"),
    [
        ({"response_action": "clear"}, True),
        ({"response_action": "errors", "errors": {"f.line": "Too long."}}, True),
        ({"response_action": "errors", "errors": {}}, False),
        ({"response_action": "update", "view": FINE["modal"]}, True),
        ({"response_action": "update", "view": FINE["home"]}, False),
        ({"response_action": "close"}, False),
    ],
    ids=["clear", "errors", "no-errors", "update", "update-of-home", "no-such"],
)
def test_what_a_form_is_answered_with_is_checked_too(answer, fine):
    assert (problems("ack", answer) == []) == fine
