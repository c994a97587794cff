"""Socket Mode: whatever comes by the connection that the bot made to Slack.

In: a folder. Out: a door. Never: a connection that is ended by it: of that there are stories (`tests.faults.slack`).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st

from tests.contract.slack_rig import CHANNEL, user
from tests.faults.at_slack import Here
from tests.fuzz import strange
from tests.fuzz.chats import Kept, payloads
from tests.fuzz.trying import Door, Wrong, at_once

#: Seconds in which a sound request is acknowledged, whatever came before it.
_SOON: Final = 15.0
#: docs.slack.dev, Socket Mode: the types of what comes, and one of tomorrow's.
_TYPES: Final = ("slash_commands", "interactive", "events_api", "hello", "of_tomorrow")
_KINDS: Final = {"command": "slash_commands", "pressed": "interactive", "submitted": "interactive"}


def _envelopes() -> st.SearchStrategy[Any]:
    sound = [
        {
            "envelope_id": "e",
            "type": _KINDS.get(kind, "events_api"),
            "payload": payload,
            "accepts_response_payload": True,
        }
        for kind, payload in payloads()
    ]
    hello = {"type": "hello", "num_connections": 1, "debug_info": {"host": "x"}, "connection_info": {"app_id": "A1"}}
    return strange.mutated([*sound, hello]).filter(_goes_on)


def _goes_on(envelope: Any) -> bool:
    return not isinstance(envelope, dict) or envelope.get("type") != "disconnect"


#: A frame: as text, or as bytes.
_FRAMES: Final = st.one_of(
    _envelopes().map(json.dumps),
    _envelopes().map(json.dumps),
    strange.values().filter(_goes_on).map(json.dumps),
    strange.text(200).map(strange.whole),
    st.binary(max_size=200),
    st.sampled_from(("", "{", "[" * 50_000, "null", "Ping from applink-1", '{"type": 5}', '{"payload": {}}')),
)


class _Line:
    """The adapter with the real bot, connected, and somebody who is Slack."""

    def __init__(self, rig: Here, data: Path) -> None:
        self._rig = rig
        self._kept = Kept(data)
        self._numbers = iter(range(10**9))

    async def sent(self, frame: str | bytes) -> str:
        """What comes after it is answered as ever."""
        links, before = self._rig.slack.links, self._kept()
        socket = links.open[-1].socket
        told = self._acknowledged(frame)
        await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
        answer = await links.send(self._rig.space, "slash_commands", self._command(), _SOON, None)
        if answer is None:
            raise Wrong("it hears nothing any more")
        async with asyncio.timeout(_SOON):
            while self._rig.chat.busy:  # noqa: ASYNC110  # what is in hand is told by nothing else
                await asyncio.sleep(0.002)
        if self._rig.slack.complaints:
            raise Wrong(f"Slack would not take it: {self._rig.slack.complaints.pop()}")
        taken = told is not None and told.done()
        if not taken and self._kept() != before:
            raise Wrong("kept, and not acknowledged")
        return "acknowledged" if taken else "passed over"

    def _acknowledged(self, frame: str | bytes) -> "asyncio.Future[dict[str, Any]] | None":
        """As the stand-in waits for what it sends itself; each envelope has an id of its own."""
        try:
            id = json.loads(frame).get("envelope_id")
        except (ValueError, AttributeError, RecursionError):
            return None
        if not isinstance(id, str):
            return None
        self._rig.slack.links._acks[id] = waiting = asyncio.get_running_loop().create_future()
        return waiting

    def _command(self) -> dict[str, Any]:
        number, space = next(self._numbers), self._rig.space
        return {
            "command": "/protocol", "text": "3.2", "team_id": space.team, "user_id": user("councillor"),
            "channel_id": CHANNEL, "api_app_id": space.app, "trigger_id": f"sound-{number}.x",
            "response_url": f"{self._rig.slack.hooks}none",
        }  # fmt: skip


@asynccontextmanager
async def _opened(data: Path) -> AsyncIterator[Callable[[str | bytes], Awaitable[str]]]:
    async with Here(data, sockets=True) as rig:
        yield _Line(rig, data).sent


DOORS: Final = (Door("Slack: by Socket Mode", _FRAMES, lambda data: at_once(_opened(data))),)
