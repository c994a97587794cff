"""Workspaces take the hosted app and leave it while the bot runs, in whichever process that is heard of."""

import asyncio
import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.conversation import Paragraph, Person, Post, Send
from bot.errors import NotDelivered
from tests import databases
from tests.hosting.conftest import ELSEWHERE, HERE, council
from tests.hosting.granted import TELLTALE
from tests.slack.conftest import CHANNEL, account, somebody
from tests.slack.standin import Fault, payloads
from tests.slack.standin import posted as wire
from tests.slack.standin.faults import DOWN
from tests.waiting import until

pytestmark = pytest.mark.database

HELLO = Post((Paragraph("Something waits for you."),))


def ann_of(team: str = HERE) -> Person:
    return Person("slack", team, account("ann"))


def told(space) -> list[str]:
    return [said.text for said in space.said if said.user == space.bot.id]


@pytest.fixture
async def installed(deployment, space):
    assert (await deployment.install())[0] == 200
    deployment.calls(space)
    return deployment


# ---------------------------------------------------------------- coming


async def test_slack_finds_the_address_before_any_workspace_has_the_app(deployment, space, slack_):
    deployment.calls(space)
    raw, kind = wire.as_json({"type": "url_verification", "token": "t", "challenge": "here I am"})
    for secret, expected in ((slack_.hosted.signing, 200), ("guessed", 401)):
        answer = await wire.post(space.url, wire.Request(raw, kind, wire.signed(secret, raw, kind), {}))
        assert answer.status == expected
        assert (answer.body.get("challenge") == "here I am") == (expected == 200)


async def test_what_slack_did_not_sign_is_refused_and_nothing_is_looked_for(installed, ann, space, caplog):
    space.secret = "not-the-secret"  # noqa: S105  # that is the point
    assert (await ann.command(CHANNEL, "roles")).status == 401
    assert installed.bot.heard == []


async def test_a_workspace_that_another_process_let_in_is_served_when_it_is_first_heard_of(deployments, space, ann):
    first, other = await deployments.start(), await deployments.start()
    await first.install()
    other.calls(space)
    assert (await ann.command(CHANNEL, "roles")).taken
    assert [event.text for event in other.bot.heard] == ["roles"]


async def test_and_when_it_is_first_told_something(deployments, space):
    first, other = await deployments.start(), await deployments.start()
    await first.install()
    await other.chat.deliver(Send(to=ann_of(), post=HELLO), "k1")
    assert len(told(space)) == 1
    assert await other.chat.reaches(ann_of()) == ""


async def test_whether_a_workspace_has_the_app_is_not_looked_for_each_time(deployments, space):
    first, other = await deployments.start(), await deployments.start()
    for _ in range(2):
        with pytest.raises(NotDelivered, match="does not have the app") as refused:
            await other.chat.deliver(Send(to=ann_of(), post=HELLO), "k1")
        assert refused.value.again
        await first.install()
    assert await other.chat.reaches(ann_of()) == "not-installed"
    later = await deployments.start(look=0.0)
    assert await later.chat.reaches(ann_of()) == ""


async def test_two_workspaces_with_one_app_are_each_answered_in_their_own(deployments, slack_):
    deployment = await deployments.start(council(HERE), council(ELSEWHERE, "southwell"))
    for team in (HERE, ELSEWHERE):
        slack_.hosted.chooses = team
        assert (await deployment.install())[0] == 200
        deployment.calls(slack_.spaces[team])
        await somebody(slack_, "ann", team).command(CHANNEL, "roles")
    assert [event.who.tenant for event in deployment.bot.heard] == [HERE, ELSEWHERE]
    assert sorted(one["team"] for one in await deployment.chat.health()) == [HERE, ELSEWHERE]


async def test_a_process_that_is_started_again_serves_whoever_was_there(installed, deployments, space, ann):
    again = await deployments.start()
    again.calls(space)
    assert (await ann.command(CHANNEL, "roles")).taken
    assert again.served.here() == {HERE: f"Workspace {HERE} ({HERE})"}


# ---------------------------------------------------------------- going


@pytest.mark.parametrize("what", ["uninstalled", "revoked"])
async def test_an_uninstall_is_honoured_at_once_and_leaves_no_token(installed, deployments, slack_, space, ann, what):
    slack_.hosted.uninstalled(space)
    event = payloads.uninstalled() if what == "uninstalled" else payloads.revoked(space)
    assert (await ann.event(event)).taken
    assert databases.rows(deployments.memory().url, "SELECT count(*) FROM slack_installs") == [(0,)]
    assert await installed.chat.health() == []
    with pytest.raises(NotDelivered) as refused:
        await installed.chat.deliver(Send(to=ann_of(), post=HELLO), "k1")
    assert refused.value.again, "what waits is kept"
    assert (await ann.event(payloads.uninstalled())).taken, "the two come in any order"
    assert installed.bot.heard == []


async def test_what_waited_is_delivered_once_it_is_installed_again(installed, slack_, space, ann):
    slack_.hosted.uninstalled(space)
    await ann.event(payloads.uninstalled())
    with pytest.raises(NotDelivered):
        await installed.chat.deliver(Send(to=ann_of(), post=HELLO), "k1")
    await installed.install()
    await installed.chat.deliver(Send(to=ann_of(), post=HELLO), "k1")
    assert len(told(space)) == 1
    assert (await ann.command(CHANNEL, "roles")).taken


async def test_an_uninstall_that_is_told_late_takes_nothing_from_the_next_install(installed, deployments, space, ann):
    """Slack tells of it up to an hour later, where the bot was away."""
    assert (await ann.event(payloads.uninstalled())).taken
    assert (await ann.event(payloads.revoked(space))).taken
    assert databases.rows(deployments.memory().url, "SELECT count(*) FROM slack_installs") == [(1,)]
    assert (await ann.command(CHANNEL, "roles")).taken


async def test_a_token_of_one_persons_that_is_revoked_changes_nothing(installed, slack_, space, ann):
    await ann.event(payloads.revoked(space, "USOMEBODY"))
    assert slack_.called("auth.test")[1:] == []
    assert len(await installed.chat.health()) == 1


async def test_where_slack_can_not_tell_it_is_asked_to_say_so_again(installed, slack_, space, ann):
    slack_.hosted.uninstalled(space)
    slack_.fail("auth.test", Fault(status=503, body="<html>"))
    assert (await ann.event(payloads.uninstalled())).status == 500
    assert (await ann.again()).taken
    assert await installed.chat.health() == []


@pytest.mark.parametrize("code", ["org_login_required", "team_added_to_org", "accesslimited", "ekm_access_denied"])
async def test_an_uninstall_that_is_told_late_takes_nothing_where_slack_lets_nobody_in_for_a_while(
    installed, deployments, slack_, ann, code
):
    slack_.fail("auth.test", Fault(error=code))
    assert (await ann.event(payloads.uninstalled())).status == 500, "so that Slack says it again"
    assert databases.rows(deployments.memory().url, "SELECT count(*) FROM slack_installs") == [(1,)]
    assert len(await installed.chat.health()) == 1


async def test_nor_where_the_token_is_over_and_slack_does_not_renew_it(installed, deployments, slack_, space, ann):
    space.grants = dict.fromkeys(space.grants, 0.0)
    slack_.fail("oauth.v2.access", DOWN)
    assert (await ann.event(payloads.uninstalled())).status == 500
    assert databases.rows(deployments.memory().url, "SELECT count(*) FROM slack_installs") == [(1,)]


# ---------------------------------------------------------------- what can't be read


async def damage(deployments) -> None:
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text("UPDATE slack_installs SET bot_token = bot_refresh_token"))


async def test_an_install_that_is_damaged_is_served_on_with_what_is_known_and_told_once(deployments, space, caplog):
    deployment = await deployments.start(pause=0.05)
    await deployment.install()
    await damage(deployments)
    await until(lambda: "is damaged" in caplog.text)
    await asyncio.sleep(0.2)
    assert caplog.text.count("is damaged") == 1
    assert "was taken out" not in caplog.text
    await deployment.chat.deliver(Send(to=ann_of(), post=HELLO), "k1")
    assert [one["refused"] for one in await deployment.chat.health()] == ["damaged"]
    assert (await deployment.install())[0] == 200
    assert [one["refused"] for one in await deployment.chat.health()] == [""]


async def test_a_process_that_begins_with_one_that_is_damaged_says_of_nobody_that_they_have_no_app(deployments, space):
    await (await deployments.start()).install()
    await damage(deployments)
    later = await deployments.start()
    assert [(one["team"], one["refused"]) for one in await later.chat.health()] == [(HERE, "damaged")]
    with pytest.raises(NotDelivered, match="not known yet") as refused:
        await later.chat.reaches(ann_of())
    assert refused.value.again


async def test_where_the_store_is_away_at_the_start_it_can_be_opened_again(deployments, deployment, space):
    await deployment.install()
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text("ALTER TABLE slack_installs RENAME TO elsewhere"))
    later = deployments.served()
    with pytest.raises(DBAPIError):
        await later.chat.open()
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO slack_installs"))
    await later.chat.open()
    await later.chat.deliver(Send(to=ann_of(), post=HELLO), "k1")
    assert len(told(space)) == 1


async def test_while_the_store_can_not_tell_nobody_is_said_to_be_out_of_reach(deployment, deployments):
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text("ALTER TABLE slack_installs RENAME TO elsewhere"))
    with pytest.raises(NotDelivered, match="not known yet") as refused:
        await deployment.chat.reaches(ann_of())
    assert refused.value.again
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO slack_installs"))


async def test_an_uninstall_that_another_process_heard_of_is_noticed(deployments, slack_, space, ann):
    first = await deployments.start()
    await first.install()
    other = await deployments.start(look=0.0)
    first.calls(space)
    slack_.hosted.uninstalled(space)
    await ann.event(payloads.uninstalled())
    assert await other.chat.reaches(ann_of()) == "not-installed"
    assert await other.chat.health() == []


async def test_where_nobody_heard_of_it_slacks_word_stands_in_how_it_is(installed, slack_, space, caplog):
    slack_.hosted.uninstalled(space)
    with pytest.raises(NotDelivered) as refused:
        await installed.chat.deliver(Send(to=ann_of(), post=HELLO), "k1")
    assert refused.value.again
    assert [one["refused"] for one in await installed.chat.health()] == ["account_inactive"]
    assert "somebody of this one installs it again, at /slack/install" in caplog.text


async def test_a_token_that_was_replaced_by_another_process_is_taken_up_without_anybody_noticing(
    deployments, space, slack_
):
    first, other = await deployments.start(), await deployments.start()
    await first.install()
    await other.chat.deliver(Send(to=ann_of(), post=HELLO), "k1")
    slack_.hosted.uninstalled(space)
    await first.install()
    await other.chat.deliver(Send(to=ann_of(), post=HELLO), "k2")
    assert len(told(space)) == 2
    assert [one["refused"] for one in await other.chat.health()] == [""]


async def test_no_token_is_in_the_log_or_in_what_is_told_of_how_it_is(deployments, slack_, space, ann, caplog):
    caplog.set_level(logging.DEBUG)
    deployment = await deployments.start()
    await deployment.install()
    deployment.calls(space)
    await ann.command(CHANNEL, "roles")
    health = str(await deployment.chat.health())
    slack_.hosted.uninstalled(space)
    await ann.event(payloads.uninstalled())
    for told_ in (caplog.text, health, repr(deployment.served), f"{await deployments.installs().sound()}"):
        assert TELLTALE not in told_
        assert slack_.hosted.client_secret not in told_
        assert slack_.hosted.signing not in told_
