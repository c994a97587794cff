"""Tools that some tests need and not every machine has.

In: nothing. Out: where a tool is; without it the test is skipped with the reason, or fails where REQUIRE_ALL=1.
Never: installs anything.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn, TypeVar

import pytest

from tests.cluster import Cluster

T = TypeVar("T")

AXE = Path(__file__).parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"
TSC = Path(__file__).parent / "slack" / "types" / "node_modules" / "typescript" / "bin" / "tsc"
LOCAL_SLACK = Path(__file__).parent / "slack/peer/node_modules/local-slack-linux-x64/bin/local-slack"
TEAMS_CARDS = Path(__file__).parent / "teams" / "cards"
PLAYGROUND = Path(__file__).parent / "teams/peer/node_modules/@microsoft/m365agentsplayground/cli.js"
#: What begins a command that reaches nothing but itself: a network with a loopback only; it ends with all it started.
_CUT_OFF = ("unshare", "-rnpf", "--kill-child", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


def chromium() -> str:
    """A Chromium to drive."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or _without("Chromium is not here; on Debian: sudo apt install chromium")


def axe() -> str:
    """The script that checks a page for barriers."""
    if not AXE.exists():
        _without("axe-core is not here; with npm: npm ci in tests/browser (make test does it)")
    return AXE.read_text(encoding="utf-8")


def local_slack() -> Path:
    """A Slack on this computer. Run it only behind `cut_off`: it listens on every interface."""
    if not LOCAL_SLACK.exists():
        _without("local-slack is not here; with npm, on Linux (x64): npm ci in tests/slack/peer (make test does it)")
    return LOCAL_SLACK


def cut_off() -> tuple[str, ...]:
    """What to put before a command so that neither it nor anything it starts reaches the network, or outlives it."""
    try:
        works = subprocess.run([*_CUT_OFF, "true"], capture_output=True, timeout=60, check=False).returncode == 0
    except FileNotFoundError:
        works = False
    return (
        _CUT_OFF
        if works
        else _without("there are no network namespaces for us (unshare, and ip from iproute2, as root)")
    )


def tsc() -> Path:
    """The compiler that knows Slack's types; node runs it."""
    if not TSC.exists() or not shutil.which("node"):
        _without("Slack's types are not here; with npm: npm ci in tests/slack/types (make test does it)")
    return TSC


def teams_cards() -> Path:
    """The folder of what reads cards, draws them, and holds the app package to its schema; node runs it."""
    if not (TEAMS_CARDS / "node_modules" / "adaptivecards").exists() or not shutil.which("node"):
        _without("Microsoft's reader of cards is not here; with npm: npm ci in tests/teams/cards (make test does it)")
    return TEAMS_CARDS


def playground() -> Path:
    """A Teams on this computer; node runs it. Run it only behind `cut_off`: it listens on every interface."""
    if not PLAYGROUND.exists() or not shutil.which("node"):
        _without("Microsoft's local Teams is not here; with npm: npm ci in tests/teams/peer (make test does it)")
    return PLAYGROUND


def caddy() -> str:
    """The proxy that stands before the bot."""
    return shutil.which("caddy") or _without("Caddy is not here; on Debian: sudo apt install caddy")


def openssl() -> str:
    """What the guide to Teams makes a certificate with."""
    return shutil.which("openssl") or _without("openssl is not here; on Debian: sudo apt install openssl")


def systemd_analyze() -> str:
    """What reads units as systemd does; it needs no systemd that runs."""
    return shutil.which("systemd-analyze") or _without("systemd is not here; on Debian: sudo apt install systemd")


def postgres() -> Cluster:
    """A PostgreSQL of a test's own, which is to be started, and removed at the end."""
    try:
        return Cluster()
    except FileNotFoundError:
        _without("a PostgreSQL server of 14 or later is not here; on Debian: sudo apt install postgresql")


def wanted(there: T | None, reason: str) -> T:
    """What a test found for itself; `reason` says what is to be done where it is not there."""
    return there or _without(reason)


def _without(reason: str) -> NoReturn:
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"REQUIRE_ALL=1, but {reason}")
    pytest.skip(reason)
