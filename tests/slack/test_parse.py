"""What Slack delivers becomes the shared events, or is passed over on purpose."""

import json
from pathlib import Path

import msgspec
import pytest

from adapters.slack import parse
from adapters.slack.limits import INPUT_TEXT
from adapters.slack.views import form
from bot.conversation import Field, Form, Place
from tests.slack import SENTENCES
from tests.worlds import NOON

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.json"))
BOT = "U0PROTOBOT"


def heard(recorded):
    payload, chat = recorded["payload"], recorded["chat"]
    team = parse.team_of(payload)
    match recorded["as"]:
        case "command":
            return parse.command(payload, team, chat, NOON)
        case "message":
            return parse.message(payload, team, NOON)
        case "mention":
            return parse.mention(payload, team, NOON, BOT)
        case "pressed":
            return parse.pressed(payload, team, chat, NOON)
        case "submitted":
            return parse.submitted(payload, team, NOON)
        case "opened":
            return parse.opened(payload, team, NOON)


def shown(delivery):
    """As JSON, without what is empty: that does not apply."""
    if delivery is None:
        return None
    whole = json.loads(msgspec.json.encode(delivery))
    return {name: value for name, value in whole.items() if value not in ("", [], False)}


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: file.stem)
def test_a_recorded_payload_becomes_its_event(file):
    recorded = json.loads(file.read_text(encoding="utf-8"))
    assert shown(heard(recorded)) == recorded["becomes"]


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: file.stem)
def test_a_payload_from_which_something_is_missing_is_an_event_or_nothing(file):
    """Slack leaves out, or sends null for, whatever does not apply; and may send less tomorrow."""
    recorded = json.loads(file.read_text(encoding="utf-8"))
    for path in paths(recorded["payload"]):
        for instead in (None, 7, [], {}):
            payload = json.loads(json.dumps(recorded["payload"]))
            inner = payload
            for name in path[:-1]:
                inner = inner[name]
            inner[path[-1]] = instead
            delivery = heard({**recorded, "payload": payload})
            assert delivery is None or delivery.event.id


def paths(payload, before=()):
    for name, value in payload.items() if isinstance(payload, dict) else enumerate(payload):
        yield (*before, name)
        if isinstance(value, dict | list):
            yield from paths(value, (*before, name))


def test_no_place_is_private_but_somebodys_own_chat_with_the_bot():
    for file in RECORDINGS:
        recorded = json.loads(file.read_text(encoding="utf-8"))
        delivery = heard(recorded)
        if delivery is not None and delivery.event.where.private:
            assert delivery.event.where.id in ("D0JHARTLEY", "U0JHARTLEY")


@pytest.mark.parametrize(
    ("payload", "team"),
    [
        ({"type": "url_verification", "challenge": "x"}, ""),
        ({"team_id": "T1"}, "T1"),
        ({"team": {"id": "T1"}, "user": {"team_id": "T2"}}, "T1"),
        ({"team": None, "user": {"id": "U1", "team_id": "T2"}}, "T2"),
        ({"team_id": "T2", "authorizations": [{"team_id": "T1"}]}, "T1"),
        ({"team": {"id": "T2"}, "view": {"app_installed_team_id": "T1", "team_id": "T2"}}, "T1"),
        ({"team_id": 7, "authorizations": []}, ""),
    ],
)
def test_the_workspace_is_the_one_the_bot_is_installed_in(payload, team):
    assert parse.team_of(payload) == team


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("R&amp;D &lt;now&gt;", "R&D <now>"),
        ("&amp;lt; stays &amp;lt;", "&lt; stays &lt;"),
        ("<@U1|jo> and <@U2>", "@jo and @U2"),
        ("<#C1|general> <#C2>", "#general #C2"),
        ("<!here> <!channel|channel> <!subteam^S1|@clerks> <!subteam^S2>", "@here channel @clerks @subteam"),
        ("<!date^1392734382^{date}|18 February>", "18 February"),
        ("<https://example.org/a?b=1&amp;c=2>", "https://example.org/a?b=1&c=2"),
        ("<tel:+441234|+44 1234> <mailto:a@b.example>", "+44 1234 a@b.example"),
        ("no special < thing > here", "no special < thing > here"),
    ],
    ids=range(9),
)
def test_words_are_heard_as_they_stood_in_the_message_box(typed, heard):
    event = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "text": typed}
    said = parse.message({"event_id": "Ev1", "event": event}, "T1", NOON)
    assert said.event.text == heard


@pytest.mark.parametrize("before", [0, 1, 12])
@pytest.mark.parametrize(
    "text",
    ["short", "a line\n" * 800, "word " * 1000, "x" * 7000, "\n\n" + "y" * 2999 + "\n" + "z" * 2999, "😀" * 3200],
    ids=range(6),
)
def test_a_long_text_that_nobody_touched_comes_back_as_it_was(text, before):
    """What stands in a form already is spread over its fields, and put together again."""
    story = Field("story", "Story", "text", value=text, limit=20_000)
    view = form(Form("a/b/c", "A", (story,), "Go on"), HERE, SENTENCES, before=before)
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    values = {block["block_id"]: {"v": {"value": block["element"].get("initial_value")}} for block in inputs}
    sent = {**view, "id": "V1", "hash": "1.a", "state": {"values": values}}
    delivery = parse.submitted({"view": sent, "user": {"id": "U1"}, "trigger_id": "1"}, "T1", NOON)
    assert delivery.event.values == {"story": text}
    assert delivery.event.form == "a/b/c"
    assert delivery.event.where == HERE
    assert delivery.fields == ("story",)
    assert delivery.forms == before + 1
    assert all(len(value["v"]["value"] or "") <= INPUT_TEXT for value in values.values())


HERE = Place("slack", "T1", "C1", thread="1.2")


def test_the_log_is_told_the_kind_of_a_payload_and_nothing_else():
    assert (
        parse.kind_of({"type": "event_callback", "event": {"type": "app_mention", "text": "a story"}}) == "app_mention"
    )
    assert parse.kind_of({"command": "/protocol", "text": "a story"}) == "command"
    assert parse.kind_of({"type": "A Story, 1 & 2"}) == "something unknown"
    assert parse.kind_of({}) == "something unknown"
