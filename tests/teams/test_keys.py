"""Microsoft's keys: a new one is seen at once, an old one is good while nobody can tell, and nobody can make us ask."""

import asyncio
import gzip
import json
import logging

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from adapters.teams.trust import Keys
from tests.teams.standin.keys import Key, KeyServer, rsa
from tests.waiting import until

MINUTE, HOUR = 60.0, 3600.0


class Ticking:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def tick() -> Ticking:
    return Ticking()


@pytest.fixture
async def server():
    async with KeyServer() as made:
        yield made


@pytest.fixture
async def session():
    async with ClientSession() as made:
        yield made


@pytest.fixture
async def keys(server, session, tick):
    made = Keys(session, server.openid_url, tick)
    yield made
    await made.close()


async def looked_again(keys: Keys, server: KeyServer, times: int) -> None:
    await until(lambda: server.fetched_keys >= times)
    await until(lambda: keys._fetching is not None and keys._fetching.done())


# ---------------------------------------------------------------- a new key, an old one


async def test_a_new_key_is_seen_at_once_though_the_old_ones_were_just_looked_at(keys, server, tick):
    """botbuilder raises an IndexError instead, and keeps doing so for a day."""
    old = server.current.kid
    assert await keys.get(old) is not None
    tick.now += MINUTE
    new = server.roll(keep=True).kid
    found = await keys.get(new)
    assert found is not None
    assert found.public.public_numbers() == server.current.private.public_key().public_numbers()
    assert "msteams" in found.endorses
    assert await keys.get(old) is not None
    assert server.fetched == server.fetched_keys == 2


async def test_a_key_that_is_withdrawn_is_dropped_at_the_next_look(keys, server, tick):
    old = server.current.kid
    await keys.warm()
    new = server.roll().kid
    assert await keys.get(old) is not None  # nobody has looked yet
    tick.now += MINUTE
    assert await keys.get(new) is not None
    assert await keys.get(old) is None


async def test_keys_are_looked_at_again_after_an_hour_and_nobody_waits_for_it(keys, server, tick):
    old = server.current.kid
    await keys.warm()
    server.roll()
    tick.now += HOUR + 1
    server.gate.clear()
    async with asyncio.timeout(1):
        assert await keys.get(old) is not None
        assert await keys.get(old) is not None
    server.gate.set()
    await looked_again(keys, server, 2)
    assert server.fetched == 2
    assert await keys.get(old) is None


async def test_known_keys_are_not_asked_for_again_and_again(keys, server, tick):
    for _ in range(50):
        tick.now += MINUTE
        assert await keys.get(server.current.kid) is not None
    assert server.fetched == 1


# ---------------------------------------------------------------- the key server is away


async def test_where_the_key_server_is_away_at_the_start_the_bot_hears_as_soon_as_it_is_back(keys, server, tick):
    server.away = True
    await keys.warm()
    assert not keys.ready
    assert await keys.get(server.current.kid) is None
    assert not keys.sure
    assert server.fetched == 1  # not for everybody who knocks
    server.away = False
    tick.now += 6
    assert await keys.get(server.current.kid) is not None
    assert keys.ready


async def test_old_keys_stay_good_for_a_day_while_the_key_server_is_away(keys, server, tick):
    kid = server.current.kid
    await keys.warm()
    server.away = True
    for _ in range(23):
        tick.now += HOUR
        assert await keys.get(kid) is not None
    tick.now += HOUR + 1
    assert not keys.ready
    assert await keys.get(kid) is None
    server.away = False
    tick.now += 6
    assert await keys.get(kid) is not None


async def test_a_key_server_that_hangs_is_not_waited_for(keys, server, tick):
    kid = server.current.kid
    await keys.warm()
    tick.now += MINUTE
    server.gate.clear()
    async with asyncio.timeout(20):
        assert await keys.get("another") is None
    assert await keys.get(kid) is not None
    assert not keys.sure


async def test_whether_a_key_is_none_of_microsofts_can_be_told_only_if_the_last_look_went_well(keys, server, tick):
    assert not keys.sure
    assert await keys.get("another") is None
    assert keys.sure
    server.away = True
    tick.now += MINUTE
    assert await keys.get("another") is None
    assert not keys.sure
    assert await keys.get(server.current.kid) is not None
    server.away = False
    tick.now += MINUTE
    assert await keys.get("another") is None
    assert keys.sure


async def test_meanwhile_the_loop_goes_on(keys, server):
    server.gate.clear()
    waiting = asyncio.create_task(keys.get(server.current.kid))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    server.gate.set()
    assert await waiting is not None


# ---------------------------------------------------------------- made-up key ids


async def test_a_storm_of_made_up_keys_makes_for_a_few_fetches(keys, server):
    await keys.warm()
    assert await asyncio.gather(*(keys.get(f"made-up-{one}") for one in range(200))) == [None] * 200
    assert server.fetched == 2
    assert [await keys.get(f"made-up-{one}") for one in range(200)] == [None] * 200
    assert server.fetched == 3


async def test_all_who_wait_share_one_fetch(keys, server):
    server.gate.clear()
    waiting = [asyncio.create_task(keys.get(server.current.kid)) for _ in range(50)]
    await asyncio.sleep(0.05)
    server.gate.set()
    assert all(await asyncio.gather(*waiting))
    assert server.fetched == server.fetched_keys == 1


async def test_whoever_goes_meanwhile_takes_the_fetch_from_nobody(keys, server):
    server.gate.clear()
    first, second = (asyncio.create_task(keys.get(server.current.kid)) for _ in range(2))
    await asyncio.sleep(0.05)
    first.cancel()
    server.gate.set()
    assert await second is not None
    assert server.fetched == 1


async def test_a_new_key_is_seen_though_the_keys_were_fetched_this_very_second(keys, server):
    await keys.warm()
    assert await keys.get(server.roll().kid) is not None
    assert await keys.get(server.roll().kid) is not None


async def test_during_a_storm_a_new_key_is_seen_within_seconds(keys, server, tick):
    for number in range(60):
        tick.now += 1
        assert await keys.get(f"made-up-{number}") is None
    new, waited = server.roll().kid, 0
    while await keys.get(new) is None:
        tick.now += 1
        waited += 1
        assert await keys.get(f"another-{waited}") is None
    assert waited <= 15


async def test_an_hours_storm_makes_for_a_few_fetches_a_minute(keys, server, tick):
    for number in range(3600):
        tick.now += 1
        await keys.get(f"made-up-{number}")
    assert server.fetched <= 3600 / 15 + 3


# ---------------------------------------------------------------- what is no key


async def serves(server: KeyServer, body: object) -> None:
    server.rubbish = body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"{", b"\xff", b"<html>", b"[" * 100_000, {}, {"keys": None}, {"keys": {}}, {"keys": []},
        {"keys": ["x", None, 1, [], {}]}, {"keys": [{"kid": "key-0"}]}, {"keys": [{"kid": "key-0", "kty": "RSA"}]},
        {"keys": [{"kid": "key-0", "kty": "RSA", "n": 1, "e": 2}]},
        {"keys": [{"kid": "key-0", "kty": "RSA", "n": "!!", "e": "AQAB"}]},
        {"keys": [{"kid": "key-0", "kty": "RSA", "n": "AQAB", "e": "AQAB"}]},
        {"keys": [{"kid": "key-0", "kty": "oct", "k": "AQAB"}]},
        json.dumps({"keys": [Key("another", rsa(1)).jwk()]}).encode() + b" " * 300_000,
    ],
    ids=lambda body: (body if isinstance(body, bytes) else json.dumps(body).encode())[:30].decode("latin-1"),
)  # fmt: skip
async def test_rubbish_takes_no_good_key_away(body, keys, server, tick, caplog):
    caplog.set_level(logging.WARNING)
    await keys.warm()
    await serves(server, body)
    tick.now += MINUTE
    assert await keys.get("another") is None
    assert await keys.get("key-0") is not None
    assert server.fetched_keys == 2
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "Microsoft’s keys could not be fetched"
    ]


@pytest.mark.parametrize(
    "also",
    [
        {"use": "enc"}, {"alg": "RS512"}, {"alg": "HS256"}, {"kty": "EC"}, {"kid": 1}, {"kid": None}, {"e": "AQ"},
    ],
    ids=str,
)  # fmt: skip
async def test_a_key_for_something_else_is_passed_over(also, keys, server):
    server.keys = [Key("key-1", rsa(1), also=also), Key("key-0", rsa(0))]
    assert await keys.get("key-1") is None
    assert await keys.get("key-0") is not None


async def test_a_key_that_is_too_short_is_passed_over(keys, server):
    server.keys = [Key("short", rsa(50, 1024)), Key("key-0", rsa(0))]
    assert await keys.get("short") is None


async def test_of_two_keys_of_one_name_the_first_counts(keys, server):
    server.keys = [Key("key-0", rsa(0)), Key("key-0", rsa(1))]
    found = await keys.get("key-0")
    assert found is not None
    assert found.public.public_numbers() == rsa(0).public_key().public_numbers()


# ---------------------------------------------------------------- where the keys are


@pytest.mark.parametrize(
    "where",
    [
        "https://example.org/keys", "http://127.0.0.1:1/keys", "http://localhost/keys", "file:///etc/passwd", "/keys",
        "", None, 1, ["http://127.0.0.1/keys"], "http://user@127.0.0.1/keys", "http://169.254.169.254/metadata",
    ],
    ids=str,
)  # fmt: skip
async def test_keys_are_fetched_from_the_key_server_alone(where, keys, server):
    server.configuration = json.dumps({"jwks_uri": where}).encode()
    assert await keys.get("key-0") is None
    assert (server.fetched, server.fetched_keys) == (1, 0)


async def test_though_another_key_server_had_keys_and_told_them(keys, server):
    async with KeyServer() as another:
        server.configuration = json.dumps({"jwks_uri": another.keys_url}).encode()
        assert await keys.get("key-0") is None
        assert another.fetched_keys == 0


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_nobody_is_followed_elsewhere(status, keys, server):
    server.status, server.headers = status, {"Location": server.keys_url}
    assert await keys.get("key-0") is None
    assert (server.fetched, server.fetched_keys) == (1, 0)


async def test_an_address_that_anybody_could_answer_at_is_not_asked(session, tick, caplog):
    keys = Keys(session, "http://login.botframework.invalid/openid", tick)
    await keys.warm()
    assert not keys.ready
    assert [record.getMessage() for record in caplog.records] == ["Microsoft’s keys could not be fetched: ValueError"]
    await keys.close()


async def test_a_small_document_that_grows_without_end_is_let_go_of(session, tick):
    async def endless(request: web.Request) -> web.StreamResponse:
        return web.Response(body=gzip.compress(b" " * 50_000_000), headers={"Content-Encoding": "gzip"})

    app = web.Application()
    app.add_routes([web.get("/openid", endless)])
    async with TestServer(app) as grown:
        keys = Keys(session, str(grown.make_url("/openid")), tick)
        async with asyncio.timeout(20):
            await keys.warm()
        assert not keys.ready
        await keys.close()


async def test_at_the_end_nothing_is_fetched_any_more(keys, server):
    server.gate.clear()
    waiting = asyncio.create_task(keys.get("key-0"))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(1):
        await keys.close()
    assert await waiting is None
