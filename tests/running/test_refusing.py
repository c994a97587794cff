"""What has to be mended before a bot runs is said in a sentence, with the mend, and it ends with 2."""

import socket

from tests.running.process import NOT_ON_WINDOWS, TEAM, populated, refused, settled, started, tokens

pytestmark = NOT_ON_WINDOWS

HALF = {"SLACK_BOT_TOKEN": "xoxb-zebra", "SLACK_APP_TOKEN": "xapp-1-zebra", "SLACK_API_URL": "http://127.0.0.1:9/api/"}


async def test_without_a_chat_it_says_how_to_set_one_up_and_where_to_look_first(tmp_path):
    told = await refused(tmp_path)
    assert "set SLACK_BOT_TOKEN and SLACK_APP_TOKEN" in told
    assert "deploy/guide/slack.md" in told
    assert "set TEAMS_APP_ID, TEAMS_TENANT_ID and TEAMS_APP_PASSWORD: deploy/guide/teams.md" in told
    assert "protocol-bot try" in told
    assert list(tmp_path.iterdir()) == []


async def test_e_mail_alone_is_no_chat(tmp_path):
    mail = {"PROTOCOL_BOT_SMTP_URL": "smtp://127.0.0.1:9", "PROTOCOL_BOT_MAIL_FROM": "bot@example.org"}
    assert "No chat is set up" in await refused(tmp_path, **mail)


async def test_without_settings_it_says_where_they_are_looked_for(tmp_path):
    assert "There is no protocol-bot.yaml here." in await refused(tmp_path, **HALF)


async def test_settings_that_are_wrong_are_told_with_file_and_line(tmp_path):
    (tmp_path / "ours.yaml").write_text("council: barrow\npeople:\n  - {id: jo, name: Jo, offices: [clrk]}\n", "utf-8")
    told = await refused(tmp_path, "--settings", "ours.yaml", **HALF)
    assert "ours.yaml, line 3, people[0].offices" in told
    assert "Did you mean 'clerk'?" in told


async def test_a_council_whose_protocol_is_not_here_is_told(tmp_path):
    settled(tmp_path, "barow")
    told = await refused(tmp_path, **HALF)
    assert "protocol-bot.yaml, line 1, council: no protocol of 'barow' comes with the bot." in told
    assert "Did you mean 'barrow'?" in told


async def test_two_files_for_one_council_are_told(tmp_path):
    settled(tmp_path, name="one.yaml")
    settled(tmp_path, name="other.yaml")
    told = await refused(tmp_path, "--settings", "one.yaml", "--settings", "other.yaml", **HALF)
    assert "one.yaml and other.yaml are both for barrow" in told


async def test_two_councils_in_one_workspace_are_told(slack, tmp_path):
    populated(slack)
    one = settled(tmp_path, "barrow", TEAM, "one.yaml")
    other = settled(tmp_path, "southwell", TEAM, "other.yaml")
    async with started(tmp_path, "--settings", str(one), "--settings", str(other), **tokens(slack)) as bot:
        code, complaints = await bot.ended()
    assert code == 2
    assert "A workspace belongs to one council" in complaints


async def test_a_token_that_slack_refuses_is_told_with_the_mend(slack, tmp_path):
    space = populated(slack)
    space.refused = "token_revoked"
    settled(tmp_path)
    async with started(tmp_path, **tokens(slack)) as bot:
        code, complaints = await bot.ended()
    assert code == 2
    assert "token_revoked" in complaints
    assert "Install the app again" in complaints
    assert space.token not in complaints


async def test_a_port_that_is_taken_is_told_and_no_other_is_used(slack, tmp_path):
    populated(slack)
    settled(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        async with started(tmp_path, "--port", port, **tokens(slack)) as bot:
            code, complaints = await bot.ended()
    assert code == 2
    assert f"Port {port} is taken. Choose another with --port NUMBER." in complaints


async def test_where_what_speaks_with_slack_is_not_installed_the_mend_is_told(tmp_path):
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "slack_bolt.py").write_text(
        "raise ModuleNotFoundError('No module named slack_bolt', name='slack_bolt')\n", encoding="utf-8"
    )
    settled(tmp_path)
    told = await refused(tmp_path, path=str(tmp_path / "without"), **HALF)
    assert "council-protocol-bot[slack]" in told


async def test_an_address_that_is_not_this_computers_is_told(tmp_path):
    settled(tmp_path)
    told = await refused(tmp_path, "--host", "192.0.2.1", **HALF)
    assert "Choose this computer's own address with --host." in told
