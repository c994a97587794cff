"""A password in the database's URL is told nobody, however it was mistyped, and whatever is run with it."""

import shutil
from importlib.resources import files

import pytest

from deploy.cli import main
from tests.running.process import NOT_ON_WINDOWS, refused
from tests.running.test_refusing import HALF

pytest.importorskip("psycopg")

CANARY = "zebra-4711"
#: A password with a sign in it that had to be escaped; or something else in the place of the URL's parts.
MISTYPED = {
    "at": f"postgresql://bot:secret@{CANARY}@127.0.0.1:1/protocol",
    "colon": f"postgresql://bot:secret@{CANARY}:secret@127.0.0.1:1/protocol",
    "question-mark": f"postgresql://bot:secret@x?{CANARY}@127.0.0.1:1/protocol",
    "slash": f"postgresql://b/ot:{CANARY}@127.0.0.1:1/protocol",
    "port": f"postgresql://bot@127.0.0.1:{CANARY}/protocol",
    "scheme": f"{CANARY}://bot@127.0.0.1:1/protocol",
    "nothing-else": CANARY,
    "nobody-there": f"postgresql://bot:{CANARY}@127.0.0.1:1/protocol",
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(str(files("deploy") / "try.yaml"), "protocol-bot.yaml")
    return tmp_path


@pytest.mark.parametrize("how", MISTYPED)
@pytest.mark.parametrize("command", ["outbox", "doctor", "migrate"])
def test_no_command_tells_it(here, monkeypatch, capsys, command, how):
    monkeypatch.setenv("DATABASE_URL", MISTYPED[how])
    assert main([command]) != 0
    told = "".join(capsys.readouterr())
    assert CANARY not in told
    assert "port 1 failed" not in told
    assert "The database URL" in told or "no connection" in told


@NOT_ON_WINDOWS
@pytest.mark.parametrize("how", ["at", "nobody-there"])
async def test_nor_does_the_bot_that_runs(here, how):
    told = await refused(here, **HALF, DATABASE_URL=MISTYPED[how])
    assert CANARY not in told
    assert "port 1 failed" not in told
