"""One Slack app for many councils: who it is, from the environment; the workspaces that took it, from the database.

In: SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SLACK_SIGNING_SECRET, PROTOCOL_BOT_URL; the key file. Out: Slack as a
platform, with the pages where a workspace installs the app. Never: a secret in an error; an install of a workspace
that no council's settings name.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack import PLATFORM
from adapters.slack.installs import Hosted, Install
from adapters.slack.manifest import INSTALL, address_of
from bot.errors import ProtocolBotError
from bot.ports import Clock
from bot.settings import Settings
from deploy.handbooks import workspaces
from deploy.kept import folder
from deploy.running.chats import Served
from storage.seal import Keys, UnusableKeys, read_keys

if TYPE_CHECKING:
    from adapters.slack.oauth import OAuth
    from storage.slack_installs import Kept, SqlInstalls

CLIENT: Final = "SLACK_CLIENT_ID"
CLIENT_SECRET: Final = "SLACK_CLIENT_SECRET"  # noqa: S105  # its name
SIGNING: Final = "SLACK_SIGNING_SECRET"
URL: Final = "PROTOCOL_BOT_URL"
#: What a workspace has that has an app of its own.
_OWN: Final = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")

_WHERE: Final = "api.slack.com/apps, the app, Basic Information, App Credentials"
_CLIENT_LIKE: Final = re.compile(r"\d{3,30}\.\d{3,30}")
_SECRET_LIKE: Final = re.compile(r"[A-Za-z0-9]{8,100}")
#: Seconds for which an install may be under way.
LASTS: Final = 600


class Given(NamedTuple):
    """What the environment gives of the hosted app. `url`: the bot's own public address."""

    client_id: str
    client_secret: str
    signing_secret: str
    url: str

    def __repr__(self) -> str:
        return f"Given({self.client_id})"


# ---------------------------------------------------------------- the environment


def given(environ: Mapping[str, str]) -> Given | None:
    """The hosted app; None where there is none. Raises `ProtocolBotError`, with nothing of a secret in it."""
    told = {name: environ.get(name, "").strip() for name in (CLIENT, CLIENT_SECRET, SIGNING, URL, *_OWN)}
    if not (told[CLIENT] or told[CLIENT_SECRET]):
        return None
    for name in _OWN:
        if told[name]:
            raise ProtocolBotError(
                f"{CLIENT} is for one app that many workspaces install, {name} for an app that is one workspace's own. "
                f"Take one of the two out. Where both are needed, run two bots, each with settings of its own."
            )
    for name in (CLIENT, CLIENT_SECRET, SIGNING):
        if not told[name]:
            raise ProtocolBotError(f"{CLIENT if told[CLIENT] else CLIENT_SECRET} is set, but {name} is not: {_WHERE}.")
    if not told[URL]:
        raise ProtocolBotError(
            f"{CLIENT} is set, but {URL} is not. It is the bot's own address on the internet, where Slack calls it and "
            "councils install it, such as https://protocol.example.org."
        )
    return _checked(Given(told[CLIENT], told[CLIENT_SECRET], told[SIGNING], told[URL]))


def _checked(found: Given) -> Given:
    if not _CLIENT_LIKE.fullmatch(found.client_id):
        raise ProtocolBotError(f"{CLIENT} can't be right: it is two numbers with a full stop between. {_WHERE}.")
    for name, secret in ((CLIENT_SECRET, found.client_secret), (SIGNING, found.signing_secret)):
        if not _SECRET_LIKE.fullmatch(secret):
            raise ProtocolBotError(f"{name} can't be right: something else was copied, or with it. {_WHERE}.")
    if found.client_secret == found.signing_secret:
        raise ProtocolBotError(f"{CLIENT_SECRET} and {SIGNING} hold the same. They are two lines of {_WHERE}.")
    address_of(found.url, INSTALL)
    return found


# ---------------------------------------------------------------- the platform


def served(
    found: Given,
    api_url: str,
    memory: AsyncEngine,
    keys: Path,
    councils: Sequence[Settings],
    clock: Clock,
    **pace: float,
) -> Served:
    """Slack, and the pages where it is installed. `pace`: that of `Hosted`."""
    from adapters.slack.app import Slack
    from adapters.slack.oauth import OAuth
    from deploy.platforms.slack_pages import Pages
    from deploy.platforms.slack_words import sentences, spoken_of
    from deploy.running.languages import of_all, of_workspaces
    from storage.slack_installs import SqlInstalls, SqlStates

    whose, words = named(councils), of_workspaces(PLATFORM, councils)
    oauth = OAuth(found.client_id, found.client_secret, api_url)
    held = _read(keys)
    installs = SqlInstalls(found.client_id, memory, held)
    hosted = Hosted(InstallsOf(installs, oauth), found.signing_secret, **pace)
    chat = Slack((), lambda team: sentences(words(team)), clock, hosted=hosted, api_url=api_url)
    pages = Pages(oauth, installs, SqlStates(LASTS, memory, held), whose, found.url, chat.installed, of_all(councils))

    def missing(_workspace: str) -> str:
        return (
            "does not have the app yet. Somebody who may install apps there opens "
            f"{address_of(found.url, INSTALL)}, or `workspaces` in its settings has to be corrected."
        )

    return spoken_of(chat, missing, pages.routes())


def named(councils: Sequence[Settings]) -> dict[str, str]:
    """Each Slack workspace that settings name, and the council it belongs to."""
    return {
        workspace: own.council for own in councils for platform, workspace in workspaces(own) if platform == PLATFORM
    }


def _read(keys: Path) -> Keys | None:
    """Without them no install can be opened: that is said when the first is."""
    try:
        return read_keys(keys)
    except UnusableKeys:
        return None


async def tokens(found: Given, data: Path, workspace: str | None = None) -> list[str]:
    """The token of each workspace that has the app, or of one. Raises `ProtocolBotError` where there is none."""
    from storage.slack_installs import SqlInstalls

    file = folder.found(data)
    async with folder.opened(file) as memory:
        kept = await SqlInstalls(found.client_id, memory, read_keys(folder.keys_meant(file))).sound()
    tokens = [one.bot.bot_token for one in kept if workspace in (None, one.bot.team_id)]
    if not tokens:
        raise ProtocolBotError(
            f"{workspace or 'No workspace'} has {'not ' if workspace else ''}installed the app yet: that is done at "
            f"{address_of(found.url, INSTALL)}."
        )
    return tokens


class InstallsOf:
    """`adapters.slack.installs.Installs`, in the database."""

    def __init__(self, kept: "SqlInstalls", oauth: "OAuth") -> None:
        self._kept = kept
        self._oauth = oauth

    async def every(self) -> tuple[Sequence[Install], Collection[str]]:
        """Those that can be read, and the workspaces whose can't. Raises `UnusableStore`."""
        found, damaged = await self._kept.every()
        return [_install(one) for one in found], damaged.keys()

    async def of(self, team: str) -> Install | None:
        """That of one workspace. Raises `UnusableStore`."""
        found = await self._kept.of(team)
        return _install(found) if found else None

    async def renewed(self, team: str, margin: float, over: str = "") -> Install | None:
        """With a token that holds for more than `margin` seconds. Raises `Refused`, `UnusableStore`, `Ending`."""
        due = datetime.now(UTC) + timedelta(seconds=margin)
        found = await self._kept.renewed(team, due, self._oauth.refreshed, over)
        return _install(found) if found else None

    def end(self) -> None:
        """From now on Slack is asked to renew nothing; what it was asked is kept still."""
        self._oauth.end()

    async def gone(self, install: Install) -> None:
        """The app was taken out of the workspace."""
        await self._kept.gone(install.team, install.number)


def _install(kept: "Kept") -> Install:
    bot = kept.bot
    return Install(
        team=bot.team_id or "",
        name=bot.team_name or bot.team_id or "",
        bot_user=bot.bot_user_id,
        bot_id=bot.bot_id,
        token=bot.bot_token,
        expires=bot.bot_token_expires_at,
        number=kept.number,
    )
