"""Who is let in at the running bot's address: the whole matrix of tokens by real HTTP, and what nobody can send."""

import asyncio
import io
import json
import logging
from copy import deepcopy
from typing import Any

import pytest
from aiohttp import ClientSession
from multidict import CIMultiDict

from adapters.teams import app
from bot.errors import ProtocolBotError
from tests.teams import forging, matrix
from tests.teams.conftest import TENANT, somebody
from tests.teams.standin import BOT, activities
from tests.teams.standin.keys import Key, Signer, rsa
from tests.teams.standin.login import certified, pem
from tests.teams.standin.server import APP_ID, PASSWORD

OURS = "a word that only its owner reads"


@pytest.fixture
def signer(teams) -> Signer:
    return teams.keys.signer(APP_ID)


@pytest.fixture
def activity(ann, tenant) -> dict[str, Any]:
    """What Teams sends when Ann says something in her own chat."""
    return activities.message(tenant, ann.person, tenant.say(ann.chat.id, ann.person.aad, text=OURS))


async def knocked(url: str, headers: list[str], activity: object, **more: str) -> tuple[int, str]:
    """The status and the body of the answer."""
    raw = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
    told = CIMultiDict([("Content-Type", "application/json"), *(("Authorization", one) for one in headers)])
    told.update(more)
    async with ClientSession() as session, session.post(url, data=io.BytesIO(raw), headers=told) as response:
        return response.status, await response.text()


# ---------------------------------------------------------------- the matrix


@pytest.mark.parametrize("row", matrix.LET_IN, ids=lambda row: row.what)
async def test_what_teams_sends_is_heard(row, chat, scripted, tenant, signer, activity):
    headers, sent = row.knock(signer, activity)
    assert (await knocked(tenant.url, headers, sent))[0] == 200
    assert [event.text for event in scripted.heard] == [OURS]


async def test_whatever_else_comes_is_refused_without_a_word_and_nothing_of_it_is_heard(
    chat, scripted, tenant, teams, signer, activity, caplog
):
    """Each row alone, with what else is as it should be; then the bot still hears."""
    caplog.set_level(logging.DEBUG)
    asked = len(teams.calls)
    came = {}
    for row in matrix.REFUSED:
        headers, sent = row.knock(signer, activity)
        came[row.what] = await knocked(tenant.url, headers, sent)
    assert came == {row.what: (row.status, "") for row in matrix.REFUSED}
    assert scripted.heard == []
    assert len(teams.calls) == asked
    assert OURS not in caplog.text
    assert signer.token(activity["serviceUrl"]).partition(".")[0] not in caplog.text
    assert (await knocked(tenant.url, *forging.usual(signer, activity)))[0] == 200
    assert len(scripted.heard) == 1


@pytest.mark.parametrize("endorses", [None, (), ("webchat",)], ids=["none", "no", "other"])
async def test_a_key_that_does_not_vouch_for_teams_signs_nothing(
    endorses, chat, scripted, tenant, teams, signer, activity
):
    teams.keys.keys = [Key("another", rsa(0), endorses)]
    assert await knocked(tenant.url, *forging.usual(signer, activity)) == (401, "")
    assert scripted.heard == []


async def test_a_request_that_somebody_recorded_changes_nothing_the_second_time(
    chat, scripted, tenant, signer, activity, ann
):
    recorded = forging.usual(signer, activity)
    for _ in range(3):
        assert (await knocked(tenant.url, *recorded))[0] == 200
    assert len({event.id for event in scripted.heard}) == 1
    assert [said.by for said in tenant.said] == [ann.person.aad, BOT]


async def test_a_tenant_of_another_council_is_let_in_as_that_one(serve, scripted, teams, ann):
    """The app is one for all of them; whose it is now is the tenant’s id, for which Microsoft’s signature vouches."""
    other = teams.tenant("0c0a0a0a-0000-4000-8000-000000000002")
    other.add_person("0d0a0a0a-0000-4000-8000-000000000003", "Ann of another council")
    await serve(scripted)
    await somebody(teams, "ann").say("who decides")
    assert [event.who.tenant for event in scripted.heard] == [TENANT]


# ---------------------------------------------------------------- keys, meanwhile


async def test_microsofts_keys_roll_over_and_nothing_is_lost(chat, scripted, teams, ann):
    await ann.say("first")
    teams.keys.roll(keep=True)
    await ann.say("second")
    assert [event.text for event in scripted.heard] == ["first", "second"]


async def test_the_key_server_is_away_and_what_was_known_goes_on(chat, scripted, teams, ann):
    await ann.say("first")
    teams.keys.away = True
    await ann.say("second")
    assert [event.text for event in scripted.heard] == ["first", "second"]


async def test_the_bot_starts_while_the_key_server_is_away_and_says_that_it_can_hear_nobody_now(
    serve, scripted, teams, tenant, signer, activity
):
    teams.keys.away = True
    chat = await serve(scripted)
    assert [one["connected"] for one in await chat.health()] == [False]
    assert await knocked(tenant.url, *forging.usual(signer, activity)) == (503, "")
    assert scripted.heard == []


async def test_the_keys_are_at_hand_once_the_bot_is_listening(serve, scripted, teams):
    chat = await serve(scripted)
    async with chat.listening(scripted):
        assert teams.keys.fetched_keys == 1


async def test_a_key_server_that_hangs_holds_the_start_up_for_seconds_at_most(serve, scripted, teams):
    teams.keys.gate.clear()
    chat = await serve(scripted)
    async with asyncio.timeout(20), chat.listening(scripted):
        assert [one["connected"] for one in await chat.health()] == [False]


async def test_a_storm_of_made_up_keys_keeps_nobody_out(chat, scripted, teams, tenant, signer, activity, ann):
    await ann.say("first")
    asked = teams.keys.fetched
    storm = [knocked(tenant.url, *forging.usual(signer.headed(kid=f"made-up-{one}"), activity)) for one in range(50)]
    assert set(await asyncio.gather(*storm)) == {(401, "")}
    await ann.say("second")
    assert [event.text for event in scripted.heard] == ["first", "second"]
    assert teams.keys.fetched - asked <= 1


# ---------------------------------------------------------------- bodies


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"null", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b'{"serviceUrl": 1e999}',
        b'{"n": ' + b"9" * 5000 + b"}", b'{"serviceUrl": "https://one/", "serviceUrl": "https://two/"}',
    ],
    ids=lambda raw: raw[:20].decode("latin-1") + f" ({len(raw)})",
)  # fmt: skip
async def test_what_is_no_body_is_not_read_any_further(raw, chat, scripted, tenant, signer, activity):
    headers = [signer.authorization(activity["serviceUrl"])]
    assert await knocked(tenant.url, headers, raw) == (400, "")
    assert scripted.heard == []


@pytest.mark.parametrize("raw", [b"{", b"[" * 100_000, b"x" * 3_000_000], ids=["half", "deep", "large"])
async def test_of_a_stranger_nothing_is_read(raw, chat, scripted, tenant):
    """A tower of brackets takes longer to read than to send, and nothing else is heard meanwhile."""
    for headers in ([], ["Bearer a.a.a"]):
        assert await knocked(tenant.url, headers, raw) == (401, "")
    assert scripted.heard == []


async def test_a_name_that_stands_twice_is_read_by_nobody(chat, scripted, tenant, signer, activity):
    twice = json.dumps(activity)[:-1] + ', "serviceUrl": "https://example.org/"}'
    assert await knocked(tenant.url, [signer.authorization(activity["serviceUrl"])], twice.encode()) == (400, "")
    assert scripted.heard == []


async def test_what_is_too_large_is_not_read_to_its_end(chat, scripted, tenant, signer, activity):
    large = {**activity, "text": "x" * 3_000_000}
    assert (await knocked(tenant.url, [signer.authorization(activity["serviceUrl"])], large))[0] == 413
    assert scripted.heard == []


def fallen(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the door itself had to catch."""
    return [one.getMessage() for one in caplog.records if one.name == app.__name__ and one.levelno >= logging.ERROR]


JUNK: list[Any] = [None, True, 0, -1.5, "", "x", "\ud83d", "\0", [], [[]], [None], {}, {"": {}}, {"id": []}, "x" * 5000]


@pytest.mark.parametrize(
    "name",
    [
        "type", "id", "from", "recipient", "conversation", "text", "textFormat", "entities", "attachments", "value",
        "name", "replyToId", "timestamp", "localTimestamp", "locale", "membersAdded", "action", "channelData.team",
        "channelData.channel", "from.id", "from.aadObjectId", "conversation.id", "conversation.conversationType",
        "recipient.id",
    ],
)  # fmt: skip
async def test_a_field_that_is_nonsense_is_no_fault_of_the_bots(name, chat, tenant, teams, signer, activity, caplog):
    """Signed, so that Teams itself sends it: whatever is made of it, the bot does not fall over."""
    for junk in JUNK:
        changed = deepcopy(activity)
        outer, _, inner = name.partition(".")
        if inner:
            changed[outer][inner] = junk
        else:
            changed[outer] = junk
        status, told = await knocked(tenant.url, *forging.usual(signer, changed))
        assert status < 500 or name == "conversation.id", (name, junk, told)  # nobody can be answered there
    assert not fallen(caplog)


@pytest.mark.parametrize("kind", ["invoke", "conversationUpdate", "installationUpdate", "event", "messageReaction"])
async def test_so_it_is_with_other_kinds(kind, chat, tenant, signer, activity, caplog):
    for name in ("adaptiveCard/action", "task/fetch", "task/submit", "composeExtension/query", "x", "", None, 1, []):
        for value in JUNK:
            changed = {**activity, "type": kind, "name": name, "value": value, "action": value, "membersAdded": value}
            status, told = await knocked(tenant.url, *forging.usual(signer, changed))
            assert status < 500 or status == 501, (kind, name, value, told)
    assert not fallen(caplog)


# ---------------------------------------------------------------- let in at Microsoft's


async def begun(serve, scripted, **options: Any) -> str:
    """Why the bot does not start."""
    with pytest.raises(ProtocolBotError) as no:
        await serve(scripted, **options)
    return str(no.value)


async def test_a_wrong_secret_is_said_at_the_start_with_the_mend_and_nothing_of_it(serve, scripted, teams, caplog):
    caplog.set_level(logging.DEBUG)
    for one in teams.login.apps:
        one.password = "another"  # noqa: S105  # nobody's
    told = await begun(serve, scripted)
    assert "(AADSTS7000215)" in told
    assert "TEAMS_APP_PASSWORD" in told
    logged = [one.getMessage() for one in caplog.records if not one.name.startswith(("aiohttp.access", "urllib3"))]
    for secret in (PASSWORD, APP_ID, TENANT):
        assert secret not in told
        assert not any(secret in line for line in logged)


async def test_so_is_an_expired_one(serve, scripted, teams):
    for one in teams.login.apps:
        one.password, one.expired = "another", PASSWORD
    assert "(AADSTS7000222). The client secret has expired." in await begun(serve, scripted)


async def test_so_is_an_app_or_a_tenant_that_microsoft_does_not_know(serve, scripted, teams):
    (one,) = teams.login.apps
    one.id = "another"
    assert "(AADSTS700016)" in await begun(serve, scripted)
    one.tenant = "another"
    assert "(AADSTS90002)" in await begun(serve, scripted)


async def test_where_microsoft_takes_the_token_back_another_is_fetched(chat, scripted, teams, tenant, ann):
    await ann.say("first")
    teams.login.withdraw()
    await ann.say("second")
    assert [said.by for said in tenant.said] == [ann.person.aad, BOT] * 2
    assert teams.login.fetched == 2
    assert [one["refused"] for one in await chat.health()] == [""]


async def test_a_certificate_serves_as_well_as_a_secret(serve, scripted, teams, ann):
    (registered,) = teams.login.apps
    certificate = certified(rsa(70))
    registered.certificates.append(certificate)
    await serve(scripted, app=app.App(id=APP_ID, tenant=TENANT, certificate=pem(rsa(70), certificate)))
    await ann.say("who decides")
    assert [event.text for event in scripted.heard] == ["who decides"]
    assert not teams.troubles


async def test_a_certificate_that_is_not_uploaded_is_said_with_the_mend(serve, scripted, teams):
    told = await begun(
        serve, scripted, app=app.App(id=APP_ID, tenant=TENANT, certificate=pem(rsa(70), certified(rsa(70))))
    )
    assert "(AADSTS700027)" in told
    assert "TEAMS_APP_CERTIFICATE" in told


async def test_so_is_one_that_cannot_be_read(serve, scripted):
    assert "certificate" in await begun(serve, scripted, app=app.App(id=APP_ID, tenant=TENANT, certificate="a word"))


# ---------------------------------------------------------------- TEAMS_AUTH=off


@pytest.mark.parametrize(
    "more",
    [{"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "example.org"}],
    ids=["origin", "fetch", "host"],
)
async def test_a_web_page_in_a_browser_here_speaks_as_nobody(more, serve, scripted, tenant, activity):
    """What is posted as text a browser sends without asking anybody."""
    await serve(scripted, app=None)
    assert await knocked(tenant.url, [], activity, **{"Content-Type": "text/plain"} | more) == (401, "")
    assert scripted.heard == []
    await knocked(tenant.url, [], activity)
    assert len(scripted.heard) == 1
