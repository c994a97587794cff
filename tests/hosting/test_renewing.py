"""Tokens of the hosted app run out: renewed in time, once, whichever process does it."""

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import text

from adapters.slack.installs import Ending
from adapters.slack.oauth import OAuth
from bot.conversation import Paragraph, Person, Post, Send
from bot.errors import NotDelivered
from deploy.platforms.slack_hosted import InstallsOf
from storage.database import within
from tests import databases
from tests.hosting.conftest import ELSEWHERE, HERE, council
from tests.slack.conftest import account
from tests.slack.standin import Fault
from tests.slack.standin.faults import DOWN, LIMITED
from tests.waiting import until

pytestmark = pytest.mark.database

HELLO = Post((Paragraph("Something waits for you."),))


def send(key: str) -> tuple[Send, str]:
    return Send(to=Person("slack", HERE, account("ann")), post=HELLO), key


def refreshed(slack_) -> list[Any]:
    return [call for call in slack_.called("oauth.v2.access") if call.arguments.get("grant_type") == "refresh_token"]


async def runs_out(deployments, seconds: float) -> None:
    """As it would be hours later."""
    expire = int(time.time() + seconds)
    at = time.strftime("%Y-%m-%d %H:%M:%S.000000", time.gmtime(expire))
    zone = "+00:00" if databases.on_postgres() else ""
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text(f"UPDATE slack_installs SET bot_token_expires_at = '{at}{zone}'"))  # noqa: S608


async def test_a_token_is_renewed_before_it_runs_out_by_a_bot_that_nobody_speaks_to(deployments, slack_, space):
    await (await deployments.start()).install()
    assert refreshed(slack_) == []
    await runs_out(deployments, 3600)
    quiet = await deployments.start(pause=0.05)
    await until(lambda: refreshed(slack_))
    await asyncio.sleep(0.2)
    assert len(refreshed(slack_)) == 1, "it holds for long now"
    await quiet.chat.deliver(*send("k1"))
    assert (await deployments.installs().of(HERE)).bot.bot_token == list(space.grants)[-1]


async def test_a_bot_that_was_off_while_its_token_ran_out_renews_it_before_it_calls(deployments, slack_, space):
    await (await deployments.start()).install()
    space.grants = dict.fromkeys(space.grants, 0.0)
    await runs_out(deployments, -60)
    later = await deployments.start()
    await asyncio.gather(*(later.chat.deliver(*send(f"k{n}")) for n in range(5)))
    assert len(refreshed(slack_)) == 1
    assert len(space.said) == 5


async def test_where_slacks_clock_is_ahead_its_word_counts(deployments, slack_, space):
    deployment = await deployments.start()
    await deployment.install()
    space.grants = dict.fromkeys(space.grants, 0.0)
    await deployment.chat.deliver(*send("k1"))
    assert len(refreshed(slack_)) == 1
    assert len(space.said) == 1


async def test_two_processes_at_once_spend_no_refresh_token_twice(deployments, slack_, space):
    await (await deployments.start()).install()
    space.grants = dict.fromkeys(space.grants, 0.0)
    await runs_out(deployments, -60)
    replicas = [await deployments.start(pause=0.05) for _ in range(3)]
    await asyncio.gather(*(one.chat.deliver(*send(f"k{n}")) for n, one in enumerate(replicas)))
    assert len(refreshed(slack_)) == 1
    assert len(slack_.hosted.spent) == len(set(slack_.hosted.spent)) == 1
    assert len(space.said) == 3
    assert [one["refused"] for replica in replicas for one in await replica.chat.health()] == ["", "", ""]


async def test_calls_with_a_token_that_holds_look_nowhere(deployments, slack_, space):
    deployment = await deployments.start()
    await deployment.install()
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text("ALTER TABLE slack_installs RENAME TO elsewhere"))
    for number in range(3):
        await deployment.chat.deliver(*send(f"k{number}"))
    assert len(space.said) == 3
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO slack_installs"))


async def test_while_slack_is_away_the_token_that_holds_still_serves(deployments, slack_, space):
    await (await deployments.start()).install()
    await runs_out(deployments, 3600)
    slack_.fail("oauth.v2.access", DOWN, times=3)
    deployment = await deployments.start(pause=0.05, away=0.05)
    await until(lambda: len(refreshed(slack_)) >= 4)
    await deployment.chat.deliver(*send("k1"))
    assert [one["refused"] for one in await deployment.chat.health()] == [""]


async def test_a_refresh_token_that_was_lost_with_its_answer_is_told_with_its_mend_while_the_token_still_holds(
    deployments, slack_, space, caplog
):
    """A crash between Slack's answer and our commit: what Slack gave is gone, and the one before it is spent."""
    deployment = await deployments.start()
    await deployment.install()
    slack_.hosted.refreshing.clear()
    await runs_out(deployments, 3600)
    later = await deployments.start(pause=0.05)
    await until(lambda: "can’t be renewed" in caplog.text)
    await later.chat.deliver(*send("k1"))
    assert [one["refused"] for one in await later.chat.health()] == ["invalid_refresh_token"]
    assert len(refreshed(slack_)) == 1, "not again and again"
    assert "installs it again, at /slack/install" in caplog.text
    assert (await later.install())[0] == 200
    assert [one["refused"] for one in await later.chat.health()] == [""]


async def test_where_slack_hangs_for_one_workspace_the_others_go_on(deployments, slack_, space):
    """Its oauth answers nobody: what is over stays so, and is told again; nothing else waits."""
    deployment = await deployments.start(council(HERE), council(ELSEWHERE, "southwell"))
    for team in (ELSEWHERE, HERE):
        slack_.hosted.chooses = team
        assert (await deployment.install())[0] == 200
    space.grants = dict.fromkeys(space.grants, 0.0)
    slack_.fail("oauth.v2.access", Fault(delay=60.0), times=20)
    calls = [asyncio.create_task(deployment.chat.deliver(*send(f"k{n}"))) for n in range(25)]
    await until(lambda: refreshed(slack_))
    async with asyncio.timeout(3):
        elsewhere = Send(to=Person("slack", ELSEWHERE, account("ann")), post=HELLO)
        await deployment.chat.deliver(elsewhere, "elsewhere")
        async with within(deployments.memory(), "barrow") as writing:
            await writing.execute(text("DELETE FROM slack_states WHERE state = 'x'"))
    assert len(slack_.spaces[ELSEWHERE].said) == 1
    assert len(refreshed(slack_)) == 1, "once for all who would have it"
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)


async def test_a_renewal_that_is_late_is_told_as_that_and_mends_itself(deployments, slack_, space, caplog):
    deployment = await deployments.start(look=0.0, away=0.05)
    await deployment.install()
    space.grants = dict.fromkeys(space.grants, 0.0)
    slack_.fail("oauth.v2.access", DOWN)
    with pytest.raises(NotDelivered, match="has not renewed it yet") as refused:
        await deployment.chat.deliver(*send("k1"))
    assert refused.value.again
    assert "make the app anew" not in caplog.text
    await asyncio.sleep(0.06)
    await deployment.chat.deliver(*send("k1"))
    assert len(space.said) == 1


async def test_slack_is_left_alone_for_as_long_as_it_asks(deployments, slack_, space):
    deployment = await deployments.start(look=0.0, away=0.0)
    await deployment.install()
    space.grants = dict.fromkeys(space.grants, 0.0)
    slack_.fail("oauth.v2.access", LIMITED)
    for number in range(5):
        with pytest.raises(NotDelivered):
            await deployment.chat.deliver(*send(f"k{number}"))
    assert len(refreshed(slack_)) == 1


async def test_where_a_renewal_was_refused_the_store_is_not_asked_with_each_call(deployments, slack_, space):
    deployment = await deployments.start()
    await deployment.install()
    space.grants = dict.fromkeys(space.grants, 0.0)
    slack_.hosted.refreshing.clear()
    with pytest.raises(NotDelivered):
        await deployment.chat.deliver(*send("k0"))
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text("UPDATE slack_installs SET bot_token_expires_at = NULL, team_name = 'anew'"))
    for number in range(5):
        with pytest.raises(NotDelivered):
            await deployment.chat.deliver(*send(f"k{number}"))
    assert deployment.chat.teams == {HERE: f"Workspace {HERE}"}
    assert [one["refused"] for one in await deployment.chat.health()] == ["invalid_refresh_token"]


async def test_an_answer_that_is_lost_on_its_way_is_asked_for_again(deployments, slack_, space):
    await (await deployments.start()).install()
    await runs_out(deployments, 3600)
    slack_.fail("oauth.v2.access", Fault(drops=True))
    await deployments.start(pause=0.05, away=0.05)
    await until(lambda: len(refreshed(slack_)) == 2)
    await until(lambda: len(space.grants) == 2)


async def test_an_app_without_rotation_is_served_with_the_token_it_has(deployments, slack_, space):
    slack_.hosted.lasts = None
    deployment = await deployments.start(pause=0.05)
    await deployment.install()
    await deployment.chat.deliver(*send("k1"))
    assert (await deployments.installs().of(HERE)).bot.bot_token_expires_at is None
    assert refreshed(slack_) == []


async def test_once_it_is_ending_nothing_is_renewed_not_even_what_waited_for_another(deployments, slack_, space):
    """There may be no time left to keep what comes of it: the next start does it."""
    await (await deployments.start()).install()
    await runs_out(deployments, 3600)
    installs = InstallsOf(deployments.installs(), OAuth(slack_.hosted.client_id, "x" * 32, slack_.api_url))
    installs.end()
    with pytest.raises(Ending):
        await installs.renewed(HERE, 7200.0)
    assert refreshed(slack_) == []
    assert (await deployments.installs().of(HERE)).bot.bot_token == list(space.grants)[-1]


async def test_a_renewal_in_hand_at_the_end_is_finished_and_kept(deployments, slack_, space):
    await (await deployments.start()).install()
    await runs_out(deployments, 3600)
    slack_.fail("oauth.v2.access", Fault(delay=0.3, takes=True))
    deployment = await deployments.start(pause=0.05)
    await until(lambda: refreshed(slack_))
    await deployment.chat.close()
    assert (await deployments.installs().of(HERE)).bot.bot_token == list(space.grants)[-1]
    assert len(space.grants) == 2
