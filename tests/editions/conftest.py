"""Upper Mallow, and a council that comes with the project, for each test of this folder that asks for one."""

import pytest

from tests.core.council import Council
from tests.editions.world import Mallow


@pytest.fixture
def mallow(database, clock, tmp_path) -> Mallow:
    return Mallow(database, clock, tmp_path)


@pytest.fixture
def council(database, clock, tmp_path) -> Council:
    return Council(database, clock, tmp_path)
