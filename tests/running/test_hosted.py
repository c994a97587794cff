"""`protocol-bot run` for many councils with one Slack app: a workspace installs it and is answered, over HTTP."""

import asyncio
import signal
import time

import aiohttp

from deploy.kept import folder
from storage.seal import read_keys
from storage.slack_installs import SqlInstalls
from tests.hosting.conftest import environ
from tests.hosting.granted import TELLTALE, granted
from tests.ports import free_port
from tests.running.process import NOT_ON_WINDOWS, asked, started
from tests.slack.conftest import CHANNEL, populated
from tests.slack.standin import Fault, Somebody, payloads
from tests.waiting import until

pytestmark = NOT_ON_WINDOWS

#: A Microsoft Teams that can't be reached.
AWAY = {
    "TEAMS_APP_ID": "11111111-2222-3333-4444-555555555555",
    "TEAMS_TENANT_ID": "21111111-2222-3333-4444-555555555555",
    "TEAMS_APP_PASSWORD": "abcdefghijklmnopqrstuvwxyz0123456789",
    "TEAMS_LOGIN_URL": "https://127.0.0.1:9",
    "TEAMS_OPENID_URL": "https://127.0.0.1:9/x",
}

COUNCILS = """councils:
  - council: barrow
    workspaces: {slack: THILLTOP}
    people:
      - {id: ann, name: Ann Lee, offices: [clerk], accounts: ["slack:UANN"]}
  - council: southwell
    workspaces: {slack: TVALLEY}
"""


async def test_told_to_stop_while_another_chat_is_away_it_keeps_the_tokens_that_slack_is_about_to_give(slack, tmp_path):
    """They were asked for with what serves once."""
    for team in ("THILLTOP", "TVALLEY"):
        populated(slack.taking(team))
    (tmp_path / "protocol-bot.yaml").write_text(COUNCILS, encoding="utf-8")
    file = folder.made(tmp_path / "data", folder.RUN)
    soon = {"bot_token_expires_at": int(time.time()) + 3600}
    async with folder.opened(file) as memory:
        await folder.keyed(memory, file)
        installs = SqlInstalls(slack.hosted.client_id, memory, read_keys(folder.keys_beside(file)))
        await installs.async_save(granted("THILLTOP", **soon))
    slack.hosted.refreshing[f"xoxe-1-{TELLTALE}-THILLTOP-1"] = "THILLTOP"
    slack.fail("oauth.v2.access", Fault(delay=3.5, takes=True))
    port = free_port()
    more = environ(slack, f"http://127.0.0.1:{port}") | AWAY
    async with started(tmp_path, "--data", "data", "--port", str(port), **more) as bot:
        await until(lambda: slack.called("oauth.v2.access"))
        await bot.ended(signal.SIGTERM)
    async with folder.opened(file) as memory:
        installs = SqlInstalls(slack.hosted.client_id, memory, read_keys(folder.keys_beside(file)))
        assert (await installs.of("THILLTOP")).bot.bot_token == list(slack.spaces["THILLTOP"].grants)[-1]


async def test_a_workspace_installs_it_is_answered_and_leaves_while_it_runs(slack, tmp_path):
    for team in ("THILLTOP", "TVALLEY"):
        populated(slack.taking(team))
    (tmp_path / "protocol-bot.yaml").write_text(COUNCILS, encoding="utf-8")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    page = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
    async with page, started(tmp_path, "--port", str(port), **environ(slack, url)) as bot:
        await bot.ready()
        assert "barrow: no workspace." in bot.said
        slack.hosted.chooses = "THILLTOP"
        async with page.post(f"{url}/slack/install") as shown:
            assert (shown.status, "for the council barrow" in await shown.text()) == (200, True)
        space = slack.spaces["THILLTOP"]
        space.url = f"{url}/slack/events"
        ann = Somebody(slack, space, space.users["UANN"], waits=60.0)
        assert (await ann.command(CHANNEL, "about")).taken
        await until(lambda: [said.only_for for said in space.seen_by("UANN", CHANNEL)] == ["UANN"])
        status, told = await asked(f"{url}/healthz")
        assert (status, [one["team"] for one in told["workspaces"]]) == (200, ["THILLTOP"])
        slack.hosted.uninstalled(space)
        assert (await ann.event(payloads.uninstalled())).taken
        async with asyncio.timeout(60):
            while (await asked(f"{url}/healthz"))[1]["workspaces"]:  # noqa: ASYNC110  # told anew once in a while
                await asyncio.sleep(0.2)
        code, complaints = await bot.ended(signal.SIGTERM)
    assert code == 0
    assert "its Slack workspace THILLTOP does not have the app yet. Somebody" in complaints
    assert f"{url}/slack/install" in complaints
    files = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for secret in (TELLTALE, slack.hosted.client_secret, slack.hosted.signing):
        assert secret not in bot.said + complaints
        assert secret.encode() not in files
