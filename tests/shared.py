"""The material that the project was checked against, where it lies beside the checkout.

In: nothing. Out: its folder, or a skip with the reason. Never: anything that the bot needs.
"""

import json
import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("PROTOCOL_SHARED", Path(__file__).parents[2] / "shared"))


def shared(name: str) -> Path:
    """A file of it. Skips where it is absent: it is not part of the project, and users do not have it."""
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"{name} is checking material that does not come with the project")
    return file


def lines(name: str) -> list[dict]:
    return [json.loads(line) for line in shared(name).read_text(encoding="utf-8").splitlines() if line.strip()]
