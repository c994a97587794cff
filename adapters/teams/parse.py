"""What Teams delivers, made into events.

In: an activity as JSON, when it came. Out: a `Delivery`: the event, and how the person can be answered; `Left`, where
the app was removed; `Seen`, what is known of a conversation.
Never: I/O; an event out of what a bot wrote, or out of a change to what was heard already; a guess at who may see a
place: it is one person's own chat with the bot, or it is not private.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2s
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from adapters.teams import PLATFORM, typed
from adapters.teams.actions import VERB, Carried, value_of
from adapters.teams.actions import read as carried_by
from adapters.teams.actions import typed as typed_in
from adapters.teams.typed import inside, list_of, text_of, whole
from bot.conversation import Command, Greet, Handle, Message, Person, Place, Press, Said, Submit

Activity: TypeAlias = Mapping[str, Any]
From: TypeAlias = Literal["chat", "mention", "aside", "press", "fetch", "sheet", "form", "joined"]

#: `protocol X`, `/protocol X`; and `/expectations`, which is the same said shorter.
_PROTOCOL: Final = re.compile(r"/?protocol(?:\s+(?P<text>.*))?", re.IGNORECASE | re.DOTALL)
_SLASH: Final = re.compile(r"/(?P<text>\w.*)", re.DOTALL)
#: In a channel the id of a conversation names its thread too (learn.microsoft.com, Teams: channel conversations).
_THREAD: Final = ";messageid="
#: A person begins "29:", a bot "28:" (learn.microsoft.com, Bot Framework: id fields in Teams).
_BOT: Final = "28:"
_DIGEST: Final = 16  # bytes
#: What nobody does in somebody else's own chat; and all that tells of a conversation.
_THEIRS: Final = ("message", "invoke")
_TELLING: Final = (*_THEIRS, "conversationUpdate", "installationUpdate")


class Delivery(Struct, frozen=True, kw_only=True):
    """One activity, understood.

    `from_`: chat is typed in the own chat, mention by name in a shared place, aside a targeted message; press is a
    button of a card, fetch one that opens a dialog, sheet one in a dialog, form a form sent in; joined: the app was
    added. `invoke`: it waits for an answer in its own response. `card` is the post that a button stood in, or that
    the dialog was opened from. `user` is the platform's own id of the person (`29:…`), `conversation` that of the
    place with its thread, `service_url` where both are spoken to. `typed` is what stood in a dialog's inputs where it
    is no form that can be read, and what the button of a part that somebody turned carries of it. `once` is what it
    is known by while it is in hand, where that is not the event's id. No activity tells `came`, when it did, in
    seconds of the loop's clock.
    """

    event: Said
    from_: From
    invoke: bool = False
    carried: Carried | None = None
    card: str = ""
    user: str = ""
    conversation: str = ""
    service_url: str = ""
    typed: Mapping[str, str] = {}
    once: str = ""
    came: float = 0.0


class Left(Struct, frozen=True):
    """The app was removed from a conversation."""

    tenant: str
    id: str


class Seen(NamedTuple):
    """What an activity tells of its conversation. `who`: whose own chat it is; empty where it is shared.

    Not `sure`: the app was added there, which an administrator may do for somebody else.
    """

    tenant: str
    id: str
    service_url: str
    who: str
    sure: bool = True


# ---------------------------------------------------------------- an activity


def kind_of(given: Activity) -> str:
    """What it is in Teams' own word, for the log: nothing in it is anybody's."""
    kind = " ".join(filter(None, (text_of(given.get("type")), text_of(given.get("name")))))
    return kind if re.fullmatch(r"[A-Za-z]{1,40}( [A-Za-z/]{1,40})?", kind) else "something unknown"


def is_invoke(given: Activity) -> bool:
    """Whether it waits for an answer in its own response."""
    return given.get("type") == "invoke"


def seen(given: Activity) -> Seen | None:
    """What is to be kept of its conversation, so that something can be said there later; None for nothing.

    Only what a person says or presses there tells whose own chat it is (learn.microsoft.com, Teams: send proactive
    messages).
    """
    where, who = _where(given), _who(given)
    service_url = text_of(given.get("serviceUrl"))
    if where is None or not service_url or given.get("type") not in _TELLING or _left(given, where):
        return None
    if where.private:
        sure = given.get("type") in _THEIRS
        return Seen(where.tenant, where.id, service_url, who.id, sure) if who and not _is_bot(given) else None
    return Seen(where.tenant, where.id, service_url, "")


def read(given: Activity, at: datetime) -> Delivery | Left | None:
    """None for what is passed over on purpose: reactions, edits, what bots say, talk that is not for the bot."""
    where, who = _where(given), _who(given)
    if where is None:
        return None
    match given.get("type"):
        case "installationUpdate" | "conversationUpdate":
            return _left(given, where) or _joined(given, where, who, at)
        case "message" if who and not _is_bot(given):
            if given.get("value") and not text_of(given.get("text")).strip():
                return _pressed(given, whole(given.get("value")), where, who, at)
            return _said(given, where, who, at)
        case "invoke" if who and not _is_bot(given):
            return _invoked(given, where, who, at)
    return None


# ---------------------------------------------------------------- who and where


def _where(given: Activity) -> Place | None:
    """A place is private only if Teams says so."""
    tenant = text_of(inside(given, "channelData", "tenant", "id")).lower()
    id, _, thread = text_of(inside(given, "conversation", "id")).partition(_THREAD)
    if not tenant or not id:
        return None
    private = inside(given, "conversation", "conversationType") == "personal"
    return Place(PLATFORM, tenant, id, private=private, thread=thread or None)


def _who(given: Activity) -> Person | None:
    tenant = text_of(inside(given, "channelData", "tenant", "id")).lower()
    id = text_of(inside(given, "from", "aadObjectId")).lower() or text_of(inside(given, "from", "id"))
    return Person(PLATFORM, tenant, id) if tenant and id else None


def _is_bot(given: Activity) -> bool:
    id = text_of(inside(given, "from", "id"))
    us = text_of(inside(given, "recipient", "id"))
    return inside(given, "from", "role") in ("bot", "skill") or id.startswith(_BOT) or (id == us != "")


def _delivery(given: Activity, event: Said, from_: From, **known: Any) -> Delivery:
    return Delivery(
        event=event,
        from_=from_,
        invoke=is_invoke(given),
        user=text_of(inside(given, "from", "id")),
        conversation=text_of(inside(given, "conversation", "id")),
        service_url=text_of(given.get("serviceUrl")),
        **known,
    )


# ---------------------------------------------------------------- added and removed


def _left(given: Activity, where: Place) -> Left | None:
    """learn.microsoft.com, Teams: conversation events; installation update event."""
    match given.get("type"):
        case "installationUpdate" if text_of(given.get("action")).startswith("remove"):
            return Left(where.tenant, where.id)
        case "conversationUpdate":
            deleted = inside(given, "channelData", "eventType")
            if deleted == "channelDeleted":
                channel = text_of(inside(given, "channelData", "channel", "id"))
                return Left(where.tenant, channel) if channel else None
            if deleted == "teamDeleted" or _has_bot(given, "membersRemoved"):
                return Left(where.tenant, where.id)
    return None


def _joined(given: Activity, where: Place, who: Person | None, at: datetime) -> Delivery | None:
    """The bot itself was added; people who are added to a team are not greeted one by one."""
    added = given.get("type") == "installationUpdate" and text_of(given.get("action")) == "add"
    if who is None or not (added or _has_bot(given, "membersAdded")):
        return None
    if where.private and _is_bot(given):
        return None  # whose chat it is nobody can say
    if not where.private:  # everybody there is greeted, whoever added it
        who = Person(PLATFORM, where.tenant, text_of(inside(given, "recipient", "id")) or who.id)
    return _delivery(given, Greet(id=f"joined:{where.id}", who=who, where=where, at=at), "joined")


def _has_bot(given: Activity, named: str) -> bool:
    us = text_of(inside(given, "recipient", "id"))
    return bool(us) and any(inside(one, "id") == us for one in list_of(given.get(named)))


# ---------------------------------------------------------------- said


def _said(given: Activity, where: Place, who: Person, at: datetime) -> Delivery | None:
    id = text_of(given.get("id"))
    text, named = typed.said(given)
    targeted = inside(given, "recipient", "isTargeted") is True
    if not id or not (where.private or targeted or named):
        return None
    from_: From = "chat" if where.private else "aside" if targeted else "mention"
    base: dict[str, Any] = {"id": f"said:{where.id}:{id}", "who": who, "where": where, "at": at}
    command = _PROTOCOL.fullmatch(text) or _SLASH.fullmatch(text)
    event = Command(**base, text=(command["text"] or "").strip()) if command else Message(**base, text=text)
    return _delivery(given, event, from_)


# ---------------------------------------------------------------- pressed and sent in


def _invoked(given: Activity, where: Place, who: Person, at: datetime) -> Delivery | None:
    """learn.microsoft.com, Teams: Universal Actions for Adaptive Cards; dialogs (task/fetch, task/submit)."""
    value = whole(given.get("value"))
    match given.get("name"):
        case "adaptiveCard/action" if inside(value, "trigger") != "automatic":
            ours = inside(value, "action", "verb") == VERB
            return _pressed(given, inside(value, "action", "data") if ours else None, where, who, at)
        case "task/fetch":
            return _fetched(given, inside(value, "data"), where, who, at)
        case "task/submit":
            return _sent_in(given, inside(value, "data"), where, who, at)
    return None


def _pressed(given: Activity, data: object, where: Place, who: Person, at: datetime) -> Delivery:
    """A button of a card. One that nobody can read any more is a token of no desk: the core says so kindly.

    The same button, pressed by the same person on the same day, is the same event; and while one is in hand, as the day
    turns too.
    """
    carried, card = carried_by(data), text_of(given.get("replyToId"))
    token = carried.token if carried else ""
    pressed = (carried.nonce if carried else f"card {where.id} {card}", token, who.id)
    id = _digest(*pressed, at.astimezone(UTC).date().isoformat())
    source = Handle(where, card) if card else None
    event = Press(id=f"press:{id}", who=who, where=where, at=at, token=token, source=source)
    return _delivery(given, event, "press", carried=carried, card=card, once=f"press:{_digest(*pressed)}")


def _fetched(given: Activity, data: object, where: Place, who: Person, at: datetime) -> Delivery:
    carried, card = carried_by(data), text_of(given.get("replyToId"))
    token = carried.token if carried else ""
    source = Handle(where, card) if card else None
    id = f"fetch:{where.id}:{_id(given, at)}"
    event = Press(id=id, who=who, where=where, at=at, token=token, source=source)
    return _delivery(given, event, "fetch", carried=carried, card=card)


def _sent_in(given: Activity, data: object, where: Place, who: Person, at: datetime) -> Delivery:
    """A form, with every field it has: what was left empty is an empty text. Else a button in a dialog."""
    carried = carried_by(data)
    if carried is None or carried.form is None or not isinstance(data, Mapping):
        return _in_a_dialog(given, data, carried, where, who, at)
    values = {field.name: value_of(field, data) for field in carried.form.fields}
    # The nonce is random, and stands in no database and no log, so that the digest tells nothing of what was typed.
    id = _digest(carried.nonce, carried.form.id, json.dumps(sorted(values.items())), who.id)
    event = Submit(id=f"submit:{id}", who=who, where=where, at=at, form=carried.form.id, values=values)
    return _delivery(given, event, "form", carried=carried, card=carried.card)


def _in_a_dialog(
    given: Activity, data: object, carried: Carried | None, where: Place, who: Person, at: datetime
) -> Delivery:
    """A button in a dialog. One that turns to another part is each time another event, as what opens it is; so is a
    form that nobody can read any more, with what was typed in it.
    """
    card, typed = carried.card if carried else "", typed_in(data)
    if typed or (carried and carried.part):
        fetched = _fetched(given, data, where, who, at)
        return _delivery(given, fetched.event, "sheet", carried=carried, card=card, typed=typed)
    pressed = _pressed(given, data, where, who, at)
    return _delivery(given, pressed.event, "sheet", carried=carried, card=card, once=pressed.once)


def _digest(*parts: str) -> str:
    """One name of them all."""
    return blake2s(json.dumps(parts).encode(), digest_size=_DIGEST).hexdigest()


def _id(given: Activity, at: datetime) -> str:
    """Its own id; without one it is nobody's second delivery."""
    return text_of(given.get("id")) or f"at {at.isoformat()}"
