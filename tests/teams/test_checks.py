"""The check of what is sent can say no: to each thing that Teams would not take, and to what this bot must not send."""

import json

import pytest

from adapters.teams import dialogs, render
from bot.conversation import Button, Buttons, Facts, Field, Form, Option, Paragraph, Post
from tests.teams import SENTENCES, reading
from tests.teams.checks import problems

NONCE = "0123456789abcdef" * 2
GO = (Button("Go", "a/b"), Button("Form", "a/form"))
FINE = {
    "activity": render.messages(
        Post((Paragraph("p"), Facts((("a", "b"),)), Buttons(GO)), title="T"), NONCE, lambda asked: asked == "a/form"
    )[0],
    "dialog": dialogs.form(
        Form(
            "a/b",
            "Title",
            (
                Field("line", "Line"),
                Field("day", "Day", "date", value="2026-11-22"),
                Field("who", "Who", "person", options=(Option("a", "A"), Option("b", "B")), value="a"),
            ),
            "Go",
        ),
        NONCE,
        SENTENCES,
    ),
    "press": {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Answered below."},
}
CARD = ("attachments", 0, "content")
SHOWN = ("task", "value")
FORM = (*SHOWN, "card", "content")
INPUTS = [
    {"type": "Input.Text", "id": "f.line", "label": "Line", "isRequired": True, "errorMessage": "Please."},
    {"type": "Input.Date", "id": "f.day", "label": "Day", "value": "2026-11-22"},
    {
        "type": "Input.ChoiceSet",
        "id": "f.who",
        "label": "Who",
        "choices": [{"title": "A", "value": "=a"}, {"title": "B", "value": "=b"}],
        "value": "=a",
    },
]
SUBMIT = {"type": "Action.Submit", "title": "Go", "data": {"protocol": {"nonce": NONCE}}}
EXECUTE = {**SUBMIT, "type": "Action.Execute", "verb": "press", "fallback": SUBMIT}


def block(text="x", **more):
    return {"type": "TextBlock", "text": text, "wrap": True, **more}


def rich(*texts, **more):
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **more} for text in texts]}


def with_input(at, **changes):
    made = json.loads(json.dumps(INPUTS))
    made[at] = {name: value for name, value in (made[at] | changes).items() if value is not None}
    return made


BODY, ACTIONS = (*CARD, "body"), (*CARD, "actions")
ASKED = (*FORM, "body")
#: What is changed to what, in which of the fine ones; None takes it away.
WRONG = {
    "text beside a card": ("activity", ("text",), "words"),
    "a typing sign": ("activity", ("type",), "typing"),
    "an unknown property": ("activity", ("colour",), "red"),
    "no card": ("activity", ("attachments",), []),
    "two cards": ("activity", ("attachments",), FINE["activity"]["attachments"] * 2),
    "a summary that is none": ("activity", ("summary",), 3),
    "a card of another kind": ("activity", ("attachments", 0, "contentType"), "application/vnd.microsoft.card.hero"),
    "more than 100 KB of UTF-16": ("activity", BODY, [rich("x" * 51_000)]),
    "pictures count twice": ("activity", BODY, [rich("😀" * 25_700)]),
    "a version that Teams does not know": ("activity", (*CARD, "version"), "1.6"),
    "an empty card": ("activity", BODY, []),
    "a property of 1.6": ("activity", (*CARD, "metadata"), {}),
    "a card that is none": ("activity", (*CARD, "type"), "Card"),
    "another width": ("activity", (*CARD, "msteams"), {"width": "Wide"}),
    "an element of 1.6": ("activity", BODY, [{"type": "CodeBlock", "codeSnippet": "x"}]),
    "a picture": ("activity", BODY, [{"type": "Image", "url": "https://example.org"}]),
    "no words": ("activity", BODY, [block(" ")]),
    "a line that is cut off": ("activity", BODY, [block(wrap=False)]),
    "bold by Markdown": ("activity", BODY, [block("a **b** c")]),
    "a link by Markdown": ("activity", BODY, [block("[a](https://example.org)")]),
    "a list by Markdown": ("activity", BODY, [block("1. a")]),
    "a date of the card's own": ("activity", BODY, [rich("{{DATE(2026-11-22T00:00:00Z,SHORT)}}")]),
    "bare words as a run": ("activity", BODY, [{"type": "RichTextBlock", "inlines": ["words"]}]),
    "a picture as a run": ("activity", BODY, [{"type": "RichTextBlock", "inlines": [{"type": "Image"}]}]),
    "runs of nothing": ("activity", BODY, [rich()]),
    "no such colour": ("activity", BODY, [rich("x", color="red")]),
    "no such style": ("activity", BODY, [block(style="title")]),
    "a flag that is none": ("activity", BODY, [block(isSubtle="yes")]),
    "an empty box": ("activity", BODY, [{"type": "Container", "items": []}]),
    "a column with what can't stand there": (
        "activity",
        BODY,
        [{"type": "ColumnSet", "columns": [{"type": "Column", "items": [{"type": "Table"}]}]}],
    ),
    "a fact of more than two": (
        "activity",
        BODY,
        [{"type": "FactSet", "facts": [{"title": "a", "value": "b", "x": 1}]}],
    ),
    "Markdown in a fact": ("activity", BODY, [{"type": "FactSet", "facts": [{"title": "a", "value": "*b*"}]}]),
    "an input in a chat": ("activity", BODY, INPUTS),
    "seven buttons in a row": ("activity", BODY, [{"type": "ActionSet", "actions": [EXECUTE] * 7}]),
    "a row of no buttons": ("activity", BODY, [{"type": "ActionSet", "actions": []}]),
    "a button without words": ("activity", ACTIONS, [{**EXECUTE, "title": ""}]),
    "a button that falls back to nothing": ("activity", ACTIONS, [{**EXECUTE, "fallback": "drop"}]),
    "one that falls back to another": ("activity", ACTIONS, [{**EXECUTE, "fallback": {**SUBMIT, "title": "No"}}]),
    "a button without a verb": ("activity", ACTIONS, [{**EXECUTE, "verb": ""}]),
    "data that is no object": ("activity", ACTIONS, [{**SUBMIT, "data": "go"}]),
    "a card in a card": ("activity", ACTIONS, [{"type": "Action.ShowCard", "title": "More", "card": {}}]),
    "something of a form in a card": ("activity", ACTIONS, [{**SUBMIT, "data": {"protocol": {"form": {"id": "a"}}}}]),
    "a dialog without a title": ("dialog", (*SHOWN, "title"), ""),
    "a dialog of no size": ("dialog", (*SHOWN, "height"), "huge"),
    "a dialog that asks for a page": ("dialog", (*SHOWN, "script"), "x"),
    "a dialog that does something else": ("dialog", ("task", "type"), "close"),
    "a sentence that says nothing": ("dialog", ("task",), {"type": "message"}),
    "an answer without a task": ("dialog", ("task",), None),
    "Action.Execute in a dialog": ("dialog", (*FORM, "actions"), [EXECUTE]),
    "the same id twice": ("dialog", ASKED, with_input(1, id="f.line")),
    "an id that a button's data has": ("dialog", ASKED, with_input(0, id="protocol")),
    "an input without an id": ("dialog", ASKED, with_input(0, id="")),
    "an input without a label": ("dialog", ASKED, with_input(0, label=None)),
    "an input that does not say what is missing": ("dialog", ASKED, with_input(0, errorMessage=None)),
    "more typed than may be": ("dialog", ASKED, with_input(0, maxLength=2, value="abc")),
    "no length": ("dialog", ASKED, with_input(0, maxLength=0)),
    "no date": ("dialog", ASKED, with_input(1, value="2026-02-31")),
    "nothing to choose": ("dialog", ASKED, with_input(2, choices=[])),
    "two of the same value": ("dialog", ASKED, with_input(2, choices=INPUTS[2]["choices"] * 2)),
    "a choice without a value": ("dialog", ASKED, with_input(2, choices=[{"title": "A", "value": ""}], value=None)),
    "chosen what is not offered": ("dialog", ASKED, with_input(2, value="=c")),
    "Markdown among choices that are all in sight": (
        "dialog",
        ASKED,
        with_input(2, style="expanded", choices=[{"title": "*A*", "value": "=a"}]),
    ),
    "a list of 1.6": ("dialog", ASKED, with_input(2, **{"choices.data": {"type": "Data.Query"}})),
    "an answer that is no answer": ("press", ("type",), "application/json"),
    "an answer without words": ("press", ("value",), " "),
    "an answer without a number": ("press", ("statusCode",), "200"),
    "an answer with more": ("press", ("status",), 200),
}


def changed(name):
    kind, path, value = WRONG[name]
    made = json.loads(json.dumps(FINE[kind]))
    at = made
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return kind, made


@pytest.mark.parametrize("kind", FINE)
def test_what_is_well_is_well(kind):
    assert problems(kind, FINE[kind]) == []


@pytest.mark.parametrize("name", WRONG)
def test_what_teams_would_not_take_is_told(name):
    told = problems(*changed(name))
    assert told
    assert "xxx" not in "".join(told)


def test_the_inputs_that_are_changed_here_are_well_themselves():
    made = json.loads(json.dumps(FINE["dialog"]))
    made["task"]["value"]["card"]["content"]["body"] = INPUTS
    assert problems("dialog", made) == []


def test_a_dialog_may_be_a_sentence():
    assert problems("dialog", {"task": {"type": "message", "value": "Thank you."}}) == []


def test_words_are_read_as_a_person_reads_them():
    card = {
        "body": [
            block(r"Who does what \*here\* &amp; there"),
            rich("*a* ", "{", "{b}}"),
            {"type": "FactSet", "facts": [{"title": "When", "value": r"1\. May"}]},
            {"type": "ColumnSet", "columns": [{"items": [block("left")]}, {"items": [block("right")]}]},
            block("unseen", isVisible=False),
        ],
        "actions": [EXECUTE],
    }
    told = "Who does what *here* & there\n*a* {{b}}\nWhen 1. May\nleft right"
    assert reading.text(card) == told
    assert [button.label for button in reading.buttons(card)] == ["Go"]


def test_a_post_in_parts_is_read_as_one():
    parts = [{"body": [block(f"T ({number}/2)"), block(words)]} for number, words in ((1, "a"), (2, "b"))]
    assert [reading.part(card) for card in parts] == [(1, 2), (2, 2)]
    assert reading.text(reading.whole(parts)) == "T (1/2)\na\nb"
