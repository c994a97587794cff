"""How posts and forms look in Slack: goldens, drawn anew with UPDATE_GOLDENS=1 and read as a diff.

In: what the web's goldens are made of, and a concern from its first form to its end. Out: messages and views, each
within what Slack takes. Never: a word that anybody wrote as markup.
"""

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import render, views
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
    Page,
    Paragraph,
    Place,
    Post,
    Quote,
    Reject,
    Send,
    Visit,
)
from content import load
from tests.concerns.world import World, opened, people_of
from tests.slack import SENTENCES
from tests.slack.checks import problems
from tests.web.test_drawing import FLOWS, at_council

GOLDENS = Path(__file__).parent / "goldens"
COUNCILS = ("barrow", "crickhowell", "leigh-on-sea", "southwell", "twywell")
#: Names of the sentences on the buttons that send a form in.
SENDING = re.compile(r"(.+-)?(send|submit)(-set|-later)?|go-on|look-over|do-it|letter-done|slack-(name|close|go-on)")
PLACE = Place("slack", "T0001", "D0001", private=True)


def drawn(answer) -> list[dict]:
    """Everything that is sent for an answer or a notice, each within what Slack takes."""
    match answer:
        case Open(form=form):
            made = [views.form(form, PLACE, SENTENCES)]
        case Reject(problems=wrong):
            made = [{"response_action": "errors", "errors": {f"f.{name}": why for name, why in wrong.items()}}]
        case Page(posts=posts):
            made = [views.page(posts, SENTENCES)]
        case _:
            made = render.messages(answer.post, notice=isinstance(answer, Send))
    assert [wrong for one in made for wrong in problems(one.get("type", "message"), one)] == []
    return made


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
    rows = [f"{json.dumps(name)}: {_short(value)}" for name, value in made.items() if name != "blocks"]
    blocks = ",\n    ".join(map(_short, made.get("blocks", ())))
    return "\n{" + ",\n  ".join([*rows, f'"blocks": [\n    {blocks}\n  ]'] if blocks else rows) + "}"


def _short(made: object) -> str:
    return json.dumps(made, ensure_ascii=False)


# ---------------------------------------------------------------- what is agreed


@pytest.mark.parametrize("council", COUNCILS)
@pytest.mark.parametrize("flow", FLOWS)
async def test_what_is_shown_is_what_was_agreed(bot, council, flow):
    for event in FLOWS[flow]:
        answer = await bot.hear(at_council(event, council))
    agreed(council, flow, drawn(answer))


@pytest.mark.parametrize("council", COUNCILS)
async def test_a_concern_looks_as_was_agreed_from_its_first_form_to_its_end(council, tmp_path):
    """The forms, the receipt, the notices, one's own page, and what both sides open; without its reference."""
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
    steps["page"] = await world.hear(Visit(**world._base(raiser, None, None)))
    for name, answer in steps.items():
        made = json.dumps(drawn(answer), ensure_ascii=False)
        for known, instead in _varying(concern, steps, made):
            made = made.replace(known, instead)
        agreed(council, f"concern-{name}", json.loads(made))
    await world.close()


def _varying(concern, steps, made: str):
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


# ---------------------------------------------------------------- nobody's words become markup


def everything(words: str) -> list[dict]:
    """A message, a form and a page with these words wherever somebody's words may stand."""
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
    form = views.form(Form("a/b", words, fields, words[:12], post.blocks), PLACE, SENTENCES)
    return [*render.messages(post), form, views.page((post, post), SENTENCES)]


def shape(made: object) -> object:
    """All but words; a text that could be bold and is not is the same, for it is less."""
    match made:
        case {"type": "mrkdwn" | "plain_text"}:
            return "text"
        case dict():
            return {key: value if key in ("type", "style") else shape(value) for key, value in made.items()}
        case list():
            return [shape(one) for one in made]
        case _:
            return ""


def texts(made: object):
    """Every text object."""
    match made:
        case {"type": "mrkdwn" | "plain_text"}:
            yield made
        case dict():
            yield from (text for one in made.values() for text in texts(one))
        case list():
            yield from (text for one in made for text in texts(one))


SOMEBODYS = st.text(max_size=36) | st.text(st.sampled_from("<>&@#!*_~`:|-\n ax\u202e.1/"), max_size=36)


@given(SOMEBODYS.filter(lambda words: words.strip()))
@settings(max_examples=300, deadline=None)
def test_no_words_become_markup(words):
    made, plain = everything(words), everything("plain")
    assert shape(made) == shape(plain)
    for text in (text for text in texts(made) if text["type"] == "mrkdwn"):
        inside = text["text"][1:-1]
        assert text["text"] == f"*{inside}*"
        assert not set(inside) & set("<>*_~`\n")
        assert text["verbatim"] is True


@given(SOMEBODYS.filter(lambda words: words.strip()))
@settings(max_examples=150, deadline=None)
def test_whatever_somebody_wrote_slack_takes_it(words):
    message, form, page = everything(words)
    assert problems("message", message) == []
    assert problems("modal", form) == []
    assert problems("home", page) == []


@given(st.text(min_size=1, max_size=300).filter(lambda words: words.strip()))
@settings(max_examples=150, deadline=None)
def test_a_quotation_is_shown_to_the_letter(words):
    (made,) = render.messages(Post((Quote(words, by="Jo"),)))
    quote, by = made["blocks"]
    assert quote["text"] == {"type": "plain_text", "text": f"“{words}”", "emoji": False}
    assert by["elements"][0]["text"] == "— Jo"


@pytest.mark.parametrize("words", ["*", "a_b_", "`x`", "~no~", ":smile:", "> said", " edge", "two\nlines"])
def test_a_label_that_could_be_markup_is_plain(words):
    assert render.bold(words) == {"type": "plain_text", "text": words, "emoji": False}


def test_a_label_is_bold_and_its_control_characters_are_escaped():
    assert render.bold("A & B <C>") == {"type": "mrkdwn", "text": "*A &amp; B &lt;C&gt;*", "verbatim": True}


# ---------------------------------------------------------------- what nobody but the reader may see


def test_a_lock_screen_shows_the_title_of_a_notice_and_no_more():
    post = Post((Paragraph("CN-ABCD-EFGH: please look."),), title="Something waits for you")
    (told,) = render.messages(post, notice=True)
    (read,) = render.messages(post)
    assert told["text"] == "Something waits for you"
    assert told["blocks"] == read["blocks"]
    assert read["text"] == "Something waits for you\nCN-ABCD-EFGH: please look."


def test_what_comes_back_with_a_form_is_which_one_it_is_and_where_it_belongs_and_nothing_else():
    story = "He read my letters aloud."
    fields = (Field("story", "What happened?", "text", value=story),)
    view = views.form(Form("concerns/way/1", "T", fields, "Go", (Quote(story),)), PLACE, SENTENCES, home=True)
    assert json.loads(view["private_metadata"]) == {
        "form": "concerns/way/1", "place": "D0001", "private": True, "thread": None, "home": True, "forms": 1
    }  # fmt: skip
    ids = [view["callback_id"], *(block.get("block_id", "") for block in view["blocks"])]
    assert story not in "".join(ids)


def test_a_problem_stands_on_top_once_and_what_slack_added_to_the_view_is_not_sent_back():
    form = Form("a/b", "Title", (Field("f", "F"),), "Go")
    view = views.form(form, PLACE, SENTENCES, problem="First.")
    delivered = view | {"id": "V1", "hash": "1.2", "team_id": "T1", "state": {"values": {}}, "app_id": "A1"}
    again = views.with_problem(delivered, "Second.", SENTENCES)
    assert problems("modal", again) == []
    assert [block["type"] for block in again["blocks"]] == ["header", "section", "input"]
    assert again["blocks"][1]["text"]["text"] == "⚠ Second."
    assert again["private_metadata"] == view["private_metadata"]


def test_a_post_in_a_dialog_and_a_dialog_that_waits_send_nothing_in():
    sheet = views.sheet(Post((Paragraph("p"), Buttons((Button("Go", "a/b"),))), title="T"), SENTENCES, PLACE)
    for view in (sheet, views.waiting(SENTENCES)):
        assert problems("modal", view) == []
        assert "submit" not in view
    assert [block["type"] for block in sheet["blocks"]] == ["header", "section", "actions"]


@pytest.mark.parametrize("name", sorted(name for name in load.words()._sentences if SENDING.fullmatch(name)))
def test_every_label_for_sending_fits_its_button(name):
    assert len(load.words()._sentences[name]) <= 24


def test_a_page_without_posts_is_no_empty_view():
    assert problems("home", views.page((), SENTENCES)) == []
