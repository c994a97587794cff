"""The hosted app is set up by the environment, and only there."""

import pytest

from bot.errors import ProtocolBotError
from deploy.platforms import slack, slack_hosted
from deploy.platforms.slack_hosted import CLIENT, CLIENT_SECRET, SIGNING, URL, given
from tests.hosting.conftest import council

WHOLE = {
    CLIENT: "1234567890.1234567890",
    CLIENT_SECRET: "c0ffee" * 5 + "zb",
    SIGNING: "5eb4a0" * 5 + "zb",
    URL: "https://protocol.example.org",
}


def test_without_it_there_is_no_hosted_app():
    assert given({}) is None
    assert given({SIGNING: WHOLE[SIGNING], URL: WHOLE[URL]}) is None, "these two serve others too"


def test_the_whole_of_it_is_taken_and_not_shown():
    found = given(WHOLE)
    assert found == (WHOLE[CLIENT], WHOLE[CLIENT_SECRET], WHOLE[SIGNING], WHOLE[URL])
    assert "zb" not in repr(found)


@pytest.mark.parametrize("missing", [CLIENT, CLIENT_SECRET, SIGNING, URL])
def test_half_of_it_is_told_with_where_the_rest_is(missing):
    with pytest.raises(ProtocolBotError, match=f"{missing} is not"):
        given(WHOLE | {missing: " "})


@pytest.mark.parametrize("other", [slack.BOT, slack.APP])
def test_one_app_for_many_and_apps_of_their_own_do_not_stand_side_by_side(other):
    with pytest.raises(ProtocolBotError, match=f"{other} for an app that is one workspace's own. Take one"):
        given(WHOLE | {other: "xoxb-zebra"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (CLIENT, "A0123456789"), (CLIENT_SECRET, "xoxb-zebra"), (SIGNING, '"zebrazebra"'), (CLIENT_SECRET, "zebra z"),
        (CLIENT_SECRET, WHOLE[SIGNING]), (URL, "http://protocol.example.org"), (URL, "protocol.example.org"),
    ],
)  # fmt: skip
def test_what_can_not_be_right_is_said_without_it(name, value):
    with pytest.raises(ProtocolBotError) as refused:
        given(WHOLE | {name: value})
    assert "zebra" not in str(refused.value)
    assert WHOLE[SIGNING] not in str(refused.value)


def test_each_workspace_that_settings_name_is_its_councils():
    assert slack_hosted.named([council("T1"), council("T2", "southwell")]) == {"T1": "barrow", "T2": "southwell"}
