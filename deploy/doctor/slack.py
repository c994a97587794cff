"""Slack: every token tried, whether the council has its own app or took the hosted one.

In: the environment, the settings, the installs that are kept. Out: findings. Never: a token renewed, for whoever renews
it keeps the new one; a token in a finding.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from adapters.slack import PLATFORM
from adapters.slack.manifest import INSTALL, address_of
from bot.errors import ProtocolBotError
from deploy.doctor.findings import SLACK as AREA
from deploy.doctor.findings import Finding, parted
from deploy.doctor.ground import Ground, not_set_up
from deploy.doctor.slack_tokens import Token, signing_secret
from deploy.platforms import slack, slack_hosted

_GUIDE: Final = "deploy/guide/slack.md says how, step by step."
#: Workspaces at a time.
_AT_ONCE: Final = 10


class _One(NamedTuple):
    """What there is to try: the bot's token, what it is called in a line, an app token and a signing secret or none."""

    called: str
    bot: str
    app: str = ""
    secret: str = ""


async def findings(ground: Ground) -> list[Finding]:
    """All of them."""
    try:
        hosted, url = slack_hosted.given(ground.environ), slack.api_url(ground.environ)
        found = [] if hosted else slack.given(ground.environ)
    except ProtocolBotError as why:
        return [AREA.wrong("set-up", *parted(str(why)))]
    if not found and not hosted:
        return list(not_set_up(AREA, ground, PLATFORM, f"a workspace of Slack, but {slack.BOT} is not set", _GUIDE))
    try:
        import adapters.slack.calls  # noqa: F401  # it is enough that it can be
    except ModuleNotFoundError as missing:
        return [AREA.wrong("set-up", *parted(str(slack.not_installed(missing))))]
    if ground.offline:
        return [AREA.untried("token", "Slack is not asked, as --offline says.")]
    if hosted:
        return await _hosted(ground, hosted, url)
    here, tried = await _tried(list(_own(found)), url, ground)
    absent = _without(ground, here, f"Add that workspace's token to {slack.BOT}") if len(here) == len(found) else ()
    return [*tried, *absent]


def _own(found: Sequence[slack.Given]) -> Iterator[_One]:
    for number, one in enumerate(found, 1):
        called = "The bot's token" if len(found) == 1 else f"The bot's token number {number} of {len(found)}"
        yield _One(called, one.bot, one.app, one.secret)


async def _tried(these: Sequence[_One], url: str, ground: Ground) -> tuple[set[str], list[Finding]]:
    """The workspaces that let the bot in, and what was found."""
    from adapters.slack.calls import Calls, client, session

    few = asyncio.Semaphore(_AT_ONCE)
    async with session() as connections:

        async def of(one: _One) -> tuple[str, list[Finding]]:
            bot, app = (Calls(client(token, url, connections), connections) for token in (one.bot, one.app))
            async with few:
                return await Token(one.called, one.secret, ground).tried(bot, app if one.app else None)

        tried = await asyncio.gather(*map(of, these))
    return {team for team, _ in tried if team}, [one for _, some in tried for one in some]


def _without(ground: Ground, here: set[str], mend: str) -> Iterator[Finding]:
    """Councils whose workspace is not among those here."""
    for own in ground.councils:
        team = own.workspaces.get(PLATFORM)
        if team and team not in here:
            told = f"No token here is for its workspace {team}."
            yield AREA.wrong("workspace", told, f"{mend}, or correct `workspaces` in its settings.", own.council)


# ---------------------------------------------------------------- one app for many


async def _hosted(ground: Ground, given: slack_hosted.Given, url: str) -> list[Finding]:
    """The installs that are kept, each with its token."""
    found = list(signing_secret(given.signing_secret, "the hosted app"))
    if ground.memory is None:
        return [*found, AREA.untried("token", "Which workspaces took the app is not known without the database.")]
    from storage.slack_installs import SqlInstalls

    try:
        installs = await SqlInstalls(given.client_id, ground.memory, ground.ring).sound()
    except ProtocolBotError as why:
        return [*found, AREA.wrong("installs", *parted(str(why)))]
    served = {own.council for own in ground.councils}
    whose = ground.whose(PLATFORM)
    teams = [one.bot for one in installs if whose.get(one.bot.team_id or "") in {*served, None}]
    over = [bot for bot in teams if (bot.bot_token_expires_at or time.time() + 1) <= time.time()]
    for bot in over:
        told = f"The token for the workspace {bot.team_id} ran out."
        found.append(AREA.look("token", told, "The bot renews it when it runs: start it."))
    holding = [_One(f"The token for the workspace {bot.team_id}", bot.bot_token) for bot in teams if bot not in over]
    _, tried = await _tried(holding, url, ground)
    took = {bot.team_id or "" for bot in teams}
    mend = f"Somebody who may install apps there opens {address_of(given.url, INSTALL)}"
    return [*found, *tried, *_without(ground, took, mend)]
