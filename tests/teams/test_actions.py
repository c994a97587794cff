"""What buttons carry, there and back; and what is never in them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.teams import actions, dialogs, render
from adapters.teams.actions import Carried
from bot.conversation import Button, Buttons, Facts, Field, Form, Option, Paragraph, Post, Quote
from tests.teams import SENTENCES

GO = "a/go"
HALF = "a/\ud800"
NONCE = "0123456789abcdef" * 2
FORM = Form(
    "a/b",
    "Title",
    (
        Field("story", "What happened?", "text", value="He read my letters aloud.", hint="In short."),
        Field("who", "Who?", "person", options=(Option("1", "Jo"), Option("2", "Al")), value="2", required=False),
    ),
    "Send",
    (Paragraph("p", small=True), Quote("q", by="Jo"), Facts((("a", "b"),)), Buttons((Button("Go", GO, primary=True),))),
)  # fmt: skip


@pytest.mark.parametrize(
    "carried",
    [
        Carried(nonce=NONCE),
        Carried(nonce=NONCE, token=GO, aside=True),
        Carried(nonce=NONCE, again=True),
        Carried(nonce=NONCE, form=actions.emptied(FORM), card="1613"),
    ],
    ids=["bare", "button", "again", "form"],
)
def test_what_is_carried_comes_back_as_it_was(carried):
    for made in (actions.data(carried), actions.fetching(carried)):
        assert actions.read(json.loads(json.dumps(made))) == carried


def test_what_stands_in_a_field_is_not_carried():
    made = json.dumps(actions.data(Carried(nonce=NONCE, form=FORM)))
    assert "letters" not in made
    assert '"value": "2"' in made  # as a choice; as what is chosen it would be there twice
    assert made.count('"value": "2"') == 1


def test_a_button_that_opens_a_dialog_tells_teams_so():
    made = actions.fetching(Carried(nonce=NONCE, again=True))
    assert made == {"msteams": {"type": "task/fetch"}, "protocol": {"nonce": NONCE, "again": True}}


@pytest.mark.parametrize(
    "data",
    [
        None, "text", [], {}, {"protocol": None}, {"protocol": "x"}, {"protocol": {}}, {"protocol": {"nonce": "short"}},
        {"protocol": {"nonce": NONCE.upper()}}, {"protocol": {"nonce": NONCE + "\n"}}, {"protocol": {"nonce": 1}},
        {"protocol": {"nonce": NONCE, "token": 1}}, {"protocol": {"nonce": NONCE, "form": {"id": "a/b"}}},
        {"protocol": {"nonce": NONCE, "form": {"id": "a", "title": "t", "submit": "s", "fields": [{"name": "n"}]}}},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_not_ours_or_is_broken_carries_nothing(data):
    assert actions.read(data) is None


def test_what_a_later_bot_may_add_is_passed_over():
    assert actions.read({"protocol": {"nonce": NONCE, "later": 1}}) == Carried(nonce=NONCE)


@given(st.text())
def test_a_notice_has_the_same_nonce_at_every_attempt(key):
    key = key.encode("utf-8", "ignore").decode()
    assert actions.of_key(key) == actions.of_key(key)
    assert actions.read(actions.data(Carried(nonce=actions.of_key(key)))) is not None
    assert actions.of_key(key) != actions.of_key(key + "1")


def test_what_was_filled_in_is_found_by_field():
    data = {"f.story": "I was\nthere.", "f.who": "=2", "protocol": {}}
    assert [actions.value_of(field, data) for field in FORM.fields] == ["I was\nthere.", "2"]
    assert [actions.value_of(field, {}) for field in FORM.fields] == ["", ""]
    assert actions.value_of(FORM.fields[0], {"f.story": "=1+1"}) == "=1+1"
    assert actions.value_of(FORM.fields[0], {"f.story": 7}) == ""


def test_half_a_character_goes_nowhere():
    form = Form("a/b", "T\ud800", (Field("f", "\udc00L", hint="\ud83d"),), "Go", (Quote("a\ud800b"),))
    data = actions.data(Carried(nonce=NONCE, form=form, token=HALF))
    json.dumps(data, ensure_ascii=False).encode()
    read = actions.read(data)
    assert (read.form.title, read.form.fields[0].label, read.form.intro, read.token) == ("T", "L", (Quote("ab"),), "a/")


# ---------------------------------------------------------------- in cards and in dialogs


def datas(made: object):
    """Whatever any button carries."""
    match made:
        case dict():
            if "data" in made:
                yield made["data"]
            yield from (data for name, one in made.items() if name != "data" for data in datas(one))
        case list():
            yield from (data for one in made for data in datas(one))


def opens_one(pressed: str) -> bool:
    return pressed == "x/y"


@given(st.text(min_size=6, alphabet="abcdefghij").filter(lambda words: words not in json.dumps(SENTENCES.name)))
def test_no_button_in_a_card_carries_a_word_that_is_shown(words):
    post = Post(
        (Quote(words), Facts(((words, words),)), Buttons((Button(words, "a/b"), Button(words, "x/y")))), title=words
    )
    for made in render.messages(post, NONCE, opens_one):
        carried = list(datas(made))
        assert len(carried) == 3  # one is there twice, for old clients
        assert words not in json.dumps(carried)


def test_a_form_carries_itself_with_the_dialog_and_the_card_that_it_belongs_to():
    made = dialogs.form(FORM, NONCE, SENTENCES, card="1613", values={"story": "Else.", "who": "1"})
    *_, sent = datas(made)
    carried = actions.read(sent)
    assert carried == Carried(nonce=NONCE, form=actions.emptied(FORM), card="1613")
    assert "Else." not in json.dumps(sent)


def test_an_introduction_too_long_to_be_carried_is_shown_and_left_out_of_what_is():
    form = Form("a/b", "T", FORM.fields, "Send", tuple(Quote("A line of it. " * 100) for _ in range(16)))
    made = dialogs.form(form, NONCE, SENTENCES)
    *_, sent = datas(made)
    assert actions.read(sent).form == Form("a/b", "T", actions.emptied(form).fields, "Send")
    assert json.dumps(made["task"]["value"]["card"]).count("A line of it.") == 1600
