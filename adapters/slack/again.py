"""What a button of the adapter's own carries: a command to be typed again, or a press to be made again.

In: what somebody did. Out: a button's value, and what a value stands for. Never: a token of the core's changed; words
that anybody wrote.
"""

from typing import Final

from adapters.slack import limits
from bot import cutting
from bot.conversation import Handle, Place

#: `/concern`: a command, to be typed again by pressing it. No token begins so, nor as the next one does.
_COMMAND: Final = "/"
#: `@C1/1700000000.000100/desk/step/1`: a token that stood in another post, whose place this one's button takes.
_POST: Final = "@"


def command(text: str) -> str:
    """The value of a button that stands for a command."""
    return _COMMAND + text


def press(token: str, source: Handle | None) -> str:
    """The value of a button that stands for one that stood in `source`; the token alone where no more fits."""
    whole = f"{_POST}{source.place.id}/{source.id}/{token}" if source else token
    return whole if cutting.length(whole) <= limits.BUTTON_VALUE else token


def command_of(value: str) -> str | None:
    """What is typed by pressing it, if it stands for a command."""
    return value.removeprefix(_COMMAND) if value.startswith(_COMMAND) else None


def press_of(value: str, where: Place, pressed: Handle | None) -> tuple[str, Handle | None]:
    """The token, and the post that it is about: `pressed`, or the one whose place its button takes.

    A post elsewhere can't be changed from here (it may be nobody's to see), and is left as it is.
    """
    if not value.startswith(_POST):
        return value, pressed
    channel, _, rest = value.removeprefix(_POST).partition("/")
    id, _, token = rest.partition("/")
    return token, Handle(where, id) if id and channel == where.id else pressed
