"""The key file: made once, for its owner alone, and read with a plain word on whatever is wrong with it."""

import os
import re
import stat
from datetime import UTC, date, datetime

import pytest
from cryptography.fernet import Fernet

from bot.errors import ProtocolBotError
from storage.seal import Keys, UnusableKeys, add_key, made_on, new_keys, read_keys

posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in another way")


def key_lines(path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


@posix
def test_a_new_key_file_is_for_its_owner_alone(key_file):
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert len(key_lines(key_file)) == 1


def test_a_key_file_is_never_written_over(key_file):
    before = key_file.read_bytes()
    with pytest.raises(UnusableKeys, match="is there already and was left as it is"):
        new_keys(key_file)
    assert key_file.read_bytes() == before


def test_a_key_file_in_a_folder_that_is_not_there_is_refused_with_the_mend(tmp_path):
    with pytest.raises(UnusableKeys, match="Name another file"):
        new_keys(tmp_path / "nowhere" / "keys.txt")


def test_an_added_key_is_used_from_now_on_and_the_old_one_still_opens(key_file, keys):
    old = keys.wrap(b"secret")
    key_file.write_text("# ours\n\n" + key_file.read_text(encoding="utf-8"), encoding="utf-8")
    (first,) = key_lines(key_file)
    add_key(key_file)
    assert key_lines(key_file)[1:] == [first]
    assert key_file.read_text(encoding="utf-8").startswith("# ours\n\n#")
    both = read_keys(key_file)
    assert both.unwrap(old) == b"secret"
    with pytest.raises(UnusableKeys):
        keys.unwrap(both.wrap(b"secret"))


def test_each_key_has_the_day_above_it_on_which_it_was_made(key_file):
    days = {datetime.now(UTC).date()}  # it may turn meanwhile
    new_keys(other := key_file.with_name("other"))
    assert made_on(other) in days | {datetime.now(UTC).date()}
    of_then = re.sub("(?m)^# made .*$", "# made 2024-02-29", key_file.read_text(encoding="utf-8"))
    key_file.write_text(of_then, encoding="utf-8")
    assert made_on(key_file) == date(2024, 2, 29)
    add_key(key_file)
    assert made_on(key_file) in days | {datetime.now(UTC).date()}
    lines = key_file.read_text(encoding="utf-8").splitlines()
    assert [line.startswith("# made ") for line in lines[-4:]] == [True, False, True, False]
    assert lines[-2] == "# made 2024-02-29"


def test_of_a_key_without_such_a_line_nobody_says_when_it_was_made(key_file):
    key_file.write_text(key_lines(key_file)[0], encoding="utf-8")
    assert made_on(key_file) is None
    assert made_on(key_file.with_name("nowhere")) is None


@posix
def test_adding_a_key_shuts_nobody_out_and_lets_nobody_in(key_file):
    key_file.chmod(0o640)
    add_key(key_file)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o640
    assert [file.name for file in key_file.parent.iterdir()] == [key_file.name]


@posix
def test_a_key_is_added_to_the_file_that_a_link_leads_to(key_file):
    link = key_file.with_name("link")
    link.symlink_to(key_file)
    add_key(link)
    assert link.is_symlink()
    assert len(key_lines(key_file)) == 2


def test_a_file_without_a_last_line_end_takes_another_key(key_file):
    key_file.write_text(key_lines(key_file)[0], encoding="utf-8")
    add_key(key_file)
    assert len(key_lines(key_file)) == 2
    read_keys(key_file)


@posix
def test_a_key_file_that_everybody_can_read_is_refused_with_the_mend(key_file):
    key_file.chmod(0o604)
    with pytest.raises(UnusableKeys, match=f"chmod 600 {key_file}"):
        read_keys(key_file)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "There is no key in"),
        (b"# only words\n\n", "There is no key in"),
        (b"# a\nnot-a-key\n", "line 2: this is not a whole key"),
        (Fernet.generate_key()[:-5] + b"\n", "line 1: this is not a whole key"),
        ("schlüssel".encode("latin-1"), "is not a key file"),
        ("schlüssel\n".encode(), "line 1"),
    ],
    ids=["empty", "only-words", "no-key", "half-a-key", "latin", "utf-8"],
)
def test_a_wrong_key_file_says_what_is_wrong_and_shows_no_key(tmp_path, content, says):
    path = tmp_path / "keys.txt"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ProtocolBotError, match=says) as refused:
        read_keys(path)
    for line in content.split():
        assert len(line) < 10 or line.decode("latin-1") not in str(refused.value)


def test_a_key_file_that_is_not_there_says_how_to_make_one(tmp_path):
    with pytest.raises(UnusableKeys, match="protocol-bot keys new"):
        read_keys(tmp_path / "keys.txt")


def test_a_folder_is_no_key_file(tmp_path):
    tmp_path.chmod(0o700)
    with pytest.raises(UnusableKeys, match="can't be read"):
        read_keys(tmp_path)


def test_keys_do_not_show_themselves(key_file, keys):
    assert repr(keys) == str(keys) == "Keys(1)"
    assert key_lines(key_file)[0] not in repr(vars(keys))
    assert isinstance(keys, Keys)
