"""What is private stands in forms and sealed rows alone: the whole story in the browser chat, to its end."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from content import load
from tests.concerns.watch import Heard
from tests.concerns.world import CANARY
from tests.contract.web_rig import WebRig
from tests.waiting import until

COUNCIL = "southwell"
SEATS = ("councillor", "clerk", "officer", "chair", "vice-chair", "panel", "panel-2", "panel-3", "visitor")
SAYS = load.words()


def secret(what: str) -> str:
    return f"{CANARY} {what}"


@pytest.fixture
def logs():
    """All loggers, at their most talkative, from before anything is opened."""
    loud, heard = [logging.getLogger(name) for name in ("", "sqlalchemy", "aiohttp", "asyncio")], Heard()
    before = [logger.level for logger in loud]
    for logger in loud:
        logger.setLevel(logging.DEBUG)
    loud[0].addHandler(heard)
    yield heard
    loud[0].removeHandler(heard)
    for logger, level in zip(loud, before, strict=True):
        logger.setLevel(level)


@pytest.fixture
async def rig(logs, tmp_path: Path) -> AsyncIterator[WebRig]:
    async with WebRig(tmp_path, COUNCIL) as made:
        yield made


class Live:
    """Everything that the open pages of everybody are shown at once."""

    def __init__(self, rig: WebRig) -> None:
        self._rig = rig
        self.open: set[str] = set()
        self._reading = [asyncio.create_task(self._read(seat)) for seat in SEATS]
        self.seen: dict[str, bytes] = dict.fromkeys(SEATS, b"")

    async def _read(self, seat: str) -> None:
        async with self._rig.client.get("/api/live", params={"council": COUNCIL, "seat": seat}) as page:
            self.open.add(seat)
            async for line in page.content:
                self.seen[seat] += line

    async def hang_up(self) -> None:
        for task in self._reading:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def raise_it(rig: WebRig) -> None:
    await rig.become("councillor")
    await rig.type("/protocol concern")
    await rig.press(SAYS("raise-it"))
    await rig.fill(SAYS("about-label"), SAYS("about-else-officer"))
    await rig.fill(SAYS("unlisted-label"), secret("Sam Oxley"))
    await rig.send(SAYS("go-on"))
    await rig.fill(SAYS("step-label"), SAYS("step-declined"))
    await rig.fill(SAYS("story-label"), secret("shouted at me"))
    await rig.send(SAYS("look-over"))
    assert CANARY in (rig.form() or ""), "the person who writes it sees it"
    await rig.send(SAYS("send"))


async def does(rig: WebRig, seat: str, act: str, text: str = "") -> None:
    """Open it and do one thing."""
    mine = seat == "councillor"
    await rig.become(seat)
    await rig.press(SAYS("open-it"))
    assert CANARY in (rig.form() or ""), "they see it"
    await rig.fill(SAYS("act-label"), SAYS(f"act-{act}" if mine else f"do-{act}"))
    if text:
        await rig.fill(SAYS("act-text" if mine else "do-text"), secret(text))
    await rig.send(SAYS("do-it"))


async def to_the_end(rig: WebRig) -> None:
    """Raised, answered, gone formal, signed by two, held back from being erased, and let go again."""
    await raise_it(rig)
    await does(rig, "chair", "acknowledge")
    await does(rig, "chair", "write", "what would help")
    await does(rig, "chair", "dates", "Thursday at ten")
    await does(rig, "chair", "note", "a private note")
    await does(rig, "councillor", "answer", "an apology would")
    await does(rig, "councillor", "formal", "enough")
    await rig.send(SAYS("send"))
    await does(rig, "panel", "acknowledge")
    await does(rig, "panel", "outcome", "what we found")
    await does(rig, "panel-2", "sign")
    await does(rig, "panel", "hold", "a court asked")
    await rig.wait(days=1)


async def test_no_private_word_leaves_the_forms_and_the_sealed_rows(rig, logs, tmp_path):
    live = Live(rig)
    await until(lambda: len(live.open) == len(SEATS))
    await to_the_end(rig)
    await until(lambda: b"Something waits for you" in live.seen["chair"])
    await asyncio.sleep(0.1)  # for what must not come
    await live.hang_up()

    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert any(file.suffix == ".sqlite3" for file in files)
    for file in files:
        assert CANARY.encode() not in file.read_bytes(), f"a private word stands in {file.name}"
    assert logs.lines > 100, "the loggers were listened to"
    assert logs.leaks == []
    for seat in SEATS:
        assert CANARY.encode() not in live.seen[seat], f"{seat}'s open page was shown a private word in the chat"
        for where in ("private", "channel"):
            await rig.become(seat)
            await rig.go(where)
            assert not [post for post in await rig.posts() if CANARY in post.text]
    assert b"Something waits for you" in live.seen["chair"], "the pages were open"


async def test_only_those_who_deal_with_it_hear_of_it_at_all(rig):
    await to_the_end(rig)
    for seat in set(SEATS) - {"councillor", "chair", "panel", "panel-2", "panel-3"}:
        await rig.become(seat)
        assert await rig.posts() == []


async def test_after_a_restart_it_is_there_again_for_those_who_deal_with_it_and_for_nobody_else(rig):
    await raise_it(rig)
    await rig.restart()
    await rig.become("chair")
    await rig.press(SAYS("open-it"))
    assert secret("shouted at me") in (rig.form() or "")
    token = str(rig._last["token"])
    for seat in set(SEATS) - {"chair"}:
        await rig.become(seat)
        await rig.press_old(token)
        assert rig.form() is None
        assert CANARY not in (await rig.posts())[-1].text
