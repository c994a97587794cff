"""One workspace's door: Bolt, which lets nobody in but Slack, and the ears behind it.

In: requests that name the workspace. Out: what they are answered with. Never: a request that Slack did not sign, or the
same one twice.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack import parse
from adapters.slack.calls import silent
from adapters.slack.environment import untold
from adapters.slack.hearing import Came, Hearing
from adapters.slack.replies import Reply
from adapters.slack.workspace import Workspace

log = logging.getLogger(__name__)

_ANY: Final = re.compile("")
#: What a request is signed with (docs.slack.dev, "Verifying requests from Slack").
SIGNED: Final = ("x-slack-request-timestamp", "x-slack-signature")
#: docs.slack.dev, "The Events API": an event that was not taken comes again, three times.
AGAIN: Final = "x-slack-retry-num"
_LAST: Final = "3"


class Secrets(Struct, frozen=True):
    """What lets the bot into one workspace. With an app token it calls Slack (Socket Mode); else Slack calls it."""

    bot_token: str
    signing_secret: str = ""
    app_token: str = ""

    def __repr__(self) -> str:
        """Without any of it."""
        return f"Secrets({'Socket Mode' if self.app_token else 'HTTP'})"


class Entered(Struct):
    """One workspace that the bot is in. `bot_id` is what Slack calls the app's bot beside its user's id.

    What was signed before `since`, by the clock that nobody puts back, may have been heard before.
    """

    workspace: Workspace
    secrets: Secrets
    bot_id: str
    since: float
    door: "Door | None" = None


class Door:
    """Bolt, set up for one workspace. `left` is told that the app was taken out of it."""

    def __init__(self, entered: Entered, hearing: Hearing, left: Callable[[], Awaitable[None]] | None = None) -> None:
        self.team = entered.workspace.team
        self.secrets = entered.secrets
        self.bolt = _bolt(entered)
        self.bolt.error(_unreadable)
        self.bolt.middleware(_RefusingReplays(hearing))
        for register, hear in (
            (self.bolt.command, hearing.command),
            (self.bolt.event, _leaving(hearing, left)),
            (self.bolt.action, hearing.action),
            (self.bolt.view, hearing.view),
        ):
            register(_ANY)(_listener(hear))


def _bolt(entered: Entered) -> AsyncApp:
    """Every setting said: Bolt would else look for it in the environment, and turn on an OAuth flow it finds there."""
    here = entered.workspace

    async def authorize() -> AuthorizeResult:
        """As Slack told when the workspace was entered; Bolt would ask it in the middle of the first request."""
        return AuthorizeResult(
            enterprise_id=None,
            team_id=here.team,
            bot_user_id=here.bot_user,
            bot_id=entered.bot_id,
            bot_token=here.calls.web.token,
        )

    with untold():
        return AsyncApp(
            name="slack_bolt.protocol_bot",
            logger=silent(),
            client=here.calls.web,
            authorize=authorize,
            signing_secret=entered.secrets.signing_secret,
            process_before_response=True,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )


async def _unreadable(body: Mapping[str, Any]) -> BoltResponse:
    """Bolt stumbles over shapes that Slack never sends, without a word; no listener of ours raises anything."""
    log.warning("%s could not be read, and was refused", parse.kind_of(body))
    return BoltResponse(status=400, body="")


_Hear = Callable[[Mapping[str, Any], Came], Awaitable[Reply]]


def _leaving(hearing: Hearing, left: Callable[[], Awaitable[None]] | None) -> _Hear:
    """That the app was taken out is for whoever keeps installs, and for nobody else."""

    async def event(body: Mapping[str, Any], came: Came) -> Reply:
        if left is None or not leaves(body):
            return await hearing.event(body, came)
        await left()
        return Reply()

    return event


def leaves(body: Mapping[str, Any]) -> bool:
    """Whether Slack says that the bot is not let in any more: docs.slack.dev, app_uninstalled and tokens_revoked.

    The two come in any order, and late. A token of one person's that is revoked is none of the bot's.
    """
    inner = body.get("event")
    tokens = inner.get("tokens") if isinstance(inner, Mapping) else None
    match parse.event_of(body):
        case "app_uninstalled":
            return True
        case "tokens_revoked":
            return isinstance(tokens, Mapping) and bool(tokens.get("bot"))
    return False


def _listener(hear: _Hear) -> Callable[..., Awaitable[BoltResponse]]:
    """What it returns Bolt answers with; what it raised would be a 500 without a line in the log."""

    async def listener(body: dict[str, Any], request: AsyncBoltRequest) -> BoltResponse:
        came = Came(asyncio.get_running_loop().time(), last=request.headers.get(AGAIN, [""])[0] == _LAST)
        try:
            reply = await hear(body, came)
        except Exception as failed:  # only its kind is told: an error may hold somebody's words
            log.error("%s failed: %s", parse.kind_of(body), type(failed).__name__)
            return BoltResponse(status=500, body="")
        return BoltResponse(status=reply.status, body=msgspec.json.encode(reply.body).decode() if reply.body else "")

    return listener


class _RefusingReplays(AsyncMiddleware):
    """Bolt lets the same signed request in for five minutes. An event is known by its id, and may come again.

    What was signed before the bot began is refused, for it remembers nothing of it.
    """

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002  # Bolt gives it by name
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse:
        if req.mode == "http" and req.body.get("type") != "event_callback":
            timestamp, signature = (req.headers.get(name, [""])[0] for name in SIGNED)
            if self._hearing.is_replay(timestamp, signature):
                log.warning("%s came a second time, or may have, and was refused", parse.kind_of(req.body))
                return BoltResponse(status=401, body="")
        return await next()
