"""A rig for each platform; every test here runs on each of them."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from adapters import PLATFORMS
from tests.contract.rig import Rig
from tests.contract.slack_rig import SlackRig
from tests.contract.teams_rig import TeamsRig
from tests.contract.web_rig import WebRig

RIGS = {"slack": SlackRig, "teams": TeamsRig, "web": WebRig}


@pytest.fixture(params=sorted(PLATFORMS))
async def rig(request: pytest.FixtureRequest, tmp_path: Path):
    """Makes the platform's rig for a council; a platform without one fails here."""
    async with AsyncExitStack() as after:

        async def make(council: str) -> Rig:
            return await after.enter_async_context(RIGS[request.param](tmp_path, council))

        yield make
