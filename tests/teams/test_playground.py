"""The running bot against Microsoft's local Teams client, end to end in a real Chromium.

In: pytest, the npm package `@microsoft/m365agentsplayground`, Chromium. Out: the tests in `peer/`, run by a pytest of
their own. Never: lets any of it reach the network: the local Teams listens on every interface, and is others' work.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.tools import chromium, cut_off, playground

pytestmark = pytest.mark.browser

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]
_PATIENCE = 240  # seconds for all of it


def test_a_real_teams_page_drives_the_running_bot_to_the_end(tmp_path: Path) -> None:
    chromium()
    playground()
    line = [sys.executable, "-m", "pytest", str(_HERE / "peer"), "-p", "no:xdist", "-p", "no:cacheprovider"]
    told = {"PLAYGROUND": "1", "PICTURES": str(tmp_path), "HOME": str(tmp_path)}
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
