"""The tests in here talk to a real peer; `tests/teams/test_playground.py` starts them, cut off from the network.

In: PLAYGROUND, that it is so; PICTURES, a folder. Out: a running tenant, a window on it.
Never: is collected where PLAYGROUND does not say so.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import FLAGS
from tests.teams.peer.page import Window
from tests.teams.peer.tenant import Peer, running
from tests.tools import chromium

collect_ignore_glob = [] if os.environ.get("PLAYGROUND") else ["test_*.py"]

_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=60_000)  # milliseconds: other tests may want the same cores
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")  # each test looks for words of its own: what others left there is in nobody's way
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with running(tmp_path_factory.mktemp("peer")) as started:
        yield started


@pytest.fixture(scope="module")  # the page is large: it is opened once
def open_window(browser: Browser, peer: Peer) -> Iterator[Window]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB")
    seen = Window(context.new_page())
    seen.page.goto(peer.address)
    yield seen
    context.close()


@pytest.fixture
def window(request: pytest.FixtureRequest, open_window: Window, peer: Peer) -> Iterator[Window]:
    """The local Teams' page. Where the test fails: a picture of it, its log panel, and what the bot said."""
    open_window.go("Personal Chat")
    yield open_window
    if request.node.stash.get(_FAILED, False):
        picture = Path(os.environ["PICTURES"]) / f"{request.node.name}.png"
        open_window.picture(picture)
        print(f"{picture}\n{open_window.traffic()}\nThe bot said:\n{peer.bot_said()}")
