"""What the tests of the adapter do and look at over and over.

In: somebody at the stand-in. Out: what they press, fill in and see of the bot. Never: anything about one test.
"""

from bot.conversation import Field, Form, Open, Paragraph, Post, Whisper
from tests.slack import reading
from tests.slack.standin import Said

FORM = Form("desk/step/1", "A form", (Field("what", "What happened?", kind="text"),), "Send")
BUTTON = {"type": "plain_text", "text": "Press", "emoji": False}


def words(text: str) -> Whisper:
    return Whisper(Post((Paragraph(text),)))


def texts(person, channel: str) -> list[str]:
    """What the bot said that this person sees there."""
    here = person.space.seen_by(person.user.id, channel)
    return [reading.text(said.blocks) for said in here if said.user == person.space.bot.id]


async def pressed(person, said: Said | None = None, value: str = "clauses/run/roles"):
    """A button under a message of the bot's in the person's own chat."""
    chat = person.space.chat(person.user.id)
    said = said or person.space.say(chat.id, person.space.bot.id, "Press it", [], person.slack.time())
    return await person.press(said, ("b1", {"type": "button", "action_id": "b1", "text": BUTTON, "value": value}))


async def opened(person, scripted) -> None:
    """A form is open before this person."""
    scripted.answer = Open(FORM)
    await pressed(person)
    assert person.modal is not None


async def press(person, channel: str, label: str) -> None:
    """The newest button of this label that the person sees there."""
    for said in reversed(person.space.seen_by(person.user.id, channel)):
        for button in reading.buttons(said.blocks):
            if button.label == label:
                await person.press(said, (button.block_id, button.element))
                return
    raise AssertionError(label)


def field(person, label: str) -> str:
    return next(one.block_id for one in reading.inputs(person.modal.blocks) if one.label == label)
