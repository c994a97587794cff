"""The running bot against a local Slack with a web page, end to end in a real Chromium, over both transports.

In: pytest, the npm package `local-slack-linux-x64`, Chromium. Out: the tests in `peer/`, run by a pytest of their own.
Never: lets any of it reach the network: the local Slack listens on every interface, and is a binary of others.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.tools import chromium, cut_off, local_slack

pytestmark = pytest.mark.browser

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]
_PATIENCE = 240  # seconds for all of it


@pytest.mark.parametrize("transport", ["socket", "http"])
def test_a_real_slack_page_drives_the_running_bot_to_the_end(transport: str, tmp_path: Path) -> None:
    chromium()
    local_slack()
    line = [sys.executable, "-m", "pytest", str(_HERE / "peer"), "-p", "no:xdist", "-p", "no:cacheprovider"]
    told = {"LOCAL_SLACK": transport, "PICTURES": str(tmp_path), "HOME": str(tmp_path)}
    said = tmp_path / "said.txt"
    ended = _run([*cut_off(), *line, f"--basetemp={tmp_path / 'inner'}"], told, said)
    assert ended == 0, f"{said.read_text(encoding='utf-8', errors='replace')}\nPictures are in {tmp_path}."


def _run(line: Sequence[str], told: Mapping[str, str], said: Path) -> int | str:
    """Its exit status; all it says is in the file, also where it had to be ended."""
    with said.open("wb") as out:
        try:
            return subprocess.run(
                line, cwd=_ROOT, env=os.environ | told, stdout=out, stderr=out, timeout=_PATIENCE, check=False
            ).returncode
        except subprocess.TimeoutExpired:
            return f"not at its end after {_PATIENCE} s"
