"""The stand-in is as strict as Teams, and Microsoft's own packages get on with it."""

import asyncio

import aiohttp
import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.teams.doing import NONCE, activity, button, dialog
from tests.teams.standin import BOT, Fault, Somebody, StandIn
from tests.teams.standin.keys import CHANNEL
from tests.teams.standin.login import SCOPE
from tests.teams.standin.server import APP_ID, PASSWORD

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
ANN = "bbbbbbbb-0000-4000-8000-000000000001"
BEA = "bbbbbbbb-0000-4000-8000-000000000002"
CHANNEL_ID = "19:council@thread.tacv2"


@pytest.fixture
async def teams(tmp_path):
    async with StandIn(tmp_path) as made:
        yield made


@pytest.fixture
def tenant(teams):
    made = teams.tenant(TENANT)
    made.add_person(ANN, "Ann Lee")
    made.add_person(BEA, "Bea Hall")
    made.add_channel(CHANNEL_ID, "council")
    return made


@pytest.fixture
def ann(teams, tenant) -> Somebody:
    return Somebody(teams, tenant, tenant.people[ANN], retries=0)


class Bot:
    """Whatever is on the other side: it keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[dict] = []
        self.authorization: list[str] = []
        self.answers: list[web.Response] = []
        self.delay = 0.0

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(await request.json())
        self.authorization.append(request.headers["Authorization"])
        await asyncio.sleep(self.delay)
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def bot(tenant):
    heard = Bot()
    app = web.Application()
    app.add_routes([web.post("/api/messages", heard.hear)])
    server = TestServer(app)
    await server.start_server()
    tenant.url = str(server.make_url("/api/messages"))
    yield heard
    await server.close()


class Caller:
    """Calls the Bot Connector service, with a token of the login's unless told otherwise."""

    def __init__(self, teams: StandIn, session: aiohttp.ClientSession, url: str) -> None:
        self._teams, self._session, self._url = teams, session, url
        self.token = ""

    async def __call__(self, method: str, path: str, body: object = None) -> tuple[int, str, dict]:
        if not self.token:
            self.token = await self.asked()
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self._session.request(method, self._url + path, json=body, headers=headers) as response:
            told = await response.json()
            wrong = told.get("error", {})
            return response.status, wrong.get("subCode") or wrong.get("code", ""), told

    async def asked(self) -> str:
        form = {"grant_type": "client_credentials", "client_id": APP_ID, "client_secret": PASSWORD, "scope": SCOPE}
        url = f"{self._teams.login.url}/{TENANT}/oauth2/v2.0/token"
        async with self._session.post(url, data=form, ssl=False) as response:
            return (await response.json())["access_token"]


@pytest.fixture
async def call(teams, tenant):
    async with aiohttp.ClientSession() as session:
        yield Caller(teams, session, tenant.service_url + "v3/conversations")


def opening(who: str, tenant: str = TENANT) -> dict:
    return {"bot": {"id": f"28:{APP_ID}"}, "members": [{"id": who}], "channelData": {"tenant": {"id": tenant}}}


# ---------------------------------------------------------------- the Bot Connector service


async def test_an_own_chat_is_opened_where_the_app_is_installed_and_nowhere_else(call, tenant):
    status, _, told = await call("POST", "", opening(ANN))
    assert (status, told["id"]) == (201, tenant.chat(ANN).id)
    tenant.people[BEA].installed = False
    assert (await call("POST", "", opening(BEA)))[:2] == (403, "ForbiddenOperationException")
    assert (await call("POST", "", opening("nobody")))[:2] == (403, "ForbiddenOperationException")


async def test_without_a_good_token_nothing_is_done(call):
    call.token = "made.up.token"  # noqa: S105  # nobody's
    status, *_ = await call("POST", "", opening(ANN))
    assert status == 401


async def test_a_message_is_seen_where_it_was_sent_and_a_targeted_one_by_one_person(call, tenant):
    here = f"/{CHANNEL_ID}/activities"
    assert (await call("POST", here, activity("for all")))[0] == 201
    targeted = activity("for Ann") | {"recipient": {"id": tenant.people[ANN].id}}
    assert (await call("POST", here + "?isTargetedActivity=true", targeted))[0] == 201
    assert len(tenant.seen_by(ANN, CHANNEL_ID)) == 2
    assert len(tenant.seen_by(BEA, CHANNEL_ID)) == 1


async def test_targeted_messages_have_rules_of_their_own(call, tenant):
    here, aside = f"/{CHANNEL_ID}/activities", "?isTargetedActivity=true"
    assert (await call("POST", here + aside, activity("for whom?")))[:2] == (400, "BadArgument")
    targeted = activity("for Ann") | {"recipient": {"id": tenant.people[ANN].id}}
    own = f"/{tenant.chat(ANN).id}/activities"
    assert (await call("POST", own + aside, targeted))[:2] == (400, "BadArgument")
    _, _, told = await call("POST", here + aside, targeted)
    change = f"{here}/{told['id']}"
    assert (await call("PUT", change + aside, targeted))[:2] == (400, "BadArgument")
    assert (await call("PUT", change, activity("else")))[:2] == (404, "ActivityNotFoundInConversation")
    assert (await call("PUT", change + aside, activity("else")))[0] == 200


async def test_a_thread_is_one_message_and_what_follows_it(call, tenant, bot, ann):
    first = await ann.mention(CHANNEL_ID, "protocol roles")
    await call("POST", f"/{CHANNEL_ID};messageid={first.id}/activities", activity("here"))
    assert [said.thread for said in tenant.seen_by(BEA, CHANNEL_ID)] == [None, first.id]
    missing = await call("POST", f"/{CHANNEL_ID};messageid=1/activities", activity("where?"))
    assert missing[:2] == (404, "ActivityNotFoundInConversation")


async def test_what_was_said_can_be_changed_by_the_bot_alone(call, tenant):
    _, _, told = await call("POST", f"/{CHANNEL_ID}/activities", activity("before"))
    assert (await call("PUT", f"/{CHANNEL_ID}/activities/{told['id']}", activity("after")))[0] == 200
    theirs = tenant.say(CHANNEL_ID, ANN, text="mine")
    refused = await call("PUT", f"/{CHANNEL_ID}/activities/{theirs.id}", activity("after"))
    assert refused[:2] == (403, "ForbiddenOperationException")
    assert (await call("PUT", f"/{CHANNEL_ID}/activities/1", activity("after")))[0] == 404


async def test_where_the_bot_is_not_wanted_it_can_say_nothing(call, tenant):
    own = f"/{tenant.chat(ANN).id}/activities"
    tenant.people[ANN].blocked = True
    assert (await call("POST", own, activity("hello")))[:2] == (403, "MessageWritesBlocked")
    tenant.conversations[CHANNEL_ID].with_bot = False
    refused = await call("POST", f"/{CHANNEL_ID}/activities", activity("hello"))
    assert refused[:2] == (403, "BotNotInConversationRoster")
    assert (await call("POST", "/19:nowhere@thread.tacv2/activities", activity("hello")))[1] == "ConversationNotFound"


async def test_one_tenants_address_leads_into_no_other_tenant(call, teams, tenant):
    other = teams.tenant("aaaaaaaa-0000-4000-8000-000000000002")
    other.add_channel("19:other@thread.tacv2", "other")
    assert (await call("POST", "/19:other@thread.tacv2/activities", activity("hello")))[0] == 404
    assert (await call("POST", "", opening(ANN, other.id)))[0] == 400


async def test_what_teams_would_not_take_is_refused_and_remembered(call, teams):
    here = f"/{CHANNEL_ID}/activities"
    assert (await call("POST", here, activity("words") | {"text": "beside it"}))[0] == 400
    assert len(teams.complaints) == 1
    assert (await call("POST", here, activity("x" * 51_200)))[:2] == (413, "MessageSizeTooBig")


async def test_members_come_by_pages(call, tenant):
    for number in range(60):
        tenant.add_person(f"cccccccc-0000-4000-8000-{number:012}", f"Person {number}")
    tenant.conversations[CHANNEL_ID].members |= set(tenant.people)
    _, _, first = await call("GET", f"/{CHANNEL_ID}/pagedmembers?pageSize=50")
    rest = f"/{CHANNEL_ID}/pagedmembers?pageSize=50&continuationToken={first['continuationToken']}"
    _, _, second = await call("GET", rest)
    assert (len(first["members"]), len(second["members"])) == (50, 12)
    assert "continuationToken" not in second
    assert (await call("GET", f"/{CHANNEL_ID}/members/{ANN}"))[2]["name"] == "Ann Lee"
    assert (await call("GET", f"/{CHANNEL_ID}/members/nobody"))[0] == 404


async def test_faults_come_as_they_were_put(call, teams, tenant):
    here = f"/{CHANNEL_ID}/activities"
    teams.fail("say", Fault(status=429, code="TooManyRequests", after="7"))
    assert (await call("POST", here, activity("hello")))[:2] == (429, "TooManyRequests")
    assert not tenant.seen_by(ANN, CHANNEL_ID)
    teams.fail("say", Fault(drops=True, takes=True))
    with pytest.raises(aiohttp.ClientError):
        await call("POST", here, activity("hello"))
    assert len(tenant.seen_by(ANN, CHANNEL_ID)) == 1
    assert [one.name for one in teams.calls] == ["say", "say"]


# ---------------------------------------------------------------- what people do


async def test_everything_is_signed_for_the_bot_by_a_key_that_vouches_for_teams(teams, tenant, bot, ann):
    await ann.say("hello")
    key = teams.keys.current
    assert CHANNEL in key.jwk()["endorsements"]
    token = bot.authorization[0].removeprefix("Bearer ")
    claims = jwt.decode(token, key.private.public_key(), algorithms=["RS256"], audience=APP_ID)
    assert claims["serviceurl"] == bot.heard[0]["serviceUrl"] == tenant.service_url


async def test_the_bot_hears_what_names_it_and_what_only_it_is_told(bot, ann, tenant):
    await ann.talk(CHANNEL_ID, "morning all")
    assert bot.heard == []
    await ann.mention(CHANNEL_ID, "protocol roles", also=tenant.people[BEA])
    await ann.slash(CHANNEL_ID, "/protocol roles")
    named, aside = bot.heard
    assert named["text"] == "<at>Protocol Bot</at>&nbsp;protocol roles <at>Bea Hall</at>\n"
    assert [entity["mentioned"]["id"] for entity in named["entities"] if entity["type"] == "mention"] == [
        tenant.bot,
        tenant.people[BEA].id,
    ]
    assert named["conversation"]["id"] == f"{CHANNEL_ID};messageid={named['id']}"
    assert "isTargeted" not in named["recipient"]
    assert aside["recipient"]["isTargeted"] is True


async def test_nobody_can_type_a_mention(bot, ann):
    await ann.say("<at>Protocol Bot</at> & you")
    assert bot.heard[0]["text"] == "&lt;at&gt;Protocol Bot&lt;/at&gt; &amp; you"
    assert [entity["type"] for entity in bot.heard[0]["entities"]] == ["clientInfo"]


async def test_a_press_is_an_invoke_that_is_answered_with_a_toast(bot, ann, teams, tenant):
    told = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Answered below."}
    bot.answers.append(web.json_response(told))
    card = tenant.say(ann.chat.id, BOT, card={})
    await ann.press(card, button())
    pressed = bot.heard[0]
    assert (pressed["type"], pressed["name"], pressed["replyToId"]) == ("invoke", "adaptiveCard/action", card.id)
    assert pressed["value"]["action"]["data"] == button()["data"]
    assert ann.toasts == ["Answered below."]
    await ann.press_as_of_old(card, button())
    assert (bot.heard[1]["type"], bot.heard[1]["value"]) == ("message", button()["data"])
    assert "text" not in bot.heard[1]
    assert not teams.troubles


async def test_an_invoke_that_nobody_answers_is_tried_again_under_other_ids(bot, ann, teams, tenant):
    bot.delay, ann.waits, ann.retries = 3.0, 0.5, 2
    await ann.press(tenant.say(ann.chat.id, BOT, card={}), button())
    assert len({one["id"] for one in bot.heard}) == 3
    assert len(teams.troubles) == 3


async def test_again_a_message_comes_under_its_own_id_and_an_invoke_under_another(bot, ann, tenant):
    await ann.say("hello")
    await ann.again()
    assert bot.heard[0]["id"] == bot.heard[1]["id"]
    bot.answers = [web.json_response(dialog()), web.json_response(dialog())]
    await ann.press(tenant.say(ann.chat.id, BOT, card={}), button(opens=True))
    await ann.again()
    assert bot.heard[2]["id"] != bot.heard[3]["id"]


async def test_a_dialog_asks_for_what_is_missing_before_anything_is_sent(bot, ann, tenant):
    bot.answers = [web.json_response(dialog())]
    await ann.press(tenant.say(ann.chat.id, BOT, card={}), button(opens=True))
    send = ann.dialog.card["actions"][0]
    assert await ann.press_in(send) is None
    assert ann.dialog.missing == {"f.what": "Please fill this in."}
    assert len(bot.heard) == 1
    ann.fill("f.what", "x" * 99)
    await ann.press_in(send)
    assert bot.heard[1]["value"]["data"] == {"protocol": {"nonce": NONCE}, "f.what": "x" * 20}
    assert ann.dialog is None


async def test_a_dialog_stays_open_with_a_banner_when_nobody_answers(bot, ann, teams, tenant):
    bot.answers = [web.json_response(dialog()), web.Response(status=500)]
    await ann.press(tenant.say(ann.chat.id, BOT, card={}), button(opens=True))
    ann.fill("f.what", "typed")
    await ann.press_in(ann.dialog.card["actions"][0])
    assert ann.dialog.banner
    assert ann.dialog.values == {"f.what": "typed"}
    assert teams.troubles


async def test_an_answer_without_a_task_is_an_error_to_teams(bot, ann, teams, tenant):
    bot.answers = [web.json_response({})]
    await ann.press(tenant.say(ann.chat.id, BOT, card={}), button(opens=True))
    assert ann.dialog is None
    assert teams.complaints
    assert teams.troubles


async def test_the_app_is_added_and_taken_away_in_both_of_teams_ways(bot, ann, tenant):
    await ann.install()
    await ann.uninstall(CHANNEL_ID)
    assert {one["type"] for one in bot.heard[:2]} == {one["type"] for one in bot.heard[2:]}
    assert {one["type"] for one in bot.heard} == {"installationUpdate", "conversationUpdate"}
    assert not tenant.conversations[CHANNEL_ID].with_bot


async def test_edits_and_reactions_are_delivered_as_what_they_are(bot, ann, tenant):
    said = await ann.say("hello")
    await ann.edit(said, "hello you")
    await ann.react(tenant.say(ann.chat.id, BOT, card={}))
    await ann.remove(said)
    kinds = [one["type"] for one in bot.heard]
    assert kinds == ["message", "messageUpdate", "messageReaction", "messageDelete"]
