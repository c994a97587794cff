"""A terminal with somebody at it.

In: a folder, arguments, what is typed. Out: all that was shown, and the exit status. Never: a fake terminal.
"""

import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
CTRL_C, CTRL_D = "\x03", "\x04"
#: Ctrl+C reaches whoever has the terminal, even where whatever runs these tests was told to pass it over.
_ITS_OWN = """
import fcntl, os, signal, sys, termios
signal.signal(signal.SIGINT, signal.SIG_DFL)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "deploy.cli", *sys.argv[1:]])
"""
#: Seconds after which somebody presses it once more: Python may have it in hand between its prompt and its reading.
_ONCE_MORE = 15.0
_PATIENCE = 120.0  # seconds for all of it, on a computer that has much else to do


def typed(where: Path, *arguments: str, answers: tuple[str, ...]) -> tuple[int, str]:
    """`protocol-bot` at a terminal; each answer is typed once it waits for one. Those left over are not typed."""
    import pty  # Windows has no such terminals

    ours, theirs = pty.openpty()
    line = [sys.executable, "-c", _ITS_OWN, *arguments]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "TERM": "dumb"}
    with subprocess.Popen(
        line, cwd=where, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:  # fmt: skip
        os.close(theirs)
        try:
            shown = _spoken(process, ours, list(answers))
        finally:
            if process.poll() is None:  # else whoever waits for its end waits for ever
                process.kill()
    os.close(ours)
    return process.returncode, shown.replace("\r\n", "\n")


def _spoken(process: "subprocess.Popen[bytes]", ours: int, answers: list[str]) -> str:
    shown, seen, ends, stop, again = "", 0, time.monotonic() + _PATIENCE, b"", 0.0
    while time.monotonic() < ends:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                read = os.read(ours, 65536)
            except OSError:  # Linux's way of saying that nobody is at the other side any more
                break
            if not read:
                break
            shown += read.decode("utf-8", "replace")
        elif process.poll() is not None:
            break
        waits = shown[seen:].endswith((": ", "] "))
        if waits and answers:
            answer = answers.pop(0)
            seen = len(shown)
            stop = answer.encode() if answer in (CTRL_C, CTRL_D) else b""
            os.write(ours, stop or f"{answer}\n".encode())
            again = time.monotonic() + _ONCE_MORE
        elif stop and time.monotonic() > again:
            os.write(ours, stop)
            again = time.monotonic() + _ONCE_MORE
    with suppress(subprocess.TimeoutExpired):
        process.wait(60)
    return shown
