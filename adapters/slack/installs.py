"""What the hosted app needs to know of the workspaces that took it.

In: nothing. Out: `Install`, one workspace's, and `Installs`, where they are kept. Never: a token in a `repr`.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from msgspec import Struct

from bot.errors import ProtocolBotError


class Install(Struct, frozen=True, kw_only=True):
    """One workspace that took the app, and the token that lets the bot into it.

    `expires`: seconds since 1970; None for a token that does not. `number` tells an install from the one before it.
    """

    team: str
    name: str
    bot_user: str
    bot_id: str
    token: str
    expires: float | None = None
    number: int = 0

    def __repr__(self) -> str:
        """Without the token."""
        return f"Install({self.team}, {self.number})"


class Ending(ProtocolBotError):
    """The bot is about to stop: no refresh token is spent any more, for what comes of it might not be kept."""


class Installs(Protocol):
    """Where they are kept, for every process that serves them."""

    async def every(self) -> tuple[Sequence[Install], Collection[str]]:
        """Those that can be read; and the workspaces that have the app, and whose install is damaged."""
        ...

    async def of(self, team: str) -> Install | None:
        """That of one workspace."""
        ...

    async def renewed(self, team: str, margin: float, over: str = "") -> Install | None:
        """The install, with a token that holds for more than `margin` seconds; renewed by one process at a time.

        `over`: a token that Slack said is over, whatever the clock here says. Raises `Refused` where Slack does not
        renew it, and `Ending` where it was to be asked after `end`.
        """
        ...

    def end(self) -> None:
        """From now on Slack is asked to renew nothing, whoever waits to ask; what it was asked is kept still."""
        ...

    async def gone(self, install: Install) -> None:
        """The app was taken out of the workspace. Nothing happens where it was installed again meanwhile."""
        ...


class Hosted(Struct, frozen=True):
    """One app for many workspaces: its installs, and what Slack signs with.

    In seconds: `look`, for how long it is known whether a workspace has the app, which another process may learn of;
    `pause`, between rounds over all of them; `margin`, what a token still holds when it is renewed (docs.slack.dev,
    "Using token rotation": each holds for twelve hours); `away`, until Slack is asked again to renew one where it did
    not answer.
    """

    installs: Installs
    signing_secret: str
    look: float = 60.0
    pause: float = 60.0
    margin: float = 2 * 3600.0
    away: float = 30.0

    def __repr__(self) -> str:
        """Without the secret."""
        return "Hosted()"
