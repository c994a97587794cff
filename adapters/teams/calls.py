"""Calls to the connector service of Teams, by one pool of connections, each with a time it may take.

In: a conversation, an activity. Out: what Teams answered, or `Refused`.
Never: posts anything a second time by itself, unless Teams refused the token; asks again before the time that Teams
gave; follows a redirect, or sends its token to a host that is not on the list; writes a payload into the log.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Protocol, TypeVar
from urllib.parse import quote

import aiohttp
from yarl import URL

from adapters.teams.addresses import allowed, proxy
from adapters.teams.limits import as_json
from adapters.teams.pace import Crowded, Pace
from adapters.teams.refusals import Refused, crowded, foreign, refused, unanswered, word

log = logging.getLogger(__name__)

#: Seconds to make a connection in; nothing was sent before it stands.
_CONNECT: Final = 5.0
#: Connections at a time: by `pace.BY_TENANT`, 50 calls a second may be under way, and some take long.
_CONNECTIONS: Final = 100
_LONGEST_ANSWER: Final = 2_000_000  # bytes: a page of 500 members has some 300 kB
#: learn.microsoft.com, Teams: "Get Teams specific context for your bot": from 50 to 500 members a page.
PAGE: Final = 500
#: Seconds before the second try of what Teams could not take just now, where it does not say; each time twice as long.
_PAUSE: Final = 0.5
#: Seconds for which a conversation is left alone at most: Microsoft asks for some, a number gone wrong for a day.
_QUIET: Final = 600.0

#: Nothing was sent: there is no such server, no way to it, or the proxy let nothing through.
_UNREACHED: Final = (
    aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL
)  # fmt: skip

T = TypeVar("T")


class Spot(NamedTuple):
    """Where to call, for which conversation; `;messageid=…` is part of its id where there is a thread."""

    service_url: str
    conversation: str
    tenant: str = ""


class Token(Protocol):
    """What lets the bot in. Raises `Refused`."""

    async def __call__(self, fresh: bool = False) -> str:
        """`fresh`: the one known is not taken any more."""
        ...


def session() -> aiohttp.ClientSession:
    """The connections of one `Teams`. How long a call may take is said at each call."""
    timeout = aiohttp.ClientTimeout(total=None, connect=_CONNECT)
    connections = aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=60.0)
    return aiohttp.ClientSession(connector=connections, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


class Calls:
    """The connector service, as the bot `bot_id` ("28:APP-ID"). `token` None: nobody there asks for one.

    `paced`: no faster than Microsoft allows.
    """

    def __init__(
        self,
        connections: aiohttp.ClientSession,
        token: Token | None,
        bot_id: str,
        hosts: Collection[str],
        *,
        paced: bool = True,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connections = connections
        self._token = token
        self._bot = {"bot": {"id": bot_id}} if bot_id else {}
        self._from = {"from": {"id": bot_id}} if bot_id else {}
        self._hosts = frozenset(host.lower() for host in hosts)
        self._pace = Pace() if paced else None
        self._seconds = seconds
        self._left_alone: dict[tuple[str, str], float] = {}
        self._not_let_in = ""

    @property
    def refused(self) -> str:
        """Microsoft's word for why the bot is not let in; empty where it is."""
        return self._not_let_in

    def may_call(self, service_url: str) -> bool:
        """Whether it is on the list."""
        return allowed(service_url, self._hosts)

    # ------------------------------------------------------------ what can be asked for

    async def say(self, spot: Spot, activity: Mapping[str, Any], within: float, *, to: str = "") -> str:
        """Post it, and give back the post's id. `to`: for this person's eyes alone (their id there). Raises `Refused`.

        learn.microsoft.com, Teams: "Targeted messages".
        """
        said = {**activity, **self._from, "conversation": {"id": spot.conversation}}
        if to:
            said["recipient"] = {"id": to}
        answer = await self._in_turn("POST", spot, _activities(spot, aside=bool(to)), said, within)
        return str(answer.get("id") or "")

    async def change(self, spot: Spot, id: str, activity: Mapping[str, Any], within: float) -> None:
        """Put it in the place of a post that stands there. Raises `Refused`."""
        said = {**activity, **self._from, "id": id, "conversation": {"id": spot.conversation}}
        await self._in_turn("PUT", spot, _activities(spot, id), said, within)

    async def opened(self, service_url: str, tenant: str, who: str, within: float) -> str:
        """The id of somebody's own chat with the bot; it is opened where there is none. `who`: their AAD object id.

        learn.microsoft.com, Teams: "Send proactive messages". Asking again opens no second one.
        """
        asked = {
            **self._bot,
            "members": [{"id": who}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
            "isGroup": False,
        }
        spot = Spot(service_url, f"with {who}", tenant)
        answer = await self._in_turn("POST", spot, "/v3/conversations", asked, within, says=False)
        if not answer.get("id"):
            raise unanswered("Teams opened no chat.", says=False)
        return str(answer["id"])

    async def member(self, spot: Spot, who: str, within: float) -> Mapping[str, Any]:
        """One person of a conversation, by their AAD object id."""
        return await self._read(spot, f"{_path(spot)}/members/{quote(who, safe='')}", within)

    async def members(self, spot: Spot, within: float, page: str = "") -> Mapping[str, Any]:
        """A page of them: `members`, and the `continuationToken` of the next page."""
        more = f"&continuationToken={quote(page, safe='')}" if page else ""
        return await self._read(spot, f"{_path(spot)}/pagedmembers?pageSize={PAGE}{more}", within)

    async def _read(self, spot: Spot, path: str, within: float) -> Mapping[str, Any]:
        return await self._bounded("GET", spot, path, None, within, says=False)

    # ------------------------------------------------------------ when

    async def _in_turn(
        self, method: str, spot: Spot, path: str, body: Mapping[str, Any], within: float, *, says: bool = True
    ) -> Mapping[str, Any]:
        """At the pace that Microsoft allows, which is part of the time it may take."""
        began = self._seconds()
        self._check(spot)
        if self._pace is not None:
            conversation = spot.conversation.partition(";messageid=")[0]
            try:
                async with asyncio.timeout(within):
                    await self._pace.turn(spot.tenant, conversation, within)
            except Crowded as full:
                raise crowded(full.wait) from None
            except TimeoutError:
                raise crowded(1.0) from None
        left = max(within - (self._seconds() - began), 0.0)
        return await self._bounded(method, spot, path, body, left, says=says)

    async def _bounded(
        self, method: str, spot: Spot, path: str, body: Mapping[str, Any] | None, within: float, *, says: bool
    ) -> Mapping[str, Any]:
        if not self.may_call(spot.service_url):
            raise foreign()
        url = spot.service_url.rstrip("/") + path
        sent = _Sent()
        try:
            async with asyncio.timeout(within):
                answer = await self._let_in(method, url, body, sent, says=says)
        except TimeoutError:
            raise unanswered("Teams did not answer in time.", says=says and sent.begun) from None
        except Refused as no:
            if no.after is not None:
                self._leave_alone(spot, no.after.total_seconds())
            raise
        self._not_let_in = ""
        return answer

    def _check(self, spot: Spot) -> None:
        left = self._left_alone.get((spot.tenant, spot.conversation), 0.0) - self._seconds()
        if left > 0:
            raise crowded(left)

    def _leave_alone(self, spot: Spot, wait: float) -> None:
        """One conversation alone: the limits are each one's own, or pass in a second."""
        now = self._seconds()
        self._left_alone = {of: until for of, until in self._left_alone.items() if until > now}
        self._left_alone[spot.tenant, spot.conversation] = now + min(wait, _QUIET)

    # ------------------------------------------------------------ asking

    async def _let_in(
        self, method: str, url: str, body: Mapping[str, Any] | None, sent: "_Sent", *, says: bool
    ) -> Mapping[str, Any]:
        """Where the token is refused, once again with a fresh one: it may have run out, or the secret was changed."""
        try:
            return await self._asked(method, url, body, await self._credentials(sent), sent, says=says)
        except Refused as no:
            if no.status != 401 or self._token is None:
                self._note(no)
                raise
        try:
            fresh = await self._credentials(sent, fresh=True)
            return await self._asked(method, url, body, fresh, sent, says=says)
        except Refused as no:
            self._note(no)
            raise

    async def _credentials(self, sent: "_Sent", *, fresh: bool = False) -> Mapping[str, str]:
        sent.begun = False
        return {"Authorization": f"Bearer {await self._token(fresh)}"} if self._token is not None else {}

    def _note(self, no: Refused) -> None:
        """The mend is said once. What one tenant's administrators decided is not about the bot (`carrying.Tenant`)."""
        if no.ours and no.status != 403:
            if no.code != self._not_let_in:
                log.error("Teams: %s", no)
            self._not_let_in = no.code or "unknown"

    async def _asked(
        self,
        method: str,
        url: str,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str],
        sent: "_Sent",
        *,
        says: bool,
    ) -> Mapping[str, Any]:
        data = as_json(body).encode(errors="replace") if body is not None else None
        content = {"Content-Type": "application/json; charset=utf-8"} if data is not None else {}
        sent.begun = True
        try:
            async with self._connections.request(
                method,
                URL(url, encoded=True),
                data=data,
                headers={**headers, **content, "Accept": "application/json"},
                proxy=proxy(url),
                allow_redirects=False,
            ) as response:
                told = await _body(response)
                status, retry_after = response.status, response.headers.get("Retry-After", "")
        except _UNREACHED as failed:
            raise unanswered(f"Teams could not be reached ({type(failed).__name__}).", says=False) from None
        except TimeoutError:
            raise
        except (aiohttp.ClientError, OSError, ValueError) as failed:
            raise unanswered(f"Teams could not be understood ({type(failed).__name__}).", says=says) from None
        if not 200 <= status < 300:
            raise refused(status, word(told), retry_after, says=says, now=datetime.now(UTC))
        if not isinstance(told, Mapping):
            raise unanswered(f"Teams answered {status} and nothing that can be read.", says=says)
        return told


class _Sent:
    """Whether anything was on its way when time ran out."""

    begun = False


async def patiently(call: Callable[[float], Awaitable[T]], within: float) -> T:
    """Do it, and again while Teams is busy or can't be reached, within so many seconds; `call` is told what is left.

    Only what surely did not arrive is tried again. Raises the last `Refused`.
    """
    clock = asyncio.get_running_loop().time
    until, pause = clock() + within, _PAUSE
    while True:
        try:
            return await call(until - clock())
        except Refused as no:
            wait = max(no.after.total_seconds() if no.after is not None else 0.0, pause)
            if not no.passes or clock() + wait >= until:
                raise
        await asyncio.sleep(wait)
        pause *= 2


# ---------------------------------------------------------------- addresses and bodies


def _path(spot: Spot) -> str:
    """Every segment is encoded whole: ids have `;`, `:` and `@` in them."""
    return f"/v3/conversations/{quote(spot.conversation, safe='')}"


def _activities(spot: Spot, id: str = "", *, aside: bool = False) -> str:
    which = f"/{quote(id, safe='')}" if id else ""
    return f"{_path(spot)}/activities{which}{'?isTargetedActivity=true' if aside else ''}"


async def _body(response: aiohttp.ClientResponse) -> object:
    """What it says: an empty body says nothing, which is `{}`; what can't be read is None."""
    read = bytearray()
    async for chunk in response.content.iter_any():
        read += chunk
        if len(read) > _LONGEST_ANSWER:
            response.close()
            return None
    try:
        told: object = json.loads(read) if read.strip() else {}
    except (ValueError, RecursionError):  # no JSON, or a tower of brackets
        return None
    return told
