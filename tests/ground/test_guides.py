"""Commands that the README and the guides show can be run as they stand."""

import asyncio
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cli import main
from deploy.kept import folder
from tests.importing.made import word_file

ROOT = Path(__file__).parents[2]
GUIDES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "deploy").rglob("*.md")])


def commands(file: Path) -> Iterator[str]:
    """Every line of every `sh` block."""
    for block in re.findall(r"^```sh\n(.*?)^```", file.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        yield from (line for line in block.splitlines() if line.strip() and not line.startswith("#"))


SHOWN = [(file.name, command) for file in GUIDES for command in commands(file)]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A shown line, with the program that these tests run on."""
    words = shlex.split(command)
    assert Path(words[0]).name == "protocol-bot", command
    line = [sys.executable, "-m", "deploy.cli", *words[1:]]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(line, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_the_readme_shows_commands() -> None:
    assert {command for name, command in SHOWN if name == "README.md"} >= {"make try", "make test"}


@pytest.mark.parametrize(("guide", "command"), SHOWN)
def test_a_shown_command_works(guide: str, command: str, tmp_path: Path) -> None:
    if command.startswith("make "):
        done = subprocess.run(
            ["make", "-n", *command.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=False
        )
    elif command.endswith("protocol-bot try"):
        done = tried(tmp_path)
    elif command.startswith("sh "):
        done = subprocess.run(["sh", "-n", *command.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    else:
        shutil.copy(ROOT / "deploy" / "try.yaml", tmp_path / "protocol-bot.yaml")
        if "--data try-data" in command:
            asyncio.run(laid(tmp_path / "try-data"))
        if "ashcombe" in command:
            imported(tmp_path, command)
        done = run(command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def imported(where: Path, command: str) -> None:
    """The worked example as a Word file, with its council's settings; imported, for commands that go on from there."""
    word_file(where / "ashcombe.docx")
    own = "council: ashcombe-regis\nname: Ashcombe Regis Parish Council\nnation: england\n"
    (where / "protocol-bot.yaml").write_text(own, encoding="utf-8")
    if "--out ashcombe.yaml" not in command:
        assert run("protocol-bot import ashcombe.docx --out ashcombe.yaml", where).returncode == 0


async def laid(data: Path) -> None:
    """A folder as `try` leaves it."""
    async with folder.opened(folder.made(data)):
        pass


def tried(where: Path) -> subprocess.CompletedProcess[str]:
    """`protocol-bot try`, until it is ready; then Ctrl+C."""
    line = [sys.executable, "-m", "deploy.cli", "try", "--no-browser", "--port", "0"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        line, cwd=where, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert re.fullmatch(r"Open http://127\.0\.0\.1:\d+/\n", ready)
    return subprocess.CompletedProcess(line, process.returncode, ready + out, err)


@pytest.mark.parametrize("file", GUIDES, ids=lambda file: file.name)
def test_every_link_to_a_file_leads_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", file.read_text(encoding="utf-8")):
        assert (file.parent / target).exists(), target


def test_every_command_of_the_chat_that_the_readme_shows_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.findall(r"`/protocol ?([^`]*)`", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(shown) > 5
    for asked in shown:
        assert main(["ask", asked or "help", "--council", "leigh-on-sea"]) == 0, asked
        assert capsys.readouterr().out.strip()
