"""A key file that a test may change, and its keys; a deployment, and a backup after which some of it was erased.

In: pytest. Out: fixtures. Never: a key that is used anywhere else.
"""

from pathlib import Path

import pytest

from bot.records import Trace, Turn
from tests.backups.deployment import Deployment, asked, deployment, erased, filed
from tests.backups.test_restoring import backed_up
from tests.storage.conftest import key_file, keys

__all__ = ["key_file", "keys"]


@pytest.fixture
def one(tmp_path: Path) -> Deployment:
    made = deployment(tmp_path)
    made.keep(filed("d1"), filed("d2"), asked("r1"))
    return made


@pytest.fixture
def file(one, capsys, tmp_path) -> Path:
    """A backup; d1 and the request are erased after it."""
    made = backed_up(one, capsys, tmp_path / "b")
    gone = Turn(erase=("request/r1",), traces=(Trace("request/r1", "clock", "erased"),))
    one.keep(erased("d1"), gone)
    return made
