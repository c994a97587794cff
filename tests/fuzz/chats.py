"""The doors of the chats: Slack, Teams, the browser.

In: a folder. Out: doors. Never: anything sent to anybody but the stand-ins on this computer.
"""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from sqlalchemy import make_url

from adapters import teams
from adapters.slack import manifest
from tests import databases
from tests.contract.slack_rig import CHANNEL, SlackRig, team, user
from tests.contract.teams_rig import TeamsRig
from tests.contract.web_rig import WebRig
from tests.fuzz import strange
from tests.fuzz.trying import Door, Try, Wrong, at_once
from tests.slack.standin import posted
from tests.teams.councils import account, channel_of
from tests.teams.standin import posted as teams_posted
from tests.teams.standin.server import APP_ID

COUNCIL: Final = "southwell"
_TESTS: Final = Path(__file__).parents[1]


class Kept:
    """How much is kept; SQLite is asked by a connection of its own."""

    def __init__(self, data: Path) -> None:
        self._file = make_url(databases.url(data)).database or ""

    def __call__(self) -> tuple[int, ...]:
        with sqlite3.connect(self._file) as here:
            asked = [f"SELECT count(*) FROM {table}" for table in ("matters", "outbox", "promises")]  # noqa: S608
            return tuple(here.execute(one).fetchone()[0] for one in asked)


def ended(status: int, where: str) -> str:
    """In a word. Raises `Wrong` for a fault of the server's own, and for silence."""
    if status == 0 or status >= 500:
        raise Wrong(f"{where} was answered {status}")
    return "answered" if status < 300 else f"refused {status}"


# ---------------------------------------------------------------- Slack


@cache
def _slack(hooks: str) -> tuple[tuple[str, Any], ...]:
    """The recordings, in the council's own workspace."""
    found = []
    for file in sorted((_TESTS / "slack" / "recordings").glob("*.json")):
        recorded = json.loads(file.read_text(encoding="utf-8"))
        found.append((recorded["as"], json.loads(_settled(json.dumps(recorded["payload"]), hooks))))
    return tuple(found)


def _settled(raw: str, hooks: str) -> str:
    for old, new in (("T0BARROW1", team(COUNCIL)), ("U0JHARTLEY", user("councillor")), ("https://", hooks)):
        raw = raw.replace(old, new)
    return raw


_HOOKS: Final = "http://127.0.0.1:1/"  # nobody is there


def payloads() -> tuple[tuple[str, Any], ...]:
    """Every recording, and what it is: command, pressed, submitted, or an event."""
    return _slack(_HOOKS)


def _payloads(*kinds: str) -> st.SearchStrategy[Any]:
    return strange.mutated([payload for kind, payload in payloads() if kind in kinds])


class _Slack:
    """The adapter with the real bot, and somebody who is Slack."""

    def __init__(self, rig: SlackRig, kept: Kept) -> None:
        self.rig = rig
        self._kept = kept
        self._before = kept()
        self._number = 0

    async def sent(self, raw: bytes, kind: str, *, signed: bool = True, where: str = "") -> str:
        space = self.rig.space
        self._number += 1  # no two have the same signature
        headers = posted.signed(space.secret, raw, kind, at=time.time() + self._number % 250)
        answer = await posted.post(space.url, posted.Request(raw, kind, headers if signed else {}, {}), 20.0)
        async with asyncio.timeout(20):
            while self.rig.chat.busy:  # noqa: ASYNC110  # what is in hand is told by nothing else
                await asyncio.sleep(0.002)
        self._look(answer.status)
        return ended(answer.status, where)

    def _look(self, status: int) -> None:
        now = self._kept()
        if status != 200 and now != self._before:
            raise Wrong(f"kept, and answered {status}")
        self._before = now
        if self.rig.slack.complaints:
            raise Wrong(f"Slack would not take it: {self.rig.slack.complaints.pop()}")


@asynccontextmanager
async def _slack_opened(data: Path, attempt: Callable[[_Slack, Any], Awaitable[str]]) -> AsyncIterator[Any]:
    async with SlackRig(data, COUNCIL) as rig:
        here = _Slack(rig, Kept(data))

        async def one(example: Any) -> str:
            return await attempt(here, example)

        try:
            yield one
        finally:
            rig.slack.complaints.clear()
            rig.slack.troubles.clear()


def _by_slack(attempt: Callable[[_Slack, Any], Awaitable[str]]) -> Callable[[Path], AbstractContextManager[Try]]:
    return lambda data: at_once(_slack_opened(data, attempt))


async def _command(here: _Slack, text: str) -> str:
    space, who = here.rig.space, user("councillor")
    fields = {
        "command": "/protocol", "text": text, "team_id": space.team, "user_id": who, "user_name": "jo",
        "channel_id": CHANNEL if here._number % 2 else space.chat(who).id, "api_app_id": space.app,
        "trigger_id": f"{here._number}.x", "response_url": f"{here.rig.slack.hooks}none",
    }  # fmt: skip
    raw = urlencode(fields, quote_via=lambda *a: quote(a[0], errors="surrogatepass")).encode()
    return await here.sent(raw, "application/x-www-form-urlencoded", where="a command")


async def _command_fields(here: _Slack, body: Mapping[str, Any]) -> str:
    fields = {strange.whole(str(key)): strange.whole(str(value)) for key, value in body.items()}
    return await here.sent(urlencode(fields).encode(), "application/x-www-form-urlencoded", where="a command")


async def _interaction(here: _Slack, body: Any) -> str:
    raw = urlencode({"payload": json.dumps(body)}).encode()
    return await here.sent(raw, "application/x-www-form-urlencoded", where="an interaction")


async def _event(here: _Slack, body: Any) -> str:
    return await here.sent(json.dumps(body).encode(), "application/json", where="an event")


async def _anything(here: _Slack, given: tuple[bytes, str, bool]) -> str:
    raw, kind, signed = given
    return await here.sent(raw, kind, signed=signed, where="a request")


_KINDS: Final = ("application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data", "")
_RAW: Final = st.one_of(
    st.binary(max_size=400),
    st.sampled_from(
        (b"payload=", b"payload=%7B", b"{", b"[]", b"null", b'"x"', b"[" * 50_000, b"a=b&" * 9000, b"\xff\xfe")
    ),
    strange.text(200).map(lambda text: b"payload=" + quote(text, errors="surrogatepass").encode()),
)


# ---------------------------------------------------------------- Teams


@cache
def _teams() -> tuple[Any, ...]:
    files = sorted((_TESTS / "teams" / "recordings").glob("*.json"))
    return tuple(json.loads(file.read_text(encoding="utf-8"))["payload"] for file in files)


class _Teams:
    """The adapter with the real bot, and somebody who is Microsoft."""

    def __init__(self, rig: TeamsRig, kept: Kept) -> None:
        self.rig = rig
        self._kept = kept
        self._before = kept()

    async def sent(self, activity: Any, authorization: str | None = None) -> str:
        tenant = self.rig.tenant
        signer = self.rig.teams.keys.signer(APP_ID, tenant.clock)
        told = authorization if authorization is not None else signer.authorization(tenant.service_url)
        answer = await teams_posted.post(tenant.url, told, activity, 20.0)
        async with asyncio.timeout(25):
            while self.rig.chat.busy:  # noqa: ASYNC110  # what is in hand is told by nothing else
                await asyncio.sleep(0.002)
        now = self._kept()
        if answer.status >= 400 and now != self._before:
            raise Wrong(f"kept, and answered {answer.status}")
        self._before = now
        if self.rig.teams.complaints:
            raise Wrong(f"Teams would not take it: {self.rig.teams.complaints.pop()}")
        return "passed over" if answer.status == 501 else ended(answer.status, "an activity")


@asynccontextmanager
async def _teams_opened(data: Path, attempt: Callable[[_Teams, Any], Awaitable[str]]) -> AsyncIterator[Any]:
    async with TeamsRig(data, COUNCIL) as rig:
        here = _Teams(rig, Kept(data))

        async def one(example: Any) -> str:
            return await attempt(here, example)

        try:
            yield one
        finally:
            rig.teams.complaints.clear()
            rig.teams.troubles.clear()


def _by_teams(attempt: Callable[[_Teams, Any], Awaitable[str]]) -> Callable[[Path], AbstractContextManager[Try]]:
    return lambda data: at_once(_teams_opened(data, attempt))


async def _activity(here: _Teams, activity: Any) -> str:
    """In the council's own tenant, by somebody of it, as far as that was not changed."""
    tenant, chat = here.rig.tenant, here.rig.tenant.chat(account("councillor")).id
    raw = json.dumps(activity)
    for old, new in (
        ("0b0a0a0a-0000-4000-8000-00000000ba00", tenant.id),
        ("0B0A0A0A-0000-4000-8000-00000000BA00", tenant.id.upper()),
        ("00000000-0000-0000-0000-0000000000001", tenant.id),
        ("00000000-0000-0000-0000-0000000000020", account("councillor")),
        ("__PERSONAL_CHAT_ID__", chat),
        ("http://localhost:56150/_connector", tenant.service_url),
        ("5E3C7A51-8E5B-4A2C-9F0E-3B1D5A7C9E11", account("councillor")),
        ("a:17I0kl9EkpE1O9PH5TWrzrLNwnWWcfrU7QZjKR0WSjP", chat),
        ("https://smba.trafficmanager.net/uk/" + tenant.id + "/", tenant.service_url),
        ("19:council@thread.tacv2", channel_of(COUNCIL)),
    ):
        raw = raw.replace(old, new)
    return await here.sent(json.loads(raw))


async def _stranger(here: _Teams, token: str) -> str:
    header = "".join(letter for letter in strange.whole(token) if letter.isprintable())[:4000]
    how = await here.sent(_teams()[0], header or "Bearer")
    if not how.startswith("refused"):
        raise Wrong(f"a stranger was {how}")
    return how


def _tokens() -> st.SearchStrategy[str]:
    part = st.one_of(
        strange.text(40), st.sampled_from(("eyJhbGciOiJub25lIn0", "e30", "", "eyJhbGciOiJIUzI1NiJ9", "==="))
    )
    made = st.lists(part, max_size=5).map(".".join)
    return st.one_of(strange.text(60), made.map(lambda one: f"Bearer {one}"))


# ---------------------------------------------------------------- the browser


_EVENT: Final = {"id": "x1", "council": COUNCIL, "seat": "councillor", "place": "private"}
_SENT: Final = (
    {**_EVENT, "kind": "text", "text": "3.2"},
    {**_EVENT, "kind": "text", "text": "/protocol concern"},
    {**_EVENT, "kind": "press", "token": "concerns/start/", "source": "answer-councillor:x1"},
    {**_EVENT, "kind": "submit", "form": "concerns/begin/", "values": {"about": "clerk"}, "files": {"file": "0"}},
    {**_EVENT, "kind": "greet"},
    {**_EVENT, "kind": "remove", "post": "said-councillor:x1"},
)


@asynccontextmanager
async def _web_opened(data: Path) -> AsyncIterator[Any]:
    async with WebRig(data, COUNCIL) as rig:
        kept, numbers = Kept(data), iter(range(10**9))
        before = kept()

        async def one(example: tuple[str, str, Any, Mapping[str, str]]) -> str:
            nonlocal before
            path, how, body, headers = example
            if isinstance(body, dict) and body.get("id") == "x1":
                body["id"] = f"x{next(numbers)}"
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            async with rig.client.request(
                how, path, data=raw, headers={"Content-Type": "application/json", **headers}
            ) as answer:
                if answer.content_type != "text/event-stream":
                    await answer.read()
                status = answer.status
            now = kept()
            if status >= 400 and now != before:
                raise Wrong(f"kept, and answered {status}")
            before = now
            return ended(status, f"{how} {path}")

        yield one


_HEADER: Final = strange.text(60).map(lambda text: "".join(c for c in strange.whole(text) if c.isprintable())[:200])
_HEADERS: Final = st.dictionaries(
    st.sampled_from(("Origin", "Host", "Cookie", "Sec-Fetch-Site", "Content-Type", "Accept-Language", "Range")),
    _HEADER,
    max_size=2,
)


def _quoted(text: str) -> str:
    """As a piece of an address; one that is far longer is refused by the library before it comes to us."""
    return quote(text[:400], errors="surrogatepass", safe="")


_WHOLE: Final = ("/api/events", "/", "/api/workspace", "/api/files", "/api/live")
_STATIC: Final = "/static/{name}"
_PATHS: Final = st.one_of(
    st.sampled_from(
        ("/api/events",) * 6 + (*_WHOLE, *(_STATIC.format(name=name) for name in ("page.js", "..%2f..%2fx")))
    ),
    strange.text(30).map(lambda text: "/api/files?name=" + _quoted(text)),
    strange.text(30).map(lambda text: "/api/workspace?council=" + _quoted(text)),
    strange.text(30).map(lambda text: "/api/live?seat=" + _quoted(text)),
    strange.text(30).map(lambda text: _STATIC.format(name=_quoted(text))),
)


DOORS: Final = (
    Door("Slack: the text of a command", strange.words(strange.KNOWN), _by_slack(_command)),
    Door("Slack: the fields of a command", _payloads("command"), _by_slack(_command_fields)),
    Door("Slack: presses and forms", _payloads("pressed", "submitted"), _by_slack(_interaction)),
    Door("Slack: events", _payloads("message", "mention", "opened"), _by_slack(_event)),
    Door(
        "Slack: any bytes",
        st.tuples(_RAW, st.sampled_from(_KINDS), st.booleans()),
        _by_slack(_anything),
        (manifest.PATH,),
    ),
    Door("Teams: activities and invokes", strange.mutated(_teams()), _by_teams(_activity), (teams.PATH,)),
    Door("Teams: whoever has no token", _tokens(), _by_teams(_stranger)),
    Door(
        "the browser chat",
        st.tuples(
            _PATHS,
            st.sampled_from(("POST",) * 5 + ("GET", "PUT", "OPTIONS", "HEAD")),
            st.one_of(strange.mutated(_SENT), st.binary(max_size=200)),
            _HEADERS,
        ),
        lambda data: at_once(_web_opened(data)),
        (*_WHOLE, _STATIC),
    ),
)
