"""A platform of somebody else's on this computer, with the bot beside it: each a process of the tests' own.

In: a folder, what to run. Out: that it runs; what it said when something went wrong. Never: outlives the test.
"""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

DATA = "data"
_PATIENCE = 60  # seconds that a process has to end
_OWN = ("SLACK_", "TEAMS_", "DATABASE_", "PROTOCOL_BOT_")  # what somebody has set for a bot of theirs is not for tests


@contextmanager
def bot(folder: Path, port: int, settings: str, surroundings: Mapping[str, str]) -> Iterator[None]:
    """`protocol-bot run` with these settings, which begins once it is ready."""
    file = folder / "protocol-bot.yaml"
    file.write_text(settings, encoding="utf-8")
    where = ["--settings", str(file), "--data", str(folder / DATA), "--port", str(port)]
    line = [sys.executable, "-m", "deploy.cli", "run", *where]
    with process(folder, "bot", line, surroundings, "Ready: "):
        yield


@contextmanager
def process(folder: Path, name: str, line: Sequence[str], more: Mapping[str, str], ready: str) -> Iterator[None]:
    """A process until the end of it, which begins once it has said a line with these words."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    with (folder / f"{name}.out").open("wb", buffering=0) as kept:
        process = subprocess.Popen(line, env=clean | more, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        reading = threading.Thread(target=shutil.copyfileobj, args=(process.stdout, kept), daemon=True)
        try:
            assert _begun(process, kept, ready), f"{name} did not start:\n{said(folder, name)}"
            reading.start()
            yield
        finally:
            _ended(process)
            if reading.ident:  # it holds the pipe until there is no more
                reading.join(_PATIENCE)
            process.stdout.close()


def said(folder: Path, name: str) -> str:
    """All that a process has written to its terminal."""
    return (folder / f"{name}.out").read_text(encoding="utf-8", errors="replace")


def _begun(process: subprocess.Popen[bytes], kept: BinaryIO, ready: str) -> bool:
    for line in process.stdout:
        kept.write(line)
        if ready.encode() in line:
            return True
    return False


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_PATIENCE)
