"""A council that is well; a Slack, a Teams and a mail server of the tests' own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doctor.made import CHAIR, CLERK, TEAM, Patient
from tests.slack.standin import StandIn
from tests.teams.standin import StandIn as Teams


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return Patient(tmp_path)


@pytest.fixture
async def slack() -> AsyncIterator[StandIn]:
    async with StandIn() as made:
        space = made.workspace(TEAM, sockets=True)
        for id in (CLERK, CHAIR):
            space.add_user(id)
        yield made


@pytest.fixture
async def teams(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Teams]:
    folder: Path = tmp_path_factory.mktemp("login")
    async with Teams(folder) as made:
        yield made
