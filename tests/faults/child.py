"""Work done in a process of its own that is forked from this one, and that may be killed at it.

In: what to do. Out: what came of it, or that the process was killed. Never: two of them at a time from one process;
anything of the work left in this one: no thread, no loop, no database that is open.
"""

import asyncio
import gc
import os
import pickle
import select
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

T = TypeVar("T")

#: Seconds that a piece of work has.
PATIENCE: Final = 60.0


class Killed(NamedTuple):
    """It was killed at its work, by itself."""


class Failed(Exception):
    """It raised something; all of it is told as text."""


def in_child(work: Callable[[], T], seconds: float = PATIENCE) -> T | Killed:
    """Fork, do it, and hand over what came of it, which can be pickled. Raises `Failed`, `TimeoutError`."""
    ours, its = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        _work(work, its)
    os.close(its)
    try:
        told = _heard(ours, pid, seconds)
    finally:
        os.close(ours)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        if os.WTERMSIG(status) == signal.SIGKILL and not told:
            return Killed()
        raise Failed(f"it ended by signal {os.WTERMSIG(status)}")
    good, found = pickle.loads(told)  # noqa: S301  # our own child's
    if not good:
        raise Failed(found)
    result: T = found
    return result


def run_in_child(work: Callable[..., Coroutine[Any, Any, T]], *given: object) -> T | Killed:
    """The same for what has a loop of its own there."""
    return in_child(lambda: asyncio.run(work(*given)))


def copied(of: Path) -> Path:
    """A folder as it stands, once more beside itself."""
    made = of.with_name(f"copy-{time.monotonic_ns()}")
    shutil.copytree(of, made)
    return made


def _work(work: Callable[[], Any], out: int) -> None:
    """In the child: it never returns."""
    status = 1
    try:
        gc.freeze()
        told = pickle.dumps((True, work()))
        status = 0
    except BaseException:
        told = pickle.dumps((False, traceback.format_exc()))
    try:
        with os.fdopen(out, "wb") as pipe:
            pipe.write(told)
    finally:
        os._exit(status)


def _heard(pipe: int, pid: int, seconds: float) -> bytes:
    parts, until = list[bytes](), time.monotonic() + seconds
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            os.kill(pid, signal.SIGTERM)  # not SIGKILL: that is how it ends by itself
            os.waitpid(pid, 0)
            raise TimeoutError(f"it took longer than {seconds:.0f} seconds")
        part = os.read(pipe, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)
