"""A terminal with somebody at it.

In: a folder, arguments, what is typed. Out: all that was shown, and the exit status. Never: a fake terminal.
"""

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
CTRL_C, CTRL_D = "\x03", "\x04"
#: Ctrl+C reaches whoever has the terminal.
_ITS_OWN = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "deploy.cli", *sys.argv[1:]])
"""
_PATIENCE = 60.0  # seconds for all of it, on a computer that has much else to do


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
        shown = _spoken(process, ours, list(answers))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
    os.close(ours)
    return process.returncode, shown.replace("\r\n", "\n")


def _spoken(process: "subprocess.Popen[bytes]", ours: int, answers: list[str]) -> str:
    shown, seen, ends = "", 0, time.monotonic() + _PATIENCE
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
            os.write(ours, answer.encode() if answer in (CTRL_C, CTRL_D) else f"{answer}\n".encode())
    process.wait(10)
    return shown
