"""Which host is this very computer."""

import pytest

from bot.hosts import is_here


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False),
        ("192.0.2.1", False), ("localhost.example.org", False), ("", False),
    ],
)  # fmt: skip
def test_this_computer_is_told_from_others(host, here):
    assert is_here(host) is here
