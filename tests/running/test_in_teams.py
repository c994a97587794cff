"""A running bot in Teams: whom it lets in, what it says about itself, how it ends."""

import asyncio
import json
import re
import signal

import aiohttp

from tests.running.in_teams import HALF, TENANT, account, answers, at, populated, secrets, served, settled
from tests.running.process import NOT_ON_WINDOWS, asked, started
from tests.teams import reading
from tests.teams.standin import Fault
from tests.teams.standin.server import APP_ID
from tests.teams.standin.server import PASSWORD as SECRET
from tests.waiting import until

pytestmark = NOT_ON_WINDOWS


VALE = "0b0a0a0a-0000-4000-8000-000000000002"


async def test_it_says_which_tenant_it_serves_and_answers_whom_teams_vouches_for(teams, tmp_path):
    populated(teams)
    settled(tmp_path)
    async with started(tmp_path, **secrets(teams)) as bot:
        address = await served(bot, teams)
        assert f"barrow: the Microsoft Teams tenant {TENANT}, HTTP.\n" in bot.said
        jo = at(teams, "jo")
        await jo.say("about")
        assert jo.answer.status == 200
        assert any("Barrow" in reading.text(said.card) for said in answers(jo))
        status, told = await asked(f"{address}healthz")
        assert (status, told["well"], told["store"]) == (200, True, "")
        [state] = told["workspaces"]
        assert {"platform": "teams", "team": TENANT, "transport": "http", "connected": True}.items() <= state.items()
        code, complaints = await bot.ended(signal.SIGTERM)
    assert code == 0
    assert all(line.startswith("barrow: ") for line in complaints.splitlines()), complaints


async def test_nobody_else_is_let_in_and_told_nothing(teams, tmp_path):
    populated(teams)
    settled(tmp_path)
    async with started(tmp_path, **secrets(teams)) as bot, aiohttp.ClientSession() as page:
        address = await served(bot, teams)
        jo = at(teams, "jo")
        await jo.say("about")
        knocks = len(answers(jo))
        for authorization in (
            "",
            "Bearer zebra",
            teams.keys.signer("another-app").authorization(jo.tenant.service_url),
        ):
            headers = {"Authorization": authorization} if authorization else {}
            async with page.post(f"{address}api/messages", json=jo.last, headers=headers) as answer:
                assert (answer.status, await answer.text()) == (401, "")
        foreign = jo.last | {"channelData": {"tenant": {"id": VALE}}}
        headers = {"Authorization": teams.keys.signer(APP_ID).authorization(jo.tenant.service_url)}
        async with page.post(f"{address}api/messages", json=foreign, headers=headers) as answer:
            assert (answer.status, await answer.text()) == (403, "")
        _, complaints = await bot.ended(signal.SIGTERM)
    assert len(answers(jo)) == knocks
    assert complaints.count("a request to the bot was not let in") == 4
    assert "zebra" not in complaints


async def test_it_serves_no_door_that_teams_does_not_use(teams, tmp_path):
    populated(teams)
    settled(tmp_path)
    async with started(tmp_path, **secrets(teams)) as bot, aiohttp.ClientSession() as page:
        address = await served(bot, teams)
        for path in ("", "api/workspace", "static/chat.js", "slack/events"):
            async with page.post(address + path) as posted, page.get(address + path) as got:
                assert (posted.status, got.status) == (404, 404), path
        async with page.get(f"{address}api/messages") as got:
            assert got.status == 405, "as the guide has it"


async def test_the_pages_that_the_app_leads_to_are_there_and_stand_by_themselves(teams, tmp_path):
    populated(teams)
    settled(tmp_path)
    async with started(tmp_path, **secrets(teams)) as bot, aiohttp.ClientSession() as page:
        address = await served(bot, teams)
        for path, says in (("about", "looks it up"), ("privacy", "what is held on you"), ("terms", "Apache License")):
            async with page.get(address + path) as got:
                text = await got.text()
                assert (got.status, got.content_type) == (200, "text/html")
                assert says in text
                assert not re.search(r"https?://|<script|src=|href=", text)
                assert "default-src 'none'" in got.headers["Content-Security-Policy"]


async def test_how_it_is_tells_no_names_and_503_once_microsoft_lets_it_in_no_more(teams, tmp_path):
    tenant = populated(teams)
    settled(tmp_path)
    async with started(tmp_path, **secrets(teams)) as bot:
        address = await served(bot, teams)
        status, told = await asked(f"{address}healthz")
        assert not {"Ruth", "Jo", account("jo"), SECRET, APP_ID} & set(re.findall(r"[\w-]+", json.dumps(told)))
        tenant.refuses = 401
        async with asyncio.timeout(120):  # a call that was under way before may still go well
            while status == 200:
                await at(teams, "jo").say("about")
                status, told = await asked(f"{address}healthz")
    assert (status, told["well"]) == (503, False)
    assert told["workspaces"][0]["refused"]


async def test_what_is_in_hand_when_it_is_told_to_stop_is_finished_first(teams, tmp_path):
    populated(teams)
    settled(tmp_path)
    teams.fail("say", Fault(delay=1, takes=True), times=2)
    async with started(tmp_path, **secrets(teams)) as bot:
        await served(bot, teams)
        jo = at(teams, "jo")
        asks = asyncio.create_task(jo.say("about"))
        await until(lambda: teams.called("say"))
        code, complaints = await bot.ended(signal.SIGTERM)
        await asks
    assert code == 0
    assert answers(jo)
    for cut_off in ("was cut short", "did not come to its end", "was not answered", "Traceback"):
        assert cut_off not in complaints


async def test_a_teams_that_never_answers_keeps_it_from_ending_for_ten_seconds_at_most(teams, tmp_path):
    populated(teams)
    settled(tmp_path)
    async with started(tmp_path, **secrets(teams)) as bot:
        await served(bot, teams)
        teams.fail("*", Fault(delay=300), times=100)
        asks = asyncio.create_task(at(teams, "jo").say("about"))
        await until(lambda: teams.called("say"))
        code, complaints = await bot.ended(signal.SIGTERM)
        await asks
    assert code == 0, "by itself: what takes longer ends with 1"
    assert "Traceback" not in complaints
    assert "Unclosed" not in complaints


async def test_a_bot_that_starts_before_microsoft_is_there_is_ready_once_it_is(teams, tmp_path):
    populated(teams)
    settled(tmp_path)
    teams.login.away = True
    async with started(tmp_path, **secrets(teams)) as bot:
        await bot.complained("Is this computer online? Trying again until it is.")
        teams.login.away = False
        await bot.ready()
        code, complaints = await bot.ended(signal.SIGTERM)
    assert code == 0
    assert complaints.count("Trying again until it is.") == 1


async def test_it_can_be_stopped_while_microsoft_is_away(tmp_path):
    settled(tmp_path)
    async with started(tmp_path, **HALF) as bot:
        await bot.complained("Trying again until it is.")
        code, complaints = await bot.ended(signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in complaints
