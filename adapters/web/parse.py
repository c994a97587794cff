"""What the page sends, made into events.

In: the bytes of one POST. Out: a `Delivery`: who sent it, what is shown as said, and the event, if it is for the bot.
Never: I/O; a guess at what somebody meant: it is an event, or `Unreadable` says why not.
"""

import json
import re
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from adapters.web.workspace import Workspace, channel, person, private_chat
from bot.conversation import Command, Event, Greet, Handle, Message, Person, Place, Press, Submit
from bot.errors import ProtocolBotError

TEXT_LIMIT = 20_000
TOKEN_LIMIT = 2_000
VALUES_LIMIT = 40
#: What the id of a post may have.
POST_LIMIT = 200
#: With the seat before it and our prefix it stays within that.
ID_LIMIT = 150

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*")
_UNSEEN = r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*"  # spaces, and marks that can't be seen
_SLASH = re.compile(_UNSEEN + r"/protocol(?:[\s,:;.!]+(?P<text>.*))?", re.DOTALL | re.IGNORECASE)
_FIRST_WORD = re.compile(_UNSEEN + r"/?protocol(?:[\s,:;.!]+(?P<text>.*))?", re.DOTALL | re.IGNORECASE)
#: A slash means: not for everybody. What follows it is never published, mistyped or not.
_SLASHED = re.compile(_UNSEEN + r"/")
_NAMED = re.compile(r"(?<![\w@])@protocol(?:[ -]?bot)?\b[,:]?", re.IGNORECASE)


class Unreadable(ProtocolBotError):
    """This can't be used; the sentence `name`, with its `facts`, tells the person at the page why."""

    def __init__(self, name: str, **facts: str) -> None:
        super().__init__(name)
        self.name = name
        self.facts = facts


class Delivery(Struct, frozen=True, kw_only=True):
    """One POST, understood. `typed` is shown as said, only to its author where `aside`.

    `event` is None for people talking among themselves, and for words taken back: `removes` is the post that held them.
    `files` are the fingerprints, by field, of what was handed over for a form.
    `id` is the page's id with the seat before it, so that nobody's event can be taken for somebody else's.
    """

    id: str
    who: Person
    where: Place
    at: datetime
    event: Event | None
    files: dict[str, str] = {}
    typed: str | None = None
    aside: bool = False
    removes: str | None = None


class _Sent(Struct, kw_only=True, forbid_unknown_fields=True):
    """What every kind has."""

    id: str
    council: str
    seat: str
    place: Literal["channel", "private"]


class _Text(_Sent, tag="text", tag_field="kind"):
    text: str


class _Press(_Sent, tag="press", tag_field="kind"):
    token: str
    source: str | None = None


class _Submit(_Sent, tag="submit", tag_field="kind"):
    form: str
    values: dict[str, str]
    files: dict[str, str] = {}


class _Greet(_Sent, tag="greet", tag_field="kind"):
    pass


class _Remove(_Sent, tag="remove", tag_field="kind"):
    post: str


_Any: TypeAlias = _Text | _Press | _Submit | _Greet | _Remove
_decoder = msgspec.json.Decoder(_Any)


def read(raw: bytes, workspace: Workspace, at: datetime) -> Delivery:
    """One POST as a delivery. Raises `Unreadable`."""
    try:
        sent = _decoder.decode(_whole_characters(raw))
    except (ValueError, RecursionError):  # msgspec's errors and Unicode's are ValueErrors
        raise Unreadable("web-unreadable") from None
    _check_id(sent.id, ID_LIMIT)
    if not workspace.has(sent.council, sent.seat):
        raise Unreadable("web-no-seat-reload")
    private = sent.place == "private"
    where = private_chat(sent.council, sent.seat) if private else channel(sent.council)
    return _delivery(sent, f"{sent.seat}:{sent.id}", person(sent.council, sent.seat), where, at)


def _whole_characters(raw: bytes) -> bytes:
    """JSON can carry half a character, as some keyboards leave behind; no database can. It is dropped."""
    return json.dumps(json.loads(raw), ensure_ascii=False).encode("utf-8", "ignore")


def _delivery(sent: _Any, id: str, who: Person, where: Place, at: datetime) -> Delivery:
    typed, event, removes = None, None, None
    files: dict[str, str] = {}
    match sent:
        case _Text():
            typed = _text(sent.text, where)
            event = _said(typed, id, who, where, at)
        case _Press():
            source = Handle(where, _check_id(sent.source, POST_LIMIT)) if sent.source is not None else None
            event = Press(id=id, who=who, where=where, at=at, token=_token(sent.token), source=source)
        case _Submit():
            values, files = _values(sent.values), _values(sent.files)
            event = Submit(id=id, who=who, where=where, at=at, form=_token(sent.form), values=values)
        case _Greet():
            event = Greet(id=id, who=who, where=where, at=at)
        case _Remove():
            removes = _own(sent.post, where)
    aside = isinstance(event, Command)
    return Delivery(
        id=id, who=who, where=where, at=at, event=event, files=files, typed=typed, aside=aside, removes=removes
    )


def _said(text: str, id: str, who: Person, where: Place, at: datetime) -> Event | None:
    """A command, words for the bot, or people talking among themselves."""
    if command := (_FIRST_WORD if where.private else _SLASH).fullmatch(text):
        return Command(id=id, who=who, where=where, at=at, text=(command["text"] or "").strip())
    if where.private:
        return Message(id=id, who=who, where=where, at=at, text=text)
    if _SLASHED.match(text):
        raise Unreadable("web-no-such-command")
    if _NAMED.search(text):
        return Message(id=id, who=who, where=where, at=at, text=_NAMED.sub("", text, count=1).strip())
    return None


def _own(post: str, where: Place) -> str:
    """A post that its author may take back: in the channel others have read it."""
    if not where.private:
        raise Unreadable("web-not-in-your-chat")
    return _check_id(post, POST_LIMIT)


def _check_id(id: str, limit: int) -> str:
    if len(id) > limit or not _ID.fullmatch(id):
        raise Unreadable("web-bad-id")
    return id


def _text(text: str, where: Place) -> str:
    _check_length(text)
    if not text.strip() and not where.private:
        raise Unreadable("web-nothing-typed")
    return text


def _token(token: str) -> str:
    if len(token) > TOKEN_LIMIT:
        raise Unreadable("web-bad-token")
    return token


def _values(values: dict[str, str]) -> dict[str, str]:
    if len(values) > VALUES_LIMIT or any(len(name) > TOKEN_LIMIT for name in values):
        raise Unreadable("web-many-fields")
    for value in values.values():
        _check_length(value)
    return values


def _check_length(text: str) -> None:
    if len(text) > TEXT_LIMIT:
        raise Unreadable("web-longer-than-fits", length=f"{len(text):,}", limit=f"{TEXT_LIMIT:,}")
