"""A council of its own for each test of this folder that asks for one."""

import pytest

from tests.core.council import Council


@pytest.fixture
def council(database, clock, tmp_path) -> Council:
    return Council(database, clock, tmp_path)


@pytest.fixture
def made(database, clock, tmp_path):
    """A council with other settings."""
    return lambda **changes: Council(database, clock, tmp_path, **changes)
