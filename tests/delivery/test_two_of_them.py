"""Two try-outs on one folder, and one that is killed: what was kept is delivered, by whoever is there."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.conversation import Paragraph, Person, Post, Send
from bot.records import Turn
from deploy.kept import folder
from storage.seal import read_keys
from storage.store import SqlStore
from tests import queue
from tests.worlds import command

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@contextmanager
def trying(data: Path):
    line = [sys.executable, "-W", "error", "-m", "deploy.cli", "try", "--no-browser", "--port", "0"]
    process = subprocess.Popen([*line, "--data", str(data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Open ")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=60)


async def kept(store: SqlStore, *words: str) -> None:
    """Notices for the clerk of the try-out, as a turn would keep them."""
    told = tuple(Send(to=Person("web", "barrow", "clerk"), post=Post((Paragraph(word),))) for word in words)
    await store.keep("barrow", replace(command("x"), at=datetime.now(UTC)), Turn(notices=told))


async def shown(memory, *words: str) -> list[str]:
    """How often each stands in the chat, in the order in which they were said."""
    from storage.web_posts import SqlPosts

    posts = await SqlPosts(memory).of("barrow", "clerk", "clerk")
    said = ["" if isinstance(one.body, str) else one.body.plain() for one in posts]
    return [word for line in said for word in words if word == line]


async def test_two_on_one_folder_deliver_everything_once_and_in_order(tmp_path):
    with trying(tmp_path), trying(tmp_path):
        async with folder.opened(folder.made(tmp_path)) as memory:
            store = SqlStore(memory, read_keys(tmp_path / folder.KEYS))
            words = [f"word {number}" for number in range(12)]
            for word in words:
                await kept(store, word)
            await gone(store)
            assert await shown(memory, *words) == words


async def test_what_was_kept_when_it_was_killed_is_delivered_by_the_next(tmp_path):
    with trying(tmp_path) as process:
        async with folder.opened(folder.made(tmp_path)) as memory:
            await kept(SqlStore(memory, read_keys(tmp_path / folder.KEYS)), "before", "and after")
        process.send_signal(signal.SIGKILL)
        process.wait()
    with trying(tmp_path):
        async with folder.opened(folder.made(tmp_path)) as memory:
            store = SqlStore(memory, read_keys(tmp_path / folder.KEYS))
            await gone(store)
            assert await shown(memory, "before", "and after") == ["before", "and after"]


async def gone(store: SqlStore) -> None:
    """Wait until nothing waits."""
    left = [1]
    while left:
        left = list(await queue.waiting(store))
