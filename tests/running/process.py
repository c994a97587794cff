"""`protocol-bot run` as a process, with a workspace to serve.

In: a folder, an environment. Out: what it said, where it is, how it ended. Never: a real Slack.
"""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.slack.standin import StandIn, Workspace

NOT_ON_WINDOWS = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")

TEAM = "THILLTOP"
#: Seconds after which something hangs. On a computer with much else to do a start takes a minute.
_PATIENCE = 120
_OURS = ("SLACK_", "TEAMS_", "PROTOCOL_BOT_")


class Running:
    """A bot that was started: what it said so far, and where it is."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.said = ""
        self.complaints = ""

    async def ready(self) -> str:
        """Its address, once it says that it is ready."""
        assert self.process.stdout is not None
        async with asyncio.timeout(_PATIENCE):
            while line := await self.process.stdout.readline():
                self.said += line.decode()
                if found := re.fullmatch(
                    r"Ready: (http://127\.0\.0\.1:\d+/)healthz tells how it is\.\n", line.decode()
                ):
                    return found[1]
        return pytest.fail(f"It was never ready: {self.said!r} {(await self.ended())[1]!r}")

    async def complained(self, of: str) -> None:
        """Waits until it complains of this."""
        assert self.process.stderr is not None
        async with asyncio.timeout(_PATIENCE):
            while line := await self.process.stderr.readline():
                self.complaints += line.decode()
                if of in line.decode():
                    return
        pytest.fail(f"It never complained of {of!r}: {self.complaints!r}")

    async def ended(self, how: signal.Signals | None = None) -> tuple[int | None, str]:
        """Its exit status and its complaints; it may be told to stop first."""
        if how is not None:
            self.process.send_signal(how)
        async with asyncio.timeout(_PATIENCE):
            out, complaints = await self.process.communicate()
        self.said += out.decode()
        self.complaints += complaints.decode()
        return self.process.returncode, self.complaints


@asynccontextmanager
async def started(where: Path, *arguments: str, **environ: str) -> AsyncIterator[Running]:
    """`protocol-bot run` in a folder, with nothing but this in its environment; it logs what is amiss."""
    line = [sys.executable, "-W", "error", "-m", "deploy.cli", "run", "--port", "0", *arguments]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    env = {
        **kept,
        "PROTOCOL_BOT_LOG_LEVEL": "warning",
        "PYTHONPATH": os.pathsep.join((*environ.pop("path", "").split(), str(Path(__file__).parents[2]))),
    }
    process = await asyncio.create_subprocess_exec(*line, cwd=where, env={**env, **environ}, stdout=PIPE, stderr=PIPE)
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def settled(where: Path, council: str = "barrow", team: str = TEAM, name: str = "protocol-bot.yaml") -> Path:
    """A council's settings: the clerk, a councillor and the workspace."""
    workspaces = f"workspaces: {{slack: {team}}}\n" if team else ""
    people = (
        "people:\n"
        '  - {id: ruth, name: Ruth Ellison, offices: [clerk], accounts: ["slack:URUTH"]}\n'
        '  - {id: jo, name: Jo Hartley, offices: [councillor], accounts: ["slack:UJO"]}\n'
    )
    file = where / name
    file.write_text(f"council: {council}\n{workspaces}{people if team else ''}", encoding="utf-8")
    return file


def populated(slack: StandIn, team: str = TEAM, *, sockets: bool = True) -> Workspace:
    space = slack.workspace(team, sockets=sockets)
    space.add_user("URUTH", "Ruth Ellison")
    space.add_user("UJO", "Jo Hartley")
    space.add_channel("C0COUNCIL", "council")
    return space


def tokens(slack: StandIn) -> dict[str, str]:
    """The environment that serves all of its workspaces."""
    spaces = slack.spaces.values()
    given = {
        "SLACK_BOT_TOKEN": ",".join(space.token for space in spaces),
        "SLACK_APP_TOKEN": ",".join(space.app_token for space in spaces),
        "SLACK_SIGNING_SECRET": ",".join("" if space.app_token else space.secret for space in spaces),
    }
    return {"SLACK_API_URL": slack.api_url, **{name: value for name, value in given.items() if value.strip(",")}}


async def asked(url: str) -> tuple[int, dict]:
    async with aiohttp.ClientSession() as page, page.get(url) as answer:
        return answer.status, json.loads(await answer.read())


async def refused(where: Path, *arguments: str, **environ: str) -> str:
    """What it says instead of starting; never how it came to that."""
    async with started(where, *arguments, **environ) as bot:
        code, complaints = await bot.ended()
    assert (code, bot.said) == (2, ""), complaints
    assert complaints.startswith("protocol-bot: ")
    assert "Traceback" not in complaints
    return complaints
