"""E-mail is set up by the environment, and only there."""

from datetime import UTC, datetime

import pytest

from adapters.mail.app import Mail, Server
from bot.errors import ProtocolBotError
from deploy.platforms.mail import FROM, URL, carriers, server


def _now() -> datetime:
    return datetime(2026, 11, 22, tzinfo=UTC)


def test_without_the_environment_there_is_no_e_mail():
    assert carriers({}, _now, ()) == {}
    assert carriers({URL: "", FROM: " "}, _now, ()) == {}


def test_with_it_e_mail_is_a_platform():
    made = carriers({URL: "smtp://mail.example.org", FROM: "bot@example.org"}, _now, ())
    assert list(made) == ["email"]
    assert isinstance(made["email"], Mail)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", Server(host="mail.example.org", port=587)),
        ("smtp://mail.example.org:2525/", Server(host="mail.example.org", port=2525)),
        ("smtps://mail.example.org", Server(host="mail.example.org", port=465, encrypted="at-once")),
        ("smtp://localhost:25", Server(host="localhost", port=25, encrypted="here")),
        ("smtp://127.0.0.1:25", Server(host="127.0.0.1", port=25, encrypted="here")),
        ("smtp://[::1]:25", Server(host="::1", port=25, encrypted="here")),
        ("smtp://10.0.0.5:25", Server(host="10.0.0.5", port=25)),
        (
            "smtp://bot%40example.org:p%3Aw%2Fd@mail.example.org",
            Server(host="mail.example.org", port=587, user="bot@example.org", password="p:w/d"),  # noqa: S106
        ),
    ],
)
def test_a_url_says_which_server(url, expected):
    assert server(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "zebra", "https://zebra@mail.example.org", "smtp://", "smtp://zebra@:587", "smtp://zebra@mail.example.org:x",
        "smtp://zebra@mail.example.org/inbox", "smtp://mail.example.org?zebra=1", "smtp://u:ze/bra@mail.example.org",
        "smtp://zebra@mail.example.org:99999",
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_said_without_the_password(url):
    with pytest.raises(ProtocolBotError, match="can't be read") as refused:
        server(url)
    assert "zebra" not in str(refused.value)


@pytest.mark.parametrize("half", [{URL: "smtp://mail.example.org"}, {FROM: "bot@example.org"}])
def test_half_of_it_is_said(half):
    with pytest.raises(ProtocolBotError, match="needs both"):
        carriers(half, _now, ())


def test_the_address_it_comes_from_has_to_be_one():
    with pytest.raises(ProtocolBotError, match="is no e-mail address"):
        carriers({URL: "smtp://mail.example.org", FROM: "Protocol Bot"}, _now, ())
