"""A bot that is to run in Teams: what has to be mended first, what does not fit together, and trying it out."""

import signal

import aiohttp
import pytest

from deploy.platforms.teams_given import APP, AUTH, HOSTS, PASSWORD
from deploy.platforms.teams_given import TENANT as TEAMS_TENANT
from tests.running.in_teams import CHANNEL, HALF, OFF, TENANT, at, populated, secrets, served, settled
from tests.running.process import NOT_ON_WINDOWS, asked, refused, started, tokens
from tests.running.process import populated as in_slack
from tests.running.process import settled as settled_in_slack
from tests.teams.standin.server import APP_ID
from tests.teams.standin.server import PASSWORD as SECRET

pytestmark = NOT_ON_WINDOWS


VALE = "0b0a0a0a-0000-4000-8000-000000000002"

# ---------------------------------------------------------------- nobody is asked who they are


async def test_on_this_computer_it_can_be_tried_out_without_an_app(teams, tmp_path):
    populated(teams)
    settled(tmp_path)
    async with started(tmp_path, **OFF) as bot, aiohttp.ClientSession() as page:
        address = await bot.ready()
        assert f"barrow: the Microsoft Teams tenant {TENANT}, and nobody is asked who they are" in bot.said
        jo = at(teams, "jo")
        jo.tenant.url = f"{address}nowhere"
        await jo.say("about")
        foreign = jo.last | {"channelData": {"tenant": {"id": VALE}}}
        async with page.post(f"{address}api/messages", json=foreign) as answer:
            assert answer.status == 403, "a tenant of nobody's, even so"
        elsewhere = jo.last | {"serviceUrl": "https://smba.trafficmanager.net/teams/"}
        async with page.post(f"{address}api/messages", json=elsewhere) as answer:
            assert answer.status == 401, "it calls nobody but this computer"
        _, told = await asked(f"{address}healthz")
        assert [one["transport"] for one in told["workspaces"]] == ["local"]


async def test_it_can_not_where_others_could_reach_it(tmp_path):
    settled(tmp_path)
    told = await refused(tmp_path, "--host", "0.0.0.0", **OFF)  # noqa: S104  # that is the point
    assert "may only listen on this computer" in told


# ---------------------------------------------------------------- what has to be mended first


@pytest.mark.parametrize("left_out", [APP, TEAMS_TENANT, PASSWORD])
async def test_half_of_what_is_needed_is_told(tmp_path, left_out):
    settled(tmp_path)
    told = await refused(tmp_path, **{name: value for name, value in HALF.items() if name != left_out})
    assert left_out in told
    assert SECRET not in told
    assert [file.name for file in tmp_path.iterdir()] == ["protocol-bot.yaml"], "nothing was begun"


async def test_secrets_on_both_sides_of_a_switch_are_told(tmp_path):
    settled(tmp_path)
    assert f"{AUTH}=off" in await refused(tmp_path, **HALF | OFF)


async def test_a_secret_that_microsoft_refuses_is_told_with_the_mend(teams, tmp_path):
    populated(teams)
    settled(tmp_path)
    async with started(tmp_path, **secrets(teams) | {PASSWORD: "another-secret-of-the-app"}) as bot:
        code, complaints = await bot.ended()
    assert code == 2
    assert "AADSTS7000215" in complaints
    assert "TEAMS_APP_PASSWORD" in complaints
    assert "another-secret" not in complaints
    assert APP_ID not in complaints


async def test_where_what_speaks_with_teams_is_not_installed_the_mend_is_told(tmp_path):
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "botbuilder.py").write_text(
        "raise ModuleNotFoundError('No module named botbuilder', name='botbuilder')\n", encoding="utf-8"
    )
    settled(tmp_path)
    told = await refused(tmp_path, path=str(tmp_path / "without"), **HALF)
    assert "council-protocol-bot[teams]" in told


async def test_a_tenant_in_capital_letters_is_told(teams, tmp_path):
    populated(teams)
    settled(tmp_path, tenant=TENANT.upper())
    async with started(tmp_path, **secrets(teams)) as bot:
        code, complaints = await bot.ended()
    assert code == 2
    assert "line 2, workspaces.teams: '0B0A0A0A-0000-4000-8000-000000000001' has capital letters." in complaints


# ---------------------------------------------------------------- what does not fit together


async def test_a_tenant_of_no_council_is_told_with_the_line_to_add(teams, tmp_path):
    populated(teams)
    settled(tmp_path, tenant="")
    async with started(tmp_path, **secrets(teams)) as bot:
        await bot.ready()
        _, complaints = await bot.ended(signal.SIGTERM)
    assert f"The Microsoft Teams tenant {TENANT}, belongs to no council" in complaints
    assert complaints.count(f"workspaces: {{teams: {TENANT}}}") == 2, "for the tenant, and for the council without one"
    assert "barrow: no workspace.\n" in bot.said


async def test_another_tenant_than_the_apps_is_told_and_so_is_the_apps(teams, tmp_path):
    populated(teams)
    populated(teams, VALE)
    settled(tmp_path, tenant=VALE)
    async with started(tmp_path, **secrets(teams)) as bot:
        await bot.ready()
        _, complaints = await bot.ended(signal.SIGTERM)
    assert f"The Microsoft Teams tenant {TENANT}, belongs to no council" in complaints
    assert f"{VALE}, with an app that is registered in {TENANT}, HTTP.\n" in bot.said


async def test_a_council_that_names_a_tenant_where_only_slack_is_set_up_is_told(slack, tmp_path):
    in_slack(slack)
    file = settled_in_slack(tmp_path)
    file.write_text(file.read_text("utf-8").replace("workspaces: {", f"workspaces: {{teams: {TENANT}, "), "utf-8")
    async with started(tmp_path, **tokens(slack)) as bot:
        await bot.ready()
        _, complaints = await bot.ended(signal.SIGTERM)
    assert f"barrow: its settings name a workspace of teams, {TENANT}, but teams is not set up here" in complaints
    assert "deploy/guide/teams.md" in complaints


async def test_a_host_that_is_not_on_the_list_is_never_called(teams, tmp_path):
    populated(teams)
    settled(tmp_path)
    async with started(tmp_path, **secrets(teams) | {HOSTS: "smba.trafficmanager.net"}) as bot:
        await served(bot, teams)
        jo = at(teams, "jo")
        await jo.say("about")
    assert jo.answer.status == 401
    assert not teams.calls
    assert CHANNEL in jo.tenant.conversations
