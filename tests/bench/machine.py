"""What a report was measured on: the machine, the Python, what the project rests on, the project itself.

In: nothing. Out: rows of a table. Never: a path, a host's or a person's name; a failure where something is absent.
"""

import os
import platform
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from tests.bench.others import PINNED
from tests.cluster import programs
from tests.report import Table

#: The packages that a message passes through on its way.
PACKAGES: Final = (
    "aiohttp", "msgspec", "SQLAlchemy", "aiosqlite", "psycopg", "cryptography", "rapidfuzz", "slack-bolt", "slack-sdk",
    "botbuilder-core", "APScheduler", "structlog", "pdfminer.six", "python-docx",
)  # fmt: skip
_ROOT: Final = Path(__file__).parents[2]


def head() -> Table:
    """The table that stands at the head of a report."""
    return Table("What it was measured on", ("", ""), [*_machine(), *_programs(), *_project()])


def _machine() -> Iterator[tuple[str, str]]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield "cores", f"{cores} ({platform.machine()}), {_told('/proc/cpuinfo', 'model name') or 'model unknown'}"
    kib = (_told("/proc/meminfo", "MemTotal") or "0").split()[0]
    yield "memory", f"{int(kib) / 1024**2:.1f} GiB" if kib != "0" else "unknown"
    yield "kernel", f"{platform.system()} {platform.release()}"
    yield "others at work as it began", f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _told(file: str, name: str) -> str:
    """A value of one of the kernel's own tables; empty on a machine without them."""
    try:
        found = re.search(rf"^{name}\s*:\s*(.*)$", Path(file).read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return ""
    return found[1].strip() if found else ""


def _programs() -> Iterator[tuple[str, str]]:
    yield "Python", f"{platform.python_implementation()} {platform.python_version()}"
    yield "packages", ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
    yield "SQLite", sqlite3.sqlite_version
    yield "PostgreSQL", _postgres()
    yield "what is measured beside", ", ".join(f"{name} {pinned}" for name, pinned in PINNED.items())
    yield "wrk", _first_number(_said("wrk", "-v")) if shutil.which("wrk") else "not here (Debian: apt install wrk)"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _postgres() -> str:
    try:
        return _first_number(_said(str(programs() / "postgres"), "--version"))
    except FileNotFoundError as why:
        return f"not here: {why}"


def _project() -> Iterator[tuple[str, str]]:
    yield "Protocol Bot", _version("council-protocol-bot") or "not installed"
    yield (
        "commit",
        _said("git", "-C", str(_ROOT), "describe", "--always", "--tags", "--dirty") or "not known: no git here",
    )


def _first_number(text: str) -> str:
    found = re.search(r"\d+(\.\d+)+", text)
    return found[0] if found else text.strip() or "unknown"


def _said(*line: str) -> str:
    """What a program prints of itself; empty where it is not there. Its status says nothing: wrk's is 1."""
    try:
        done = subprocess.run(line, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
