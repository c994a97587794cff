"""The council's Slack, from the environment: tokens stand in no file of the council's.

In: SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_API_URL. Out: Slack as a platform, or none.
Never: a token in an error; a token sent to anybody by plain HTTP.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack import PLATFORM
from adapters.slack.refusals import ANEW
from bot.errors import ProtocolBotError
from bot.ports import Clock
from bot.settings import Settings
from deploy.platforms import slack_hosted
from deploy.platforms.addresses import address
from deploy.platforms.slack_words import sentences, spoken_of
from deploy.running.chats import Made, Served
from deploy.running.languages import of_workspaces

if TYPE_CHECKING:
    from adapters.slack.app import Slack

BOT: Final = "SLACK_BOT_TOKEN"
APP: Final = "SLACK_APP_TOKEN"
SECRET: Final = "SLACK_SIGNING_SECRET"  # noqa: S105  # its name
API: Final = "SLACK_API_URL"
#: Slack's own.
API_URL: Final = "https://slack.com/api/"

WHERE_BOT: Final = "api.slack.com/apps, the app, OAuth & Permissions: Bot User OAuth Token, which begins xoxb-"
_WHERE_APP: Final = (
    "api.slack.com/apps, the app, Basic Information: App-Level Tokens, with connections:write; it begins xapp-"
)
_WHERE_SECRET: Final = "api.slack.com/apps, the app, Basic Information: Signing Secret"  # noqa: S105  # where it is
_EXPIRES: Final = "xoxe"
#: What somebody may have copied instead, by how it begins.
_INSTEAD: Final[Mapping[str, str]] = {
    "xapp-": f"the app-level token, which belongs into {APP}",
    "xoxb-": f"the bot's token, which belongs into {BOT}",
    "xoxp-": "a person's token: with that one the bot would speak as a person",
    _EXPIRES: "a token that expires",
    "xwfp-": "a workflow's token",
}
_TOKEN: Final = re.compile(r"[A-Za-z0-9._-]+")


class Given(NamedTuple):
    """What the environment gives for one workspace. With an app token the bot calls Slack; else Slack calls the bot."""

    bot: str
    app: str
    secret: str

    def __repr__(self) -> str:
        return f"Given({'Socket Mode' if self.app else 'HTTP'})"


def carriers(environ: Mapping[str, str], clock: Clock, councils: Iterable[Settings]) -> "dict[str, Slack]":
    """Slack by its name, if the environment says so; nothing where it is not set up.

    Raises `ProtocolBotError` for half of it, what can't be used, and where what speaks with Slack is not installed.
    """
    found, url = given(environ), api_url(environ)
    if not found:
        return {}
    try:
        from adapters.slack.app import Secrets, Slack
    except ModuleNotFoundError as missing:
        raise not_installed(missing) from None
    secrets = [Secrets(bot_token=one.bot, signing_secret=one.secret, app_token=one.app) for one in found]
    words = of_workspaces(PLATFORM, councils)
    return {PLATFORM: Slack(secrets, lambda team: sentences(words(team)), clock, api_url=url)}


def prepared(environ: Mapping[str, str], clock: Clock, _host: str) -> Made | None:
    """Slack, to be served; None where it is not set up. Raises `ProtocolBotError` as `carriers` does."""
    if (hosted := slack_hosted.given(environ)) is not None:
        return _hosted(hosted, api_url(environ), clock)
    if not carriers(environ, clock, ()):
        return None

    def made(_memory: AsyncEngine, councils: Sequence[Settings], _keys: Path) -> Served:
        chat = carriers(environ, clock, councils)[PLATFORM]

        def missing(_workspace: str) -> str:
            return (
                f"has no token here. Add that workspace's token to {BOT}, or correct `workspaces` in its settings: the "
                f"tokens here are for {', '.join(chat.teams)}."
            )

        return spoken_of(chat, missing)

    return made


def _hosted(found: slack_hosted.Given, url: str, clock: Clock) -> Made:
    """One app for many workspaces. Raises `ProtocolBotError` where what speaks with Slack is not installed."""
    try:
        import adapters.slack.app  # noqa: F401  # it is enough that it can be
    except ModuleNotFoundError as missing:
        raise not_installed(missing) from None
    return lambda memory, councils, keys: slack_hosted.served(found, url, memory, keys, councils, clock)


def not_installed(missing: ModuleNotFoundError) -> ProtocolBotError:
    """The mend, where it is Slack's own packages that are missing; what was missing else."""
    if (missing.name or "").partition(".")[0] not in ("slack_bolt", "slack_sdk"):
        raise missing
    return ProtocolBotError(
        "What speaks with Slack is not installed. In a checkout: sh deploy/setup.sh. "
        "Elsewhere: pip install 'council-protocol-bot[slack]'."
    )


# ---------------------------------------------------------------- tokens


def given(environ: Mapping[str, str]) -> list[Given]:
    """One for each workspace. Raises `ProtocolBotError`, with nothing of a token in it."""
    bots = bot_tokens(environ)
    apps, secrets = _listed(environ, APP), _listed(environ, SECRET)
    if not bots:
        if apps or secrets:
            raise ProtocolBotError(f"{APP if apps else SECRET} is set, but {BOT} is not. It is at {WHERE_BOT}.")
        return []
    _as_many(bots, apps, APP)
    if len(secrets) == 1:
        secrets = secrets * len(bots)
    _as_many(bots, secrets, SECRET)
    return [_checked(*one) for one in zip_longest(bots, apps, secrets, fillvalue="")]


def bot_tokens(environ: Mapping[str, str]) -> list[str]:
    """The bot's own, one for each workspace; none where Slack is not set up. Raises `ProtocolBotError`."""
    found = _listed(environ, BOT)
    for token in found:
        _begins(token, "xoxb-", BOT, WHERE_BOT)
    if len(set(found)) < len(found):
        raise ProtocolBotError(f"{BOT} holds the same token twice. Each workspace has its own; take one of them out.")
    return found


def _listed(environ: Mapping[str, str], name: str) -> list[str]:
    """With commas between; a place that is left empty stays one, so that the order holds."""
    text = environ.get(name, "").strip()
    found = [part.strip() for part in text.split(",")] if text else []
    return found if any(found) else []


def _as_many(bots: Sequence[str], others: Sequence[str], name: str) -> None:
    if others and len(others) != len(bots):
        raise ProtocolBotError(
            f"{BOT} holds {_values(bots)}, {name} {_values(others)}. Give one for each workspace, in the same order, "
            "with commas between; leave a place empty where a workspace has none."
        )


def _values(found: Sequence[str]) -> str:
    return "1 value" if len(found) == 1 else f"{len(found)} values"


def _checked(bot: str, app: str, secret: str) -> Given:
    if app:
        _begins(app, "xapp-", APP, _WHERE_APP)
    if secret:
        _is_secret(secret)
    if not app and not secret:
        raise ProtocolBotError(
            f"A workspace has a {BOT}, but neither {APP} nor {SECRET}. Set {APP} ({_WHERE_APP}), so that the bot calls "
            f"Slack; or {SECRET} ({_WHERE_SECRET}), where Slack is to call the bot."
        )
    return Given(bot, app, secret)


def _begins(token: str, prefix: str, name: str, where: str) -> None:
    if token.startswith(_EXPIRES):
        raise ProtocolBotError(f"{name} holds {_instead(token)}. {ANEW}")
    if not token.startswith(prefix):
        raise ProtocolBotError(f"{name} holds {_instead(token)}. The right one is at {where}.")
    if len(token) == len(prefix) or not _TOKEN.fullmatch(token):
        raise ProtocolBotError(f"{name} is cut off, or something else was copied with it. Copy it again: {where}.")


def _is_secret(secret: str) -> None:
    if any(secret.startswith(prefix) for prefix in _INSTEAD):
        raise ProtocolBotError(f"{SECRET} holds {_instead(secret)}. The right one is at {_WHERE_SECRET}.")
    if not _TOKEN.fullmatch(secret):
        raise ProtocolBotError(f"Something else was copied with {SECRET}. Copy it again: {_WHERE_SECRET}.")


def _instead(token: str) -> str:
    """What it is, without a sign of it."""
    known = (what for prefix, what in _INSTEAD.items() if token.startswith(prefix))
    return next(known, "something else" if token else "nothing for one of the workspaces")


# ---------------------------------------------------------------- where Slack is


def api_url(environ: Mapping[str, str]) -> str:
    """Slack's own address, or that of a stand-in; a slash at its end. Raises `ProtocolBotError`."""
    return f"{address(environ, API, API_URL.rstrip('/'), 'Slack')}/"
