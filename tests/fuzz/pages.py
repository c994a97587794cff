"""The pages that anybody on the internet can ask for: health, figures, installing in Slack; by raw requests too.

In: a folder. Out: doors. Never: a request to anybody but this computer.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

from aiohttp import web
from hypothesis import strategies as st

from content import load
from deploy.platforms import pages
from deploy.running import serving
from deploy.running.figures import Figures
from deploy.running.health import Health, routes
from deploy.running.metrics import served
from storage.database import engine
from storage.seal import new_keys
from tests import databases
from tests.fuzz import strange
from tests.fuzz.chats import ended
from tests.fuzz.trying import Door, Wrong, at_once
from tests.hosting.conftest import HERE, Deployments
from tests.slack.conftest import populated
from tests.slack.standin import Fault, StandIn
from tests.watching.chats import Chat, attended, work_of

#: How long a request that never ends is waited for, in seconds.
_SILENCE: Final = 0.3


async def asked(url: str, raw: bytes) -> str:
    """Bytes, as they are, to whoever listens there; how it was answered."""
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        writer.write(raw)
        await writer.drain()
        told = b""
        try:
            async with asyncio.timeout(_SILENCE if b"\r\n\r\n" not in raw else 5.0):
                told = await reader.readline()
        except (TimeoutError, ConnectionError, ValueError):
            return "waited for more" if b"\r\n\r\n" not in raw else "cut off"
    finally:
        writer.close()
    words = told.split(b" ")
    if len(words) < 2 or not words[1].isdigit():
        return "cut off"
    return ended(int(words[1]), "a page") if int(words[1]) != 503 else "refused 503"


def _requests(paths: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """A request that is sound, or nearly so, or only begins so."""
    query = st.lists(
        st.tuples(st.sampled_from(("code", "state", "error", "x", "challenge")), strange.text(60)), max_size=4
    ).map(lambda pairs: "&".join(f"{name}={quote(value[:300], errors='surrogatepass')}" for name, value in pairs))
    name = st.sampled_from(("Host", "Cookie", "X-Forwarded-For", "Forwarded", "Content-Length", "Transfer-Encoding",
                            "Authorization", "Accept", "Expect", "Content-Type", "Upgrade"))  # fmt: skip
    value = st.one_of(
        strange.text(40).map(lambda text: "".join(c for c in strange.whole(text) if c not in "\r\n")[:3000]),
        st.sampled_from(
            ("0", "5", "-1", "9" * 30, "chunked", "100-continue", "127.0.0.1", "[::1", "state=x", "websocket")
        ),
    )
    headers = st.lists(st.tuples(name, value), max_size=4).map(lambda all: "".join(f"{a}: {b}\r\n" for a, b in all))
    how = st.sampled_from(("GET",) * 6 + ("POST", "HEAD", "PUT", "DELETE", "TRACE", "CONNECT", "PRI", "G ET", ""))
    path = st.sampled_from((*paths, *paths, "/", "*", "http://x/", "//x", "/%00", "/..%2f", "/" + "a" * 9000))

    def made(how: str, path: str, query: str, headers: str, body: bytes) -> bytes:
        line = f"{how} {path}{'?' if query else ''}{query} HTTP/1.1\r\n"
        whole = f"{line}Host: 127.0.0.1\r\nConnection: close\r\n{headers}\r\n"
        return whole.encode("utf-8", "surrogatepass") + body

    asked = st.builds(made, st.just("GET"), st.sampled_from(paths), st.just(""), st.just(""), st.just(b""))
    sound = st.builds(made, how, path, query, headers, st.binary(max_size=60))
    return st.one_of(asked, sound, sound, sound.flatmap(lambda raw: strange.bytes_of([raw])), st.binary(max_size=200))


class _Back(NamedTuple):
    """What somebody brings back from Slack's page, beside a state that is good; what Slack answers for the code."""

    query: dict[str, str]
    grants: Any = None


#: As docs.slack.dev has it, oauth.v2.access.
_GRANTED: Final = {
    "ok": True, "app_id": "A0HOSTED", "authed_user": {"id": "U1"}, "team": {"id": HERE, "name": "Hilltop"},
    "enterprise": None, "is_enterprise_install": False, "access_token": "xoxe.xoxb-not-known", "token_type": "bot",
    "bot_user_id": "UBOT", "scope": "commands,chat:write", "refresh_token": "xoxe-1-none", "expires_in": 43200,
}  # fmt: skip


def _backs() -> st.SearchStrategy[_Back]:
    name = st.sampled_from(("code", "code", "state", "error", "error_description", "x"))
    value = strange.text(60).map(lambda text: text[:200])
    query = st.dictionaries(name, value, max_size=3)
    granted = st.builds(lambda grants: _Back({"code": "a-code"}, grants), strange.mutated([_GRANTED]))
    return st.one_of(query.map(_Back), granted)


def _pages(name: str, paths: tuple[str, ...], opened: Callable[[Path], Any]) -> Door:
    """Pages that are asked for by raw requests."""
    return Door(name, _requests(paths), _by(opened), paths)


def _by(opened: Callable[[Path], Any]) -> Callable[[Path], Any]:
    return lambda data: at_once(_asking(opened, data))


@asynccontextmanager
async def _asking(opened: Callable[[Path], Any], data: Path) -> AsyncIterator[Callable[[bytes], Awaitable[str]]]:
    async with opened(data) as url:

        async def one(raw: bytes) -> str:
            return await asked(url, raw)

        yield one


@asynccontextmanager
async def _health(data: Path) -> AsyncIterator[str]:
    new_keys(data / "keys")
    memory = engine(databases.url(data))
    work, one = await work_of(memory, data / "keys", "barrow"), attended(Chat("T1"))
    app = web.Application()
    app.add_routes(routes(Health([one], work)))
    async with serving.served(app, serving.listening("127.0.0.1", 0)) as address:
        yield address
    await memory.dispose()


@asynccontextmanager
async def _described(_data: Path) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes(pages.routes(load.words()))
    async with serving.served(app, serving.listening("127.0.0.1", 0)) as address:
        yield address


@asynccontextmanager
async def _metrics(data: Path) -> AsyncIterator[str]:
    new_keys(data / "keys")
    memory = engine(databases.url(data))
    work, one = await work_of(memory, data / "keys", "barrow"), attended(Chat("T1"))
    async with served(("127.0.0.1", 0), Figures(crowd=True), Health([one], work), 1) as address:
        yield address
    await memory.dispose()


@asynccontextmanager
async def _installing(data: Path) -> AsyncIterator[str]:
    """Nothing that anybody makes up has a workspace installed."""
    async with StandIn() as slack, AsyncExitStack() as after:
        populated(slack.taking(HERE))
        slack.hosted.chooses = HERE
        made = await Deployments(slack, data, after).start()
        yield made.url
        if made.chat.teams:
            raise Wrong("a workspace was installed by nobody")


# ---------------------------------------------------------------- back from Slack's page


@asynccontextmanager
async def _coming_back(data: Path) -> AsyncIterator[Callable[[_Back], Awaitable[str]]]:
    """Somebody who did press the button comes back, with this or that; Slack grants this or that."""
    async with StandIn() as slack, AsyncExitStack() as after:
        populated(slack.taking(HERE))
        slack.hosted.chooses = HERE
        made = await Deployments(slack, data, after).start()

        async def one(back: _Back) -> str:
            async with made.page.post(f"{made.url}/slack/install", allow_redirects=False) as pressed:
                asked = dict(parse_qsl(urlsplit(pressed.headers["Location"]).query))
            query = {"state": asked["state"], **{name: strange.whole(value) for name, value in back.query.items()}}
            if back.grants is not None:
                slack.fail("oauth.v2.access", Fault(body=json.dumps(back.grants)))
            async with made.page.get(f"{made.url}/slack/oauth_redirect", params=query) as shown:
                status, told = shown.status, await shown.text()
            slack.faults.clear()
            if made.chat.teams and back.grants is None:
                raise Wrong("a workspace was installed with a code that Slack never gave")
            word = query.get("error", "").replace("_", "").isalnum()  # of Slack's, which is told, and no more
            if strange.CANARY in told and not word:
                raise Wrong("the page repeats what was sent")
            return ended(status, "the way back") if status not in (502, 503) else f"refused {status}"

        yield one


DOORS: Final = (
    _pages("/healthz and /readyz", ("/healthz", "/readyz"), _health),
    _pages("/metrics", ("/metrics",), _metrics),
    _pages("what the app's description in Teams leads to", ("/about", "/privacy", "/terms"), _described),
    _pages(
        "installing in Slack, and what Slack brings back",
        ("/slack/install", "/slack/oauth_redirect", "/slack/events"),
        _installing,
    ),
    Door("the way back from Slack's page", _backs(), lambda data: at_once(_coming_back(data))),
)
