"""The try-out as a person has it: `protocol-bot try` as a process of its own, and a real Chromium.

In: pytest. Out: a running chat, and pages on it. Never: reaches beyond this computer.
"""

import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import expect as expect_in_time
from playwright.sync_api import Browser, Page, expect, sync_playwright

from deploy.kept.folder import FILE
from storage.tables import metadata
from tests.tools import chromium

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

for waiting in (expect, expect_in_time):
    waiting.set_options(timeout=60_000)  # milliseconds: other tests may want the same cores


class Chat:
    """A running `protocol-bot try`; it can be ended and started again on the same data and port."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._port = 0
        self.start()

    def start(self) -> None:
        line = [
            sys.executable,
            "-m",
            "deploy.cli",
            "try",
            "--no-browser",
            "--data",
            str(self._data),
            "--port",
            str(self._port),
        ]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        ready = re.fullmatch(r"Open (http://127\.0\.0\.1:(\d+)/)\n", self.process.stdout.readline())
        assert ready, self.process.communicate(timeout=60)
        self.address, self._port = ready[1], int(ready[2])

    def empty(self) -> None:
        """As if nobody had ever said anything; its own secret stays."""
        with closing(sqlite3.connect(self._data / FILE, timeout=30)) as file, file:
            for table in metadata.sorted_tables:
                if table.name != "ring":
                    file.execute(f'DELETE FROM "{table.name}"')  # noqa: S608

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(how)
        _, complaints = self.process.communicate(timeout=60)
        return self.process.returncode, complaints


@pytest.fixture(scope="package")  # it takes seconds to start
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    started = Chat(tmp_path_factory.mktemp("tried"))
    yield started
    if started.process.poll() is None:
        started.stop()


@pytest.fixture
def chat(running: Chat) -> Chat:
    """One in which nobody has said anything yet."""
    if running.process.poll() is not None:
        running.start()
    running.empty()
    return running


@pytest.fixture(scope="module")  # closed before the next module: its loop would be in the way of theirs
def browser() -> Iterator[Browser]:
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, chat: Chat) -> Iterator[OpenPage]:
    """Opens a page; at the end nothing may have gone wrong in it."""
    wrong: list[str] = []
    contexts = []

    def opened(query: str = "", **look) -> Page:
        look = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **look}
        context = browser.new_context(**look)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.goto(chat.address + query)
        page.locator("#private .post, #channel .post, #channel:not([hidden])").first.wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
