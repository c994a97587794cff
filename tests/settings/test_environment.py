"""Secrets come from the environment, or from files that it names."""

import re
from pathlib import Path

import pytest

from bot.errors import ProtocolBotError
from deploy.settings.environment import SECRETS, given, secret


def kept(where: Path, text: str, mode: int = 0o600) -> str:
    file = where / "secret"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return str(file)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_stands_in_the_environment_or_in_a_file_that_it_names(tmp_path, name):
    assert given({name: "zebra"})[name] == "zebra"
    assert given({f"{name}_FILE": kept(tmp_path, "zebra\n")})[name] == "zebra"
    assert given({"HOME": "/"}) == {"HOME": "/"}


@pytest.mark.parametrize("mode", [0o400, 0o440, 0o444])
def test_a_file_that_others_may_read_will_do_for_hosts_mount_them_so(tmp_path, mode):
    assert secret("DATABASE_URL", {"DATABASE_URL_FILE": kept(tmp_path, "sqlite:///x", mode)}) == "sqlite:///x"


def test_a_file_from_windows_is_read_without_its_mark(tmp_path):
    assert secret("DATABASE_URL", {"DATABASE_URL_FILE": kept(tmp_path, "\ufeffsqlite:///x\r\n")}) == "sqlite:///x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"^SLACK_BOT_TOKEN_FILE names a file with nothing in it\. Write the secret into it, and nothing"),
        (" \n", r"^SLACK_BOT_TOKEN_FILE names a file with nothing in it\."),
        ("z" * 200_000, r"too large for a secret\. Name the right one\.$"),
    ],
    ids=["empty", "blank", "large"],
)  # fmt: skip
def test_a_file_that_can_be_no_secret_is_refused_with_the_mend_and_without_what_is_in_it(tmp_path, text, said):
    with pytest.raises(ProtocolBotError) as wrong:
        given({"SLACK_BOT_TOKEN_FILE": kept(tmp_path, text)})
    assert re.search(said, str(wrong.value))


@pytest.mark.parametrize("file", [".", "nowhere", "no\0where"], ids=["folder", "missing", "no-name"])
def test_a_file_that_can_not_be_read_is_refused(tmp_path, file):
    with pytest.raises(ProtocolBotError, match=r"DATABASE_URL_FILE names a file that can't be read\. Is it there"):
        given({"DATABASE_URL_FILE": str(tmp_path / file)})


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "secret").write_bytes(b"\xff\xfe\x00zebra")
    with pytest.raises(ProtocolBotError, match=r"is it text") as wrong:
        given({"DATABASE_URL_FILE": str(tmp_path / "secret")})
    assert "zebra" not in str(wrong.value)


def test_both_a_secret_and_a_file_for_it_are_refused(tmp_path):
    with pytest.raises(ProtocolBotError, match=r"^DATABASE_URL and DATABASE_URL_FILE are both set\.") as wrong:
        given({"DATABASE_URL": "zebra", "DATABASE_URL_FILE": kept(tmp_path, "giraffe")})
    assert not re.search("zebra|giraffe", str(wrong.value))


def test_one_secret_is_read_without_minding_the_others(tmp_path):
    environ = {"DATABASE_URL_FILE": kept(tmp_path, "sqlite:///x"), "SLACK_BOT_TOKEN_FILE": "nowhere"}
    assert secret("DATABASE_URL", environ) == "sqlite:///x"
