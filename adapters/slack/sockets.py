"""Socket Mode: a connection that the bot makes to Slack, and its health.

In: an app token. Out: requests, each given to whoever answers it; how the connection is.
Never: trusts a connection that does not answer its pings; gives up; acknowledges anything itself; takes a request once
it is told to end.

Slack's own client holds one connection and reads from it. Making them is done here: that client would try an address
that is used up for ever, and closes an old connection before there is a new one.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Final

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.calls import Calls, is_local, silent
from adapters.slack.refusals import Refused
from bot.hands import Hands

log = logging.getLogger(__name__)

Receive = Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]]

#: Seconds between pings, and pings without an answer after which a connection is deaf.
_PING: Final = 5.0
_DEAF: Final = 8
#: Seconds that an old connection stays when there is a new one: what Slack sent a moment ago comes by it.
_LINGER: Final = 5.0
#: Seconds for what came by it to be answered.
_ANSWER: Final = 40.0
#: Seconds for an answer to be given by response_url, where its connection is gone.
_REPLY: Final = 5.0
#: Seconds for an address to be given, and for a connection to stand.
_ADDRESS: Final = 10.0
_CONNECT: Final = 15.0
#: Seconds between looks at a connection.
_LOOK: Final = 1.0
#: Seconds before the next try, longer each time; and how long a connection must have stood to begin anew with these.
_PAUSES: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
_STOOD: Final = 60.0
#: Seconds for a connection to be closed in good order.
_CLOSE: Final = 1.0
#: Slack's word for it is put in.
MEND: Final = (
    "SLACK_APP_TOKEN is not taken (%s). Make a new one at api.slack.com/apps, Basic Information, App-Level Tokens, "
    "with the scope connections:write, and see that Socket Mode is turned on."
)


class Line:
    """The connection for one app token; `receive` answers a request on the connection it came by.

    `ping`: seconds between pings. `linger`: seconds that an old connection stays beside the new one.
    """

    def __init__(
        self,
        app_token: str,
        calls: Calls,
        receive: Receive,
        hands: Hands,
        *,
        ping: float = _PING,
        linger: float = _LINGER,
    ) -> None:
        self._app_token = app_token
        self._calls = calls
        self._receive = receive
        self._socket: _Socket | None = None
        self._ended = asyncio.Event()
        self._hands = hands
        self._ping = ping
        self._linger = linger

    @property
    def connected(self) -> bool:
        """Whether Slack can reach the bot now."""
        return self._socket is not None and self._socket.hears

    @property
    def last_ping(self) -> float | None:
        """Seconds since Slack answered a ping; None where it has not yet."""
        answered = self._socket.last_ping_pong_time if self._socket is not None else None
        return max(0.0, time.time() - answered) if answered is not None else None

    @property
    def refused(self) -> str:
        """Slack's word for why the app token is not taken; empty where it is."""
        return self._calls.refused

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Connected, meanwhile, or trying to be. At the end what is in hand is finished first."""
        running = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self.hang_up()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await self._hands.finish()
            if self._socket is not None:
                await self._socket.end()

    def hang_up(self) -> None:
        """Take nothing more."""
        self._ended.set()

    # ------------------------------------------------------------ keeping it up

    async def _run(self) -> None:
        """Always one connection: the next is there before the last one goes, where Slack says in time that it will."""
        tries, said = 0, ""
        while True:
            fresh = await self._connected()
            if fresh is None:
                if self.refused and self.refused != said:
                    log.error(MEND, self.refused)
                said = self.refused
                tries += 1
                await _pause(tries)
                continue
            said, old, self._socket = "", self._socket, fresh
            if old is not None:
                self._hands.take(self._retired(old))
            began = time.monotonic()
            await self._lost(fresh)
            tries = 0 if time.monotonic() - began > _STOOD else tries + 1
            if tries:
                await _pause(tries)

    async def _connected(self) -> "_Socket | None":
        try:
            address = str((await self._calls("apps.connections.open", _ADDRESS)).get("url", ""))
        except Refused as no:
            log.warning("Slack gave no address to connect to: %s", no.code or "no answer")
            if no.after is not None:
                await asyncio.sleep(no.after.total_seconds())
            return None
        socket = _Socket(self._app_token, self._calls, address, self._taken, self._ping)
        try:
            async with asyncio.timeout(_CONNECT):
                await socket.connect()
        except BaseException as failed:
            await socket.end()
            if not isinstance(failed, Exception):
                raise
            log.warning("Slack could not be connected to: %s", type(failed).__name__)
            return None
        log.info("connected to Slack")
        return socket

    async def _lost(self, socket: "_Socket") -> None:
        """Until Slack says that it will end this connection, or it is gone, or it answers no more."""
        while socket.hears:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await socket.retiring.wait()
                log.info("Slack asks for a new connection")
                return
        log.warning("the connection to Slack was lost")

    async def _retired(self, socket: "_Socket") -> None:
        """What Slack sent by it a moment ago is still to come, and is answered by it."""
        try:
            await self._lingered(socket)
            if socket.hands:
                await asyncio.wait(socket.hands, timeout=_ANSWER)
        finally:
            await socket.end()

    async def _lingered(self, socket: "_Socket") -> None:
        """Until nothing more can come by it: time enough is over, or Slack closed it, or this is the end."""
        until = time.monotonic() + self._linger
        while socket.hears and (left := until - time.monotonic()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, _LOOK)):
                    await self._ended.wait()
                return

    # ------------------------------------------------------------ requests

    def _taken(self, socket: "_Socket", message: str) -> None:
        if self._ended.is_set():
            return  # not acknowledged: Slack gives it to another connection, or again
        task = self._hands.take(self._answered(socket, message))
        socket.hands.add(task)
        task.add_done_callback(socket.hands.discard)

    async def _answered(self, socket: "_Socket", message: str) -> None:
        try:
            said = json.loads(message)
            if said.get("type") == "disconnect":
                socket.retiring.set()
            elif (request := SocketModeRequest.from_dict(said)) is not None:
                with socket.other_way(request):
                    await self._receive(socket, request)
        except Exception as failed:  # only its kind is told: an error may hold somebody's words
            log.error("a request could not be answered: %s", type(failed).__name__)


async def _pause(tries: int) -> None:
    await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES)) - 1])


class _Socket(SocketModeClient):
    """Slack's client for one connection to one address, which is never made anew: there is another one for that."""

    def __init__(
        self, app_token: str, calls: Calls, address: str, taken: "Callable[[_Socket, str], None]", ping: float
    ) -> None:
        super().__init__(
            app_token, logger=silent(), web_client=calls.web, auto_reconnect_enabled=False, ping_interval=ping
        )
        if is_local(address):
            self.proxy = None
        self._address = address
        self._calls = calls
        self._other_ways: dict[str, str] = {}
        self.retiring = asyncio.Event()
        self.hands: set[asyncio.Task[Any]] = set()
        self._taken = taken
        self._began = time.time()

    @property
    def hears(self) -> bool:
        """Whether it stands, and Slack answered a ping of late."""
        session = self.current_session
        answered = self.last_ping_pong_time or self._began
        deaf = time.time() - answered > _DEAF * self.ping_interval
        return not self.closed and session is not None and not session.closed and not deaf

    async def connect(self) -> None:
        """Once, for an address serves for one connection; the client's own would try the same one for ever."""
        self.current_session = await self.aiohttp_client_session.ws_connect(
            self._address,
            autoping=False,
            heartbeat=self.ping_interval,
            proxy=self.proxy,
            ssl=self.web_client.ssl or True,
        )
        await self.current_session.ping(f"sdk-ping-pong:{time.time()}".encode())
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    async def enqueue_message(self, message: str) -> None:
        """Each at once, by a task that somebody waits for; the client's own are left to themselves."""
        if message.startswith("{"):
            self._taken(self, message)

    @contextmanager
    def other_way(self, request: SocketModeRequest) -> Iterator[None]:
        """Meanwhile the answer to this request has another way, where the request came with a response_url."""
        url = request.payload.get("response_url")
        if isinstance(url, str) and url:
            self._other_ways[request.envelope_id] = url
        try:
            yield
        finally:
            self._other_ways.pop(request.envelope_id, None)

    async def send_socket_mode_response(self, response: SocketModeResponse | dict[str, Any]) -> None:
        """By this connection; where that is gone, what was heard is answered by response_url, if there is one."""
        try:
            await super().send_socket_mode_response(response)
        except ConnectionError:
            told = response.to_dict() if isinstance(response, SocketModeResponse) else response
            url, body = self._other_ways.get(str(told.get("envelope_id"))), told.get("payload")
            if not url or not body:
                raise
            await self._calls.reply(url, _REPLY, body)
            log.info("an answer went by response_url: its connection is gone")

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: ARG002  # as the client calls it
        """Not by itself."""
        self.retiring.set()

    async def end(self) -> None:
        """Closed, and nothing of it left."""
        own = [self.message_processor, self.current_session_monitor, self.message_receiver]
        with suppress(Exception):
            async with asyncio.timeout(_CLOSE):
                await self.close()  # type: ignore[no-untyped-call]  # the client's own
        for task in filter(None, own):
            task.cancel()
        await asyncio.gather(*filter(None, own), return_exceptions=True)
        await self.aiohttp_client_session.close()
