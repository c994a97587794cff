"""A whole bot, watched from its start to its end."""

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.ports import free_port
from tests.running.process import NOT_ON_WINDOWS, Running, asked, populated, settled, started, tokens
from tests.slack.standin import Somebody, StandIn


@pytest.fixture
async def slack() -> AsyncIterator[StandIn]:
    async with StandIn() as made:
        yield made
        assert not made.complaints, made.complaints


async def ready(bot: Running) -> str:
    """Where it tells how it is, once it says so in its log."""
    async with asyncio.timeout(120):
        while True:
            line = (await bot.process.stderr.readline()).decode()
            bot.complaints += line
            if found := re.match(r"Ready: (\S+)healthz", json.loads(line)["event"]):
                return found[1]


@NOT_ON_WINDOWS
async def test_a_bot_for_programs_writes_nothing_but_objects_and_tells_its_figures_until_it_ends(slack, tmp_path):
    space = populated(slack)
    settled(tmp_path)
    where = f"127.0.0.1:{free_port()}"
    loud = {"PROTOCOL_BOT_LOG": "json", "PROTOCOL_BOT_LOG_LEVEL": "debug", "PROTOCOL_BOT_METRICS": where}
    async with started(tmp_path, **tokens(slack), **loud) as bot, aiohttp.ClientSession() as page:
        address = await ready(bot)
        await Somebody(slack, space, space.users["UJO"]).say(space.chat("UJO").id, "zebra zebra zebra")
        for _ in range(2400):  # it takes its first look at what is due meanwhile
            status, told = await asked(f"{address}readyz")
            if status == 200:
                break
            await asyncio.sleep(0.05)
        assert (status, told["ready"]) == (200, True)
        async with page.get(f"http://{where}/metrics") as answer:
            figures = await answer.text()
        code, complaints = await bot.ended(signal.SIGTERM)
    assert code == 0
    assert "protocol_bot_ready 1.0" in figures
    events = [json.loads(line)["event"] for line in complaints.splitlines()]
    assert re.match(r"Protocol Bot \S+: slack, councils: 1, database: sqlite", events[0])
    assert events[-1] == "stopped"
    assert any("was answered" in event for event in events), "at debug each turn is told"
    for private in ("zebra", "UJO", "Hartley", space.token, space.chat("UJO").id):
        assert private not in complaints + figures
    assert all(line.startswith("Keep a copy of ") for line in bot.said.splitlines())


@NOT_ON_WINDOWS
async def test_what_has_to_be_mended_first_is_an_object_too(tmp_path):
    async with started(tmp_path, PROTOCOL_BOT_LOG="json") as bot:
        code, complaints = await bot.ended()
    (line,) = complaints.splitlines()
    assert code == 2
    assert json.loads(line)["level"] == "critical"
    assert "No chat is set up" in json.loads(line)["event"]
