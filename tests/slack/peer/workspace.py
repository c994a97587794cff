"""A workspace of its own: the local Slack, and the bot beside it, each a process.

In: a folder, a transport. Out: the address of its page; what the two said when something went wrong.
Never: outlives the test; is started where other machines can be reached (the local Slack listens on every interface).
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple

from adapters.slack.manifest import PATH
from deploy.settings import made_up
from tests import peers
from tests.tools import local_slack

Transport = Literal["socket", "http"]
TEAM, BOT, CHANNEL = "T01TEST", "U0BOT", "general"
BOT_NAME = "protocol"
_HERE = "127.0.0.1"
_SLACK_PORT, _BOT_PORT = 3100, 4000  # in a network namespace of our own nobody else has these
_SLACK = f"http://{_HERE}:{_SLACK_PORT}/"
_EVENTS = f"http://{_HERE}:{_BOT_PORT}{PATH}"
_BOT, _APP, _SECRET = "xoxb-test-token", "xapp-test-token", "test-signing-secret"


class Peer(NamedTuple):
    """The local Slack with the bot in it."""

    address: str
    folder: Path

    def bot_said(self) -> str:
        """All that the bot has written to its terminal."""
        return peers.said(self.folder, "bot")


@contextmanager
def running(folder: Path, transport: Transport) -> Iterator[Peer]:
    """Both, until the end of it; the bot is started once the local Slack answers."""
    config = folder / "slack.json"
    config.write_text(json.dumps(_workspace(transport)), encoding="utf-8")
    where = ["--port", str(_SLACK_PORT), "--base-host", _HERE, "--files-dir", str(folder / "files")]
    line = [str(local_slack()), "--config", str(config), *where]
    with (
        peers.process(folder, "slack", line, {}, "local-slack is running"),
        bot(folder, _BOT_PORT, _tokens(transport)),
    ):
        yield Peer(_SLACK, folder)


def bot(folder: Path, port: int, surroundings: Mapping[str, str]) -> AbstractContextManager[None]:
    """`protocol-bot run` for the made-up council, of whom everybody is in this workspace."""
    return peers.bot(folder, port, _settings(), surroundings)


def user(seat: str) -> str:
    """Somebody's id in the workspace, by their id at the council."""
    return f"U{seat.replace('-', '').upper()}"


def _workspace(transport: Transport) -> dict[str, Any]:
    """The local Slack's configuration: everybody of the made-up council, and one channel with all of them in it."""
    people = [{"id": user(one.id), "name": one.id, "real_name": one.name} for one in made_up.everywhere().people]
    how = {"mode": "socket"} if transport == "socket" else {"mode": "events", "requestUrl": _EVENTS}
    tokens = {"botToken": _BOT, "appToken": _APP, "signingSecret": _SECRET}
    return {
        "workspace": {"name": "Town Council", "domain": "town-council", "teamId": TEAM},
        "app": {"appId": "A01APP", "botUserId": BOT, "botName": BOT_NAME, **tokens, **how},
        "users": people,
        "channels": [{"id": "C0GENERAL", "name": CHANNEL, "members": [BOT, *(one["id"] for one in people)]}],
    }


def _settings() -> str:
    """The made-up council's settings, as its own would be: with accounts in this workspace."""
    example = (files("deploy") / "try.yaml").read_text(encoding="utf-8")
    mine, count = re.subn(r'"web:([a-z0-9-]+)"', lambda account: f'"slack:{user(account[1])}"', example)
    assert count == len(made_up.everywhere().people)
    return f"{mine}\nworkspaces: {{slack: {TEAM}}}\n"


def _tokens(transport: Transport) -> dict[str, str]:
    """The bot's surroundings: with an app token it calls Slack, with a signing secret Slack calls it."""
    own = {"SLACK_APP_TOKEN": _APP} if transport == "socket" else {"SLACK_SIGNING_SECRET": _SECRET}
    return {"SLACK_BOT_TOKEN": _BOT, "SLACK_API_URL": f"{_SLACK}api/", **own}
