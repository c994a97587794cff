"""Teams' network: what it delivers, let in, heard once and answered; and the core's notices, carried.

In: signed HTTP requests; notices. Out: events to the bot, answers and notices to Teams.
Never: hears what `trust` did not let in, or the same thing twice; understands or draws anything itself (`parse`,
`render`, `dialogs`); writes a word of anybody's into the log.

botbuilder-core is known to this file alone, for its maker ended support of it in December 2025: it has the bot's
credentials, and every turn goes through its `BotAdapter`. What is said goes by `calls`.
"""

import asyncio
import functools
import logging
import math
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final, NoReturn

import aiohttp
import msal  # type: ignore[import-untyped]
import requests
from aiohttp import web
from botbuilder.core import BotAdapter, TurnContext  # type: ignore[import-untyped]
from botbuilder.schema import Activity, ConversationAccount  # type: ignore[import-untyped]
from botframework.connector.auth import (  # type: ignore[import-untyped]
    AppCredentials,
    CertificateAppCredentials,
    ManagedIdentityAppCredentials,
    MicrosoftAppCredentials,
)
from msgspec import Struct

from adapters.teams import PATH, PLATFORM, body, local, parse, render, trust
from adapters.teams.answering import Answering
from adapters.teams.calls import Calls, session
from adapters.teams.carrying import Tenant, carry
from adapters.teams.entering import let_in
from adapters.teams.hearing import Hearing
from adapters.teams.members import Members, members
from adapters.teams.places import Places
from adapters.teams.replies import Reply
from adapters.teams.tokens import Tokens
from bot.conversation import Edit, Notice, Person
from bot.errors import NotDelivered, ProtocolBotError
from bot.hands import Hands
from bot.ports import Ears

log = logging.getLogger(__name__)

OPENID_URL: Final = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN_URL: Final = "https://login.microsoftonline.com"
#: learn.microsoft.com, Teams: "Send proactive messages": the service URL for everybody, and the host of all of them.
SERVICE_URL: Final = "https://smba.trafficmanager.net/teams/"
HOSTS: Final = ("smba.trafficmanager.net",)

_WARM: Final = 3.0  # seconds to wait for Microsoft's keys at the start
_LOGIN: Final = 8.0  # seconds for one request to Microsoft's login
#: Their lines hold payloads, tokens and addresses.
_SILENT: Final = ("botbuilder", "botframework", "msal", "msrest", "urllib3")


class App(Struct, frozen=True):
    """The app registration that the bot is; one of password, certificate (PEM: key and certificate) and `managed`."""

    id: str
    tenant: str = ""
    password: str = ""
    certificate: str = ""
    managed: bool = False

    def __repr__(self) -> str:
        """Without any of it."""
        how = "a password" if self.password else "a certificate" if self.certificate else "a managed identity"
        return f"App({how})"


class Teams:
    """Teams as a platform, for the councils of these tenants. `patience`: seconds for one call with a notice.

    `app` None is the local mode (TEAMS_AUTH=off): nobody is asked who they are, and nobody asks the bot. `paced`: no
    faster than Microsoft allows. `sentences`: what is said of the adapter's own accord in a tenant, by its id.
    """

    def __init__(
        self,
        app: App | None,
        tenants: Collection[str],
        sentences: Callable[[str], render.Sentences],
        places: Places,
        opens: render.Opens,
        clock: Callable[[], datetime],
        *,
        openid_url: str = OPENID_URL,
        login_url: str = LOGIN_URL,
        hosts: Collection[str] = HOSTS,
        service_url: str = SERVICE_URL,
        paced: bool = True,
        patience: float = 10.0,
    ) -> None:
        if app is not None and not (app.id and (app.password or app.certificate or app.managed)):
            raise ProtocolBotError("Teams needs an app id, and a password, a certificate or a managed identity.")
        self.tenants = frozenset(tenant.lower() for tenant in tenants)
        self._app = app
        self._sentences = sentences
        self._places = places
        self._opens = opens
        self._clock = clock
        self._openid_url, self._login_url, self._service_url = openid_url, login_url, service_url
        self._hosts = hosts
        self._paced = paced
        self._patience = patience
        self._hands = Hands()
        self._connections: aiohttp.ClientSession | None = None
        self._here: dict[str, Tenant] = {}
        self._keys: trust.Keys | None = None
        self._door: _Door | None = None

    async def open(self, patience: float = math.inf) -> None:
        """Find out whether the bot is let in. Raises `ProtocolBotError` with the mend where it is not.

        `patience`: seconds after which Microsoft's being away is a reason too.
        """
        _hush()
        self._connections = session()
        try:
            tokens = None
            if self._app is not None:
                tokens = Tokens(_fetching(self._app, self._login_url))
                self._keys = trust.Keys(self._connections, self._openid_url)
                await let_in(tokens, patience=patience)
        except BaseException:
            await self._connections.close()
            raise
        us = f"28:{self._app.id}" if self._app is not None else ""
        calls = Calls(self._connections, tokens, us, self._hosts, paced=self._paced)
        for id in self.tenants:
            self._here[id] = Tenant(id, calls, self._places, self._opens, self._clock, service_url=self._service_url)

    # ------------------------------------------------------------ notices

    async def deliver(self, notice: Notice, key: str) -> None:
        """Say it, each part once for each `key`. Raises `NotDelivered` rather than show it more widely."""
        to = notice.of.place if isinstance(notice, Edit) else notice.to
        await carry(self._tenant(to.platform, to.tenant), notice, key, self._patience)

    async def reaches(self, who: Person) -> str:
        """Whether this person could be told something now; a word of `bot.reach.WHYS` where not."""
        if who.platform == PLATFORM and who.tenant not in self._here:
            return "not-installed"
        return await self._tenant(who.platform, who.tenant).why_not(who.id, self._patience)

    async def members(self, tenant: str) -> Members:
        """Who is in a tenant, as far as they share a team or a chat with the bot. Raises `NotDelivered`."""
        return await members(self._tenant(PLATFORM, tenant).calls, self._places, tenant)

    def _tenant(self, platform: str, id: str) -> Tenant:
        if platform != PLATFORM or id not in self._here:
            why = "There is no such tenant of Teams here. Was it left out of the settings when the bot was started?"
            raise NotDelivered(why, again=platform == PLATFORM)
        return self._here[id]

    # ------------------------------------------------------------ requests

    def routes(self, bot: Ears) -> list[web.RouteDef]:
        """Where Teams calls the bot."""

        async def messages(request: web.Request) -> web.Response:
            return await self._opening(bot).received(request)

        return [web.post(PATH, messages)]

    @asynccontextmanager
    async def listening(self, _bot: Ears) -> AsyncIterator[None]:
        """Meanwhile Microsoft's keys are at hand; at the end what is in hand has a few seconds left."""
        if self._keys is not None:
            await asyncio.wait({self._hands.take(self._keys.warm())}, timeout=_WARM)
        try:
            yield
        finally:
            self._hands.ending()

    def _opening(self, bot: Ears) -> "_Door":
        """Made when it is first knocked at, which is after `open`."""
        if self._door is None:
            ours = {id: Answering(one, bot, self._sentences(id), self._hands) for id, one in self._here.items()}
            hearing = Hearing(ours, self._places, self._clock, self._hands)
            self._door = _Door(self._guard(), hearing)
        return self._door

    def _guard(self) -> "trust.Trust | local.Open":
        if self._app is None:
            return local.Open(self.tenants)
        if self._keys is None:
            raise ProtocolBotError("Teams was not opened yet.")
        return trust.Trust(self._app.id, self.tenants, self._hosts, self._keys, self._clock)

    # ------------------------------------------------------------ how it is, and the end

    async def health(self) -> list[dict[str, object]]:
        """How each tenant is: whether anybody there could be let in, and Microsoft's word for why the bot is not."""
        if self._keys is not None and not self._keys.ready:
            await self._keys.warm()
        connected = self._keys is None or self._keys.ready
        transport = "http" if self._app is not None else "local"
        return [
            {"team": id, "transport": transport, "connected": connected, "refused": one.refused}
            for id, one in sorted(self._here.items())
        ]

    @property
    def busy(self) -> bool:
        """Whether anything is in hand: an answer that follows, a conversation that is written down."""
        return self._hands.full

    async def close(self) -> None:
        """What is in hand has a few seconds to finish; then nothing of this is left."""
        await self._hands.finish()
        if self._keys is not None:
            await self._keys.close()
        if self._connections is not None:
            await self._connections.close()


# ---------------------------------------------------------------- the door


class _Door:
    """Lets nobody in but Teams; the ears are behind it."""

    def __init__(self, guard: trust.Trust | local.Open, hearing: Hearing) -> None:
        self._guard = guard
        self._turns = _Turns(hearing)

    async def received(self, request: web.Request) -> web.Response:
        """Every refusal is a status, and tells nothing more. Nothing is read of somebody who is not vouched for."""
        came = asyncio.get_running_loop().time()
        try:
            check = await self._guard.knocked(request.headers)
            activity = body.read(await request.read())
            check(activity)
        except (trust.Untrusted, body.Unreadable) as no:
            return web.Response(status=no.status)
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        try:
            reply = await self._turns.take(activity, came)
        except Exception as failed:  # only its kind is told: an error may hold somebody's words
            log.error("%s failed: %s", parse.kind_of(activity), type(failed).__name__)
            return web.Response(status=500)
        if reply.body is None:
            return web.Response(status=reply.status)
        return web.json_response(dict(reply.body), status=reply.status, headers={"Cache-Control": "no-store"})


class _Turns(BotAdapter):  # type: ignore[misc]  # botbuilder has no types
    """botbuilder's turns, around our ears."""

    def __init__(self, hearing: Hearing) -> None:
        super().__init__(on_turn_error=None)  # whatever fails comes back to the door
        self._hearing = hearing

    async def take(self, given: Mapping[str, Any], came: float) -> Reply:
        """One turn.

        botbuilder is told what kind it is and where it comes from, and none of what was said: msrest refuses, or
        writes into its log, shapes that are newer than it is; what the bot hears `parse` makes of the JSON itself.
        """

        async def turn(_context: TurnContext) -> Reply:
            return await self._hearing.hear(given, came)

        where = given.get("conversation")
        activity = Activity(
            type=given.get("type"),
            id=given.get("id"),
            channel_id=given.get("channelId"),
            service_url=given.get("serviceUrl"),
            conversation=ConversationAccount(id=where.get("id") if isinstance(where, Mapping) else None),
        )
        reply: Reply = await self.run_pipeline(TurnContext(self, activity), turn)
        return reply

    async def send_activities(self, context: object, activities: object) -> NoReturn:  # noqa: ARG002
        """Refused: what is said goes by `calls`, which keep the pace and know what a refusal means."""
        raise ProtocolBotError("Nothing is said by way of botbuilder.")

    async def update_activity(self, context: object, activity: object) -> NoReturn:  # noqa: ARG002
        """Refused, as above."""
        raise ProtocolBotError("Nothing is said by way of botbuilder.")

    async def delete_activity(self, context: object, reference: object) -> NoReturn:  # noqa: ARG002
        """Refused, as above."""
        raise ProtocolBotError("Nothing is said by way of botbuilder.")


# ---------------------------------------------------------------- the bot's own token


def _hush() -> None:
    for name in _SILENT:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False


def _fetching(app: App, login_url: str) -> Callable[[], str]:
    """A new token at every call, from Microsoft itself: `tokens` knows how long the last one is good for."""

    def fetch() -> str:
        with requests.Session() as connection:
            connection.headers["Connection"] = "close"  # there is little to say, and nothing is left half open
            connection.request = functools.partial(connection.request, timeout=_LOGIN)  # type: ignore[method-assign]
            token: str = _credentials(app, login_url.rstrip("/"), connection).get_access_token()
        return token

    return fetch


def _credentials(app: App, login_url: str, connection: requests.Session) -> AppCredentials:
    """botbuilder's, each with a client of its own, so that it keeps nothing and waits no longer than it may."""
    if app.managed:
        made = ManagedIdentityAppCredentials(app.id)
        made.app = msal.ManagedIdentityClient(
            msal.UserAssignedManagedIdentity(client_id=app.id), http_client=connection
        )
        return made
    secret: object = app.password
    made = MicrosoftAppCredentials(app.id, app.password, channel_auth_tenant=app.tenant)
    if app.certificate:
        secret = {"private_key": app.certificate, "public_certificate": app.certificate}
        made = CertificateAppCredentials(app.id, "", app.certificate, channel_auth_tenant=app.tenant)
    made.app = msal.ConfidentialClientApplication(
        app.id,
        client_credential=secret,
        authority=f"{login_url}/{app.tenant}",
        instance_discovery=False,
        http_client=connection,
    )
    return made
