"""The app's manifest: what Slack takes, and no permission more than is explained.

The limits are those of Slack's own schema (slackapi/manifest-schema, 2.0.0), written down here a second time.
"""

import json

import pytest

from adapters.slack.manifest import SCOPES, manifest
from bot.errors import ProtocolBotError
from deploy.cli import main

HTTP = "https://protocol.example.org/slack/events"
HOSTED = manifest("https://protocol.example.org", hosted=True)
BOTH = pytest.mark.parametrize(
    "made", [manifest(), manifest("https://protocol.example.org"), HOSTED], ids=["socket", "http", "hosted"]
)


@BOTH
def test_every_text_is_within_slacks_limits(made):
    shown, features = made["display_information"], made["features"]
    assert 1 <= len(shown["name"]) <= 35
    assert 1 <= len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert 1 <= len(features["bot_user"]["display_name"]) <= 80
    [command] = features["slash_commands"]
    assert command["command"].startswith("/")
    assert len(command["command"]) <= 32
    assert 1 <= len(command["description"]) <= 2000
    assert 1 <= len(command["usage_hint"]) <= 1000


@BOTH
def test_it_has_the_parts_that_slack_knows_and_no_others(made):
    assert made["_metadata"] == {"major_version": 2}
    assert set(made) == {"_metadata", "display_information", "features", "oauth_config", "settings"}
    assert set(made["features"]) == {"app_home", "bot_user", "slash_commands"}
    assert set(made["settings"]) == {
        "event_subscriptions", "interactivity", "org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled",
    }  # fmt: skip
    assert json.loads(json.dumps(made)) == made


@BOTH
def test_it_asks_for_what_is_explained_and_for_nothing_else(made):
    assert made["oauth_config"]["scopes"] == {"bot": list(SCOPES)}
    assert set(SCOPES) == {"commands", "chat:write", "im:write", "im:history", "app_mentions:read", "users:read"}
    assert all(SCOPES.values())


@BOTH
def test_it_hears_its_own_page_its_own_chat_and_its_name_and_no_channel(made):
    assert set(made["settings"]["event_subscriptions"]["bot_events"]) - {"app_uninstalled", "tokens_revoked"} == {
        "app_home_opened", "app_mention", "message.im",
    }  # fmt: skip
    assert made["settings"]["interactivity"]["is_enabled"] is True
    assert made["features"]["app_home"] == {
        "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
    }  # fmt: skip


def addresses(made: dict) -> list[str | None]:
    settings, [command] = made["settings"], made["features"]["slash_commands"]
    called = (settings["event_subscriptions"], settings["interactivity"])
    return [command.get("url"), *(one.get("request_url") for one in called)]


def test_without_an_address_the_bot_calls_slack():
    assert addresses(manifest()) == [None, None, None]
    assert manifest()["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize(
    "url",
    [
        "https://protocol.example.org", "https://protocol.example.org/", HTTP, f"{HTTP}/", f" {HTTP} ",
    ],
)  # fmt: skip
def test_with_an_address_slack_calls_the_bot_there(url):
    assert addresses(manifest(url)) == [HTTP, HTTP, HTTP]
    assert manifest(url)["settings"]["socket_mode_enabled"] is False


def test_an_address_keeps_its_port_and_the_path_before():
    assert addresses(manifest("https://example.org:8443/bot"))[0] == "https://example.org:8443/bot/slack/events"


@pytest.mark.parametrize("host", ["127.0.0.1:4000", "localhost:4000", "[::1]:4000"])
def test_a_stand_in_on_this_computer_may_call_without_tls(host):
    assert addresses(manifest(f"http://{host}"))[0] == f"http://{host}/slack/events"


def test_nobody_else_may():
    with pytest.raises(ProtocolBotError, match="Begin the address with https://"):
        manifest("http://protocol.example.org")


@pytest.mark.parametrize(
    "url",
    [
        "", "protocol.example.org", "ftp://protocol.example.org", "https://", "https://a:b@example.org",
        "https://example.org/?a=b", "https://example.org/#a", "https://exa mple.org", "https://example.org:none",
        "https://exämple.org", f"https://example.org/{'a' * 3000}",
    ],
    ids=lambda url: url[:30] or "nothing",
)  # fmt: skip
def test_what_slack_could_not_call_is_refused_with_an_example(url):
    with pytest.raises(ProtocolBotError, match=r"such as https://protocol\.example\.org"):
        manifest(url)


def test_the_command_prints_it_to_paste(capsys):
    assert main(["manifest", "slack"]) == 0
    assert json.loads(capsys.readouterr().out) == manifest()
    assert main(["manifest", "slack", "--url", HTTP]) == 0
    assert json.loads(capsys.readouterr().out) == manifest(HTTP)


def test_the_command_refuses_what_slack_could_not_call(capsys):
    assert main(["manifest", "slack", "--url", "nonsense"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "no address that Slack could call" in told.err


# ---------------------------------------------------------------- one app for many workspaces


def test_a_hosted_app_is_led_back_to_the_bot_hears_that_it_was_taken_out_and_has_tokens_that_expire():
    assert HOSTED["oauth_config"]["redirect_urls"] == ["https://protocol.example.org/slack/oauth_redirect"]
    assert {"app_uninstalled", "tokens_revoked"} <= set(HOSTED["settings"]["event_subscriptions"]["bot_events"])
    assert HOSTED["settings"]["token_rotation_enabled"] is True
    assert HOSTED["settings"]["org_deploy_enabled"] is False
    assert HOSTED["settings"]["socket_mode_enabled"] is False
    assert "several councils" in HOSTED["display_information"]["long_description"]


def test_one_workspaces_own_app_has_nothing_of_that():
    for made in (manifest(), manifest("https://protocol.example.org")):
        assert set(made["oauth_config"]) == {"scopes"}
        assert made["settings"]["token_rotation_enabled"] is False
        assert "app_uninstalled" not in made["settings"]["event_subscriptions"]["bot_events"]


def test_a_hosted_app_needs_an_address(capsys):
    assert main(["manifest", "slack", "--hosted"]) == 2
    assert "say where, with --url https://…" in capsys.readouterr().err
    assert main(["manifest", "slack", "--hosted", "--url", "https://protocol.example.org"]) == 0
    assert json.loads(capsys.readouterr().out) == HOSTED
