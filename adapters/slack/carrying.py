"""The core's notices, carried into one workspace.

In: a notice, what it is known by. Out: messages posted, or edited. Never: shows more widely what is for one person.
"""

from collections.abc import Sequence
from typing import Final

from adapters.slack import render
from adapters.slack.refusals import Refused
from adapters.slack.workspace import Workspace
from bot.conversation import Announce, Edit, Handle, Notice, Place, Send
from bot.errors import NotDelivered

#: The bot is not in that channel, or can't see it.
_OUTSIDE: Final = ("not_in_channel", "channel_not_found")
_DELETED: Final = "message_not_found"
_UNDRAWN: Final = "It could not be drawn for Slack. That is a fault of Protocol Bot: please report it."


async def carry(workspace: Workspace, notice: Notice, key: str, patience: float) -> None:
    """Say it, each part once for each `key`; `patience` in seconds for each call. Raises `NotDelivered`."""
    try:
        messages = render.messages(notice.post, notice=True)
    except ValueError:  # not even its words: they may be anybody's
        raise NotDelivered(_UNDRAWN, again=False) from None
    match notice:
        case Send(to=to):
            await workspace.send(to.id, key, messages, patience, paced=True)
        case Announce(to=to):
            await _announce(workspace, to, key, messages, patience)
        case Edit(of=of):
            await _edit(workspace, of, key, messages, patience)


async def _edit(
    workspace: Workspace, of: Handle, key: str, messages: Sequence[render.Message], patience: float
) -> None:
    """In a post that somebody deleted there is nothing left to be changed."""
    try:
        await workspace.edit(of.place, of.id, key, messages, patience)
    except Refused as no:
        if no.code != _DELETED:
            raise


async def _announce(
    workspace: Workspace, to: Place, key: str, messages: Sequence[render.Message], patience: float
) -> None:
    """In a channel the bot is not in it can still speak for a while where somebody used it of late.

    A chat of two people is such a channel.
    """
    if to.private:
        raise NotDelivered("An announcement is for everybody; that place is one person’s.", again=False)
    try:
        await workspace.say(to, key, messages, patience, paced=True)
    except Refused as no:
        if no.code not in _OUTSIDE or not await workspace.reply_to_all(to, key, messages, patience):
            raise
