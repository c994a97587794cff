"""What the bot says in Slack of its own, and how Slack is spoken of, by the hosted app as by a council's own.

In: a council's words; Slack as a chat. Out: the adapter's sentences; how it is spoken of. Never: a sentence of its own.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from aiohttp import web

from adapters.slack import PLATFORM
from adapters.slack.render import Sentences
from bot.words import Words
from deploy.running.chats import Served

if TYPE_CHECKING:
    from adapters.slack.app import Slack


def sentences(words: Words) -> Sentences:
    """What the adapter says of its own, in a council's words."""
    return Sentences(
        name=words("slack-name"),
        close=words("slack-close"),
        go_on=words("slack-go-on"),
        moment=words("slack-moment"),
        choose=words("slack-choose"),
        continued=words("slack-continued"),
        not_all=words("slack-not-all"),
        failed=words("slack-failed"),
        unshown=words("slack-unshown"),
        no_council=words("slack-no-council"),
    )


def spoken_of(chat: "Slack", missing: Callable[[str], str], pages: Sequence[web.RouteDef] = ()) -> Served:
    """Slack, as it is served. `missing` and `pages` as with `Served`."""

    def here() -> dict[str, str]:
        return {team: f"{name} ({team})" for team, name in chat.teams.items()}

    return Served(PLATFORM, chat, "Slack workspace", "T…", here, missing, pages)
