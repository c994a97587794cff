"""Slack may be away when the bot starts, for after a power cut the router comes up last: it is waited for."""

import logging
import signal
from itertools import islice, repeat

import pytest

from adapters.slack.calls import Calls, client, session
from adapters.slack.refusals import Refused
from bot.errors import ProtocolBotError
from bot.pauses import growing
from tests.running.process import NOT_ON_WINDOWS, TEAM, populated, settled, started, tokens
from tests.running.test_refusing import HALF
from tests.slack.standin import Fault
from tests.slack.standin.faults import DOWN, LIMITED

AWAY = "Is this computer online? Trying again until it is."


async def introduced(slack) -> None:
    """Until the bot knows where it is; without waiting between tries."""
    async with session() as connections:
        calls = Calls(client(slack.spaces[TEAM].token, slack.api_url, connections), connections)
        await calls.introduced(10.0, repeat(0.0, 100))


# ---------------------------------------------------------------- it goes on trying


@pytest.mark.parametrize("fault", [DOWN, Fault(drops=True), Fault(error="internal_error")], ids=["503", "cut", "fault"])
async def test_however_often_slack_is_away_it_is_tried_again_and_that_is_said_once(slack, caplog, fault):
    populated(slack)
    slack.fail("auth.test", fault, times=50)
    await introduced(slack)
    assert len(slack.called("auth.test")) == 51
    [said] = caplog.messages
    assert "Trying again until it" in said
    assert (AWAY in said) == (not fault.error), "Slack's own word is none of this computer's"


async def test_where_slack_asks_for_patience_it_has_it(slack, caplog):
    populated(slack)
    slack.fail("auth.test", Fault(status=429, error=LIMITED.error, after="1"))
    await introduced(slack)
    assert caplog.messages == ["Slack asks to be left alone for a while. Trying again until it works."]


def test_the_pauses_grow_to_half_a_minute_and_never_end():
    assert list(islice(growing(), 9)) == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert next(islice(growing(), 100_000, None)) == 30


@pytest.mark.parametrize("code", ["invalid_auth", "missing_scope", "unknown_method"])
async def test_what_no_trying_mends_ends_it(slack, caplog, code):
    space = populated(slack)
    space.refused = code
    with pytest.raises(ProtocolBotError, match=f"can’t be entered.*{code}"):
        await introduced(slack)
    assert len(slack.called("auth.test")) == 1
    assert caplog.messages == [], "it stands in the error"


@NOT_ON_WINDOWS
async def test_a_bot_that_starts_before_slack_is_there_is_ready_once_it_is(slack, tmp_path):
    populated(slack)
    settled(tmp_path)
    slack.fail("auth.test", DOWN, times=2)
    async with started(tmp_path, **tokens(slack)) as bot:
        await bot.ready()
        code, complaints = await bot.ended(signal.SIGTERM)
    assert code == 0
    assert complaints.count(f"Slack answered 503 and nothing that can be read. {AWAY}\n") == 1


@NOT_ON_WINDOWS
async def test_told_to_stop_while_it_tries_it_ends(tmp_path):
    settled(tmp_path)
    async with started(tmp_path, **HALF) as bot:
        await bot.complained(f"Slack could not be reached (ClientConnectorError). {AWAY}")
        code, complaints = await bot.ended(signal.SIGTERM)
    assert code == 0
    assert len(complaints.splitlines()) == 1


@NOT_ON_WINDOWS
async def test_told_to_stop_while_something_hangs_that_nothing_can_cut_short_it_is_gone_all_the_same(tmp_path):
    """A thread that asks for a name where the network takes the question and gives no answer, as a dead router does."""
    (tmp_path / "hanging").mkdir()
    (tmp_path / "hanging" / "sitecustomize.py").write_text(
        "import socket, sys, time\n"
        "def hangs(host, *more, **options):\n"
        "    print('asking for', host, file=sys.stderr, flush=True)\n"
        "    time.sleep(300)\n"
        "socket.getaddrinfo = hangs\n",
        encoding="utf-8",
    )
    settled(tmp_path)
    away = HALF | {"SLACK_API_URL": "https://slack.test/api/"}
    async with started(tmp_path, path=str(tmp_path / "hanging"), **away) as bot:
        await bot.complained("asking for slack.test")
        _, complaints = await bot.ended(signal.SIGTERM)
    assert "Something did not come to its end in time" in complaints
    assert "Traceback" not in complaints


# ---------------------------------------------------------------- shut out later


async def test_a_bot_that_is_shut_out_while_it_runs_logs_the_mend_once_until_it_is_let_in_again(slack, caplog):
    space = populated(slack)
    async with session() as connections:
        calls = Calls(client(space.token, slack.api_url, connections), connections)
        await calls.introduced(10.0)
        for _ in range(2):
            for code in ("token_revoked", "missing_scope"):
                space.refused = code
                for method, of in (("users.info", {"user": "UJO"}), ("conversations.open", {"users": "UJO"})) * 2:
                    with pytest.raises(Refused):
                        await calls(method, 10.0, **of)
            space.refused = ""
            await calls("users.info", 10.0, user="UJO")
            await calls("conversations.open", 10.0, users="UJO")
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert [said.partition(".")[0] for said in told] == [
        f"The Slack workspace {TEAM}: Slack refused it (token_revoked)",
        f"The Slack workspace {TEAM}: Slack refused it (missing_scope)",
    ] * 2
    assert "put the new token into SLACK_BOT_TOKEN" in told[0]
