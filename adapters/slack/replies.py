"""What a request of Slack's is answered with.

In: a delivery, and what is to be told. Out: replies and small posts, as plain values. Never: I/O.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from adapters.slack import again, render, views
from adapters.slack.parse import Delivery, inputs
from bot.conversation import Button, Buttons, Command, Paragraph, Post, Press

#: A command of one word says nothing of anybody, so that it may stand in a button.
_LONGEST_WORD: Final = 30


class Reply(Struct, frozen=True):
    """What Slack's request is answered with. `final`: the same delivery again is not heard again."""

    body: Mapping[str, Any] | None = None
    status: int = 200
    final: bool = True


def sentence(text: str) -> Post:
    """One of our own."""
    return Post((Paragraph(text),))


def once_more(given: Delivery, sentences: render.Sentences) -> Post:
    """A form could not be opened: the same button again, or the same command as a button."""
    event, told = given.event, sentence(sentences.failed)
    if isinstance(event, Press) and given.label:
        button = Button(given.label, again.press(event.token, event.source))
    elif isinstance(event, Command) and event.text.isalnum() and len(event.text) <= _LONGEST_WORD:
        button = Button(f"/protocol {event.text}", again.command(event.text))
    else:
        return told
    return Post((*told.blocks, Buttons((button,))))


def ephemeral(given: Delivery, message: render.Message, *, instead: bool) -> dict[str, Any]:
    """For them alone, in the place of what they pressed or below it."""
    thread = {"thread_ts": given.event.where.thread} if given.event.where.thread and not instead else {}
    return {"response_type": "ephemeral", "replace_original": instead, **thread, **message}


def updated(view: views.View) -> Reply:
    """Another view in the place of the form sent in."""
    return Reply({"response_action": "update", "view": view}, final=False)


def problems(given: Delivery, view: Mapping[str, Any], wrong: Mapping[str, str], sentences: render.Sentences) -> Reply:
    """Each at its field; what belongs to none at the last one, which is next to the button just pressed.

    `view` is the form as it came. What was typed stays. One without fields is shown again with the problem on top.
    """
    general = [text for name, text in wrong.items() if name not in given.fields]
    if not given.fields:
        changed = views.with_problem(view, "\n".join(general), sentences)
        return updated(changed)
    last = given.fields[-1]
    lines = {name: [wrong[name]] for name in given.fields if name in wrong}
    if general:
        lines[last] = [*lines.get(last, []), *general]
    blocks = inputs(view)
    errors = {blocks[name][0]: "\n".join(texts) for name, texts in lines.items()}
    return Reply({"response_action": "errors", "errors": errors}, final=False)
