"""What Teams delivers becomes the shared events, or is passed over on purpose."""

import json
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from adapters.teams import parse
from tests.teams.doing import NONCE
from tests.worlds import NOON

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.json"))
OURS = "0b0a0a0a-0000-4000-8000-00000000ba00"
#: The own chats in the recordings.
OWN = ("a:17I0kl9EkpE1O9PH5TWrzrLNwnWWcfrU7QZjKR0WSjP", "__PERSONAL_CHAT_ID__")


def recorded(file):
    return json.loads(file.read_text(encoding="utf-8"))


def payload(name):
    return recorded(Path(__file__).parent / "recordings" / f"{name}.json")["payload"]


def shown(heard):
    """As JSON, without what is empty: that does not apply. A form in a dialog is told by its id."""
    if heard is None:
        return None
    whole = json.loads(msgspec.json.encode(heard))
    if (whole.get("carried") or {}).get("form"):
        whole["carried"]["form"] = whole["carried"]["form"]["id"]
    return {name: value for name, value in whole.items() if value not in ("", False, 0.0, None, {})}


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: file.stem)
def test_a_recorded_payload_becomes_its_event(file):
    given = recorded(file)
    assert shown(parse.read(given["payload"], NOON)) == given["becomes"]


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: file.stem)
def test_a_payload_from_which_something_is_missing_is_an_event_or_nothing(file):
    """Teams leaves out whatever does not apply, and may send less, or something else, tomorrow."""
    given = recorded(file)["payload"]
    for path in paths(given):
        for instead in (None, 7, "", [], {}, [7], True):
            changed = json.loads(json.dumps(given))
            inner = changed
            for name in path[:-1]:
                inner = inner[name]
            inner[path[-1]] = instead
            heard = parse.read(changed, NOON)
            parse.seen(changed)
            assert parse.kind_of(changed)
            assert heard is None or isinstance(heard, parse.Left) or heard.event.id
            assert not is_wider(given, changed)


def is_wider(given, changed):
    """A shared place is never taken for somebody's own chat because something was missing."""
    before, after = parse.read(given, NOON), parse.read(changed, NOON)
    if not isinstance(before, parse.Delivery) or not isinstance(after, parse.Delivery):
        return False
    return after.event.where.private and not before.event.where.private


def paths(held, before=()):
    for name, value in held.items() if isinstance(held, dict) else enumerate(held):
        yield (*before, name)
        if isinstance(value, dict | list):
            yield from paths(value, (*before, name))


def test_no_place_is_private_but_somebodys_own_chat_with_the_bot():
    for file in RECORDINGS:
        heard = parse.read(recorded(file)["payload"], NOON)
        if isinstance(heard, parse.Delivery):
            assert heard.event.where.private == (heard.event.where.id in OWN), file.stem
            assert heard.event.where.tenant == heard.event.where.tenant.lower()
            assert heard.event.who.id == heard.event.who.id.lower() or heard.event.who.id.startswith("29:")


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("R&amp;D &lt;now&gt;", "R&D <now>"),
        ("&amp;lt; stays &amp;lt;", "&lt; stays &lt;"),
        ("a&nbsp;b\u00a0c", "a b c"),
        ("R&D & co; &notice &copy; &#39;x&#x27; &quot;y&quot;", "R&D & co; &notice &copy; 'x' \"y\""),
        ("&#0; &#xd800; &#1114112; stay", "&#0; &#xd800; &#1114112; stay"),
        ("one\r\ntwo", "one\ntwo"),
        ("no special < thing > here", "no special < thing > here"),
        ("  \n spaces around \n", "spaces around"),
        ("x" * 30_000, "x" * 30_000),
    ],
    ids=range(9),
)
def test_words_are_heard_as_they_stood_in_the_message_box(typed, heard):
    said = parse.read(payload("words-in-the-own-chat") | {"text": typed}, NOON)
    assert said.event.text == heard


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("protocol expectations", ("Command", "expectations")),
        ("PROTOCOL expectations", ("Command", "expectations")),
        ("/protocol expectations", ("Command", "expectations")),
        ("/expectations", ("Command", "expectations")),
        ("/protocol", ("Command", "")),
        ("protocol\nwho decides?", ("Command", "who decides?")),
        ("expectations", ("Message", "expectations")),
        ("protocols of other councils", ("Message", "protocols of other councils")),
        ("the protocol says what?", ("Message", "the protocol says what?")),
        ("/ 3.2", ("Message", "/ 3.2")),
        ("//", ("Message", "//")),
    ],
    ids=range(11),
)
def test_a_command_is_one_however_it_is_written(typed, becomes):
    event = parse.read(payload("words-in-the-own-chat") | {"text": typed}, NOON).event
    assert (type(event).__name__, event.text) == becomes


def test_a_name_that_looks_like_a_mention_is_not_taken_for_one():
    """Neither in somebody's name, nor in what was typed."""
    given = payload("somebody-else-by-name-too")
    given["entities"][1]["mentioned"]["name"] = "<at>Protocol Bot</at>"
    assert parse.read(given, NOON).event.text == "may I tell <at>Protocol Bot</at> what to do?"


def test_words_in_a_channel_are_heard_only_where_the_bot_is_meant():
    given = payload("the-bot-by-name-in-a-channel")
    for entities in ([], [{"type": "mention", "text": "<at>Protocol Bot</at>"}], None):
        assert parse.read(given | {"entities": entities}, NOON) is None


# ---------------------------------------------------------------- ids


def test_a_button_pressed_again_on_the_same_day_is_the_same_event_and_another_day_another():
    given = payload("a-button-in-the-own-chat")
    first = parse.read(given, NOON).event.id
    assert parse.read(given | {"id": "f:another"}, NOON + timedelta(hours=2)).event.id == first
    assert parse.read(given, NOON + timedelta(days=1)).event.id != first
    somebody_else = given | {"from": {"id": "29:2", "aadObjectId": "5e3c7a51-0000-4a2c-9f0e-3b1d5a7c9e11"}}
    assert parse.read(somebody_else, NOON).event.id != first
    of_old = payload("a-button-of-an-old-client")
    assert parse.read(of_old, NOON).event.id == first


def test_a_form_sent_again_is_the_same_event_and_an_edited_one_another():
    given = payload("a-form-with-every-kind-of-field")
    first = parse.read(given, NOON).event.id
    assert parse.read(given | {"id": "f:another"}, NOON + timedelta(days=1)).event.id == first
    given["value"]["data"]["f.story"] += " And again."
    assert parse.read(given, NOON).event.id != first


def test_the_name_of_a_form_tells_nothing_of_what_was_typed():
    event = parse.read(payload("a-form-with-every-kind-of-field"), NOON).event
    assert len(event.id.removeprefix("submit:")) == 32
    assert not any(value and value in event.id for value in event.values.values())
    assert NONCE not in event.id


def test_a_form_has_the_fields_it_was_drawn_with_and_no_others():
    event = parse.read(payload("a-form-with-fields-left-empty"), NOON).event
    assert event.values == {"who": "ruth", "kind": "", "day": "", "line": "", "story": ""}


# ---------------------------------------------------------------- what is kept of conversations


@pytest.mark.parametrize(
    ("name", "who", "sure"),
    [
        ("words-in-the-own-chat", "5e3c7a51-8e5b-4a2c-9f0e-3b1d5a7c9e11", True),
        ("a-button-in-the-own-chat", "5e3c7a51-8e5b-4a2c-9f0e-3b1d5a7c9e11", True),
        ("the-app-added-by-somebody", "5e3c7a51-8e5b-4a2c-9f0e-3b1d5a7c9e11", False),
        ("the-bot-added-to-somebodys-own-chat", "5e3c7a51-8e5b-4a2c-9f0e-3b1d5a7c9e11", False),
        ("the-app-updated", "5e3c7a51-8e5b-4a2c-9f0e-3b1d5a7c9e11", False),
        ("a-button-in-a-thread", "", True),
        ("the-bot-by-name-in-a-channel", "", True),
        ("many-people-added-to-a-team", "", True),
        ("a-channel-renamed", "", True),
    ],
)
def test_what_is_known_of_a_conversation_is_seen_in_whatever_comes_from_it(name, who, sure):
    """Whose own chat it is, words and buttons tell for sure; an app may have been added for somebody else."""
    given = payload(name)
    id = given["conversation"]["id"].partition(";")[0]
    assert parse.seen(given) == (OURS, id, given["serviceUrl"], who, sure)


@pytest.mark.parametrize(
    "name",
    [
        "the-app-removed-by-somebody",
        "the-bot-removed-from-a-team",
        "a-channel-deleted",
        "a-thumb-up",
        "somebody-typing",
    ],
)
def test_nothing_is_kept_of_a_conversation_that_is_gone_or_only_seen(name):
    assert parse.seen(payload(name)) is None


def test_whose_own_chat_it_is_only_its_person_tells():
    given = payload("the-bot-added-to-somebodys-own-chat")
    assert parse.seen(given | {"from": given["recipient"]}) is None
    assert parse.read(given | {"from": given["recipient"]}, NOON) is None


# ---------------------------------------------------------------- the log


def test_the_log_is_told_the_kind_of_a_payload_and_nothing_else():
    assert parse.kind_of({"type": "message", "text": "a story"}) == "message"
    assert parse.kind_of({"type": "invoke", "name": "task/fetch"}) == "invoke task/fetch"
    assert parse.kind_of({"type": "invoke", "name": "A Story, 1 & 2"}) == "something unknown"
    assert parse.kind_of({"type": ["invoke"]}) == "something unknown"
    assert parse.kind_of({}) == "something unknown"
