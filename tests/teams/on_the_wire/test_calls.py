"""Calls to the connector service on the wire: what is sent, to whom, and with which token."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from adapters.teams.calls import Calls, Spot
from adapters.teams.refusals import Refused
from tests.teams.on_the_wire import ANN, CARD, TENANT, refusal
from tests.teams.on_the_wire.wire import Says, Wire, error

# ---------------------------------------------------------------- what is sent


async def test_a_post_goes_to_its_conversation_with_the_token_and_its_id_comes_back(calls, wire, spot):
    assert await calls.say(spot, CARD, 5.0) == "p1"
    (asked,) = wire.asked
    assert asked.method == "POST"
    assert asked.path == "/emea/v3/conversations/19%3Acouncil%40thread.tacv2%3Bmessageid%3D1700/activities"
    assert asked.headers["Authorization"] == "Bearer token-1"
    assert asked.headers["Content-Type"].startswith("application/json")
    assert asked.body == {**CARD, "from": {"id": "28:app"}, "conversation": {"id": spot.conversation}}


@pytest.mark.parametrize("service_url", ["emea", "emea/"])
async def test_a_service_url_is_the_same_with_and_without_a_slash_at_its_end(calls, wire, service_url):
    await calls.say(Spot(wire.url.replace("emea/", service_url), "c"), CARD, 5.0)
    assert wire.asked[0].path == "/emea/v3/conversations/c/activities"


@pytest.mark.parametrize(
    "id", ["a/../b", "19:x@y;messageid=1", "ä ö?#&%2F", "a:1-2_3"], ids=["up", "channel", "odd", "own"]
)
async def test_an_id_is_one_segment_of_the_path_whatever_is_in_it(calls, wire, id):
    await calls.change(Spot(wire.url, id), id, CARD, 5.0)
    path = wire.asked[0].path
    assert path.count("/") == 6
    assert [unquote(part) for part in path.split("/")[4:]] == [id, "activities", id]


async def test_a_targeted_message_is_for_one_persons_eyes(calls, wire, spot):
    await calls.say(spot, CARD, 5.0, to="29:ann")
    assert wire.asked[0].path.endswith("/activities?isTargetedActivity=true")
    assert wire.asked[0].body["recipient"] == {"id": "29:ann"}


async def test_half_a_character_spoils_nothing(calls, wire, spot):
    await calls.say(spot, {**CARD, "text": "Zoë \ud83d 😀"}, 5.0)
    assert wire.asked[0].body["text"] == "Zoë ? 😀"


async def test_a_post_is_changed_where_it_stands(calls, wire, spot):
    await calls.change(spot, "1700;x", CARD, 5.0)
    (asked,) = wire.asked
    assert asked.method == "PUT"
    assert asked.path.endswith("/activities/1700%3Bx")
    assert asked.body["id"] == "1700;x"


async def test_somebodys_own_chat_is_opened_by_their_object_id(calls, wire):
    assert await calls.opened(wire.url, TENANT, ANN, 5.0) == "a:chat-with-aaaa"
    assert wire.asked[0].path == "/emea/v3/conversations"
    assert wire.asked[0].body == {
        "bot": {"id": "28:app"},
        "members": [{"id": ANN}],
        "tenantId": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
        "isGroup": False,
    }


async def test_members_are_asked_for_one_by_one_and_page_by_page(calls, wire, spot):
    wire.says.extend([Says(200, {"name": "Ann"}), Says(200, {"continuationToken": "x&y=z", "members": []}), Says(200)])
    assert await calls.member(spot, ANN, 5.0) == {"name": "Ann"}
    first = await calls.members(spot, 5.0)
    await calls.members(spot, 5.0, first["continuationToken"])
    assert [one.method for one in wire.asked] == ["GET"] * 3
    assert wire.asked[0].path.endswith(f"/members/{ANN}")
    assert wire.asked[1].path.endswith("/pagedmembers?pageSize=500")
    assert wire.asked[2].path.endswith("/pagedmembers?pageSize=500&continuationToken=x%26y%3Dz")
    assert all(one.body is None for one in wire.asked)


async def test_in_local_mode_nobody_is_told_a_token_or_who_it_comes_from(connections, wire, spot):
    calls = Calls(connections, None, "", ["127.0.0.1"])
    await calls.say(spot, CARD, 5.0)
    await calls.change(spot, "1700", CARD, 5.0)
    await calls.opened(wire.url, TENANT, ANN, 5.0)
    for asked in wire.asked:
        assert "Authorization" not in asked.headers
        assert not {"from", "bot"} & set(asked.body)


async def test_connections_are_used_again(calls, wire, spot):
    for number in range(6):
        await calls.say(spot._replace(conversation=f"c{number}"), CARD, 5.0)
    assert len(wire.asked) == 6
    assert len({one.peer for one in wire.asked}) == 1


# ---------------------------------------------------------------- where the token goes


@pytest.mark.parametrize(
    "service_url",
    [
        "https://evil.example/teams/",
        "http://smba.trafficmanager.net/teams/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://smba.trafficmanager.net:8443/",
        "ftp://127.0.0.1/",
        "//127.0.0.1/",
        "",
    ],
)
async def test_a_server_that_is_not_on_the_list_is_told_nothing(connections, tokens, service_url):
    calls = Calls(connections, tokens, "28:app", ["smba.trafficmanager.net"])
    no = await refusal(calls.say(Spot(service_url, "c"), CARD, 5.0))
    assert (no.again, no.unsure) == (False, False)
    assert "TEAMS_ALLOWED_SERVICE_HOSTS" in str(no)
    assert tokens.asked == []
    for work in (calls.opened(service_url, TENANT, ANN, 5.0), calls.member(Spot(service_url, "c"), ANN, 5.0)):
        assert not (await refusal(work)).again


async def test_a_redirect_is_not_followed(calls, wire, spot):
    async with Wire() as elsewhere:
        for status in (301, 302, 307, 308):
            wire.says.append(Says(status, {}, {"Location": elsewhere.url}))
            no = await refusal(calls.say(spot, CARD, 5.0))
            assert (no.again, no.unsure) == (True, False)
        assert elsewhere.asked == []


async def test_a_proxy_is_used_for_others_and_not_for_this_computer(connections, tokens, wire, spot):
    seen: list[str] = []

    async def proxy(request: web.BaseRequest) -> web.StreamResponse:
        seen.append(f"{request.method} {request.raw_path}")
        return web.Response(status=403)

    async with RawTestServer(proxy) as server:
        with environment(HTTPS_PROXY=f"http://127.0.0.1:{server.port}", HTTP_PROXY=f"http://127.0.0.1:{server.port}"):
            calls = Calls(connections, tokens, "28:app", ["127.0.0.1", "smba.trafficmanager.net"])
            await calls.say(spot, CARD, 5.0)
            assert seen == []
            no = await refusal(calls.say(Spot("https://smba.trafficmanager.net/teams/", "c"), CARD, 5.0))
    assert (no.again, no.unsure) == (True, False)
    assert seen == ["CONNECT smba.trafficmanager.net:443"]


@contextmanager
def environment(**changed: str) -> Iterator[None]:
    names = {*changed, *(name.lower() for name in changed), "NO_PROXY", "no_proxy"}
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name in changed:
            os.environ.pop(name)
        os.environ.update(before)


# ---------------------------------------------------------------- the token itself


async def test_a_token_that_is_refused_is_fetched_anew_once(calls, wire, spot, tokens):
    wire.says.append(error(401, "Unauthorized"))
    assert await calls.say(spot, CARD, 5.0)
    assert tokens.asked == [False, True]
    assert [one.headers["Authorization"] for one in wire.asked] == ["Bearer token-1", "Bearer token-2"]
    assert calls.refused == ""


async def test_a_bot_that_is_not_let_in_says_so_until_it_is(calls, wire, spot, tokens, caplog):
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            wire.says.extend([error(401, "BotNotRegistered")] * 2)
            no = await refusal(calls.say(spot, CARD, 5.0))
    assert (no.ours, no.again, no.unsure) == (True, True, False)
    assert len(wire.asked) == 4
    assert calls.refused == "BotNotRegistered"
    ours = [record.levelname for record in caplog.records if record.name.startswith("adapters")]
    assert ours == ["ERROR"], "the mend is said once"
    await calls.say(spot, CARD, 5.0)
    assert calls.refused == ""


async def test_where_no_token_is_to_be_had_teams_is_not_asked(calls, wire, spot, tokens):
    tokens.refuses = Refused("invalid_client", "The secret is not right.", again=True, ours=True)
    no = await refusal(calls.say(spot, CARD, 5.0))
    assert no is tokens.refuses
    assert calls.refused == "invalid_client"
    assert wire.asked == []


async def test_a_token_that_does_not_come_in_time_has_posted_nothing(calls, wire, spot, tokens):
    tokens.takes = 5.0
    no = await refusal(calls.say(spot, CARD, 0.1))
    assert (no.again, no.unsure) == (True, False)


async def test_no_token_and_no_word_gets_into_an_error_or_the_log(calls, wire, spot, caplog):
    with caplog.at_level(logging.DEBUG):
        for status in (400, 401, 401, 403, 404, 409, 413, 429, 500):
            wire.says.append(error(status, "BrandNew" if status == 409 else ""))
        for number in range(8):
            said = {**CARD, "text": "CANARY"}
            no = await refusal(calls.say(spot._replace(conversation=f"c{number}"), said, 5.0))
            assert "CANARY" not in str(no)
            assert "token-" not in str(no)
            assert no.__cause__ is None
    for record in caplog.records:
        assert "CANARY" not in record.getMessage()
        assert "token-" not in record.getMessage()
