"""Tools that some tests need and not every machine has.

In: nothing. Out: where a tool is; without it the test is skipped with the reason, or fails where REQUIRE_ALL=1.
Never: installs anything.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from tests.cluster import Cluster

AXE = Path(__file__).parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"


def chromium() -> str:
    """A Chromium to drive."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or _without("Chromium is not here; on Debian: sudo apt install chromium")


def axe() -> str:
    """The script that checks a page for barriers."""
    if not AXE.exists():
        _without("axe-core is not here; with npm: npm ci in tests/browser (make test does it)")
    return AXE.read_text(encoding="utf-8")


def postgres() -> Cluster:
    """A PostgreSQL of a test's own, which is to be started, and removed at the end."""
    try:
        return Cluster()
    except FileNotFoundError:
        _without("a PostgreSQL server of 14 or later is not here; on Debian: sudo apt install postgresql")


def _without(reason: str) -> NoReturn:
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"REQUIRE_ALL=1, but {reason}")
    pytest.skip(reason)
