"""Where people talk with the bot: one folder a platform.

In: what a platform delivers. Out: events of `bot.conversation`, and posts drawn as that platform draws them.
Never: a decision; one platform knowing of another.
"""

from collections.abc import Mapping
from typing import Final

#: The one list of platforms: its name in `Person.platform` and `Place.platform`, and the module that carries it.
PLATFORMS: Final[Mapping[str, str]] = {
    "slack": "adapters.slack.app",
    "teams": "adapters.teams.app",
    "web": "adapters.web.app",
}

#: Where people can be told things but not answer: a module with `deliver` and `reaches`, which hears nothing.
OUTWARD: Final[Mapping[str, str]] = {
    "email": "adapters.mail.app",
}
