"""What Slack's commands would be answered with at the least: Bolt by itself, and the web server by itself.

In: a port, the signing secret (SLACK_SIGNING_SECRET). Out: `ok`, to every signed command; and to whatever comes to
`/bare`, by aiohttp alone. Never: looks anything up, keeps anything, asks Slack anything.
"""

import os
import sys

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.slack.manifest import PATH
from tests.slack.peer import workspace

OK = "ok"
BARE = "/bare"


def app(secret: str) -> web.Application:
    """Bolt is as quick as it can be: told who it is, and done before it responds."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=workspace.TEAM, bot_user_id=workspace.BOT)

    bolt = AsyncApp(signing_secret=secret, authorize=authorize, process_before_response=True)

    @bolt.command("/protocol")
    async def _acknowledged(ack: AsyncAck) -> None:
        await ack(OK)

    async def events(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    async def bare(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text=OK)

    made = web.Application()
    made.add_routes([web.post(PATH, events), web.post(BARE, bare)])
    return made


def main() -> None:
    ready = "Ready: Bolt by itself"
    web.run_app(
        app(os.environ["SLACK_SIGNING_SECRET"]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        access_log=None,
        print=lambda *_: print(ready, flush=True),
    )


if __name__ == "__main__":
    main()
