"""Where a process can be killed: every statement, commit, call, answer and change to a file, counted as it comes by.

In: SQLAlchemy's events, the stand-ins' and the bot's own doors, Python's audit hook. Out: the points that were come by,
in order and by stretches; or, at the one that was asked for, no process any more. Never: a word of the project's own
code replaced; two points in one stretch between which anything was done for good.
"""

import asyncio
import os
import re
import signal
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, Final, NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

#: The kinds of points, and what each means.
KINDS: Final = {
    "statement": "before a statement",
    "commit": "before a commit",
    "committed": "after a commit, before the word of it",
    "call": "before the platform has a call",
    "called": "after the platform took a call, before its answer",
    "reply": "before an answer of the bot's own goes out",
    "file": "before a file is opened for writing, written, synced, renamed or removed",
}

#: The kinds of those after which something was done for good.
LASTING: Final = frozenset({"committed", "called", "reply", "file"})
_COMMITS: Final = "the transaction is being committed"
_CHANGES: Final = frozenset({"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "os.chmod"})
_WRITES: Final = frozenset({"write", "writelines", "fsync", "fdatasync", "ftruncate"})
_TABLE: Final = re.compile(r"\b(?:FROM|INTO|UPDATE|TABLE|INDEX ON|ON)\s+\"?(\w+)", re.IGNORECASE)
_NAMED: Final = re.compile(r"[0-9a-f-]{8,}|[CDU]0?[A-Z]{3,}\d*|T[A-Z]{6,}[\w-]*|\d{6,}|%|19:.*|a:.*")


class Point(NamedTuple):
    """One place at which a flow can be cut off: `where` says what was to be done, `nth` which of the same it is."""

    kind: str
    where: str
    nth: int

    def __str__(self) -> str:
        return f"{KINDS[self.kind]}: {self.where} ({self.nth})"


class Points:
    """Counts what comes by while `on`. At `kill` it is `dead`, calls `dying`, and then there is no process any more.

    `replied`: what was delivered last to the bot has its answer on the way; `sent`: something was, that is no look.
    """

    def __init__(self, kill: Point | None = None) -> None:
        self.on = self.dead = False
        self.seen: list[Point] = []
        self.replied = True
        self.sent = False
        self.dying: Callable[[], object] = lambda: None
        self._kill = kill
        self._counts = Counter[tuple[str, str]]()
        self._lock = threading.Lock()
        self._stretches: list[list[Point]] = [[]]
        self._file: sqlite3.Connection | None = None
        self._version: object = None

    def come_by(self, kind: str, where: str) -> None:
        """This is about to be done, or has just been."""
        if not self.on:
            return
        with self._lock:
            self._counts[kind, where] += 1
            point = Point(kind, where, self._counts[kind, where])
            self.seen.append(point)
            if self._changed() or kind in LASTING:
                self._stretches.append([])
            self._stretches[-1].append(point)
        if point == self._kill:
            self.on, self.dead = False, True  # what is still written down is no point
            self.dying()
            os.kill(os.getpid(), signal.SIGKILL)

    def lasting(self) -> tuple[Point, ...]:
        """Those after which something was done for good, and those that change files, which last as they come by."""
        return tuple(point for point in self.seen if point.kind in LASTING)

    def stretches(self) -> list[list[Point]]:
        """All points, in pieces: whoever is killed in one of them leaves the same behind, wherever in it that is.

        A stretch ends where something is done for good, where the bot is delivered something, and where SQLite itself
        says that what is committed in its file is not what it was (`look_into`).
        """
        return [stretch for stretch in self._stretches if stretch]

    # ------------------------------------------------------------ the database

    def look_into(self, file: Path) -> None:
        """Ask this SQLite file itself, at every point, whether anything was committed: a check of what is listed."""
        self._file = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
        self._changed()

    def _changed(self) -> bool:
        if self._file is None:
            return False
        before = self._version
        try:
            self._version = self._file.execute("PRAGMA data_version").fetchone()
        except sqlite3.OperationalError:  # somebody else has it alone just now
            self._version = object()
        return self._version != before

    def watch_databases(self) -> None:
        """Every engine of this process, from now on to its end.

        SQLite itself says which statement it begins with, whoever asked it for several at once; of PostgreSQL it is
        known what is sent in one piece.
        """
        event.listen(Pool, "connect", self._connected)
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "after_cursor_execute", self._done)
        event.listen(Engine, "commit", self._commit)
        event.listen(Pool, "reset", self._given_back)

    def _connected(self, driver: Any, _record: object) -> None:
        if hasattr(driver.driver_connection, "set_trace_callback"):
            driver.run_async(lambda connection: connection.set_trace_callback(self._begun))

    def _begun(self, said: str) -> None:
        if said != "COMMIT":  # that is a point by itself, below
            self.come_by("statement", first_words(said))

    def _statement(self, connection: Connection, _cursor: object, said: str, *_: object) -> None:
        if connection.dialect.name != "sqlite":
            self.come_by("statement", first_words(said))

    def _done(self, connection: Connection, _cursor: object, said: str, *_: object) -> None:
        if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":  # it was its own commit
            self.come_by("committed", first_words(said))

    def _commit(self, connection: Connection) -> None:
        connection.info[_COMMITS] = True
        self.come_by("commit", "")

    def _given_back(self, _driver: object, record: Any, _state: object) -> None:
        if record.info.pop(_COMMITS, False):
            self.come_by("committed", "")

    # ------------------------------------------------------------ the wire

    @web.middleware
    async def at_platform(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Around a stand-in's doors."""
        where = f"{request.method} {without_names(request.path)}"
        self.come_by("call", where)
        if self.dead:  # nothing reaches the platform from here on
            await asyncio.Event().wait()
        response = await handler(request)
        self.come_by("called", where)
        return response

    @web.middleware
    async def at_bot(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Around the bot's own doors."""
        if self.on:
            self.replied = False
            self.sent = self.sent or request.method == "POST"
            self._stretches.append([])
        response = await handler(request)
        self.come_by("reply", f"{request.method} {without_names(request.path)}")
        self.replied = True
        return response

    # ------------------------------------------------------------ files

    def watch_files(self, folder: Path) -> None:
        """Every change to a file in this folder, in whatever thread, from now on to the end of this process."""
        inside = str(folder)

        def audited(name: str, given: tuple[Any, ...]) -> None:
            if not self.on:
                return
            if name == "open" and isinstance(given[0], str) and given[0].startswith(inside) and _to_write(given):
                self.come_by("file", f"open {_known(given[0])}")
            elif name in _CHANGES and str(given[0]).startswith(inside):
                self.come_by("file", f"{name.removeprefix('os.')} {_known(str(given[0]))}")

        def called(_frame: FrameType, what: str, given: Any) -> None:
            name = getattr(given, "__name__", "") if what == "c_call" and self.on else ""
            if name in _WRITES and (name.startswith("f") or _is_in(given, inside)):
                self.come_by("file", f"{name} {_known(_file_of(given))}".strip())

        sys.addaudithook(audited)
        threading.setprofile(called)
        sys.setprofile(called)


def first_words(said: str) -> str:
    """A statement by what it does and to which table."""
    words = said.split()
    if words[0].upper() in ("PRAGMA", "BEGIN", "VACUUM"):
        return " ".join(words[:2]).partition("=")[0]
    if words[0].upper() == "WITH":
        words[0] = next((word for word in words if word.upper() in ("UPDATE", "DELETE", "INSERT")), "SELECT")
    found = _TABLE.search(said) if words[0].upper() != "UPDATE" else re.search(r"UPDATE\s+\"?(\w+)", said)
    return f"{words[0].upper()} {found[1] if found else ''}".strip()


def without_names(path: str) -> str:
    """A path without what is somebody's or some message's."""
    return "/".join("…" if _NAMED.search(part) else part for part in path.split("/"))


def _to_write(given: tuple[Any, ...]) -> bool:
    mode, flags = given[1], given[2]
    if isinstance(mode, str):
        return bool(set(mode) & set("wax+"))
    return bool(isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _known(path: str) -> str:
    """A file's name without what is made up anew each time."""
    return re.sub(r"[0-9a-f]{8,}|\d{6,}\w*", "…", Path(path).name) if path else ""


def _file_of(given: Any) -> str:
    """The file that something is written to; one that was opened by its number is asked for by it."""
    name = getattr(getattr(given, "__self__", None), "name", "")
    if isinstance(name, int):
        try:
            return str(Path(f"/proc/self/fd/{name}").readlink())
        except OSError:
            return ""
    return name if isinstance(name, str) else ""


def _is_in(given: Any, folder: str) -> bool:
    return _file_of(given).startswith(folder)
