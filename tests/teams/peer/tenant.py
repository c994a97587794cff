"""A tenant of its own: Microsoft's local Teams client, and the bot beside it, each a process.

In: a folder. Out: the address of its page; what the two said when something went wrong; the way to the bot for people
who do not sit at the page. Never: outlives the test; is started where other machines can be reached.
"""

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

from deploy.settings import made_up
from tests import peers
from tests.tools import playground

TENANT = "6d0c1c1e-3a56-4f0e-9a53-7a2f3f5f7a10"
BOT, BOT_NAME = "28:7f3e9b52-0a39-4a0c-8f6e-2b6d6c7d8e90", "Protocol Bot"
CHANNEL = "19:general@thread.tacv2"
#: Whoever sits at the page; all the others are played by `deliver`.
HERSELF = "chair"
_OTHERS = ("councillor", "clerk", "vice-chair", "panel", "panel-2")  # it wants five of them
_TEAMS_PORT, _BOT_PORT = 56150, 3978  # in a network namespace of our own nobody else has these
_PAGE = f"http://localhost:{_TEAMS_PORT}/"
_MESSAGES = f"http://127.0.0.1:{_BOT_PORT}/api/messages"
_PATIENCE = 60  # seconds for one answer


class Peer(NamedTuple):
    """The local Teams with the bot in it."""

    address: str
    folder: Path

    def bot_said(self) -> str:
        """All that the bot has written to its terminal."""
        return peers.said(self.folder, "bot")


@contextmanager
def running(folder: Path) -> Iterator[Peer]:
    """Both, until the end of it; the bot is started once the local Teams answers."""
    config = folder / "teams.yaml"
    config.write_text(json.dumps(_configuration()), encoding="utf-8")  # JSON is YAML
    where = ["-e", _MESSAGES, "-c", "msteams", "-p", str(_TEAMS_PORT), "--disable-telemetry"]
    told = {
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(config),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "teams.log"),
        "TEAMSAPPTESTER_BROWSER": "none",
    }
    line = ["node", str(playground()), "start", *where]
    with (
        peers.process(folder, "teams", line, told, "Listening on"),
        peers.bot(folder, _BOT_PORT, _settings(), {"TEAMS_AUTH": "off"}),
    ):
        yield Peer(_PAGE, folder)


def user(seat: str) -> str:
    """Somebody's object id in the tenant's directory, by their id at the council."""
    return str(uuid.uuid5(uuid.UUID(TENANT), seat))


def _configuration() -> dict[str, Any]:
    """The local Teams' own: it opens chats by `id` alone, so that everybody's is their object id."""
    names = {one.id: one.name for one in made_up.everywhere().people}
    people = {seat: _person(seat, names[seat]) for seat in (HERSELF, *_OTHERS)}
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": BOT, "name": BOT_NAME},
        "currentUser": people.pop(HERSELF),
        "users": list(people.values()),
        "personalChat": {"id": "a:personal-chat"},
        "groupChat": {"id": "19:group@thread.v2", "name": "Group Chat"},
        "team": {
            "id": CHANNEL,
            "name": "Town Council",
            "aadGroupId": user("team"),
            "channels": [{"id": "19:notices@thread.tacv2", "name": "Notices"}],
        },
    }


def _person(seat: str, name: str) -> dict[str, str]:
    first, _, last = name.partition(" ")
    address = f"{seat}@example.com"
    known = {"id": user(seat), "aadObjectId": user(seat), "name": name, "givenName": first, "surname": last}
    return known | {"userPrincipleName": address, "email": address}  # it is spelt so there


def _settings() -> str:
    """The made-up council's settings, as its own would be: with accounts in this tenant."""
    example = (files("deploy") / "try.yaml").read_text(encoding="utf-8")
    mine, count = re.subn(r'"web:([a-z0-9-]+)"', lambda account: f'"teams:{user(account[1])}"', example)
    assert count == len(made_up.everywhere().people)
    return f"{mine}\nworkspaces: {{teams: {TENANT}}}\n"


# ---------------------------------------------------------------- people who do not sit at the page


def opened(seat: str) -> str:
    """Somebody's own chat with the bot, as the local Teams has it."""
    asked = {"bot": {"id": BOT}, "members": [{"id": user(seat)}], "isGroup": False, "tenantId": TENANT}
    return _posted(f"{_PAGE}_connector/v3/conversations", asked)["id"]


def deliver(seat: str, conversation: str, kind: str, **activity: Any) -> Any:
    """Something that this person does, straight to the bot as Teams would deliver it; its answer."""
    made = {
        "id": str(uuid.uuid4()),
        "channelId": "msteams",
        "timestamp": datetime.now(UTC).isoformat(),
        "serviceUrl": f"{_PAGE}_connector",
        "from": {"id": user(seat), "aadObjectId": user(seat), "name": seat},
        "recipient": {"id": BOT, "name": BOT_NAME},
        "conversation": {
            "id": conversation,
            "conversationType": kind,
            "tenantId": TENANT,
            "isGroup": kind != "personal",
        },
        "channelData": {"tenant": {"id": TENANT}},
        **activity,
    }
    return _posted(_MESSAGES, made)


def _posted(url: str, body: Any) -> Any:
    headers = {"Content-Type": "application/json"}
    request = Request(url, json.dumps(body).encode(), headers)  # noqa: S310  # on this computer
    with urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
        said = answer.read()
    return json.loads(said) if said.strip() else None


def thread_in_the_log(entry: Any) -> Any:
    """What was typed in the channel, as the local Teams delivered it."""
    sent = (entry.get("request") or {}).get("body") or {}
    typed = isinstance(sent, dict) and sent.get("type") == "message" and "recipient" in sent
    return sent if typed and sent["conversation"]["id"].startswith(f"{CHANNEL};") and "text" in sent else None
