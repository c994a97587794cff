"""/healthz and /readyz: what each tells, and to whom."""

import asyncio
import os
import threading
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Due
from bot.errors import ProtocolBotError
from bot.naming import by_the_clock
from deploy.running import attending, serving
from deploy.running.clockwork import Clockwork
from deploy.running.health import FRESH, Health, State, routes
from storage.database import engine
from storage.seal import new_keys
from tests.waiting import until
from tests.watching.chats import Chat, attended, work_of

ALIVE = {"platform": "slack", "team": "T1", "transport": "socket", "connected": True, "last_ping": 3.0, "refused": ""}
CALLED = {"platform": "slack", "team": "T2", "transport": "http", "connected": True, "last_ping": None, "refused": ""}
CLOSED = {"platform": "teams", "team": "", "transport": "", "connected": False, "refused": ""}
WELL = State(database="", amiss="", last_tick=1.0, ending=False, empty=False, workspaces=[ALIVE])


@pytest.fixture
async def work(database, tmp_path):
    new_keys(tmp_path / "keys")
    return await work_of(database, tmp_path / "keys", "barrow")


class Front:
    """What is asked of a running bot, as curl asks it on this computer."""

    def __init__(self, address: str, page: aiohttp.ClientSession) -> None:
        self.address, self.page = address, page

    async def asked(self, path: str, **headers: str) -> tuple[int, dict]:
        async with self.page.get(self.address + path, headers=headers) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def front(work):
    chat = Chat("T1")
    one = attended(chat)
    chat.let_in.set()
    await one.open()
    app = web.Application()
    app.add_routes(routes(Health([one], work)))
    async with serving.served(app, serving.listening("127.0.0.1", 0)) as address, aiohttp.ClientSession() as page:
        yield Front(address, page)


# ---------------------------------------------------------------- who is told what


async def test_on_this_computer_all_of_it_is_told(front, work):
    async with work.clockwork.running():
        await until(lambda: work.clockwork.last_tick is not None)
        status, told = await front.asked("healthz")
        assert (status, told["well"], told["store"]) == (200, True, "")
        assert told["version"]
        assert [one["team"] for one in told["workspaces"]] == ["T1"]
        status, told = await front.asked("readyz")
        assert (status, told["ready"], told["database"]) == (200, True, "")
        assert 0 <= told["last_tick"] < FRESH


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}, {"Host": "bot.council.example"}],
    ids=["caddy", "forwarded", "a-page"],
)
async def test_a_stranger_is_told_yes_or_no(front, headers):
    status, told = await front.asked("healthz", **headers)
    assert (status, told) == (200, {"well": True})
    status, told = await front.asked("readyz", **headers)
    assert (status, told) == (503, {"ready": False}), "the clock has not ticked yet"


# ---------------------------------------------------------------- ready


@pytest.mark.parametrize(
    ("differs", "ready"),
    [
        ({}, True),
        ({"database": "The database did not answer within 2 seconds."}, False),
        ({"amiss": "The key file is not there."}, True),
        ({"last_tick": None}, False),
        ({"last_tick": FRESH}, False),
        ({"ending": True}, False),
        ({"workspaces": [ALIVE | {"connected": False}]}, False),
        ({"workspaces": [ALIVE | {"last_ping": FRESH}]}, False),
        ({"workspaces": [ALIVE | {"last_ping": None}]}, True),
        ({"workspaces": [ALIVE, ALIVE | {"refused": "token_revoked"}]}, True),
        ({"workspaces": [ALIVE | {"refused": "token_revoked"}]}, True),
        ({"workspaces": [CALLED | {"refused": "token_revoked"}]}, True),
        ({"workspaces": [CALLED | {"connected": False, "refused": "token_revoked"}]}, True),
        ({"workspaces": [CALLED | {"connected": False}]}, False),
        ({"workspaces": [ALIVE | {"connected": False, "refused": "invalid_auth"}]}, False),
        ({"workspaces": [CLOSED | {"refused": "It can't be read."}, CLOSED]}, False),
        ({"workspaces": [], "empty": True}, True),
        ({"workspaces": []}, False),
        ({"workspaces": [CLOSED | {"refused": "Make a new secret."}], "empty": True}, True),
    ],
    ids=[
        "well", "database-away", "no-key-file", "no-tick-yet", "clock-stands-still", "ending", "not-connected", "deaf",
        "connected-a-moment-ago", "one-of-two-refused", "the-only-one-refused", "called-and-refused",
        "never-entered", "nobody-can-be-known", "no-socket-is-let-in", "not-open",
        "nobody-installed-it-yet", "not-let-in-yet", "nobody-installed-it-yet-and-another-chat-is-refused",
    ],
)  # fmt: skip
def test_it_is_ready_while_somebody_can_be_heard_and_what_they_say_can_be_kept(differs, ready):
    assert WELL._replace(**differs).ready is ready


async def test_a_chat_that_nobody_installed_yet_is_reached_though_the_other_is_refused(work):
    """Else nobody could open the page where it is installed."""
    hosted, teams = attended(Chat()), attended(Chat("0b0a", refused="Make a new secret."), "teams")
    health = Health([hosted, teams], work)
    for one in (hosted, teams):
        one.served.chat.let_in.set()
    async with work.clockwork.running():
        await until(lambda: work.clockwork.last_tick is not None)
        assert not (await health._look()).ready, "no chat is open yet"
        await hosted.open()
        with pytest.raises(ProtocolBotError):
            await teams.open()
        assert (await health._look()).ready


async def test_from_the_first_sign_of_the_end_it_is_not_ready(work):
    chat = Chat("T1")
    one = attended(chat)
    chat.let_in.set()
    await one.open()
    health = Health([one], work)
    async with work.clockwork.running():
        await until(lambda: work.clockwork.last_tick is not None)
        assert (await health.state()).ready
        work.clockwork.close()
        assert not (await health.state()).ready, "at once, though a look is good for a second"


async def test_a_database_that_is_gone_is_told_by_its_kind_alone(work, database, tmp_path):
    now = 0.0
    health = Health([], work, lambda: now)
    assert (await health.state()).database == ""
    threads = set(threading.enumerate())
    broken = Health([], work._replace(memory=_gone(tmp_path)), lambda: now)
    assert (await broken.state()).database == "The database can't be used (OperationalError)."
    await until(lambda: set(threading.enumerate()) <= threads)  # aiosqlite's own tells this loop that it ends


@pytest.mark.database
async def test_a_database_that_takes_nothing_is_not_ready(work, database):
    """SQLite: its file can't be written to. PostgreSQL: its owner has stopped all writing, as when its disk is full."""
    assert (await Health([], work).state()).database == ""
    url = database.url
    if url.get_backend_name() == "sqlite":
        os.rename(url.database, f"{url.database}.away")  # noqa: PTH104  # no call of a library for it
        deaf = work
    else:
        options = (url.query.get("options", ""), "-c default_transaction_read_only=on")
        deaf = work._replace(memory=engine(url.update_query_dict({"options": " ".join(filter(None, options))})))
    try:
        state = await Health([], deaf).state()
    finally:
        await deaf.memory.dispose()
    assert state.database == "The database takes nothing: it only reads. See that it can be written to, and has room."
    assert not state.ready


def _gone(folder) -> AsyncEngine:
    return engine(f"sqlite+aiosqlite:///{folder}/nowhere/bot.sqlite3")


async def test_however_often_it_is_asked_it_looks_once_a_second(work):
    now, looks = 0.0, 0

    class Counts(Chat):
        async def health(self):
            nonlocal looks
            looks += 1
            return await super().health()

    chat = Counts("T1")
    one = attended(chat)
    chat.let_in.set()
    await one.open()
    looks = 0
    health = Health([one], work, lambda: now)
    await asyncio.gather(*(health.state() for _ in range(20)))
    assert looks == 1
    now = 1.0
    await health.state()
    assert looks == 2


# ---------------------------------------------------------------- the last tick


async def test_a_tick_counts_once_what_was_due_was_looked_at_and_while_it_gets_on(store, clock):
    class Ear:
        async def hear(self, _event) -> None:
            pass

    class Away:
        async def due(self, _now, _at_most):
            raise ConnectionError

    idle = Clockwork(Ear(), store, None, None, (), clock)
    assert idle.last_tick is None
    await idle._tick()
    assert idle.last_tick is not None
    away = Clockwork(Ear(), Away(), None, None, (), clock)
    with pytest.raises(ConnectionError):
        await away._tick()
    assert away.last_tick is None, "a store that is away is no tick"
    at = datetime(2026, 11, 22, tzinfo=UTC)
    where = by_the_clock("barrow")
    await away._heard(Due(id="due", where=where, at=at, matter="watch/barrow", rung="day", due=at))
    assert away.last_tick is not None


# ---------------------------------------------------------------- where platforms call


@pytest.mark.parametrize(
    ("transport", "opened", "status"),
    [("http", True, 200), ("socket", True, 404), ("http", False, 503)],
    ids=["http", "socket-mode", "away"],
)
async def test_a_platforms_door_is_there_where_it_calls_and_asks_for_patience_until_it_is_open(
    transport, opened, status
):
    chat = Chat("T1", transport=transport)
    one = attended(chat)
    if opened:
        chat.let_in.set()
        await one.open()
    app = web.Application()
    app.add_routes(attending.routes(one, None))
    async with serving.served(app, serving.listening("127.0.0.1", 0)) as address, aiohttp.ClientSession() as page:
        async with page.post(f"{address}events") as answer:
            assert answer.status == status
        async with page.get(f"{address}events") as answer:
            assert answer.status == (405 if status == 200 else status)
