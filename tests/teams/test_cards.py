"""What a card tells whoever does not open it, and what its buttons carry.

In: posts and forms. Out: cards. Never: what they look like (`test_drawing`).
"""

from adapters.teams import actions, dialogs, render
from bot.bot import opens
from bot.conversation import (
    Button,
    Buttons,
    Field,
    Form,
    Paragraph,
    Post,
)
from tests.teams import SENTENCES, reading
from tests.teams.checks import problems

GO = "a/go"
START = "concerns/start/"
NONCE = "0123456789abcdef" * 2


def card_of(made: dict) -> dict:
    attached = made["task"]["value"]["card"] if "task" in made else made["attachments"][0]
    return attached["content"]


# ---------------------------------------------------------------- what nobody but the reader may see


def test_a_lock_screen_and_an_old_client_show_the_title_of_a_notice_and_no_more():
    post = Post((Paragraph("CN-ABCD-EFGH: please look."),), title="Something waits for you")
    (told,) = render.messages(post, NONCE, opens, notice=True)
    (read,) = render.messages(post, NONCE, opens)
    assert (told["summary"], card_of(told)["fallbackText"]) == ("Something waits for you", "Something waits for you")
    assert card_of(told)["body"] == card_of(read)["body"]
    assert "summary" not in read
    assert card_of(read)["fallbackText"] == "Something waits for you\nCN-ABCD-EFGH: please look."


def test_a_notice_without_a_title_says_nothing_on_a_lock_screen():
    (told,) = render.messages(Post((Paragraph("CN-ABCD-EFGH"),)), NONCE, opens, notice=True)
    assert "summary" not in told
    assert "fallbackText" not in card_of(told)


def test_the_card_that_a_form_is_opened_from_tells_nothing_of_it():
    made = render.open_form(NONCE, SENTENCES)
    assert problems("activity", made) == []
    assert reading.text(card_of(made)) == SENTENCES.form_ready
    (button,) = reading.buttons(card_of(made))
    assert (button.label, button.opens) == (SENTENCES.open_form, True)
    assert actions.read(button.action["data"]) == actions.Carried(nonce=NONCE, again=True)


def test_a_sentence_is_a_card():
    made = render.sentence("One moment, please.")
    assert problems("activity", made) == []
    assert reading.text(card_of(made)) == "One moment, please."


# ---------------------------------------------------------------- buttons


def test_what_is_best_done_comes_first_and_is_marked():
    row = Buttons((Button("Later", "a/later"), Button("Go", GO, primary=True), Button("No", "a/no")))
    (made,) = render.messages(Post((row,)), NONCE, opens)
    shown = reading.buttons(card_of(made))
    assert [button.label for button in shown] == ["Go", "Later", "No"]
    assert [button.action.get("style") for button in shown] == ["positive", None, None]


def test_a_button_is_pressed_and_in_an_old_client_submitted_with_the_same():
    (made,) = render.messages(Post((Buttons((Button("Go", GO),)),)), NONCE, opens, aside=True)
    (button,) = reading.buttons(card_of(made))
    assert (button.action["type"], button.action["fallback"]["type"]) == ("Action.Execute", "Action.Submit")
    carried = actions.Carried(nonce=NONCE, token=GO, aside=True)
    assert actions.read(button.action["data"]) == actions.read(button.action["fallback"]["data"]) == carried


def test_a_button_that_a_form_answers_opens_a_dialog():
    (made,) = render.messages(Post((Buttons((Button("Raise it", START),)),)), NONCE, opens)
    (button,) = reading.buttons(card_of(made))
    assert button.opens
    assert actions.read(button.action["data"]) == actions.Carried(nonce=NONCE, token=START)


def test_in_a_dialog_every_button_is_submitted_and_waits_for_no_field():
    row = Buttons((Button("Raise it", START),))
    form = dialogs.form(Form("a/b", "T", (Field("f", "F"),), "Go", (row,)), NONCE, SENTENCES)
    aside, sent = reading.buttons(card_of(form))
    assert (aside.action["type"], aside.action["associatedInputs"]) == ("Action.Submit", "none")
    assert (sent.action["type"], sent.label) == ("Action.Submit", "Go")
    assert "associatedInputs" not in sent.action
    (read,) = reading.buttons(card_of(dialogs.sheet(Post((row,)), NONCE, SENTENCES)))
    assert actions.read(read.action["data"]) == actions.Carried(nonce=NONCE, token=START)
    assert not aside.opens
    assert not read.opens
