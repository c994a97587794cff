"""What the tests of the adapter do and look at over and over.

In: somebody at the stand-in. Out: what they press, fill in and see of the bot. Never: anything about one test.
"""

from typing import Any

from bot.conversation import Button, Buttons, Field, Form, Open, Paragraph, Post, Whisper
from tests.teams import reading
from tests.teams.published import CARD
from tests.teams.standin import BOT, Said, Somebody

FORM = Form("desk/step/1", "A form", (Field("what", "What happened?", kind="text"),), "Send")
NONCE = "0123456789abcdef" * 2


# ---------------------------------------------------------------- cards of nobody's


def activity(text: str) -> dict[str, Any]:
    """A message with a card of these words."""
    body = [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text}]}]
    card = {"type": "AdaptiveCard", "version": "1.5", "body": body}
    return {"type": "message", "attachments": [{"contentType": CARD, "content": card}]}


def button(token: str = "clauses/run/roles", *, opens: bool = False, nonce: str = NONCE) -> dict[str, Any]:  # noqa: S107
    """A button of a card."""
    data: dict[str, Any] = {"protocol": {"nonce": nonce, "token": token}}
    if opens:
        fetch = {"msteams": {"type": "task/fetch"}}
        return {"type": "Action.Submit", "title": "Press", "data": fetch | data}
    instead = {"type": "Action.Submit", "title": "Press", "data": data}
    return {"type": "Action.Execute", "title": "Press", "verb": "press", "data": data, "fallback": instead}


def dialog() -> dict[str, Any]:
    """A dialog with one field that must be filled in."""
    field = {"type": "Input.Text", "id": "f.what", "label": "What", "isRequired": True, "maxLength": 20}
    send = {"type": "Action.Submit", "title": "Send", "data": {"protocol": {"nonce": NONCE}}}
    body = [field | {"errorMessage": "Please fill this in."}]
    card = {"type": "AdaptiveCard", "version": "1.5", "body": body, "actions": [send]}
    value = {"title": "A form", "card": {"contentType": CARD, "content": card}}
    return {"task": {"type": "continue", "value": value}}


# ---------------------------------------------------------------- what somebody does and sees


def words(text: str, **more: Any) -> Whisper:
    return Whisper(Post((Paragraph(text),)), **more)


ALOUD = Whisper(
    Post((Paragraph("For you: the clerk."), Buttons((Button("Share", "clauses/share/1"),)))),
    aloud=Post((Paragraph("The clerk."),)),
)
SECRET = words("Only for you.")


def answers(person: Somebody, place: str) -> list[Said]:
    """What the bot said that this person sees there."""
    return [said for said in person.tenant.seen_by(person.person.aad, place) if said.by == BOT]


def texts(somebody: Somebody, place: str = "") -> list[str]:
    """What the bot said that this person sees there; without a place, in their own chat."""
    here = somebody.tenant.seen_by(somebody.person.aad, place or somebody.chat.id)
    return [reading.text(said.card or {}) for said in here if said.by == BOT]


async def pressed(somebody: Somebody, said: Said | None = None, token: str = "clauses/run/roles") -> Said:  # noqa: S107
    """A button under a message of the bot's, in the person's own chat unless it stands elsewhere."""
    said = said or somebody.tenant.say(somebody.chat.id, BOT, card={"body": []})
    await somebody.press(said, button(token))
    return said


async def opened(somebody: Somebody, scripted: Any, form: Form = FORM) -> None:
    """A form is open before this person."""
    scripted.answer = Open(form)
    source = somebody.tenant.say(somebody.chat.id, BOT, card={"body": []})
    await somebody.press(source, button("desk/step/1", opens=True))
    assert somebody.dialog is not None


async def press(somebody: Somebody, place: str, label: str) -> None:
    """The newest button of this label that the person sees there."""
    for said in reversed(somebody.tenant.seen_by(somebody.person.aad, place)):
        for found in reading.buttons(said.card or {}):
            if found.label == label:
                await somebody.press(said, found.action)
                return
    raise AssertionError(label)


def field(somebody: Somebody, label: str) -> str:
    """The id of an input of the open dialog."""
    assert somebody.dialog is not None
    return next(one.id for one in reading.inputs(somebody.dialog.card) if one.label == label)


async def send(somebody: Somebody, label: str) -> None:
    """The open dialog, by its button of this label."""
    assert somebody.dialog is not None
    action = next(one.action for one in reading.buttons(somebody.dialog.card) if one.label == label)
    await somebody.press_in(action)
