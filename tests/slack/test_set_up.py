"""Slack is set up by the environment, and only there."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from adapters.slack import limits
from bot.errors import ProtocolBotError
from content import load
from deploy.platforms.slack import API, API_URL, APP, BOT, SECRET, api_url, carriers, given, not_installed, sentences

# Nothing of these may be in an error.
ONE, TWO = "xoxb-zebra-1", "xoxb-zebra-2"
APP_ONE, APP_TWO = "xapp-1-zebra-1", "xapp-1-zebra-2"
HUSH, HUSH_TWO = "5eb4a0000000000000000000000000a1", "5eb4a0000000000000000000000000a2"


def _now() -> datetime:
    return datetime(2026, 11, 22, tzinfo=UTC)


def environ(bot: str = "", app: str = "", secret: str = "") -> dict[str, str]:
    return {BOT: bot, APP: app, SECRET: secret}


def test_without_the_environment_there_is_no_slack():
    assert carriers({}, _now, ()) == {}
    assert carriers(environ(" ", "", " "), _now, ()) == {}


@pytest.mark.parametrize(
    ("bots", "apps", "secrets", "expected"),
    [
        (ONE, APP_ONE, "", [(ONE, APP_ONE, "")]),
        (ONE, "", HUSH, [(ONE, "", HUSH)]),
        (f" {ONE}\n", f" {APP_ONE} ", "", [(ONE, APP_ONE, "")]),
        (f"{ONE}, {TWO}", f"{APP_ONE},{APP_TWO}", "", [(ONE, APP_ONE, ""), (TWO, APP_TWO, "")]),
        (f"{ONE},{TWO}", "", HUSH, [(ONE, "", HUSH), (TWO, "", HUSH)]),
        (f"{ONE},{TWO}", "", f"{HUSH},{HUSH_TWO}", [(ONE, "", HUSH), (TWO, "", HUSH_TWO)]),
        (f"{ONE},{TWO}", f"{APP_ONE},", f",{HUSH}", [(ONE, APP_ONE, ""), (TWO, "", HUSH)]),
    ],
    ids=["socket", "http", "spaces", "two-sockets", "one-secret-for-both", "two-secrets", "one-of-each"],
)
def test_each_workspace_has_its_own_in_the_same_order(bots, apps, secrets, expected):
    assert given(environ(bots, apps, secrets)) == expected


WRONG = {
    "no-bot-token": (environ("", APP_ONE), f"{APP} is set, but {BOT} is not"),
    "only-a-secret": (environ("", "", HUSH), f"{SECRET} is set, but {BOT} is not"),
    "neither": (environ(ONE), f"neither {APP} nor {SECRET}"),
    "one-of-two-has-neither": (environ(f"{ONE},{TWO}", f"{APP_ONE},"), f"neither {APP} nor {SECRET}"),
    "swapped": (environ(APP_ONE, ONE), f"{BOT} holds the app-level token, which belongs into {APP}"),
    "bot-token-as-app-token": (environ(ONE, TWO), f"{APP} holds the bot's token, which belongs into {BOT}"),
    "a-persons-token": (environ("xoxp-zebra"), f"{BOT} holds a person's token"),
    "a-token-that-expires": (environ("xoxe.xoxb-zebra"), "make the app anew from the manifest"),
    "an-app-token-that-expires": (
        environ(ONE, "xoxe-1-zebra"),
        f"{APP} holds a token that expires. Token rotation is on",
    ),
    "a-token-that-expires-as-secret": (environ(ONE, "", "xoxe-zebra"), f"{SECRET} holds a token that expires"),
    "something-else": (environ("zebra"), f"{BOT} holds something else"),
    "a-place-left-empty": (environ(f"{ONE},", APP_ONE), f"{BOT} holds nothing for one of the workspaces"),
    "cut-off": (environ("xoxb-"), f"{BOT} is cut off"),
    "words-with-it": (environ("xoxb-zebra and more", APP_ONE), "something else was copied with it"),
    "token-as-secret": (environ(ONE, "", TWO), f"{SECRET} holds the bot's token"),
    "words-with-the-secret": (environ(ONE, "", "zebra zebra"), f"Something else was copied with {SECRET}"),
    "too-few-app-tokens": (environ(f"{ONE},{TWO}", APP_ONE), f"{BOT} holds 2 values, {APP} 1 value"),
    "too-many-app-tokens": (environ(ONE, f"{APP_ONE},{APP_TWO}"), f"{BOT} holds 1 value, {APP} 2 values"),
    "too-many-secrets": (environ(ONE, "", f"{HUSH},{HUSH_TWO}"), f"{BOT} holds 1 value, {SECRET} 2 values"),
    "the-same-twice": (environ(f"{ONE},{ONE}", f"{APP_ONE},{APP_TWO}"), "the same token twice"),
}


@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_what_is_wrong_is_said_with_the_mend_and_without_the_secret(wrong):
    environment, said = WRONG[wrong]
    with pytest.raises(ProtocolBotError) as refused:
        given(environment)
    assert said in str(refused.value)
    for secret in ("zebra", "5eb4a"):
        assert secret not in str(refused.value)


def test_nothing_of_it_is_shown_by_accident():
    shown = repr(given(environ(ONE, APP_ONE, HUSH)))
    assert "zebra" not in shown
    assert HUSH not in shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", API_URL),
        (" https://slack.com/api ", "https://slack.com/api/"),
        ("http://127.0.0.1:3100/api/", "http://127.0.0.1:3100/api/"),
        ("http://localhost:3100/api", "http://localhost:3100/api/"),
        ("http://[::1]:3100/api/", "http://[::1]:3100/api/"),
    ],
)
def test_slack_is_where_it_is_or_on_this_very_computer(url, expected):
    assert api_url({API: url}) == expected


@pytest.mark.parametrize("url", ["http://slack.com/api/", "http://10.0.0.1/api/", "http://localhost.example.org/"])
def test_a_token_goes_to_nobody_in_the_clear(url):
    with pytest.raises(ProtocolBotError, match="must begin with https://"):
        api_url({API: url})


@pytest.mark.parametrize(
    "url",
    ["slack.com", "ftp://slack.com", "https://", "https://zebra@slack.com", "https://slack.com/?zebra", "http://:x"],
)
def test_an_address_that_can_not_be_read_is_said_without_it(url):
    with pytest.raises(ProtocolBotError, match="can't be read") as refused:
        api_url({API: url})
    assert "zebra" not in str(refused.value)


def test_where_what_speaks_with_slack_is_not_installed_the_mend_is_said():
    missing = ModuleNotFoundError("No module named 'slack_bolt'", name="slack_bolt")
    assert "council-protocol-bot[slack]" in str(not_installed(missing))


def test_another_module_that_is_missing_is_a_fault_of_ours():
    with pytest.raises(ModuleNotFoundError):
        not_installed(ModuleNotFoundError("No module named 'deploy.nothing'", name="deploy.nothing"))


def test_the_command_line_needs_nothing_of_slack():
    """In a process of its own: here it was imported long ago."""
    asked = "import deploy.cli, sys; print(sorted(m for m in sys.modules if m.startswith(('slack_', 'aiohttp'))))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_what_slack_is_told_by_us_is_within_its_limits():
    said = sentences(load.words())
    assert max(len(said.name), len(said.close), len(said.go_on)) <= limits.DIALOG_LABEL
