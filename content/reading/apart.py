"""Reads a document in a process of its own, so that a file made to do harm can only harm that.

In: a file. Out: its `Paper`, or `Unreadable`; the process is gone afterwards, whatever happened. Never: hands on this
process's environment, which holds secrets; waits for longer, or takes in more, than any protocol needs.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from content.reading.lines import Paper
from content.reading.refusals import (
    DAMAGED,
    EMPTY,
    NO_FILE,
    TOO_GREEDY,
    TOO_LARGE,
    TOO_LONG,
    TOO_MUCH,
    Unreadable,
)
from content.reading.sniffed import LARGEST_FILE

_MEMORY = 480 * 1024 * 1024
_SECONDS = 60
_LONGEST_ANSWER = 48 * 1024 * 1024
_LONGEST_NOTE = 200
#: What the reading process gets of the environment: what finding libraries takes, and no secret.
_ENVIRONMENT = ("PATH", "SYSTEMROOT", "WINDIR", "LANG", "LC_ALL", "VIRTUAL_ENV", "PYTHONHOME", "LD_LIBRARY_PATH")


class _Answer(Struct, frozen=True):
    paper: Paper | None = None
    refused: str = ""


def read_apart(file: Path, progress: Callable[[int, int], None] | None = None, *, seconds: float = _SECONDS) -> Paper:
    """The paragraphs of the document in a file that anybody may have sent. Blocks for up to `seconds`.

    `progress` hears how many of how many steps are done, on this thread. Raises `Unreadable`.
    """
    try:
        if not file.is_file():
            raise Unreadable(NO_FILE)
        size = file.stat().st_size
        if size > LARGEST_FILE:
            raise Unreadable(TOO_LARGE)
        if not size:
            raise Unreadable(EMPTY)
        with file.open("rb") as document:
            return _Reading(document, file.suffix, seconds).result(progress or _unheard)
    except OSError:
        raise Unreadable(NO_FILE) from None


def _unheard(_done: int, _of: int) -> None:
    return


class _Reading:
    """One process that reads one document."""

    def __init__(self, document: IO[bytes], suffix: str, seconds: float) -> None:
        root = str(Path(__file__).parents[2])
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603 our own module; the file's name is not handed on
            [sys.executable, "-P", "-m", "content.reading.apart", suffix[:12]],
            stdin=document,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment, "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"},
            start_new_session=True,  # a group of its own, to be ended as one
        )
        self._late = False
        self._answer = b""
        self._timer = threading.Timer(seconds, self._too_late)
        self._timer.daemon = True
        self._listener = threading.Thread(target=self._listen, daemon=True)

    def result(self, progress: Callable[[int, int], None]) -> Paper:
        self._timer.start()
        self._listener.start()
        try:
            self._follow(progress)
            self._listener.join()
            self._process.wait()
        finally:
            self._timer.cancel()
            self._end()
        return self._told()

    def _follow(self, progress: Callable[[int, int], None]) -> None:
        """Each line of its notes: how many of how many; what libraries write there is nobody's business."""
        notes = self._process.stderr
        assert notes is not None  # noqa: S101 it was asked for
        while note := notes.readline(_LONGEST_NOTE):
            done, _, of = note.strip().partition(b"/")
            if done.isdigit() and of.isdigit():
                progress(int(done), int(of))

    def _listen(self) -> None:
        answer = self._process.stdout
        assert answer is not None  # noqa: S101 it was asked for
        self._answer = answer.read(_LONGEST_ANSWER + 1)
        if len(self._answer) > _LONGEST_ANSWER:
            self._kill()

    def _too_late(self) -> None:
        self._late = True
        self._kill()

    def _kill(self) -> None:
        if self._process.poll() is not None:
            return
        try:
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        except (ProcessLookupError, PermissionError):
            return

    def _end(self) -> None:
        self._kill()
        self._process.wait()
        self._listener.join()
        for stream in (self._process.stdout, self._process.stderr):
            if stream:
                stream.close()

    def _told(self) -> Paper:
        if len(self._answer) > _LONGEST_ANSWER:
            raise Unreadable(TOO_MUCH)
        try:
            answer = msgspec.json.decode(self._answer, type=_Answer)
        except msgspec.MsgspecError:
            raise Unreadable(self._why_silent()) from None
        if answer.paper is None:
            raise Unreadable(answer.refused or DAMAGED)
        return answer.paper

    def _why_silent(self) -> str:
        ended = self._process.returncode
        if self._late or ended == -getattr(signal, "SIGXCPU", 24):
            return TOO_LONG
        # Somebody else's kill is the system's, when memory runs short.
        return TOO_GREEDY if ended == -getattr(signal, "SIGKILL", 9) else DAMAGED


def _limit() -> None:
    """Takes from this process what reading does not need. Windows has no such limits: there, time alone is one."""
    try:
        import resource
    except ModuleNotFoundError:
        return
    limits = {
        "RLIMIT_AS": _MEMORY,
        "RLIMIT_CPU": _SECONDS,
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NPROC": 0,
        "RLIMIT_NOFILE": 64,
    }
    for name, limit in limits.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        try:
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (limit, hard if hard == resource.RLIM_INFINITY else max(limit, min(hard, limit))))
        except (ValueError, OSError):  # a system that has the name and not the limit
            continue


def _note(done: int, of: int) -> None:
    sys.stderr.write(f"{done}/{of}\n")
    sys.stderr.flush()


def main() -> None:
    """Reads the document on standard input, in the process that was begun for it, and answers on standard output."""
    _limit()
    from content.reading.opened import read

    try:
        answer = _Answer(paper=read(sys.stdin.buffer.read(LARGEST_FILE + 1), f"document{sys.argv[1]}", _note))
    except Unreadable as refused:
        answer = _Answer(refused=str(refused))
    except MemoryError:
        answer = _Answer(refused=TOO_GREEDY)
    sys.stdout.buffer.write(msgspec.json.encode(answer))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
