"""One form after the other in one dialog: each shows what the core sends, and one refused keeps what was filled in."""

from adapters.slack import views
from bot.conversation import Button, Buttons, Field, Form, Open, Option, Paragraph, Place, Post, Reject, Whisper
from tests.slack import SENTENCES, reading
from tests.slack.doing import field, pressed
from tests.slack.standin import Fault

PLACE = Place("slack", "T0001", "D0001", private=True)
WAY = (Option("informal", "Informally"), Option("formal", "Formally"))


def asking(way: str, story: str = "") -> Form:
    fields = (
        Field("way", "Which way?", "choice", options=WAY, value=way),
        Field("story", "What happened?", "text", value=story, limit=6000),
    )
    return Form("desk/step/1", "A form", fields, "Send")


async def test_each_new_form_shows_what_the_core_sends_though_the_one_before_was_the_same(chat, scripted, ann):
    scripted.answer = Open(asking("informal", "word " * 800))
    await pressed(ann)
    for number in range(3):
        formally = next(c.option for c in reading.inputs(ann.modal.blocks)[0].choices if c.words == "Formally")
        ann.fill(field(ann, "Which way?"), formally)
        ann.fill(field(ann, "What happened?"), f"They shouted, {number}.")
        scripted.answer = Open(asking("informal", f"As the core has it, {number}."))
        await ann.submit()
        assert scripted.heard[-1].values["way"] == "formal"
        held = [inner for inputs in ann.modal.values.values() for inner in inputs.values()]
        assert held[0]["selected_option"]["value"] == "=informal"
        assert [one["value"] for one in held[1:]] == [f"As the core has it, {number}.", None]


async def test_a_form_that_is_refused_keeps_what_was_filled_in_the_first_as_well_as_a_later_one(chat, scripted, ann):
    scripted.answer = Open(asking("informal"))
    await pressed(ann)
    for number in range(2):
        ann.fill(field(ann, "What happened?"), f"They shouted, {number}.")
        story = field(ann, "What happened?")
        scripted.answer = Reject({"story": "Say more.", "": "Something else."})
        await ann.submit()
        assert ann.modal.problems == {story: "Say more.\nSomething else."}
        assert ann.modal.values[story]["v"]["value"] == f"They shouted, {number}."
        scripted.answer = Open(asking("informal"))
        await ann.submit()
        assert scripted.heard[-1].values["story"] == f"They shouted, {number}."


def test_a_problem_on_top_of_a_form_leaves_its_fields_as_they_are_called():
    view = views.form(asking("informal"), PLACE, SENTENCES, before=2)
    ids = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert ids == ["f.way@2", "f.story@2", "f.story#2@2"]
    told = views.with_problem(view, "Something else.", SENTENCES)["blocks"]
    assert [block["block_id"] for block in told if block["type"] == "input"] == ids


async def test_a_form_opened_from_a_sheet_that_took_a_forms_place_is_a_new_one(chat, scripted, ann, slack):
    scripted.answer = Open(asking("informal"))
    await pressed(ann)
    ann.fill(field(ann, "What happened?"), "They shouted.")
    slack.fail("conversations.open", Fault(error="user_disabled"))
    slack.fail("chat.postMessage", Fault(error="restricted_action"))
    scripted.answer = Whisper(Post((Paragraph("Kept."), Buttons((Button("Again", "desk/step/1"),)))))
    await ann.submit()
    (button,) = reading.buttons(ann.modal.blocks)
    scripted.answer = Open(asking("formal"))
    await ann.press_on(ann.modal, (button.block_id, button.element))
    assert field(ann, "Which way?") == "f.way@1"
