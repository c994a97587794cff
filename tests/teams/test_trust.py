"""Who may speak to the bot as Teams: the whole matrix of tokens, each row alone."""

import logging
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession
from multidict import CIMultiDict

from adapters.teams.local import Open
from adapters.teams.trust import Keys, Trust, Untrusted
from tests.teams.forging import usual
from tests.teams.matrix import (
    ANOTHER_APP,
    ANOTHER_WAY,
    AWAY,
    CLAIMS,
    EARLY,
    ENDORSED,
    EXPIRED,
    FOREIGN,
    HOST,
    ISSUED,
    LET_IN,
    NO_KEY,
    NO_TENANT,
    NO_TOKEN,
    NOT_TEAMS,
    REFUSED,
    SIGNATURE,
    UNREAD,
    Row,
)
from tests.teams.standin.keys import Key, KeyServer, Signer, rsa

APP = "11111111-2222-4333-8444-555555555555"
TENANT = "aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa"
ACTIVITY: dict[str, Any] = {
    "type": "message",
    "id": "1700000000000",
    "channelId": "msteams",
    "serviceUrl": "https://smba.trafficmanager.net/uk/aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa/",
    "text": "words of somebody’s own",
    "channelData": {"tenant": {"id": TENANT}},
}


@pytest.fixture
async def server():
    async with KeyServer() as made:
        yield made


@pytest.fixture
def signer(server, clock) -> Signer:
    return server.signer(APP, clock)


@asynccontextmanager
async def trusting(server, clock, *hosts: str):
    async with ClientSession() as session:
        keys = Keys(session, server.openid_url)
        yield Trust(APP, [TENANT], hosts or ("smba.trafficmanager.net",), keys, clock)
        await keys.close()


@pytest.fixture
async def trust(server, clock):
    async with trusting(server, clock) as made:
        yield made


async def outcome(trust: Trust | Open, knock: tuple[list[str], dict[str, Any]]) -> tuple[int, str]:
    """The status, and what the log may say."""
    headers, activity = knock
    told = CIMultiDict([("host", "localhost:3978"), *(("authorization", one) for one in headers)])
    try:
        (await trust.knocked(told))(activity)
    except Untrusted as no:
        return no.status, no.reason
    return 200, ""


@pytest.mark.parametrize("row", [*LET_IN, *REFUSED], ids=lambda row: row.what)
async def test_a_request_is_let_in_only_as_teams_sends_it(row: Row, trust, signer, caplog):
    caplog.set_level(logging.DEBUG, "adapters")
    assert await outcome(trust, row.knock(signer, ACTIVITY)) == (row.status, row.reason)
    logged = [record.getMessage() for record in caplog.records]
    assert logged == ([f"a request to the bot was not let in: {row.reason}"] if row.reason else [])


@pytest.mark.parametrize("row", [*LET_IN, *REFUSED], ids=lambda row: row.what)
async def test_what_was_once_let_in_changes_nothing_for_the_next(row: Row, trust, signer):
    assert await outcome(trust, usual(signer, ACTIVITY)) == (200, "")
    assert await outcome(trust, row.knock(signer, ACTIVITY)) == (row.status, row.reason)
    assert await outcome(trust, usual(signer, ACTIVITY)) == (200, "")


def test_a_token_for_nobody_is_never_enough(server, clock):
    with pytest.raises(ValueError, match="without an app id"):
        Trust("", [TENANT], ["smba.trafficmanager.net"], None, clock)  # type: ignore[arg-type]  # never looked at


@pytest.mark.parametrize(
    "endorses", [None, (), ("webchat",), ("MSTEAMS",), ("msteams2",)], ids=["none", "no", "other", "capitals", "like"]
)
async def test_a_key_that_does_not_vouch_for_teams_signs_nothing_from_teams(endorses, server, signer, trust):
    server.keys = [Key("key-0", rsa(0), endorses)]
    assert await outcome(trust, usual(signer, ACTIVITY)) == (401, ENDORSED)


@pytest.mark.parametrize("vouched", ["msteams", {"msteams": 1}, [["msteams"]], 1], ids=str)
async def test_what_is_no_list_of_channels_vouches_for_none(vouched, server, signer, trust):
    server.keys = [Key("key-0", rsa(0), also={"endorsements": vouched})]
    assert await outcome(trust, usual(signer, ACTIVITY)) == (401, ENDORSED)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:56150/uk/", "https://127.0.0.1/uk/", "HTTPS://127.0.0.1:8443"], ids=["http", "s", "port"]
)
async def test_a_stand_in_on_this_computer_needs_no_certificate_but_must_be_on_the_list(url, server, clock, signer):
    activity = {**ACTIVITY, "serviceUrl": url}
    async with trusting(server, clock, "127.0.0.1") as trust:
        assert await outcome(trust, usual(signer, activity)) == (200, "")
    async with trusting(server, clock, "localhost") as trust:
        assert await outcome(trust, usual(signer, activity)) == (401, HOST)


async def test_lists_of_hosts_and_tenants_are_read_in_small_letters(server, clock, signer):
    async with ClientSession() as session:
        keys = Keys(session, server.openid_url)
        trust = Trust(APP, [TENANT.upper()], ["SMBA.trafficmanager.net"], keys, clock)
        assert await outcome(trust, usual(signer, ACTIVITY)) == (200, "")
        await keys.close()


async def test_for_what_is_wrong_in_itself_nobody_asks_for_keys(server, signer, trust):
    of_the_token = (NO_TOKEN, UNREAD, ANOTHER_WAY, ISSUED, ANOTHER_APP, EXPIRED, EARLY, HOST)
    for row in (row for row in REFUSED if row.reason in of_the_token):
        assert (await outcome(trust, row.knock(signer, ACTIVITY)))[0] == 401
    assert server.fetched == 0


async def test_what_is_signed_for_is_known_before_anything_is_read(signer, trust):
    """Whoever has no such token can have nothing read: that costs more than it looks."""
    for row in (row for row in REFUSED if row.reason in (NO_TOKEN, SIGNATURE, NO_KEY)):
        headers, _ = row.knock(signer, ACTIVITY)
        with pytest.raises(Untrusted):
            await trust.knocked(CIMultiDict(("authorization", one) for one in headers))


async def test_while_nobody_can_tell_microsofts_keys_nothing_is_refused_for_good(server, signer, trust):
    server.away = True
    assert await outcome(trust, usual(signer, ACTIVITY)) == (503, AWAY)
    for row in (row for row in CLAIMS if row.reason):
        assert await outcome(trust, row.knock(signer, ACTIVITY)) == (401, row.reason)


async def test_a_recorded_request_passes_once_more_and_is_told_by_its_activitys_id(signer, trust):
    """A token holds nothing of the body: the core hears one id once, whoever brings it again (`Bot.hear`)."""
    recorded = usual(signer, ACTIVITY)
    assert [await outcome(trust, recorded) for _ in range(2)] == [(200, "")] * 2


# ---------------------------------------------------------------- a token that comes again


async def test_a_token_that_was_good_is_refused_once_it_has_expired(signer, trust, clock):
    recorded = usual(signer, ACTIVITY)
    assert await outcome(trust, recorded) == (200, "")
    clock.pass_by(hours=1, minutes=6)
    assert await outcome(trust, recorded) == (401, EXPIRED)


async def test_a_token_that_was_good_is_refused_once_its_key_is_published_no_more(server, signer, trust):
    recorded = usual(signer, ACTIVITY)
    assert await outcome(trust, recorded) == (200, "")
    server.roll()
    assert await outcome(trust, usual(signer, ACTIVITY)) == (200, "")  # so that the keys are looked at again
    assert await outcome(trust, recorded) == (401, NO_KEY)


async def test_a_token_that_was_good_is_looked_at_anew_where_its_key_is_another_of_the_same_name(server, signer, trust):
    recorded = usual(signer, ACTIVITY)
    assert await outcome(trust, recorded) == (200, "")
    server.keys = [Key(server.current.kid, rsa(77)), Key("another", rsa(78))]
    assert await outcome(trust, usual(signer, ACTIVITY)) == (200, "")
    assert await outcome(trust, recorded) == (401, SIGNATURE)


async def test_a_token_that_was_good_is_refused_once_its_key_vouches_for_teams_no_more(server, signer, trust):
    recorded = usual(signer, ACTIVITY)
    assert await outcome(trust, recorded) == (200, "")
    server.keys = [Key(server.current.kid, server.current.private, endorses=()), Key("another", rsa(78))]
    assert await outcome(trust, usual(signer, ACTIVITY)) == (200, "")
    assert await outcome(trust, recorded) == (401, ENDORSED)


async def test_no_token_is_remembered_only_that_it_was_good(signer, trust):
    headers, activity = usual(signer, ACTIVITY)
    assert await outcome(trust, (headers, activity)) == (200, "")
    assert headers[0].partition(" ")[2] not in repr(vars(trust._signed))


# ---------------------------------------------------------------- TEAMS_AUTH=off

HERE: dict[str, Any] = {**ACTIVITY, "serviceUrl": "http://localhost:56150/_connector"}


async def test_where_nobody_is_asked_who_they_are_the_playground_is_let_in():
    assert await outcome(Open([TENANT.upper()]), ([], HERE)) == (200, "")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"serviceUrl": ACTIVITY["serviceUrl"]}, (401, "its service is not on this computer")),
        ({"serviceUrl": "http://localhost.example.org/"}, (401, "its service is not on this computer")),
        ({"serviceUrl": "http://localhost@example.org/"}, (401, "its service is not on this computer")),
        ({"serviceUrl": None}, (401, "its service is not on this computer")),
        ({"channelId": "emulator"}, (401, NOT_TEAMS)),
        ({"channelData": {}}, (401, NO_TENANT)),
        ({"channelData": {"tenant": {"id": "another"}}}, (403, FOREIGN)),
    ],
    ids=["microsoft", "like", "user", "none", "channel", "no-tenant", "foreign"],
)
async def test_even_then_it_must_be_this_computer_and_a_councils_tenant(fields, expected):
    assert await outcome(Open([TENANT]), ([], {**HERE, **fields})) == expected


@pytest.mark.parametrize(
    ("header", "value", "reason"),
    [
        ("Origin", "https://example.org", "a browser brought it"),
        ("Origin", "null", "a browser brought it"),
        ("Origin", "http://localhost:3978", "a browser brought it"),
        ("Sec-Fetch-Site", "same-origin", "a browser brought it"),
        ("Forwarded", "for=192.0.2.1", "somebody passed it on"),
        ("X-Forwarded-For", "192.0.2.1", "somebody passed it on"),
        ("X-Forwarded-Host", "localhost", "somebody passed it on"),
        ("Host", "example.org:3978", "it was sent to another computer"),
        ("Host", "localhost.example.org", "it was sent to another computer"),
        ("Host", "192.0.2.1", "it was sent to another computer"),
        ("Host", "", "it was sent to another computer"),
    ],
)
async def test_a_page_in_a_browser_is_not_this_computer_nor_is_a_proxy(header, value, reason):
    """Any page may post to this computer, as text, without asking."""
    told = CIMultiDict(Host="localhost:3978")
    told[header] = value
    with pytest.raises(Untrusted) as no:
        await Open([TENANT]).knocked(told)
    assert (no.value.status, no.value.reason) == (401, reason)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:3978", "127.0.0.1:3978", "[::1]:3978"])
async def test_this_computer_may_be_called_by_any_of_its_names(host):
    (await Open([TENANT]).knocked(CIMultiDict(Host=host)))(HERE)
