"""The try-out's way into the world: its door, its folder, how it ends."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.errors import ProtocolBotError
from deploy.running.tryout import FILE, PEOPLE, try_out

WINDOWS = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals and modes")


@contextmanager
def running(data: Path, port: int):
    line = [sys.executable, "-W", "error", "-m", "deploy.cli", "try", "--no-browser"]
    where = ["--data", str(data), "--port", str(port)]
    process = subprocess.Popen([*line, *where], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=60)


def is_open(address: str, port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex((address, port)) == 0


@WINDOWS
def test_a_port_that_is_taken_is_said_and_another_is_used(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken, running(tmp_path, taken.getsockname()[1]) as process:
        ready = re.fullmatch(r"Open http://127\.0\.0\.1:(\d+)/\n", process.stdout.readline())
        assert ready
        said = process.stderr.readline()
        assert said == f"Port {taken.getsockname()[1]} is taken, so this is on {ready[1]}.\n"
        assert is_open("127.0.0.1", int(ready[1]))


@WINDOWS
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly_when_told_to_and_leaves_a_folder_of_ones_own(tmp_path, how):
    data = tmp_path / "new" / "folder"
    with running(data, 0) as process:
        process.stdout.readline()
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert stat.S_IMODE((data / FILE).stat().st_mode) == 0o600
        process.send_signal(how)
        rest, complaints = process.communicate(timeout=60)
    assert (process.returncode, rest, complaints) == (0, "", "")


@WINDOWS
def test_it_can_be_reached_from_this_computer_alone(tmp_path):
    with running(tmp_path, 0) as process:
        port = int(re.search(r":(\d+)/", process.stdout.readline())[1])
        listening = Path("/proc/net/tcp").read_text(encoding="ascii") if Path("/proc/net/tcp").exists() else ""
        doors = {row.split()[1] for row in listening.splitlines()[1:] if row.split()[3] == "0A"}
        assert is_open("127.0.0.1", port)
        assert not listening or {door for door in doors if door.endswith(f":{port:04X}")} == {f"0100007F:{port:04X}"}


async def test_a_folder_that_can_not_be_used_is_said_with_the_mend(tmp_path):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(ProtocolBotError, match="Choose another with --data"):
        await try_out(0, tmp_path / "file", open_browser=False)


def test_nobody_in_it_has_the_name_of_somebody_real():
    for seat in PEOPLE:
        assert not {"Parker", "Lawrence", "Beckerson"} & set(seat.name.split())
