"""What Teams would be answered with at the least: botbuilder by itself, which says back what it is told.

In: a port; the surroundings of a bot in Teams (TEAMS_…). Out: to a message, its own words in its conversation; to a
button in a dialog, a dialog that says one word. Never: looks anything up, keeps anything.

Twice: by its `CloudAdapter`, which its maker's samples are built on and which makes a client for every turn; at
`/deprecated` by its `BotFrameworkAdapter`, which that one replaced, and which keeps its client.
"""

import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msal
from aiohttp import web
from botbuilder.core import BotFrameworkAdapter, BotFrameworkAdapterSettings, InvokeResponse, TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import Activity
from botframework.connector.auth import (
    BotFrameworkAuthenticationFactory,
    MicrosoftAppCredentials,
    PasswordServiceClientCredentialFactory,
)

from adapters.teams import PATH
from adapters.teams.trust import ISSUER

DEPRECATED = "/deprecated"
_DIALOG = {"task": {"type": "message", "value": "ok"}}
_APP, _PASSWORD, _TENANT, _LOGIN, _OPENID = (
    os.environ.get(f"TEAMS_{name}", "") for name in ("APP_ID", "APP_PASSWORD", "TENANT_ID", "LOGIN_URL", "OPENID_URL")
)


class _KeptCredentials(PasswordServiceClientCredentialFactory):
    """One for all turns: botbuilder's own has each ask for a token anew."""

    def __init__(self, credentials: MicrosoftAppCredentials) -> None:
        super().__init__(_APP, _PASSWORD, _TENANT)
        self._credentials = credentials

    async def create_credentials(self, *_asked: object, **_named: object) -> MicrosoftAppCredentials:
        return self._credentials


async def _echo(turn: TurnContext) -> None:
    if turn.activity.type == "invoke":
        await turn.send_activity(Activity(type="invokeResponse", value=InvokeResponse(status=200, body=_DIALOG)))
    else:
        await turn.send_activity(turn.activity.text)


def _credentials() -> MicrosoftAppCredentials:
    made = MicrosoftAppCredentials(_APP, _PASSWORD, channel_auth_tenant=_TENANT)
    made.app = msal.ConfidentialClientApplication(
        _APP, client_credential=_PASSWORD, authority=f"{_LOGIN}/{_TENANT}", instance_discovery=False
    )
    return made


def app() -> web.Application:
    """botbuilder looks for the keys and for the login where it is told; it is left as it is for all else."""
    credentials = _credentials()
    deprecated = BotFrameworkAdapter(
        BotFrameworkAdapterSettings(_APP, _PASSWORD, app_credentials=credentials, open_id_metadata=_OPENID)
    )
    authentication = BotFrameworkAuthenticationFactory.create(
        to_channel_from_bot_login_url=f"{_LOGIN}/{_TENANT}",
        to_channel_from_bot_oauth_scope=ISSUER,
        to_bot_from_channel_token_issuer=ISSUER,
        oauth_url=ISSUER,
        to_bot_from_channel_open_id_metadata_url=_OPENID,
        credential_factory=_KeptCredentials(credentials),
    )
    cloud = CloudAdapterBase(authentication)
    made = web.Application()
    made.add_routes(
        [
            web.post(PATH, _door(lambda activity, signed: cloud.process_activity(signed, activity, _echo))),
            web.post(DEPRECATED, _door(lambda activity, signed: deprecated.process_activity(activity, signed, _echo))),
        ]
    )
    return made


def _door(process: Callable[[Activity, str], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def messages(request: web.Request) -> web.Response:
        activity = Activity().deserialize(await request.json())
        answer = await process(activity, request.headers.get("Authorization", ""))
        return web.json_response(answer.body, status=answer.status) if answer else web.Response(status=201)

    return messages


def main() -> None:
    ready = "Ready: botbuilder by itself"
    web.run_app(
        app(), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=lambda *_: print(ready, flush=True)
    )


if __name__ == "__main__":
    main()
