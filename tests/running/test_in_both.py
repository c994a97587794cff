"""A running bot in Slack and in Teams: one process serves a council in either, or in both."""

import signal

from tests.running.in_teams import TENANT, account, answers, at, populated, secrets, served, settled
from tests.running.process import NOT_ON_WINDOWS, asked, started, tokens
from tests.running.process import populated as in_slack
from tests.running.process import settled as settled_in_slack
from tests.slack.standin import Somebody
from tests.waiting import until

pytestmark = NOT_ON_WINDOWS


async def test_one_process_serves_a_council_in_both(slack, teams, tmp_path):
    space = in_slack(slack)
    populated(teams)
    file = settled_in_slack(tmp_path)
    both = file.read_text("utf-8").replace("workspaces: {", f"workspaces: {{teams: {TENANT}, ")
    for id in ("ruth", "jo"):
        both = both.replace(f'["slack:U{id.upper()}"]', f'["slack:U{id.upper()}", "teams:{account(id)}"]')
    file.write_text(both, "utf-8")
    async with started(tmp_path, **tokens(slack), **secrets(teams)) as bot:
        address = await served(bot, teams)
        assert (
            "barrow: the Slack workspace Workspace THILLTOP (THILLTOP), Socket Mode and "
            f"the Microsoft Teams tenant {TENANT}, HTTP.\n"
        ) in bot.said
        assert (await Somebody(slack, space, space.users["UJO"], waits=60.0).command("C0COUNCIL", "about")).taken
        await at(teams, "jo").say("about")
        await until(lambda: space.seen_by("UJO", "C0COUNCIL"))
        assert len(space.seen_by("UJO", "C0COUNCIL")) == 1
        assert answers(at(teams, "jo"))
        status, told = await asked(f"{address}healthz")
        assert status == 200
        assert [one["platform"] for one in told["workspaces"]] == ["slack", "teams"]
        code, _ = await bot.ended(signal.SIGTERM)
    assert code == 0


async def test_where_one_of_the_two_lets_it_not_in_the_other_is_served_and_the_mend_is_said(slack, teams, tmp_path):
    space = in_slack(slack)
    populated(teams)
    settled(tmp_path)
    teams.login.refuses = 7000222
    async with started(tmp_path, **tokens(slack), **secrets(teams)) as bot:
        await bot.complained("AADSTS7000222")
        await until(lambda: slack.links.open)
        assert (await Somebody(slack, space, space.users["UJO"], waits=60.0).command("C0COUNCIL", "about")).taken
        code, complaints = await bot.ended(signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in complaints


async def test_each_council_may_be_in_another(slack, teams, tmp_path):
    in_slack(slack)
    populated(teams)
    one = settled_in_slack(tmp_path, "southwell", name="one.yaml")
    other = settled(tmp_path, name="other.yaml")
    named = ("--settings", str(one), "--settings", str(other))
    async with started(tmp_path, *named, **tokens(slack), **secrets(teams)) as bot:
        await bot.ready()
        _, complaints = await bot.ended(signal.SIGTERM)
    assert "southwell: the Slack workspace" in bot.said
    assert f"barrow: the Microsoft Teams tenant {TENANT}, HTTP.\n" in bot.said
    assert "names no" not in complaints
    assert "not set up here" not in complaints
