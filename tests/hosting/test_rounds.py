"""Rounds over the workspaces that took the hosted app: what they learn late, what fails in them, and their end."""

import asyncio
import time

from adapters.slack.app import Slack
from adapters.slack.installs import Ending, Hosted, Install
from tests.scripted import Scripted
from tests.waiting import until

TEAM = "THILLTOP"


class Memory:
    """Installs, kept in memory. Rounds wait for `slow`, if there is one, with what they read; Slack for `grants`."""

    def __init__(self, **lasts: float) -> None:
        self.rows: dict[str, Install] = {}
        self.slow: asyncio.Event | None = None
        self.grants = asyncio.Event()
        self.asked = self.kept = self.read = 0
        self.ends = False
        for team, seconds in lasts.items():
            self.rows[team] = installed("old", team=team, expires=time.time() + seconds)

    async def every(self):
        found = list(self.rows.values())
        self.read += 1
        if self.slow:
            await self.slow.wait()
        return found, ()

    async def of(self, team):
        return self.rows.get(team)

    async def renewed(self, team, _margin, _over=""):
        if self.ends:
            raise Ending("too late")
        self.asked += 1
        await self.grants.wait()
        self.rows[team] = installed("new", team=team, expires=time.time() + 50_000)
        self.kept += 1
        return self.rows[team]

    def end(self):
        self.ends = True


def installed(token: str, number: int = 1, team: str = TEAM, expires: float | None = None) -> Install:
    return Install(team=team, name=team, bot_user="U1", bot_id="B1", token=token, expires=expires, number=number)


def chat_of(memory: Memory) -> Slack:
    return Slack((), lambda _team: None, lambda: None, hosted=Hosted(memory, "signing", pause=0.01))


def token(chat: Slack) -> str | None:
    return chat._here[TEAM].workspace.calls.web.token


async def test_at_the_sign_of_the_end_rounds_are_over_and_what_slack_was_asked_is_kept():
    memory = Memory(**{TEAM: 7200.0 - 10.0})
    chat = chat_of(memory)
    await chat.open()
    async with chat.listening(Scripted()):
        await until(lambda: memory.asked)
    assert memory.ends
    rounds = memory.read
    memory.rows["TLATER"] = installed("old", team="TLATER", expires=time.time())
    await asyncio.sleep(0.05)
    assert (memory.read, memory.asked) == (rounds, 1)
    asyncio.get_running_loop().call_later(0.05, memory.grants.set)
    await chat.close()
    assert memory.kept == 1


async def test_a_round_that_began_before_an_install_takes_nothing_back_of_it():
    memory = Memory()
    chat = chat_of(memory)
    await chat.open()
    async with chat.listening(Scripted()):
        for number, granted in enumerate(("first", "second")):
            memory.slow, rounds = asyncio.Event(), memory.read
            await until(lambda rounds=rounds: memory.read > rounds)
            memory.rows[TEAM] = installed(granted, number)
            await chat.installed(TEAM)
            slow, memory.slow = memory.slow, None
            slow.set()
            await asyncio.sleep(0.001)
            assert token(chat) == granted
    await chat.close()


async def test_one_workspace_that_fails_ends_no_round(caplog):
    memory = Memory(**{TEAM: 60.0})
    memory.grants.set()
    chat = chat_of(memory)
    await chat.open()
    chat._hosting._known[TEAM] = installed("old", expires=time.time() + 60.0)
    make, chat._hosting._made = chat._hosting._made, None  # a fault of ours
    chat._here.clear()
    async with chat.listening(Scripted()):
        await until(lambda: "something in hand failed" in caplog.text)
        chat._hosting._made = make
        await until(lambda: TEAM in chat.teams)
    await chat.close()
