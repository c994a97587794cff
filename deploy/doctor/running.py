"""The bot that runs: whether it could, answers, is well, and did something a moment ago.

In: the environment; its address on this computer or beside it. Out: findings.
Never: anything asked of it but how it is.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot.errors import ProtocolBotError
from bot.hosts import is_here
from deploy.doctor import wire
from deploy.doctor.findings import RUNNING as AREA
from deploy.doctor.findings import Finding, parted
from deploy.doctor.ground import Ground
from deploy.platforms import slack, slack_hosted, teams_given

#: Seconds: it looks at what waits every five.
_LATE: Final = 60.0
_START: Final = "Start it: protocol-bot run. If it runs elsewhere, name its address with --url."
_LOG: Final = "Look at its log, and start it again."
_NO_CHAT: Final = "No chat is set up in this environment, and `protocol-bot run` refuses to start without one."
_A_CHAT: Final = (
    "For Slack: deploy/guide/slack.md; for Microsoft Teams: deploy/guide/teams.md. If one is set up already, run "
    "doctor with the environment that the bot runs with."
)


async def findings(ground: Ground) -> list[Finding]:
    """All of them."""
    return [*_chats(ground), *await _answers(ground)]


def _chats(ground: Ground) -> Iterator[Finding]:
    """Half of a set-up is one: what it lacks is told where that chat is looked at."""
    try:
        slacks = slack.given(ground.environ) or slack_hosted.given(ground.environ)
        if not slacks and teams_given.given(ground.environ, lambda: ground.now, "127.0.0.1") is None:
            yield AREA.wrong("chats", _NO_CHAT, _A_CHAT)
    except ProtocolBotError:
        return


async def _answers(ground: Ground) -> list[Finding]:
    if ground.offline and not is_here(urlsplit(ground.url).hostname or ""):
        return [AREA.untried("answers", "The bot is not on this computer, and is not asked, as --offline says.")]
    async with wire.session() as connections:
        try:
            health = await wire.asked(connections, f"{ground.url}healthz")
        except (OSError, TimeoutError, aiohttp.ClientError, ValueError):
            return [AREA.look("answers", f"No bot answers at {ground.url}.", _START)]
        if not is_ours(health.body):
            told = f"Something answers at {ground.url}, but it is no Protocol Bot."
            return [AREA.look("answers", told, _START)]
        try:
            ready = await wire.asked(connections, f"{ground.url}readyz")
        except (OSError, TimeoutError, aiohttp.ClientError):
            ready = None
    return [*_well(health.body), *_ready(ready.body if ready else None)]


def is_ours(body: Any) -> bool:
    """Whether that is what Protocol Bot says at /healthz: to whoever asks from elsewhere, only whether it is well."""
    return isinstance(body, Mapping) and isinstance(body.get("well"), bool)


def _well(body: Mapping[str, Any]) -> Iterator[Finding]:
    yield AREA.fine("answers", "The bot runs.")
    if not isinstance(body.get("workspaces"), list):
        yield from _from_elsewhere(well=body["well"])
        return
    if amiss := str(body.get("store") or ""):
        yield AREA.wrong("store", *parted(amiss))
    for one in body["workspaces"]:
        state = one if isinstance(one, Mapping) else {}
        which = f"{state.get('platform', 'a platform')}, {state.get('team', 'a workspace')}"
        if refused := state.get("refused"):
            told = f"The running bot is not let into {which} ({refused})."
            yield AREA.wrong("workspaces", told, "See above what its token can do; then start the bot again.")
        elif not state.get("connected"):
            yield AREA.wrong("workspaces", f"The running bot is not connected to {which}.", _LOG)
    if body["well"]:
        yield AREA.fine("workspaces", f"It is connected to {_workspaces(len(body['workspaces']))}.")


def _from_elsewhere(*, well: bool) -> Iterator[Finding]:
    mend = "Run doctor on the computer, or in the container, that the bot runs on: only there it says more."
    if well:
        yield AREA.untried("workspaces", "It is well, and says no more to whoever asks from elsewhere.", mend)
    else:
        yield AREA.wrong("workspaces", "It is not well, and says no more to whoever asks from elsewhere.", mend)


def _workspaces(many: int) -> str:
    return "1 workspace" if many == 1 else f"{many} workspaces"


def _ready(body: Any) -> Iterator[Finding]:
    if not isinstance(body, Mapping) or "last_tick" not in body:
        yield AREA.untried("last-tick", "It does not say here when it last looked at what is due.")
        return
    last = body.get("last_tick")
    if amiss := str(body.get("database") or ""):
        yield AREA.wrong("ready", *parted(amiss))
    if not isinstance(last, int | float):
        yield AREA.look("last-tick", "It has not looked at what is due yet.", "Try again in a minute.")
    elif last > _LATE:
        told = f"It last looked at what is due {round(last)} seconds ago: nothing is delivered meanwhile."
        yield AREA.wrong("last-tick", told, _LOG)
    else:
        yield AREA.fine("last-tick", f"It looked at what is due {round(last)} seconds ago.")
