"""Shapes that Slack never sends, though its secret signed them, are refused: never an error of the server's own."""

import pytest

from tests.slack.standin import posted as wire


@pytest.mark.parametrize(
    ("encode", "body"),
    [
        (wire.as_json, {"type": "event_callback", "event_id": "Ev1", "event": {"type": ["message"]}}),
        (wire.as_json, {"type": "event_callback", "event_id": "Ev2", "event": 7}),
        (wire.as_payload, {"type": "view_submission", "view": "a view", "user": {"id": "UANN"}}),
    ],
    ids=["an event of no kind", "an event that is none", "a view that is none"],
)
async def test_what_bolt_can_not_read_is_refused(chat, scripted, space, encode, body):
    raw, kind = encode({"team_id": space.team, "team": {"id": space.team}, **body})
    request = wire.Request(raw, kind, wire.signed(space.secret, raw, kind), body)
    assert (await wire.post(space.url, request)).status == 400
    assert scripted.heard == []
