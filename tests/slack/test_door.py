"""Who is let in at the door, and what the environment can't change about it."""

import asyncio
import logging
import os
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession

from adapters.slack.app import Secrets, Slack
from bot.errors import ProtocolBotError
from tests.slack import SENTENCES
from tests.slack.conftest import CHANNEL, somebody
from tests.slack.standin import posted as wire
from tests.waiting import until


async def sent(url: str, raw: bytes, headers: dict[str, str]) -> tuple[int, str]:
    async with ClientSession() as session, session.post(url, data=raw, headers=headers) as response:
        return response.status, await response.text()


async def test_slack_finds_the_address_and_its_certificate(chat, scripted, space):
    raw, kind = wire.as_json({"type": "url_verification", "token": "t", "challenge": "here I am"})
    assert await sent(space.url, raw, wire.signed(space.secret, raw, kind)) == (200, '{"challenge": "here I am"}')
    status, told = await sent(space.url, raw, wire.signed("guessed", raw, kind))
    assert status == 401
    assert "here I am" not in told
    fields = {"Content-Type": "application/x-www-form-urlencoded"}
    assert await sent(space.url, b"ssl_check=1&token=t&command=/protocol&team_id=TBARROW", fields) == (200, "")
    assert scripted.heard == []


async def test_the_address_is_found_by_whichever_workspaces_secret_it_was_signed_with(slack, serve, scripted, space):
    other = slack.workspace("TOTHER")
    await serve(scripted)
    raw, kind = wire.as_json({"type": "url_verification", "token": "t", "challenge": "x"})
    for secret in (space.secret, other.secret):
        assert (await sent(space.url, raw, wire.signed(secret, raw, kind)))[0] == 200


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"", "application/json"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b"{", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"payload=[]", "application/x-www-form-urlencoded"),
        (b"team_id=TBARROW", "application/x-www-form-urlencoded"),
        (b'{"team_id": "TBARROW", "type": "event_callback", "event": {}}', "application/json"),
        (b'{"team_id": "TBARROW", "type": "event_callback"}', "application/json"),
        (b'{"team_id": "TBARROW", "type": "view_submission"}', "application/json"),
        (b'{"team_id": "TBARROW", "type": "block_actions", "actions": []}', "application/json"),
        (b'{"team_id": "TBARROW", "type": "something_new", "text": "a story"}', "application/json"),
        (b"x" * 1_000_001, "text/plain"),
    ],
    ids=range(15),
)
async def test_what_is_nothing_that_slack_sends_runs_nothing(chat, scripted, space, caplog, raw, kind):
    caplog.set_level(logging.DEBUG)
    try:
        headers = wire.signed(space.secret, raw, kind)
    except UnicodeDecodeError:
        headers = {"Content-Type": kind}
    status, told = await sent(space.url, raw, headers)
    assert status in (200, 400, 401, 403, 413, 500)
    assert "Traceback" not in told
    assert scripted.heard == []
    assert "a story" not in caplog.text


@pytest.mark.parametrize(
    "signed",
    [{"X-Slack-Request-Timestamp": "soon"}, {"X-Slack-Request-Timestamp": "-1"}, {"X-Slack-Signature": "v0=é"}],
    ids=range(3),
)
async def test_a_signature_that_is_none_is_refused(chat, scripted, ann, space, signed):
    await ann.command(CHANNEL, "roles")
    scripted.heard.clear()
    raw, kind = wire.as_fields({**ann.last.body, "trigger_id": "another"})
    headers = wire.signed(space.secret, raw, kind) | signed
    assert (await sent(space.url, raw, headers))[0] == 401
    assert scripted.heard == []


async def test_a_header_of_bolts_own_changes_nothing(chat, scripted, ann, space):
    """Bolt has some for its own use, which nobody signs: with them it would answer 200 and run nothing."""
    await ann.command(CHANNEL, "roles")
    raw, kind = wire.as_fields({**ann.last.body, "trigger_id": "another"})
    headers = wire.signed(space.secret, raw, kind)
    status, _ = await sent(space.url, raw, {**headers, "X-Slack-Bolt-Lazy-Only": "1"})
    assert status == 200
    assert len(scripted.heard) == 2


async def test_a_replayed_command_is_no_retry_because_it_says_so(chat, scripted, ann, space):
    await ann.command(CHANNEL, "roles")
    headers = {**ann.last.headers, "X-Slack-Retry-Num": "1"}
    assert (await sent(space.url, ann.last.raw, headers))[0] == 401
    assert len(scripted.heard) == 1


@pytest.mark.parametrize("text", ["who pays for the payload", "payload", "payload={}", "a&payload=1"], ids=range(4))
async def test_the_word_that_interactions_come_under_is_a_word_like_any_other(chat, scripted, ann, space, text):
    await ann.command(CHANNEL, text)
    space.add_channel("C0LORRY", "payload")
    await ann.command("C0LORRY", "roles")
    assert [event.text for event in scripted.heard] == [text, "roles"]


async def test_a_workspace_with_an_app_token_is_not_heard_over_http(slack, serve, scripted, space):
    space.app_token = f"xapp-1-{space.team}"
    chat = await serve(scripted)
    raw, kind = wire.as_fields({"team_id": space.team, "command": "/protocol", "trigger_id": "1", "user_id": "U1"})
    assert (await sent(space.url, raw, wire.signed(space.secret, raw, kind)))[0] == 404
    assert [one["transport"] for one in await chat.health()] == ["socket"]
    assert scripted.heard == []


# ---------------------------------------------------------------- the environment


@pytest.fixture
def environment(monkeypatch):
    """Variables that Bolt reads by itself."""
    given = {
        "SLACK_BOT_TOKEN": "xoxb-of-somebody-else",
        "SLACK_SIGNING_SECRET": "of-somebody-else",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "c",
        "SLACK_VERIFICATION_TOKEN": "t",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return given


async def test_nothing_in_the_environment_opens_the_door_or_locks_it(environment, chat, scripted, ann, space):
    await ann.command(CHANNEL, "roles")
    assert len(scripted.heard) == 1
    raw, kind = wire.as_fields({**ann.last.body, "trigger_id": "another"})
    assert (await sent(space.url, raw, wire.signed("of-somebody-else", raw, kind)))[0] == 401
    assert len(scripted.heard) == 1
    assert environment.items() <= os.environ.items(), "and it is as it was"


# ---------------------------------------------------------------- who is let in where


async def test_a_workspace_needs_one_of_the_two_ways_in():
    with pytest.raises(ProtocolBotError, match="app token, or a signing secret"):
        Slack([Secrets("xoxb-1")], lambda _team: SENTENCES, lambda: datetime.now(UTC))


async def test_two_tokens_for_one_workspace_are_refused(slack, space):
    twice = [Secrets(space.token, space.secret)] * 2
    chat = Slack(twice, lambda _team: SENTENCES, lambda: datetime.now(UTC), api_url=slack.api_url)
    with pytest.raises(ProtocolBotError, match="Two tokens are for the Slack workspace TBARROW"):
        await chat.open()
    await chat.close()


async def test_a_refused_token_is_told_with_its_mend_and_without_itself(slack, space):
    chat = Slack(
        [Secrets("xoxb-wrong", "s")], lambda _team: SENTENCES, lambda: datetime.now(UTC), api_url=slack.api_url
    )
    with pytest.raises(ProtocolBotError, match="invalid_auth.*Copy the Bot User OAuth Token") as refused:
        await chat.open()
    assert "xoxb-wrong" not in str(refused.value)
    await chat.close()


def test_secrets_are_not_shown():
    secrets = Secrets("xoxb-secret", "signing-secret", "xapp-secret")
    assert "secret" not in repr(secrets)
    assert "secret" not in f"{secrets} {[secrets]}"


# ---------------------------------------------------------------- the end


async def test_what_is_in_hand_at_the_end_is_finished(slack, serve, scripted, space):
    chat = await serve(scripted)
    scripted.gate.clear()
    asked = asyncio.create_task(somebody(slack, "ann").command(CHANNEL, "roles"))
    await until(lambda: scripted.heard)
    closing = asyncio.create_task(chat.close())
    await asyncio.sleep(0.05)
    scripted.gate.set()
    answer = await asked
    await closing
    assert "Here is the answer." in str(answer.body)
    assert not chat.busy


@pytest.mark.parametrize("timestamp", ["", "now", "-1", "1.5", "9" * 5000, "١٢٣"], ids=range(6))
async def test_a_time_that_is_none_is_refused(chat, scripted, ann, space, timestamp):
    await ann.command(CHANNEL, "roles")
    headers = {**ann.last.headers, "X-Slack-Request-Timestamp": timestamp}
    assert (await sent(space.url, ann.last.raw, headers))[0] == 401
    assert len(scripted.heard) == 1
