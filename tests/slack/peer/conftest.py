"""The tests in here talk to a real peer; `tests/slack/test_local_slack.py` starts them, cut off from the network.

In: LOCAL_SLACK, the transport: socket or http; PICTURES, a folder. Out: a running workspace, a window on it.
Never: is collected where LOCAL_SLACK does not say so.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import FLAGS
from tests.slack.peer.page import Window
from tests.slack.peer.workspace import Peer, running
from tests.tools import chromium

collect_ignore_glob = [] if os.environ.get("LOCAL_SLACK") else ["test_*.py"]

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
    with running(tmp_path_factory.mktemp("peer"), os.environ["LOCAL_SLACK"]) as started:
        yield started


@pytest.fixture
def window(request: pytest.FixtureRequest, browser: Browser, peer: Peer) -> Iterator[Window]:
    """The local Slack's page. Where the test fails: a picture of it, and what went to and fro."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB")
    page = context.new_page()
    page.goto(peer.address)
    seen = Window(page)
    yield seen
    if request.node.stash.get(_FAILED, False):
        picture = Path(os.environ["PICTURES"]) / f"{request.node.name}.png"
        seen.picture(picture)
        print(f"{picture}\n{_traffic(page, peer)}\nThe bot said:\n{peer.bot_said()}")
    context.close()


def _traffic(page: Page, peer: Peer) -> str:
    """What went to the bot and came from it, each with its end, where most of what goes wrong is to be seen."""
    entries = page.request.get(f"{peer.address}_control/log").json()["log"]
    return "\n".join(f"{one['direction']} {one['kind']} {one['summary']} {_end(one.get('detail'))}" for one in entries)


def _end(detail: object) -> str:
    return str(detail or "")[-300:]
