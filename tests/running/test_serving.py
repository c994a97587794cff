"""What a running bot serves, what it says about it, and how it ends."""

import asyncio
import json
import re
import signal

import aiohttp
import pytest

from tests.running.process import NOT_ON_WINDOWS, TEAM, asked, populated, settled, started, tokens
from tests.slack.standin import Fault, Somebody, StandIn
from tests.slack.standin.server import Call
from tests.waiting import until

pytestmark = NOT_ON_WINDOWS


# ---------------------------------------------------------------- it serves


async def test_over_socket_mode_it_says_what_it_serves_and_answers(slack, tmp_path):
    space = populated(slack)
    settled(tmp_path)
    async with started(tmp_path, **tokens(slack)) as bot:
        address = await bot.ready()
        assert f"barrow: the Slack workspace Workspace {TEAM} ({TEAM}), Socket Mode.\n" in bot.said
        jo = Somebody(slack, space, space.users["UJO"], waits=60.0)
        assert (await jo.command("C0COUNCIL", "about")).taken
        await until(lambda: space.seen_by("UJO", "C0COUNCIL"))
        assert [said.only_for for said in space.seen_by("UJO", "C0COUNCIL")] == ["UJO"]
        status, told = await asked(f"{address}healthz")
        assert (status, told["well"], told["store"]) == (200, True, "")
        assert [(one["team"], one["transport"]) for one in told["workspaces"]] == [(TEAM, "socket")]
        code, complaints = await bot.ended(signal.SIGTERM)
    assert code == 0
    for cut_off in ("was cut short", "did not come to its end", "was not answered", "Traceback"):
        assert cut_off not in complaints
    assert "barrow: Nobody holds the office of the chair." in complaints, "what would keep a concern from anybody"


async def test_over_http_slack_calls_it_and_nobody_else_can(slack, tmp_path):
    space = populated(slack, sockets=False)
    settled(tmp_path)
    async with started(tmp_path, **tokens(slack)) as bot:
        space.url = f"{await bot.ready()}slack/events"
        assert f"({TEAM}), HTTP.\n" in bot.said
        jo = Somebody(slack, space, space.users["UJO"], waits=60.0)
        assert (await jo.command("C0COUNCIL", "about")).taken
        space.secret = "not-the-secret"  # noqa: S105  # that is the point
        refused = await jo.command("C0COUNCIL", "about")
        assert refused.status in (401, 403)
        code, _ = await bot.ended(signal.SIGINT)
    assert code == 0
    assert len(space.seen_by("UJO", "C0COUNCIL")) == 1


async def test_it_serves_neither_the_try_outs_chat_nor_a_door_that_slack_does_not_use(slack, tmp_path):
    populated(slack)
    settled(tmp_path)
    async with started(tmp_path, **tokens(slack)) as bot, aiohttp.ClientSession() as page:
        address = await bot.ready()
        for path in ("", "api/workspace", "static/chat.js", "slack/events"):
            async with page.post(address + path) as posted, page.get(address + path) as got:
                assert (posted.status, got.status) == (404, 404), path


async def test_several_councils_have_workspaces_of_their_own_and_transports_of_their_own(slack, tmp_path):
    populated(slack, "TBARROW")
    populated(slack, "TLEIGH", sockets=False)
    one = settled(tmp_path, "barrow", "TBARROW", "one.yaml")
    other = settled(tmp_path, "leigh-on-sea", "TLEIGH", "other.yaml")
    named = ("--settings", str(one), "--settings", str(other))
    async with started(tmp_path, *named, **tokens(slack)) as bot:
        address = await bot.ready()
        assert "barrow: the Slack workspace Workspace TBARROW (TBARROW), Socket Mode.\n" in bot.said
        assert "leigh-on-sea: the Slack workspace Workspace TLEIGH (TLEIGH), HTTP.\n" in bot.said
        status, told = await asked(f"{address}healthz")
    assert status == 200
    assert {one["team"]: one["transport"] for one in told["workspaces"]} == {"TBARROW": "socket", "TLEIGH": "http"}


async def test_how_it_is_tells_no_names_and_503_once_slack_refuses_it(slack, tmp_path):
    space = populated(slack)
    settled(tmp_path)
    async with started(tmp_path, **tokens(slack)) as bot:
        address = await bot.ready()
        _, told = await asked(f"{address}healthz")
        assert not {"Ruth", "Jo", "URUTH", "UJO", "xoxb"} & set(re.findall(r"\w+", json.dumps(told)))
        space.refused = "token_revoked"
        await Somebody(slack, space, space.users["UJO"]).opens("home")
        await until(lambda: slack.called("views.publish"))
        status = 200
        async with asyncio.timeout(60):
            while status == 200:  # Slack's answer is on its way
                status, told = await asked(f"{address}healthz")
    assert (status, told["well"]) == (503, False)
    assert told["workspaces"][0]["refused"] == "token_revoked"


async def test_what_fails_in_the_server_is_a_class_in_the_log_and_answers_nothing(slack, tmp_path):
    """Such as a body that is not packed as it says it is: nobody could read it, signed or not."""
    populated(slack, sockets=False)
    settled(tmp_path)
    packed = {"Content-Encoding": "deflate", "Content-Type": "application/json"}
    async with started(tmp_path, **tokens(slack)) as bot, aiohttp.ClientSession() as page:
        url = f"{await bot.ready()}slack/events"
        async with page.post(
            url, data=b"zebra " * 100, headers=packed, skip_auto_headers=["Accept-Encoding"]
        ) as answer:
            assert (answer.status, await answer.text()) == (500, "")
        _, complaints = await bot.ended(signal.SIGTERM)
    assert complaints.count("a request to /slack/events failed: RequestPayloadError\n") == 1
    assert "Traceback" not in complaints
    assert "zebra" not in complaints


def answers(slack: StandIn, user: str) -> list[Call]:
    """What the bot began to say to somebody in private."""
    return [call for call in slack.called("chat.postMessage") if call.arguments["channel"] == f"D{user[1:]}"]


async def test_what_is_in_hand_when_it_is_told_to_stop_is_finished_first(slack, tmp_path):
    space = populated(slack)
    settled(tmp_path)
    slack.fail("chat.postMessage", Fault(delay=1, takes=True), times=2)
    async with started(tmp_path, **tokens(slack)) as bot:
        await bot.ready()
        asks = asyncio.create_task(Somebody(slack, space, space.users["UJO"]).say(space.chat("UJO").id, "about"))
        await until(lambda: answers(slack, "UJO"))
        code, complaints = await bot.ended(signal.SIGTERM)
        await asks
    assert code == 0
    assert len(space.seen_by("UJO", space.chat("UJO").id)) > 1
    assert all(line.startswith("barrow: ") for line in complaints.splitlines()), complaints


@pytest.mark.parametrize("sockets", [True, False], ids=["socket", "http"])
async def test_a_slack_that_never_answers_keeps_it_from_ending_for_ten_seconds_at_most(slack, tmp_path, sockets):
    space = populated(slack, sockets=sockets)
    settled(tmp_path)
    async with started(tmp_path, **tokens(slack)) as bot:
        space.url = f"{await bot.ready()}slack/events"
        slack.fail("*", Fault(delay=300), times=100)
        asks = asyncio.create_task(Somebody(slack, space, space.users["UJO"]).say(space.chat("UJO").id, "about"))
        await until(lambda: answers(slack, "UJO"))
        code, complaints = await bot.ended(signal.SIGTERM)
        await asks
    assert code == 0, "by itself: what takes longer ends with 1"
    assert "Traceback" not in complaints
    assert "Unclosed" not in complaints


async def test_a_folder_that_is_new_gets_keys_and_a_word_on_them_once(slack, tmp_path):
    populated(slack)
    settled(tmp_path)
    data = tmp_path / "kept"
    for first in (True, False):
        async with started(tmp_path, "--data", str(data), **tokens(slack)) as bot:
            await bot.ready()
            await bot.ended(signal.SIGTERM)
        assert ("Keep a copy of" in bot.said) is first
    assert {"protocol-bot.sqlite3", "protocol-bot.keys"} <= {file.name for file in data.iterdir()}
    assert all(file.stat().st_mode & 0o077 == 0 for file in data.iterdir() if file.suffix in (".sqlite3", ".keys"))


async def test_a_second_one_on_the_same_folder_is_told_of_the_first(slack, tmp_path):
    populated(slack)
    settled(tmp_path)
    async with started(tmp_path, **tokens(slack)) as one, started(tmp_path, **tokens(slack)) as other:
        await one.ready()
        await other.ready()
        told = [(await bot.ended(signal.SIGTERM))[1] for bot in (one, other)]
    assert sum("Another Protocol Bot is using this folder too." in complaints for complaints in told) == 1


async def test_it_can_be_stopped_before_slack_has_answered(slack, tmp_path):
    populated(slack)
    settled(tmp_path)
    slack.fail("auth.test", Fault(delay=60))
    async with started(tmp_path, **tokens(slack)) as bot:
        await until(lambda: slack.called("auth.test"))
        code, complaints = await bot.ended(signal.SIGTERM)
    assert (code, complaints) == (0, "")
    assert "Ready" not in bot.said


# ---------------------------------------------------------------- what does not fit together


async def test_a_workspace_of_no_council_is_told_with_the_line_to_add(slack, tmp_path):
    populated(slack)
    settled(tmp_path, team="")
    async with started(tmp_path, **tokens(slack)) as bot:
        await bot.ready()
        _, complaints = await bot.ended(signal.SIGTERM)
    assert "belongs to no council" in complaints
    assert complaints.count(f"workspaces: {{slack: {TEAM}}}") == 2, "for the workspace, and for the council without one"
    assert "barrow: no workspace.\n" in bot.said


async def test_a_council_whose_workspace_has_no_token_is_told(slack, tmp_path):
    populated(slack)
    settled(tmp_path)
    other = settled(tmp_path, "southwell", "TELSEWHERE", "other.yaml")
    named = ("--settings", str(tmp_path / "protocol-bot.yaml"), "--settings", str(other))
    async with started(tmp_path, *named, **tokens(slack)) as bot:
        await bot.ready()
        _, complaints = await bot.ended(signal.SIGTERM)
    assert "southwell: its Slack workspace TELSEWHERE has no token here." in complaints


async def test_an_app_token_that_slack_refuses_is_told_and_it_is_not_ready(slack, tmp_path):
    space = populated(slack)
    settled(tmp_path)
    environ = tokens(slack) | {"SLACK_APP_TOKEN": "xapp-1-zebra"}
    async with started(tmp_path, **environ) as bot:
        await until(lambda: len(slack.called("apps.connections.open")) > 1)
        code, complaints = await bot.ended(signal.SIGTERM)
    assert code == 0
    assert "Ready" not in bot.said
    assert "SLACK_APP_TOKEN is not taken" in complaints
    assert "zebra" not in complaints
    assert not slack.links.open
    assert space.token not in complaints
