"""The body of a request, before anybody knows who sent it: read in one way, or not at all."""

import pytest

from adapters.teams.body import TooLarge, Unreadable, read


def test_what_teams_sends_is_read():
    raw = '{"type": "message", "text": "Grüße 🙂 \\ud83d", "value": {"a": [1, -2.5, true, null]}, "n": 1700000000000}'
    assert read(raw.encode()) == {
        "type": "message", "text": "Grüße 🙂 \ud83d", "value": {"a": [1, -2.5, True, None]}, "n": 1700000000000,
    }  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        b"", b" ", b"null", b"[]", b'"x"', b"1", b"{", b"{}x", b"{'a': 1}", b"\xff\xfe{\x00}\x00", b'{"a": "\xff"}',
        b'{"serviceUrl": "https://one/", "serviceUrl": "https://two/"}', b'{"a": {"b": [{"c": 1, "c": 1}]}}',
        b'{"a": 1, "\\u0061": 2}',
        b'{"a": NaN}', b'{"a": Infinity}', b'{"a": -Infinity}', b'{"a": 1e999}', b'{"a": ' + b"9" * 50 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000, b'{"a":' * 100_000, b'{"a":' * 70 + b"1" + b"}" * 70, b'{"a":' + b"[" * 70 + b"]" * 70 + b"}",
        b'\xef\xbb\xbf{"a": 1}',
    ],
    ids=lambda raw: raw[:24].decode("latin-1") + f" ({len(raw)})",
)  # fmt: skip
def test_what_two_readers_could_take_for_different_things_is_read_by_none(raw):
    with pytest.raises(Unreadable) as no:
        read(raw)
    assert str(no.value) == ""
    assert no.value.__cause__ is None


def test_a_body_may_be_as_deep_as_cards_are():
    assert read(b'{"a":' * 30 + b"1" + b"}" * 30)


def test_what_is_far_larger_than_anything_of_teams_is_not_looked_at():
    with pytest.raises(TooLarge) as no:
        read(b'{"a": "' + b"x" * 1_000_000 + b'"}')
    assert no.value.status == 413
