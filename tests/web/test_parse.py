"""What the page sends becomes the shared events, or is refused in a sentence."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from adapters.web.parse import Unreadable, read
from adapters.web.workspace import Seat, Workspace
from content import load
from tests.worlds import NOON

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.json"))
WORKSPACE = Workspace(
    {"barrow": "Barrow Parish Council", "twywell": "Twywell Parish Council"},
    {"councillor": Seat("councillor", "Jo Hartley", "councillor"), "clerk": Seat("clerk", "Ruth Ellison", "clerk")},
)
GOOD = {"kind": "text", "id": "e1", "council": "barrow", "seat": "clerk", "place": "private", "text": "hello"}


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: file.stem)
def test_a_recorded_payload_becomes_its_event(file):
    recorded = json.loads(file.read_text(encoding="utf-8"))
    sent = read(json.dumps(recorded["payload"]).encode(), WORKSPACE, NOON)
    event = msgspec.to_builtins(sent.event) if sent.event else None
    assert {"event": event, "typed": sent.typed, "aside": sent.aside} == recorded["becomes"]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "sing"},
        {"id": ""},
        {"id": "x" * 300},
        {"id": "a b"},
        {"council": "narnia"},
        {"seat": "king"},
        {"place": "roof"},
        {"text": "x" * 20_001},
        {"text": 5},
        {"extra": 1},
        {"text": " ", "place": "channel"},
        {"text": "/protcol the chair", "place": "channel"},
        {"text": "/concern the chair", "place": "channel"},
        {"text": "\u200b /help", "place": "channel"},
        {"kind": "press", "token": "x" * 2001},
        {"kind": "submit", "form": "a", "values": {str(n): "" for n in range(41)}},
        {"kind": "submit", "form": "a", "values": {"a": "x" * 20_001}},
        {"kind": "submit", "form": "a", "values": {"a": 1}},
        {"kind": "remove"},
        {"kind": "remove", "post": ""},
        {"kind": "remove", "post": "../clerk"},
        {"kind": "remove", "post": "said-clerk:e0", "place": "channel"},
    ],
)
def test_what_can_not_be_used_is_refused_in_a_sentence(change):
    with pytest.raises(Unreadable) as why:
        read(json.dumps(_whole(change)).encode(), WORKSPACE, NOON)
    assert re.fullmatch(r"[A-Z].*[.]", load.words()(why.value.name, **why.value.facts))


def _whole(change: dict[str, object]) -> dict[str, object]:
    """What is wrong with it is what was changed, not a field that its kind does not have."""
    good = GOOD | change
    return {name: value for name, value in good.items() if name != "text" or good["kind"] in ("text", "sing")}


def test_taking_words_back_names_the_post_and_is_no_event():
    sent = read(json.dumps(_whole({"kind": "remove", "post": "said-clerk:e0"})).encode(), WORKSPACE, NOON)
    assert (sent.removes, sent.event) == ("said-clerk:e0", None)


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"{", b'"x"', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_payload_at_all_is_refused_in_a_sentence(raw):
    with pytest.raises(Unreadable):
        read(raw, WORKSPACE, NOON)


def test_half_a_character_is_dropped():
    raw = json.dumps(GOOD).replace("hello", "he\\ud800llo").encode()
    sent = read(raw, WORKSPACE, NOON)
    assert sent.typed == "hello"
    sent.typed.encode("utf-8")


def test_nobodys_event_can_be_taken_for_somebody_elses():
    one = read(json.dumps(GOOD).encode(), WORKSPACE, NOON)
    other = read(json.dumps(GOOD | {"seat": "councillor"}).encode(), WORKSPACE, NOON)
    assert one.id != other.id
