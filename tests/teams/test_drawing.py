"""How posts and forms look in Teams: goldens, drawn anew with UPDATE_GOLDENS=1 and read as a diff.

In: what the web's goldens are made of, and a concern from its first form to its end. Out: cards and dialogs, each
within what Teams takes. Never: a word that anybody wrote as markup.
"""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from adapters.teams import dialogs, render, texts
from bot.bot import opens
from bot.conversation import (
    Button,
    Buttons,
    Cited,
    Facts,
    Field,
    File,
    Form,
    Line,
    Open,
    Option,
    Outline,
    Paragraph,
    Post,
    Quote,
    Reject,
    Send,
)
from tests.concerns.world import World, opened, people_of
from tests.teams import SENTENCES, drawn, reading
from tests.teams.checks import problems
from tests.web.test_drawing import FLOWS, at_council
from tests.worlds import press

GOLDENS = Path(__file__).parent / "goldens"
COUNCILS = ("barrow", "crickhowell", "leigh-on-sea", "southwell", "twywell")
#: Which button opens the form that a flow sends in wrongly.
OPENED_BY = {
    "review-problem": press("reviews/no-change/0.protocol", who="bea"),
    "pass-problem": press("questions/pass/where is the key to the noticeboard"),
}
GO = "a/go"
START = "concerns/start/"
NONCE = "0123456789abcdef" * 2


def in_teams(event, council: str):
    """The same in Teams: who sees what, and how something is taken away again, is another matter on each platform."""
    there = at_council(event, council)
    return replace(there, where=replace(there.where, platform="teams"))


def made_of(answer, *, form: Form | None = None, values=None) -> list[dict]:
    """Everything that is sent for an answer or a notice, each within what Teams takes."""
    match answer:
        case Open(form=form):
            made = [dialogs.form(form, NONCE, SENTENCES)]
        case Reject(problems=wrong):
            assert form is not None
            made = [dialogs.form(form, NONCE, SENTENCES, problems=wrong, values=values)]
        case _:
            made = render.messages(answer.post, NONCE, opens, notice=isinstance(answer, Send))
    assert [wrong for one in made for wrong in problems("dialog" if "task" in one else "activity", one)] == []
    return made


def card_of(made: dict) -> dict:
    attached = made["task"]["value"]["card"] if "task" in made else made["attachments"][0]
    return attached["content"]


def agreed(council: str, flow: str, made: list[dict]) -> None:
    golden = GOLDENS / council / f"{flow}.json"
    if os.environ.get("UPDATE_GOLDENS"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(lines(made), encoding="utf-8")
    assert lines(made) == golden.read_text(encoding="utf-8")


def lines(made: list[dict]) -> str:
    """JSON that reads well as a diff: one block a line."""
    return "[" + ",".join(_surface(one) for one in made) + "\n]\n"


def _surface(made: dict) -> str:
    card = card_of(made)
    if "task" in made:
        around = {"dialog": {name: value for name, value in made["task"]["value"].items() if name != "card"}}
    else:
        around = {"activity": {name: value for name, value in made.items() if name != "attachments"}}
    rows = [f"{json.dumps(name)}: {_short(value)}" for name, value in around.items()]
    rows += [f"{json.dumps(name)}: {_short(value)}" for name, value in card.items() if name != "body"]
    body = ",\n    ".join(map(_short, card["body"]))
    return "\n{" + ",\n  ".join([*rows, f'"body": [\n    {body}\n  ]']) + "}"


def _short(made: object) -> str:
    return json.dumps(made, ensure_ascii=False)


# ---------------------------------------------------------------- what is agreed


@pytest.mark.parametrize("council", COUNCILS)
@pytest.mark.parametrize("flow", FLOWS)
async def test_what_is_shown_is_what_was_agreed(bot, council, flow):
    form = None
    if flow in OPENED_BY:
        form = (await bot.hear(in_teams(OPENED_BY[flow], council))).form
    for event in FLOWS[flow]:
        answer = await bot.hear(in_teams(event, council))
    agreed(council, flow, made_of(answer, form=form, values=getattr(event, "values", None)))


@pytest.mark.parametrize("council", COUNCILS)
async def test_a_concern_looks_as_was_agreed_from_its_first_form_to_its_end(council, tmp_path):
    """The forms, the receipt, the notices, and what both sides open; without its reference."""
    world = await World(tmp_path, people_of(council)).open()
    raiser, about = (next(one.id for one in world.settings[council].people if office in one.offices)
                     for office in ("councillor", "officer"))  # fmt: skip
    steps = {"first": await world.presses(raiser, "concerns/start/")}
    story = {"about": about, "story": "He read my letters aloud, <in> *public* & twice.\nI was there."}
    for name in ("way", "last"):
        steps[name] = await world.sends(raiser, opened([*steps.values()][-1]), **story)
    steps["receipt"] = await world.sends(raiser, opened(steps["last"]))
    if isinstance(steps["receipt"], Open):
        steps["receipt"] = await world.sends(raiser, opened(steps["receipt"]))
    await world.tick()
    (concern,) = await world.concerns()
    steps |= {f"notice-{number}": Send(to=world._base(who, None, None)["who"], post=post)
              for number, (who, post) in enumerate(world.chat.arrived)}  # fmt: skip
    steps["mine"] = await world.says(raiser, "concerns")
    steps["follow"] = await world.presses(raiser, f"concerns/follow/{concern.id}")
    steps["handle"] = await world.presses(concern.parties.handlers[0], f"concerns/open/{concern.id}")
    for name, answer in steps.items():
        made = json.dumps(made_of(answer), ensure_ascii=False)
        for known, instead in _varying(concern, steps):
            made = made.replace(known, instead)
        agreed(council, f"concern-{name}", json.loads(made))
    await world.close()


def _varying(concern, steps):
    """What chance draws, and what stands for it in a golden."""
    yield concern.reference, "CN-XXXX-XXXX"
    yield concern.id, "concern-id"
    for step in ("way", "last"):
        yield opened(steps[step]).id, f"concerns/{step}/draft-id"
    yield opened(steps["first"]).id, "concerns/first/draft-id"
    yield from ((row, "fingerprint") for row in _fingerprints(steps))


def _fingerprints(steps):
    for block in (*steps["receipt"].post.blocks, *opened(steps["follow"]).intro):
        if isinstance(block, Facts):
            yield from (value for _, value in block.rows if len(value.split()) == 8 and value.isascii())


def test_microsofts_own_reader_takes_whatever_was_agreed():
    agreed_on = []
    for golden in sorted(GOLDENS.rglob("*.json")):
        for made in json.loads(golden.read_text(encoding="utf-8")):
            kind = "dialog" if "dialog" in made else "card"
            agreed_on.append(
                (kind, {name: value for name, value in made.items() if name not in ("dialog", "activity")})
            )
    assert len(agreed_on) > 150
    assert drawn.errors(drawn.distinct(agreed_on)) == []


# ---------------------------------------------------------------- nobody's words become markup


def everything(words: str) -> list[dict]:
    """A message, a dialog with a form and one with a post, with these words wherever somebody's words may stand."""
    post = Post(
        (
            Paragraph(words),
            Paragraph(words, small=True),
            Quote(words, by=words),
            Cited("Barrow", words, (words,), "should", words, (words,), adopted=True),
            Facts(((words, words),)),
            Outline((Line(0, words), Line(1, words, words))),
            File(name=words, media="text/calendar", text=words, label=words),
            Buttons((Button(words, "a/b"),)),
        ),
        title=words,
    )
    fields = (
        Field("a", words, "text", value=words, hint=words),
        Field("b", words, "choice", options=(Option("x", words), Option("y", words)), value="x"),
        Field("c", words, "person", options=(Option("x", words),)),
        Field("d", words, "date", value=words),
    )
    wrong = {"a": words, "": words}
    form = dialogs.form(Form("a/b", words, fields, words[:12], post.blocks), NONCE, SENTENCES, problems=wrong)
    return [*render.messages(post, NONCE, opens), form, dialogs.sheet(post, NONCE, SENTENCES)]


def markdown(made: object):
    """Every text that a client reads as Markdown: headings, and choices that are all in sight."""
    match made:
        case {"type": "TextBlock"}:
            yield made["text"]
        case {"type": "Input.ChoiceSet", "style": "expanded"}:
            yield from (choice["title"] for choice in made["choices"])
        case dict():
            yield from (text for one in made.values() for text in markdown(one))
        case list():
            yield from (text for one in made for text in markdown(one))


SOMEBODYS = st.text(max_size=36) | st.text(st.sampled_from("<>&@#!*_~`:|-\n ax\u202e.1/{(DATE"), max_size=36)


@given(SOMEBODYS)
@settings(max_examples=200, deadline=None)
def test_no_words_become_markup(words):
    for made in everything(words):
        for text in markdown(made):
            assert not set(text) & set("<>*_~`[]\\|\n")
            assert text == text.strip()
        assert {element["type"] for element in _elements(card_of(made)["body"])} <= {
            "TextBlock", "RichTextBlock", "TextRun", "Container", "ActionSet",
            "Input.Text", "Input.ChoiceSet", "Input.Date", "Action.Submit", "Action.Execute",
        }  # fmt: skip


def _elements(made):
    match made:
        case dict():
            if "type" in made:
                yield made
            yield from (one for name, inside in made.items() if name != "data" for one in _elements(inside))
        case list():
            yield from (one for inside in made for one in _elements(inside))


@given(SOMEBODYS)
@settings(max_examples=150, deadline=None)
def test_whatever_somebody_wrote_teams_takes_it(words):
    message, form, sheet = everything(words)
    assert problems("activity", message) == []
    assert problems("dialog", form) == []
    assert problems("dialog", sheet) == []
    json.dumps([message, form, sheet], ensure_ascii=False).encode()  # no half character is left


@given(st.text(min_size=1, max_size=300))
@settings(max_examples=150, deadline=None)
def test_a_quotation_is_shown_to_the_letter(words):
    (made,) = render.messages(Post((Quote(words, by="Jo"),)), NONCE, opens)
    *said, by = reading.text(card_of(made)).split("\n")
    wanted = [line for line in texts.clean(f"“{words}”").splitlines() if line.strip()]
    assert said == wanted
    assert by == "— Jo"


@pytest.mark.parametrize(
    "words",
    ["*bold*", "_so_", "[a](https://example.org)", "# no", "1. no list", "- no list", "&amp; &#42;", "<at>all</at>",
     "`x`", "a  b", "{{DATE(2026-11-20T06:00:00Z, SHORT)}}", "مرحبا", "\u202eabc", "👩🏽\u200d❤\ufe0f\u200d👨🏿"],
)  # fmt: skip
def test_words_that_could_be_markup_stand_to_the_letter_wherever_they_are(words):
    message, form, sheet = (reading.text(card_of(made)).replace("\u2060", "") for made in everything(words))
    assert message.count(words) >= 12
    assert form.count(words) >= 16
    assert sheet.count(words) >= 12


@pytest.mark.parametrize(
    "title", ["4.4 Training", "What the clerk does (1/3)", "Who’s who – and why?", "CN-ABCD-EFGH: 50% & more"]
)
def test_an_ordinary_title_is_a_heading(title):
    assert render.heading(title) == {
        "type": "TextBlock", "text": title, "style": "heading", "wrap": True, "size": "large", "weight": "bolder"
    }  # fmt: skip


@pytest.mark.parametrize(
    "title", ["*", "a_b_", "`x`", "~no~", "# no", "1. no", "[x](y)", "https://example.org", "{{x}}"]
)
def test_a_title_that_could_be_markup_is_bold_and_to_the_letter(title):
    made = render.heading(title)
    assert made["type"] == "RichTextBlock"
    assert "".join(run["text"] for run in made["inlines"]) == title
