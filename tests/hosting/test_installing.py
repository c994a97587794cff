"""A workspace installs the hosted app in a browser: what is kept, what is refused, and what the page says then."""

import asyncio
import re

import pytest
from sqlalchemy import text

from storage.seal import read_keys
from storage.slack_installs import SqlStates
from tests import databases
from tests.hosting.conftest import ELSEWHERE, HERE, council
from tests.slack.conftest import CHANNEL
from tests.slack.standin import Fault
from tests.slack.standin.faults import DOWN

pytestmark = pytest.mark.database


def kept(deployments) -> list[tuple]:
    return databases.rows(deployments.memory().url, "SELECT team_id FROM slack_installs")


async def test_the_page_begins_nothing_until_the_button_is_pressed(deployment, slack_, deployments):
    status, page = await deployment.opened("/slack/install")
    assert (status, "Install it in Slack" in page) == (200, True)
    assert slack_.hosted.asked == []
    assert databases.rows(deployments.memory().url, "SELECT count(*) FROM slack_states") == [(0,)]


async def test_whoever_installs_it_is_answered_in_their_workspace_at_once(deployment, slack_, space, ann, deployments):
    status, page = await deployment.install()
    assert status == 200
    assert f"Protocol Bot is in the Slack workspace Workspace {HERE} now, for the council barrow." in page
    assert set(slack_.hosted.asked[0]["scope"].split(",")) == space.scopes, "the manifest's, and no other"
    assert kept(deployments) == [(HERE,)]
    deployment.calls(space)
    assert (await ann.command(CHANNEL, "roles")).taken
    assert [event.text for event in deployment.bot.heard] == ["roles"]
    assert [(one["team"], one["transport"], one["refused"]) for one in await deployment.chat.health()] == [
        (HERE, "http", "")
    ]
    assert deployment.served.here() == {HERE: f"Workspace {HERE} ({HERE})"}


async def test_a_workspace_that_no_council_has_is_given_back_what_it_allowed(deployment, slack_, deployments, caplog):
    slack_.hosted.chooses = ELSEWHERE
    status, page = await deployment.install()
    assert status == 403
    assert f"workspaces: {{slack: {ELSEWHERE}}}" in page, "the line that whoever runs it has to add"
    assert "was given back" in page
    assert kept(deployments) == []
    assert slack_.spaces[ELSEWHERE].grants == {}, "its token is revoked"
    assert await deployment.chat.health() == []
    assert f"The Slack workspace {ELSEWHERE} wanted to install the app" in caplog.text


async def test_once_its_council_is_told_of_it_can_be_installed(deployment, slack_, deployments):
    slack_.hosted.chooses = ELSEWHERE
    assert (await deployment.install())[0] == 403
    later = await deployments.start(council(HERE), council(ELSEWHERE, "southwell"))
    status, page = await later.install()
    assert (status, "for the council southwell" in page) == (200, True)


async def test_a_council_that_is_named_no_more_leaves_no_token_when_its_workspace_tries_again(deployments, slack_):
    first = await deployments.start()
    await first.install()
    later = await deployments.start(council(ELSEWHERE))
    assert (await later.install())[0] == 403
    assert kept(deployments) == []


async def test_a_whole_organisation_is_refused_kindly(deployment, slack_, deployments, space):
    slack_.hosted.organisation = True
    status, page = await deployment.install()
    assert status == 403
    assert "choose the council&#x27;s own workspace" in page
    assert kept(deployments) == []
    assert space.grants == {}


async def test_whoever_says_no_at_slack_reads_what_happened_and_how_to_go_on(deployment, slack_, deployments):
    slack_.hosted.denies = True
    status, page = await deployment.install()
    assert (status, "Slack says that it was not allowed" in page, "Begin again" in page) == (200, True, True)
    assert kept(deployments) == []


async def test_installed_again_its_row_takes_the_place_of_the_first(deployment, deployments, space):
    for _ in range(2):
        assert (await deployment.install())[0] == 200
    assert kept(deployments) == [(HERE,)]
    newest = list(space.grants)[-1]
    assert (await deployments.installs().of(HERE)).bot.bot_token == newest


async def test_what_could_not_be_given_back_is_said(deployment, slack_):
    slack_.hosted.chooses = ELSEWHERE
    slack_.fail("auth.revoke", Fault(error="internal_error"))
    _, page = await deployment.install()
    assert "Please take the app out yourself" in page


@pytest.mark.parametrize("fault", [Fault(status=503, body="<html>"), Fault(error="invalid_code"), Fault(drops=True)])
async def test_where_slack_does_not_finish_it_nothing_is_kept(deployment, slack_, deployments, fault):
    slack_.fail("oauth.v2.access", fault)
    status, page = await deployment.install()
    assert (status, "Slack did not finish it" in page) == (502, True)
    assert kept(deployments) == []


async def test_without_the_keys_nothing_is_begun(deployments, slack_, caplog):
    deployments.keys.rename(deployments.keys.with_name("away"))
    deployment = await deployments.start()
    status, page = await deployment.install()
    assert (status, "nothing can be kept here" in page) == (503, True)
    assert slack_.hosted.asked == []
    assert "No key file was given" in caplog.text


async def test_an_install_again_that_slack_does_not_finish_takes_the_bot_out_of_no_workspace(
    deployment, slack_, space, ann
):
    """Slack takes the whole bot out where one of its tokens is revoked."""
    assert (await deployment.install())[0] == 200
    deployment.calls(space)
    slack_.fail("auth.test", DOWN)
    status, page = await deployment.install()
    assert (status, "Slack did not finish it" in page) == (502, True)
    assert slack_.called("auth.revoke") == []
    assert (await ann.command(CHANNEL, "roles")).taken


async def test_nor_does_one_that_can_not_be_kept(deployment, slack_, deployments, caplog):
    assert (await deployment.install())[0] == 200
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text("ALTER TABLE slack_installs RENAME TO elsewhere"))
    status, page = await deployment.install()
    assert (status, "could not be kept here" in page) == (500, True)
    assert slack_.called("auth.revoke") == []
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO slack_installs"))
    assert "could not be kept: " in caplog.text


@pytest.mark.parametrize(("table", "begins"), [("keys", True), ("slack_states", False)], ids=["begun", "finished"])
async def test_while_the_database_is_away_the_page_says_so(deployment, deployments, caplog, table, begins):
    query = {} if begins else {"state": (await begun(deployment))["state"], "code": "x"}
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
    status, page = await (deployment.install() if begins else deployment.opened("/slack/oauth_redirect", **query))
    assert (status, "nothing can be kept here" in page) == (503, True)
    assert "begun or finished" in caplog.text
    assert "SELECT" not in caplog.text, "only its kind"
    async with databases.whole(deployments.memory()) as connection:
        await connection.execute(text(f"ALTER TABLE elsewhere RENAME TO {table}"))


async def test_an_install_that_was_begun_before_the_keys_were_lost_ends_with_a_word_of_it(deployments, caplog):
    deployment = await deployments.start()
    query = {"state": (await begun(deployment))["state"], "code": "x"}
    deployments.keys.rename(deployments.keys.with_name("away"))
    later = await deployments.start()
    later.page.cookie_jar.update_cookies({"protocol-bot-install": query["state"]})
    status, page = await later.opened("/slack/oauth_redirect", **query)
    assert (status, "nothing can be kept here" in page) == (503, True)
    assert "No key file was given" in caplog.text


# ---------------------------------------------------------------- who began it


async def begun(deployment) -> dict[str, str]:
    """What Slack would be asked: the button was pressed, and nobody went on."""
    async with deployment.page.post(f"{deployment.url}/slack/install", allow_redirects=False) as answer:
        assert answer.status == 303
        found = re.findall(r"(\w+)=([^&]+)", answer.headers["Location"])
        assert "HttpOnly" in answer.headers["Set-Cookie"]
        assert "SameSite=Lax" in answer.headers["Set-Cookie"]
        return dict(found)


async def code(deployment, slack_) -> str:
    slack_.hosted.codes["good"] = f"{deployment.url}/slack/oauth_redirect", HERE, False
    return "good"


@pytest.mark.parametrize("state", ["", "guessed"])
async def test_a_state_that_is_wrong_lets_nothing_in(deployment, slack_, deployments, state):
    await begun(deployment)
    status, page = await deployment.opened("/slack/oauth_redirect", code=await code(deployment, slack_), state=state)
    assert (status, "Begin again" in page) == (400, True)
    assert kept(deployments) == []
    assert slack_.called("oauth.v2.access") == []


async def test_another_browser_can_not_finish_what_one_began(deployment, slack_, deployments):
    """Else somebody could have their own workspace's token put in by somebody else's visit."""
    state = (await begun(deployment))["state"]
    other = await deployments.start()
    status, _ = await other.opened("/slack/oauth_redirect", code=await code(deployment, slack_), state=state)
    assert status == 400
    assert slack_.called("oauth.v2.access") == []


async def test_a_state_serves_once(deployment, slack_, deployments):
    state = (await begun(deployment))["state"]
    path = {"code": await code(deployment, slack_), "state": state}
    cookies = {"protocol-bot-install": state}
    results = []
    for _ in range(2):
        async with deployment.page.get(f"{deployment.url}/slack/oauth_redirect", params=path, cookies=cookies) as shown:
            results.append(shown.status)
    assert results == [200, 400]
    assert len(slack_.called("oauth.v2.access")) == 1


async def test_a_state_that_is_too_old_is_refused(deployment, slack_, deployments):
    state = await SqlStates(-1, deployments.memory(), read_keys(deployments.keys)).async_issue()
    path = {"code": await code(deployment, slack_), "state": state}
    cookies = {"protocol-bot-install": state}
    async with deployment.page.get(f"{deployment.url}/slack/oauth_redirect", params=path, cookies=cookies) as shown:
        assert shown.status == 400
    assert kept(deployments) == []


async def test_what_somebody_wrote_into_the_address_is_not_shown_as_slacks_word(deployment):
    state = (await begun(deployment))["state"]
    _, page = await deployment.opened("/slack/oauth_redirect", error="<b>Ring 0900 1234</b>", state=state)
    assert "Ring" not in page


async def test_several_who_install_it_at_a_time_all_get_in(deployments, slack_):
    first, other = await deployments.start(), await deployments.start()
    assert [status for status, _ in await asyncio.gather(first.install(), other.install())] == [200, 200]
    assert kept(deployments) == [(HERE,)]
