"""The stand-in is as strict as Slack, and Slack's own SDK gets on with it."""

import asyncio

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.standin import Fault, Somebody, StandIn
from tests.slack.standin.posted import signature

PLAIN = {"type": "plain_text", "text": "words", "emoji": False}
MODAL = {
    "type": "modal",
    "callback_id": "form",
    "title": PLAIN,
    "close": PLAIN,
    "submit": PLAIN,
    "private_metadata": "",
    "blocks": [
        {
            "type": "input",
            "block_id": "f.what",
            "label": PLAIN,
            "optional": True,
            "element": {"type": "plain_text_input", "action_id": "v", "multiline": True},
        }
    ],
}


@pytest.fixture
async def slack():
    async with StandIn() as made:
        yield made


@pytest.fixture
def ann(slack) -> Somebody:
    space = slack.workspace("T1", sockets=True)
    user = space.add_user("UANN", "Ann")
    space.add_channel("C1", "council")
    return Somebody(slack, space, user)


@pytest.fixture
def web(slack, ann) -> AsyncWebClient:
    return AsyncWebClient(token=ann.space.token, base_url=slack.api_url)


async def refused(call) -> str:
    with pytest.raises(SlackApiError) as no:
        await call
    return no.value.response["error"]


async def test_it_says_who_the_bot_is_and_finds_people(web, ann):
    assert (await web.auth_test())["team_id"] == "T1"
    assert (await web.users_info(user="UANN"))["user"]["name"] == "Ann"
    assert await refused(web.users_info(user="UNOBODY")) == "user_not_found"
    assert (await web.conversations_open(users="UANN"))["channel"]["id"] == "DANN"


async def test_a_message_is_seen_where_it_was_sent_and_an_ephemeral_one_by_one_person(web, ann):
    bea = ann.space.add_user("UBEA", "Bea")
    ann.space.channels["C1"].members.add(bea.id)
    await web.chat_postMessage(channel="C1", text="for all")
    await web.chat_postEphemeral(channel="C1", user="UANN", text="for Ann")
    assert [said.text for said in ann.space.seen_by("UANN", "C1")] == ["for all", "for Ann"]
    assert [said.text for said in ann.space.seen_by("UBEA", "C1")] == ["for all"]


async def test_what_slack_would_not_take_is_refused_and_remembered(web, slack):
    blocks = [{"type": "section", "text": {**PLAIN, "text": "x" * 3001}}]
    assert await refused(web.chat_postMessage(channel="C1", text="too long", blocks=blocks)) == "invalid_blocks"
    assert slack.complaints


async def test_only_what_the_app_may_do_is_done(web):
    assert await refused(web.conversations_history(channel="C1")) == "missing_scope"
    assert await refused(web.conversations_list()) == "unknown_method"


async def test_a_trigger_opens_one_modal_within_three_seconds(web, slack, ann):
    await ann.command("C1", "")
    (used,) = ann.space.triggers
    await web.views_open(trigger_id=used, view=MODAL)
    assert await refused(web.views_open(trigger_id=used, view=MODAL)) == "exchanged_trigger_id"
    await ann.command("C1", "")
    late = next(trigger for trigger in ann.space.triggers if trigger != used)
    slack.ahead += 3.5
    assert await refused(web.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"


async def test_what_was_typed_stays_when_a_modal_is_updated(web, ann):
    await ann.command("C1", "")
    opened = (await web.views_open(trigger_id=next(iter(ann.space.triggers)), view=MODAL))["view"]
    ann.fill("f.what", "typed")
    updated = (await web.views_update(view_id=opened["id"], hash=opened["hash"], view=MODAL))["view"]
    assert updated["state"]["values"]["f.what"]["v"]["value"] == "typed"
    assert await refused(web.views_update(view_id=opened["id"], hash=opened["hash"], view=MODAL)) == "hash_conflict"


async def test_faults_come_as_they_were_put(web, slack):
    slack.fail("auth.test", Fault(status=429, error="ratelimited", after="7"))
    with pytest.raises(SlackApiError) as no:
        await web.auth_test()
    assert no.value.response.headers["Retry-After"] == "7"
    await web.auth_test()


def test_its_signatures_are_slacks_own():
    verifier = SignatureVerifier("secret")
    assert signature("secret", "1", b"body") == verifier.generate_signature(timestamp="1", body=b"body")


async def test_envelopes_are_acknowledged_by_the_sdk(slack, ann):
    client = SocketModeClient(app_token=ann.space.app_token, web_client=AsyncWebClient(base_url=slack.api_url))

    async def heard(client, request) -> None:
        await client.send_socket_mode_response(
            SocketModeResponse(envelope_id=request.envelope_id, payload={"text": request.payload["text"]})
        )

    client.socket_mode_request_listeners.append(heard)
    await client.connect()
    await slack.links.until(1)
    answer = await ann.command("C1", "roles")
    assert answer.body == {"text": "roles"}
    assert [said.text for said in ann.space.seen_by("UANN", "C1")] == ["roles"]
    await client.close()
    await asyncio.sleep(0)
