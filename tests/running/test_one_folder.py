"""A folder is a council's own or the try-out's, and the commands find whichever it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import ProtocolBotError
from deploy.cli import main
from deploy.kept import folder
from deploy.running.serving import marked
from storage.seal import new_keys
from tests.running.process import NOT_ON_WINDOWS, refused, settled
from tests.running.test_refusing import HALF


@NOT_ON_WINDOWS
async def test_the_try_outs_folder_is_not_a_councils(tmp_path, capsys):
    settled(tmp_path)
    folder.made(tmp_path / "data")
    told = await refused(tmp_path, "--data", "data", **HALF)
    assert "What is kept in data is the try-out's" in told


def test_a_councils_folder_is_not_the_try_outs(tmp_path, capsys):
    folder.made(tmp_path, folder.RUN)
    assert main(["try", "--no-browser", "--port", "0", "--data", str(tmp_path)]) == 2
    assert "is a council's own" in capsys.readouterr().err


def test_a_folder_with_nothing_but_a_councils_keys_is_a_councils_all_the_same(tmp_path, capsys):
    """Its database is elsewhere, and nobody said so this time."""
    new_keys(tmp_path / "protocol-bot.keys")
    assert main(["try", "--no-browser", "--port", "0", "--data", str(tmp_path)]) == 2
    assert "is a council's own" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["protocol-bot.keys"]


def test_a_councils_database_that_is_gone_is_not_replaced_by_an_empty_one(tmp_path):
    file = folder.made(tmp_path, folder.RUN)
    with marked(file, ""):
        pass
    file.unlink()
    with pytest.raises(ProtocolBotError, match="There was a database in .*, and it is gone"):
        folder.made(tmp_path, folder.RUN)
    assert not file.exists()
    file.with_suffix(".mark").unlink()
    assert folder.made(tmp_path, folder.RUN).exists(), "whoever means it begins with nothing"


@pytest.mark.parametrize("left", ["protocol-bot.sqlite3", "protocol-bot.keys"])
def test_made_up_people_will_not_do_for_a_council_of_which_either_file_is_left(tmp_path, left):
    (tmp_path / left).touch()
    with pytest.raises(ProtocolBotError, match="Name its settings"):
        folder.made_up_will_not_do(folder.file_of(tmp_path, folder.RUN), None)


def test_the_commands_on_what_is_kept_find_a_councils_own_and_want_its_settings(tmp_path, capsys):
    folder.made(tmp_path, folder.RUN)
    data = ("--data", str(tmp_path))
    assert main(["migrate", *data]) == 0
    assert main(["audit", "verify", *data]) == 0
    assert main(["outbox", *data]) == 0
    export = ["person", "export", *data, "--council", "barrow", "--person", "councillor", "--lead", "clerk"]
    capsys.readouterr()
    assert main([*export, "--out", str(tmp_path / "held.md")]) == 2
    assert "is a council's own. Name its settings with --settings FILE." in capsys.readouterr().err
    until = (datetime.now(UTC) + timedelta(days=400)).date().isoformat()
    assert main(["reminders", "--until", until, *data]) == 2
    assert "Name its settings with --settings FILE." in capsys.readouterr().err


def test_a_folder_with_both_is_not_guessed_about(tmp_path, capsys):
    for name in (folder.RUN, folder.TRY):
        (tmp_path / f"{name}.sqlite3").touch()
    assert main(["outbox", "--data", str(tmp_path)]) == 2
    assert "holds a council's own files and the try-out's" in capsys.readouterr().err


def test_where_nobody_says_where_a_councils_own_folder_comes_first(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["outbox"]) == 2
    assert "Nothing is kept in protocol-bot-data, nor in try-data." in capsys.readouterr().err
    folder.made(Path("protocol-bot-data"), folder.RUN)
    assert main(["outbox"]) == 0
